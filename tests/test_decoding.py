import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_lesson.decoding import decode
from qa_lesson.errors import ConfigError, PredictionError
from qa_lesson.schema import Example
from qa_lesson.windows import Windows, make_windows

CONTEXT = "ab cd ef gh ij kl mn op"  # words of two letters: token t covers characters 3t to 3t + 2


def word_windows(layout: list[list[list[int]]]) -> Windows:
    """Windows by hand: for each example its windows, each a list of word numbers; two leading non-context tokens."""
    examples = tuple(Example(f"q{i}", "Which?", CONTEXT) for i in range(len(layout)))
    rows = [(i, words) for i, windows in enumerate(layout) for words in windows]
    longest = 3 + max(len(words) for _, words in rows)
    offsets = np.full((len(rows), longest, 2), -1, np.int32)
    for row, (_, words) in enumerate(rows):
        for position, word in enumerate(words):
            offsets[row, 2 + position] = (3 * word, 3 * word + 2)
    zeros = np.zeros(len(rows), np.int32)
    ids = {"input_ids": [[0] * longest for _ in rows]}
    return Windows(examples, ids, np.array([i for i, _ in rows], np.int32), offsets, zeros, zeros, zeros)


def brute_force(start, end, windows: Windows, n_best: int, max_tokens: int, with_null: bool):
    """Every legal span of every window, one by one."""
    expected = []
    for index in range(len(windows.examples)):
        spans, mass, nulls = {}, [], []
        for row in np.flatnonzero(windows.example_of == index):
            nulls.append(start[row, windows.null_token[row]] + end[row, windows.null_token[row]])
            context = np.flatnonzero(windows.offsets[row, :, 0] >= 0)
            for first in context:
                for last in context:
                    if first <= last < first + max_tokens:
                        score = start[row, first] + end[row, last]
                        mass.append(score)
                        place = (int(windows.offsets[row, first, 0]), int(windows.offsets[row, last, 1]))
                        spans[place] = max(score, spans.get(place, -np.inf))
        null = min(nulls)
        total = np.log(np.sum(np.exp(mass + ([null] if with_null else []))))
        ranked = sorted(spans.items(), key=lambda item: (-item[1], item[0]))[:n_best]
        expected.append(([(place, score, np.exp(score - total)) for place, score in ranked], null - ranked[0][1]))
    return expected


LOGITS = st.floats(-8, 8).map(lambda value: round(value, 2))
LAYOUTS = st.lists(
    st.lists(st.tuples(st.integers(0, 7), st.integers(1, 8)), min_size=1, max_size=3), min_size=1, max_size=4
).map(lambda examples: [[list(range(a, min(8, a + n))) for a, n in windows] for windows in examples])


@settings(max_examples=150, deadline=None)
@given(LAYOUTS, st.integers(1, 6), st.integers(1, 9), st.booleans(), st.data())
def test_equals_brute_force(layout, n_best, max_tokens, with_null, data):
    windows = word_windows(layout)
    shape = windows.offsets.shape[:2]
    values = data.draw(st.lists(LOGITS, min_size=2 * shape[0] * shape[1], max_size=2 * shape[0] * shape[1]))
    start, end = np.array(values).reshape(2, *shape)
    got = decode(
        start, end, windows, n_best=n_best, max_answer_tokens=max_tokens, no_answer_threshold=1e9 if with_null else None
    )
    for prediction, (spans, no_answer_score) in zip(
        got, brute_force(start, end, windows, n_best, max_tokens, with_null), strict=True
    ):
        assert [(span.start, span.end) for span in prediction.n_best] == [place for place, _, _ in spans]
        assert [span.score for span in prediction.n_best] == pytest.approx([score for _, score, _ in spans])
        assert [span.probability for span in prediction.n_best] == pytest.approx([p for _, _, p in spans])
        assert prediction.no_answer_score == pytest.approx(no_answer_score)
        assert all(CONTEXT[span.start : span.end] == span.text for span in prediction.n_best)


def test_probabilities_of_all_spans_of_one_window_sum_to_one():
    windows = word_windows([[[0, 1, 2]]])
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(2, *windows.offsets.shape[:2]))
    (answered,) = decode(*logits, windows, n_best=100)
    assert len(answered.n_best) == 6
    assert sum(span.probability for span in answered.n_best) == pytest.approx(1)
    (refused,) = decode(*logits, windows, n_best=100, no_answer_threshold=-1e9)
    assert (refused.text, refused.start, refused.end) == ("", None, None)
    assert refused.probability + sum(span.probability for span in refused.n_best) == pytest.approx(1)


def test_high_logits_outside_the_context_do_not_hide_the_best_legal_span():
    """The classic example loop keeps the top 20 of all tokens, and answers "empty" here."""
    windows = word_windows([[[0, 1, 2, 3]]])
    start = np.full(windows.offsets.shape[:2], 50.0)
    end = start.copy()
    start[0, 2:6], end[0, 2:6] = [0, 1, 0, 0], [0, 0, 2, 0]
    assert decode(start, end, windows)[0].text == "cd ef"


def test_threshold_decides_between_span_and_no_answer():
    windows = word_windows([[[0, 1]]])
    start = np.zeros(windows.offsets.shape[:2])
    start[0, 0] = 1.5  # the null token: no_answer_score is 1.5
    assert decode(start, start * 0, windows, no_answer_threshold=1.4)[0].text == ""
    assert decode(start, start * 0, windows, no_answer_threshold=1.6)[0].text != ""


def test_null_score_is_the_smallest_over_the_windows():
    windows = word_windows([[[0, 1], [2, 3]]])
    start = np.zeros(windows.offsets.shape[:2])
    start[:, 0] = [5, -1]
    assert decode(start, start * 0, windows)[0].no_answer_score == -1


def test_logits_padded_beyond_the_longest_window_are_cut():
    windows = word_windows([[[0, 1]]])
    logits = np.zeros((1, windows.offsets.shape[1] + 3))
    logits[0, 3] = 1
    logits[0, -3:] = -100  # what the Trainer pads with
    assert decode(logits, logits, windows)[0].text == "cd"


def test_errors_name_the_shapes_and_the_question():
    windows = word_windows([[[0, 1]]])
    good = np.zeros(windows.offsets.shape[:2])
    with pytest.raises(PredictionError, match=r"shape \(2, 5\) for 1 windows"):
        decode(np.zeros((2, 5)), good, windows)
    with pytest.raises(PredictionError, match="not cut"):
        decode(good[:, :-1], good, windows)
    with pytest.raises(PredictionError, match=r"NaN[\s\S]*q0"):
        decode(good * np.nan, good, windows)
    with pytest.raises(ConfigError, match="n_best=0"):
        decode(good, good, windows, n_best=0)
    empty = dataclasses.replace(windows, offsets=np.full_like(windows.offsets, -1))
    with pytest.raises(PredictionError, match="no legal span"):
        decode(good, good, empty)


def test_real_windows_decode_to_the_labels(tokenizer):
    """Logits that point at the labels must give the answers back."""
    from qa_lesson.corpus import load_corpus

    examples = load_corpus("validation")
    windows = make_windows(examples, tokenizer, max_length=96, stride=40)
    assert len(windows) > len(examples)
    start = np.zeros(windows.offsets.shape[:2])
    end = start.copy()
    rows = np.flatnonzero(windows.has_answer)
    start[rows, windows.start_positions[rows]] = 9
    end[rows, windows.end_positions[rows]] = 9
    lost = set(windows.lost_answers)
    for example, prediction in zip(examples, decode(start, end, windows, max_answer_tokens=60), strict=True):
        assert example.id in lost or prediction.text == example.answers[0].text
    assert len(lost) == 0


@pytest.mark.parametrize("n_best", [1, 3, 50])
def test_ties_are_ranked_by_place_and_distant_logits_keep_their_probabilities(n_best):
    windows = word_windows([[[0, 1, 2, 3], [2, 3, 4]], [[5, 6]]])
    tied = np.zeros(windows.offsets.shape[:2])
    places = [(span.start, span.end) for span in decode(tied, tied, windows, n_best=n_best)[0].n_best]
    assert places == sorted(places)
    # the best end comes before the best start, so every legal span is far below the two together
    start, end = np.full_like(tied, -1e4), np.full_like(tied, -1e4)
    start[:, 3], end[:, 2] = 0, 0
    for prediction, (spans, _) in zip(
        decode(start, end, windows, n_best=n_best), brute_force_in_logs(start, end, windows, n_best), strict=True
    ):
        assert [span.probability for span in prediction.n_best] == pytest.approx([share for _, share in spans])


def brute_force_in_logs(start, end, windows: Windows, n_best: int):
    """`brute_force` for logits whose exponentials vanish: everything relative to the best span."""
    result = []
    for index in range(len(windows.examples)):
        rows = np.flatnonzero(windows.example_of == index)
        best = max(
            start[row, i] + end[row, j]
            for row in rows
            for i in np.flatnonzero(windows.offsets[row, :, 0] >= 0)
            for j in np.flatnonzero(windows.offsets[row, :, 0] >= 0)
            if i <= j
        )
        ((spans, null),) = [brute_force(start - best, end, windows, n_best, 30, False)[index]]
        result.append(([(place, share) for place, _, share in spans], null))
    return result
