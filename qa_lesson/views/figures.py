"""Figures of training and of scores that change with a setting; each carries a text alternative with its numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.ticker import MaxNLocator

from qa_lesson.errors import ConfigError, DataError
from qa_lesson.evaluation import ThresholdPoint
from qa_lesson.look.colors import BLUE, BLUE_SOFT, GREEN, MUTED, ORANGE, PURPLE, TRAINING, VALIDATION
from qa_lesson.look.templating import percent
from qa_lesson.look.theme import (
    DescribedFigure,
    add_legend,
    add_title,
    describe,
    line,
    new_figure,
    percent_axis,
    state_finding,
)
from qa_lesson.runs import EpochResult, RunRecord
from qa_lesson.schema import Score


def plot_curves(run: RunRecord, *, training: Score | None = None) -> DescribedFigure:
    """Loss (left), and exact match and F1 (right) after each epoch, the kept epoch marked.

    The F1 of the untrained head stands at epoch 0. Scores are those of validation, and those of training questions
    too where the run scored some (`TrainingConfig.scored_training`).

    Args:
        run: a finished run, or a recording of one.
        training: the kept model's mean score on training questions, drawn at the kept epoch of a run that has none.
    """
    if not run.curve:
        raise DataError("the run has no learning curve", received="0 epochs", fix="pass a run of at least one epoch")
    return draw_curves(run.curve, untrained_f1=run.untrained_f1, kept=run.kept.epoch, training=training)


def draw_curves(
    curve: Sequence[EpochResult],
    *,
    untrained_f1: float | None = None,
    kept: int | None = None,
    training: Score | None = None,
) -> DescribedFigure:
    """The figure of `plot_curves` from the points alone, which may still be few or none.

    Args:
        curve: the epochs so far.
        untrained_f1: drawn at epoch 0 if given, a fraction.
        kept: the epoch to mark; needed for `training`.
        training: as in `plot_curves`.
    """
    epochs = [point.epoch for point in curve]
    figure, (losses, scores) = new_figure(2, height=4.2)
    line(losses, epochs, [point.train_loss for point in curve], "training loss", TRAINING, "o-")
    line(losses, epochs, [point.validation_loss for point in curve], "validation loss", VALIDATION, "s--")
    start = [] if untrained_f1 is None else [(0, untrained_f1)]
    line(
        scores, [x for x, _ in start] + epochs, [y for _, y in start] + [it.f1 for it in curve], "F1", VALIDATION, "o-"
    )
    line(scores, epochs, [point.exact_match for point in curve], "exact match", VALIDATION, "s--")
    seen = [(point.epoch, point.train_f1, point.train_exact_match) for point in curve]
    known = [(epoch, f1, em) for epoch, f1, em in seen if f1 is not None and em is not None]
    if known:
        when = [epoch for epoch, _, _ in known]
        line(scores, when, [f1 for _, f1, _ in known], "F1, training", TRAINING, "^-.")
        line(scores, when, [em for _, _, em in known], "exact match, training", TRAINING, "v:")
    told = "; ".join(map(_told, curve)) or "No epoch has ended yet"
    if untrained_f1 is not None:
        told = f"Untrained: F1 {percent(untrained_f1)}; {told}"
    if kept is not None:
        scores.axvline(kept, color=MUTED, linewidth=1, linestyle=":", label="epoch kept")
    if kept is not None and training is not None:
        line(scores, [kept], [training.f1], "F1, training", TRAINING, "^")
        line(scores, [kept], [training.exact_match], "exact match, training", TRAINING, "v")
        told += f"; on training questions: exact match {percent(training.exact_match)}, F1 {percent(training.f1)}"
    for axes, title in ((losses, "Loss"), (scores, "Scores" if known else "Validation scores")):
        add_title(axes, title)
        axes.set_xlabel("epoch")
        axes.set_xlim(-0.25 if start else 0.75, max([*epochs, 1]) + 0.25)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        # below, where no curve can run under it: above stands the title
        add_legend(axes, loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=1 if axes is losses else 2)
    if len(curve) > 1:
        best = max(curve, key=lambda point: point.f1)
        rising = curve[-1].validation_loss > min(point.validation_loss for point in curve)
        loss = "the loss ends above its lowest" if rising else "the loss still falls"
        state_finding(figure, f"Validation: best F1 {percent(best.f1)} after epoch {best.epoch}, {loss}")
    losses.set_ylim(bottom=0)
    percent_axis(scores)
    return describe(figure, f"Learning curves. {told}." + ("" if kept is None else f" Kept: epoch {kept}."))


def _told(point: EpochResult) -> str:
    text = (
        f"epoch {point.epoch}: training loss {point.train_loss:.2f}, validation loss {point.validation_loss:.2f}, "
        f"exact match {percent(point.exact_match)}, F1 {percent(point.f1)}"
    )
    if point.train_f1 is not None and point.train_exact_match is not None:
        text += f"; training questions: exact match {percent(point.train_exact_match)}, F1 {percent(point.train_f1)}"
    return text


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
        f"95% are at most {np.percentile(lengths, 95, method='inverted_cdf'):g}, longest {high}."
    )
    if limit is None:
        most = np.percentile(lengths, 95, method="inverted_cdf")
        state_finding(figure, f"95% have at most {most:g} {label.split(' of ')[0]}")
    else:
        over = sum(length > limit for length in lengths)
        axes.axvline(limit + 0.5, color=ORANGE, linestyle="--", label=f"limit {limit}: {over} longer")
        add_legend(axes)
        state_finding(figure, f"{over} of {len(lengths)} are longer than the limit of {limit}")
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
    best = max(range(len(scores)), key=lambda at: scores[at].f1)
    state_finding(figure, f"F1 is highest with answers of at most {max_answer_tokens[best]} tokens")
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
    state_finding(figure, f"F1 is highest, {percent(best.f1)}, with {percent(best.answered)} answered")
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
