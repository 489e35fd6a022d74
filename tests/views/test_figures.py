import dataclasses
from pathlib import Path

import pytest

from qa_lesson.errors import ConfigError, DataError
from qa_lesson.evaluation import ThresholdPoint
from qa_lesson.runs import EpochResult, TrainingConfig, TrainingRun
from qa_lesson.schema import Score
from qa_lesson.views import plot_curves, plot_lengths, plot_threshold_sweep, plot_tradeoff


def lines(axes):
    """The drawn points by label."""
    return {line.get_label(): [tuple(point) for point in line.get_xydata().tolist()] for line in axes.get_lines()}


def make_run(*curve):
    return TrainingRun(
        model_dir=Path("run"), config=TrainingConfig(), data_hash="", versions={}, device="cpu", bf16=False,
        curve=tuple(EpochResult(epoch, *values) for epoch, values in enumerate(curve, 1)), untrained_f1=0.06,
        train_seconds=1.0, n_train=10, n_validation=5, lost_answers=(), from_cache=False,
    )  # fmt: skip


def test_curves():
    shown = plot_curves(make_run((2.5, 2.0, 0.4, 0.5), (1.5, 1.75, 0.45, 0.6), (1.0, 1.9, 0.5, 0.55)))
    losses, scores = shown.figure.axes
    assert lines(losses) == {
        "training loss": [(1, 2.5), (2, 1.5), (3, 1.0)],
        "validation loss": [(1, 2.0), (2, 1.75), (3, 1.9)],
    }
    drawn = lines(scores)
    assert drawn["F1"] == [(0, 0.06), (1, 0.5), (2, 0.6), (3, 0.55)]
    assert drawn["exact match"] == [(1, 0.4), (2, 0.45), (3, 0.5)]
    assert [x for x, _ in drawn["epoch kept"]] == [2, 2]
    for told in ("F1 6.0%", "training loss 2.50", "exact match 45.0%", "Kept: epoch 2."):
        assert told in shown.alt
    assert "training questions" not in shown.alt
    with pytest.raises(DataError, match="no learning curve"):
        plot_curves(make_run())


def test_curves_with_the_score_on_training_questions():
    shown = plot_curves(make_run((2.5, 2.0, 0.4, 0.6), (1.5, 1.75, 0.3, 0.5)), training=Score(0.75, 0.8, 0.8, 0.875))
    drawn = lines(shown.figure.axes[1])
    assert drawn["F1, training"] == [(1, 0.875)]
    assert drawn["exact match, training"] == [(1, 0.75)]
    assert "on training questions: exact match 75.0%, F1 87.5%" in shown.alt


def test_curves_of_a_run_that_scored_training_questions():
    run = make_run((2.5, 2.0, 0.4, 0.5, 0.625, 0.75), (1.5, 1.75, 0.45, 0.6, 0.75, 1.0))
    shown = plot_curves(run)
    drawn = lines(shown.figure.axes[1])
    assert drawn["F1, training"] == [(1, 0.75), (2, 1.0)]
    assert drawn["exact match, training"] == [(1, 0.625), (2, 0.75)]
    assert "F1 60.0%; training questions: exact match 75.0%, F1 100.0%" in shown.alt


def test_the_kept_epoch_is_the_last_one_where_the_run_keeps_that():
    run = make_run((2.5, 2.0, 0.4, 0.6), (1.5, 1.75, 0.3, 0.5))
    shown = plot_curves(dataclasses.replace(run, config=TrainingConfig(keep="last")))
    assert "Kept: epoch 2." in shown.alt
    assert "Kept: epoch 1." in plot_curves(run).alt


def test_lengths():
    shown = plot_lengths([3, 4, 4, 5, 40], limit=5, label="words")
    (axes,) = shown.figure.axes
    assert sum(bar.get_height() for bar in axes.patches) == 5
    assert axes.get_xlabel() == "words"
    for told in ("5 lengths (words)", "shortest 3", "median 4", "longest 40", "1 of them (20.0%)", "limit of 5"):
        assert told in shown.alt
    assert "limit" not in plot_lengths([3, 3]).alt
    with pytest.raises(DataError, match="no lengths"):
        plot_lengths([])


def test_tradeoff():
    shown = plot_tradeoff([1, 4], [Score(0.1, 0.8, 0.25, 0.4), Score(0.2, 0.6, 0.5, 0.55)])
    (axes,) = shown.figure.axes
    assert lines(axes) == {
        "precision": [(1, 0.8), (4, 0.6)], "recall": [(1, 0.25), (4, 0.5)], "F1": [(1, 0.4), (4, 0.55)],
    }  # fmt: skip
    assert [label.get_text() for label in axes.get_xticklabels()] == ["1", "4"]
    assert "4 tokens: precision 60.0%, recall 50.0%, F1 55.0%" in shown.alt
    with pytest.raises(ConfigError, match="pair up"):
        plot_tradeoff([1], [])


def test_threshold_sweep():
    points = [
        ThresholdPoint(2.0, 0.3, 0.4, 1.0),
        ThresholdPoint(float("-inf"), 0.25, 0.25, 0.0),
        ThresholdPoint(-1.0, 0.5, 0.625, 0.5),
    ]
    shown = plot_threshold_sweep(points, chosen=0.5)
    drawn = lines(shown.figure.axes[0])
    assert drawn["F1"] == [(-1, 0.625), (2, 0.4)]
    assert drawn["exact match"] == [(-1, 0.5), (2, 0.3)]
    assert [x for x, _ in drawn["threshold 0.50"]] == [0.5, 0.5]
    assert "Best F1: 62.5% (exact match 50.0%) at -1.00 with 50.0% answered" in shown.alt
    assert "Lowest, -inf: F1 25.0%" in shown.alt
    with pytest.raises(DataError, match="no thresholds"):
        plot_threshold_sweep(points[1:2])
