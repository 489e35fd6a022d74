"""The rows of a learner's progress: attempts, reviews of flashcards and guesses."""

from __future__ import annotations

import math
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import with_config

from qa_lesson.errors import DataError, shorten
from qa_lesson.json_files import AS_WRITTEN


def new_id() -> str:
    """A random id for an attempt or a review."""
    return uuid.uuid4().hex


def now() -> str:
    """The time, UTC, ISO 8601 with microseconds, so that text order is time order."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


@with_config(AS_WRITTEN)
@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One answer that was marked.

    Args:
        id: unique; the same id is kept once.
        learner: whose it is, see `Progress`.
        quiz: name of the quiz, for instance ``"metrics"``.
        question: id of the question.
        objective: id of its objective, unique in its quiz.
        difficulty: ``"easy"``, ``"medium"`` or ``"hard"``.
        kind: of the question, for instance ``"single"``.
        response: what was answered, as JSON can hold it.
        credit: fraction of the points.
        correct: whether it is right.
        confidence: how sure the learner was, a fraction; None if not said.
        attempt: 1 for the learner's first answer to the question, and so on.
        at: UTC, ISO 8601.
        hints_used: how many hints were open.

    Raises:
        DataError: a value out of its range.
    """

    id: str = field(default_factory=new_id)
    learner: str
    quiz: str
    question: str
    objective: str
    difficulty: str
    kind: str
    response: Any
    credit: float
    correct: bool
    confidence: float | None = None
    attempt: int = 1
    at: str = field(default_factory=now)
    hints_used: int = 0

    def __post_init__(self) -> None:
        for name in ("id", "learner", "quiz", "question", "objective", "difficulty", "kind"):
            _check(isinstance(value := getattr(self, name), str) and value, f"the {name} is empty", value)
        _check(_is_fraction(self.credit), "the credit is no fraction from 0 to 1", self.credit)
        _check(isinstance(self.correct, bool), "correct is neither True nor False", self.correct)
        fine = self.confidence is None or _is_fraction(self.confidence)
        _check(fine, "the confidence is neither None nor a fraction from 0 to 1", self.confidence)
        _check(_is_count(self.attempt) and self.attempt >= 1, "attempts are counted from 1", self.attempt)
        _check(_is_count(self.hints_used), "hints are counted from 0", self.hints_used)
        _check(_is_utc(self.at), "the time is not UTC in ISO 8601", self.at)


@with_config(AS_WRITTEN)
@dataclass(frozen=True, kw_only=True)
class Review:
    """One look at a flashcard.

    Args:
        id, learner, at: as of an `Attempt`.
        card: id of the card, which is the id of its question.
        rating: 1 again, 2 hard, 3 good, 4 easy.

    Raises:
        DataError: a value out of its range.
    """

    id: str = field(default_factory=new_id)
    learner: str
    card: str
    rating: int
    at: str = field(default_factory=now)

    def __post_init__(self) -> None:
        for name in ("id", "learner", "card"):
            _check(isinstance(value := getattr(self, name), str) and value, f"the {name} is empty", value)
        _check(self.rating in (1, 2, 3, 4), "a rating is 1, 2, 3 or 4", self.rating)
        _check(_is_utc(self.at), "the time is not UTC in ISO 8601", self.at)


@with_config(AS_WRITTEN)
@dataclass(frozen=True, kw_only=True)
class Guess:
    """A guess made before a result was shown, and the result.

    Args:
        id, learner, at: as of an `Attempt`.
        prediction: id of what was to be guessed.
        guess: a number, or the text of an option.
        truth: the result, of the same type.
        give_or_take: how far off the learner expected to be, in the unit of the guess; None if not said.
        scale: how wide the range to guess from was, in the unit of the guess; 0 for options.

    Raises:
        DataError: a value out of its range.
    """

    id: str = field(default_factory=new_id)
    learner: str
    prediction: str
    guess: float | str
    truth: float | str
    give_or_take: float | None = None
    scale: float = 0.0
    at: str = field(default_factory=now)

    def __post_init__(self) -> None:
        for name in ("id", "learner", "prediction"):
            _check(isinstance(value := getattr(self, name), str) and value, f"the {name} is empty", value)
        texts = isinstance(self.guess, str) and isinstance(self.truth, str)
        numbers = _is_finite(self.guess) and _is_finite(self.truth)
        _check(texts or numbers, "guess and truth are neither two numbers nor two texts", (self.guess, self.truth))
        fine = self.give_or_take is None or (numbers and _is_finite(self.give_or_take) and self.give_or_take >= 0)
        _check(fine, "the range around a guess is neither None nor a number from 0", self.give_or_take)
        _check(_is_finite(self.scale) and self.scale >= 0, "the scale is no number from 0", self.scale)
        _check(_is_utc(self.at), "the time is not UTC in ISO 8601", self.at)

    @property
    def is_number(self) -> bool:
        """Whether a number was guessed."""
        return not isinstance(self.guess, str)

    @property
    def error(self) -> float | None:
        """How far off a number was, always 0 or more; None for options."""
        if isinstance(self.guess, str) or isinstance(self.truth, str):
            return None
        return abs(self.guess - self.truth)

    @property
    def hit(self) -> bool | None:
        """Whether the option was right, or the result within the range that was said; None if none was said."""
        if self.error is None:
            return self.guess == self.truth
        return None if self.give_or_take is None else self.error <= self.give_or_take


def _check(fine: object, what: str, value: object) -> None:
    if not fine:
        raise DataError(what, received=shorten(repr(value)), fix="take what `mark` and the quiz say")


def _is_count(value: object) -> bool:
    """Whether SQLite can hold it as an integer, too."""
    return isinstance(value, int) and 0 <= value < 2**63


def _is_fraction(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _is_finite(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_utc(value: object) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).utcoffset() == timedelta(0)
    except ValueError:
        return False
