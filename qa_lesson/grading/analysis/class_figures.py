"""Figures of a graded quiz, each with a text alternative that carries its numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from qa_lesson.errors import DataError
from qa_lesson.grading.analysis.item_analysis import ItemAnalysis
from qa_lesson.grading.analysis.reliability import FloatArray
from qa_lesson.grading.formats.results import Results
from qa_lesson.look.colors import BLUE, MUTED, ORANGE, TEXT
from qa_lesson.look.templating import percent
from qa_lesson.look.theme import DescribedFigure, add_legend, describe, new_figure, percent_axis

_BINS = 20
_PLACES = ((5, 3), (5, -10), (-21, 3), (-21, -10), (-8, 8), (-8, -15), (12, 12), (12, -19), (-28, 12), (-28, -19))
_LABEL = (20, 9)  # width and height


def plot_scores(results: Results) -> DescribedFigure:
    """How many learners reached which share of the points; those who handed in nothing are not in it.

    Raises:
        DataError: no one handed in.
    """
    shares = np.array([result.share for result in results.handed_in], dtype=np.float64)
    if not len(shares):
        raise DataError("there are no scores to draw", received="0 submissions", fix="grade at least one")
    figure, (axes,) = new_figure(height=2.8)
    # moved up by a hair: sums of fractions that should be 0.3 belong into the bin that starts with 0.3
    counts, edges = np.histogram(np.clip(shares + 1e-9, 0, 1), bins=_BINS, range=(0, 1))
    axes.bar(edges[:-1], counts, width=1 / _BINS, align="edge", color=BLUE, edgecolor="white", linewidth=0.8)
    mean, median = float(shares.mean()), float(np.median(shares))
    axes.axvline(mean, color=ORANGE, linewidth=2, linestyle="--", label=f"mean {percent(mean)}")
    percent_axis(axes, horizontal=True)
    axes.set_xlim(0, 1)
    axes.set(xlabel="share of the points", ylabel="learners")
    axes.set_ylim(0, max(1.0, 1.2 * float(counts.max())))  # room for the legend
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    add_legend(axes, loc="upper left")
    quarters = [int(((shares >= low) & (shares < high)).sum()) for low, high in ((0, 0.25), (0.25, 0.5), (0.5, 0.75))]
    told = (
        f"Distribution of {len(shares)} scores. Mean {percent(mean)}, median {percent(median)}, lowest "
        f"{percent(float(shares.min()))}, highest {percent(float(shares.max()))}. Below 25%: {quarters[0]} learners, "
        f"25 to 50%: {quarters[1]}, 50 to 75%: {quarters[2]}, 75% and more: {len(shares) - sum(quarters)}."
    )
    return describe(figure, told)


def plot_items(analysis: ItemAnalysis) -> DescribedFigure:
    """Every question by its facility and its discrimination, named by its number.

    Raises:
        DataError: no question has both.
    """
    items = [one for one in analysis.items if one.facility is not None and one.discrimination is not None]
    if not items:
        raise DataError("there is no item analysis to draw", received=f"{analysis.n_learners} learners")
    facility = np.array([one.facility for one in items], dtype=np.float64)
    discrimination = np.array([one.discrimination for one in items], dtype=np.float64)
    figure, (axes,) = new_figure(height=4.0)
    axes.axhspan(min(-0.1, float(discrimination.min()) - 0.05), 0, color=ORANGE, alpha=0.12, linewidth=0)
    axes.axhline(0, color=MUTED, linewidth=1)
    axes.scatter(facility, discrimination, s=22, color=BLUE, zorder=3)
    percent_axis(axes, horizontal=True)
    axes.set_ylim(min(-0.1, float(discrimination.min()) - 0.05), max(0.6, float(discrimination.max()) + 0.08))
    names = [f"Q{one.question.number}" for one in items]
    _label(axes, names, np.column_stack([facility, discrimination]))
    axes.set(xlabel="facility (right: easy)", ylabel="discrimination (item-rest)")
    told = "; ".join(
        f"Q{one.question.number} facility {percent(x)}, discrimination {y:.2f}"
        for one, x, y in zip(items, facility.tolist(), discrimination.tolist(), strict=True)
    )
    return describe(figure, f"Questions by facility and discrimination; below 0 something is wrong. {told}.")


def _label(axes: Axes, names: Sequence[str], points: FloatArray) -> None:
    """Name each point next to it, wherever there is room, the lowest first; the other names are left out.

    Places and sizes are in typographic points.
    """
    axes.figure.draw_without_rendering()  # type: ignore[union-attr]  # fixes where the axes are
    at = axes.transData.transform(points) * 72 / axes.figure.dpi
    taken = [(x - 3, y - 3, x + 3, y + 3) for x, y in at]
    for place in np.argsort(points[:, 1], kind="stable"):
        x, y = at[place]
        for right, up in _PLACES:
            box = (x + right, y + up, x + right + _LABEL[0], y + up + _LABEL[1])
            if not any(_overlap(box, other) for other in taken):
                taken.append(box)
                axes.annotate(
                    names[place], points[place], xytext=(right, up), textcoords="offset points", fontsize=8.5,
                    color=TEXT,
                )  # fmt: skip
                break


def _overlap(left: tuple[float, ...], right: tuple[float, ...]) -> bool:
    return left[0] < right[2] and right[0] < left[2] and left[1] < right[3] and right[1] < left[3]
