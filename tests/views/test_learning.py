import pytest

from qa_lesson.errors import DataError
from qa_lesson.evaluation import Interval, PairedComparison
from qa_lesson.recordings import RescueAttempt
from qa_lesson.runs import EpochResult
from qa_lesson.views import live_curves, plot_attempts, plot_data_size, show_attempts


def interval(estimate, low, high):
    return Interval(estimate, low, high, 0.95, 378, 9, "document")


START = RescueAttempt("rescue_start", "nothing", 6, 6, 1.0, 0.6875, interval(0.7, 0.65, 0.75), None, None)
CHANGE = PairedComparison(-0.02, -0.05, 0.01, 0.3, 0.95, 0.68, 0.7, 378, 9, "document")
OTHER = RescueAttempt("rescue_<b>_x", "less & less", 3, 2, 0.75, 0.625, interval(0.68, 0.63, 0.73), CHANGE, CHANGE)


def test_live_curves_grow_with_every_point():
    curves = live_curves()
    assert repr(curves) == "<live curves: 0 epochs>"
    assert "appear here" in curves.view.value
    curves.add(EpochResult(1, 4.0, 3.5, 0.25, 0.375, 0.5, 0.625))
    first = curves.view.value
    assert "validation loss 3.50" in first
    assert "training questions: exact match 50.0%, F1 62.5%" in first
    curves.add(EpochResult(2, 2.0, 3.0, 0.5, 0.5))
    assert "epoch 2" in curves.view.value
    assert "epoch 1" in curves.view.value
    assert repr(curves) == "<live curves: 2 epochs>"
    assert curves.static_html() == curves.view.value
    assert "<img" in curves._repr_mimebundle_()["text/html"]


def test_a_second_training_starts_a_new_curve():
    curves = live_curves()
    for epoch in (1, 2, 1):
        curves.add(EpochResult(epoch, 4.0, 3.5, 0.25, 0.375))
    assert [point.epoch for point in curves.points] == [1]


def test_data_size():
    shown = plot_data_size({128: interval(0.3, 0.25, 0.35), 32: interval(0.1, 0.05, 0.2)}, {32: 1.0, 128: 0.9})
    (axes,) = shown.figure.axes
    drawn = {line.get_label(): line.get_xydata().tolist() for line in axes.get_lines()}
    assert drawn["F1, test questions"] == [[32, 0.1], [128, 0.3]]
    assert drawn["F1, training questions"] == [[32, 1.0], [128, 0.9]]
    assert [[32, 0.05], [32, 0.2]] in drawn.values() or [[128, 0.25], [128, 0.35]] in drawn.values()
    assert [label.get_text() for label in axes.get_xticklabels()] == ["32", "128"]
    assert "32 questions: test F1 10.0% [5.0, 20.0]" in shown.alt
    assert "128 questions: training F1 90.0%" in shown.alt
    assert "training F1" not in plot_data_size({32: interval(0.1, 0.05, 0.2)}).alt
    with pytest.raises(DataError, match="no sizes"):
        plot_data_size({})


def test_attempts_as_a_figure():
    shown = plot_attempts([START, OTHER])
    (axes,) = shown.figure.axes
    drawn = {line.get_label(): line.get_xydata().tolist() for line in axes.get_lines()}
    assert drawn["F1, validation"] == [[0.6875, 0], [0.625, 1]]
    assert drawn["F1, training"] == [[1.0, 0], [0.75, 1]]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["start", "<b> x"]
    assert "start: training F1 100.0%, validation F1 68.8%, gap 31.2 points" in shown.alt
    assert axes.get_xlim()[0] < 0.625
    with pytest.raises(DataError, match="no attempts"):
        plot_attempts([])


def test_attempts_as_a_table():
    shown = show_attempts([START, OTHER])
    assert repr(shown) == "<table of 2 attempts>"
    text = shown.html.replace("&nbsp;", " ").replace("<br>", " ")
    for told in ("6 kept 6", "31.2", "70.0% [65.0, 75.0]", "-2.0 [-5.0, +1.0]", "&lt;b&gt; x", "less &amp; less"):
        assert told in text
    assert "<b> x" not in text
