"""Answers that are letters or dictionaries, read with patience: what is missing is said, spelling is forgiven."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from qa_lesson.exercises import NotYetError


def word_for_each(answer: Any, wanted: Collection[str], words: Sequence[str]) -> dict[str, str]:
    """One of `words` for each key of `wanted`; case and white space do not count, numbers will do for their digits.

    Raises:
        NotYetError: not a dictionary, a key without a word, or a word that is not among them.

    >>> word_for_each({1: " More  data"}, ["1"], ["more data"])
    {'1': 'more data'}
    """
    if not isinstance(answer, Mapping):
        raise NotYetError(f"it is {answer!r}: give a dictionary such as {{{min(wanted)!r}: {words[0]!r}, ...}}")
    given = {str(key).strip().upper(): value for key, value in answer.items()}
    missing = [key for key in wanted if given.get(key) in (None, ...)]
    if missing:
        raise NotYetError(f"{', '.join(missing)} still missing")
    cleaned = {key: " ".join(str(given[key]).lower().split()) for key in wanted}
    for key, word in cleaned.items():
        if word not in words:
            raise NotYetError(f"{key}: {word!r} is not among the words to choose from: {', '.join(words)}")
    return cleaned


def chosen_letters(answer: Iterable[object], known: Collection[str], what: str) -> set[str]:
    """The letters of an answer; case, quotes and punctuation around them do not count.

    Args:
        answer: letters, as a set, a list or a text.
        known: the letters to choose from, lower case.
        what: what a letter stands for, for the message.

    Raises:
        NotYetError: a letter that is not among them.

    >>> sorted(chosen_letters({"A", "'b'"}, "abc", "claim"))
    ['a', 'b']
    """
    chosen = {str(letter).strip(" .,;'\"").lower() for letter in answer} - {""}
    if unknown := sorted(chosen - set(known)):
        raise NotYetError(f"there is no {what} {unknown[0]!r}: give letters, for instance {{'a', 'b'}}")
    return chosen


def number_for_each(answer: Any, names: Sequence[str]) -> dict[str, float]:
    """A number for each of `names`.

    Raises:
        NotYetError: not a dictionary, other keys, or a value that is no number.

    >>> number_for_each({"f1": 1}, ["f1"])
    {'f1': 1.0}
    """
    if not isinstance(answer, Mapping) or set(answer) != set(names):
        raise NotYetError(f"give a dictionary with exactly these keys: {', '.join(names)}")
    for name, value in answer.items():
        if isinstance(value, str | bool) or not hasattr(value, "__float__"):
            raise NotYetError(f"{name} is {value!r}: give a number")
    return {name: float(answer[name]) for name in names}
