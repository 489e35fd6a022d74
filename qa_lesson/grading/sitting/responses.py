"""What may stand in a submission: who somebody is, and what can be an answer to a question, whatever it is worth."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from qa_lesson.errors import ConfigError, shorten
from qa_lesson.grading.formats.records import Asked
from qa_lesson.grading.marking.submissions import MOST_CHARACTERS
from qa_lesson.quiz.bank.models import BLANK

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
    fix = "type the e-mail address or number by which your instructor knows you"
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
    offered = [choice.id for choice in asked.options or asked.items or ()]
    if asked.kind in ("multi", "ordering"):
        if not isinstance(response, list | tuple) or len(set(map(str, response))) < len(response):
            raise ConfigError("the answer is no list of different ids", received=shorten(repr(response)))
        _check_offered(response, offered)
        if asked.kind == "ordering" and len(response) < len(offered):
            raise ConfigError("items are missing in the order", received=", ".join(response), fix="place them all")
        return list(response)
    if asked.kind == "numeric" and isinstance(response, int | float) and not isinstance(response, bool):
        if not math.isfinite(response):
            raise ConfigError("the answer is no finite number", received=repr(response))
        return response
    if not isinstance(response, str):
        raise ConfigError("the answer is no text", received=shorten(repr(response)))
    if asked.kind == "single":
        _check_offered([response], offered)
        return response
    if len(response) > MOST_CHARACTERS:
        raise ConfigError(f"the answer has more than {MOST_CHARACTERS:,} characters", fix="shorten it")
    # half of a surrogate pair cannot be written as UTF-8
    text = response.encode("utf-8", "replace").decode()
    says_nothing = not text.strip() or (asked.kind == "code" and not text.strip().strip(BLANK[0]))
    return None if says_nothing else text


def _check_offered(chosen: Iterable[Any], offered: Sequence[str]) -> None:
    for name in chosen:
        if name not in offered:
            raise ConfigError(
                "this is not offered", received=shorten(repr(name)), fix=f"choose from: {', '.join(offered)}"
            )
