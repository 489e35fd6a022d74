"""How much to collect, several comparisons, "not worse", and where the next score falls."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from qa_lesson.errors import ConfigError, DataError
from qa_lesson.evaluation import (
    Evaluation,
    Interval,
    documents_needed,
    holm,
    is_non_inferior,
    next_score_interval,
    paired_comparison,
    score_interval,
)
from qa_lesson.schema import Answer, Example, Score


def scored(values, documents) -> Evaluation:
    """An evaluation whose question i has F1 values[i] and is on documents[i]."""
    examples = tuple(Example(f"q{i}", "?", "x", (Answer("x", 0),), document=str(d)) for i, d in enumerate(documents))
    scores = {ex.id: Score(float(v == 1), v, v, float(v)) for ex, v in zip(examples, values, strict=True)}
    return Evaluation(examples, {ex.id: "x" for ex in examples}, scores, "v1.1")


def drawn(rng, owners, mean, between, within):
    """A value for each question: a part of its document and one of its own."""
    return mean + rng.normal(0, between, owners.max() + 1)[owners] + rng.normal(0, within, len(owners))


def made_test(rng, n_documents, n_questions) -> Evaluation:
    """Scores between 0 and 1: the mean is 3.7 standard deviations from both."""
    owners = np.repeat(np.arange(n_documents), n_questions)
    return scored(np.clip(drawn(rng, owners, 0.5, 0.06, 0.12), 0, 1), owners)


p_values = st.dictionaries(st.integers(), st.floats(0, 1), max_size=8)


@given(p_values)
def test_holm_never_lowers_a_value_keeps_the_order_and_is_at_most_bonferroni(values):
    adjusted = holm(values)
    assert list(adjusted) == list(values)
    assert all(values[name] <= adjusted[name] <= min(1, len(values) * values[name]) for name in values)
    by_size = sorted(values, key=values.__getitem__)
    assert [adjusted[name] for name in by_size] == sorted(adjusted.values())


def test_holm_by_hand():
    """4 tests: 4 times the smallest value, 3 times the next one, and so on, none below the one before it."""
    found = holm({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005})
    assert found == pytest.approx({"a": 0.03, "b": 0.06, "c": 0.06, "d": 0.02})
    assert holm({}) == {}
    with pytest.raises(ConfigError, match="between 0 and 1"):
        holm({"a": 1.2})


def test_any_false_alarm_among_six_is_as_rare_as_one():
    rng = np.random.default_rng(0)
    draws = rng.random((2000, 6))
    assert np.mean([min(holm(dict(enumerate(row))).values()) < 0.05 for row in draws]) == pytest.approx(0.05, abs=0.015)
    assert np.mean(draws.min(axis=1) < 0.05) > 0.2  # unadjusted


def test_the_interval_has_the_planned_width():
    rng = np.random.default_rng(2)
    plan = documents_needed(made_test(rng, 200, 20), half_width=0.05)
    assert plan.questions_per_document == 20
    assert (plan.between_documents, plan.within_documents) == pytest.approx((0.06, 0.12), rel=0.2)
    widths = [score_interval(made_test(rng, plan.documents, 20)).width / 2 for _ in range(60)]
    assert np.mean(widths) == pytest.approx(0.05, rel=0.1)
    assert plan.questions == 20 * plan.documents


def test_a_planned_difference_is_found_as_often_as_planned():
    rng = np.random.default_rng(4)

    def pair(n_documents, difference):
        owners = np.repeat(np.arange(n_documents), 20)
        base = drawn(rng, owners, 0.5, 0.06, 0.12)
        return scored(base + drawn(rng, owners, difference, 0.03, 0.15), owners), scored(base, owners)

    plan = documents_needed(*pair(200, 0.0), difference=0.03)
    found = [paired_comparison(*pair(plan.documents, 0.03), unit="document").p_value < 0.05 for _ in range(150)]
    assert np.mean(found) == pytest.approx(0.8, abs=0.09)


def test_more_questions_help_until_the_documents_are_the_larger_part():
    pilot = made_test(np.random.default_rng(1), 30, 20)
    needed = [documents_needed(pilot, half_width=0.03, questions_per_document=n).documents for n in (2, 10, 100, 1000)]
    assert needed == sorted(needed, reverse=True)
    assert needed[0] > 2 * needed[2]
    assert needed[2] < 1.2 * needed[3]


def test_the_number_of_documents_by_hand():
    """Between documents alone, a standard deviation of 0.1: the smallest n with t * 0.1 / sqrt(n) of at most 0.05."""
    values = np.repeat([0.5, 0.6, 0.7], 4)
    plan = documents_needed(scored(values, np.repeat([0, 1, 2], 4)), half_width=0.05)
    assert (plan.between_documents, plan.within_documents) == pytest.approx((0.1, 0))
    n = plan.documents
    assert stats.t.ppf(0.975, n - 1) * 0.1 / np.sqrt(n) <= 0.05 < stats.t.ppf(0.975, n - 2) * 0.1 / np.sqrt(n - 1)


def test_systems_that_never_differ_need_the_least_documents():
    pilot = made_test(np.random.default_rng(1), 6, 5)
    assert documents_needed(pilot, pilot, difference=0.02).documents == 5


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({}, ConfigError, "exactly one"),
        ({"half_width": 0.05, "difference": 0.02}, ConfigError, "exactly one"),
        ({"difference": 0.02}, DataError, "two systems"),
        ({"half_width": 5}, ConfigError, r"use 0\.05"),
        ({"half_width": 0.05, "power": 80}, ConfigError, r"use 0\.8"),
        ({"half_width": 0.05, "questions_per_document": 0}, ConfigError, "at least 1"),
        ({"half_width": 1e-6}, DataError, "ten million"),
        ({"half_width": 0.05, "metric": "bleu"}, ConfigError, "unknown metric"),
    ],
)
def test_plans_that_make_no_sense(arguments, error, message):
    with pytest.raises(error, match=message):
        documents_needed(made_test(np.random.default_rng(1), 6, 5), **arguments)


@pytest.mark.parametrize("documents", ["aaaa", "abcd"])
def test_a_pilot_that_shows_too_little(documents):
    with pytest.raises(DataError, match="how documents and questions vary"):
        documents_needed(scored([0, 1, 1, 0.5], documents), half_width=0.05)


def test_a_smaller_model_at_the_margin_is_accepted_about_as_rarely_as_stated():
    rng = np.random.default_rng(8)
    owners = np.repeat(np.arange(9), 10)
    accepted = []
    for _ in range(300):
        large = scored(np.full(90, 0.7), owners)
        change = -0.02 + rng.normal(0, 0.02, 9)[owners] + rng.normal(0, 0.1, 90)
        accepted.append(is_non_inferior(scored(0.7 + change, owners), large, 0.02))
    assert np.mean(accepted) < 0.055
    small = scored(0.695 + rng.normal(0, 0.01, 90), owners)
    assert is_non_inferior(small, large, 0.02)
    assert not is_non_inferior(small, large, 0.002)
    with pytest.raises(ConfigError, match="margin"):
        is_non_inferior(small, large, 2)


@settings(deadline=None)
@given(st.floats(0.02, 0.98), st.floats(0.001, 0.3), st.floats(0.1, 50))
def test_the_next_score_falls_farther_from_this_one_than_the_true_score(estimate, half, relative_size):
    interval = Interval(estimate, max(0, estimate - half), min(1, estimate + half), 0.95, 90, 9, "document")
    following = next_score_interval(interval, relative_size)
    assert 0 <= following.low <= interval.low <= estimate <= interval.high <= following.high <= 1
    assert following.width <= next_score_interval(interval, relative_size / 2).width + 1e-9
    assert next_score_interval(interval, 1e9).width == pytest.approx(interval.width, abs=1e-6)


def test_a_second_test_of_the_same_size_falls_into_its_interval_as_often_as_stated():
    """And into the first test's own interval in about 83% of cases, which is the mistake."""
    rng = np.random.default_rng(6)
    tests = [made_test(rng, 12, 10) for _ in range(600)]
    inside, wrongly = [], []
    for first, second in zip(tests[::2], tests[1::2], strict=True):
        interval = score_interval(first, unit="document")
        wider = next_score_interval(interval)
        inside.append(wider.low <= second.total.f1 <= wider.high)
        wrongly.append(interval.low <= second.total.f1 <= interval.high)
    assert np.mean(inside) == pytest.approx(0.95, abs=0.03)
    assert np.mean(wrongly) == pytest.approx(0.83, abs=0.06)


def test_sizes_of_a_second_test_are_positive():
    with pytest.raises(ConfigError, match="relative_size"):
        next_score_interval(Interval(0.5, 0.4, 0.6, 0.95, 9, 9, "document"), 0)
