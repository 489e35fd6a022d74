"""Texts of questions as the lints compare them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from qa_lesson.quiz.kinds.shared.fields import Foreseen

Lint: TypeAlias = Iterator[tuple[str, str]]
"""What is wrong, and what to do."""


def plain(text: str) -> str:
    """A text without backticks, capitals, white space between words and the full stop at its end.

    >>> plain("Use `F1`,  then stop.")
    'use f1, then stop'
    """
    return " ".join(text.replace("`", "").casefold().split()).rstrip(".")


def repeated(texts: Iterable[str]) -> str:
    """The first text that is there twice, as `plain` compares them; empty if none is.

    >>> repeated(["One.", "two", "one"])
    'one'
    """
    return next((text for text, n in Counter(map(plain, texts)).items() if n > 1), "")


def typed_feedbacks(wrong: Sequence[Foreseen], right: str, otherwise: str) -> Iterator[tuple[str, str]]:
    """Place and text of the feedback of a question that is answered by typing."""
    for position, one in enumerate(wrong, start=1):
        yield f"wrong {position}", one.feedback
    yield "right", right
    yield "otherwise", otherwise


def wrong_number_of(field: str, written: Mapping[str, Any]) -> Lint:
    """A practice question whose options or items are not 3 to 6; graded quizzes have more room.

    Args:
        field: that holds them.
        written: the question as the file has it.

    >>> list(wrong_number_of("options", {"options": ["a", "b"]}))
    [('options has 2 entries', 'a practice question has 3 to 6 of them')]
    """
    entries = written.get(field)
    if isinstance(entries, list) and not 3 <= len(entries) <= 6:
        yield f"{field} has {len(entries)} entries", "a practice question has 3 to 6 of them"
