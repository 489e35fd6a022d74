"""What may be in a submission: what can be an answer to a question, whatever it is worth."""

from __future__ import annotations

from typing import Any

from qa_lesson.quiz.kinds.registry import kind_class
from qa_lesson.quiz.kinds.shared.asked_record import Asked


def check_response(asked: Asked, response: Any) -> Any:
    """A response as it is recorded; None for one that says nothing.

    Raises:
        ConfigError: the question cannot have it.
    """
    if response is None or response in ("", []):
        return None
    return kind_class(asked.kind).recorded(asked, response)
