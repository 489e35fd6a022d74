"""Who may need help, each time with the reason in words. No one gets a score, a rank or a label.

The reasons are simple rules over first and later attempts. They say where to look, and nothing about a person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Final

from qa_lesson.errors import counted
from qa_lesson.evaluation import binomial_interval
from qa_lesson.grading.formats.results import Learner
from qa_lesson.grading.overview.class_mastery import CERTAIN
from qa_lesson.grading.overview.class_progress import ClassProgress, LearnerProgress
from qa_lesson.quiz.progress.mastery import FEW

QUIET_DAYS: Final = 14
"""A learner counts as not active after so many days without an answer, up to the latest answer of the class."""
STUCK_TRIES: Final = 3
"""A learner counts as stuck on a question after so many attempts, all of them wrong."""
STUCK_QUESTIONS: Final = 2
"""Questions that a learner must be stuck on."""
CERTAIN_AND_WRONG: Final = 4
"""Wrong answers that a learner must have been certain of."""
_NAMED: Final = 3


@dataclass(frozen=True)
class HelpNote:
    """A learner who may need help.

    Args:
        learner: who.
        reasons: at least one, in words.
    """

    learner: Learner
    reasons: tuple[str, ...]


def who_may_need_help(progress: ClassProgress) -> tuple[HelpNote, ...]:
    """Everyone with a reason, those with the most reasons first, otherwise in the order of the roster.

    Learners without a file are left out, because nothing is known about them.

    Args:
        progress: of the class.
    """
    sent = progress.sent
    latest = max((one.export.last_at for one in sent if one.export is not None), default="")
    usual = median(progress.n_worked_through(one) for one in sent) if len(sent) >= FEW else 0
    lessons = {quiz.name: (quiz.lesson or quiz.name).partition("_")[0] for quiz in progress.quizzes}
    notes = [HelpNote(one.learner, tuple(_reasons(progress, one, lessons, latest, usual))) for one in sent]
    return tuple(sorted((note for note in notes if note.reasons), key=lambda note: -len(note.reasons)))


def _reasons(
    progress: ClassProgress, one: LearnerProgress, lessons: Mapping[str, str], latest: str, usual: float
) -> Iterator[str]:
    export = one.export
    assert export is not None  # only those with a file are asked
    if not one.n_answered:
        yield "no activity: the file has no answer to a lesson's quiz"
        return
    if export.last_at and (days := _days_between(export.last_at, latest)) >= QUIET_DAYS:
        yield f"no activity: the last answer was on {export.last_at}, {days} days before the class's latest"
    if (n := progress.n_worked_through(one)) < usual / 2:
        yield f"behind: {counted(n, 'lesson')} worked through, and half of those with a file have {usual:g} or more"
    stuck = [answer for answer in export.answers if answer.still_wrong and answer.tries >= STUCK_TRIES]
    if len(stuck) >= STUCK_QUESTIONS:
        yield (
            f"stuck: {counted(len(stuck), 'question')} still wrong after {STUCK_TRIES} or more attempts "
            f"({_mostly(lessons[answer.quiz] for answer in stuck)})"
        )
    certain = [answer for answer in export.answers if answer.confidence is not None and answer.confidence >= CERTAIN]
    wrong = [answer for answer in certain if not answer.correct]
    n_right = len(certain) - len(wrong)
    if len(wrong) >= CERTAIN_AND_WRONG and binomial_interval(n_right, len(certain)).high < CERTAIN:
        yield (
            f"certain and wrong: {len(wrong)} of {len(certain)} answers given as certain were wrong at first "
            f"({_mostly(lessons[answer.quiz] for answer in wrong)})"
        )


def _mostly(lessons: Iterable[str]) -> str:
    """Where most of it is: at most three lessons, by their numbers.

    >>> _mostly(["05", "05", "06"]), _mostly(["01", "02", "03", "04", "04"])
    ('lessons 05, 06', 'mostly lessons 04, 01, 02')
    """
    counts = Counter(lessons)
    named = sorted(counts, key=lambda lesson: (-counts[lesson], lesson))
    return (
        f"{'mostly ' if len(named) > _NAMED else ''}lesson{'s' if len(named) > 1 else ''} {', '.join(named[:_NAMED])}"
    )


def _days_between(day: str, later: str) -> int:
    return (date.fromisoformat(later) - date.fromisoformat(day)).days
