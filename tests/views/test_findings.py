"""Titles of figures say what the figure shows, whatever the numbers are."""

import pytest

from qa_lesson.evaluation import Bin, Slice
from qa_lesson.look import colors
from qa_lesson.runs import EpochResult
from qa_lesson.views import plot_intervals, plot_lengths, plot_reliability, plot_slices
from qa_lesson.views.figures import draw_curves


def title(shown):
    return shown.figure.get_suptitle()


@pytest.mark.parametrize(
    ("rows", "difference", "finding"),
    [
        ({"A": (0.8, 0.75, 0.85), "B": (0.5, 0.4, 0.6)}, False, "Highest: A, and no other interval reaches its own"),
        ({"A": (0.8, 0.55, 0.9), "B": (0.5, 0.4, 0.6)}, False, "Highest: A, but some of the intervals overlap"),
        ({"A": (0.8, 0.75, 0.85)}, False, "A: 80.0%, give or take 5.0 points"),
        ({"A - B": (0.1, 0.05, 0.2)}, True, "The interval does not include 0"),
        ({"A - B": (0.1, -0.05, 0.2)}, True, "It could be no difference"),
        ({"A - B": (0.1, -0.05, 0.2), "A - C": (0.2, 0.1, 0.3)}, True, "Could be no difference: A - B"),
    ],
)
def test_intervals(rows, difference, finding):
    assert title(plot_intervals(rows, difference=difference)) == finding
    assert title(plot_intervals(rows, difference=difference, title="Mine")) == "Mine"


def part(name, f1, low, high):
    return Slice(name, 20, f1, f1, f1, f1, low, high, "document")


def test_the_weakest_slice_is_named_marked_and_sorted_first():
    slices = [part("who", 0.8, 0.7, 0.9), part("why", 0.4, 0.2, 0.5), part("how", 0.6, 0.5, 0.7)]
    assert title(plot_slices(slices, overall=0.6)) == (
        "Weakest: why, F1 40.0% of 20 questions, below what all questions give"
    )
    assert title(plot_slices(slices, overall=0.45)).endswith("(its interval includes the overall score)")
    names = [label.get_text() for label in plot_slices(slices, sort=True).figure.axes[0].get_yticklabels()]
    assert names == ["why", "how", "who"]
    given = plot_slices(slices).figure.axes[0]
    assert [label.get_text() for label in given.get_yticklabels()] == ["who", "why", "how"]
    assert len({patch.get_edgecolor() for patch in given.patches}) == 2


def test_reliability_says_which_way_it_is_off():
    sure, unsure = Bin(0.8, 0.9, 10, 0.85, 0.5), Bin(0.2, 0.3, 10, 0.25, 0.5)
    assert title(plot_reliability([sure])) == "On average 35.0 points surer than it is right"
    assert title(plot_reliability([unsure])) == "On average 25.0 points less sure than it is right"


def test_curves_and_lengths():
    points = [
        EpochResult(epoch=n, train_loss=1 / n, validation_loss=loss, exact_match=0.3, f1=f1)
        for n, loss, f1 in ((1, 1.0, 0.5), (2, 0.8, 0.7), (3, 1.2, 0.6))
    ]
    assert title(draw_curves(points)) == "Validation: best F1 70.0% after epoch 2, the loss ends above its lowest"
    assert title(draw_curves(points[:2])).endswith("the loss still falls")
    assert title(plot_lengths([3, 4, 9], limit=5)) == "1 of 3 are longer than the limit of 5"


def lightness(color):
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    ]
    luminance = sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return 116 * luminance ** (1 / 3) - 16


def test_the_colors_of_the_splits_can_be_told_apart_in_gray():
    levels = sorted(lightness(color) for color in (colors.TRAINING, colors.VALIDATION, colors.TEST))
    assert min(levels[1] - levels[0], levels[2] - levels[1]) > 7
