"""Write an answer in your own words: a person marks it by a rubric."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

from markupsafe import Markup
from pydantic import Field, Strict, model_validator

from qa_lesson.errors import QuestionFaultError, ResponseError, counted
from qa_lesson.quiz.kinds.base import BaseQuestion
from qa_lesson.quiz.kinds.shared import asked_record
from qa_lesson.quiz.kinds.shared.asked_record import Asked, ShownCriterion
from qa_lesson.quiz.kinds.shared.fields import Prose
from qa_lesson.quiz.kinds.shared.forms import Essay
from qa_lesson.quiz.kinds.shared.html_pieces import Quotation
from qa_lesson.quiz.kinds.shared.marks import Mark, Response, given_text
from qa_lesson.quiz.kinds.shared.rubric import Criterion
from qa_lesson.quiz.kinds.shared.wording import Lint, repeated
from qa_lesson.quiz.pages.markdown import render_inline, render_markdown

_LONGEST_LINE = 100


class AskedFreeText(Asked):
    """The field, and what the answer is judged by, come to the common fields."""

    criteria: tuple[ShownCriterion, ...] = ()
    """Empty if learners don't see them."""
    max_words: int | None = None
    lines: int = 8


class FreeText(BaseQuestion):
    """Write an answer in your own words. Only in graded quizzes, because a person marks it."""

    kind: Literal["free_text"]
    instruction: ClassVar[str] = "Write your answer in your own words."
    grading_note: ClassVar[str] = "marked by a person by its rubric"
    by_hand: ClassVar[str] = (
        "a person marks every answer. Grading lists the answers, equal ones once, and you review them by the rubric."
    )
    has_key: ClassVar[bool] = False
    asked_model: ClassVar[type[Asked]] = AskedFreeText
    rubric: Annotated[tuple[Criterion, ...], Field(min_length=1)]
    """What an answer is judged by. The best levels together give the question's points."""
    rubric_shown: Annotated[bool, Strict()] = True
    """Whether learners see the criteria and their points before answering. They never see the levels."""
    model_answer: Prose
    """Markdown, for markers, and for the pages handed back if you ask for solutions."""
    max_words: Annotated[int, Field(strict=True, ge=1)] | None = None
    """The page counts words and warns of more. A longer answer can still be handed in."""
    lines: Annotated[int, Field(strict=True, ge=2, le=40)] = 8
    """Height of the field."""

    @model_validator(mode="after")
    def _rubric_gives_the_points(self) -> Self:
        ids = [criterion.id for criterion in self.rubric]
        if same := repeated(ids):
            raise QuestionFaultError(f"two criteria have the id {same}", "give each criterion its own")
        best = sum(criterion.points for criterion in self.rubric)
        if not math.isclose(best, self.points, abs_tol=1e-9):
            raise QuestionFaultError(
                f"the best levels of the rubric give {best:g} points, and the question has {self.points:g}",
                f"write points: {best:g}, or change the levels",
            )
        return self

    def mark(self, response: Response) -> Mark:
        """Mark a blank answer; a person marks any other.

        Raises:
            ResponseError: it isn't blank.
        """
        if self.is_blank(response):
            return Mark(0.0, False, "")
        n = len(given_text(response, "write an answer").split())
        long = f": it has {counted(n, 'word')}, and at most {self.max_words} were asked for"
        raise ResponseError(f"a person marks this answer{long if self.max_words and n > self.max_words else ''}")

    def asked_parts(self) -> dict[str, Any]:
        """The size of the field, and the criteria unless they are hidden."""
        shown = [{"text": one.text, "points": one.points} for one in self.rubric] if self.rubric_shown else []
        return {"criteria": shown, "max_words": self.max_words, "lines": self.lines}

    @classmethod
    def page_parts(cls, asked_fields: Mapping[str, Any]) -> dict[str, Any]:
        """The criteria as HTML."""
        return {
            **asked_record.page_parts(asked_fields),
            "criteria": [
                {"text": render_inline(one["text"]), "points": one["points"]} for one in asked_fields["criteria"]
            ],
            "max_words": asked_fields["max_words"],
            "lines": asked_fields["lines"],
        }

    @classmethod
    def comparable_response(cls, response: Response) -> Any:
        r"""Equal up to white space and composed letters. Capitals and symbols count, since they can carry meaning.

        >>> FreeText.comparable_response("cafe\u0301  US") == FreeText.comparable_response("caf\u00e9\nUS")
        True
        >>> FreeText.comparable_response("x\u00b2") == FreeText.comparable_response("x2")
        False
        """
        return " ".join(unicodedata.normalize("NFC", str(response)).split())

    @classmethod
    def response_line(cls, response: Response) -> str:
        """The beginning of the answer, and how long it is if that is not all."""
        line = str(cls.comparable_response(response))
        return line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]}... ({len(line.split())} words)"

    def response_html(self, response: Response) -> Markup:
        """The answer with its lines."""
        return Quotation(str(response)).html()

    def answer_html(self) -> Markup:
        """The model answer."""
        return render_markdown(self.model_answer)

    def solution(self) -> str:
        """The model answer, and the steps if there are any."""
        return "\n\n".join(filter(None, (self.model_answer, super().solution())))

    def criteria(self) -> tuple[Criterion, ...]:
        """The rubric."""
        return self.rubric

    def feedbacks(self) -> Iterator[tuple[str, str]]:
        """None: the marker writes it."""
        yield from ()

    def labels(self) -> Iterator[tuple[str, str]]:
        """What markers and learners read besides the prompt."""
        yield "model_answer", self.model_answer
        for criterion in self.rubric:
            yield f"criterion {criterion.id}", criterion.text
            for place, level in enumerate(criterion.levels, start=1):
                yield f"criterion {criterion.id}, level {place}", level.text

    def key_faults(self) -> Lint:
        """Levels that a marker cannot tell apart."""
        for criterion in self.rubric:
            if same := repeated(level.text for level in criterion.levels):
                yield (
                    f"two levels of criterion {criterion.id} have the same text: {same!r}",
                    "say how their answers differ",
                )

    def lints(self) -> Lint:
        """Criteria that are there twice, levels in no order, and a model answer that is too long itself."""
        if same := repeated(criterion.text for criterion in self.rubric):
            yield f"two criteria have the same text: {same!r}", "judge each thing once"
        for criterion in self.rubric:
            points = [level.points for level in criterion.levels]
            if points not in (sorted(points), sorted(points, reverse=True)):
                yield (
                    f"the levels of criterion {criterion.id} are in no order",
                    "sort them by their points, so markers find them at the same place",
                )
        n = len(self.model_answer.split())
        if self.max_words is not None and n > self.max_words:
            yield (
                f"the model answer has {counted(n, 'word')}, and max_words is {self.max_words}",
                "shorten it, or allow more words",
            )

    @classmethod
    def practice_faults(cls, written: Mapping[str, Any]) -> Lint:
        """It is never a practice question."""
        yield (
            "a free_text question is only for graded quizzes, because a person has to mark it",
            "write graded: true at the top of the file, or ask it with another kind",
        )

    def form(self) -> Essay:
        """Other systems let a person mark it, too."""
        return Essay(
            "text",
            self.model_answer,
            prose=True,
            lines=self.lines,
            rubric=self.rubric,
            rubric_shown=self.rubric_shown,
        )

    @property
    def lms_instruction(self) -> str:
        """With the limit, which other systems don't count."""
        limit = "" if self.max_words is None else f" Use at most {counted(self.max_words, 'word')}."
        return f"{self.instruction}{limit}"
