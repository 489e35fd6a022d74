"""A rubric: what an answer that a person marks is judged by."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

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
    """What is judged, Markdown."""
    levels: Annotated[tuple[Level, ...], Field(min_length=2)]
    """In any order; each has other points, and one has 0."""

    @property
    def points(self) -> float:
        """The most that it can earn."""
        return max(level.points for level in self.levels)
