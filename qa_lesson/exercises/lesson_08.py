"""Checks of lesson 08: early stopping by hand, reading five learning curves, and choosing the next change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from qa_lesson.exercises import NotYetError, exercise
from qa_lesson.exercises.given_answers import word_for_each

EarlyStopping = Callable[[Sequence[float], int], Iterable[int]]


_RUNS: tuple[tuple[tuple[float, ...], int], ...] = (
    ((0.62, 0.65, 0.63, 0.66, 0.60, 0.59, 0.58), 1),
    ((0.62, 0.65, 0.63, 0.66, 0.60, 0.59, 0.58), 2),
    ((0.40, 0.60, 0.55, 0.58, 0.50, 0.48, 0.47), 2),  # 0.58 beats the epoch before, not the best one
    ((0.50, 0.60, 0.60, 0.60, 0.55, 0.54, 0.53), 2),
    ((0.50, 0.40, 0.30), 5),
)
_STOP_REASONS = (
    "count epochs from 1",
    "first how many epochs were trained, then which one is kept",
    "the kept epoch is the best one, not the last one",
    "compare with the best epoch so far, not with the one before",
    "an equal score is not a better one",
    "stop as soon as `patience` epochs in a row were no better",
    "it has to stop early, as if later epochs were never seen",
)


def _stop(f1: Sequence[float], patience: int, *, ties: bool = False, previous: bool = False) -> tuple[int, int]:
    """Epochs trained and epoch kept, counted from 1; `ties` and `previous` are two ways of getting it wrong."""
    kept, waited = 1, 0
    for epoch, score in enumerate(f1[1:], 2):
        against = f1[epoch - 2] if previous else f1[kept - 1]
        waited = 0 if score > against or (ties and score == against) else waited + 1
        if score > f1[kept - 1]:
            kept = epoch
        if waited == patience:
            return epoch, kept
    return len(f1), kept


@exercise("overfitting.early_stopping")
def check_early_stopping(answer: EarlyStopping) -> None:
    """``early_stopping(f1, patience)`` gives (epochs trained, epoch kept), both counted from 1."""
    for f1, patience in _RUNS:
        trained, kept = _two(answer(list(f1), patience))
        right = _stop(f1, patience)
        if (trained, kept) == right:
            continue
        mistakes = [
            (trained, kept) == (right[0] - 1, right[1] - 1),
            (trained, kept) == right[::-1],
            trained == kept == right[0],
            trained == _stop(f1, patience, previous=True)[0] != right[0],
            trained == _stop(f1, patience, ties=True)[0] != right[0],
            trained == _stop(f1, patience + 1)[0] != right[0],
            trained == len(f1) != right[0],
        ]
        reasons = [f": {reason}" for hit, reason in zip(mistakes, _STOP_REASONS, strict=True) if hit]
        call = f"early_stopping({list(f1)}, {patience}) gave ({trained}, {kept}), expected {right}"
        raise NotYetError(call + "".join(reasons[:1]))


_CURVES = {
    "A": ("underfitting", "training and validation are close and both still rise: it has not learned enough yet"),
    "B": ("overfitting", "training reaches 100% while validation has not moved since the second epoch"),
    "C": ("healthy", "both rise and level off together, a few points apart"),
    "D": ("suspicious", "validation is far above training, and learning cannot explain that"),
    "E": ("diverging", "training itself falls: the steps are too large to learn anything"),
}
_WORDS = tuple(word for word, _ in _CURVES.values())


@exercise("overfitting.diagnosis")
def check_diagnosis(answer: Mapping[str, str]) -> None:
    """One word for each of the five curves."""
    given = word_for_each(answer, _CURVES, _WORDS)
    for letter, (word, reason) in _CURVES.items():
        if given[letter] != word:
            raise NotYetError(f"curve {letter} is not {given[letter]}: {reason}")


_CHANGES = ("more data", "early stopping", "more epochs", "lower learning rate", "more seeds")
_SITUATIONS = {
    "1": ("more data", "128 questions are few, the time to write more is there, and nothing helps as much"),
    "2": ("early stopping", "validation F1 has fallen for six epochs: the best weights were there and are gone"),
    "3": ("more epochs", "both scores still rise and the gap is small: hold nothing back yet"),
    "4": ("lower learning rate", "a training score that falls to the floor means that the steps are too large"),
    "5": (
        "more seeds",
        "one run of each recipe was compared, and another seed alone moves the score by a few points",
    ),
}


@exercise("overfitting.next_change")
def check_next_change(answer: Mapping[str, str]) -> None:
    """The change to try first in each of five situations."""
    given = word_for_each(answer, _SITUATIONS, _CHANGES)
    for number, (change, reason) in _SITUATIONS.items():
        if given[number] != change:
            raise NotYetError(f"situation {number}: not {given[number]} first; {reason}")


def _two(found: Any) -> tuple[int, int]:
    try:
        trained, kept = (int(number) for number in found)
    except (TypeError, ValueError):
        raise NotYetError(f"it gave {found!r}: return two whole numbers, epochs trained and epoch kept") from None
    return trained, kept
