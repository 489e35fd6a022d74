import pytest

from qa_lesson.errors import PredictionError
from qa_lesson.evaluation import NoAnswerTable
from qa_lesson.schema import Answer, Example, Prediction, Span
from qa_lesson.views import show_no_answer_table, threshold_explorer

CONTEXT = "Bram Keating keeps the light."


def prediction(name, text, no_answer_score):
    start = CONTEXT.index(text)
    span = Span(text, start, start + len(text), 1.0, 0.5)
    return Prediction(name, text, span.start, span.end, 0.5, no_answer_score, (span,))


EXAMPLES = [
    Example("right", "Who?", CONTEXT, (Answer("Bram Keating", 0),)),
    Example("partly", "What?", CONTEXT, (Answer("light", 23),)),
    Example("none", "Why?", CONTEXT),
    Example("trap", "When?", CONTEXT),
]
PREDICTIONS = [
    prediction("right", "Bram Keating", -3.0),
    prediction("partly", "keeps the light", 1.0),
    prediction("none", "Bram", 2.0),
    prediction("trap", "light", -1.0),
]


def test_explorer_follows_the_slider():
    explorer = threshold_explorer(EXAMPLES, PREDICTIONS)
    assert explorer.threshold.description == "No-answer threshold (logits)"
    assert (explorer.threshold.min, explorer.threshold.max) == (-4, 3)
    # at 0: "right" is answered well, "trap" is invented, "partly" is kept back, "none" is rightly refused
    assert explorer.threshold.value == 0
    assert (explorer.point.exact_match, explorer.point.f1, explorer.point.answered) == (0.5, 0.5, 0.5)
    assert "EM <b>50.0%</b>, F1 <b>50.0%</b> over all 4" in explorer.view.value
    explorer.threshold.value = 1.5  # now "partly" is answered too: F1 2/3 of it
    assert explorer.point.f1 == pytest.approx((1 + 2 / 3 + 1) / 4)
    assert "EM <b>50.0%</b>, F1 <b>66.7%</b>" in explorer.view.value
    assert "answers 75.0%" in explorer.view.value
    explorer.threshold.value = -3.5  # refuses everything
    assert "EM <b>50.0%</b>" in explorer.view.value
    assert "answers 0.0%" in explorer.view.value
    assert explorer.static_html() == explorer.view.value
    assert repr(explorer) == "<threshold explorer>"


def test_predictions_of_other_questions_are_refused_at_once():
    with pytest.raises(PredictionError, match="do not belong together"):
        threshold_explorer(EXAMPLES, PREDICTIONS[:2])


def test_one_question():
    explorer = threshold_explorer(EXAMPLES[:1], PREDICTIONS[:1])
    assert explorer.threshold.min < -3 < 0 < explorer.threshold.max


def test_table():
    shown = show_no_answer_table(NoAnswerTable(5, 2, 1, 4), "Counts <1>")
    assert repr(shown) == "<no-answer table: answered 5 answerable, 2 unanswerable; abstained 1, 4>"
    for told in ("5 ✓", "2 ✗ invented", "1 ✗ kept back", "4 ✓", "Counts &lt;1&gt;"):
        assert told in shown.html
    assert "accuracy 75.0%, right abstentions 80.0%, unanswerable questions recognised 66.7%" in shown.html
    assert "right abstentions (none to judge)" in show_no_answer_table(NoAnswerTable(3, 0, 0, 0)).html
