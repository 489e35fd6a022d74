"""Figures of training and of scores that change with a setting; each carries a text alternative with its numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, PercentFormatter

from qa_lesson.errors import ConfigError, DataError
from qa_lesson.evaluation import ThresholdPoint
from qa_lesson.runs import TrainingRun
from qa_lesson.schema import Score
from qa_lesson.views.cards import percent
from qa_lesson.views.theme import (
    BLUE,
    BLUE_SOFT,
    GREEN,
    MUTED,
    ORANGE,
    PURPLE,
    TEXT,
    DescribedFigure,
    add_legend,
    add_title,
    describe,
    new_figure,
)


def plot_curves(run: TrainingRun, *, training: Score | None = None) -> DescribedFigure:
    """Loss (left) and validation exact match and F1 (right) after each epoch, the kept epoch marked.

    The F1 of the untrained head stands at epoch 0.

    Args:
        run: a finished run.
        training: the kept model's mean score on training questions, drawn at the kept epoch; a run does not hold it.
    """
    if not run.curve:
        raise DataError("the run has no learning curve", received="0 epochs", fix="pass a run of at least one epoch")
    epochs = [point.epoch for point in run.curve]
    figure, (losses, scores) = new_figure(2)
    line(losses, epochs, [point.train_loss for point in run.curve], "training loss", BLUE, "o-")
    line(losses, epochs, [point.validation_loss for point in run.curve], "validation loss", ORANGE, "s--")
    line(scores, [0, *epochs], [run.untrained_f1, *(point.f1 for point in run.curve)], "F1", GREEN, "o-")
    line(scores, epochs, [point.exact_match for point in run.curve], "exact match", PURPLE, "s--")
    scores.axvline(run.best.epoch, color=MUTED, linewidth=1, linestyle=":", label="epoch kept")
    told = "; ".join(
        f"epoch {point.epoch}: training loss {point.train_loss:.2f}, validation loss {point.validation_loss:.2f}, "
        f"exact match {percent(point.exact_match)}, F1 {percent(point.f1)}"
        for point in run.curve
    )
    if training is not None:
        line(scores, [run.best.epoch], [training.f1], "F1, training questions", GREEN, "D")
        line(scores, [run.best.epoch], [training.exact_match], "exact match, training questions", PURPLE, "^")
        told += f"; on training questions: exact match {percent(training.exact_match)}, F1 {percent(training.f1)}"
    for axes, title in ((losses, "Loss"), (scores, "Validation scores")):
        add_title(axes, title)
        axes.set_xlabel("epoch")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        add_legend(axes)
    losses.set_ylim(bottom=0)
    percent_axis(scores)
    return describe(
        figure,
        f"Learning curves. Untrained: F1 {percent(run.untrained_f1)}; {told}. Kept: epoch {run.best.epoch}.",
    )


def plot_lengths(
    lengths: Sequence[int], *, limit: int | None = None, label: str = "tokens of question and context"
) -> DescribedFigure:
    """Histogram of lengths, with a line at the `limit` of a window if given.

    Args:
        lengths: one a question, in the unit that `label` names.
        limit: the longest that fits (inclusive).
        label: what is counted.
    """
    if len(lengths) == 0:
        raise DataError("there are no lengths to draw", received="0 lengths", fix="pass one number a question")
    figure, (axes,) = new_figure(height=3.0)
    low, high = min(lengths), max(lengths)
    width = max(1, -(-(high - low + 1) // 30))  # whole numbers per bar, so that no bar holds more values than another
    axes.hist(
        lengths, bins=[edge - 0.5 for edge in range(low, high + width + 1, width)], color=BLUE, edgecolor=BLUE_SOFT
    )
    axes.set(xlabel=label, ylabel="questions")
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    text = (
        f"Histogram of {len(lengths)} lengths ({label}): shortest {low}, median {np.median(lengths):g}, "
        f"95 % are at most {np.percentile(lengths, 95, method='inverted_cdf'):g}, longest {high}."
    )
    if limit is not None:
        over = sum(length > limit for length in lengths)
        axes.axvline(limit + 0.5, color=ORANGE, linestyle="--", label=f"limit {limit}: {over} longer")
        add_legend(axes)
        text += f" {over} of them ({percent(over / len(lengths))}) are longer than the limit of {limit}."
    return describe(figure, text)


def plot_tradeoff(max_answer_tokens: Sequence[int], scores: Sequence[Score]) -> DescribedFigure:
    """Precision, recall and F1 against the longest answer that decoding allows.

    Args:
        max_answer_tokens: the limits, rising.
        scores: the mean score over all questions at each limit.

    Raises:
        ConfigError: different numbers of limits and scores, or none.
    """
    if len(max_answer_tokens) != len(scores) or len(scores) == 0:
        raise ConfigError(
            "limits and scores must pair up, and there must be at least one pair",
            received=f"{len(max_answer_tokens)} limits, {len(scores)} scores",
        )
    figure, (axes,) = new_figure()
    for name, label, colour, style in (
        ("precision", "precision", BLUE, "s--"),
        ("recall", "recall", ORANGE, "^-."),
        ("f1", "F1", GREEN, "o-"),
    ):
        line(axes, max_answer_tokens, [getattr(score, name) for score in scores], label, colour, style)
    axes.set(xlabel="longest answer allowed (tokens)", ylabel="mean over questions")
    axes.set_xscale("log", base=2)
    axes.set_xticks(list(max_answer_tokens), [str(limit) for limit in max_answer_tokens])
    axes.minorticks_off()
    percent_axis(axes)
    add_legend(axes)
    told = "; ".join(
        f"{limit} tokens: precision {percent(score.precision)}, recall {percent(score.recall)}, F1 {percent(score.f1)}"
        for limit, score in zip(max_answer_tokens, scores, strict=True)
    )
    return describe(figure, f"Precision, recall and F1 by the longest answer allowed. {told}.")


def plot_threshold_sweep(points: Sequence[ThresholdPoint], *, chosen: float | None = None) -> DescribedFigure:
    """Exact match and F1 against the no-answer threshold; the lower it is, the more the model refuses.

    Args:
        points: from `threshold_sweep`, in any order; one at an infinite threshold is told but not drawn.
        chosen: a threshold to mark, in logits.

    Raises:
        DataError: no point has a finite threshold.
    """
    rising = sorted(points, key=lambda point: point.threshold)
    finite = [point for point in rising if math.isfinite(point.threshold)]
    if not finite:
        raise DataError("there are no thresholds to draw", received=f"{len(points)} points, none of them finite")
    figure, (axes,) = new_figure()
    x = [point.threshold for point in finite]
    for name, label, colour, dash in (("f1", "F1", GREEN, "-"), ("exact_match", "exact match", PURPLE, "--")):
        y = [getattr(point, name) for point in finite]
        axes.step(x, y, where="post", color=colour, linewidth=2, linestyle=dash, label=label)
    axes.set(xlabel="no-answer threshold (low: refuses often, high: nearly always answers)", ylabel="mean over all")
    percent_axis(axes)
    best = max(rising, key=lambda point: point.f1)
    first, last = rising[0], rising[-1]
    text = (
        f"Exact match and F1 by no-answer threshold, {len(points)} thresholds. Lowest, {first.threshold:.2f}: "
        f"F1 {percent(first.f1)} with {percent(first.answered)} answered. Best F1: {percent(best.f1)} (exact match "
        f"{percent(best.exact_match)}) at {best.threshold:.2f} with {percent(best.answered)} answered. "
        f"Highest, {last.threshold:.2f}: F1 {percent(last.f1)} with {percent(last.answered)} answered."
    )
    if chosen is not None:
        axes.axvline(chosen, color=ORANGE, linestyle=":", linewidth=2, label=f"threshold {chosen:.2f}")
        text += f" Marked: threshold {chosen:.2f}."
    add_legend(axes)
    return describe(figure, text)


def line(axes: Axes, x: Sequence[float], y: Sequence[float], label: str, colour: str, style: str) -> None:
    """One line with markers; `style` differs from line to line, so that colour alone tells nothing."""
    axes.plot(x, y, style, color=colour, label=label, linewidth=2, markersize=5)


def percent_axis(axes: Axes, *, horizontal: bool = False) -> None:
    """Show fractions from 0 to 1 as percentages."""
    axis = axes.xaxis if horizontal else axes.yaxis
    (axes.set_xlim if horizontal else axes.set_ylim)(0, 1.02)
    axis.set_major_formatter(PercentFormatter(1, decimals=0, symbol=" %"))
    axes.tick_params(colors=TEXT)
