"""Precision and recall as two bars that overlap: put words into a prediction and take them out again."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from qa_lesson.look.controls import Buttons, Press
from qa_lesson.look.explorable import Drawing, Explorable
from qa_lesson.look.html import paragraph
from qa_lesson.look.svg import Svg, legend, swatch
from qa_lesson.look.templating import percent
from qa_lesson.metrics import Rules
from qa_lesson.views.overlap import Overlap, compare_tokens

_WIDTH, _LEFT, _BAR = 520, 84, 34
_INTRO = paragraph("Click a word to put it into the prediction, and again to take it out. The reference stays.")


def overlap_bars(
    reference: str, prediction: str = "", *, words: Sequence[str] = (), rules: Rules = "v2.0"
) -> OverlapBars:
    """Build a prediction word by word, and see precision and recall as overlapping bars.

    Args:
        reference: the right answer.
        prediction: what is predicted at first; its words must be among the words to choose from.
        words: to choose from, in their order; by default those of the prediction and of the reference.
        rules: as in `score_answer`.

    >>> bars = overlap_bars("Bram Keating", "keeper Bram")
    >>> bars.words.click("Keating")
    >>> bars.said.splitlines()[0]
    'The prediction “keeper Bram Keating” shares 2 tokens with the reference “Bram Keating”.'
    """
    chosen = prediction.split()
    offered = list(words) or [*chosen, *(word for word in reference.split() if word not in chosen)]
    offered += [word for word in chosen if word not in offered]
    return OverlapBars(reference, offered, [word in chosen for word in offered], rules)


class OverlapBars(Explorable):
    """See `overlap_bars`. `words` is the row of buttons, `overlap` what they give now."""

    def __init__(self, reference: str, offered: Sequence[str], chosen: Sequence[bool], rules: Rules) -> None:
        self._reference, self._offered, self._chosen, self._rules = reference, list(offered), list(chosen), rules
        self.words = Buttons("Words", self._presses)
        super().__init__("Precision and recall", {"words": self.words}, _INTRO)

    @property
    def prediction(self) -> str:
        """The words that are chosen, in their order."""
        return " ".join(word for word, chosen in zip(self._offered, self._chosen, strict=True) if chosen)

    @property
    def overlap(self) -> Overlap:
        """The prediction against the reference."""
        return compare_tokens(self.prediction, self._reference, rules=self._rules)

    def draw(self) -> Drawing:
        """See `Explorable.draw`."""
        overlap = self.overlap
        extra = [piece.text for piece in overlap.prediction_pieces if piece.status == "extra"]
        shared = [piece.text for piece in overlap.prediction_pieces if piece.status == "matched"]
        missed = [piece.text for piece in overlap.reference_pieces if piece.status == "missed"]
        n_tokens = f"{len(shared)} token{'s' if len(shared) != 1 else ''}"
        told = f"The prediction “{self.prediction}” shares {n_tokens} with the reference “{self._reference}”.\n"
        score = overlap.score
        told += f"Precision {percent(score.precision)}, recall {percent(score.recall)}, F1 {percent(score.f1)}."
        picture = _bars(extra, shared, missed, told)
        return Drawing(picture + _LEGEND + self._formulas(len(extra), len(shared), len(missed)), told)

    def _formulas(self, n_extra: int, n_shared: int, n_missed: int) -> Markup:
        score = self.overlap.score
        n_prediction, n_reference = n_extra + n_shared, n_shared + n_missed
        if not n_prediction or not n_reference:
            return paragraph(
                "One side has no token, so there is nothing to divide. The rules for empty answers decide."
            )
        lines = [
            f"precision = shared / prediction = {n_shared} / {n_prediction} = {percent(score.precision)}",
            f"recall = shared / reference = {n_shared} / {n_reference} = {percent(score.recall)}",
            f"F1 = 2 × shared / (prediction + reference) = {2 * n_shared} / {n_prediction + n_reference}"
            f" = {percent(score.f1)}",
        ]
        return Markup().join(map(paragraph, lines))

    def _presses(self) -> list[Press]:
        return [
            Press(word, lambda at=at: self._toggle(at), pressed=chosen)  # type: ignore[misc]
            for at, (word, chosen) in enumerate(zip(self._offered, self._chosen, strict=True))
        ]

    def _toggle(self, at: int) -> None:
        self._chosen[at] = not self._chosen[at]


def _bars(extra: list[str], shared: list[str], missed: list[str], told: str) -> Markup:
    """The prediction above the reference, so that what they share is one above the other."""
    svg = Svg(_WIDTH, 2 * _BAR + 36)
    n = max(1, len(extra) + len(shared) + len(missed))
    unit = min((_WIDTH - _LEFT - 8) / n, 90)
    left = _LEFT + unit * len(extra)
    if shared:
        svg.rect(left - 2, 4, unit * len(shared) + 4, 2 * _BAR + 26, "none", "green", dash="4 3", thick=1.5)
    for y, name, cells in (
        (10, "prediction", [(_LEFT, extra, "orange"), (left, shared, "green")]),
        (18 + _BAR, "reference", [(left, shared, "green"), (left + unit * len(shared), missed, "blue")]),
    ):
        svg.text(_LEFT - 10, y + 22, name, anchor="end", bold=True)
        for start, words, color in cells:
            for at, word in enumerate(words):
                svg.rect(start + unit * at + 1, y, unit - 2, _BAR, f"{color}-soft", color, thick=1.5)
                room = int(unit // 7)
                short = word if len(word) <= room else word[: max(1, room - 1)] + "…"
                svg.text(start + unit * (at + 0.5), y + 21, short, anchor="middle", size=11)
    return svg.markup(told)


_LEGEND = legend(
    swatch("orange-soft", "orange", "predicted only: lowers precision"),
    swatch("green-soft", "green", "shared"),
    swatch("blue-soft", "blue", "reference only: lowers recall"),
)
