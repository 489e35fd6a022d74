"""Figures of how far a score can be trusted: intervals, slices, calibration and selective answering."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from qa_lesson.errors import ConfigError, DataError
from qa_lesson.evaluation import Bin, Interval, RiskCoverage, Slice
from qa_lesson.evaluation.intervals import MIN_DOCUMENTS
from qa_lesson.look.colors import BLUE, BLUE_SOFT, CARD, GREEN, MUTED, ORANGE, ORANGE_SOFT, PURPLE, TEXT
from qa_lesson.look.templating import percent
from qa_lesson.look.theme import (
    DescribedFigure,
    add_legend,
    add_title,
    describe,
    new_figure,
    percent_axis,
    state_finding,
)

_STYLES = ((BLUE, "-"), (ORANGE, "--"), (GREEN, "-."), (PURPLE, ":"))
_NOTE: dict[str, Any] = {
    "fontsize": 9,
    "color": TEXT,
    "bbox": {"facecolor": CARD, "edgecolor": "none", "pad": 1},  # keeps lines out of the text
}


def plot_intervals(
    intervals: Mapping[str, Interval | tuple[float, float, float]],
    *,
    difference: bool = False,
    title: str | None = None,
) -> DescribedFigure:
    """A forest of intervals: one line each, with its estimate as a dot and the numbers next to it.

    Args:
        intervals: by label, from top to bottom; an `Interval` or (estimate, low, high), fractions. Underscores in
            labels are drawn as spaces.
        title: None says which is highest, or which differences could be none.
        difference: they are differences of two scores, so 0 is marked and the axis is in points.
    """
    _need(intervals, "intervals")
    rows = [
        (label.replace("_", " "), *(it if isinstance(it, tuple) else (it.estimate, it.low, it.high)))
        for label, it in intervals.items()
    ]
    figure, (axes,) = new_figure(height=1.1 + 0.38 * len(rows))
    told = []
    for y, (label, estimate, low, high) in enumerate(rows):
        axes.plot([low, high], [y, y], color=BLUE, linewidth=3, solid_capstyle="butt")
        axes.plot([estimate], [y], "o", color=BLUE, markersize=8, clip_on=False)  # whole at 0 and 100% too
        if difference:
            text = f"{100 * estimate:+.1f} [{100 * low:+.1f}, {100 * high:+.1f}]"
        else:
            text = f"{percent(estimate)} [{100 * low:.1f}, {100 * high:.1f}]"
        # right of the axes, where neither the names nor the line at 0 can be under it
        axes.annotate(text, (1.02, y), xycoords=("axes fraction", "data"), va="center", fontsize=9, color=TEXT)
        told.append(f"{label}: {text}{' points' if difference else ''}")
    axes.set_yticks(range(len(rows)), [row[0] for row in rows])
    for tick in axes.get_yticklabels():
        tick.set_parse_math(False)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.grid(visible=False, axis="y")
    claim = _shared_claim(list(intervals.values()))
    state_finding(figure, title or _intervals_told(rows, difference))
    if difference:
        axes.axvline(0, color=ORANGE, linestyle="--", linewidth=1.5)
        axes.xaxis.set_major_formatter(lambda value, _: f"{100 * value:+.3g}" if abs(value) > 1e-9 else "0")
        axes.margins(x=0.08)
        axes.set_xlabel(f"difference in points (0: no difference){claim}")
    else:
        lowest, highest = min(row[2] for row in rows), max(row[3] for row in rows)
        margin = 0.08 * (highest - lowest) + 0.01
        percent_axis(axes, horizontal=True)
        axes.set_xlim(max(0, lowest - margin), min(1, highest + margin))
        axes.set_xlabel(f"score{claim}")
    return describe(figure, f"Estimates with their intervals{claim}. {'; '.join(told)}.")


def _intervals_told(rows: Sequence[tuple[str, float, float, float]], difference: bool) -> str:
    """What the intervals show together."""
    if difference:
        unclear = [label for label, _, low, high in rows if low <= 0 <= high]
        if not unclear:
            return "No difference's interval includes 0" if len(rows) > 1 else "The interval does not include 0"
        return f"Could be no difference: {', '.join(unclear)}" if len(rows) > 1 else "It could be no difference"
    best = max(rows, key=lambda row: row[1])
    apart = [label for label, _, _, high in rows if high < best[2]]
    if len(rows) == 1:
        return f"{best[0]}: {percent(best[1])}, give or take {50 * (best[3] - best[2]):.1f} points"
    if len(apart) == len(rows) - 1:
        return f"Highest: {best[0]}, and no other interval reaches its own"
    return f"Highest: {best[0]}, but some of the intervals overlap"


def _shared_claim(intervals: Sequence[Interval | tuple[float, float, float]]) -> str:
    """What the intervals are for, if they are all for the same."""
    said = {(it.confidence, it.claim) for it in intervals if isinstance(it, Interval)}
    if len(said) != 1 or any(isinstance(it, tuple) for it in intervals):
        return ""
    ((confidence, claim),) = said
    return f", {100 * confidence:.3g}% interval {claim}"


def plot_slices(
    slices: Sequence[Slice],
    *,
    metric: Literal["f1", "exact_match"] = "f1",
    overall: float | None = None,
    sort: bool = False,
) -> DescribedFigure:
    """One bar a slice with its score and number of questions; F1 also with its interval.

    A slice on too few documents has no interval, and the text alternative says so.

    Args:
        slices: from `score_slices`, drawn from top to bottom.
        metric: which score; a slice's interval is one of F1, so only F1 shows it.
        overall: the score of all questions together, marked as a line.
        sort: draw the lowest score first; leave it False where the slices have an order of their own, as lengths do.
    """
    _need(slices, "slices")
    name = {"f1": "F1", "exact_match": "exact match"}[metric]
    weakest = min(slices, key=lambda part: float(getattr(part, metric)))
    if sort:
        slices = sorted(slices, key=lambda part: float(getattr(part, metric)))
    figure, (axes,) = new_figure(height=1.1 + 0.38 * len(slices))
    told = []
    for y, part in enumerate(slices):
        value = float(getattr(part, metric))
        look = (ORANGE_SOFT, ORANGE) if part is weakest and len(slices) > 1 else (BLUE_SOFT, BLUE)
        axes.barh([y], [value], color=look[0], edgecolor=look[1], height=0.62)
        said = f"{part.name}: {name} {percent(value)}, {part.n} questions"
        if metric == "f1" and part.low is not None and part.high is not None:
            axes.plot([part.low, part.high], [y, y], color=TEXT, linewidth=2.5)
            said += f", interval {100 * part.low:.1f} to {100 * part.high:.1f}"
        elif metric == "f1":
            said += ", no interval"
        axes.annotate(f"{percent(value)}  n={part.n}", (1.03, y), va="center", **_NOTE)  # beside a full bar
        told.append(said)
    axes.set_yticks(range(len(slices)), [part.name for part in slices])
    for tick in axes.get_yticklabels():
        tick.set_parse_math(False)
    axes.set_ylim(len(slices) - 0.5, -0.5)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel(name)
    percent_axis(axes, horizontal=True)
    axes.set_xlim(0, 1.27)
    axes.set_xticks([0, 0.2, 0.4, 0.6, 0.8, 1.0])
    text = f"{name} by slice. {'; '.join(told)}."
    if len(slices) > 1:
        state_finding(figure, _weakest_told(weakest, metric, name, overall))
    if metric == "f1" and any(part.unit is None for part in slices):
        text += f" No interval: fewer than {MIN_DOCUMENTS} documents, or too few questions."
    if overall is not None:
        axes.axvline(overall, color=PURPLE, linestyle="--", linewidth=1.5)
        axes.set_xlabel(f"{name} (dashed: all questions, {percent(overall)})")
        text += f" All questions together: {percent(overall)}."
    return describe(figure, text)


def _weakest_told(weakest: Slice, metric: str, name: str, overall: float | None) -> str:
    said = f"Weakest: {weakest.name}, {name} {percent(float(getattr(weakest, metric)))} of {weakest.n} questions"
    if metric == "f1" and overall is not None and weakest.low is not None and weakest.high is not None:
        said += "" if weakest.low <= overall <= weakest.high else ", below what all questions give"
        said += " (its interval includes the overall score)" if weakest.low <= overall <= weakest.high else ""
    return said


def plot_reliability(bins: Sequence[Bin], *, outcome: str = "answered right") -> DescribedFigure:
    """Reliability diagram: how often answers of a given confidence are right, against that confidence.

    Args:
        bins: from `calibration_bins`.
        outcome: what the outcomes are, for the axis.
    """
    _need(bins, "bins")
    figure, (axes, counts) = new_figure(2)
    axes.plot([0, 1], [0, 1], color=MUTED, linestyle=":", linewidth=1.5, label="perfectly calibrated")
    for part in bins:
        axes.plot([part.mean_confidence] * 2, [part.mean_confidence, part.mean_outcome], color=ORANGE, linewidth=2)
    axes.plot(
        [part.mean_confidence for part in bins], [part.mean_outcome for part in bins], "o-", color=BLUE,
        linewidth=1.5, markersize=6, label="observed (orange: the gap)",
    )  # fmt: skip
    percent_axis(axes)
    percent_axis(axes, horizontal=True)
    axes.set(xlabel="mean confidence", ylabel=outcome)
    add_title(axes, "Reliability")
    add_legend(axes, loc="upper left")
    axes.set_ylim(0, 1.18)  # the legend stands above the diagonal
    axes.set_yticks([0, 0.2, 0.4, 0.6, 0.8, 1.0])
    counts.bar(
        [part.low for part in bins],
        [part.n for part in bins],
        width=[max(part.high - part.low, 0.01) for part in bins],
        align="edge",
        color=BLUE_SOFT,
        edgecolor=BLUE,
    )
    percent_axis(counts, horizontal=True)
    counts.set(xlabel="confidence", ylabel="questions")
    add_title(counts, "Where the questions are")
    n_answers = sum(part.n for part in bins)
    gap = sum(part.n * (part.mean_confidence - part.mean_outcome) for part in bins) / n_answers
    direction = "surer than it is right" if gap > 0 else "less sure than it is right"
    state_finding(figure, f"On average {100 * abs(gap):.1f} points {direction}")
    told = "; ".join(
        f"confidence {percent(part.mean_confidence)}: {outcome} {percent(part.mean_outcome)} of {part.n}"
        for part in bins
    )
    return describe(figure, f"Reliability diagram, {sum(part.n for part in bins)} questions. {told}.")


def plot_risk_coverage(curves: RiskCoverage | Mapping[str, RiskCoverage]) -> DescribedFigure:
    """Error among the answered questions against the share that is answered, most confident first.

    Args:
        curves: one curve, or several by label.
    """
    named = curves if isinstance(curves, Mapping) else {"model": curves}
    _need(named, "curves")
    if len(named) > len(_STYLES):
        raise ConfigError(
            f"more than {len(_STYLES)} curves cannot be told apart",
            received=f"{len(named)} curves",
            fix="draw fewer in one figure",
        )
    figure, (axes,) = new_figure()
    told = []
    for (label, curve), (colour, dash) in zip(named.items(), _STYLES, strict=False):
        axes.plot(
            curve.coverage, curve.risk, color=colour, linestyle=dash, linewidth=2, label=label, drawstyle="steps-pre"
        )
        points = []
        for share in (0.25, 0.5, 0.75, 1.0):
            at = next(i for i, coverage in enumerate(curve.coverage) if coverage >= share - 1e-9)
            points.append(f"{percent(curve.risk[at])} at coverage {percent(curve.coverage[at])}")
        told.append(f"{label}: risk {', '.join(points)}")
    percent_axis(axes)
    percent_axis(axes, horizontal=True)
    highest = max(float(max(curve.risk)) for curve in named.values())
    axes.set_ylim(0, min(1.02, 1.15 * highest + 0.02))
    axes.set(xlabel="coverage: share of questions answered", ylabel="risk: error among them")
    if len(named) > 1:
        add_legend(axes, ncols=2)
    label, curve = min(named.items(), key=lambda item: float(item[1].risk[-1]))
    half = next(i for i, coverage in enumerate(curve.coverage) if coverage >= 0.5 - 1e-9)
    whose = f"{label}: " if len(named) > 1 else ""
    shares = f"{percent(curve.risk[half])} of the surest half are wrong, {percent(curve.risk[-1])} of all"
    state_finding(figure, f"{whose}{shares}")
    return describe(figure, f"Risk against coverage. {'; '.join(told)}.")


def _need(rows: object, what: str) -> None:
    if not rows:
        raise DataError(f"there are no {what} to draw", received=f"0 {what}", fix="pass at least one")
