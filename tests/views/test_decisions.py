import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_lesson.errors import ConfigError
from qa_lesson.views import USE_CASES, UseCase, decide, decision_explorer

SUPPORT, DOSAGE, AUTOCOMPLETE = USE_CASES


def test_the_same_score_is_good_for_one_use_and_bad_for_another():
    support, dosage, autocomplete = (decide(60, 85, use) for use in USE_CASES)
    # of 1,000 answers 400 are not exact: all of them inexact, or all of them wrong
    assert (support.cost_low, support.cost_high, support.verdict) == (400 * 1, 400 * 10, "yes")
    assert support.cost_by_f1 == 150 * 10 + 250 * 1
    assert (dosage.cost_low, dosage.cost_high, dosage.verdict) == (4_000_000, 4_000_000, "no")
    assert (autocomplete.cost_low, autocomplete.verdict) == (pytest.approx(400 * 0.05), "yes")
    assert autocomplete.cost_high == pytest.approx(400 * 0.1)
    assert "half a dose" in dosage.reason


def test_between_the_bounds_it_depends():
    decision = decide(60, 85, UseCase("test", 10, 1, 1, ""))
    assert (decision.cost_low, decision.cost_high, decision.cost_without) == (400, 4000, 1000)
    assert decision.verdict == "it depends"
    assert "read the answers" in decision.reason


def test_perfect_answers_cost_nothing():
    decision = decide(100, 100, DOSAGE)
    assert (decision.cost_low, decision.cost_high, decision.verdict) == (0, 0, "yes")


@given(
    st.lists(
        st.tuples(st.one_of(st.just(1.0), st.just(0.0), st.floats(0.01, 0.99)), st.booleans()), min_size=1, max_size=20
    ),
    st.floats(0, 100),
    st.floats(0, 100),
)
def test_the_true_cost_is_between_the_bounds(answers, wrong_cost, inexact_cost):
    """For any answers and any costs, even if answers that share words with a reference are wrong."""
    f1s = [f1 for f1, _ in answers]
    exact = sum(f1 == 1 for f1 in f1s) / len(f1s)
    mean = min(1.0, max(exact, sum(f1s) / len(f1s)))
    costs = [0 if f1 == 1 else inexact_cost if accepted else wrong_cost for f1, accepted in answers]
    true = sum(costs) / len(f1s) * 1000
    decision = decide(100 * exact, min(100.0, 100 * mean), UseCase("any", wrong_cost, inexact_cost, 1, ""))
    assert decision.cost_low - 1e-6 <= true <= decision.cost_high + 1e-6


@pytest.mark.parametrize(("em", "f1"), [(80, 70), (-1, 50), (50, 101), (float("nan"), 50)])
def test_impossible_scores(em, f1):
    with pytest.raises(ConfigError, match="percent"):
        decide(em, f1, SUPPORT)
    with pytest.raises(ConfigError, match="percent"):
        decision_explorer(em, f1)


def test_impossible_costs():
    with pytest.raises(ConfigError, match="finite"):
        decide(60, 85, UseCase("test", -1, 0, 1, ""))


def test_explorer():
    explorer = decision_explorer()
    assert explorer.em_percent.description == "Exact match (percent)"
    assert "Verdict: yes." in explorer.view.value
    assert "400 to 4,000 minutes" in explorer.view.value
    explorer.use.value = "medical dosage"
    assert explorer.wrong_cost.value == DOSAGE.wrong_cost
    assert "Verdict: no." in explorer.view.value
    assert "half a dose" in explorer.view.value
    explorer.inexact_cost.value = explorer.wrong_cost.value = 1
    assert "Verdict: yes." in explorer.view.value
    assert "half a dose" not in explorer.view.value  # the reason belonged to the other costs
    explorer.f1_percent.value = 50
    assert "No verdict" in explorer.view.value
    assert "F1 at least EM" in explorer.view.value
    explorer.em_percent.value = 20
    assert "EM 20%, F1 50%" in explorer.view.value
    assert explorer.static_html() == explorer.view.value
    assert repr(explorer) == "<decision explorer>"


def test_costs_are_those_of_the_named_use():
    assert [use.name for use in USE_CASES] == ["support search", "medical dosage", "autocomplete"]
    explorer = decision_explorer(50, 60)
    explorer.use.value = AUTOCOMPLETE.name
    costs = (explorer.wrong_cost.value, explorer.inexact_cost.value, explorer.cost_without.value)
    assert costs == (AUTOCOMPLETE.wrong_cost, AUTOCOMPLETE.inexact_cost, AUTOCOMPLETE.cost_without)
