"""What a quiz file holds: its title, its objectives and its questions, as pydantic models.

``quizzes/schema.json`` is made from them, so that editors complete and check the files as they are written. What a
model refuses cannot be asked or marked; what is merely a poor question is told by `qa_lesson.quiz.lint.bank_lints`.
The models of the questions are in `qa_lesson.quiz.kinds`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Self, get_args

from pydantic import BaseModel, Field, Strict, model_validator

from qa_lesson.errors import BankError, QuestionFaultError
from qa_lesson.quiz.kinds.registry import Question
from qa_lesson.quiz.kinds.shared.fields import FileModel, Line, Needed, Notebook, Slug, check_distinct


class Draw(FileModel):
    """How many questions of each difficulty a learner gets out of a pool."""

    easy: Annotated[int, Field(strict=True, ge=0)]
    medium: Annotated[int, Field(strict=True, ge=0)]
    hard: Annotated[int, Field(strict=True, ge=0)]


class QuizFile(FileModel):
    """One file of the bank, as it is written."""

    title: Line
    lesson: Notebook | None = None
    """The stem of the lesson's notebook; the placement and mastery tests and graded quizzes have none."""
    draw: Draw | None = None
    """Only in the placement and mastery tests."""
    graded: Annotated[bool, Strict()] = False
    """True in a graded quiz, which its instructor keeps: only its bundle reaches learners."""
    objectives: Annotated[dict[Slug, Line], Needed()] = Field(default_factory=dict)
    """Id and what the learner can do, in words that follow "I can"."""
    questions: Annotated[tuple[Question, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _is_of_one_piece(self) -> Self:
        check_distinct([question.id for question in self.questions], "question")
        if (self.lesson is not None) + (self.draw is not None) + self.graded != 1:
            raise QuestionFaultError(
                "the file needs either lesson or draw or graded",
                "a lesson's quiz names its lesson, a pool its draw, and a graded quiz has graded: true",
            )
        for question in self.questions:
            if question.objective not in self.objectives and not (self.graded and not question.objective):
                raise QuestionFaultError(
                    f"the objective {question.objective!r} of {question.id} is not in the list",
                    f"use one of {', '.join(self.objectives)}, or add it under objectives",
                )
        return self


class Quiz(QuizFile):
    """A quiz of the bank: its file and its name, the stem of the file without the lesson's number."""

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


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that a type is made of, and those of their fields."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        for field in annotation.model_fields.values():
            yield from _models(field.annotation)
    for part in get_args(annotation):
        yield from _models(part)


KEYS = frozenset(key for model in _models(QuizFile) for key in model.model_fields)
"""Every key that a quiz file may use."""
