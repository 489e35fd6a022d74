"""Views of learning and memorising: curves that grow while a model trains, data size, and attempts side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import ipywidgets  # type: ignore[import-untyped]
from markupsafe import Markup

from qa_lesson.errors import DataError
from qa_lesson.evaluation import Interval, PairedComparison
from qa_lesson.look.colors import MUTED, TEST, TRAINING, VALIDATION, css
from qa_lesson.look.html import Explorer, StaticView, card, paragraph, table
from qa_lesson.look.templating import percent
from qa_lesson.look.theme import DescribedFigure, add_legend, describe, line, new_figure, percent_axis, state_finding
from qa_lesson.recordings import RescueAttempt
from qa_lesson.runs import EpochResult
from qa_lesson.views.figures import draw_curves


def live_curves() -> LiveCurves:
    """Learning curves that redraw themselves after each epoch.

    Show them, then train with ``finetune(..., on_epoch=curves.add)``.

    >>> live_curves()
    <live curves: 0 epochs>
    """
    return LiveCurves()


class LiveCurves(Explorer):
    """See `live_curves`. `points` is what it has been given, `view` the HTML."""

    def __init__(self) -> None:
        self.points: list[EpochResult] = []
        self.view = ipywidgets.HTML(value=self._html())
        super().__init__("live curves", [self.view], self._html)

    def __repr__(self) -> str:
        return f"<live curves: {len(self.points)} epochs>"

    def add(self, point: EpochResult) -> None:
        """Draw one more epoch. A point of an epoch that is drawn already starts a new curve from there."""
        self.points = [earlier for earlier in self.points if earlier.epoch < point.epoch] + [point]
        self.view.value = self._html()

    def _html(self) -> Markup:
        if not self.points:
            told = "In a running notebook the curves appear here when the first epoch has ended."
            return card(paragraph(told, muted=True))
        return draw_curves(self.points).html()


def plot_data_size(test: Mapping[int, Interval], training: Mapping[int, float] | None = None) -> DescribedFigure:
    """F1 on the test set with its interval against the number of training questions.

    Args:
        test: F1 with its interval by number of training questions.
        training: F1 on training questions by number of training questions, fractions, drawn as a second line.

    Raises:
        DataError: no sizes.
    """
    if not test:
        raise DataError("there are no sizes to draw", received="0 sizes", fix="pass an interval a size")
    sizes = sorted(test)
    figure, (axes,) = new_figure()
    line(axes, sizes, [test[size].estimate for size in sizes], "F1, test questions", TEST, "o-")
    for size in sizes:
        axes.plot([size, size], [test[size].low, test[size].high], color=TEST, linewidth=4, alpha=0.45)
    told = [f"{size:,} questions: test F1 {_with_ends(test[size])}" for size in sizes]
    if training is not None:
        known = sorted(training)
        line(axes, known, [training[size] for size in known], "F1, training questions", TRAINING, "^-.")
        told += [f"{size:,} questions: training F1 {percent(training[size])}" for size in known]
    axes.set(xlabel="training questions (logarithmic axis)", ylabel="F1")
    axes.set_xscale("log", base=2)
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.minorticks_off()
    percent_axis(axes)
    add_legend(axes)
    if len(sizes) > 1:
        gained = 100 * (test[sizes[-1]].estimate - test[sizes[0]].estimate)
        state_finding(
            figure, f"From {sizes[0]:,} to {sizes[-1]:,} training questions, test F1 changes by {gained:+.1f} points"
        )
    return describe(figure, f"F1 by number of training questions, with 95% intervals. {'; '.join(told)}.")


def plot_attempts(attempts: Sequence[RescueAttempt]) -> DescribedFigure:
    """Training and validation F1 of each attempt, the gap between them as a bar, from top to bottom.

    Raises:
        DataError: no attempts.
    """
    if not attempts:
        raise DataError("there are no attempts to draw", received="0 attempts", fix="pass at least the start")
    figure, (axes,) = new_figure(height=1.1 + 0.42 * len(attempts))
    rows = range(len(attempts))
    axes.hlines(
        rows, [a.validation_f1 for a in attempts], [a.train_f1 for a in attempts], color=MUTED, linewidth=4, alpha=0.4
    )
    line(axes, [attempt.validation_f1 for attempt in attempts], rows, "F1, validation", VALIDATION, "o")
    line(axes, [attempt.train_f1 for attempt in attempts], rows, "F1, training", TRAINING, "^")
    axes.set_yticks(rows, [_plain(attempt.name) for attempt in attempts])
    axes.set_ylim(len(attempts) - 0.5, -0.5)
    percent_axis(axes, horizontal=True)
    lowest = min(min(attempt.validation_f1, attempt.train_f1) for attempt in attempts)
    axes.set_xlim(max(0, lowest - 0.1), 1.02)
    add_legend(axes)
    narrowest = min(attempts, key=lambda attempt: attempt.gap)
    if len(attempts) > 1:
        gap = f"{100 * narrowest.gap:.1f} points"
        state_finding(figure, f"Smallest gap: {_plain(narrowest.name)}, {gap} between training and validation")
    told = "; ".join(
        f"{_plain(attempt.name)}: training F1 {percent(attempt.train_f1)}, validation F1 "
        f"{percent(attempt.validation_f1)}, gap {100 * attempt.gap:.1f} points"
        for attempt in attempts
    )
    return describe(figure, f"Training and validation F1 of each attempt. {told}.")


def show_attempts(attempts: Sequence[RescueAttempt]) -> StaticView:
    """A table of attempts: what was changed, the gap, and test F1 with its interval and its change from the start.

    >>> show_attempts([])
    <table of 0 attempts>
    """
    header = ["attempt", "epochs", "training F1", "validation F1", "gap", "test F1", "against start"]
    rows = [
        [
            Markup('{}<br><span style="font-weight: normal; {}">{}</span>').format(
                _plain(attempt.name), css(color="muted"), attempt.about
            ),
            _unbroken(str(attempt.epochs), f"kept {attempt.kept}"),
            percent(attempt.train_f1),
            percent(attempt.validation_f1),
            f"{100 * attempt.gap:.1f}",
            _unbroken(percent(attempt.test.estimate), _ends(attempt.test)),
            _change(attempt.test_change),
        ]
        for attempt in attempts
    ]
    note = paragraph("Gap and change in points; intervals at 95%.", muted=True)
    return StaticView(card(table(header, rows, row_headers=True) + note), f"<table of {len(attempts)} attempts>")


def _plain(name: str) -> str:
    return name.removeprefix("rescue_").replace("_", " ")


def _with_ends(interval: Interval) -> str:
    return f"{percent(interval.estimate)} {_ends(interval)}"


def _ends(interval: Interval) -> str:
    return f"[{100 * interval.low:.1f}, {100 * interval.high:.1f}]"


def _change(change: PairedComparison | None) -> str:
    if change is None:
        return ""
    return _unbroken(f"{100 * change.difference:+.1f}", f"[{100 * change.low:+.1f}, {100 * change.high:+.1f}]")


def _unbroken(*lines: str) -> Markup:
    """Lines of a cell that is never broken elsewhere."""
    return Markup('<span style="white-space: nowrap">{}</span>').format(Markup("<br>").join(lines))
