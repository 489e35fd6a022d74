import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_lesson.errors import ConfigError, DataError, PredictionError
from qa_lesson.evaluation import (
    Evaluation,
    binomial_interval,
    evaluate_predictions,
    paired_comparison,
    questions_needed,
    score_interval,
    wider_interval,
)
from qa_lesson.loading import load_examples
from qa_lesson.schema import Answer, Example, Score


def scored(values, documents=None, rules="v1.1") -> Evaluation:
    """An evaluation whose question i has F1 values[i] and stands on documents[i]."""
    documents = documents or [f"d{i}" for i in range(len(values))]
    examples = tuple(Example(f"q{i}", "?", "x", (Answer("x", 0),), document=name) for i, name in enumerate(documents))
    scores = {ex.id: Score(float(v == 1), v, v, v) for ex, v in zip(examples, values, strict=True)}
    return Evaluation(examples, {ex.id: "x" for ex in examples}, scores, rules)


fractions = st.lists(st.floats(0, 1, allow_nan=False), min_size=2, max_size=12)


@settings(max_examples=25, deadline=None)
@given(fractions, st.sampled_from(["document", "question"]))
def test_the_interval_lies_within_the_scores_and_is_the_same_every_time(values, resample):
    evaluation = scored(values)
    interval = score_interval(evaluation, resample=resample, n_resamples=200)
    assert interval == score_interval(evaluation, resample=resample, n_resamples=200)
    assert interval.estimate == pytest.approx(evaluation.total.f1)
    assert min(values) - 1e-9 <= interval.low <= interval.high <= max(values) + 1e-9
    assert (interval.n, interval.n_units, interval.resample) == (len(values), len(values), resample)


def test_one_right_and_one_wrong_question_by_hand():
    """Two draws of two: the mean is 0, 1/2 and 1 with chances 1/4, 1/2 and 1/4."""
    wide = score_interval(scored([0, 1]), resample="question")
    assert (wide.estimate, wide.low, wide.high, wide.width) == (0.5, 0, 1, 1)
    narrow = score_interval(scored([0, 1]), resample="question", confidence=0.4)
    assert (narrow.low, narrow.high) == (0.5, 0.5)


def test_a_document_counts_with_all_its_questions():
    """A resample of both documents is the ratio of sums (1/4), never the mean of document means (1/2)."""
    evaluation = scored([0, 0, 0, 1], ["long", "long", "long", "short"])
    interval = score_interval(evaluation, confidence=0.4)
    assert (interval.estimate, interval.low, interval.high) == (0.25, 0.25, 0.25)
    assert (interval.n, interval.n_units) == (4, 2)


def test_documents_that_are_right_or_wrong_as_a_whole_widen_the_interval():
    values, documents = [0.0] * 50 + [1.0] * 50, [f"d{i // 10}" for i in range(100)]
    by_question = score_interval(scored(values, documents), resample="question").width
    by_document = score_interval(scored(values, documents)).width
    assert by_document / by_question == pytest.approx(10**0.5, rel=0.1), "10 like questions are worth one"


def test_the_interval_agrees_with_the_normal_approximation():
    values = np.random.default_rng(1).random(400).tolist()
    interval = score_interval(scored(values), resample="question")
    assert interval.width == pytest.approx(2 * 1.96 * np.std(values) / 20, rel=0.05)
    low, high = (score_interval(scored(values), resample="question", confidence=c).width for c in (0.8, 0.99))
    assert low < interval.width < high


def test_metrics_are_told_apart():
    evaluation = scored([0.5, 1.0, 0.5, 0.5])
    assert score_interval(evaluation, "exact_match").estimate == 0.25
    assert score_interval(evaluation, "f1").estimate == 0.625


def test_too_little_to_resample_is_an_error():
    with pytest.raises(DataError, match=r'at least 2 documents[\s\S]*1 document with 2[\s\S]*resample="question"'):
        score_interval(scored([0.5, 1.0], ["same", "same"]))
    with pytest.raises(DataError, match="at least 2 questions"):
        score_interval(scored([1.0]), resample="question")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"metric": "accuracy"}, "unknown metric[\\s\\S]*exact_match"),
        ({"resample": "paragraph"}, "unknown resample"),
        ({"confidence": 95}, r"confidence must be between 0 and 1[\s\S]*use 0.95"),
        ({"n_resamples": 10}, "at least 100"),
    ],
)
def test_bad_settings_are_errors(arguments, message):
    with pytest.raises(ConfigError, match=message):
        score_interval(scored([0.0, 1.0]), **arguments)
    with pytest.raises(ConfigError, match=message):
        paired_comparison(scored([0.0, 1.0]), scored([0.0, 1.0]), **arguments)


def test_an_exact_permutation_test_by_hand():
    """Three documents, the left system better on each: of the 8 swaps only none and all are as extreme."""
    result = paired_comparison(scored([1, 1, 1]), scored([0, 0.5, 0]))
    assert result.p_value == pytest.approx(2 / 8)
    assert (result.left, result.right) == pytest.approx((1, 1 / 6))
    assert result.difference == pytest.approx(5 / 6)
    assert (result.low, result.high) == pytest.approx((0.5, 1))


def test_systems_are_swapped_by_document():
    """Six differences on two documents are two swaps, not six."""
    left, right = ([1.0] * 6, [0.0] * 6)
    documents = ["a", "a", "a", "b", "b", "b"]
    assert paired_comparison(scored(left, documents), scored(right, documents)).p_value == pytest.approx(2 / 4)
    by_question = paired_comparison(scored(left, documents), scored(right, documents), resample="question")
    assert by_question.p_value == pytest.approx(2 / 64)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=2, max_size=7))
def test_exchanging_the_systems_turns_the_comparison_round(pairs):
    left, right = (scored([pair[i] for pair in pairs]) for i in (0, 1))
    there, back = paired_comparison(left, right, n_resamples=200), paired_comparison(right, left, n_resamples=200)
    assert back.difference == pytest.approx(-there.difference)
    assert (back.low, back.high) == pytest.approx((-there.high, -there.low), abs=1e-9)
    assert back.p_value == pytest.approx(there.p_value)


def test_the_order_of_the_questions_does_not_matter():
    left, right = scored([1, 0.2, 0.4, 1]), scored([0.5, 0.2, 0, 1])
    turned = Evaluation(right.examples[::-1], right.predictions, right.scores, right.rules)
    assert paired_comparison(left, turned) == paired_comparison(left, right)


def test_equal_systems_do_not_differ():
    result = paired_comparison(scored([1, 0.2, 0.4]), scored([1, 0.2, 0.4]))
    assert (result.difference, result.low, result.high, result.p_value) == (0, 0, 0, 1)


def test_evaluations_that_do_not_pair_up_are_errors():
    with pytest.raises(PredictionError, match=r"not of the same questions[\s\S]*q2"):
        paired_comparison(scored([0, 1]), scored([0, 1, 1]))
    with pytest.raises(PredictionError, match=r"not of the same questions[\s\S]*2 ids"):
        paired_comparison(scored([0, 1]), scored([0, 1], ["other", "names"]))
    with pytest.raises(PredictionError, match="different rules"):
        paired_comparison(scored([0, 1]), scored([0, 1], rules="v2.0"))


def test_questions_needed_by_hand():
    assert questions_needed(0.05) == 385  # 1.96^2 * 0.25 / 0.0025 = 384.1
    assert questions_needed(0.07, p=0.83) == 111
    assert questions_needed(0.01, p=0.9, confidence=0.99) == 5972  # 2.5758^2 * 0.09 / 0.0001 = 5971.4
    with pytest.raises(ConfigError, match=r"half_width must be between[\s\S]*use 0.05"):
        questions_needed(5)


def test_83_of_100_is_7_points_to_either_side():
    interval = binomial_interval(83, 100)
    assert interval.estimate == 0.83
    assert (interval.low, interval.high) == pytest.approx((0.7445, 0.8911), abs=1e-4)
    assert interval.width / 2 == pytest.approx(0.07, abs=0.005)
    perfect = binomial_interval(10, 10)
    assert perfect.low == pytest.approx(10 / (10 + 1.959964**2)), "ten right of ten do not prove perfection"
    with pytest.raises(DataError, match="n_right=11, n=10"):
        binomial_interval(11, 10)
    with pytest.raises(DataError, match="n=0"):
        binomial_interval(0, 0)


@pytest.fixture(scope="module")
def leaderboard(shared_data):
    examples = load_examples(shared_data / "xquad.en.json")
    published = json.loads((shared_data / "xquad.en.leaderboard.json").read_text())
    return {
        system: evaluate_predictions(examples, published[system]["predictions"], missing="zero")
        for system in ("bert_ensemble", "match_lstm")
    }


def test_measured_widths_over_questions_and_over_articles(leaderboard):
    """The bands cover the noise of the seed: 3.24 to 3.32 and 4.79 to 4.83 points over several seeds."""
    by_question = score_interval(leaderboard["bert_ensemble"], resample="question")
    by_document = score_interval(leaderboard["bert_ensemble"])
    assert (by_question.n_units, by_document.n_units) == (1190, 48)
    assert 100 * by_question.width == pytest.approx(3.26, abs=0.15)
    assert 100 * by_document.width == pytest.approx(4.80, abs=0.2)


def test_bert_against_match_lstm(leaderboard):
    """[11.62, 15.76] is the interval over questions; over the 48 articles it is about [11.2, 16.0]."""
    left, right = leaderboard["bert_ensemble"], leaderboard["match_lstm"]
    by_question = paired_comparison(left, right, resample="question")
    by_document = paired_comparison(left, right)
    assert 100 * by_question.difference == pytest.approx(13.66, abs=0.01)
    assert (100 * by_question.low, 100 * by_question.high) == pytest.approx((11.62, 15.76), abs=0.2)
    assert (100 * by_document.low, 100 * by_document.high) == pytest.approx((11.22, 16.04), abs=0.25)
    assert by_question.p_value == by_document.p_value == pytest.approx(2 / 10_000)
    unpaired = np.hypot(*(score_interval(system, resample="question").width for system in (left, right)))
    assert unpaired / (by_question.high - by_question.low) == pytest.approx(4 / 3, abs=0.05)


def test_the_wider_interval_is_over_documents_where_they_differ_and_over_questions_where_they_do_not():
    differing = scored([1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0], ["a"] * 4 + ["b"] * 4)
    alike = scored([1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0], ["a"] * 4 + ["b"] * 4)
    assert wider_interval(differing) == score_interval(differing, resample="document")
    assert wider_interval(alike) == score_interval(alike, resample="question")


def test_one_document_leaves_only_questions_to_draw():
    one = scored([1.0, 0.0, 0.5], ["a"] * 3)
    assert wider_interval(one).resample == "question"
