"""What the service accepts, and how it says no."""

from __future__ import annotations

from dataclasses import dataclass, fields

from qa_lesson.errors import ConfigError, QALessonError


@dataclass(frozen=True, kw_only=True)
class ServiceLimits:
    """The limits of a service; a request beyond them is refused with an error, and never harms the others.

    Args:
        body_bytes: of one request.
        questions: in one request.
        question_characters: of one question.
        context_characters: of one context.
        request_characters: of all contexts of one request; a context that several questions share counts for each.
        waiting_questions: accepted and not yet answered, of all requests. Beyond it the answer is 429.
        waiting_characters: of their contexts. Beyond it the answer is 429 too.
        seconds: to wait for an answer, and for the rest of a request that has begun to arrive. A request that would
            probably wait longer gets 429 when it arrives.
        batch_questions: answered together, at most.
        batch_characters: of their contexts, at most, so the first answers don't wait for all of a long batch.
        gather_seconds: how long the first question of a batch waits for others.

    >>> ServiceLimits(questions=0)
    Traceback (most recent call last):
    ...
    qa_lesson.errors.ConfigError: questions must be above 0
      received: questions=0
    """

    body_bytes: int = 1_000_000
    questions: int = 64
    question_characters: int = 1_000
    context_characters: int = 100_000
    request_characters: int = 400_000
    waiting_questions: int = 256
    waiting_characters: int = 2_000_000
    seconds: float = 30.0
    batch_questions: int = 32
    batch_characters: int = 64_000
    gather_seconds: float = 0.003

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if value < 0 or (value == 0 and field.name != "gather_seconds"):
                raise ConfigError(f"{field.name} must be above 0", received=f"{field.name}={value!r}")


class RefusalError(QALessonError):
    """A request that is not answered.

    Args:
        status: the HTTP status.
        what, where, received, fix: as in every error of the package.
        retry_after: seconds after which the same request may succeed; None if it never will.
    """

    def __init__(
        self,
        status: int,
        what: str,
        *,
        where: str | None = None,
        received: str | None = None,
        fix: str | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(what, where=where, received=received, fix=fix)
        self.status, self.retry_after = status, retry_after
