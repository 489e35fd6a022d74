"""The answers that a person marks, with all that is needed to judge them, and the file that keeps them.

`qa-lesson grade` writes them to ``review_items.json``: those that still need a person, and those that one has settled,
so a marker can go back to them. The file has no names, but the ids of the roster.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import ConfigDict, Field, NonNegativeInt, TypeAdapter, with_config
from pydantic_core import to_jsonable_python
from typing_extensions import TypedDict

from qa_lesson.errors import DataError, counted
from qa_lesson.grading.formats.papers import AskedVersions
from qa_lesson.grading.formats.records import Key
from qa_lesson.grading.formats.results import QuestionResult, Results
from qa_lesson.json_files import AS_WRITTEN, read_json
from qa_lesson.quiz.kinds.registry import Question
from qa_lesson.quiz.kinds.shared.html_pieces import html_as_text
from qa_lesson.quiz.kinds.shared.marks import Response
from qa_lesson.quiz.kinds.shared.rubric import Criterion

REVIEW_ITEMS_FILE: Final = "review_items.json"
_FORMAT: Final = "qa-lesson review items"
_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One distinct answer to a question that a person marks.

    Args:
        review: its id; a review of this id settles it.
        question, number, kind, points: of the question, as in `qa_lesson.grading.formats.results.GradedQuestion`.
        variant: see `qa_lesson.grading.formats.results.QuestionResult`.
        prompt: Markdown.
        material_html: what is read together with the prompt, safe HTML; may be empty.
        solution: Markdown; may be empty.
        rubric: empty for questions without one.
        key_line: the right answer as plain text.
        response: as handed in.
        n_submissions: sound submissions that have it, including those that don't count.
        learners: ids of those whose counted submission has it, in the order of the roster.
        reason: why a person has to mark it; empty if one has.
        credit: share of the points that it earns by a review; None: it is not settled.
        comment: of that review, Markdown.
    """

    review: str
    question: str
    number: int
    variant: str
    kind: str
    prompt: str
    material_html: str
    solution: str
    points: float
    rubric: tuple[Criterion, ...]
    key_line: str
    response: Response
    n_submissions: int
    learners: tuple[str, ...]
    reason: str
    credit: float | None = None
    comment: str = ""


@dataclass(frozen=True)
class ReviewItems:
    """What is to be marked by hand in a graded quiz.

    Args:
        title: of the quiz.
        bundle: its id.
        items: by question, the commonest answer first.
    """

    title: str
    bundle: str
    items: tuple[ReviewItem, ...]


def make_review_items(results: Results, key: Key, by_hand: Sequence[tuple[QuestionResult, int]]) -> ReviewItems:
    """The answers to a graded quiz that a person settled or has to settle.

    Args:
        results: of the quiz.
        key: that it was graded with.
        by_hand: see `qa_lesson.grading.marking.grade.Graded`.
    """
    learners: dict[str, list[str]] = {}
    for result in results.handed_in:
        for answer in result.questions:
            if answer.review:
                learners.setdefault(answer.review, []).append(result.learner.id)
    versions = AskedVersions(key, results.questions)
    numbers = {question.id: question.number for question in results.questions}
    asked: dict[tuple[str, str], dict[str, Any]] = {}

    def item(answer: QuestionResult, n: int) -> ReviewItem:
        waits = answer.status == "needs review"
        version = (answer.question, answer.variant)
        if version not in asked:
            asked[version] = _asked(versions.of(answer), numbers[answer.question])
        return ReviewItem(
            **asked[version],
            variant=answer.variant,
            review=answer.review,
            response=answer.response if answer.response is not None else "",
            n_submissions=n,
            learners=tuple(learners.get(answer.review, ())),
            reason=answer.feedback if waits else "",
            credit=None if waits else answer.credit,
            comment="" if waits else answer.feedback,
        )

    return ReviewItems(results.title, results.bundle, tuple(item(answer, n) for answer, n in by_hand))


def review_items_json(found: ReviewItems) -> str:
    """The items as the text of ``review_items.json``; what is asked is in it once for all answers to it."""
    places: dict[tuple[str, str], int] = {}
    questions: list[dict[str, Any]] = []
    answers: list[dict[str, Any]] = []
    for item in found.items:
        asked = (item.question, item.variant)
        if asked not in places:
            places[asked] = len(questions)
            questions.append({name: getattr(item, name) for name in _ASKED})
        answers.append({"asked": places[asked], **{name: getattr(item, name) for name in _ANSWERED}})
    record = {
        "format": _FORMAT,
        "version": _VERSION,
        "title": found.title,
        "bundle": found.bundle,
        "questions": questions,
        "answers": answers,
    }
    plain = to_jsonable_python(record)
    return json.dumps(plain, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def load_review_items(folder: str | Path) -> ReviewItems:
    """The answers to mark in a folder that `qa-lesson grade` wrote.

    Raises:
        DataError: there are none, or they were damaged or written by another version.
    """
    path = Path(folder) / REVIEW_ITEMS_FILE
    what = "the answers to review cannot be read"
    fix = "name the folder that qa-lesson grade wrote with --out. If an older version wrote it, grade once more"
    stored = read_json(path, _STORED, what=what, fix=fix)
    items = []
    for place, one in enumerate(stored["answers"]):
        if one["asked"] >= len(stored["questions"]):
            received = f"answers.{place}.asked is {one['asked']}, of {counted(len(stored['questions']), 'question')}"
            raise DataError(what, where=str(path), received=received, fix=fix)
        fields: dict[str, Any] = {**stored["questions"][one["asked"]], **one}
        del fields["asked"]
        items.append(ReviewItem(**fields))
    return ReviewItems(stored["title"], stored["bundle"], tuple(items))


class _Asked(TypedDict):
    """What is asked, which the answers to it share."""

    question: str
    number: int
    variant: str
    kind: str
    prompt: str
    material_html: str
    solution: str
    points: float
    rubric: tuple[Criterion, ...]
    key_line: str


class _Answered(TypedDict):
    """An answer; `asked` is the place of its question."""

    asked: NonNegativeInt
    review: str
    response: Response
    n_submissions: NonNegativeInt
    learners: tuple[str, ...]
    reason: str
    credit: float | None
    comment: str


@with_config(ConfigDict(**AS_WRITTEN, allow_inf_nan=False))
class _Stored(TypedDict):
    """The file as it is."""

    format: Literal["qa-lesson review items"]
    version: Annotated[int, Field(ge=_VERSION, le=_VERSION)]
    title: str
    bundle: str
    questions: tuple[_Asked, ...]
    answers: tuple[_Answered, ...]


_ASKED: Final = tuple(_Asked.__annotations__)
_ANSWERED: Final = tuple(name for name in _Answered.__annotations__ if name != "asked")
_STORED: Final = TypeAdapter(_Stored)


def _asked(question: Question, number: int) -> dict[str, Any]:
    material = question.material()
    return {
        "question": question.id,
        "number": number,
        "kind": question.kind,
        "prompt": question.prompt,
        "material_html": "" if material is None else str(material.html()),
        "solution": question.solution(),
        "points": question.points,
        "rubric": question.criteria(),
        "key_line": html_as_text(question.answer_html()),
    }
