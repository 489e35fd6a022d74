"""A guess next to the result: on a line of numbers, and in words."""

from __future__ import annotations

from markupsafe import Markup

from qa_lesson.look.svg import Svg
from qa_lesson.quiz.progress.learner_rows import Guess

_LEFT, _RIGHT, _WIDTH = 30, 490, 520


def in_unit(value: float | str, unit: str) -> str:
    """A value as it is shown, at most two decimals.

    >>> in_unit(41.666, "points"), in_unit("higher", "")
    ('41.67 points', 'higher')
    """
    if isinstance(value, str):
        return value
    return f"{round(value, 2):,.10g}{'' if unit == '%' else ' '}{unit}".strip()


def told(guess: Guess, unit: str) -> str:
    """The comparison in a sentence or two.

    >>> told(Guess(learner="ann", prediction="f1", guess=40.0, truth=55.5, give_or_take=10.0, scale=100.0), "points")
    'You guessed 40 points, give or take 10. The result is 55.5 points: 15.5 above your guess, outside your range.'
    """
    result = f"The result is {in_unit(guess.truth, unit)}"
    if isinstance(guess.guess, str) or isinstance(guess.truth, str):
        verdict = "as you said" if guess.hit else "not what you expected"
        return f"You guessed {in_unit(guess.guess, unit)}. {result}: {verdict}."
    gap = guess.truth - guess.guess
    off = f"{in_unit(abs(gap), '')} {'above' if gap > 0 else 'below'} your guess" if round(gap, 2) else "spot on"
    around = "" if guess.give_or_take is None else f", give or take {in_unit(guess.give_or_take, '')}"
    within = "" if guess.hit is None else f", {'inside' if guess.hit else 'outside'} your range"
    return f"You guessed {in_unit(guess.guess, unit)}{around}. {result}: {off}{within}."


def picture(guess: Guess, low: float, high: float) -> Markup:
    """The guess with its range, and the result, on a line from `low` to `high`."""
    assert not isinstance(guess.guess, str)
    assert not isinstance(guess.truth, str)
    low, high = min(low, guess.truth), max(high, guess.truth)

    def x(value: float) -> float:
        return _LEFT + (_RIGHT - _LEFT) * (min(max(value, low), high) - low) / (high - low)

    svg = Svg(_WIDTH, 92)
    svg.line([(_LEFT, 50), (_RIGHT, 50)], "muted", thick=1)
    for end in (low, high):
        svg.line([(x(end), 45), (x(end), 55)], "muted", thick=1)
        svg.text(x(end), 86, in_unit(end, ""), "muted", anchor="middle", size=11)
    margin = guess.give_or_take or 0.0
    left, right = x(guess.guess - margin), x(guess.guess + margin)
    svg.rect(left, 42, right - left, 16, "blue-soft", "blue", dash="4 2")
    svg.dot(x(guess.guess), 50, 6, "blue")
    svg.text(_inside(x(guess.guess)), 30, "your guess", "blue", anchor="middle", bold=True)
    svg.line([(x(guess.truth), 36), (x(guess.truth), 64)], "orange", thick=4)
    svg.text(_inside(x(guess.truth)), 78, "result", "orange", anchor="middle", bold=True)
    return svg.markup(f"Guess {in_unit(guess.guess, '')}, result {in_unit(guess.truth, '')}, on a line.")


def _inside(x: float) -> float:
    """Where a centered label may be, so that it is not cut at the edge."""
    return min(max(x, 36), _WIDTH - 36)
