import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_lesson.errors import ConfigError, DataError, PredictionError
from qa_lesson.evaluation import best_threshold, evaluate_predictions, no_answer_table, threshold_sweep
from qa_lesson.schema import Answer, Example, Prediction, Span

CONTEXT = "Bram Keating keeps the light."
SPANS = {"Bram Keating": 0, "Keating": 5, "light": 23}


def question(name: str, answerable: bool) -> Example:
    return Example(name, "Who?", CONTEXT, (Answer("Bram Keating", 0),) if answerable else ())


def prediction(name: str, text: str, no_answer_score: float) -> Prediction:
    span = Span(text, SPANS[text], SPANS[text] + len(text), 1.0, 0.5)
    return Prediction(name, text, span.start, span.end, 0.5, no_answer_score, (span,))


EXAMPLES = [question("q1", True), question("q2", True), question("q3", False), question("q4", False)]
PREDICTIONS = [
    prediction("q1", "Bram Keating", -3.0),
    prediction("q2", "Keating", 2.0),
    prediction("q3", "light", 1.0),
    prediction("q4", "light", 4.0),
]

cases = st.lists(st.tuples(st.booleans(), st.sampled_from(sorted(SPANS)), st.integers(-3, 3)), min_size=1, max_size=12)


def built(rows) -> tuple[list[Example], list[Prediction]]:
    examples = [question(f"q{i}", answerable) for i, (answerable, _, _) in enumerate(rows)]
    return examples, [prediction(f"q{i}", text, float(score)) for i, (_, text, score) in enumerate(rows)]


def test_the_table_by_hand():
    table = no_answer_table(EXAMPLES, PREDICTIONS, 1.5)
    assert (table.answered_answerable, table.answered_unanswerable) == (1, 1)
    assert (table.abstained_answerable, table.abstained_unanswerable) == (1, 1)
    assert (table.n, table.accuracy, table.precision, table.recall) == (4, 0.5, 0.5, 0.5)
    at_score = no_answer_table(EXAMPLES, PREDICTIONS, 2.0)
    assert (at_score.abstained_answerable, at_score.abstained_unanswerable) == (0, 1), "at the threshold it answers"
    assert (at_score.accuracy, at_score.precision, at_score.recall) == (0.75, 1.0, 0.5)


def test_rates_of_nothing_are_none():
    assert no_answer_table(EXAMPLES, PREDICTIONS, math.inf).precision is None
    assert no_answer_table(EXAMPLES[:2], PREDICTIONS[:2], -math.inf).recall is None
    assert no_answer_table(EXAMPLES[:2], PREDICTIONS[:2], -math.inf).precision == 0


def test_the_sweep_by_hand():
    points = threshold_sweep(EXAMPLES, PREDICTIONS, [-math.inf, -3.0, 1.0, 2.0, math.inf])
    assert [point.answered for point in points] == [0, 0.25, 0.5, 0.75, 1]
    assert [point.exact_match for point in points] == [0.5, 0.75, 0.5, 0.5, 0.25]
    assert [point.f1 for point in points] == pytest.approx([0.5, 0.75, 0.5, 0.5 + 1 / 6, 0.25 + 1 / 6])
    assert best_threshold(EXAMPLES, PREDICTIONS) == points[1]


@given(cases, st.floats(-4, 4))
def test_the_sweep_agrees_with_scoring_the_thresholded_answers(rows, threshold):
    examples, predictions = built(rows)
    (point,) = threshold_sweep(examples, predictions, [threshold])
    texts = {item.id: "" if item.no_answer_score > threshold else item.n_best[0].text for item in predictions}
    total = evaluate_predictions(examples, texts, rules="v2.0").total
    assert (point.exact_match, point.f1) == pytest.approx((total.exact_match, total.f1))
    table = no_answer_table(examples, predictions, threshold)
    assert point.answered == pytest.approx((table.answered_answerable + table.answered_unanswerable) / table.n)


@given(cases, st.sampled_from(["exact_match", "f1"]), st.floats(-5, 5), st.randoms(use_true_random=False))
def test_no_threshold_beats_the_best_and_order_does_not_matter(rows, metric, other, random):
    best = best_threshold(*built(rows), metric)
    (at_best, elsewhere) = threshold_sweep(*built(rows), [best.threshold, other])
    assert at_best == best, "the promised score is the one that its threshold gives"
    assert getattr(elsewhere, metric) <= getattr(best, metric) + 1e-9
    random.shuffle(rows)
    assert best_threshold(*built(rows), metric).threshold == best.threshold


def official_best_score(examples, predictions) -> float:
    """`find_best_thresh` of evaluate-v2.0.py, F1, as it stands there; a fraction."""
    answers = {item.id: item.n_best[0].text for item in predictions}
    levels = {item.id: item.no_answer_score for item in predictions}
    has_answer = {example.id: example.is_answerable for example in examples}
    raw = evaluate_predictions(examples, answers, rules="v2.0").scores
    current = best = sum(not answerable for answerable in has_answer.values())
    for name in sorted(levels, key=lambda name: levels[name]):
        if has_answer[name]:
            current += raw[name].f1
        else:
            current += -1 if answers[name] else 0
        best = max(best, current)
    return best / len(examples)


@given(st.lists(st.tuples(st.booleans(), st.sampled_from(sorted(SPANS))), min_size=1, max_size=12))
def test_parity_with_the_official_search_where_no_scores_tie(rows):
    distinct = [(answerable, text, (7 * i) % 13) for i, (answerable, text) in enumerate(rows)]
    examples, predictions = built(distinct)
    assert best_threshold(examples, predictions).f1 == pytest.approx(official_best_score(examples, predictions))


def test_answering_nothing_can_be_best():
    best = best_threshold([question("q1", False)], [prediction("q1", "light", -9.0)])
    assert (best.threshold, best.f1, best.answered) == (-math.inf, 1.0, 0.0)


def test_an_answer_withheld_before_is_taken_from_the_spans():
    withheld = Prediction("q1", "", None, None, 0.5, 2.0, prediction("q1", "Bram Keating", 2.0).n_best)
    assert threshold_sweep([question("q1", True)], [withheld], [3.0])[0].exact_match == 1


def test_what_does_not_fit_is_an_error():
    with pytest.raises(PredictionError, match=r"3 predictions for 4 questions[\s\S]*q4"):
        threshold_sweep(EXAMPLES, PREDICTIONS[:3])
    with pytest.raises(PredictionError, match="5 predictions for 4"):
        no_answer_table(EXAMPLES, [*PREDICTIONS, PREDICTIONS[0]], 0.0)
    with pytest.raises(PredictionError, match="'q1' has no spans"):
        threshold_sweep([question("q1", True)], [Prediction("q1", "light", 23, 28, 0.5, 0.0)])
    with pytest.raises(ConfigError, match="must be a number"):
        no_answer_table(EXAMPLES, PREDICTIONS, math.nan)
    with pytest.raises(ConfigError, match="must be a number"):
        threshold_sweep(EXAMPLES, PREDICTIONS, [math.nan])
    with pytest.raises(ConfigError, match="'recall'"):
        best_threshold(EXAMPLES, PREDICTIONS, "recall")
    with pytest.raises(DataError, match="no questions"):
        no_answer_table([], [], 0.0)
