"""What a response earns, and the checks that responses of several kinds share when they are marked."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from qa_lesson.errors import ResponseError, shorten

Response: TypeAlias = str | list[str] | float
"""An id, ids, what was typed, or a number; the `mark` of each kind says which."""

Sign: TypeAlias = Literal["right", "wrong", "missed"]
"""How an option is marked after an answer."""


@dataclass(frozen=True)
class Mark:
    """What a response earns.

    Args:
        credit: share of the question's points, a fraction. 1 exactly if `correct`, except for spans: their credit
            is token F1, which can be 1 with the words in another order, and they are correct on exact match.
        correct: whether the question is solved.
        feedback: Markdown.
        per_option: feedback by option or item id. single: the chosen one, and all once it is right. multi: all.
            ordering: the items that are in place from the start on.
    """

    credit: float
    correct: bool
    feedback: str
    per_option: dict[str, str] = field(default_factory=dict)


def visible_text(text: str) -> str:
    """A text as it looks: composed letters, plain forms of full-width ones, nothing that has no width.

    >>> visible_text("cafe\u0301\u200b"), visible_text("Ａ１")
    ('café', 'A1')
    """
    composed = unicodedata.normalize("NFKC", text)
    return "".join(letter for letter in composed if unicodedata.category(letter) != "Cf")


def comparable_text(text: str, case_sensitive: bool = False) -> str:
    """`text` as short answers are compared: one space between words, no enclosing quotes or backticks, lower case.

    >>> comparable_text(" `Compute_Metrics` ")
    'compute_metrics'
    """
    plain = " ".join(visible_text(text).split()).strip("`'\"‘’“” ")
    return plain if case_sensitive else plain.casefold()


def given_text(response: Response, fix: str) -> str:
    """The text that was given.

    Args:
        response: to a question that takes a text.
        fix: what the learner is to do, for the message.

    Raises:
        ResponseError: it is not a text, or has nothing but white space.
    """
    if not isinstance(response, str):
        raise ResponseError("the response is not a text", received=shorten(repr(response)), fix=fix)
    if not response.strip():
        raise ResponseError("the response is empty", fix=fix)
    return response


def given_ids(response: Response, fix: str) -> list[str]:
    """The ids that were given.

    Args:
        response: to a question that takes a list of ids.
        fix: what the learner is to do, for the message.

    Raises:
        ResponseError: it is not a list of texts, or is empty.
    """
    names = list(response) if isinstance(response, Sequence) and not isinstance(response, str) else None
    if names is None or not all(isinstance(name, str) for name in names):
        raise ResponseError("the response is not a list of ids", received=shorten(repr(response)), fix=fix)
    if not names:
        raise ResponseError("nothing is chosen", fix=fix)
    return names


def check_known(chosen: Sequence[str], offered: Collection[str]) -> None:
    """Refuse an id that the question does not have.

    Raises:
        ResponseError: names the first such id, and those that are offered.
    """
    for name in chosen:
        if name not in offered:
            raise ResponseError(
                "this is not offered", received=shorten(repr(name)), fix=f"choose from: {', '.join(offered)}"
            )
