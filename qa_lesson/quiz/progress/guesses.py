"""How well a learner predicts results: how far off the guesses are, and how often the ranges hold the result."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from markupsafe import Markup

from qa_lesson.errors import counted
from qa_lesson.evaluation import binomial_interval
from qa_lesson.look.html import paragraph, table
from qa_lesson.quiz.progress.learner_rows import Guess

SURE = 0.8
"""How sure of the range around a guess the learner is asked to be, a fraction."""
_FEW = 5


@dataclass(frozen=True)
class GuessCalibration:
    """What the first guesses at each prediction say.

    Args:
        n_numbers: numbers guessed.
        mean_error: how far off they are on average, as a fraction of the range to guess from; None without numbers.
        n_ranges, n_held: ranges given around a number, and those that held the result.
        n_options, n_right: options chosen, and the right ones.
    """

    n_numbers: int
    mean_error: float | None
    n_ranges: int
    n_held: int
    n_options: int
    n_right: int

    @property
    def verdict(self) -> str:
        """What the ranges say about the learner, in words."""
        if not self.n_ranges:
            return ""
        interval = binomial_interval(self.n_held, self.n_ranges)
        if self.n_ranges < _FEW:
            return "That is too few to tell whether your ranges are too narrow."
        if interval.high < SURE:
            return "Your ranges are too narrow: you are surer than you should be."
        if interval.low > SURE:
            return "Your ranges are wider than they need to be."
        return f"That fits {100 * SURE:.0f}%, as far as {self.n_ranges} guesses can tell."


def first_guesses(guesses: Iterable[Guess]) -> list[Guess]:
    """The first guess at each prediction: later ones come after the result was seen.

    Args:
        guesses: oldest first.
    """
    firsts: dict[str, Guess] = {}
    for guess in guesses:
        firsts.setdefault(guess.prediction, guess)
    return list(firsts.values())


def guess_calibration(guesses: Iterable[Guess]) -> GuessCalibration:
    """Count the first guesses.

    >>> one = Guess(learner="ann", prediction="f1", guess=40, truth=55, give_or_take=10, scale=100)
    >>> guess_calibration([one]).mean_error
    0.15
    """
    firsts = first_guesses(guesses)
    errors = [guess.error / guess.scale for guess in firsts if guess.error is not None and guess.scale]
    ranges = [guess.hit for guess in firsts if guess.is_number and guess.hit is not None]
    options = [guess.hit for guess in firsts if not guess.is_number]
    return GuessCalibration(
        n_numbers=len(errors),
        mean_error=fmean(errors) if errors else None,
        n_ranges=len(ranges),
        n_held=sum(map(bool, ranges)),
        n_options=len(options),
        n_right=sum(map(bool, options)),
    )


def guesses_html(guesses: Sequence[Guess]) -> Markup:
    """How well the learner predicts, for the dashboard."""
    firsts = first_guesses(guesses)
    if not firsts:
        return paragraph("No guesses yet. Many lessons ask you to predict a result before you run the cell: try it.")
    found = guess_calibration(guesses)
    parts = []
    if found.mean_error is not None:
        off = f"{100 * found.mean_error:.0f}% of the range you could choose from"
        parts.append(f"{counted(found.n_numbers, 'number')} guessed. On average you were off by {off}.")
    if found.n_ranges:
        held = f"{found.n_held} of your {counted(found.n_ranges, 'range')} held the result"
        parts.append(f"{held}; you aimed for {100 * SURE:.0f}%. {found.verdict}")
    if found.n_options:
        parts.append(f"{found.n_right} of {counted(found.n_options, 'choice')} right.")
    rows = [[guess.prediction, _value(guess.guess, guess), _value(guess.truth), _outcome(guess)] for guess in firsts]
    listed = table(["prediction", "you said", "result", "so"], rows, row_headers=True)
    summary = f"All {counted(len(firsts), 'prediction')}, with your first guess at each"
    folded = Markup("<details><summary>{}</summary>{}</details>").format(summary, listed)
    return paragraph(" ".join(parts)) + folded


def _value(value: float | str, guess: Guess | None = None) -> str:
    text = value if isinstance(value, str) else f"{round(value, 2):,.10g}"
    around = guess.give_or_take if guess is not None else None
    return text if around is None else f"{text} ± {round(around, 2):,.10g}"


def _outcome(guess: Guess) -> str:
    if guess.error is None:
        return "right" if guess.hit else "not what you expected"
    words = {True: "inside your range", False: "outside your range", None: ""}[guess.hit]
    return f"off by {round(guess.error, 2):,.10g}" + (f", {words}" if words else "")
