"""The log of a service as one HTML file that needs nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from qa_lesson.errors import counted
from qa_lesson.look.templating import percent, render
from qa_lesson.serving.watching import FAR_SHARE, Watched
from qa_lesson.storage import write_atomically

if TYPE_CHECKING:
    from qa_lesson.evaluation import Interval
    from qa_lesson.look.theme import DescribedFigure
    from qa_lesson.serving.watching import LogPart

_MOST_SHOWN = 50


def write_watch_page(watched: Watched, path: str | Path) -> Path:
    """Write the page, atomically; returns its path.

    Raises:
        StorageError: the file cannot be written.
    """
    return write_atomically(path, watch_html(watched))


def watch_html(watched: Watched) -> Markup:
    """The page as HTML."""
    whole, wrong = watched.whole, watched.wrong_answers()
    boxes = [
        ("Questions", f"{whole.n:,}", _days(whole)),
        ("Without an answer", percent(whole.abstained.estimate), _between(whole.abstained)),
    ]
    if whole.wrong is not None:
        marked = counted(whole.wrong.n, "answer")
        boxes.append(("Marked wrong", percent(whole.wrong.estimate), f"{_between(whole.wrong)}, of {marked} marked"))
    if whole.far is not None:
        boxes.append(("Unlike training", percent(whole.far.estimate), f"{_between(whole.far)}, expected 5%"))
    parts = watched.parts()
    return render(
        "serving/templates/watch.html.jinja",
        title="What was asked",
        lead=f"{counted(whole.n, 'question')} of a service's log.",
        boxes=boxes,
        figure=_over_time(parts) if len(parts) > 1 else None,
        parts=[_row(part) for part in parts],
        changes=[
            (one.what, percent(one.earlier), percent(one.later), f"{one.p:.3f}", "yes" if one.is_sure else "no sign")
            for one in watched.changes()
        ],
        farthest=[(one.question, f"{similarity:.2f}", one.text or "(none)") for one, similarity in watched.farthest()],
        knows_training=watched.similarity is not None,
        far_share=FAR_SHARE,
        wrong=[
            (one.time[:10], one.question, one.text or "(none)", percent(one.probability), one.document)
            for one in wrong[:_MOST_SHOWN]
        ],
        n_wrong=len(wrong),
        problems=[str(problem) for problem in watched.problems],
    )


def _row(part: LogPart) -> tuple[str, ...]:
    return (
        _days(part),
        f"{part.n}",
        *(_share(interval) for interval in (part.abstained, part.wrong, part.far)),
        "" if part.probability is None else percent(part.probability),
    )


def _days(part: LogPart) -> str:
    """From when to when; within a day the time (UTC)."""
    first, last = part.first, part.last
    if first[:10] == last[:10]:
        return f"{first[:10]}, {first[11:16]} to {last[11:16]}"
    return f"{first[:10]} to {last[:10]}"


def _share(interval: Interval | None) -> str:
    return "" if interval is None else f"{percent(interval.estimate)} ({_between(interval)})"


def _between(interval: Interval) -> str:
    return f"{100 * interval.low:.0f} to {100 * interval.high:.0f}%"


def _over_time(parts: list[LogPart]) -> DescribedFigure:
    from qa_lesson.look.colors import BLUE, ORANGE, PURPLE
    from qa_lesson.look.theme import add_legend, describe, line, new_figure, percent_axis

    figure, (axes,) = new_figure(height=3.2)
    lines: list[tuple[str, list[Interval | None], str, str]] = [
        ("without an answer", [part.abstained for part in parts], BLUE, "o-"),
        ("marked wrong", [part.wrong for part in parts], ORANGE, "s--"),
        ("unlike training", [part.far for part in parts], PURPLE, "^:"),
    ]
    said = []
    for name, intervals, color, style in lines:
        known = [(place, one) for place, one in enumerate(intervals, start=1) if one is not None]
        if known:
            line(axes, [place for place, _ in known], [one.estimate for _, one in known], name, color, style)
            said.append(f"{name}: {', '.join(percent(one.estimate) for _, one in known)}")
    axes.set_xticks(range(1, len(parts) + 1), [part.first[5:10] for part in parts])
    axes.set_xlabel("from this day on")
    percent_axis(axes)
    add_legend(axes)
    return describe(figure, f"Shares over {len(parts)} parts of the log, oldest first. {'. '.join(said)}.")
