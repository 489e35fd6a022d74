"""A rubric: what an answer that a person marks is judged by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Self

from pydantic import Field, model_validator

from qa_lesson.errors import DataError, QuestionFaultError, shorten
from qa_lesson.quiz.kinds.shared.fields import FileModel, Number, Prose, Slug


class Level(FileModel):
    """How well an answer can meet a criterion."""

    points: Annotated[Number, Field(ge=0)]
    """That an answer on this level earns."""
    text: Prose
    """What such an answer is like, Markdown."""


class Criterion(FileModel):
    """One thing that an answer is judged by."""

    id: Slug
    text: Prose
    """What is judged, Markdown. It must not give the answer away, because learners may see it."""
    levels: Annotated[tuple[Level, ...], Field(min_length=2)]
    """Each has other points, and one has 0. Markers see them in this order."""

    @model_validator(mode="after")
    def _levels_differ(self) -> Self:
        points = [level.points for level in self.levels]
        if twice := sorted({value for value in points if points.count(value) > 1}):
            raise QuestionFaultError(
                f"criterion {self.id} has two levels with {twice[0]:g} points", "give each level other points"
            )
        if 0 not in points:
            raise QuestionFaultError(
                f"criterion {self.id} has no level with 0 points", "add one for answers that don't meet it at all"
            )
        return self

    @property
    def points(self) -> float:
        """The most that it can earn."""
        return max(level.points for level in self.levels)


def levels_points(rubric: Sequence[Criterion], levels: Mapping[str, int], where: str) -> float | None:
    """The points of the chosen levels; None while a criterion has none.

    Args:
        rubric: of the question.
        levels: which level of each criterion, counted from 0, by the criterion's id.
        where: they were chosen, for the message.

    Raises:
        DataError: the rubric has no such criterion or level.
    """
    known = {criterion.id: len(criterion.levels) for criterion in rubric}
    for name, place in levels.items():
        if not 0 <= place < known.get(name, 0):
            raise DataError(
                "the rubric has no such level",
                where=where,
                received=f"level {place + 1} of {shorten(name)}",
                fix="mark the answer again: the rubric in the key was changed after it was marked",
            )
    if known.keys() - levels.keys():
        return None
    return sum(criterion.levels[levels[criterion.id]].points for criterion in rubric)
