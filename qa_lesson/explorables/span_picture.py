"""Start and end scores become a span: the matrix of all spans, the best one marked."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from markupsafe import Markup

from qa_lesson.errors import DataError
from qa_lesson.look.controls import Buttons, Press, Range
from qa_lesson.look.explorable import Drawing, Explorable
from qa_lesson.look.html import paragraph
from qa_lesson.look.svg import Svg
from qa_lesson.views.trace import Trace

_SHOWN = 10  # tokens: more cells than 10 times 10 leave no room for numbers
_CELL, _LEFT, _TOP = 38, 96, 92


def span_explorer(traced: Trace) -> SpanExplorer:
    """Move the start and end scores of a real question and see which span wins.

    It shows the tokens around the model's best span, at most 10, with the model's own scores.

    Args:
        traced: from `qa_lesson.views.trace`.
    """
    window = traced.best_window
    context = np.flatnonzero(traced.windows.offsets[window, :, 0] >= 0).tolist()
    best = traced.span_tokens(window) or (context[0], context[0])
    middle = (best[0] + best[1]) // 2
    first = min(max(middle - _SHOWN // 2, context[0]), max(context[-1] + 1 - _SHOWN, context[0]))
    shown = [token for token in context if first <= token < first + _SHOWN]
    return SpanExplorer(
        traced.example.question,
        [traced.tokens[window][token] for token in shown],
        traced.start_logits[window, shown].tolist(),
        traced.end_logits[window, shown].tolist(),
    )


class SpanExplorer(Explorable):
    """See `span_explorer`; also for scores that you made up.

    Args:
        question: that the tokens are to answer.
        tokens: of the passage, 2 to 12.
        start, end: a score for each token.

    Raises:
        DataError: different numbers of tokens and scores, too few or too many tokens, or a score that is not finite.

    >>> picture = SpanExplorer("Who keeps it?", ["bram", "keeps", "it"], [3.0, 0.0, 1.0], [2.0, 1.0, 0.0])
    >>> picture.best
    (0, 0)
    >>> picture.token.value = 2                    # choose "keeps"
    >>> picture.end.value = 6.5                    # and raise its end score
    >>> picture.best
    (0, 1)
    """

    def __init__(self, question: str, tokens: Sequence[str], start: Sequence[float], end: Sequence[float]) -> None:
        if not 2 <= len(tokens) <= 12 or not len(tokens) == len(start) == len(end):
            raise DataError(
                "the picture needs 2 to 12 tokens with a start and an end score each",
                received=f"{len(tokens)} tokens, {len(start)} start scores, {len(end)} end scores",
            )
        if not all(map(math.isfinite, (*start, *end))):
            raise DataError("a score is not finite", received=f"start {list(start)}, end {list(end)}")
        self._question, self._tokens = question, list(tokens)
        self._given = [round(float(score), 1) for score in start], [round(float(score), 1) for score in end]
        self.scores = list(self._given[0]), list(self._given[1])
        low, high = math.floor(min(*start, *end)) - 2, math.ceil(max(*start, *end)) + 4
        self._at = max(range(len(tokens)), key=lambda token: self.scores[0][token])
        self.token = Range("Token", self._at + 1, 1, len(tokens))
        self.start = Range("Its start score", self.scores[0][self._at], float(low), float(high), 0.1)
        self.end = Range("Its end score", self.scores[1][self._at], float(low), float(high), 0.1)
        self.reset = Buttons("", lambda: [Press("Back to the first scores", self._back)])
        controls = {"token": self.token, "start": self.start, "end": self.end, "reset": self.reset}
        super().__init__("Scores become a span", controls)

    @property
    def best(self) -> tuple[int, int]:
        """First and last token (inclusive, from 0) of the span with the highest sum of scores."""
        return max(self._legal(), key=lambda span: (self._sum(span), -span[0], -span[1]))

    def draw(self) -> Drawing:
        """See `Explorable.draw`."""
        chosen = int(self.token.value) - 1
        if chosen != self._at:
            self._at = chosen
            self._show_scores()
        else:
            self.scores[0][chosen], self.scores[1][chosen] = self.start.value, self.end.value
        first, last = self.best
        told = (
            f"The answer is “{self._text(first, last)}”: start score {self.scores[0][first]:.1f} of token {first + 1} "
            f"plus end score {self.scores[1][last]:.1f} of token {last + 1} is {self._sum((first, last)):.1f}."
        )
        high_start, high_end = (max(range(len(self._tokens)), key=side.__getitem__) for side in self.scores)
        if high_end < high_start:
            told += " The highest end score comes before the highest start score, and such a span is not allowed."
        question = paragraph(Markup("<b>Question:</b> {}").format(self._question))
        note = "Each cell is the start score of its row plus the end score of its column. Cells below the diagonal end"
        note += " before they start, so they are not allowed."
        return Drawing(question + self._matrix(told) + paragraph(note, muted=True), told)

    def _matrix(self, told: str) -> Markup:
        n = len(self._tokens)
        svg = Svg(_LEFT + _CELL * n + 8, _TOP + _CELL * n + 6)
        sums = [self._sum(span) for span in self._legal()]
        low, high = min(sums), max(sums)
        svg.text(_LEFT - 8, _TOP - 8, "start ↓", "muted", anchor="end", size=11)
        for token, text in enumerate(self._tokens):
            bold, short = token == self._at, text if len(text) <= 9 else text[:8] + "…"
            x, y = _LEFT + _CELL * token, _TOP + _CELL * token
            svg.text(x + _CELL / 2 + 4, _TOP - 24, short, anchor="start", size=11, bold=bold, turned=True)
            start, end = (f"{side[token]:.1f}" for side in self.scores)
            svg.text(x + _CELL / 2, _TOP - 8, end, "purple", anchor="middle", size=11, bold=bold)
            svg.text(_LEFT - 40, y + 23, short, anchor="end", size=11, bold=bold)
            svg.text(_LEFT - 8, y + 23, start, "blue", anchor="end", size=11, bold=bold)
        for first in range(n):
            for last in range(n):
                x, y = _LEFT + _CELL * last, _TOP + _CELL * first
                if last < first:
                    svg.rect(x + 1, y + 1, _CELL - 2, _CELL - 2, "soft")
                    continue
                share = (self._sum((first, last)) - low) / (high - low) if high > low else 1.0
                svg.rect(x + 1, y + 1, _CELL - 2, _CELL - 2, "green-soft", "grid", opacity=share)
                best = (first, last) == self.best
                svg.text(x + _CELL / 2, y + 23, f"{self._sum((first, last)):.1f}", anchor="middle", size=11, bold=best)
        first, last = self.best
        svg.rect(_LEFT + _CELL * last, _TOP + _CELL * first, _CELL, _CELL, "none", "green", thick=3)
        svg.text(_LEFT + _CELL * n / 2, 12, "end →", "muted", anchor="middle", size=11)
        return svg.markup(told)

    def _legal(self) -> list[tuple[int, int]]:
        n = len(self._tokens)
        return [(first, last) for first in range(n) for last in range(first, n)]

    def _sum(self, span: tuple[int, int]) -> float:
        return round(self.scores[0][span[0]] + self.scores[1][span[1]], 9)

    def _text(self, first: int, last: int) -> str:
        return " ".join(self._tokens[first : last + 1]).replace(" ##", "")

    def _show_scores(self) -> None:
        self.start.take(self.scores[0][self._at])
        self.end.take(self.scores[1][self._at])

    def _back(self) -> None:
        self.scores = list(self._given[0]), list(self._given[1])
        self._show_scores()
