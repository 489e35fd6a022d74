"""Pieces of HTML that the dashboard, the test reports and the flashcards share."""

from __future__ import annotations

import base64
import os
from pathlib import Path
from urllib.parse import quote

from qa_lesson.evaluation import Interval
from qa_lesson.look.html import escape, paragraph
from qa_lesson.look.theme import BLUE
from qa_lesson.quiz.progress.attempts import Progress, progress_path
from qa_lesson.quiz.progress.mastery import Tally, lesson_of

NOTHING = "–"
"""A cell without questions."""
_BINDER = ("BINDER_SERVICE_HOST", "BINDER_LAUNCH_HOST", "BINDER_REQUEST")
_HUB = ("JUPYTERHUB_USER", "JUPYTERHUB_API_URL")


def range_in_words(interval: Interval) -> str:
    """An interval in whole percent.

    >>> from qa_lesson.evaluation import binomial_interval
    >>> range_in_words(binomial_interval(7, 10))
    '40 % to 89 %'
    """
    return f"{100 * interval.low:.0f} % to {100 * interval.high:.0f} %"


def count_in_words(counts: Tally | None) -> str:
    """Right answers of all, for a cell of a table.

    >>> count_in_words(Tally(3, 4)), count_in_words(None)
    ('3 of 4', '–')
    """
    return f"{counts.n_right} of {counts.n}" if counts is not None and counts.n else NOTHING


def on_one_line(text: str) -> str:
    """A short text for a cell of a table that must not be broken.

    >>> on_one_line("3 of 4")
    '3&nbsp;of&nbsp;4'
    """
    return escape(text).replace(" ", "&nbsp;")


def lesson_link(lesson: str) -> str:
    """A link to a notebook beside the one that shows it.

    >>> lesson_link("04_metrics")[-25:]
    'underline">04 metrics</a>'
    """
    return _link(f"{lesson}.ipynb", lesson.replace("_", " "))


def section_link(section: str) -> str:
    """A link to a section of a lesson, named by lesson and heading.

    Args:
        section: notebook, ``#``, heading with ``-`` for its spaces, as the quiz bank has it.
    """
    # a long word of a heading must not make a table wider than a narrow window
    return f'<span style="overflow-wrap: anywhere">{_link(section, section_in_words(section))}</span>'


def section_in_words(section: str) -> str:
    """A section by lesson and heading.

    >>> section_in_words("04_metrics.ipynb#1.-When-are-two-answers-the-same?")
    '04 metrics: 1. When are two answers the same?'
    """
    heading = section.partition("#")[2].replace("-", " ")
    return f"{lesson_of(section).replace('_', ' ')}: {heading}"


def section_links(sections: tuple[str, ...]) -> str:
    """Links to sections, one a line."""
    return "<br>".join(map(section_link, sections))


def saved_where(progress: Progress) -> str:
    """Where the answers are, what went wrong with that, and on a passing machine a link to take them home."""
    lines = [f"Your answers are saved in <b>{escape(_place(progress.path))}</b>, on this machine only."]
    if progress.note:
        lines.append(f"<b>Note:</b> {escape(progress.note)}")
    place = _passing_place()
    if place:
        lines.append(place)
    if place or progress.note:
        lines.append(_download(progress))
        lines.append(
            "The file holds what was saved when this cell ran: run it again before you leave. Elsewhere, "
            "<i>qa-lesson progress --import qa-lesson-progress.json</i> takes it in."
        )
    return "".join(map(paragraph, lines))


def _place(path: Path) -> str:
    """A file as it is known to its owner: no user name, no folder of one machine where a shorter name will do."""
    if os.environ.get("QA_LESSON_PROGRESS") and path == progress_path():
        return f"{path.name}, where QA_LESSON_PROGRESS says"
    if path.is_relative_to(Path.home()):
        return f"~/{path.relative_to(Path.home()).as_posix()}"
    return str(path)


def _passing_place() -> str:
    """What to know about a machine that is not the learner's own; empty elsewhere."""
    if any(os.environ.get(name) for name in _BINDER):
        return "<b>This machine is temporary:</b> Binder deletes it, with your answers, some minutes after you stop."
    if any(os.environ.get(name) for name in _HUB):
        return "This is a shared server: whether it keeps your files depends on who runs it."
    return ""


def _download(progress: Progress) -> str:
    content = base64.b64encode(progress.to_json().encode()).decode()
    return (
        f'<a href="data:application/json;base64,{content}" download="qa-lesson-progress.json" '
        f'style="display: inline-block; padding: 6px 14px; border: 2px solid; border-radius: 4px; color: {BLUE}; '
        'font-weight: bold; text-decoration: none">Download your progress</a>'
    )


def _link(address: str, text: str) -> str:
    target = quote(address, safe="#/?:,.()!'&=+@;$*")
    return f'<a href="{escape(target)}" style="color: {BLUE}; text-decoration: underline">{escape(text)}</a>'
