"""Copy test questions into the training set, and watch the score rise for the wrong reason."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from markupsafe import Markup

from qa_lesson.errors import DataError, counted
from qa_lesson.evaluation import Evaluation
from qa_lesson.evaluation.intervals import check_same_questions
from qa_lesson.look.controls import Buttons, Press, Range
from qa_lesson.look.explorable import Drawing, Explorable
from qa_lesson.look.html import paragraph
from qa_lesson.look.svg import Svg, legend, swatch
from qa_lesson.look.templating import percent

_WIDTH, _COLUMNS, _BOX = 520, 42, 12
_NOTE = (
    "Two trained models are behind this picture: one without copies, one with all of them. A question that is copied "
    "gets the score of the second, every other question that of the first. So it is a blend, not a training run for "
    "each position of the slider."
)


def leakage_explorer(honest: Evaluation, leaky: Evaluation, copied: Iterable[str]) -> LeakageExplorer:
    """A slider for how many test questions are copied into training; the test score follows.

    Args:
        honest: the test questions, answered by a model that was trained without copies.
        leaky: the same questions, answered by one that was trained with all copies.
        copied: ids of the questions that were copied.

    Raises:
        DataError: no copies, ids that are not in the test set, or evaluations of different questions.
    """
    return LeakageExplorer(honest, leaky, copied)


class LeakageExplorer(Explorable):
    """See `leakage_explorer`. `n_copies` is its slider, `f1` and `f1_untouched` the scores that follow, fractions."""

    def __init__(self, honest: Evaluation, leaky: Evaluation, copied: Iterable[str]) -> None:
        check_same_questions(honest, leaky)
        self._ids = [example.id for example in honest.examples]
        self._order = sorted(set(copied))
        unknown = [name for name in self._order if name not in set(self._ids)]
        if not self._order or unknown:
            raise DataError(
                "the copied questions must be test questions, at least one",
                received=f"{counted(len(self._order), 'id')}, {len(unknown)} of them unknown",
            )
        np.random.default_rng(0).shuffle(self._order)
        self._honest = {name: honest.scores[name].f1 for name in self._ids}
        self._leaky = {name: leaky.scores[name].f1 for name in self._ids}
        self.n_copies = Range("Copied into training", 0, 0, len(self._order), 1, "questions")
        self.copy = Buttons(
            "",
            lambda: [
                Press("Copy one more", lambda: self._add(1)),
                Press("Remove all copies", lambda: self._add(-len(self._order))),
            ],
        )
        intro = paragraph("Copy test questions, with passage and answer, into the training set.")
        super().__init__("A leak", {"copies": self.n_copies, "copy": self.copy}, intro)

    @property
    def f1(self) -> float:
        """Of all test questions."""
        copied = set(self._order[: int(self.n_copies.value)])
        return float(np.mean([self._leaky[name] if name in copied else self._honest[name] for name in self._ids]))

    @property
    def f1_untouched(self) -> float | None:
        """Of the questions that are not copied; None if all are."""
        copied = set(self._order[: int(self.n_copies.value)])
        left = [self._honest[name] for name in self._ids if name not in copied]
        return float(np.mean(left)) if left else None

    def draw(self) -> Drawing:
        """See `Explorable.draw`."""
        n, start = int(self.n_copies.value), float(np.mean(list(self._honest.values())))
        said = f"{n} of {len(self._ids)} test questions are in the training set. The test F1 is {percent(self.f1)}, "
        said += f"{100 * (self.f1 - start):+.1f} points." if n else "and nothing has leaked."
        if n and self.f1_untouched is not None:
            said += f" On the questions that were not copied it is {percent(self.f1_untouched)}."
        return Drawing(self._scores(start, said) + self._questions(said) + _LEGEND + paragraph(_NOTE, muted=True), said)

    def _scores(self, start: float, said: str) -> Markup:
        svg = Svg(_WIDTH, 96)
        left, right = 130, 420
        for row, (name, value, color) in enumerate(
            (
                ("no copies", start, "muted"),
                ("test set now", self.f1, "orange"),
                ("not copied", self.f1_untouched, "green"),
            )
        ):
            y = 6 + 30 * row
            svg.text(left - 10, y + 15, name, anchor="end")
            svg.rect(left, y, right - left, 20, "none", "grid")
            if value is not None:
                svg.rect(left, y, (right - left) * value, 20, "soft" if color == "muted" else f"{color}-soft", color)
            svg.text(right + 10, y + 15, "none left" if value is None else f"F1 {percent(value)}", bold=row == 1)
        x = left + (right - left) * start
        svg.line([(x, 2), (x, 90)], "muted", thick=1.5, dash="4 3")
        return svg.markup(said)

    def _questions(self, said: str) -> Markup:
        """A box for each test question, the copied ones first."""
        copied = self._order[: int(self.n_copies.value)]
        names = [*copied, *(name for name in self._ids if name not in set(copied))]
        rows = -(-len(names) // _COLUMNS)
        svg = Svg(_WIDTH, rows * _BOX + 8)
        for at, name in enumerate(names):
            x, y = 6 + _BOX * (at % _COLUMNS), 4 + _BOX * (at // _COLUMNS)
            leaked = at < len(copied)
            right = (self._leaky if leaked else self._honest)[name] >= 0.5
            color = "orange" if leaked else "blue"
            svg.rect(x, y, _BOX - 2, _BOX - 2, color if right else "none", color)
        return svg.markup(said)

    def _add(self, n: int) -> None:
        self.n_copies.take(self.n_copies.value + n)


_LEGEND = legend(
    swatch("orange", "orange", "copied, answered (F1 at least 50%)"),
    swatch("none", "orange", "copied, missed"),
    swatch("blue", "blue", "not copied, answered"),
    swatch("none", "blue", "not copied, missed"),
)
