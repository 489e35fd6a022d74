import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from qa_lesson.errors import ConfigError, DataError
from qa_lesson.evaluation import error_upper_bound, guaranteed_threshold, risk_controlled_threshold

answers = st.lists(st.tuples(st.integers(0, 20).map(lambda k: k / 20), st.integers(0, 1)), min_size=5, max_size=60)


def questions(rng, n_documents: int, spread: float, size: int = 42):
    """Confidences, outcomes and documents of a model whose chance of being right rises with its confidence.

    Its errors cluster: each document shifts the log odds of all of its questions by a normal draw.
    """
    owners = np.repeat(np.arange(n_documents), size)
    z = rng.normal(size=len(owners))
    shift = spread * rng.normal(size=n_documents)[owners]
    right = rng.random(len(owners)) < 1 / (1 + np.exp(-(1.5 * z + 0.2 + shift)))
    return 1 / (1 + np.exp(-z)), right.astype(float), owners.astype(str).tolist()


class TrueRisk:
    """The long-run error rate above a threshold, from many documents."""

    def __init__(self, spread: float) -> None:
        confidences, right, _ = questions(np.random.default_rng(9), 2000, spread)
        order = np.argsort(-confidences)
        self.confidences, self.wrong = confidences[order], np.cumsum(1 - right[order])

    def among_answered(self, threshold: float) -> float:
        n = np.searchsorted(-self.confidences, -threshold, side="right")
        return self.wrong[n - 1] / n if n else 0.0

    def among_all(self, threshold: float) -> float:
        n = np.searchsorted(-self.confidences, -threshold, side="right")
        return self.wrong[n - 1] / len(self.wrong) if n else 0.0


def test_the_bound_is_the_one_of_clopper_and_pearson():
    for n_wrong, n, delta in ((0, 20, 0.1), (3, 50, 0.05), (10, 10, 0.2)):
        test = stats.binomtest(n_wrong, n, alternative="less")
        assert error_upper_bound(n_wrong, n, delta) == pytest.approx(test.proportion_ci(1 - delta, "exact").high)
    with pytest.raises(DataError):
        error_upper_bound(3, 2)
    with pytest.raises(ConfigError):
        error_upper_bound(1, 2, delta=0)


def test_a_guaranteed_threshold_by_hand():
    confidences = np.linspace(0.99, 0.5, 50)
    outcomes = [1] * 40 + [0] * 10
    found = guaranteed_threshold(confidences, outcomes, 0.2)
    passing = [k for k in range(11, 51) if error_upper_bound(max(0, k - 40), k) <= 0.2]
    assert found.n_answered == max(passing)
    assert found.n_wrong == found.n_answered - 40
    assert found.threshold == confidences[found.n_answered - 1]
    assert found.coverage == found.n_answered / 50
    assert found.bound <= 0.2


def test_testing_stops_at_the_first_failure():
    outcomes = [0] * 12 + [1] * 988
    found = guaranteed_threshold(np.linspace(1, 0, 1000), outcomes, 0.1, first_coverage=0.02)
    assert (found.threshold, found.n_answered, found.bound) == (np.inf, 0, 1.0), "though all 1,000 would pass"
    assert guaranteed_threshold(np.linspace(1, 0, 1000), outcomes, 0.1).n_answered == 1000


def test_equal_confidences_are_answered_together():
    found = guaranteed_threshold([0.9] * 30 + [0.5] * 30, [1] * 30 + [0] * 30, 0.1)
    assert (found.threshold, found.n_answered) == (0.9, 30)


@given(answers, st.floats(0.05, 0.6), st.randoms())
def test_properties_of_both_thresholds(pairs, alpha, random):
    confidences, outcomes = np.array(pairs).T
    found = guaranteed_threshold(confidences, outcomes, alpha)
    answered = confidences >= found.threshold
    assert found.n_answered == answered.sum()
    assert found.n_wrong == (1 - outcomes)[answered].sum()
    assert found.n_wrong <= alpha * max(1, found.n_answered)
    assert guaranteed_threshold(confidences, outcomes, alpha, delta=0.01).n_answered <= found.n_answered
    controlled = risk_controlled_threshold(confidences, outcomes, alpha)
    assert risk_controlled_threshold(confidences, outcomes, alpha / 2) >= controlled
    wrong = (1 - outcomes)[confidences >= controlled].sum()
    assert wrong == 0 or (wrong + 1) / (len(outcomes) + 1) <= alpha + 1e-9
    shuffled = list(range(len(pairs)))
    random.shuffle(shuffled)
    assert guaranteed_threshold(confidences[shuffled], outcomes[shuffled], alpha) == found
    assert risk_controlled_threshold(confidences[shuffled], outcomes[shuffled], alpha) == controlled


@pytest.mark.parametrize(("n_documents", "spread"), [(5, 0.0), (5, 0.8), (14, 0.8)])
def test_the_guarantee_fails_no_more_often_than_delta(n_documents, spread):
    """120 validation sets. With documents it holds when errors cluster; without, it fails more often then."""
    truth, rng, n = TrueRisk(spread), np.random.default_rng(1), 120
    broken, broken_without, useful = 0, 0, 0
    for _ in range(n):
        confidences, right, documents = questions(rng, n_documents, spread)
        found = guaranteed_threshold(confidences, right, 0.3, documents=documents)
        broken += truth.among_answered(found.threshold) > 0.3
        useful += found.n_answered > 0
        broken_without += truth.among_answered(guaranteed_threshold(confidences, right, 0.3).threshold) > 0.3
    assert useful > n / 2
    assert broken <= stats.binom.ppf(0.99, n, 0.1), "delta is 0.1"
    if spread:
        assert broken_without > broken
    else:
        assert broken_without <= stats.binom.ppf(0.99, n, 0.1)


@pytest.mark.parametrize(("n_documents", "spread"), [(5, 0.0), (14, 0.8)])
def test_the_expected_loss_is_at_most_alpha(n_documents, spread):
    truth, rng = TrueRisk(spread), np.random.default_rng(2)
    losses = []
    for _ in range(200):
        confidences, right, documents = questions(rng, n_documents, spread)
        threshold = risk_controlled_threshold(confidences, right, 0.25, documents=documents)
        losses.append(truth.among_all(threshold))
    assert np.mean(losses) <= 0.25 + 2 * np.std(losses) / len(losses) ** 0.5
    assert np.mean(losses) > 0.05, "it does not get there by never answering"


def test_risk_control_by_hand():
    assert risk_controlled_threshold([0.9, 0.8, 0.7], [1, 1, 1], 0.25) == 0.7
    assert risk_controlled_threshold([0.9, 0.8, 0.7], [1, 1, 1], 0.2) == np.inf, "1 / 4 is more than 0.2"
    assert risk_controlled_threshold([0.9, 0.8, 0.7], [1, 0.5, 0], 0.4) == 0.8, "(0.5 + 1) / 4, but not 2.5 / 4"
    documents = ["a", "b", "c", "d", "e", "e"]
    confidences = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4]
    assert risk_controlled_threshold(confidences, [1, 1, 1, 1, 1, 0], 0.25, documents=documents) == 0.4
    assert risk_controlled_threshold(confidences, [1, 1, 1, 0, 1, 0], 0.25, documents=documents) == 0.7


def test_what_cannot_be_guaranteed_is_refused():
    with pytest.raises(DataError, match="right or wrong"):
        guaranteed_threshold([0.5, 0.4], [0.5, 1], 0.1)
    with pytest.raises(DataError, match="at least 5 documents"):
        guaranteed_threshold([0.5, 0.4], [1, 0], 0.1, documents=["a", "b"])
    with pytest.raises(DataError, match="pair up"):
        risk_controlled_threshold([0.5, 0.4], [1, 0], 0.1, documents=["a"])
    for wrong in ({"alpha": 0.0}, {"alpha": 10.0}, {"alpha": 0.1, "delta": 1.0}, {"alpha": 0.1, "first_coverage": 2}):
        with pytest.raises(ConfigError):
            guaranteed_threshold([0.5, 0.4], [1, 0], **wrong)
