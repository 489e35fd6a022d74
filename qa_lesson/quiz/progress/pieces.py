"""Pieces of HTML that the dashboard, the test reports and the flashcards share."""

from __future__ import annotations

import base64
import os
from pathlib import Path
from urllib.parse import quote

from markupsafe import Markup

from qa_lesson.evaluation import Interval
from qa_lesson.look.colors import css
from qa_lesson.look.templating import render
from qa_lesson.quiz.progress.attempts import Progress, progress_path
from qa_lesson.quiz.progress.mastery import Tally, lesson_of
from qa_lesson.quiz.progress.sharing import EXPORT_NOTICES

NOTHING = "–"
"""A cell without questions."""
_BINDER = ("BINDER_SERVICE_HOST", "BINDER_LAUNCH_HOST", "BINDER_REQUEST")
_HUB = ("JUPYTERHUB_USER", "JUPYTERHUB_API_URL")


def range_in_words(interval: Interval) -> str:
    """An interval in whole percent.

    >>> from qa_lesson.evaluation import binomial_interval
    >>> range_in_words(binomial_interval(7, 10))
    '40% to 89%'
    """
    return f"{100 * interval.low:.0f}% to {100 * interval.high:.0f}%"


def count_in_words(counts: Tally | None) -> str:
    """Right answers of all, for a cell of a table.

    >>> count_in_words(Tally(3, 4)), count_in_words(None)
    ('3 of 4', '–')
    """
    return f"{counts.n_right} of {counts.n}" if counts is not None and counts.n else NOTHING


def lesson_link(lesson: str) -> Markup:
    """A link to a notebook next to the one that shows it.

    >>> lesson_link("05_metrics")[-25:]
    Markup('underline">05 metrics</a>')
    """
    return _link(f"{lesson}.ipynb", lesson.replace("_", " "))


def section_link(section: str) -> Markup:
    """A link to a section of a lesson, named by lesson and heading.

    Args:
        section: notebook, ``#``, heading with ``-`` for its spaces, the way the quiz bank has it.
    """
    # a long word of a heading must not make a table wider than a narrow window
    link = _link(section, section_in_words(section))
    return Markup('<span style="overflow-wrap: anywhere">{}</span>').format(link)


def section_in_words(section: str) -> str:
    """A section by lesson and heading; another place, such as a slide, as it is.

    >>> section_in_words("05_metrics.ipynb#1.-When-are-two-answers-the-same?")
    '05 metrics: 1. When are two answers the same?'
    """
    if ".ipynb#" not in section:
        return section
    heading = section.partition("#")[2].replace("-", " ")
    return f"{lesson_of(section).replace('_', ' ')}: {heading}"


def section_links(sections: tuple[str, ...]) -> Markup:
    """Links to sections, one a line."""
    return Markup("<br>").join(map(section_link, sections))


def saved_where(progress: Progress) -> Markup:
    """Where the answers are, what went wrong with that, and on a passing machine a link to take them home."""
    return render(
        "quiz/progress/templates/saved_where.html.jinja",
        place=_place(progress.path),
        note=progress.note,
        on_binder=any(os.environ.get(name) for name in _BINDER),
        on_hub=any(os.environ.get(name) for name in _HUB),
        contains=EXPORT_NOTICES["everything"].contains,
        leaves_out=EXPORT_NOTICES["everything"].leaves_out,
        content=base64.b64encode(progress.to_json().encode()).decode(),
    )


def _place(path: Path) -> str:
    """A file as it is known to its owner: no user name, no folder of one machine where a shorter name will do."""
    if os.environ.get("QA_LESSON_PROGRESS") and path == progress_path():
        return f"{path.name}, where QA_LESSON_PROGRESS says"
    if path.is_relative_to(Path.home()):
        return f"~/{path.relative_to(Path.home()).as_posix()}"
    return str(path)


def _link(address: str, text: str) -> Markup:
    target = quote(address, safe="#/?:,.()!'&=+@;$*")
    return Markup('<a href="{}" style="{}; text-decoration: underline">{}</a>').format(target, css(color="blue"), text)
