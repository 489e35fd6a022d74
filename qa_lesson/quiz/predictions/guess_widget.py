"""Predict before you run: a guess is taken in one cell, and set next to the result in a later one."""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup

from qa_lesson.errors import ConfigError, StorageError
from qa_lesson.look.controls import Buttons, Control, OneOf, Press, Range, Setting
from qa_lesson.look.explorable import Drawing, Explorable
from qa_lesson.look.html import StaticView, card, paragraph
from qa_lesson.quiz.predictions.side_by_side import in_unit, picture, told
from qa_lesson.quiz.progress.attempts import Progress
from qa_lesson.quiz.progress.guesses import SURE
from qa_lesson.quiz.progress.learner_rows import Guess


def predict(
    name: str,
    prompt: str,
    *,
    unit: str = "",
    low: float = 0,
    high: float = 100,
    step: float = 1,
    options: Sequence[str] = (),
    progress: Progress | None = None,
) -> GuessWidget:
    """Ask the learner for a guess before the next cell is run; `GuessWidget.reveal` shows it next to the result.

    >>> guess = predict("f1-after-training", "What will F1 be?", unit="points")      # doctest: +SKIP
    >>> guess.reveal(100 * evaluation.f1)           # in a later cell               # doctest: +SKIP

    Args:
        name: what is guessed, unique in the course; never change it, as guesses are kept under it.
        prompt: the question, plain text.
        unit: of the number, in the plural, for instance ``"points"``.
        low, high, step: the numbers to guess from, `high` included.
        options: answers to choose from instead of a number.
        progress: where the guess is kept; by default the learner's own file.

    Raises:
        ConfigError: an empty name or prompt, `high` not above `low`, or a single option.
        StorageError: the progress cannot be read.
    """
    for what, text in (("name", name), ("prompt", prompt)):
        if not text.strip():
            raise ConfigError(f"a prediction needs a {what}", received=repr(text))
    if options and len(set(options)) < 2:
        raise ConfigError("a prediction needs at least two different options", received=repr(list(options)))
    if not options and not low < high:
        raise ConfigError("high must be above low", received=f"low={low}, high={high}")
    return GuessWidget(name, prompt, unit, (low, high, step), options, progress or Progress.open())


class GuessWidget(Explorable):
    """See `predict`. In code: set ``guess.value.value``, then ``guess.keep.click(0)``.

    Attributes:
        value: the slider, or the choice.
        margin: the slider for "give or take"; None if there are options.
        keep: the row with the button.
    """

    def __init__(
        self,
        name: str,
        prompt: str,
        unit: str,
        limits: tuple[float, float, float],
        options: Sequence[str],
        progress: Progress,
    ) -> None:
        self._id, self._prompt, self._unit, self._limits, self._progress = name, prompt, unit, limits, progress
        low, high, step = limits
        self.value: Setting = (
            OneOf("Your guess", options) if options else Range("Your guess", (low + high) / 2, *limits, unit)
        )
        self.margin = None if options else Range("Give or take", (high - low) / 10, 0, (high - low) / 2, step, unit)
        self.keep = Buttons("", lambda: [Press("Keep this guess", self._keep)])
        earlier = progress.guesses(name)
        self._earlier = earlier[-1] if earlier else None
        self._kept: tuple[float | str, float | None] | None = None
        self._put_back()
        controls: dict[str, Control] = {"value": self.value}
        if self.margin is not None:
            controls["margin"] = self.margin
        intro = paragraph(Markup("<b>{}</b>").format(prompt))
        if self.margin is not None:
            intro += paragraph(f"Choose “give or take” so that you are {100 * SURE:.0f}% sure.", muted=True)
        super().__init__("Predict before you run", {**controls, "keep": self.keep}, intro)

    def __repr__(self) -> str:
        return f"<prediction {self._id}>"

    def draw(self) -> Drawing:
        """See `Explorable.draw`."""
        if self._kept is not None:
            said = f"Kept: {self._in_words(*self._kept)}. Now run the next cells."
        elif self._earlier is not None:
            words = self._in_words(self._earlier.guess, self._earlier.give_or_take)
            said = f"You guessed {words} when you were here before. Your first guess is the one that counts."
        else:
            said = "No guess yet."
        return Drawing(Markup(), said)

    def static_html(self) -> Markup:
        """The prompt, to think about."""
        note = "Make your guess now. Run this cell in JupyterLab to keep it and to see it next to the result."
        return card(paragraph(Markup("<b>{}</b>").format(self._prompt)) + paragraph(note, muted=True), self.name)

    def reveal(self, truth: float | str) -> StaticView:
        """Guess and result side by side; the result alone where no guess was kept.

        A guess is saved here, together with the result.

        Args:
            truth: the result, in the unit of the guess, or one of the options.

        Raises:
            ConfigError: no finite number, or none of the options.
        """
        truth = self._checked(truth)
        text = f"<result: {in_unit(truth, self._unit)}>"
        problem = "" if self._kept is None else self._save(self._guess(*self._kept, truth))
        if self._earlier is None:
            note = paragraph("You kept no guess. Guess first next time: it is how you notice what surprises you.")
            shown = paragraph(Markup("The result: <b>{}</b>").format(in_unit(truth, self._unit))) + note
            return StaticView(card(paragraph(self._prompt, muted=True) + shown, "Guess and result"), text)
        guess = self._guess(self._earlier.guess, self._earlier.give_or_take, truth)
        content = paragraph(self._prompt, muted=True)
        if guess.is_number:
            content += picture(guess, *self._limits[:2])
        content += paragraph(told(guess, self._unit))
        if problem:
            content += paragraph(problem)
        return StaticView(card(content, "Guess and result"), text)

    def _guess(self, guess: float | str, give_or_take: float | None, truth: float | str) -> Guess:
        low, high, _ = self._limits
        return Guess(
            learner=self._progress.learner,
            prediction=self._id,
            guess=guess,
            truth=truth,
            give_or_take=give_or_take,
            scale=0.0 if self.margin is None else float(high - low),
        )

    def _save(self, guess: Guess) -> str:
        """Save a guess that was kept; what went wrong, or an empty text."""
        self._kept, self._earlier = None, guess
        try:
            self._progress.record_guess(guess)
        except StorageError as error:
            return f"This guess could not be saved: {error}"
        return ""

    def _keep(self) -> None:
        self._kept = (self.value.value, None if self.margin is None else self.margin.value)

    def _put_back(self) -> None:
        """Show what was guessed before, if it still can be."""
        if self._earlier is None:
            return
        try:
            self.value.take(self._earlier.guess)
        except ConfigError:  # the options or the kind of guess have changed
            self._earlier = None
            return
        if self.margin is not None and self._earlier.give_or_take is not None:
            self.margin.take(self._earlier.give_or_take)

    def _in_words(self, guess: float | str, give_or_take: float | None) -> str:
        words = in_unit(guess, self._unit)
        return words if give_or_take is None else f"{words}, give or take {in_unit(give_or_take, '')}"

    def _checked(self, truth: float | str) -> float | str:
        if isinstance(self.value, OneOf):
            return self.value.checked(truth)
        if isinstance(truth, str) or not math.isfinite(truth):
            raise ConfigError("the result of this prediction is a number", received=repr(truth))
        return float(truth)
