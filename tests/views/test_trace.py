from dataclasses import replace

import numpy as np
import pytest

from qa_lesson.answering import QuestionAnswerer
from qa_lesson.errors import DataError
from qa_lesson.metrics import score_answer
from qa_lesson.schema import Answer, Example, Span
from qa_lesson.views import plot_logits, show_trace, static_trace, trace

CONTEXT = "Bram Keating keeps the <light> on Skelm for $5, an isle of nine acres, from dusk until sunrise. " * 2
EXAMPLE = Example("q1", "Who keeps the light?", CONTEXT, (Answer("Bram Keating", 0),))


@pytest.fixture(scope="module", params=[96, 32], ids=["one window", "several windows"])
def answerer(request, tiny_model_dir):
    return QuestionAnswerer(tiny_model_dir, max_length=request.param, stride=8, device="cpu")


def test_it_is_the_computation_of_predict(answerer):
    traced = trace(answerer, EXAMPLE, n_best=3)
    assert traced.prediction == answerer.predict([EXAMPLE], n_best=3)[0]
    assert traced.score == score_answer(traced.prediction.text, ["Bram Keating"])
    assert traced.start_logits.shape == traced.end_logits.shape == (len(traced.windows), max(traced.windows.lengths))
    assert [len(tokens) for tokens in traced.tokens] == traced.windows.lengths
    assert traced.tokens[0][0] == "[CLS]"
    assert repr(traced) == "<trace of question 'q1'>"


def test_the_best_span_is_found_in_its_window(answerer):
    traced = trace(answerer, EXAMPLE)
    row, best = traced.best_window, traced.prediction.n_best[0]
    first, last = traced.span_tokens(row)
    assert traced.windows.offsets[row, first, 0] == best.start
    assert traced.windows.offsets[row, last, 1] == best.end
    assert traced.start_logits[row, first] + traced.end_logits[row, last] == pytest.approx(best.score, abs=1e-4)


def test_logits_are_drawn(answerer):
    traced = trace(answerer, EXAMPLE)
    for row in range(len(traced.windows)):
        shown = plot_logits(traced, row)
        context = traced.windows.offsets[row, :, 0] >= 0
        for axes, logits in zip(shown.figure.axes, (traced.start_logits, traced.end_logits), strict=True):
            bars = axes.containers[0].patches
            assert np.allclose([bar.get_height() for bar in bars], logits[row, context])
        highest = np.flatnonzero(context)[traced.start_logits[row, context].argmax()]
        token, value = traced.tokens[row][highest], traced.start_logits[row, highest]
        assert f"highest start logits: {token} {value:.2f}" in shown.alt
        assert f"window {row + 1} of {len(traced.windows)}" in shown.alt
    assert traced.prediction.n_best[0].text in plot_logits(traced).alt


def test_static_trace_holds_every_step(answerer):
    traced = trace(answerer, EXAMPLE)
    html = static_trace(traced).html
    assert "Who keeps the light?" in html
    assert '<img alt="Start and end logits' in html
    assert f"{traced.prediction.n_best[0].score:.2f}" in html
    assert "References: Bram Keating" in html
    assert "<light>" not in html  # escaped wherever it is shown
    assert repr(static_trace(traced)) == repr(traced)


def test_tabs_and_windows(answerer):
    traced = trace(answerer, EXAMPLE)
    explorer = show_trace(traced)
    assert explorer.tabs.titles == ("1 Tokens", "2 Logits", "3 N-best", "4 Answer")
    assert [page.value for page in explorer.pages] == [page.value for page in explorer.tabs.children]
    assert repr(explorer) == "<trace of question 'q1'>"
    assert (explorer.window in explorer.children) == (len(traced.windows) > 1)
    before = [page.value for page in explorer.pages]
    other = 1 if explorer.window.value != 1 else len(traced.windows)
    explorer.window.value = other
    changed = [page.value != old for page, old in zip(explorer.pages, before, strict=True)]
    assert changed == [len(traced.windows) > 1] * 2 + [False, False]


def test_refusal(tiny_model_dir):
    never = QuestionAnswerer(tiny_model_dir, max_length=96, stride=8, no_answer_threshold=-1e9, device="cpu")
    traced = trace(never, Example("q2", "Who pays?", CONTEXT))
    assert (traced.prediction.text, traced.score.f1) == ("", 1.0)
    html = static_trace(traced).html
    assert "(no answer)" in html
    assert "counts as unanswerable" in html


def test_errors_of_the_steps_come_through(tiny_model_dir):
    tight = QuestionAnswerer(tiny_model_dir, max_length=8, stride=0, device="cpu")
    with pytest.raises(DataError, match="leaves no room"):
        trace(tight, EXAMPLE)


def test_of_two_windows_with_the_best_span_the_better_one_is_shown(tiny_model_dir):
    sharing = QuestionAnswerer(tiny_model_dir, max_length=32, stride=20, device="cpu")
    traced = trace(sharing, EXAMPLE)
    offsets = traced.windows.offsets
    both = np.flatnonzero((offsets[0, :, 0] >= 0) & np.isin(offsets[0, :, 0], offsets[1, :, 0]))
    start, end = offsets[0, both[0]].tolist()
    span = Span(CONTEXT[start:end], start, end, 0.0, 0.5)
    prediction = replace(traced.prediction, text=span.text, start=start, end=end, n_best=(span,))
    for better in (0, 1):
        logits = np.zeros_like(traced.start_logits)
        token = int(np.flatnonzero(offsets[better, :, 0] == start)[0])
        logits[better, token] = 2.0
        shown = replace(traced, prediction=prediction, start_logits=logits, end_logits=logits)
        assert shown.best_window == better
        assert shown.span_tokens(better) == (token, token)
