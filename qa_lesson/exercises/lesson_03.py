"""Checks of lesson 03: softmax, the loss and gradient descent."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from qa_lesson.exercises import NotYetError, exercise

_CLOSE = 1e-6


def _expect_softmax(answer: Callable[[list[float]], Any], scores: list[float]) -> None:
    """Raise `NotYetError` unless the answer is the softmax of `scores`, naming what is wrong with it."""
    powers = [math.exp(score - max(scores)) for score in scores]
    right = [power / sum(powers) for power in powers]
    found = answer(list(scores))
    call = f"the result for {scores}"
    if isinstance(found, int | float) or not hasattr(found, "__len__"):
        raise NotYetError(f"{call} is {found!r}: return a list with one probability for each score")
    if len(found) != len(scores):
        raise NotYetError(f"{call} has {len(found)} numbers, and there are {len(scores)} scores")
    values = [float(value) for value in found]
    if _all_close(values, right):
        return
    shown = [round(value, 3) for value in values]
    if any(math.isnan(value) or value < 0 for value in values):
        raise NotYetError(f"{call} is {shown}: a probability is between 0 and 1. Take math.exp of each score first")
    if abs(sum(values) - 1) > _CLOSE:
        raise NotYetError(f"{call} adds up to {sum(values):.3g}, not to 1: divide each power by the sum of all powers")
    expected = [round(value, 3) for value in right]
    raise NotYetError(f"{call} is {shown}, expected {expected}: the sum is 1, but the shares are not those of math.exp")


def _all_close(values: Sequence[float], right: Sequence[float]) -> bool:
    return all(math.isclose(a, b, abs_tol=_CLOSE) for a, b in zip(values, right, strict=True))


def _expect_close(found: Any, right: float, call: str, because: str) -> None:
    if not isinstance(found, int | float) and not hasattr(found, "__float__"):
        raise NotYetError(f"{call} gave {found!r}, which is not a number")
    if not math.isclose(float(found), right, rel_tol=_CLOSE, abs_tol=_CLOSE):
        raise NotYetError(f"{call} gave {float(found):.4g}, expected {right:.4g} ({because})")


@exercise("how_a_model_learns.softmax")
def softmax(answer: Callable[[list[float]], Any]) -> None:
    """Probabilities from scores."""
    for scores in ([0.0, 0.0], [1.0, 2.0, 3.0], [-1.0, 4.0, 0.5]):
        _expect_softmax(answer, scores)


@exercise("how_a_model_learns.stable_softmax")
def stable_softmax(answer: Callable[[list[float]], Any]) -> None:
    """Probabilities from scores of any size."""
    for scores in ([1.0, 2.0, 3.0], [1000.0, 999.0], [-1000.0, -1001.0, -1002.0]):
        try:
            _expect_softmax(answer, scores)
        except OverflowError as error:
            raise NotYetError(f"math.exp overflows for {scores}: make the scores smaller before you use it") from error
        except ZeroDivisionError as error:
            raise NotYetError(
                f"for {scores} every power is 0, so their sum is 0: shift the scores so the largest is 0"
            ) from error


@exercise("how_a_model_learns.batch_loss")
def batch_loss(answer: Callable[[list[float], list[float]], Any]) -> None:
    """The mean loss of the start and end tokens of a batch."""
    cases = [
        (([1.0], [1.0]), "certain and right costs nothing"),
        (([0.5], [0.25]), "the mean of two losses, not their sum: one of the start and one of the end"),
        (([0.5, 0.1], [0.25, 0.2]), "the mean of four losses; take the logarithm first and the mean afterwards"),
    ]
    for (starts, ends), because in cases:
        losses = [-math.log(probability) for probability in starts + ends]
        found = answer(list(starts), list(ends))
        if isinstance(found, int | float) and found < -_CLOSE:
            raise NotYetError(f"batch_loss({starts}, {ends}) gave {found:.4g}: a loss is not negative. Change the sign")
        _expect_close(found, sum(losses) / len(losses), f"batch_loss({starts}, {ends})", because)


@exercise("how_a_model_learns.guessing_among")
def guessing_among(answer: Callable[[float], Any]) -> None:
    """A loss as the number of tokens of a blind guess."""
    for tokens in (1, 10, 34):
        loss = math.log(tokens)
        because = f"a blind guess among {tokens} tokens has this loss"
        _expect_close(answer(loss), tokens, f"guessing_among({loss:.4f})", because)


def _bowl(weight: float) -> float:
    """The slope of (weight - 3) squared."""
    return 2 * (weight - 3)


def _roll(weight: float, rate: float, steps: int, momentum: float = 0.0) -> float:
    velocity = 0.0
    for _ in range(steps):
        velocity = momentum * velocity - rate * _bowl(weight)
        weight += velocity
    return weight


@exercise("how_a_model_learns.roll")
def roll(answer: Callable[..., Any]) -> None:
    """Gradient descent on one weight; the lowest loss is at a weight of 3."""
    for weight, rate, steps, because in (
        (5.0, 0.1, 0, "without a step the weight stays the same"),
        (5.0, 0.1, 1, "the slope is 4 at a weight of 5, so one step goes down by 0.4"),
        (5.0, 0.1, 3, "ask for the slope again after each step"),
        (0.0, 0.25, 2, "below the lowest point the slope is negative, so the weight grows"),
    ):
        found = answer(_bowl, weight, rate, steps)
        if isinstance(found, int | float) and steps and abs(found - 3) > abs(weight - 3):
            raise NotYetError(f"from {weight} the weight went to {found:.3g}, uphill: a step goes *against* the slope")
        call = f"with weight={weight}, rate={rate}, steps={steps} it"
        _expect_close(found, _roll(weight, rate, steps), call, because)


@exercise("how_a_model_learns.roll_with_momentum")
def roll_with_momentum(answer: Callable[..., Any]) -> None:
    """Gradient descent with a velocity."""
    for steps, momentum, because in (
        (3, 0.0, "without momentum it is plain gradient descent"),
        (1, 0.9, "the first step is a plain one, because the velocity starts at 0"),
        (4, 0.5, "multiply the old velocity by the momentum in each step"),
    ):
        found = answer(_bowl, 5.0, 0.1, steps, momentum)
        call = f"with weight=5.0, rate=0.1, steps={steps}, momentum={momentum} it"
        _expect_close(found, _roll(5.0, 0.1, steps, momentum), call, because)
