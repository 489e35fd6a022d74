import math

import pytest

from qa_lesson.costs import HostedModel, OwnModel, compare_costs, watt_hours
from qa_lesson.errors import ConfigError

HOSTED = HostedModel(input_price=2, output_price=10, input_tokens=300, output_tokens=40)  # 0.001 a question
OWN = OwnModel(labeled_questions=600, minutes_each=2, hourly_wage=30)  # 600 once, then free


def test_prices_by_hand():
    assert HOSTED.per_question == pytest.approx((2 * 300 + 10 * 40) / 1e6)
    assert OWN.setup == 600 * 2 / 60 * 30
    free = {"labeled_questions": 0, "minutes_each": 0, "hourly_wage": 0}
    rented = OwnModel(**free, machine_per_hour=0.36, questions_per_second=50)
    assert rented.per_question == pytest.approx(0.36 / 3600 / 50)
    assert watt_hours(30, 1 / 50) == pytest.approx(30 / 50 / 3600)


def test_both_totals_and_the_month_in_which_your_own_is_cheaper():
    found = compare_costs(HOSTED, OWN, questions_per_month=100_000, months=12)
    assert (found.hosted_total, found.own_total) == (pytest.approx(1200), 600)
    assert (found.hosted_per_1000, found.own_per_1000) == (pytest.approx(1), 0)
    assert found.own_is_cheaper
    # after 6 months both have cost 600, so only the 7th makes your own cheaper
    assert found.break_even_month == 7
    before, after = (compare_costs(HOSTED, OWN, questions_per_month=100_000, months=months) for months in (6, 7))
    assert not before.own_is_cheaper
    assert after.own_is_cheaper


def test_upkeep_decides_where_few_ask():
    kept = OwnModel(labeled_questions=600, minutes_each=2, hourly_wage=30, upkeep_per_month=5)
    assert compare_costs(HOSTED, kept, questions_per_month=4_000).break_even_month == math.inf
    assert compare_costs(HOSTED, kept, questions_per_month=6_000).break_even_month == 601
    assert compare_costs(HOSTED, OWN, questions_per_month=0).break_even_month == math.inf


def test_nothing_to_set_up_pays_from_the_first_month():
    free = OwnModel(labeled_questions=0, minutes_each=2, hourly_wage=30)
    assert compare_costs(HOSTED, free, questions_per_month=1).break_even_month == 1


@pytest.mark.parametrize("name", ["input_price", "output_tokens", "upkeep_per_month"])
@pytest.mark.parametrize("value", [-1, math.nan, math.inf])
def test_numbers_that_make_no_sense_are_refused(name, value):
    numbers = {"input_price": 1, "output_price": 1, "input_tokens": 1, "output_tokens": 1} | {name: value}
    with pytest.raises(ConfigError, match=name):
        HostedModel(**numbers)


def test_a_model_that_answers_nothing_is_refused():
    with pytest.raises(ConfigError, match="questions_per_second=0"):
        OwnModel(labeled_questions=1, minutes_each=1, hourly_wage=1, questions_per_second=0)
    with pytest.raises(ConfigError, match="months=0"):
        compare_costs(HOSTED, OWN, questions_per_month=1, months=0)
