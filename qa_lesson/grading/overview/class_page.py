"""The page about a class: one file that needs nothing else, in the look of the report of a graded quiz."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from qa_lesson.errors import counted
from qa_lesson.evaluation import Interval
from qa_lesson.grading.formats.results import Learner
from qa_lesson.grading.overview import class_mastery, needing_help
from qa_lesson.grading.overview.class_mastery import (
    LessonFigures,
    ObjectiveFigures,
    TemptingAnswer,
    cut_line,
    lesson_figures,
    objective_figures,
    tempting_answers,
)
from qa_lesson.grading.overview.class_progress import WORKED_THROUGH, ClassProgress, LearnerProgress
from qa_lesson.grading.overview.needing_help import who_may_need_help
from qa_lesson.look.svg import Svg
from qa_lesson.look.templating import render
from qa_lesson.quiz.progress.sharing import ExportContents

TITLE: Final = "The class at a glance"
_MOST_ROWS: Final = 300
_MOST_TEMPTING: Final = 15
_STEPS: Final = 5  # shades of a cell
_LONGEST_PROMPT: Final = 240
_WIDTH: Final = 300  # of a bar
_SCRIPT: Final = "grading/overview/templates/sorting.js"


def class_page_html(progress: ClassProgress) -> Markup:
    """The page as HTML.

    Args:
        progress: of the class.
    """
    lessons, objectives, tempting = lesson_figures(progress), objective_figures(progress), tempting_answers(progress)
    script = render(_SCRIPT)
    sent = progress.sent
    return render(
        "grading/overview/templates/class_page.html.jinja",
        title=TITLE,
        lead=f"{counted(len(sent), 'learner')} of {len(progress.learners)} sent a file",
        script=script,
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        most_rows=_MOST_ROWS,
        counts=_counts(progress, objectives),
        worked_through=f"{100 * WORKED_THROUGH:.0f}%",
        rules=class_mastery,
        help_rules=needing_help,
        sent=sent,
        numbers=[_number(one) for one in lessons],
        heat_rows=[_heat_row(progress, one) for one in sent[:_MOST_ROWS]],
        lessons=[(_named(one.lesson), one, _lesson_bar(one)) for one in lessons],
        objectives=[(_named(one.lesson), one, _interval_bar(one.interval)) for one in objectives],
        tempting=[_tempting_row(one) for one in tempting[:_MOST_TEMPTING]],
        n_tempting=len(tempting),
        help_notes=[(_who(note.learner), note.reasons) for note in who_may_need_help(progress)],
        missing=[_who(one) for one in progress.missing],
        held_back=[(one.file, one.learner, one.reason) for one in progress.not_counted if one.held_back],
        rejects=[
            (one.file, one.learner or "–", "rejected" if one.rejected else "not counted", one.reason)
            for one in progress.not_counted
            if not one.held_back
        ],
        same_source=[", ".join(map(_who, group)) for group in progress.same_source],
        contents=_contents(sent),
        n_unknown=sum(one.export.n_unknown for one in sent if one.export is not None),
    )


def _counts(progress: ClassProgress, objectives: Sequence[ObjectiveFigures]) -> list[tuple[str, str, str]]:
    verdicts = Counter(one.verdict for one in objectives)
    n_files = sum(one.rejected for one in progress.not_counted)
    return [
        ("Sent a file", f"{len(progress.sent)}", f"of {counted(len(progress.learners), 'learner')}"),
        ("Not mastered", f"{verdicts['not mastered']}", f"of {counted(len(objectives), 'objective')} met"),
        ("Mastered", f"{verdicts['mastered']}", f"{verdicts['cannot tell'] + verdicts['too few']} can't be told"),
        ("Files refused", f"{n_files}", "see below" if n_files else "all could be read"),
    ]


def _heat_row(progress: ClassProgress, one: LearnerProgress) -> dict[str, object]:
    cells = []
    for quiz in progress.quizzes:
        n, right, since = one.lessons.get(quiz.name, (0, 0, 0))
        asked = len(quiz.questions)
        cells.append(
            {
                "n": n,
                "asked": asked,
                "right": right,
                "since": since,
                "shade": round(_STEPS * n / asked),
                "share": round(100 * right / n) if n else 0,
            }
        )
    return {"who": _who(one.learner), "cells": cells, "n_lessons": progress.n_worked_through(one)}


def _lesson_bar(one: LessonFigures) -> Markup:
    picture = Svg(_WIDTH, 16)
    unit = _WIDTH / max(one.n_sent, 1)
    done, begun = one.n_worked_through * unit, one.n_begun * unit
    picture.rect(0, 1, _WIDTH, 14, "soft")
    picture.rect(0, 1, done + begun, 14, "blue-soft", "none")
    picture.rect(0, 1, done, 14, "blue")
    return picture.markup(
        f"{one.n_worked_through} of {one.n_sent} worked through, {one.n_begun} begun, "
        f"{one.n_sent - one.n_worked_through - one.n_begun} not begun"
    )


def _interval_bar(interval: Interval | None) -> Markup:
    if interval is None:
        return Markup()
    picture = Svg(_WIDTH, 16)
    picture.line([(0, 8), (_WIDTH, 8)], "grid", thick=1)
    at = class_mastery.MASTERED * _WIDTH
    picture.line([(at, 0), (at, 16)], "muted", thick=1, dash="2 2")
    color = "orange" if interval.high < class_mastery.MASTERED else "blue"
    picture.line([(interval.low * _WIDTH, 8), (interval.high * _WIDTH, 8)], color, thick=3)
    picture.dot(min(max(interval.estimate * _WIDTH, 5), _WIDTH - 5), 8, 5, color)
    return picture.markup(f"{_whole(interval.estimate)}, 95% interval {_range(interval)}")


def _tempting_row(one: TemptingAnswer) -> dict[str, object]:
    return {
        "lesson": _named(one.lesson),
        "question": one.question,
        "prompt": cut_line(one.prompt, _LONGEST_PROMPT),
        "answer": one.answer,
        "n": one.n,
        "n_first": one.n_first,
        "share": _whole(one.interval.estimate),
        "range": _range(one.interval),
        "n_certain": one.n_certain,
        "n_said": one.n_said,
        "is_certain": one.n_certain >= 3 and 2 * one.n_certain >= one.n_said,
    }


def _contents(sent: Sequence[LearnerProgress]) -> list[str]:
    """How many files hold how much, in words."""
    told: dict[ExportContents, str] = {
        "everything": "everything: answers, confidence and times",
        "answers": "answers and confidence, without times",
        "mastery": "only how many questions were right",
    }
    counts = Counter(one.export.contents for one in sent if one.export is not None)
    return [f"{counts[name]} {words}" for name, words in told.items() if counts[name]]


def _number(one: LessonFigures) -> tuple[str, str]:
    return one.lesson.partition("_")[0], one.title


def _named(lesson: str) -> str:
    return lesson.replace("_", " ")


def _who(learner: Learner) -> str:
    return f"{learner.name} ({learner.id})" if learner.name else learner.id


def _whole(fraction: float) -> str:
    return f"{100 * fraction:.0f}%"


def _range(interval: Interval) -> str:
    return f"{100 * interval.low:.0f} to {100 * interval.high:.0f}%"
