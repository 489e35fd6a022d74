from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_lesson.errors import ConfigError, DataError, PredictionError
from qa_lesson.evaluation import (
    Bin,
    calibration_bins,
    confidence_outcomes,
    evaluate_predictions,
    expected_calibration_error,
    risk_coverage,
)
from qa_lesson.schema import Answer, Example, Prediction

tied = st.lists(st.tuples(st.integers(0, 4).map(lambda k: k / 4), st.integers(0, 1)), min_size=1, max_size=30)


def test_equal_width_bins_by_hand():
    bins = calibration_bins([0.0, 0.1, 0.25, 0.5, 0.9, 1.0], [0, 0, 1, 1, 1, 0], n_bins=4)
    assert bins == [
        Bin(0.0, 0.25, 3, pytest.approx(0.35 / 3), pytest.approx(1 / 3)),
        Bin(0.25, 0.5, 1, 0.5, 1.0),
        Bin(0.75, 1.0, 2, 0.95, 0.5),
    ], "bins are open to the left, the empty one is left out"


def test_equal_mass_bins_keep_equal_confidences_together():
    bins = calibration_bins([0.2, 0.9, 0.9, 0.9, 0.9, 1.0], [0, 1, 1, 1, 0, 1], n_bins=3, binning="equal_mass")
    assert [(part.low, part.high, part.n) for part in bins] == [(0.2, 0.9, 5), (1.0, 1.0, 1)]
    spread = calibration_bins(np.linspace(0.01, 1, 100), [1] * 100, n_bins=4, binning="equal_mass")
    assert [part.n for part in spread] == [25, 25, 25, 25]


def test_calibration_error_by_hand():
    assert expected_calibration_error([0.9] * 4 + [0.3] * 2, [1, 1, 1, 0, 0, 0]) == pytest.approx(
        (4 * 0.15 + 2 * 0.3) / 6
    )
    assert expected_calibration_error([0.5, 0.5], [0, 1]) == 0


@given(tied, st.integers(1, 12), st.sampled_from(["equal_width", "equal_mass"]))
def test_bins_cover_everything_in_order(pairs, n_bins, binning):
    confidences, outcomes = np.array(pairs).T
    bins = calibration_bins(confidences, outcomes, n_bins, binning=binning)
    assert len(bins) <= n_bins
    assert sum(part.n for part in bins) == len(pairs)
    assert sum(part.n * part.mean_outcome for part in bins) == pytest.approx(outcomes.sum())
    assert all(part.low - 1e-9 <= part.mean_confidence <= part.high + 1e-9 for part in bins)
    assert all(left.high <= right.low for left, right in pairwise(bins))
    gap = abs(confidences.mean() - outcomes.mean())
    assert gap - 1e-9 <= expected_calibration_error(confidences, outcomes, n_bins, binning=binning) <= 1


def test_risk_coverage_by_hand():
    curve = risk_coverage([0.6, 0.9, 0.8, 0.7], [0, 1, 1, 0])
    assert curve.thresholds.tolist() == [0.9, 0.8, 0.7, 0.6]
    assert curve.coverage.tolist() == [0.25, 0.5, 0.75, 1]
    assert curve.risk == pytest.approx([0, 0, 1 / 3, 1 / 2])
    assert curve.area == pytest.approx((0 + 0 + 1 / 3 + 1 / 2) / 4)
    assert (curve.coverage_at(0), curve.coverage_at(0.4), curve.coverage_at(0.5)) == (0.5, 0.75, 1)
    assert risk_coverage([0.9, 0.1], [0, 1]).coverage_at(0.4) == 0, "not even the surest answer is right"


def test_coverage_may_rise_again_after_a_bad_stretch():
    assert risk_coverage([0.9, 0.8, 0.7, 0.6], [0, 1, 1, 1]).coverage_at(0.3) == 1


def test_a_risk_at_the_limit_counts_in_spite_of_rounding():
    outcomes = [0.7] * 3
    assert risk_coverage([0.9, 0.8, 0.7], outcomes).coverage_at(0.3) == 1


@given(tied, st.randoms(use_true_random=False))
def test_order_never_matters(pairs, random):
    curve = risk_coverage(*np.array(pairs).T)
    bins = calibration_bins(*np.array(pairs).T, binning="equal_mass")
    random.shuffle(pairs)
    again = risk_coverage(*np.array(pairs).T)
    for name in ("coverage", "risk", "thresholds", "area"):
        assert getattr(again, name) == pytest.approx(getattr(curve, name))
    assert [part.n for part in calibration_bins(*np.array(pairs).T, binning="equal_mass")] == [part.n for part in bins]
    assert curve.coverage[-1] == 1
    assert curve.risk[-1] == pytest.approx(1 - np.array(pairs)[:, 1].mean())
    assert len(curve.thresholds) == len({confidence for confidence, _ in pairs})


def test_confidences_without_information_have_the_plain_error_rate_as_area():
    assert risk_coverage([0.5] * 5, [1, 1, 0, 1, 0]).area == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("confidences", "outcomes", "message"),
    [
        ([], [], "do not pair up"),
        ([0.5], [1, 0], "do not pair up"),
        ([[0.5]], [[1]], "do not pair up"),
        ([95.0, 0.5], [1, 1], r"1 of 2 confidences are not fractions[\s\S]*95"),
        ([0.5, float("nan")], [1, 1], "confidences are not fractions"),
        ([0.5], [-1], "outcomes are not fractions"),
    ],
)
def test_values_that_cannot_be_used(confidences, outcomes, message):
    for function in (calibration_bins, risk_coverage, expected_calibration_error):
        with pytest.raises(DataError, match=message):
            function(confidences, outcomes)


def test_bins_that_are_none():
    with pytest.raises(ConfigError, match="n_bins=0"):
        calibration_bins([0.5], [1], n_bins=0)
    with pytest.raises(ConfigError, match="'deciles'"):
        calibration_bins([0.5], [1], binning="deciles")


def test_predictions_are_joined_by_id():
    context = "Bram Keating keeps the light."
    examples = [Example(name, "Who?", context, (Answer("Bram Keating", 0),)) for name in ("q1", "q2")]
    predictions = [Prediction("q2", "Keating", 5, 12, 0.3, 0.0), Prediction("q1", "Bram Keating", 0, 12, 0.8, 0.0)]
    evaluation = evaluate_predictions(examples, predictions)
    confidences, outcomes = confidence_outcomes(evaluation, predictions)
    assert (confidences.tolist(), outcomes.tolist()) == ([0.8, 0.3], [1.0, 0.0])
    assert confidence_outcomes(evaluation, predictions, "f1")[1] == pytest.approx([1.0, 2 / 3])
    with pytest.raises(PredictionError, match=r"'q1' is not the one[\s\S]*None"):
        confidence_outcomes(evaluation, predictions[:1])
    with pytest.raises(PredictionError, match=r"'q2' is not the one[\s\S]*'light'[\s\S]*'Keating'"):
        confidence_outcomes(evaluation, [predictions[1], Prediction("q2", "light", 23, 28, 0.3, 0.0)])
