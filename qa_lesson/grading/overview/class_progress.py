"""The progress of a class: whose file each one is, which one counts, and who sent none."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from qa_lesson.grading.formats.results import Learner, NotCounted
from qa_lesson.grading.marking.attribution import Binder, attribute
from qa_lesson.grading.marking.find_files import UnreadableError, find_submissions
from qa_lesson.grading.marking.grade import Track, untracked
from qa_lesson.grading.marking.roster import Roster
from qa_lesson.grading.marking.submissions import RejectedError
from qa_lesson.grading.marking.worksheet import Worksheet
from qa_lesson.grading.overview.shared_files import ExportReader, LearnerExport
from qa_lesson.quiz.bank.files import lesson_stems, load_quiz
from qa_lesson.quiz.bank.models import Quiz

WORKED_THROUGH: Final = 0.8
"""Share of a lesson's quiz questions that must be answered for the lesson to count as worked through."""


@dataclass(frozen=True)
class LearnerProgress:
    """A learner of the roster.

    Args:
        learner: who.
        export: the file that counts; None: there is none.
        lessons: name of the quiz -> questions answered, right at first, right since.
    """

    learner: Learner
    export: LearnerExport | None
    lessons: Mapping[str, tuple[int, int, int]]

    @property
    def n_answered(self) -> int:
        """Questions of the lessons with an answer."""
        return sum(n for n, _, _ in self.lessons.values())


@dataclass(frozen=True)
class ClassProgress:
    """Everyone on the roster, and what did not count.

    Args:
        quizzes: of the lessons, in their order.
        learners: in the order of the roster.
        not_counted: files that did not count, with the reason.
        bound: how many of the files that may count were bound to their learner, by what bound them; see
            `qa_lesson.grading.marking.attribution.Attribution`.
        same_source: learners whose files come from one progress file, by group.
        n_files: files that were looked at.
    """

    quizzes: tuple[Quiz, ...]
    learners: tuple[LearnerProgress, ...]
    not_counted: tuple[NotCounted, ...]
    bound: Mapping[str, int]
    same_source: tuple[tuple[Learner, ...], ...]
    n_files: int

    @property
    def sent(self) -> tuple[LearnerProgress, ...]:
        """Those with a file that counts."""
        return tuple(one for one in self.learners if one.export is not None)

    @property
    def missing(self) -> tuple[Learner, ...]:
        """Those without one."""
        return tuple(one.learner for one in self.learners if one.export is None)

    def n_worked_through(self, one: LearnerProgress) -> int:
        """Lessons that a learner has worked through; see `WORKED_THROUGH`."""
        return sum(self.is_worked_through(one, quiz) for quiz in self.quizzes)

    def is_worked_through(self, one: LearnerProgress, quiz: Quiz) -> bool:
        """Whether a learner has answered enough of a lesson's questions; see `WORKED_THROUGH`."""
        return one.lessons.get(quiz.name, (0, 0, 0))[0] >= WORKED_THROUGH * len(quiz.questions)


def lesson_quizzes() -> tuple[Quiz, ...]:
    """The quizzes of the numbered lessons, in their order."""
    return tuple(load_quiz(stem) for stem in lesson_stems())


def collect_progress(
    paths: Sequence[str | Path],
    roster: Roster,
    quizzes: Sequence[Quiz],
    *,
    worksheet: Worksheet | None = None,
    today: str | None = None,
    track: Track = untracked,
) -> ClassProgress:
    """Read what is at `paths` and bind it to the roster. One bad file never stops the rest.

    Of several files of a learner, the one with the most answered questions counts, and of equal ones the latest. A file
    that doesn't say who it is from counts only for the person who uploaded it to the LMS.

    Args:
        paths: folders, zip archives and single files.
        roster: who is in the course.
        quizzes: of the lessons.
        worksheet: of Moodle, with the numbers of participants.
        today: see `qa_lesson.grading.overview.shared_files.ExportReader`.
        track: for a progress bar.

    Raises:
        DataError: a path does not exist, or there is no file at all.
    """
    reader, binder = ExportReader(quizzes, today), Binder(roster, worksheet)
    exports: list[LearnerExport] = []
    with find_submissions(paths) as found:
        not_counted = list(found.not_counted)
        n_files = len(found.sources) + len(found.not_counted)
        for source in track(found.sources, "reading"):
            digest = ""
            try:
                content = source.read()
                digest = hashlib.sha256(content).hexdigest()
                export = reader.read(content, source.file, digest, source.upload)
                if not export.learner:
                    owner = binder.owner(source.upload) if source.upload is not None else None
                    if owner is None:
                        raise RejectedError("it doesn't say who it is from: ask for an export with --from")
                    export = export.named(owner.id)
                exports.append(export)
            except UnreadableError as error:
                not_counted.append(NotCounted(source.file, str(error)))
            except RejectedError as error:
                not_counted.append(NotCounted(source.file, error.reason, True, error.learner, digest))
    exports.sort(key=lambda one: (one.n_answered, one.exported_at, one.file))
    owned = attribute(exports, roster, binder)
    not_counted += owned.not_counted
    learners = []
    for learner in roster.learners:
        files = owned.by_learner.get(learner.id, [])
        chosen = files[-1] if files else None
        for other in files[:-1]:
            reason = f"another file of this learner has as many answers or more: {files[-1].file}"
            not_counted.append(NotCounted(other.file, reason, False, learner.id, other.sha256))
        learners.append(LearnerProgress(learner, chosen, _lessons(chosen)))
    return ClassProgress(
        tuple(quizzes),
        tuple(learners),
        tuple(sorted(not_counted, key=lambda one: (one.file, one.sha256))),
        dict(sorted(owned.bound.items())),
        _same_source(learners),
        n_files,
    )


def _lessons(export: LearnerExport | None) -> dict[str, tuple[int, int, int]]:
    found: dict[str, tuple[int, int, int]] = {}
    for (quiz, _), one in export.tallies.items() if export is not None else ():
        n, right, since = found.get(quiz, (0, 0, 0))
        found[quiz] = n + one.n, right + one.n_right, since + one.n_mended
    return found


def _same_source(learners: Sequence[LearnerProgress]) -> tuple[tuple[Learner, ...], ...]:
    by_source: dict[str, list[Learner]] = {}
    for one in learners:
        if one.export is not None:
            by_source.setdefault(one.export.source, []).append(one.learner)
    return tuple(tuple(group) for group in by_source.values() if len(group) > 1)
