"""Windows and stride over a real passage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup

from qa_lesson.errors import ConfigError, DataError, counted
from qa_lesson.look.colors import themed
from qa_lesson.look.controls import Range
from qa_lesson.look.explorable import Drawing, Explorable
from qa_lesson.look.html import paragraph
from qa_lesson.look.svg import Svg, legend, swatch
from qa_lesson.schema import Example
from qa_lesson.windows import Windows, make_windows

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

_MOST_ROWS = 16
_LEFT, _WIDTH, _ROW = 74, 520, 22


def windows_explorer(
    example: Example, tokenizer: PreTrainedTokenizerBase, *, max_length: int = 64, stride: int = 16
) -> WindowsExplorer:
    """Sliders for the length of a window and the stride; the windows over the passage follow them.

    Args:
        example: a question with its passage, ideally of 100 tokens or more.
        tokenizer: that cuts them into tokens.
        max_length, stride: where the sliders start, see `make_windows`.

    Raises:
        DataError, ModelError: as `make_windows` with one window for the whole passage.
    """
    return WindowsExplorer(example, tokenizer, max_length, stride)


class WindowsExplorer(Explorable):
    """See `windows_explorer`. `max_length` and `stride` are its sliders, `windows` what they give now."""

    def __init__(self, example: Example, tokenizer: PreTrainedTokenizerBase, max_length: int, stride: int) -> None:
        self._example, self._tokenizer = example, tokenizer
        whole = make_windows([example], tokenizer, max_length=100_000, stride=0)
        self._spans = [(int(start), int(end)) for start, end in whole.offsets[0] if start >= 0]
        n_question = whole.lengths[0] - len(self._spans)
        shortest = n_question + 8
        self._whole = whole
        self.windows: Windows | None = None
        self.max_length = Range("Window (max_length)", max_length, shortest, whole.lengths[0], 1, "tokens")
        self.stride = Range("Stride", stride, 0, max(1, min(128, len(self._spans) - 1)), 1, "tokens")
        super().__init__("Windows and stride", {"max_length": self.max_length, "stride": self.stride})

    def draw(self) -> Drawing:
        """See `Explorable.draw`."""
        length, stride = int(self.max_length.value), int(self.stride.value)
        try:
            self.windows = make_windows([self._example], self._tokenizer, max_length=length, stride=stride)
        except (ConfigError, DataError):
            self.windows = None
            said = (
                f"A window of {length} tokens has no room for a stride of {stride}: each window would begin where the "
                "last one did. Make the window longer or the stride shorter."
            )
            return Drawing(paragraph("There are no windows for these settings."), said)
        rows = [self._columns(row) for row in range(len(self.windows))]
        told = self._told(rows, stride)
        return Drawing(self._bars(rows, told) + _LEGEND + self._passage(rows), told)

    def _columns(self, row: int) -> range:
        """Which tokens of the passage a window holds."""
        assert self.windows is not None
        starts = self.windows.offsets[row, :, 0]
        first = int(starts[starts >= 0].min())
        begin = next(i for i, span in enumerate(self._spans) if span[0] == first)
        return range(begin, begin + int((starts >= 0).sum()))

    def _answer(self) -> range:
        """Which tokens of the passage are the labeled answer."""
        if not self._whole.has_answer[0]:
            return range(0)
        n_before = int(np.argmax(self._whole.offsets[0, :, 0] >= 0))
        first, last = int(self._whole.start_positions[0]), int(self._whole.end_positions[0])
        return range(first - n_before, last - n_before + 1)

    def _told(self, rows: list[range], stride: int) -> str:
        n, answer = len(self._spans), self._answer()
        said = f"{counted(len(rows), 'window')} for {n} tokens of the passage."
        if len(rows) > 1:
            extra = sum(map(len, rows)) - n
            said += f" Neighbors share {stride} tokens, so the model reads {extra} tokens twice."
        if answer:
            held = [str(number) for number, row in enumerate(rows, 1) if _holds(row, answer)]
            if held:
                said += f" The whole answer is in window {' and '.join(held)}."
            else:
                said += " No window holds the whole answer: training would teach “no answer” here."
        return said

    def _bars(self, rows: list[range], told: str) -> Markup:
        shown, answer, n = rows[:_MOST_ROWS], self._answer(), len(self._spans)
        svg = Svg(_WIDTH, _ROW * len(shown) + 34)
        unit = (_WIDTH - _LEFT - 10) / n

        def x(token: int) -> float:
            return _LEFT + unit * token

        for number, row in enumerate(shown):
            y = _ROW * number + 4
            svg.text(_LEFT - 8, y + 12, f"window {number + 1}", anchor="end", size=11)
            svg.rect(x(row.start), y, unit * len(row), 15, "blue-soft", "blue")
            for other in rows[max(0, number - 1) : number] + rows[number + 1 : number + 2]:
                shared = range(max(row.start, other.start), min(row.stop, other.stop))
                if shared:
                    svg.rect(x(shared.start), y, unit * len(shared), 15, "orange-soft", "orange", dash="3 2")
            inside = range(max(row.start, answer.start), min(row.stop, answer.stop))
            if inside:
                whole = _holds(row, answer)
                fill = "green" if whole else "none"
                svg.rect(x(inside.start), y - 2, max(unit * len(inside), 3), 19, fill, "green", thick=2)
        base = _ROW * len(shown) + 8
        svg.line([(_LEFT, base), (_LEFT + unit * n, base)], "muted", thick=1)
        svg.text(_LEFT, base + 16, "token 1", "muted", size=11)
        svg.text(_LEFT + unit * n, base + 16, f"token {n}", "muted", anchor="end", size=11)
        if len(rows) > _MOST_ROWS:
            more = f"and {len(rows) - _MOST_ROWS} more windows"
            svg.text(_LEFT + unit * n / 2, base + 16, more, "muted", anchor="middle", size=11)
        return svg.markup(told)

    def _passage(self, rows: list[range]) -> Markup:
        """The text, shaded where more than one window holds it, the answer in bold."""
        n, answer = len(self._spans), self._answer()
        held = [sum(token in row for row in rows) for token in range(n)]
        kinds = [(held[token] > 1, token in answer) for token in range(n)]
        text, parts, begin = self._example.context, [Markup()], 0
        for token in range(1, n + 1):
            if token == n or kinds[token] != kinds[begin]:
                first = 0 if begin == 0 else self._spans[begin][0]
                last = len(text) if token == n else self._spans[token][0]
                parts.append(_shaded(text[first:last], *kinds[begin]))
                begin = token
        question = paragraph(Markup("<b>Question:</b> {}").format(self._example.question))
        return question + Markup("<p>{}</p>").format(Markup().join(parts))


def _holds(row: range, answer: range) -> bool:
    return row.start <= answer.start and answer.stop <= row.stop


def _shaded(text: str, shared: bool, answer: bool) -> Markup:
    look = []
    if shared:
        look.append(f"background-color: {themed('orange-soft')}; color: {themed('text')}")
    if answer:
        look.append(f"font-weight: bold; border-bottom: 3px solid {themed('green')}")
    return Markup('<span style="{}">{}</span>').format("; ".join(look), text)


_LEGEND = legend(
    swatch("blue-soft", "blue", "in one window"),
    swatch("orange-soft", "orange", "shared by neighbors (the stride)", dashed=True),
    swatch("green", "green", "the whole answer"),
    swatch("none", "green", "part of the answer"),
)
