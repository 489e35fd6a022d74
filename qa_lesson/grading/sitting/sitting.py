"""One learner's way through a graded quiz: questions in their order, answers, attempts, handing in. No key, no widget.

`Sitting` is what the widget shows and what scripts and tests use; the file itself is in `submission_file`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

from platformdirs import user_data_path

from qa_lesson.errors import ConfigError, QALessonError, StorageError, shorten
from qa_lesson.grading.formats.orders import learner_seed, shuffled
from qa_lesson.grading.formats.records import Bundle, utc_now
from qa_lesson.grading.sitting.responses import check_response
from qa_lesson.grading.sitting.submission_file import SubmissionFile, file_name
from qa_lesson.journal import copy_readable, open_somewhere, temporary_folder
from qa_lesson.quiz.kinds.registry import kind_class
from qa_lesson.quiz.kinds.shared.asked_record import Asked, Choice
from qa_lesson.quiz.progress.learner_names import check_learner

Entry = TypeVar("Entry")


@dataclass(frozen=True)
class Receipt:
    """What a learner has after handing in.

    Args:
        hash: of the closing record, 64 hexadecimal digits.
        path: of the one file to hand in.
        at: when it was closed, by this machine's clock; UTC, ISO 8601.
        late: whether that is after the deadline.
    """

    hash: str
    path: Path
    at: str
    late: bool


class Sitting:
    """A learner at a graded quiz. Answers are saved immediately, and come back when the same learner sits down again.

    Args:
        bundle: the quiz.
        learner: the e-mail address or number that identifies them to the instructor; with the bundle's id it seeds the
            order of questions, options and items. Capitals do not matter.
        folder: for the file to hand in; where it cannot be written, another place is taken and `notes` says so.
        extra_attempts: beyond those that the bundle allows, if the instructor has granted them.
        clock: gives the time as records carry it.

    Raises:
        ConfigError: the learner is empty, too long or has control characters.
        StorageError: there is nowhere to save answers.
    """

    def __init__(
        self,
        bundle: Bundle,
        learner: str,
        folder: Path,
        *,
        extra_attempts: int = 0,
        clock: Callable[[], str] = utc_now,
    ) -> None:
        self.bundle, self.learner = bundle, check_learner(learner)
        self.allowed = None if bundle.attempts is None else bundle.attempts + max(0, extra_attempts)
        self._clock = clock
        self.questions = tuple(
            _shuffled_choices(question, self._seed)
            for question in shuffled(bundle.questions, self._seed, [one.id for one in bundle.questions])
        )
        self._asked = {question.id: question for question in self.questions}
        self.unsaved: dict[str, Any] = {}
        self.save_problem = ""
        self._file, self._place_note = self._open(folder)

    @property
    def _seed(self) -> str:
        return learner_seed(self.bundle.id, self.learner)

    @property
    def path(self) -> Path:
        """The file of this attempt."""
        return self._file.path

    @property
    def attempt(self) -> int:
        """The number of this attempt, counted from 1."""
        return self._file.attempt

    @property
    def notes(self) -> list[str]:
        """What the learner should know about their file, in plain words."""
        return [note for note in (self._place_note, *self._file.notes) if note]

    @property
    def saved(self) -> dict[str, Any]:
        """The answers on the disk, by question id."""
        return self._file.written.answers

    @property
    def answers(self) -> dict[str, Any]:
        """The answers as they are, those too that could not be saved."""
        return {name: given for name, given in {**self.saved, **self.unsaved}.items() if given is not None}

    @property
    def unanswered(self) -> list[int]:
        """Places of questions without an answer, counted from 1."""
        return [place for place, question in enumerate(self.questions, 1) if question.id not in self.answers]

    @property
    def receipt(self) -> Receipt | None:
        """The receipt, None until this attempt is handed in."""
        written = self._file.written
        return Receipt(written.last, self.path, written.at, self.is_late(written.at)) if written.submitted else None

    @property
    def may_begin_again(self) -> bool:
        """Whether this attempt is handed in and the rules allow another one."""
        return self.receipt is not None and (self.allowed is None or self.attempt < self.allowed)

    def is_late(self, at: str) -> bool:
        """Whether a time (ISO 8601, UTC) is after the deadline."""
        return self.bundle.deadline is not None and datetime.fromisoformat(at) > self.bundle.deadline

    def answer(self, question: str, response: Any) -> None:
        """Take an answer and save it; None takes the one before back.

        One that cannot be saved is kept in `unsaved`, and `save_problem` says why.

        Args:
            question: its id.
            response: an option id (single), option ids (multi), item ids (ordering), a number or what was typed.

        Raises:
            ConfigError: no such question, a response that it cannot have, or the attempt was handed in.
        """
        given = check_response(self.asked(question), response)
        if self.receipt is not None:
            raise ConfigError("this attempt was handed in", fix="begin another attempt, if the quiz allows one")
        if given == self.answers.get(question):
            return
        self.unsaved[question] = given
        self.save()

    def doubt(self, question: str) -> str:
        """Why an answer could not be marked as it is, in words for the learner; empty: it could, or there is none."""
        given, asked = self.answers.get(question), self.asked(question)
        return "" if given is None else kind_class(asked.kind).doubt(asked, given)

    def save(self) -> None:
        """Save what could not be saved before; see `answer`.

        Raises:
            ConfigError: the attempt was handed in, perhaps from another notebook.
        """
        try:
            for question, given in list(self.unsaved.items()):
                self._file.answer(question, given)
                del self.unsaved[question]
        except ConfigError:
            self.unsaved.clear()
            raise
        except OSError as error:  # whatever the disk does, the learner is told and the answer is kept
            self.save_problem = _reason(error)
        else:
            self.save_problem = ""

    def submit(self) -> Receipt:
        """Hand in what is saved: close the file.

        Raises:
            ConfigError: the attempt was handed in already, or answers could not be saved.
            StorageError: the file cannot be written.
        """
        self.save()
        if self.unsaved:
            raise ConfigError(
                f"{len(self.unsaved)} answers could not be saved: {self.save_problem}",
                where=str(self.path),
                fix="make room or give access to the folder, then hand in again",
            )
        try:
            self._file.submit()
        except StorageError:
            raise
        except OSError as error:
            raise StorageError("the file cannot be closed", where=str(self.path), received=_reason(error)) from error
        receipt = self.receipt
        assert receipt is not None
        return receipt

    def begin_again(self) -> None:
        """Begin the next attempt, with the answers of this one.

        Raises:
            ConfigError: this one is not handed in, or was the last.
            StorageError: no file can be written.
        """
        if not self.may_begin_again:
            raise ConfigError("there is no further attempt", received=f"attempt {self.attempt}", fix="hand in this one")
        fresh = self._at(self.path.parent, self.attempt + 1, carried=self.saved)
        try:
            fresh.look()
        except OSError as error:
            raise StorageError(
                "no file can be begun", where=str(fresh.path), received=_reason(error), fix="try again"
            ) from error
        self._file = fresh

    def asked(self, question: str) -> Asked:
        """The question of an id.

        Raises:
            ConfigError: there is none.
        """
        if question not in self._asked:
            raise ConfigError(
                "no such question", received=shorten(repr(question)), fix=f"one of {', '.join(self._asked)}"
            )
        return self._asked[question]

    # ------------------------------------------------------------------ the file

    def _at(self, folder: Path, attempt: int, carried: dict[str, Any] | None = None) -> SubmissionFile:
        path = folder / file_name(self.bundle.id, self.learner, attempt)
        return SubmissionFile(path, self.bundle.id, self.learner, attempt, carried=carried, clock=self._clock)

    def _open(self, wanted: Path) -> tuple[SubmissionFile, str]:
        """The file of the latest attempt, in the first folder that takes it; a note if that is another one."""
        wanted = wanted.absolute()

        def open_at(folder: Path) -> tuple[SubmissionFile, int]:
            folder.mkdir(parents=True, exist_ok=True)
            copied = self._copy(wanted, folder) if folder != wanted else 0
            file = self._at(folder, max(1, self._latest(folder)))
            file.look()
            return file, copied

        (file, copied), problem = open_somewhere(
            chain([wanted], _substitutes()),
            open_at,
            wanted=str(wanted),
            fix="copy the quiz into a folder that you may write to, and run the cell again",
        )
        if not problem:
            return file, ""
        note = f"Your answers cannot be saved in {wanted} ({problem}). They are saved in {file.path.parent} instead."
        return file, note + (" What you had answered before was copied there." if copied else "")

    def _latest(self, folder: Path) -> int:
        """The latest attempt that has a file in a folder; 0: none."""
        attempt = 0
        while (folder / file_name(self.bundle.id, self.learner, attempt + 1)).exists():
            attempt += 1
        return attempt

    def _copy(self, source: Path, target: Path) -> int:
        """Copy earlier attempts that can be read but not written; how many."""
        missing = range(self._latest(target) + 1, self._latest(source) + 1)
        names = [file_name(self.bundle.id, self.learner, attempt) for attempt in missing]
        return sum(copy_readable(source / name, target / name) for name in names)


def _shuffled_choices(asked: Asked, seed: str) -> Asked:
    def shuffle(choices: tuple[Choice, ...] | None) -> tuple[Choice, ...] | None:
        if choices is None:
            return None
        return tuple(shuffled(choices, f"{seed}\n{asked.id}", [choice.id for choice in choices]))

    return asked.model_copy(update={"options": shuffle(asked.options), "items": shuffle(asked.items)})


def _substitutes() -> Iterator[Path]:
    """Where to save when the folder that was asked for cannot be written to, best first."""
    yield user_data_path("qa-lesson", appauthor=False) / "submissions"
    yield temporary_folder("qa-lesson-submissions")


def _reason(error: OSError | QALessonError) -> str:
    if isinstance(error, QALessonError):
        return error.what
    return (error.strerror or str(error)).lower()
