import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_lesson.evaluation.standard_errors import (
    clustered_error,
    difference_bounds,
    effective_questions,
    interval_ends,
    interval_p_value,
    no_spread_bounds,
    question_error,
    score_bounds,
)

sizes = st.lists(st.integers(1, 60), min_size=2, max_size=12)


@settings(max_examples=60, deadline=None)
@given(sizes)
def test_degrees_of_freedom_are_those_of_bell_and_mccaffrey(counts):
    """The definition: 2 E(V)^2 / Var(V) of the estimated variance V = e'A e, by matrices, for independent questions."""
    n = np.array(counts, float)
    share = n / n.sum()
    residual_maker = np.eye(len(n)) - np.outer(share, np.ones(len(n)))
    covariance = residual_maker @ np.diag(n) @ residual_maker.T
    product = np.diag(1 / (1 - share)) @ covariance
    expected = np.trace(product) ** 2 / np.trace(product @ product)
    assert clustered_error(n, n).df == pytest.approx(expected)
    assert expected <= len(n) - 1 + 1e-9


def test_the_error_of_unequal_documents_by_hand():
    """Scores 3 of 4, 0 of 2 and 1 of 2: the mean is 1/2, the distances are 1, -1 and 0 right answers."""
    found = clustered_error([3, 0, 1], [4, 2, 2])
    assert found.estimate == 0.5
    assert found.error == pytest.approx(np.sqrt(1 / (1 - 1 / 2) + 1 / (1 - 1 / 4)) / 8)


def test_the_error_is_unbiased_for_independent_questions():
    """The mean of the estimated variances is the variance p (1 - p) / n, whatever the sizes."""
    rng = np.random.default_rng(0)
    counts = np.array([5, 100, 20, 20, 40])
    found = clustered_error(rng.binomial(counts, 0.3, (20_000, 5)), counts)
    assert np.mean(found.error**2) == pytest.approx(0.3 * 0.7 / counts.sum(), rel=0.02)


def test_many_draws_at_once_are_each_as_on_its_own():
    """Scores and differences, with a draw whose documents do not differ and one whose questions do not either."""
    sums, counts = np.array([[3, 1, 2], [2, 1, 3], [4, 2, 6]]), np.array([[4, 1, 3], [4, 2, 6], [4, 2, 6]])
    found, single = clustered_error(sums, counts), question_error(sums.sum(1), sums.sum(1), counts.sum(1))
    n = effective_questions(counts)
    p_values = interval_p_value(found, single, n)
    for difference in (False, True):
        low, high = interval_ends(found, single, n, 0.9, difference=difference)
        assert (low < high).all()
        for i in range(3):
            one = clustered_error(sums[i], counts[i])
            alone = question_error(sums[i].sum(), sums[i].sum(), counts[i].sum())
            ends = interval_ends(one, alone, n[i], 0.9, difference=difference)
            assert (low[i], high[i]) == pytest.approx(tuple(map(float, ends)))
            assert p_values[i] == pytest.approx(float(interval_p_value(one, alone, n[i])))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=2, max_size=30))
def test_questions_from_their_sum_of_squares_are_units_of_their_own(values):
    direct = clustered_error(values, 1)
    found = question_error(sum(values), sum(value**2 for value in values), len(values))
    assert found.estimate == pytest.approx(direct.estimate)
    assert found.error == pytest.approx(direct.error, abs=1e-7)
    assert found.df == pytest.approx(direct.df)


def test_bounds_by_hand():
    found = clustered_error([1, 1, 0, 0, 1], 1)  # mean 0.6, error sqrt(0.06), 4 degrees of freedom
    half = 2.7764 * 0.06**0.5
    assert difference_bounds(found, 0.95) == pytest.approx((0.6 - half, 1), abs=1e-4)
    odds = 1.5 * np.exp(half / 0.24), 1.5 / np.exp(half / 0.24)
    assert score_bounds(found, 0.95) == pytest.approx((odds[1] / (1 + odds[1]), odds[0] / (1 + odds[0])), abs=1e-4)


def test_one_document_that_has_most_questions_leaves_hardly_any_freedom():
    assert clustered_error([500, 1, 1, 1, 1], [1000, 2, 2, 2, 2]).df < 1.1


def test_where_nothing_varies():
    low, high = no_spread_bounds(0.0, -1.0, 20, 0.95)
    assert -low == high == pytest.approx(1 - 0.025 ** (1 / 20))
    for difference, n in ((0.0, 20), (0.5, 5), (0.5, 20), (-0.5, 20), (1.0, 5), (1.0, 6)):
        flat = clustered_error([difference] * n, 1)
        low, high = interval_ends(flat, flat, n, 0.95, difference=True)
        assert (not low <= 0 <= high) == (interval_p_value(flat, flat, n) < 0.05)
    assert effective_questions([1] * 7) == 7
    assert effective_questions([40] * 2) < 30, "80 questions on two documents are worth fewer"
