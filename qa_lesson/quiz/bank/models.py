"""What a quiz file holds: its title, its objectives and its questions, as pydantic models.

``quizzes/schema.json`` is made from them, so that editors complete and check the files as they are written. What a
model refuses cannot be asked or marked; what is merely a poor question is told by `qa_lesson.quiz.lint.bank_lints`.
The models of the questions are in `qa_lesson.quiz.kinds`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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


class Pool(FileModel):
    """Questions that are drawn from: each learner gets some of them, and none can foresee which."""

    id: Slug
    take: Annotated[int, Field(strict=True, ge=1)]
    """How many of them each learner gets."""
    questions: Annotated[tuple[Slug, ...], Field(min_length=2)]
    """Ids, of questions with the same points and difficulty."""


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
    pools: tuple[Pool, ...] = ()
    """Only in graded quizzes; questions in no pool are asked of everyone."""
    questions: Annotated[tuple[Question, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _is_of_one_piece(self) -> Self:
        check_distinct([question.id for question in self.questions], "question")
        if (self.lesson is not None) + (self.draw is not None) + self.graded != 1:
            raise QuestionFaultError(
                "the file needs either lesson or draw or graded",
                "a lesson's quiz names its lesson, a pool its draw, and a graded quiz has graded: true",
            )
        _check_personal(self)
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


def is_personal(quiz: QuizFile) -> bool:
    """Whether each learner gets questions or values of their own."""
    return bool(quiz.pools) or any(question.sizes for question in quiz.questions)


def refuse_personal(quizzes: Sequence[Quiz], place: str) -> None:
    """Refuse quizzes that each learner gets in a version of their own.

    Args:
        quizzes: to be used where everyone sees the same.
        place: that it is, in words.

    Raises:
        BankError: one has pools or parameters.
    """
    for quiz in quizzes:
        if is_personal(quiz):
            told = [f"the pool {pool.id}" for pool in quiz.pools]
            told += [f"the parameters of {question.id}" for question in quiz.questions if question.sizes]
            raise BankError(
                f"{place} has no place for pools and parameters",
                where=quiz.name,
                received=", ".join(told),
                fix="copy the file, choose questions and write numbers in place of {names}; or hand out a bundle for "
                "each learner: qa-lesson quiz bundle ... --roster roster.csv",
            )


def _check_personal(file: QuizFile) -> None:
    """Refuse pools and parameters where they have no meaning, and pools whose questions are not worth the same."""
    if is_personal(file) and not file.graded:
        fix = "write graded: true, or remove them"
        raise QuestionFaultError("pools and parameters are for graded quizzes only", fix)
    check_distinct([pool.id for pool in file.pools], "pool")
    questions = {question.id: question for question in file.questions}
    owners: dict[str, str] = {}
    for pool in file.pools:
        if unknown := [name for name in pool.questions if name not in questions]:
            fix = "write the id of a question of this file"
            raise QuestionFaultError(f"the pool {pool.id} names {unknown[0]}, and there is no such question", fix)
        for name in pool.questions:
            if name in owners:
                what = f"{name} is in the pool {owners[name]}" + (
                    f" and in {pool.id}" if owners[name] != pool.id else " twice"
                )
                raise QuestionFaultError(what, "name each question once")
            owners[name] = pool.id
        if pool.take >= len(pool.questions):
            what = f"the pool {pool.id} takes {pool.take} of {len(pool.questions)} questions"
            raise QuestionFaultError(what, "take fewer, or remove the pool, so that everyone is asked all of them")
        worth = {(questions[name].points, questions[name].difficulty): name for name in pool.questions}
        if len(worth) > 1:
            told = ", ".join(f"{name} {points:g} and {difficulty}" for (points, difficulty), name in worth.items())
            fix = "give all of them the same points and difficulty, so that no learner is worse off"
            raise QuestionFaultError(f"the questions of the pool {pool.id} differ in points or difficulty: {told}", fix)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that a type is made of, and those of their fields."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        for field in annotation.model_fields.values():
            yield from _models(field.annotation)
    for part in get_args(annotation):
        yield from _models(part)


KEYS = frozenset(field.alias or name for model in _models(QuizFile) for name, field in model.model_fields.items())
"""Every key that a quiz file may use."""
