"""One question through the whole pipeline: tokens, logits, n-best spans, answer, score.

The trace is a record of the computation that `QuestionAnswerer.predict` does, not a second version of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import ipywidgets  # type: ignore[import-untyped]
import numpy as np
import numpy.typing as npt
from markupsafe import Markup

from qa_lesson.answering import QuestionAnswerer
from qa_lesson.decoding import decode
from qa_lesson.look.colors import BLUE, GREEN_SOFT, MUTED, ORANGE, TEXT, css
from qa_lesson.look.html import Explorer, StaticView, card, paragraph, table
from qa_lesson.look.templating import percent
from qa_lesson.look.theme import DescribedFigure, add_legend, describe, new_figure
from qa_lesson.metrics import score_answer
from qa_lesson.schema import Example, Prediction, Score
from qa_lesson.views.overlap import show_overlap
from qa_lesson.windows import Windows, make_windows

_LABELLED_TOKENS = 48  # more context tokens than this, and only the highest logits get their token written

_TOKEN = Markup(
    '<span style="{}; padding: 0 3px; margin: 1px; border-radius: 3px; display: inline-block; '
    'font-family: monospace; font-size: 12px">{}</span>'
)
_OUTSIDE = css(color="text", border="1px solid muted")
_IN_CONTEXT = css(color="text", background_color="blue-soft")
_IN_BEST = css(color="text", background_color="green-soft", border_bottom="3px solid text") + "; font-weight: bold"
_IN_REFERENCE = "; " + css(outline="2px dashed orange")


@dataclass(frozen=True, repr=False)
class Trace:
    """What became of one question; W windows of at most L tokens.

    Args:
        example: the question with its context and references.
        windows: its W windows.
        tokens: for each window its tokens as text, special ones included.
        start_logits, end_logits: (W, L) as the model gave them; minus infinity at padding.
        prediction: what decoding made of them.
        score: of the prediction against the references (v2.0 rules), fractions.
    """

    example: Example
    windows: Windows
    tokens: tuple[tuple[str, ...], ...]
    start_logits: npt.NDArray[np.float32]
    end_logits: npt.NDArray[np.float32]
    prediction: Prediction
    score: Score

    def __repr__(self) -> str:
        return f"<trace of question {self.example.id!r}>"

    def span_tokens(self, window: int) -> tuple[int, int] | None:
        """First and last (inclusive) token of the best span in a window; None if it is not whole in it."""
        spans, best = self.windows.offsets[window], self.prediction.n_best[0]
        first = np.flatnonzero((spans[:, 0] == best.start) & (spans[:, 1] > best.start))
        last = np.flatnonzero((spans[:, 1] == best.end) & (spans[:, 0] >= best.start))
        return (int(first[0]), int(last[-1])) if len(first) and len(last) else None

    def reference_tokens(self, window: int) -> range:
        """The tokens of the first reference in a window; empty if it is not whole in it."""
        if not self.windows.has_answer[window]:
            return range(0)
        return range(int(self.windows.start_positions[window]), int(self.windows.end_positions[window]) + 1)

    @property
    def best_window(self) -> int:
        """The window in which the best span has its best score."""

        def score(window: int) -> float:
            found = self.span_tokens(window)
            if found is None:
                return -np.inf
            return float(self.start_logits[window, found[0]] + self.end_logits[window, found[1]])

        return max(range(len(self.windows)), key=score)


def trace(answerer: QuestionAnswerer, example: Example, *, n_best: int = 5) -> Trace:
    """Answer one question and keep every step.

    Raises:
        DataError, ConfigError: as `make_windows`.
        PredictionError, ConfigError: as `decode`.
    """
    windows = make_windows([example], answerer.tokenizer, max_length=answerer.max_length, stride=answerer.stride)
    start_logits, end_logits = answerer.logits(windows)
    (prediction,) = decode(
        start_logits,
        end_logits,
        windows,
        n_best=n_best,
        max_answer_tokens=answerer.max_answer_tokens,
        no_answer_threshold=answerer.no_answer_threshold,
    )
    tokens = tuple(tuple(answerer.tokenizer.convert_ids_to_tokens(ids)) for ids in windows.inputs["input_ids"])
    score = score_answer(prediction.text, example.references)
    return Trace(example, windows, tokens, start_logits, end_logits, prediction, score)


def show_trace(traced: Trace) -> TraceExplorer:
    """The steps as tabs, with a choice of the window where there are several."""
    return TraceExplorer(traced)


def static_trace(traced: Trace) -> StaticView:
    """The same steps below one another, without widgets."""
    window = traced.best_window
    return StaticView(Markup().join(_steps(traced, window).values()), repr(traced))


class TraceExplorer(Explorer):
    """See `show_trace`. `window` chooses one (counted from 1), `tabs` are the steps, `pages` their HTML widgets."""

    def __init__(self, traced: Trace) -> None:
        self._trace = traced
        numbers = range(1, len(traced.windows) + 1)
        self.window = ipywidgets.Dropdown(options=numbers, value=traced.best_window + 1, description="Window")
        steps = _steps(traced, traced.best_window)
        # one height, so that the page does not jump when another tab is chosen
        room = ipywidgets.Layout(min_height="520px")
        self.pages = [ipywidgets.HTML(value=page, layout=room) for page in steps.values()]
        self.tabs = ipywidgets.Tab(children=self.pages, titles=list(steps), selected_index=0)
        self.window.observe(self._update, "value")
        children = [self.window, self.tabs] if len(numbers) > 1 else [self.tabs]
        super().__init__(f"trace of question {traced.example.id!r}", children, lambda: static_trace(traced).html)

    def _update(self, _change: object) -> None:
        for page, content in zip(self.pages, _steps(self._trace, self.window.value - 1).values(), strict=True):
            page.value = content


def plot_logits(traced: Trace, window: int | None = None) -> DescribedFigure:
    """Start and end logits over the context tokens of one window, the best span shaded, the null token as lines.

    Args:
        traced: the trace.
        window: counted from 0; None takes the one with the best span.
    """
    row = traced.best_window if window is None else window
    context = np.flatnonzero(traced.windows.offsets[row, :, 0] >= 0)
    column_of = {int(token): column for column, token in enumerate(context)}
    null = int(traced.windows.null_token[row])
    figure, (upper, lower) = new_figure(n_rows=2, width=9.0, height=4.2)
    best = traced.span_tokens(row)
    told: list[str] = []
    named = [] if best is None else [column_of[best[0]], column_of[best[1]]]
    reference = traced.reference_tokens(row)
    sides = ((upper, "start", traced.start_logits, BLUE), (lower, "end", traced.end_logits, ORANGE))
    for axes, name, logits, colour in sides:
        values = logits[row, context]
        axes.bar(range(len(context)), values, color=colour, width=0.8)
        axes.axhline(float(logits[row, null]), color=MUTED, linestyle="--", label="no answer (null token)")
        if best is not None:
            edges = column_of[best[0]] - 0.5, column_of[best[1]] + 0.5
            axes.axvspan(*edges, facecolor=GREEN_SOFT, edgecolor=TEXT, linewidth=1, zorder=0, label="best span")
        if reference:
            edges = column_of[reference.start] - 0.5, column_of[reference.stop - 1] + 0.5
            axes.axvspan(*edges, facecolor="none", edgecolor=ORANGE, linewidth=1.5, linestyle="--", label="reference")
        axes.set_ylabel(f"{name} logit")
        top = np.argsort(-values, kind="stable")[:3].tolist()
        named += top
        pieces = [f"{traced.tokens[row][context[column]]} {values[column]:.2f}" for column in top]
        told.append(f"highest {name} logits: {', '.join(pieces)}; null token {logits[row, null]:.2f}")
    shown = range(len(context)) if len(context) <= _LABELLED_TOKENS else _apart(named)
    lower.set_xticks(list(shown), [traced.tokens[row][context[column]] for column in shown], rotation=90, fontsize=8)
    for tick in lower.get_xticklabels():
        tick.set_parse_math(False)
    lower.set_xlim(-1, len(context))
    upper.tick_params(labelbottom=False)
    for axes in (upper, lower):
        axes.grid(visible=False, axis="x")
    add_legend(upper)
    span = "the best span is not whole in it" if best is None else f"best span: {traced.prediction.n_best[0].text!r}"
    return describe(
        figure,
        f"Start and end logits over the {len(context)} context tokens of window {row + 1} of {len(traced.windows)}; "
        f"{span}; {'; '.join(told)}." + (_reference_told(traced, row) if reference else ""),
    )


def _reference_told(traced: Trace, row: int) -> str:
    tokens = traced.reference_tokens(row)
    return f" The reference, dashed: {' '.join(traced.tokens[row][tokens.start : tokens.stop])}."


def _apart(columns: list[int]) -> list[int]:
    """The first of the columns that are so close that their labels would overlap, in the order given."""
    kept: list[int] = []
    for column in columns:
        if all(abs(column - other) >= 2 for other in kept):
            kept.append(column)
    return sorted(kept)


def _steps(traced: Trace, window: int) -> dict[str, Markup]:
    """The HTML of every step, by its title."""
    return {
        "1 Tokens": _tokens_html(traced, window),
        "2 Logits": card(plot_logits(traced, window).html(), _title(traced, window, "Start and end logits")),
        "3 N-best": _n_best_html(traced),
        "4 Answer": _answer_html(traced),
    }


def _title(traced: Trace, window: int, text: str) -> str:
    return f"{text}, window {window + 1} of {len(traced.windows)}" if len(traced.windows) > 1 else text


def _tokens_html(traced: Trace, window: int) -> Markup:
    best = traced.span_tokens(window)
    inside = range(0) if best is None else range(best[0], best[1] + 1)
    reference = traced.reference_tokens(window)
    marked = []
    for position, token in enumerate(traced.tokens[window]):
        is_context = traced.windows.offsets[window, position, 0] >= 0
        look = _IN_CONTEXT if is_context else _OUTSIDE
        if position in inside:
            look = _IN_BEST
        if position in reference:
            look += _IN_REFERENCE
        marked.append(_TOKEN.format(look, token))
    n_context = int((traced.windows.offsets[window, :, 0] >= 0).sum())
    content = paragraph(Markup("<b>Question:</b> {}").format(traced.example.question))
    content += paragraph(
        f"{len(marked)} tokens: {len(marked) - n_context} of the question and special ones (framed), {n_context} of "
        "the context (filled). The best span is bold and underlined"
        + (", and the reference is framed in orange." if reference else ".")
    )
    return card(content + Markup().join(marked), _title(traced, window, "Question and context as tokens"))


def _n_best_html(traced: Trace) -> Markup:
    rows = [
        [str(rank), span.text, f"{span.start}-{span.end}", f"{span.score:.2f}", percent(span.probability)]
        for rank, span in enumerate(traced.prediction.n_best, 1)
    ]
    header = ["rank", "span", "characters", "score (start + end logit)", "probability"]
    gap = traced.prediction.no_answer_score
    told = paragraph(
        f"No-answer score (null score minus best span score): {gap:.2f}. The model rates the best span "
        f"{'below' if gap > 0 else 'above'} “no answer”."
    )
    return card(table(header, rows) + told, "Best legal spans over all windows")


def _answer_html(traced: Trace) -> Markup:
    answer = traced.prediction.text
    probability = percent(traced.prediction.probability)
    references = " | ".join(traced.example.references) or "(none: the question counts as unanswerable)"
    content = paragraph(Markup("Answer: <b>{}</b>, probability {}").format(answer or "(no answer)", probability))
    content += paragraph(f"References: {references}")
    return card(content, "Answer") + show_overlap(answer, traced.example.references).html
