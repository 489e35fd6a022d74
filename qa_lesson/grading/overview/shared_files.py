"""One exported progress file, from its bytes to what a class page needs.

Bytes of strangers: nothing of them is executed, and a file is either taken as a whole or rejected with the first fault.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Annotated, Any, Final, Literal, NotRequired

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict

from qa_lesson.errors import QALessonError
from qa_lesson.grading.marking.submissions import RejectedError
from qa_lesson.grading.marking.uploads import Upload
from qa_lesson.grading.marking.wrong_files import known_as
from qa_lesson.json_files import first_fault
from qa_lesson.quiz.bank.files import quiz_names
from qa_lesson.quiz.bank.models import Quiz
from qa_lesson.quiz.kinds.registry import Question
from qa_lesson.quiz.progress.learner_names import check_learner
from qa_lesson.quiz.progress.mastery import Tally
from qa_lesson.quiz.progress.renamed_quizzes import present_quiz
from qa_lesson.quiz.progress.sharing import SHARED_VERSION, ExportContents

_ASK: Final = "ask for the file that `qa-lesson progress --export` writes"
_PROGRESS: Final = "exported progress of the practice quizzes"
_Name = Annotated[str, Field(min_length=1, max_length=200)]
_Count = Annotated[int, Field(ge=0, le=10_000)]
_Fraction = Annotated[float, Field(ge=0, le=1)]


@with_config(ConfigDict(strict=True))
class _Answered(TypedDict):
    quiz: _Name
    question: _Name
    correct: bool
    response: NotRequired[Any]
    confidence: NotRequired[_Fraction | None]
    at: NotRequired[Annotated[str, Field(max_length=40)]]


@with_config(ConfigDict(strict=True))
class _Tallied(TypedDict):
    quiz: _Name
    objective: _Name
    answered: _Count
    right: _Count
    right_since: _Count


@with_config(ConfigDict(strict=True))
class _Shared(TypedDict):
    format: Literal["qa-lesson progress"]
    version: int
    learner: _Name
    sender: NotRequired[Annotated[str, Field(max_length=1_000, validation_alias="from")]]
    contents: NotRequired[ExportContents]
    exported_at: NotRequired[Annotated[str, Field(max_length=40)]]
    attempts: NotRequired[list[_Answered]]
    mastery: NotRequired[list[_Tallied]]


_SHARED: Final = TypeAdapter(_Shared)


@dataclass(frozen=True, slots=True)
class FirstAnswer:
    """What became of one question.

    Args:
        quiz, question: names of the quiz and of the question.
        correct: whether the first attempt was right.
        response: the first one; None if the file doesn't say.
        confidence: said with it, a fraction; None if not said.
        tries: how many attempts there are.
        right_since: missed at first and right at the latest attempt.
    """

    quiz: str
    question: str
    correct: bool
    response: Any
    confidence: float | None
    tries: int
    right_since: bool

    @property
    def still_wrong(self) -> bool:
        """Whether no attempt after a wrong first one was right in the end."""
        return not self.correct and not self.right_since


@dataclass(frozen=True, slots=True)
class LearnerExport:
    """What a learner sent.

    Args:
        file, sha256, upload: as of a `qa_lesson.grading.marking.submissions.Submission`.
        learner: who it says it is from; empty if it doesn't.
        source: the random id of the progress file that it comes from.
        contents: the version that the learner chose.
        exported_at: the day, ISO 8601, by the learner's clock; empty: not known.
        answers: of the questions of the lessons; empty for a file with mastery only.
        tallies: by quiz and objective.
        last_at: the day of the latest answer; empty: not known.
        n_unknown: answers to questions that this version of the course doesn't have.
    """

    file: str
    sha256: str
    upload: Upload | None
    learner: str
    source: str
    contents: ExportContents
    exported_at: str
    answers: tuple[FirstAnswer, ...]
    tallies: Mapping[tuple[str, str], Tally]
    last_at: str
    n_unknown: int

    @property
    def receipt(self) -> str:
        """The same for two copies of a file."""
        return self.sha256

    @property
    def n_answered(self) -> int:
        """Questions of the lessons with an answer."""
        return sum(one.n for one in self.tallies.values())

    def named(self, learner: str) -> LearnerExport:
        """The same, from this learner."""
        return replace(self, learner=learner)


class ExportReader:
    """Reads exported progress.

    Args:
        quizzes: of the lessons; answers at the course's other quizzes are left out.
        today: the day, ISO 8601; times after it come from a wrong clock and count as not known. None: by the clock.
    """

    def __init__(self, quizzes: Sequence[Quiz], today: str | None = None) -> None:
        self._latest = (date.fromisoformat(today) if today else date.today()) + timedelta(days=1)  # time zones
        self._others = {*quiz_names()} - {quiz.name for quiz in quizzes}
        self._questions: dict[tuple[str, str], Question] = {
            (quiz.name, question.id): question for quiz in quizzes for question in quiz.questions
        }
        self._asked: dict[tuple[str, str], int] = {}
        for (quiz, _), question in self._questions.items():
            self._asked[quiz, question.objective] = self._asked.get((quiz, question.objective), 0) + 1

    def read(self, content: bytes, file: str, sha256: str, upload: Upload | None) -> LearnerExport:
        """The progress that a file holds.

        Args:
            content: of the file.
            file, sha256, upload: see `LearnerExport`.

        Raises:
            RejectedError: it is damaged, or not exported progress.
        """
        what = known_as(content)
        if what is not None and what != _PROGRESS:
            raise RejectedError(f"it is {what}: {_ASK}")
        if not content.strip():
            raise RejectedError("it is empty")
        try:
            record = _SHARED.validate_json(content.removeprefix(b"\xef\xbb\xbf"))
        except ValidationError as error:
            raise RejectedError(f"it is not exported progress ({first_fault(error)}): {_ASK}") from error
        learner = _sender(record.get("sender", ""))
        if record["version"] > SHARED_VERSION:
            raise RejectedError(
                "a later version of qa-lesson wrote it: update with pip install --upgrade qa-lesson", learner
            )
        if "mastery" in record:
            tallies, n_unknown = self._tallies(record["mastery"], learner)
            answers: tuple[FirstAnswer, ...] = ()
        elif "attempts" in record:
            answers, n_unknown = self._answers(record["attempts"])
            tallies = self._count(answers)
        else:
            raise RejectedError(f"it has neither answers nor counts: {_ASK}", learner)
        days = [day for one in record.get("attempts", ()) if (day := self._day(one.get("at", "")))]
        return LearnerExport(
            file,
            sha256,
            upload,
            learner,
            record["learner"],
            record.get("contents", "everything"),
            self._day(record.get("exported_at", "")),
            answers,
            tallies,
            max(days, default=""),
            n_unknown,
        )

    def _day(self, at: str) -> str:
        """The day of a time, or an empty text if it has none or is still to come."""
        try:
            day = date.fromisoformat(at[:10])
        except ValueError:
            return ""
        return day.isoformat() if day <= self._latest else ""

    def _answers(self, attempts: Sequence[Mapping[str, Any]]) -> tuple[tuple[FirstAnswer, ...], int]:
        """The questions that were answered, and how many answers are to unknown ones."""
        tries: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
        n_unknown = 0
        for attempt in attempts:
            place = present_quiz(attempt["quiz"], attempt["question"]), attempt["question"]
            if place in self._questions:
                tries.setdefault(place, []).append(attempt)
            elif place[0] not in self._others:
                n_unknown += 1
        return tuple(_first_answer(place, group) for place, group in tries.items()), n_unknown

    def _count(self, answers: Iterable[FirstAnswer]) -> dict[tuple[str, str], Tally]:
        counts: dict[tuple[str, str], list[int]] = {}
        for one in answers:
            place = one.quiz, self._questions[one.quiz, one.question].objective
            n = counts.setdefault(place, [0, 0, 0])
            n[0] += one.correct
            n[1] += 1
            n[2] += one.right_since
        return {place: Tally(*n) for place, n in counts.items()}

    def _tallies(self, rows: Sequence[Mapping[str, Any]], learner: str) -> tuple[dict[tuple[str, str], Tally], int]:
        tallies: dict[tuple[str, str], Tally] = {}
        n_unknown = 0
        for row in rows:
            place = row["quiz"], row["objective"]
            asked = self._asked.get(place)
            if asked is None:
                n_unknown += row["answered"] if place[0] not in self._others else 0
            elif place in tallies:
                raise RejectedError(f"it counts {place[0]}: {place[1]} twice", learner)
            elif row["answered"] > asked or row["right"] + row["right_since"] > row["answered"]:
                told = f"{row['right']} right and {row['right_since']} since, of {row['answered']} answered"
                raise RejectedError(f"its counts are impossible: {told}, where {asked} are asked", learner)
            elif row["answered"]:
                tallies[place] = Tally(row["right"], row["answered"], row["right_since"])
        return tallies, n_unknown


def _first_answer(place: tuple[str, str], tries: Sequence[Mapping[str, Any]]) -> FirstAnswer:
    first, latest = tries[0], tries[-1]
    return FirstAnswer(
        *place,
        correct=first["correct"],
        response=first.get("response"),
        confidence=first.get("confidence"),
        tries=len(tries),
        right_since=latest["correct"] and not first["correct"],
    )


def _sender(name: str) -> str:
    """Who it says it is from; empty for a name that no learner can have."""
    try:
        return check_learner(name)
    except QALessonError:
        return ""
