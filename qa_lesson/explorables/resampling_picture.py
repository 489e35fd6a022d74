"""One score, many test sets: documents are drawn again and again, and the scores pile up to an interval."""

from __future__ import annotations

from collections import Counter

import numpy as np
from markupsafe import Markup

from qa_lesson.errors import DataError, counted
from qa_lesson.evaluation import Evaluation
from qa_lesson.look.colors import themed
from qa_lesson.look.controls import Buttons, Press, Range
from qa_lesson.look.explorable import Drawing, Explorable
from qa_lesson.look.html import paragraph
from qa_lesson.look.svg import Svg
from qa_lesson.look.templating import percent

_WIDTH, _LEFT, _RIGHT = 520, 20, 500
_BASE, _TALL = 150, 120
_BINS = 40
_BOX = Markup(
    '<span style="display: inline-block; min-width: 44px; text-align: center; margin: 2px; padding: 1px 4px; '
    'border-radius: 4px; font-size: 12px; border: {}; background-color: {}; color: {}">{}{}</span>'
)
_INTRO = paragraph("Each test set takes documents at random from yours, and may take the same one again.")
_FEW = 20  # scores: fewer do not give an interval to look at


def resampling_explorer(evaluation: Evaluation) -> ResamplingExplorer:
    """Draw documents with replacement, and see how F1 varies from test set to test set (the bootstrap).

    Args:
        evaluation: of questions on at least 2 documents.

    Raises:
        DataError: fewer documents.
    """
    return ResamplingExplorer(evaluation)


class ResamplingExplorer(Explorable):
    """See `resampling_explorer`. `n_documents` is its slider, `draws` the row of buttons, `scores` what was drawn."""

    def __init__(self, evaluation: Evaluation) -> None:
        by_document: dict[str, list[float]] = {}
        for example in evaluation.examples:
            by_document.setdefault(example.document or example.id, []).append(evaluation.scores[example.id].f1)
        if len(by_document) < 2:
            raise DataError(
                "one document cannot show how documents differ",
                received=counted(len(by_document), "document"),
                fix="pass an evaluation on at least 2 documents",
            )
        self._names = list(by_document)
        self._sums = np.array([sum(scores) for scores in by_document.values()])
        self._counts = np.array([len(scores) for scores in by_document.values()])
        self._f1 = float(self._sums.sum() / self._counts.sum())
        self._rng = np.random.default_rng(0)
        self.scores: list[float] = []
        self._last: Counter[int] = Counter()
        n = len(by_document)
        self._drawn_with = n
        self.n_documents = Range("Documents per test set", n, 2, 4 * n)
        self.draws = Buttons(
            "",
            lambda: [
                Press("Draw one test set", lambda: self._draw_sets(1)),
                Press("Draw 100", lambda: self._draw_sets(100)),
                Press("Start again", self._start_again, disabled=not self.scores),
            ],
        )
        super().__init__("One score, many test sets", {"n": self.n_documents, "draws": self.draws}, _INTRO)

    @property
    def interval(self) -> tuple[float, float] | None:
        """Between which scores the middle 95% of the test sets are, fractions; None before 20 are drawn."""
        if len(self.scores) < _FEW:
            return None
        low, high = np.percentile(self.scores, [2.5, 97.5])
        return float(low), float(high)

    def draw(self) -> Drawing:
        """See `Explorable.draw`."""
        if self.n_documents.value != self._drawn_with:
            self._start_again()
        n = int(self.n_documents.value)
        if not self.scores:
            said = f"Your test set of {counted(len(self._names), 'document')} gives an F1 of {percent(self._f1)}. "
            said += "With other documents it would have been another number. Draw a test set to see which."
        else:
            said = f"{counted(len(self.scores), 'test set')} of {n} documents. The last one gives an F1 of "
            said += f"{percent(self.scores[-1])}."
            if self.interval is not None:
                low, high = self.interval
                said += f" 95% of them are between {percent(low)} and {percent(high)}: {100 * (high - low):.1f} points"
                said += " apart."
        return Drawing(self._documents() + self._histogram(said), said)

    def _draw_sets(self, n_sets: int) -> None:
        n = int(self.n_documents.value)
        self._drawn_with = n
        for _ in range(n_sets):
            chosen = self._rng.integers(len(self._names), size=n)
            self.scores.append(float(self._sums[chosen].sum() / self._counts[chosen].sum()))
            self._last = Counter(chosen.tolist())

    def _start_again(self) -> None:
        self.scores, self._last = [], Counter()
        self._drawn_with = int(self.n_documents.value)
        self._rng = np.random.default_rng(0)

    def _documents(self) -> Markup:
        """A box for each document: how often the last draw took it, and its own score."""
        boxes = []
        for at in range(len(self._names)):
            times = self._last[at] if self.scores else 1
            edge = f"1px {'solid' if times else 'dashed'} {themed('blue' if times else 'muted')}"
            back = themed("blue-soft" if times else "back")
            score = f"{100 * self._sums[at] / self._counts[at]:.0f}%"
            boxes.append(_BOX.format(edge, back, themed("text"), score, f" ×{times}" if times != 1 else ""))
        whose = "The documents of the last test set" if self.scores else "Your documents"
        title = f"{whose}, with the F1 of each"
        return paragraph(Markup("<b>{}</b>").format(title)) + Markup("<div>{}</div>").format(Markup().join(boxes))

    def _histogram(self, said: str) -> Markup:
        svg = Svg(_WIDTH, 190)
        spread = 5 * float(np.std(self._sums / self._counts)) / len(self._names) ** 0.5 + 0.01
        low, high = max(0.0, self._f1 - spread), min(1.0, self._f1 + spread)

        def x(score: float) -> float:
            return float(_LEFT + (_RIGHT - _LEFT) * (min(max(score, low), high) - low) / (high - low))

        counts, edges = np.histogram(np.clip(self.scores, low, high), bins=_BINS, range=(low, high))
        tallest = max(5, int(counts.max()))
        for count, left, right in zip(counts, edges[:-1], edges[1:], strict=True):
            height = _TALL * count / tallest
            if count:
                svg.rect(x(left), _BASE - height, x(right) - x(left) - 0.8, height, "blue-soft", "blue", round_=0)
        if self.interval is not None:
            ends = [x(end) for end in self.interval]
            svg.line([(ends[0], _BASE + 8), (ends[1], _BASE + 8)], "orange", thick=5)
            for end, value in zip(ends, self.interval, strict=True):
                svg.text(end, _BASE + 26, percent(value), "orange", anchor="middle", size=11, bold=True)
        if self.scores:
            svg.dot(x(self.scores[-1]), _BASE - 5, 5, "orange", "back")
        svg.line([(x(self._f1), 22), (x(self._f1), _BASE)], "green", thick=2, dash="5 3")
        svg.text(x(self._f1), 14, f"your score {percent(self._f1)}", "green", anchor="middle", bold=True)
        svg.line([(_LEFT, _BASE), (_RIGHT, _BASE)], "muted", thick=1)
        for end, anchor in ((low, "start"), (high, "end")):
            svg.text(x(end), _BASE + 38, percent(end), "muted", anchor=anchor, size=11)
        svg.text((_LEFT + _RIGHT) / 2, _BASE + 38, "F1", "muted", anchor="middle", size=11)
        return svg.markup(said)
