"""What grading finds, as frozen records, and the file that keeps them.

`qa-lesson grade` writes them to ``results.json`` for exports, reports and a later regrade. Three things are kept apart:
a learner who handed nothing in (``points`` None), a question without an answer ("unanswered"), and a worthless answer.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Final, Literal, NotRequired

from pydantic import ConfigDict, Field, NonNegativeInt, TypeAdapter, with_config
from typing_extensions import TypedDict

from qa_lesson.errors import DataError
from qa_lesson.grading.formats.rules import Adjustment, Rules
from qa_lesson.json_files import AS_WRITTEN, read_json
from qa_lesson.quiz.kinds.registry import Kind
from qa_lesson.quiz.kinds.shared.marks import Response

RESULTS_FILE: Final = "results.json"
_FORMAT: Final = "qa-lesson results"
_VERSION: Final = 1

QuestionStatus = Literal["marked", "unanswered", "needs review", "not asked"]
LearnerStatus = Literal["graded", "needs review", "missing", "excused"]

_FINITE: Final = ConfigDict(**AS_WRITTEN, allow_inf_nan=False)


@with_config(_FINITE)
@dataclass(frozen=True, slots=True)
class Learner:
    """A person of the roster.

    Args:
        id: by which the results name them: the roster's id, or the e-mail address if there is no id.
        name: as people read it; may be empty.
        email: may be empty.
        section: of the course; may be empty.
        columns: the roster's row as it is, by the names of its header.
    """

    id: str
    name: str = ""
    email: str = ""
    section: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{' '.join(self.name.split())} ({self.id})" if self.name else self.id


@with_config(_FINITE)
@dataclass(frozen=True, slots=True)
class GradedQuestion:
    """What the results need to know of a question.

    Args:
        number: its place in the quiz, from 1; "Q7" in reports.
        id, kind, points: as in the key.
        adjusted: "void": it counts for no one, and `QuestionResult.points` are 0. "bonus": everyone who handed in has
            all its points. `QuestionResult.credit` is what the key gives, all the same.
        reason: of the adjustment.
        variants: of a question with parameters: by the variant that results name, the place of the value of each
            parameter, from 0.
    """

    number: int
    id: str
    kind: Kind
    points: float
    adjusted: Literal["", "void", "bonus"] = ""
    reason: str = ""
    variants: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@with_config(_FINITE)
@dataclass(frozen=True, slots=True)
class QuestionResult:
    """One learner's answer to one question. Equal answers of several learners share one record.

    Args:
        question: its id.
        status: "needs review": no one has settled yet what it is worth. "not asked": the learner was drawn other
            questions of its pool, so it has no points and is not among the possible ones.
        response: option ids, a number or a text, as handed in; None: unanswered.
        credit: share of the points, a fraction; None unless marked.
        points: credit times the question's points; None unless marked.
        correct: whether it is solved (see `qa_lesson.quiz.answering.marking.Mark`); None unless marked.
        feedback: Markdown, of the key; why it needs review, if it does; empty: unanswered.
        per_option: Markdown by option or item id, of those that the learner chose or put in place.
        review: the id by which ``reviews.csv`` settles it; empty if no review is needed.
        adjusted: why it is not worth what the key says; empty: it is.
        variant: a short hash of the question as this learner was asked it; empty: all were asked the same.
        levels: which level of each criterion of the rubric it reaches, counted from 0; empty without a rubric.
    """

    question: str
    status: QuestionStatus
    response: Response | None = None
    credit: float | None = None
    points: float | None = None
    correct: bool | None = None
    feedback: str = ""
    per_option: Mapping[str, str] = field(default_factory=dict)
    review: str = ""
    adjusted: str = ""
    variant: str = ""
    levels: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LearnerResult:
    """One learner's grade. All but `learner` and `status` is None or empty for those who handed in nothing that counts.

    Args:
        learner: who.
        status: "needs review": `points` may still change, since some answer of theirs is not settled yet.
        points: of the whole quiz, after the penalty; unanswered questions and answers under review earn nothing.
        possible: the points of all questions that count and that they were asked.
        penalty: points taken off for being late.
        late_days: started days after the deadline; 0 in time.
        attempt: as the counted file says, from 1.
        handed_in: how many files of theirs could have counted.
        submitted_at: ISO 8601 in UTC: when the LMS got it, if that is known; otherwise by the learner's clock.
        file: the name of the file that counts.
        receipt: its closing hash, which the learner was shown.
        questions: in the order of `Results.questions`.
        group: whose submission it is, if learners work together; empty: their own.
        allowance: what holds for this learner only, in words: a later deadline, more attempts, being excused.
        minutes: from opening to handing in, by the learner's clock.
        over_time: that is more than the time limit allows them.
        clock: the same for two files whose answers all have the same times; empty for fewer than five times.
        burst: the most answers within one second.
        typed: the address or number in the file, with which the learner's order of questions was drawn.
        bundle: id of the bundle that the file was made with, if each learner has their own; empty: that of the results.
    """

    learner: Learner
    status: LearnerStatus
    possible: float
    points: float | None = None
    penalty: float = 0.0
    late_days: int = 0
    attempt: int | None = None
    handed_in: int = 0
    submitted_at: str | None = None
    file: str = ""
    receipt: str = ""
    questions: tuple[QuestionResult, ...] = ()
    group: str = ""
    allowance: str = ""
    minutes: float | None = None
    over_time: bool = False
    clock: str = ""
    burst: int = 0
    typed: str = ""
    bundle: str = ""

    @property
    def share(self) -> float | None:
        """Points over possible points, a fraction; None if nothing was handed in."""
        return None if self.points is None else self.points / self.possible

    def scaled(self, possible: float) -> float | None:
        """The points, where as many as `possible` could be had; None if nothing was handed in."""
        if self.points is None or self.possible == possible:
            return self.points
        return self.points * possible / self.possible


@with_config(_FINITE)
@dataclass(frozen=True, slots=True)
class NotCounted:
    """A file that gave no grade.

    Args:
        file: its name: folder or archive, and place in it.
        reason: in plain words, with the line if there is one.
        rejected: False if it is sound and another one of the same learner counts.
        learner: who it says it is from, unproven; empty if it cannot be read.
        sha256: of its bytes; empty if they were not read.
        held_back: True if it is sound, but whose it is is in doubt: the instructor must look at it.
        uploader: id of the learner in whose upload the LMS has it; empty if that is not known.
    """

    file: str
    reason: str
    rejected: bool = True
    learner: str = ""
    sha256: str = ""
    held_back: bool = False
    uploader: str = ""


@dataclass(frozen=True)
class Results:
    """A graded quiz.

    Args:
        title: of the quiz.
        bundle: id of the bundle.
        deadline: ISO 8601, or None.
        rules: how it was graded.
        questions: in the order of the key.
        learners: everyone on the roster, in its order.
        not_counted: files that gave no grade, by name.
        bound: how many submissions were bound to their learner by an "id" of the LMS, by a "name" of the LMS, or by
            what the "file" says alone.
        adjustments: what the instructor decided after the fact.
    """

    title: str
    bundle: str
    deadline: str | None
    rules: Rules
    questions: tuple[GradedQuestion, ...]
    learners: tuple[LearnerResult, ...]
    not_counted: tuple[NotCounted, ...]
    bound: Mapping[str, int] = field(default_factory=dict)
    adjustments: tuple[Adjustment, ...] = ()

    @cached_property
    def possible(self) -> float:
        """The points of all questions that count; where learners are asked others, the most that one could have."""
        every = sum(question.points for question in self.questions if question.adjusted != "void")
        return max((one.possible for one in self.learners), default=every)

    @cached_property
    def handed_in(self) -> tuple[LearnerResult, ...]:
        """The learners with a grade: everyone but the missing and the excused."""
        return tuple(result for result in self.learners if result.status not in ("missing", "excused"))

    @cached_property
    def submitters(self) -> tuple[LearnerResult, ...]:
        """One learner with a grade for each submission: of a group the first, as its members did not answer twice."""
        first = {one.group: one.learner.id for one in reversed(self.handed_in) if one.group}
        return tuple(one for one in self.handed_in if not one.group or first[one.group] == one.learner.id)

    @cached_property
    def missing(self) -> tuple[LearnerResult, ...]:
        """The learners without a submission that counts."""
        return tuple(result for result in self.learners if result.status == "missing")

    @cached_property
    def held_back(self) -> tuple[NotCounted, ...]:
        """The files whose learner is in doubt."""
        return tuple(one for one in self.not_counted if one.held_back)


def results_json(results: Results) -> str:
    """The results as the text of ``results.json``; answers that several learners share are written once."""
    places: dict[int, int] = {}
    answers: list[dict[str, Any]] = []
    learners: list[dict[str, Any]] = []
    for result in results.learners:
        for answer in result.questions:
            if id(answer) not in places:
                places[id(answer)] = len(answers)
                answers.append(_fields(answer))
        questions = [places[id(answer)] for answer in result.questions]
        learners.append({**_fields(result), "learner": _fields(result.learner), "questions": questions})
    record = {
        "format": _FORMAT,
        "version": _VERSION,
        "title": results.title,
        "bundle": results.bundle,
        "deadline": results.deadline,
        "rules": _fields(results.rules),
        "questions": [_fields(question) for question in results.questions],
        "answers": answers,
        "learners": learners,
        "not_counted": [_fields(one) for one in results.not_counted],
        "bound": dict(results.bound),
        "adjustments": [_fields(one) for one in results.adjustments],
    }
    return json.dumps(record, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"


def load_results(folder: str | Path) -> Results:
    """The results that ``qa-lesson grade ... --out FOLDER`` wrote.

    Args:
        folder: that folder, or its ``results.json``.

    Raises:
        DataError: there are none, or they cannot be read.
    """
    path = Path(folder)
    path = path / RESULTS_FILE if path.is_dir() else path
    what, fix = "these are no results of a graded quiz", "name the folder that qa-lesson grade wrote with --out"
    stored = read_json(path, _STORED, what=what, fix=fix)
    answers, names = stored["answers"], [question.id for question in stored["questions"]]
    learners = []
    for place, one in enumerate(stored["learners"]):
        try:
            given = tuple(answers[number] for number in one["questions"])
        except IndexError:
            given = ()
        if one["questions"] and [answer.question for answer in given] != names:
            received = f"learners.{place}.questions: they are not answers to the {len(names)} questions in their order"
            raise DataError(what, where=str(path), received=received, fix=fix)
        fields: dict[str, Any] = {**one, "questions": given}
        learners.append(LearnerResult(**fields))
    return Results(
        title=stored["title"],
        bundle=stored["bundle"],
        deadline=stored["deadline"],
        rules=stored["rules"],
        questions=stored["questions"],
        learners=tuple(learners),
        not_counted=stored["not_counted"],
        bound=stored.get("bound", {}),
        adjustments=stored.get("adjustments", ()),
    )


@with_config(_FINITE)
class _StoredLearner(TypedDict):
    """A `LearnerResult` in the file: its questions are places in the list of answers."""

    learner: Learner
    status: LearnerStatus
    possible: float
    points: float | None
    penalty: float
    late_days: NonNegativeInt
    attempt: int | None
    handed_in: NonNegativeInt
    submitted_at: str | None
    file: str
    receipt: str
    questions: tuple[NonNegativeInt, ...]
    group: NotRequired[str]
    allowance: NotRequired[str]
    minutes: NotRequired[float | None]
    over_time: NotRequired[bool]
    clock: NotRequired[str]
    burst: NotRequired[NonNegativeInt]
    typed: NotRequired[str]
    bundle: NotRequired[str]


@with_config(_FINITE)
class _Stored(TypedDict):
    """The file as it is."""

    format: Literal["qa-lesson results"]
    version: Annotated[int, Field(ge=_VERSION, le=_VERSION)]
    title: str
    bundle: str
    deadline: str | None
    rules: Rules
    questions: tuple[GradedQuestion, ...]
    answers: tuple[QuestionResult, ...]
    learners: tuple[_StoredLearner, ...]
    not_counted: tuple[NotCounted, ...]
    bound: NotRequired[Mapping[str, NonNegativeInt]]
    adjustments: NotRequired[tuple[Adjustment, ...]]


_STORED: Final = TypeAdapter(_Stored)


def _fields(record: Any) -> dict[str, Any]:
    """The fields of a record by name, as `dataclasses.asdict` without its deep copies."""
    return {one.name: getattr(record, one.name) for one in dataclasses.fields(record)}
