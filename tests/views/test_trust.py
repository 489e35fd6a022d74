import numpy as np
import pytest

from qa_lesson.errors import ConfigError, DataError
from qa_lesson.evaluation import Bin, Interval, Slice, risk_coverage
from qa_lesson.views import plot_intervals, plot_reliability, plot_risk_coverage, plot_slices


def texts(axes):
    return [text.get_text() for text in axes.texts]


def test_intervals():
    shown = plot_intervals({"A $x$ B": Interval(0.83, 0.8, 0.86, 0.95, 100, 10, "document"), "C": (0.5, 0.25, 0.75)})
    (axes,) = shown.figure.axes
    assert texts(axes) == ["83.0% [80.0, 86.0]", "50.0% [25.0, 75.0]"]
    assert [list(line.get_xdata()) for line in axes.get_lines()][::2] == [[0.8, 0.86], [0.25, 0.75]]
    assert axes.get_xlim()[0] < 0.25 < 0.86 < axes.get_xlim()[1]
    assert "A $x$ B: 83.0% [80.0, 86.0]; C: 50.0% [25.0, 75.0]" in shown.alt
    assert len(shown.png()) > 1000  # a $ in a label is no formula
    assert axes.get_xlabel() == "score"


def test_intervals_say_what_they_are_for_if_they_are_all_for_the_same():
    both = {
        "size_32": Interval(0.83, 0.8, 0.86, 0.95, 100, 10, "document"),
        "B": Interval(1, 1, 1, 0.95, 90, 10, "document"),
    }
    shown = plot_intervals(both)
    (axes,) = shown.figure.axes
    assert axes.get_xlabel() == "score, 95% interval for new documents of the same kind"
    assert [label.get_text() for label in axes.get_yticklabels()] == ["size 32", "B"]
    mixed = both | {"C": Interval(1, 1, 1, 0.95, 90, 90, "question")}
    assert plot_intervals(mixed).figure.axes[0].get_xlabel() == "score"


def test_numbers_are_beside_the_axes_and_cover_neither_names_nor_zero():
    differences = {f"system {i} against the first": (0.01 * i, -0.02, 0.03) for i in range(-1, 3)}
    figure = plot_intervals(differences, difference=True).figure
    (axes,) = figure.axes
    figure.draw_without_rendering()
    inside = axes.get_window_extent()
    for text in axes.texts:
        box = text.get_window_extent()
        assert box.x0 > inside.x1
        assert box.x1 <= figure.bbox.x1


def test_differences_show_zero():
    shown = plot_intervals({"A - B": (0.1366, 0.1162, 0.1576)}, difference=True)
    (axes,) = shown.figure.axes
    assert texts(axes) == ["+13.7 [+11.6, +15.8]"]
    assert "+13.7 [+11.6, +15.8] points" in shown.alt
    assert axes.get_xlim()[0] < 0
    assert axes.xaxis.get_major_formatter()(0.1) == "+10"
    with pytest.raises(DataError, match="no intervals"):
        plot_intervals({})


def test_slices():
    parts = [
        Slice("date", 20, 0.5, 0.6, 0.7, 0.65, 0.4, 0.8, "document"),
        Slice("person", 3, 0.25, 0.5, 0.5, 0.5, None, None, None),
    ]
    shown = plot_slices(parts, overall=0.6)
    (axes,) = shown.figure.axes
    assert [bar.get_width() for bar in axes.patches] == [0.65, 0.5]
    assert texts(axes) == ["65.0%  n=20", "50.0%  n=3"]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["date", "person"]
    assert (
        "date: F1 65.0%, 20 questions, interval 40.0 to 80.0; person: F1 50.0%, 3 questions, no interval" in shown.alt
    )
    assert "All questions together: 60.0%" in shown.alt
    exact = plot_slices(parts, metric="exact_match")
    assert [bar.get_width() for bar in exact.figure.axes[0].patches] == [0.5, 0.25]
    assert "interval" not in exact.alt  # the interval is one of F1
    with pytest.raises(DataError, match="no slices"):
        plot_slices([])


def test_reliability():
    shown = plot_reliability([Bin(0, 0.5, 4, 0.25, 0.5), Bin(0.5, 1, 6, 0.875, 0.75)])
    axes, counts = shown.figure.axes
    (observed,) = [line for line in axes.get_lines() if line.get_label().startswith("observed")]
    assert observed.get_xydata().tolist() == [[0.25, 0.5], [0.875, 0.75]]
    assert [(bar.get_x(), bar.get_width(), bar.get_height()) for bar in counts.patches] == [(0, 0.5, 4), (0.5, 0.5, 6)]
    assert "10 questions. confidence 25.0%: answered right 50.0% of 4; confidence 87.5%" in shown.alt
    with pytest.raises(DataError, match="no bins"):
        plot_reliability([])


def test_risk_coverage():
    curve = risk_coverage([0.9, 0.8, 0.7, 0.6], [1, 1, 0, 0])
    shown = plot_risk_coverage({"model": curve, "other": risk_coverage([0.5], [1])})
    drawn = {line.get_label(): line.get_xydata() for line in shown.figure.axes[0].get_lines()}
    assert np.allclose(drawn["model"], [[0.25, 0], [0.5, 0], [0.75, 1 / 3], [1, 0.5]])
    assert "model: risk 0.0% at coverage 25.0%, 0.0% at coverage 50.0%, 33.3% at coverage 75.0%" in shown.alt
    assert plot_risk_coverage(curve).alt.endswith("50.0% at coverage 100.0%.")
    with pytest.raises(ConfigError, match="told apart"):
        plot_risk_coverage(dict.fromkeys("abcde", curve))
