"""What may be in a submission: who somebody is, and what can be an answer to a question, whatever it is worth."""

from __future__ import annotations

import unicodedata
from typing import Any

from qa_lesson.errors import ConfigError, shorten
from qa_lesson.quiz.kinds.registry import kind_class
from qa_lesson.quiz.kinds.shared.asked_record import Asked

LONGEST_NAME = 254
"""Characters of a learner's address or number."""


def check_learner(learner: str) -> str:
    """An e-mail address or number as it goes into the file: without white space around it.

    Raises:
        ConfigError: it is empty, too long or has control characters.

    >>> check_learner(" ann@uni.edu ")
    'ann@uni.edu'
    """
    name = unicodedata.normalize("NFC", str(learner)).strip()
    fix = "type the e-mail address or number your instructor knows you by"
    if not name:
        raise ConfigError("there is no address or number", fix=fix)
    if any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") for character in name):
        raise ConfigError("there are characters in it that cannot be seen", received=shorten(repr(name)), fix=fix)
    if len(name) > LONGEST_NAME:
        raise ConfigError(f"it has more than {LONGEST_NAME} characters", received=shorten(name), fix=fix)
    return name


def check_response(asked: Asked, response: Any) -> Any:
    """A response as it is recorded; None for one that says nothing.

    Raises:
        ConfigError: the question cannot have it.
    """
    if response is None or response in ("", []):
        return None
    return kind_class(asked.kind).recorded(asked, response)
