import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_lesson.evaluation.standard_errors import (
    clustered_error,
    difference_bounds,
    difference_p_value,
    effective_questions,
    no_spread_bounds,
    no_spread_p_value,
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
    sums, counts = np.array([[3, 1, 2], [0, 2, 4]]), np.array([[4, 1, 3], [4, 2, 5]])
    together = clustered_error(sums, counts)
    low, high = score_bounds(together, 0.9)
    differences = difference_bounds(together, 0.9)
    for i in (0, 1):
        alone = clustered_error(sums[i], counts[i])
        assert (low[i], high[i]) == pytest.approx(score_bounds(alone, 0.9))
        assert [side[i] for side in differences] == pytest.approx(difference_bounds(alone, 0.9))
        assert difference_p_value(together)[i] == pytest.approx(difference_p_value(alone))


def test_one_document_that_has_most_questions_leaves_hardly_any_freedom():
    assert clustered_error([500, 1, 1, 1, 1], [1000, 2, 2, 2, 2]).df < 1.1


def test_where_nothing_varies():
    low, high = no_spread_bounds(0.0, (-1.0, 1.0), 20, 0.95)
    assert -low == high == pytest.approx(1 - 0.025 ** (1 / 20))
    assert no_spread_p_value(0.0, 20) == 1
    for difference, n in ((0.5, 5), (0.5, 20), (-0.5, 20), (1.0, 5), (1.0, 6)):
        low, high = no_spread_bounds(difference, (-1.0, 1.0), n, 0.95)
        assert (not low <= 0 <= high) == (no_spread_p_value(difference, n) < 0.05)
    assert effective_questions([1] * 7) == 7
    assert effective_questions([40] * 2) < 30, "80 questions on two documents are worth fewer"
