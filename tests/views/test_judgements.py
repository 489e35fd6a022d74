import pytest

from qa_lesson.errors import ConfigError, DataError
from qa_lesson.evaluation import roc_curve
from qa_lesson.views import plot_minimal_pairs, plot_roc

ACCEPTED = [True, True, False, False]
CURVES = {"F1": roc_curve([0.9, 0.2, 0.5, 0.1], ACCEPTED), "EM": roc_curve([1, 0, 0, 0], ACCEPTED)}


def test_roc_curves_tell_their_areas():
    shown = plot_roc({"own answers": CURVES, "hard cases": {"F1": CURVES["F1"]}})
    assert "own answers, F1: area 0.75" in shown.alt
    assert "own answers, EM: area 0.75" in shown.alt
    left, right = shown.figure.axes
    assert [text.get_text() for text in right.get_legend().get_texts()] == ["chance: 0.50", "F1: 0.75"]
    assert list(left.lines[1].get_xdata()) == list(CURVES["F1"].refused_passed)
    assert shown.png()[1:4] == b"PNG"


def test_roc_without_curves_or_with_too_many():
    with pytest.raises(DataError, match="no curves"):
        plot_roc({})
    with pytest.raises(DataError, match="no curves"):
        plot_roc({"empty": {}})
    with pytest.raises(ConfigError, match="5 curves"):
        plot_roc({"full": dict.fromkeys("abcde", CURVES["F1"])})


def test_minimal_pairs_are_counted_on_the_right_side():
    shown = plot_minimal_pairs([(0.9, 0.2), (0.3, 0.8), (0.5, 0.5)], score="F1")
    assert "same or a higher F1 in 2, the right one in 1" in shown.alt
    labels = [text.get_text() for text in shown.figure.axes[0].get_legend().get_texts()]
    assert labels == ["the wrong answer scores as much or more (2)", "the right answer scores more (1)"]
    with pytest.raises(DataError, match="no pairs"):
        plot_minimal_pairs([])
