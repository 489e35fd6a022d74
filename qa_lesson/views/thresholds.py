"""A slider over the no-answer threshold, with the 2x2 table and the scores that follow from it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import ipywidgets  # type: ignore[import-untyped]
from markupsafe import Markup

from qa_lesson.evaluation import NoAnswerTable, ThresholdPoint, no_answer_table, threshold_sweep
from qa_lesson.look.html import Explorer, StaticView, card, paragraph, table
from qa_lesson.look.slider import named_slider
from qa_lesson.look.templating import percent
from qa_lesson.schema import Example, Prediction


def show_no_answer_table(counts: NoAnswerTable, title: str = "Answered against answerable") -> StaticView:
    """The 2x2 of answered or abstained against answerable or unanswerable, with what it means."""
    rows = [
        ["answered", f"{counts.answered_answerable} ✓", f"{counts.answered_unanswerable} ✗ invented"],
        ["abstained", f"{counts.abstained_answerable} ✗ kept back", f"{counts.abstained_unanswerable} ✓"],
    ]

    def share(value: float | None) -> str:
        return "(none to judge)" if value is None else percent(value)

    numbers = (
        f"accuracy {percent(counts.accuracy)}, right abstentions {share(counts.precision)}, "
        f"unanswerable questions recognised {share(counts.recall)}"
    )
    content = table(["model", "answerable", "unanswerable"], rows, row_headers=True)
    text = (
        f"<no-answer table: answered {counts.answered_answerable} answerable, {counts.answered_unanswerable} "
        f"unanswerable; abstained {counts.abstained_answerable}, {counts.abstained_unanswerable}>"
    )
    return StaticView(card(content + paragraph(f"Decision only: {numbers}."), title), text)


def threshold_explorer(examples: Sequence[Example], predictions: Sequence[Prediction]) -> ThresholdExplorer:
    """A slider over the no-answer threshold; table, exact match and F1 follow it.

    The model answers with its best span where `Prediction.no_answer_score` is at most the threshold (logits).

    Raises:
        DataError, PredictionError: as `threshold_sweep`.
    """
    return ThresholdExplorer(examples, predictions)


class ThresholdExplorer(Explorer):
    """See `threshold_explorer`. `threshold` is the number field next to the slider, `view` the HTML below it."""

    def __init__(self, examples: Sequence[Example], predictions: Sequence[Prediction]) -> None:
        self._examples, self._predictions = examples, predictions
        threshold_sweep(examples, predictions, [0.0])  # refuse bad input here and not behind the slider
        scores = [prediction.no_answer_score for prediction in predictions]
        # whole numbers, from where nothing is answered to where everything is
        low, high = math.floor(min(*scores, 0.0)) - 1, math.ceil(max(*scores, 0.0)) + 1
        self.threshold, row = named_slider("No-answer threshold (logits)", 0.0, low, high, 0.01)
        self.view = ipywidgets.HTML(value=self._html())
        self.threshold.observe(self._update, "value")
        super().__init__("threshold explorer", [row, self.view], self._html)

    @property
    def point(self) -> ThresholdPoint:
        """The scores at the slider's threshold, fractions."""
        return threshold_sweep(self._examples, self._predictions, [self.threshold.value])[0]

    def _html(self) -> Markup:
        point = self.point
        counts = no_answer_table(self._examples, self._predictions, point.threshold)
        shown = show_no_answer_table(counts, f"Threshold {point.threshold:.2f}: answers {percent(point.answered)}")
        scores = Markup(
            "EM <b>{}</b>, F1 <b>{}</b> over all {} questions (v2.0 rules: a right refusal scores 1)"
        ).format(percent(point.exact_match), percent(point.f1), counts.n)
        return shown.html + card(paragraph(scores))

    def _update(self, _change: object) -> None:
        self.view.value = self._html()
