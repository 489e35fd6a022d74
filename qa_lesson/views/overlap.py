"""Which tokens of a prediction match a reference: the picture that stands in for a confusion matrix.

The tokens are those that the metrics compare, shown as they are in the original text. All numbers come from
`qa_lesson.metrics`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import ipywidgets  # type: ignore[import-untyped]
from markupsafe import Markup

from qa_lesson.look.colors import css
from qa_lesson.look.html import Explorer, StaticView, card, paragraph, table
from qa_lesson.look.templating import percent
from qa_lesson.metrics import Rules, answer_tokens, score_answer, token_overlap
from qa_lesson.schema import Score

Status = Literal["matched", "missed", "extra", "ignored"]


@dataclass(frozen=True, slots=True)
class Piece:
    """One word as it is in the text, and what became of its token.

    "ignored" is a word of which normalisation leaves nothing: an article, or punctuation alone.
    """

    text: str
    status: Status


@dataclass(frozen=True, slots=True)
class Overlap:
    """One prediction against one reference; `score` holds fractions.

    The counts of the pieces agree with the score: precision is matched / (matched + extra) of the prediction, recall
    matched / (matched + missed) of the reference. Of a token that occurs more often on one side, the first
    occurrences count as matched.
    """

    reference: str
    prediction_pieces: tuple[Piece, ...]
    reference_pieces: tuple[Piece, ...]
    score: Score


def compare_tokens(prediction: str, reference: str, *, rules: Rules = "v2.0") -> Overlap:
    """Mark each word of both texts as matched, extra (predicted only), missed (reference only) or ignored.

    >>> [(piece.text, piece.status) for piece in compare_tokens("in the port", "Port").prediction_pieces]
    [('in', 'extra'), ('the', 'ignored'), ('port', 'matched')]
    """
    common = Counter(answer_tokens(prediction)) & Counter(answer_tokens(reference))
    return Overlap(
        reference,
        _pieces(prediction, common, "extra"),
        _pieces(reference, common, "missed"),
        token_overlap(prediction, reference, rules=rules),
    )


def _pieces(text: str, common: Counter[str], otherwise: Status) -> tuple[Piece, ...]:
    left = common.copy()
    pieces: list[Piece] = []
    for word in text.split():
        marked: list[Piece] = []
        for token in answer_tokens(word):  # normalisation never reaches across white space
            status: Status = "matched" if left[token] > 0 else otherwise
            left[token] -= 1
            marked.append(Piece(token, status))
        if not marked:
            pieces.append(Piece(word, "ignored"))
        elif len(marked) == 1:
            pieces.append(Piece(word, marked[0].status))
        else:  # "dusk–the–dawn": a dash that is no ASCII punctuation frees the article, which splits the word
            pieces.extend(marked)
    return tuple(pieces)


def show_overlap(prediction: str, references: str | Sequence[str], *, rules: Rules = "v2.0") -> StaticView:
    """Prediction and reference(s) with every token marked, and precision, recall, F1 and exact match next to them.

    With several references the scores are those of `score_answer`, and the reference that decides F1 is named.

    Args:
        prediction: the answer text, empty for "no answer".
        references: one reference or several; none for an unanswerable question.
        rules: as in `score_answer`.

    Raises:
        DataError: no reference, under the v1.1 rules.

    >>> show_overlap("Paris", "Paris is the capital of France")
    <overlap: precision 100.0%, recall 20.0%, F1 33.3%, EM 0>
    """
    texts = [references] if isinstance(references, str) else list(references)
    total = score_answer(prediction, texts, rules=rules)
    overlaps = [compare_tokens(prediction, text, rules=rules) for text in texts or [""]]
    best = max(overlaps, key=lambda overlap: overlap.score.f1)
    names = [
        f"reference {number}" + (" (best)" if overlap is best else "") for number, overlap in enumerate(overlaps, 1)
    ]
    if len(overlaps) == 1:
        shown = [_side_by_side(overlaps[0])]
    else:  # one grid of tokens, and one table of scores
        shown = [
            _marked(f"prediction against {name}", overlap.prediction_pieces) + _marked(name, overlap.reference_pieces)
            for name, overlap in zip(names, overlaps, strict=True)
        ]
        rows = [[name, *_score_cells(overlap.score)] for name, overlap in zip(names, overlaps, strict=True)]
        shown.append(table(["", *_SCORES], rows, row_headers=True))
    numbers = (
        f"precision {percent(total.precision)}, recall {percent(total.recall)}, "
        f"F1 {percent(total.f1)}, EM {total.exact_match:.0f}"
    )
    if len(overlaps) > 1:
        shown.append(paragraph(Markup("<b>Score, best of {} references: {}</b>").format(len(overlaps), numbers)))
    return StaticView(card(Markup().join([*shown, _LEGEND])), f"<overlap: {numbers}>")


def overlap_explorer(reference: str | Sequence[str], prediction: str = "", *, rules: Rules = "v2.0") -> OverlapExplorer:
    """The overlap view with a field to type the prediction into; it follows every key.

    Raises:
        DataError: as `show_overlap`.
    """
    return OverlapExplorer(reference, prediction, rules)


class OverlapExplorer(Explorer):
    """See `overlap_explorer`. `prediction` is the text field, `view` the HTML below it."""

    def __init__(self, reference: str | Sequence[str], prediction: str, rules: Rules) -> None:
        self._reference, self._rules = reference, rules
        self.prediction = ipywidgets.Text(
            value=prediction, description="Prediction", placeholder="type an answer", continuous_update=True,
            layout=ipywidgets.Layout(width="min(98%, 640px)"),
        )  # fmt: skip
        self.view = ipywidgets.HTML(value=self._html())
        self.prediction.observe(self._update, "value")
        super().__init__("overlap explorer", [self.prediction, self.view], self._html)

    def _html(self) -> Markup:
        return show_overlap(self.prediction.value, self._reference, rules=self._rules).html

    def _update(self, _change: object) -> None:
        self.view.value = self._html()


_SIGN: dict[Status, str] = {"matched": "", "missed": "−", "extra": "+", "ignored": ""}
_STYLE: dict[Status, str] = {
    "matched": css(color="green", background_color="green-soft", border_bottom="3px solid green")
    + "; font-weight: bold",
    "missed": css(color="blue", background_color="blue-soft", border="2px dotted blue"),
    "extra": css(color="orange", background_color="orange-soft", border="2px solid orange"),
    "ignored": css(color="muted", background_color="card") + "; font-style: italic",
}


def _mark(piece: Piece) -> Markup:
    return Markup(
        '<span title="{}" style="{}; padding: 1px 4px; margin: 0 1px; border-radius: 3px; '
        'display: inline-block">{}{}</span>'
    ).format(piece.status, _STYLE[piece.status], _SIGN[piece.status], piece.text)


def _marked(name: str, pieces: Sequence[Piece]) -> Markup:
    words = Markup(" ").join(map(_mark, pieces)) if pieces else Markup("<i>(empty: no answer)</i>")
    return Markup('<div><span style="{}">{}:</span> {}</div>').format(css(color="muted"), name, words)


_SCORES = ("precision", "recall", "F1", "EM")


def _score_cells(score: Score) -> list[str]:
    return [*map(percent, (score.precision, score.recall, score.f1)), f"{score.exact_match:.0f}"]


def _side_by_side(overlap: Overlap) -> Markup:
    """Tokens and scores, the scores below if there is no room next to the tokens."""
    tokens = _marked("prediction", overlap.prediction_pieces) + _marked("reference", overlap.reference_pieces)
    return Markup(
        '<div style="display: flex; flex-wrap: wrap; column-gap: 20px; align-items: center">'
        '<div style="flex: 1 1 240px">{}</div><div>{}</div></div>'
    ).format(tokens, table(_SCORES, [_score_cells(overlap.score)]))


_MEANING: tuple[tuple[Status, str], ...] = (
    ("matched", "in both"),
    ("extra", "predicted only, lowers precision"),
    ("missed", "reference only, lowers recall"),
    ("ignored", "not counted"),
)
_LEGEND = paragraph(
    Markup(" &nbsp; ").join(
        Markup("{} {}").format(_mark(Piece(status, status)), meaning) for status, meaning in _MEANING
    ),
    muted=True,
)
