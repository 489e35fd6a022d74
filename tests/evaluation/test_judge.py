import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_lesson.errors import ConfigError, DataError
from qa_lesson.evaluation import (
    cohen_kappa,
    corrected_accuracy,
    kappa_interval,
    length_bias,
    order_bias,
    prediction_powered_accuracy,
)

choices = st.sampled_from(["first", "second", "tie"])


def judged(rng, accuracy: float, sensitivity: float, specificity: float, n: int):
    """What people say of n answers, and what a judge with these error rates says of them."""
    right = rng.random(n) < accuracy
    return right, np.where(right, rng.random(n) < sensitivity, rng.random(n) > specificity)


def test_corrected_accuracy_by_hand():
    people = [True] * 10 + [False] * 10
    judge = [True] * 9 + [False] + [True] * 2 + [False] * 8  # sensitivity 0.9, specificity 0.8
    found = corrected_accuracy([True] * 55 + [False] * 45, judge, people)
    assert found.estimate == pytest.approx((0.55 + 0.8 - 1) / 0.7)
    assert found.low < 0.5 < found.high
    assert corrected_accuracy([False] * 50, judge, people).estimate == 0, "clipped: fewer passed than errors explain"
    perfect = corrected_accuracy([True] * 30 + [False] * 70, people * 100, people * 100)
    assert perfect.estimate == pytest.approx(0.3)
    assert 0.05 < (perfect.high - perfect.low) / 2 < 0.12, "what is left is the chance in 100 verdicts"


def test_prediction_powered_accuracy_by_hand():
    people = np.array([True, True, True, False, False, False, True, False] * 10)
    same = prediction_powered_accuracy([True] * 600 + [False] * 400, people, people)
    weight = np.cov(people, people)[0, 1] / np.var([*people, *[1] * 600, *[0] * 400]) / (1 + 80 / 1000)
    assert same.estimate == pytest.approx(0.5 + weight * (0.6 - 0.5))
    useless = np.array([True, False] * 40)[np.random.default_rng(0).permutation(80)]
    alone = prediction_powered_accuracy([True, False] * 500, np.zeros(80, bool), people)
    assert alone.estimate == people.mean(), "a judge that always says no adds nothing"
    assert prediction_powered_accuracy([True, False] * 500, useless, people).width < 1.1 * alone.width


@pytest.mark.parametrize(
    ("accuracy", "sensitivity", "specificity"), [(0.5, 0.9, 0.8), (0.8, 0.9, 0.8), (0.7, 0.95, 0.7)]
)
def test_both_intervals_hold_the_truth_and_the_pass_rate_does_not(accuracy, sensitivity, specificity):
    rng, n_sets = np.random.default_rng(0), 300
    held = {corrected_accuracy: 0, prediction_powered_accuracy: 0}
    estimates = []
    for _ in range(n_sets):
        people, judge = judged(rng, accuracy, sensitivity, specificity, 80)
        _, passed = judged(rng, accuracy, sensitivity, specificity, 400)
        for method in held:
            found = method(passed, judge, people)
            held[method] += found.low <= accuracy <= found.high
        estimates.append(found.estimate)
    for method, n_held in held.items():
        assert n_held / n_sets > 0.91, method.__name__
    assert np.mean(estimates) == pytest.approx(accuracy, abs=0.01)
    passes = accuracy * sensitivity + (1 - accuracy) * (1 - specificity)
    assert abs(passes - accuracy) > 0.02 or accuracy == 0.8


def test_another_mixture_of_right_and_wrong_is_corrected_but_breaks_the_other_method():
    rng, corrected, powered = np.random.default_rng(3), [], []
    for _ in range(60):
        people, judge = judged(rng, 0.5, 0.9, 0.8, 150)
        _, passed = judged(rng, 0.9, 0.9, 0.8, 400)
        corrected.append(corrected_accuracy(passed, judge, people).estimate)
        powered.append(prediction_powered_accuracy(passed, judge, people).estimate)
    assert np.mean(corrected) == pytest.approx(0.9, abs=0.02)
    assert np.mean(powered) < 0.8


def test_a_judge_that_cannot_be_used_is_refused():
    people = [True, True, False, False]
    with pytest.raises(DataError, match="at least as often"):
        corrected_accuracy([True], [False, False, True, True], people)
    with pytest.raises(DataError, match="right and wrong"):
        corrected_accuracy([True], [True] * 4, [True] * 4)
    with pytest.raises(DataError, match="same answers"):
        corrected_accuracy([True], [True], people)
    with pytest.raises(DataError, match="no verdicts"):
        prediction_powered_accuracy([], people, people)
    with pytest.raises(DataError, match="variance"):
        prediction_powered_accuracy([True], [True], [True])
    with pytest.raises(ConfigError):
        corrected_accuracy([True], people, people, confidence=95)


def test_the_interval_of_kappa():
    rng = np.random.default_rng(0)
    held = 0
    for _ in range(100):
        truth = rng.random(80) < 0.5
        first, second = (np.where(rng.random(80) < 0.9, truth, ~truth) for _ in range(2))
        found = kappa_interval(first, second)
        assert found.estimate == cohen_kappa(first, second)
        held += found.low <= 0.64 <= found.high  # both are right 90% of the time: they agree on 82%, by chance on 50%
    assert held >= 88
    documents = [str(i // 8) for i in range(80)]
    over = kappa_interval(first, second, documents)
    assert over.width >= found.width
    assert over.low <= over.estimate <= over.high <= 1
    with pytest.raises(DataError, match="at least 5"):
        kappa_interval(first, second, ["one"] * 40 + ["two"] * 40)
    with pytest.raises(DataError, match="pair up"):
        kappa_interval(first, second, ["one"])


def test_order_bias_by_hand():
    always_first = order_bias(["first"] * 20, ["first"] * 20)
    assert (always_first.consistent.estimate, always_first.first_wins.estimate) == (0, 1)
    assert always_first.first_wins.low > 0.5
    fair = order_bias(["first", "second"] * 10, ["second", "first"] * 10)
    assert (fair.consistent.estimate, fair.first_wins.estimate) == (1, 0.5)
    assert order_bias(["tie"] * 3, ["tie"] * 3).first_wins is None
    with pytest.raises(DataError, match="both orders"):
        order_bias(["first"], [])
    with pytest.raises(DataError, match="unknown choice"):
        order_bias(["first"], ["A"])


@given(st.lists(st.tuples(choices, choices), min_size=1, max_size=30))
def test_the_order_of_the_two_showings_changes_nothing(pairs):
    shown, swapped = zip(*pairs, strict=True)
    assert order_bias(shown, swapped) == order_bias(swapped, shown)


def test_length_bias_is_newcombes_interval():
    plain = [True] * 36 + [True] * 2 + [False] * 12 + [False] * 0
    padded = [True] * 36 + [False] * 2 + [True] * 12 + [False] * 0
    found = length_bias(plain, padded)
    assert found.estimate == pytest.approx(0.2)
    assert found.low > 0.0, "12 gained and 2 lost"
    back = length_bias(padded, plain)
    assert (back.low, back.high) == pytest.approx((-found.high, -found.low))
    none = length_bias([True] * 30, [True] * 30)
    assert none.low < 0 < none.high, "no change in 30 answers is not proof of no bias"
