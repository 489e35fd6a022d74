"""What spacing does to a memory, drawn from the model that schedules the flashcards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from qa_lesson.errors import DataError
from qa_lesson.look.colors import BLUE, GREEN, ORANGE, PURPLE
from qa_lesson.look.templating import percent
from qa_lesson.look.theme import DescribedFigure, add_legend, describe, new_figure, percent_axis
from qa_lesson.quiz.flashcards.schedule import recall
from qa_lesson.quiz.progress.learner_rows import Review

_STYLES = ((ORANGE, "--", "s"), (BLUE, "-", "o"), (GREEN, "-.", "^"), (PURPLE, ":", "D"))


def plot_forgetting(logs: Mapping[str, Sequence[Review]], *, days: int = 120) -> DescribedFigure:
    """How likely a card is still remembered, day by day, for several ways to review it; markers where it was seen.

    Args:
        logs: by label, at most four: the reviews of one card, oldest first.
        days: how far to draw, from the very first review on; later reviews are left out.

    Raises:
        DataError: there is no log, more than four, or one without a review in these days.
    """
    times = {label: [datetime.fromisoformat(review.at) for review in log] for label, log in logs.items()}
    start = min((at for log in times.values() for at in log), default=datetime.max)
    seen = {label: [at for at in log if (at - start).days < days] for label, log in times.items()}
    if not 1 <= len(seen) <= len(_STYLES) or not all(seen.values()):
        counts = ", ".join(f"{label}: {len(log)}" for label, log in seen.items()) or "none"
        raise DataError("one to four logs with reviews can be drawn", received=counts, fix="pass {label: [Review]}")
    figure, (axes,) = new_figure(height=3.2)
    told = []
    for (label, looks), (colour, dash, marker) in zip(seen.items(), _STYLES, strict=False):
        points = _curve(logs[label], [*looks, start + timedelta(days=days)])
        x = [_days(at - start) for at, _ in points]
        axes.plot(x, [share for _, share in points], dash, color=colour, linewidth=2, label=label)
        axes.plot([_days(at - start) for at in looks], [1.0] * len(looks), marker, color=colour, clip_on=False)
        on = ", ".join(dict.fromkeys(f"{_days(at - start):.0f}" for at in looks))
        told.append(f"{label}: {len(looks)} reviews (day {on}), {percent(points[-1][1])} on day {days}")
    axes.set(xlabel="days since the first review", ylabel="still remembered", xlim=(-days / 60, days))
    percent_axis(axes)
    add_legend(axes, loc="lower left")
    return describe(figure, f"How likely a card is still remembered. {'; '.join(told)}.")


def _curve(log: Sequence[Review], times: Sequence[datetime]) -> list[tuple[datetime, float]]:
    """Recall day by day, a review twice: before and after it; `times` are those of the reviews, and the end."""
    points = []
    for n, (at, until) in enumerate(pairwise(times), 1):
        moments = [at + timedelta(days=day) for day in range((until - at).days + 1)]
        points += [(moment, recall(log[:n], moment)) for moment in [*moments, until]]
    return points


def _days(span: timedelta) -> float:
    return span / timedelta(days=1)
