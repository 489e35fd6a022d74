import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from qa_lesson.evaluation import kappa_interval
from qa_lesson.grading.reviewing.marker_agreement import markers_agreement, weighted_kappa


def drawn_credits(seed, n=30, levels=4, noise=1):
    draw = np.random.default_rng(seed)
    first = draw.integers(0, levels + 1, n)
    second = np.clip(first + draw.integers(-noise, noise + 1, n), 0, levels)
    return (first / levels).tolist(), (second / levels).tolist()


@pytest.mark.parametrize("seed", range(5))
def test_it_is_the_kappa_of_scikit_learn_with_quadratic_weights(seed):
    first, second = drawn_credits(seed)
    wanted = cohen_kappa_score(
        *(np.round(4 * np.array(one)).astype(int) for one in (first, second)), weights="quadratic"
    )
    assert weighted_kappa(first, second).estimate == pytest.approx(wanted)


def test_with_right_and_wrong_alone_it_is_the_plain_kappa():
    first, second = drawn_credits(0, levels=1)
    plain = kappa_interval([one == 1 for one in first], [one == 1 for one in second])
    assert weighted_kappa(first, second).estimate == pytest.approx(plain.estimate)


def test_the_interval_leaves_out_each_answer_once():
    first, second = drawn_credits(1, n=12)
    found = weighted_kappa(first, second)
    without = [
        weighted_kappa(first[:n] + first[n + 1 :], second[:n] + second[n + 1 :]).estimate for n in range(len(first))
    ]
    assert -1 <= found.low < min(without) < found.estimate < max(without) < found.high <= 1


def test_a_level_apart_costs_less_than_two():
    first = [0, 0.5, 1, 0, 0.5, 1]
    assert weighted_kappa(first, [0.5, *first[1:]]).estimate > weighted_kappa(first, [1, *first[1:]]).estimate


def test_what_cannot_be_known_is_none():
    assert weighted_kappa([0, 1, 0, 1], [0, 1, 0, 1]) is None  # four answers
    assert weighted_kappa([1] * 9, [1] * 9) is None
    assert weighted_kappa([1] * 8 + [0], [1] * 9) is None  # without the last one all are equal
    nothing = markers_agreement([], [])
    assert (nothing.n, nothing.share, nothing.kappa) == (0, None, None)


def test_full_agreement_is_one():
    found = markers_agreement([0, 0.5, 1, 0, 1, 1], [0, 0.5, 1, 0, 1, 1])
    assert (found.same, found.n, found.kappa.estimate) == (6, 6, 1)
    assert found.share.low < 0.7
