"""What can be a response at all, whatever it is worth: the checks before one is recorded, and of a file handed in.

A file that was handed in holds the bytes of a stranger: its responses are JSON values of any form.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

from qa_lesson.errors import ConfigError, shorten

MOST_CHARACTERS: Final = 20_000
"""Of one answer."""


def fault_of_text(response: Any) -> str | None:
    """Why a JSON value cannot be a typed text; None if it can be one."""
    if not isinstance(response, str):
        return f"the answer is no text: {shorten(repr(response))}"
    if len(response) > MOST_CHARACTERS:
        return f"the answer has {len(response):,} characters, more than {MOST_CHARACTERS:,}"
    try:
        response.encode()
    except UnicodeEncodeError:
        return "the answer holds half of a character"
    return None


def fault_of_ids(response: Any, offered: Collection[str]) -> str | None:
    """Why a JSON value cannot be a list of different ids out of `offered`; None if it can be one."""
    if not isinstance(response, list) or not all(isinstance(name, str) for name in response):
        return f"the answer is no list of ids: {shorten(repr(response))}"
    unknown = next((name for name in response if name not in offered), None)
    if unknown is not None:
        return f"{shorten(unknown)} is not offered"
    return "an id occurs twice in the answer" if len(set(response)) < len(response) else None


def recorded_text(response: Any) -> str:
    """A typed text as it is recorded.

    Raises:
        ConfigError: it is not a text, or is too long.
    """
    if not isinstance(response, str):
        raise ConfigError("the answer is no text", received=shorten(repr(response)))
    if len(response) > MOST_CHARACTERS:
        raise ConfigError(f"the answer has more than {MOST_CHARACTERS:,} characters", fix="shorten it")
    # half of a surrogate pair cannot be written as UTF-8
    return response.encode("utf-8", "replace").decode()


def recorded_ids(response: Any, offered: Sequence[str]) -> list[str]:
    """Different ids out of `offered` as they are recorded.

    Raises:
        ConfigError: it is not a list of different ids, or one of them is not offered.
    """
    if not isinstance(response, list | tuple) or len(set(map(str, response))) < len(response):
        raise ConfigError("the answer is no list of different ids", received=shorten(repr(response)))
    check_offered(response, offered)
    return list(response)


def check_offered(chosen: Iterable[Any], offered: Sequence[str]) -> None:
    """Refuse an id that is not offered.

    Raises:
        ConfigError: names the first such id, and those that are offered.
    """
    for name in chosen:
        if name not in offered:
            raise ConfigError(
                "this is not offered", received=shorten(repr(name)), fix=f"choose from: {', '.join(offered)}"
            )
