"""Checks of lesson 12: waiting times, questions unlike the training questions, and first steps after the start."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from qa_lesson.exercises import NotYetError, exercise
from qa_lesson.exercises.given_answers import word_for_each

STEPS = ("index", "test questions", "tokenizer", "capacity", "threshold", "nothing")
_RIGHT = {
    "A": ("index", "what has changed is the documents"),
    "B": ("tokenizer", "a score that falls without an error after a move points to the files"),
    "C": ("capacity", "the answers are fine, there are only too many questions"),
    "D": ("test questions", "the report says nothing about questions of this kind, so measure before you train"),
    "E": ("nothing", "3 of 40 and 5 of 41 differ by no more than luck"),
    "F": ("threshold", "it was chosen for the scores of another model"),
}


@exercise("ship_it.waits")
def check_waits(answer: Callable[[list[float]], Any]) -> None:
    """``waits(seconds)`` gives p50 and p95 in milliseconds."""
    seconds = [0.010 * i for i in range(1, 102)]  # p50 is 510 ms, p95 is 960 ms
    try:
        p50, p95 = (float(value) for value in answer(seconds))
    except (TypeError, ValueError):
        raise NotYetError("return two numbers: p50 and p95") from None
    call = f"for 0.01, 0.02, ... 1.01 seconds it gave {p50:g} and {p95:g}"
    if math.isclose(p50, 0.51, abs_tol=1e-6):
        raise NotYetError(f"{call}: these are seconds, give milliseconds")
    if p95 < p50:
        raise NotYetError(f"{call}: p95 is the time that 95% don't exceed, so it is the longer one")
    if not math.isclose(p50, 510, abs_tol=6):
        raise NotYetError(f"{call}: p50 is the time that half of the requests don't exceed, 510 ms here")
    if math.isclose(p95, 1010, abs_tol=1e-6):
        raise NotYetError(f"{call}: this is the longest of all; p95 leaves out the slowest 5%")
    if not math.isclose(p95, 960, abs_tol=11):  # other definitions of a quantile are fine
        raise NotYetError(f"{call}: p95 is about 960 ms here")
    skewed = [0.02] * 50 + [0.03] * 45 + [2.0] * 6
    p50, p95 = (float(value) for value in answer(skewed))
    if not math.isclose(p50, 30, abs_tol=11) or p95 < 100:
        raise NotYetError(f"with six requests of 2 seconds among 101 it gave {p50:g} and {p95:g}: no means, quantiles")


@exercise("ship_it.unlike")
def check_unlike(answer: Callable[[Any, Any, float], Any]) -> None:
    """``unlike(new, training, share)``: new questions that are less similar than all but a share of the training."""
    rng = np.random.default_rng(4)
    training = rng.beta(8, 3, 400)
    new = np.concatenate([rng.beta(8, 3, 300), rng.beta(3, 8, 100)])
    for share in (0.05, 0.2):
        wanted = new < np.quantile(training, share)
        found = np.asarray(answer(new.copy(), training.copy(), share))
        if found.shape != new.shape:
            raise NotYetError(f"give True or False for each of the {len(new)} new questions, got shape {found.shape}")
        n, expected = int(found.sum()), int(wanted.sum())
        call = f"with share={share} it called {n} of {len(new)} new questions unlike, expected {expected}"
        if (found == wanted).mean() > 0.995:
            continue
        if (found == (new > np.quantile(training, 1 - share))).mean() > 0.995:
            raise NotYetError(f"{call}: these are the most similar ones; low similarity is far away")
        if (found == (new < np.quantile(training, 1 - share))).mean() > 0.995:
            raise NotYetError(f"{call}: the limit is the quantile at share, not at 1 - share")
        if (found == (new < np.quantile(new, share))).mean() > 0.99:
            raise NotYetError(f"{call}: the limit comes from the training questions, or a share is always found")
        raise NotYetError(f"{call}: compare each with one limit, the quantile of the training similarities at share")


@exercise("ship_it.day_after")
def check_day_after(answer: Any) -> None:
    """A first step for each of six events."""
    given = word_for_each(answer, _RIGHT, STEPS)
    for letter, (step, because) in _RIGHT.items():
        if given[letter] != step:
            raise NotYetError(f"{letter}: not {given[letter]!r}; {because}")
