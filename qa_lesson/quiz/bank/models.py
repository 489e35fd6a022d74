"""What a quiz is: the format of the bank's files as pydantic models.

``quizzes/schema.json`` is made from them, so that editors complete and check the files as they are written. What a
model refuses cannot be asked or marked; what is merely a poor question is told by `qa_lesson.quiz.lint.bank_lints`.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, Strict, model_validator

from qa_lesson.errors import BankError, QuestionFaultError

Difficulty = Literal["easy", "medium", "hard"]
Prose = Annotated[str, Field(min_length=1)]
Line = Annotated[str, Field(pattern=r"^[^\n]+$")]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
BLANK = "___"
"""What the learner replaces in the template of a code question."""


class _Model(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", str_strip_whitespace=True, use_attribute_docstrings=True, hide_input_in_errors=True
    )


class Option(_Model):
    """One choice of a single or multi question."""

    id: Slug
    """Says nothing about being right."""
    text: Prose
    correct: Annotated[bool, Strict()] = False
    feedback: Prose
    """Why it is right, or why it is wrong and what it would take to be right."""


class Item(_Model):
    """One item of an ordering."""

    id: Slug
    text: Prose
    feedback: Prose
    """Why it goes where it goes."""


class Tolerance(_Model):
    """How far a number may be off: either in its own unit, or as a fraction of the answer."""

    abs: Annotated[float, Field(strict=True, ge=0)] | None = None
    rel: Annotated[float, Field(strict=True, gt=0, lt=1)] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.abs is None) == (self.rel is None):
            raise QuestionFaultError(
                "the tolerance needs either abs or rel", "write {abs: 0.005} or {rel: 0.01}, not both"
            )
        return self


class _Wrong(_Model):
    feedback: Prose
    """What was mistaken, and what it would take to be right."""


class WrongNumber(_Wrong):
    """A foreseen wrong number."""

    value: Number


class WrongText(_Wrong):
    """A foreseen wrong text."""

    text: Prose


class WrongCode(_Wrong):
    """A foreseen wrong filling of the blank."""

    code: Prose


class _Question(_Model):
    id: Slug
    """Never changed once learners have answered it; starts with the number of the lesson, or pl- or ma-."""
    objective: str
    """One of the ids under objectives."""
    difficulty: Difficulty
    points: Annotated[float, Field(strict=True, gt=0, le=10)] = 1.0
    prompt: Prose
    """Markdown; code, fenced code and $formulas$ are shown as such."""
    hints: Annotated[tuple[Prose, ...], Field(min_length=1, max_length=3)]
    """Each gives a little more away, none gives the answer."""
    steps: Annotated[tuple[Prose, ...], Field(min_length=2, max_length=5)]
    """The worked solution."""
    quick_check: Line
    """The answer's reason in one line; the back of the flashcard."""
    mistakes: Annotated[tuple[Line, ...], Field(min_length=1, max_length=3)]
    """Common mistakes."""
    section: Annotated[str, Field(pattern=r"^[0-9]{2}_[a-z0-9_]+\.ipynb#\S+$")]
    """Where the lesson tells it: notebook, #, heading with - for its spaces."""


class Single(_Question):
    """Choose one option."""

    kind: Literal["single"]
    options: Annotated[tuple[Option, ...], Field(min_length=3, max_length=6)]

    @model_validator(mode="after")
    def _one_is_correct(self) -> Self:
        _check_distinct([option.id for option in self.options], "option")
        if (n := sum(option.correct for option in self.options)) != 1:
            raise QuestionFaultError(
                f"{n} options are marked correct", "mark exactly one with correct: true, or use kind: multi"
            )
        return self

    @property
    def key(self) -> str:
        """The id of the right option."""
        return next(option.id for option in self.options if option.correct)


class Multi(_Question):
    """Choose all that apply."""

    kind: Literal["multi"]
    options: Annotated[tuple[Option, ...], Field(min_length=3, max_length=6)]

    @model_validator(mode="after")
    def _some_are_correct(self) -> Self:
        _check_distinct([option.id for option in self.options], "option")
        if not 0 < sum(option.correct for option in self.options) < len(self.options):
            raise QuestionFaultError(
                "all options are right, or none is", "mark at least one with correct: true, and not all"
            )
        return self

    @property
    def key(self) -> frozenset[str]:
        """The ids of the right options."""
        return frozenset(option.id for option in self.options if option.correct)


class Numeric(_Question):
    """Type a number."""

    kind: Literal["numeric"]
    answer: Number
    tolerance: Tolerance
    unit: Line
    """Shown beside the field: fraction, percent, questions, tokens ..."""
    recompute: Line | None = None
    """A Python expression over qa_lesson's public names and math that gives the answer."""
    no_recompute: Line | None = None
    """Why the answer cannot be recomputed."""
    right: Prose
    wrong: tuple[WrongNumber, ...] = ()
    otherwise: Prose

    @model_validator(mode="after")
    def _can_be_recomputed(self) -> Self:
        if (self.recompute is None) == (self.no_recompute is None):
            raise QuestionFaultError(
                "the answer needs either recompute or no_recompute",
                "give a Python expression that computes it, or the reason why there is none",
            )
        return self

    def accepts(self, value: float) -> bool:
        """Whether `value` is right."""
        return self.is_near(value, self.answer)

    def is_near(self, value: float, target: float) -> bool:
        """Whether `value` is within the tolerance of `target` (inclusive, whatever rounding does at its edge)."""
        limit = self.tolerance.abs if self.tolerance.abs is not None else (self.tolerance.rel or 0) * abs(target)
        return abs(value - target) <= limit + 1e-9 * max(1.0, abs(target))


class Text(_Question):
    """Type a word or a short phrase."""

    kind: Literal["text"]
    accept: Annotated[tuple[Prose, ...], Field(min_length=1)]
    case_sensitive: Annotated[bool, Strict()] = False
    right: Prose
    wrong: tuple[WrongText, ...] = ()
    otherwise: Prose


class SpanQuestion(_Question):
    """Copy a span of the context."""

    kind: Literal["span"]
    context: Prose
    answers: Annotated[tuple[Prose, ...], Field(min_length=1)]
    right: Prose
    wrong: tuple[WrongText, ...] = ()
    otherwise: Prose

    @model_validator(mode="after")
    def _answers_stand_in_the_context(self) -> Self:
        for answer in self.answers:
            if answer not in self.context:
                raise QuestionFaultError(
                    f"the answer {answer!r} does not stand in the context", "copy it letter by letter"
                )
        return self


class Ordering(_Question):
    """Put the items in order; the file has them in the right one."""

    kind: Literal["ordering"]
    items: Annotated[tuple[Item, ...], Field(min_length=3, max_length=6)]
    right: Prose
    otherwise: Prose

    @model_validator(mode="after")
    def _items_differ(self) -> Self:
        _check_distinct([item.id for item in self.items], "item")
        return self

    @property
    def key(self) -> tuple[str, ...]:
        """The item ids in the right order."""
        return tuple(item.id for item in self.items)


class Code(_Question):
    """Fill the blank in a piece of Python."""

    kind: Literal["code"]
    template: Prose
    """Python with ___ exactly once."""
    answer: Prose
    check: Prose
    """Python asserts, each with a message for the learner; they run after the filled template."""
    right: Prose
    wrong: tuple[WrongCode, ...] = ()
    otherwise: Prose

    @model_validator(mode="after")
    def _one_blank(self) -> Self:
        if (n := self.template.count(BLANK)) != 1:
            raise QuestionFaultError(f"the template has {n} blanks", f"write {BLANK} exactly once")
        return self


Question = Annotated[
    Single | Multi | Numeric | Text | SpanQuestion | Ordering | Code, Field(discriminator="kind", title="Question")
]


class Draw(_Model):
    """How many questions of each difficulty a learner gets out of a pool."""

    easy: Annotated[int, Field(strict=True, ge=0)]
    medium: Annotated[int, Field(strict=True, ge=0)]
    hard: Annotated[int, Field(strict=True, ge=0)]


class QuizFile(_Model):
    """One file of the bank, as it is written."""

    title: Line
    lesson: Annotated[str, Field(pattern=r"^[0-9]{2}_[a-z0-9_]+$")] | None = None
    """The stem of the lesson's notebook; the placement and mastery tests and graded quizzes have none."""
    draw: Draw | None = None
    """Only in the placement and mastery tests."""
    graded: Annotated[bool, Strict()] = False
    """True in a graded quiz, which its instructor keeps: only its bundle reaches learners."""
    objectives: Annotated[dict[Slug, Line], Field(min_length=1)]
    """Id and what the learner can do, in words that follow "I can"."""
    questions: Annotated[tuple[Question, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _is_of_one_piece(self) -> Self:
        _check_distinct([question.id for question in self.questions], "question")
        if (self.lesson is not None) + (self.draw is not None) + self.graded != 1:
            raise QuestionFaultError(
                "the file needs either lesson or draw or graded",
                "a lesson's quiz names its lesson, a pool its draw, and a graded quiz has graded: true",
            )
        for question in self.questions:
            if question.objective not in self.objectives:
                raise QuestionFaultError(
                    f"the objective {question.objective!r} of {question.id} is not in the list",
                    f"use one of {', '.join(self.objectives)}, or add it under objectives",
                )
        return self


class Quiz(QuizFile):
    """A quiz of the bank: its file and its name, which is the stem of the file."""

    name: str

    def question(self, question_id: str) -> Question:
        """The question of this id.

        Raises:
            BankError: there is none.
        """
        for question in self.questions:
            if question.id == question_id:
                return question
        raise BankError("there is no such question", where=self.name, received=repr(question_id), fix="copy its id")


def _check_distinct(ids: list[str], what: str) -> None:
    repeated = sorted({name for name in ids if ids.count(name) > 1})
    if repeated:
        raise QuestionFaultError(f"two {what}s have the id {repeated[0]}", f"give each {what} its own")


_KIND_MODELS = get_args(get_args(Question)[0])
KINDS = frozenset(kind for model in _KIND_MODELS for kind in get_args(model.model_fields["kind"].annotation))
"""Every question kind."""
KEYS = frozenset(
    key
    for model in (*_KIND_MODELS, Option, Item, Tolerance, WrongNumber, WrongText, WrongCode, Draw, QuizFile)
    for key in model.model_fields
)
"""Every key that a quiz file may use."""
