import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from qa_lesson.errors import ConfigError, DataError, PredictionError
from qa_lesson.evaluation import (
    Evaluation,
    binomial_interval,
    evaluate_predictions,
    paired_comparison,
    questions_needed,
    reported_interval,
    score_interval,
)
from qa_lesson.loading import load_examples
from qa_lesson.schema import Answer, Example, Score


def scored(values, documents=None, rules="v1.1") -> Evaluation:
    """An evaluation whose question i has F1 values[i] and stands on documents[i]."""
    documents = documents or [f"d{i}" for i in range(len(values))]
    examples = tuple(Example(f"q{i}", "?", "x", (Answer("x", 0),), document=name) for i, name in enumerate(documents))
    scores = {ex.id: Score(float(v == 1), v, v, v) for ex, v in zip(examples, values, strict=True)}
    return Evaluation(examples, {ex.id: "x" for ex in examples}, scores, rules)


documents_of_scores = st.lists(st.lists(st.floats(0, 1), min_size=1, max_size=6), min_size=5, max_size=9)
units = st.sampled_from(["document", "question", "wider"])


def by_documents(groups, rules="v1.1") -> Evaluation:
    """An evaluation of these documents with these F1."""
    named = [(value, f"d{i}") for i, group in enumerate(groups) for value in group]
    return scored([value for value, _ in named], [name for _, name in named], rules)


@settings(max_examples=60, deadline=None)
@given(documents_of_scores, units, st.floats(0.5, 0.99))
def test_an_interval_holds_its_estimate_has_a_width_and_grows_with_its_confidence(groups, unit, confidence):
    evaluation = by_documents(groups)
    interval = score_interval(evaluation, unit=unit, confidence=confidence)
    assert interval.estimate == pytest.approx(evaluation.total.f1)
    assert 0 <= interval.low <= interval.estimate + 1e-9
    assert interval.estimate - 1e-9 <= interval.high <= 1
    assert interval.width > 0
    assert interval.n == evaluation.n
    assert interval.n_units == (len(groups) if interval.unit == "document" else evaluation.n)
    surer = score_interval(evaluation, unit=unit, confidence=confidence + 0.005)
    assert surer.low <= interval.low + 1e-9
    assert interval.high <= surer.high + 1e-9


@settings(max_examples=30, deadline=None)
@given(documents_of_scores, units, st.randoms())
def test_the_order_of_the_questions_does_not_change_the_interval(groups, unit, random):
    evaluation = by_documents(groups)
    shuffled = random.sample(evaluation.examples, evaluation.n)
    again = score_interval(Evaluation(tuple(shuffled), {}, evaluation.scores, "v1.1"), unit=unit)
    interval = score_interval(evaluation, unit=unit)
    assert (again.low, again.high) == pytest.approx((interval.low, interval.high), abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(documents_of_scores, units)
def test_right_and_wrong_exchanged_mirror_the_interval(groups, unit):
    interval = score_interval(by_documents(groups), unit=unit)
    mirrored = score_interval(by_documents([[1 - value for value in group] for group in groups]), unit=unit)
    assert (mirrored.low, mirrored.high) == pytest.approx((1 - interval.high, 1 - interval.low), abs=1e-6)


def test_five_right_and_five_wrong_questions_by_hand():
    """Standard error sqrt(0.25 / 9) = 1/6; t of 9 degrees of freedom 2.2622; on the logit scale 2.2622 / 6 / 0.25."""
    interval = score_interval(scored([0, 1] * 5), unit="question")
    assert interval.high == pytest.approx(1 / (1 + np.exp(-2.2622 / 6 / 0.25)), abs=1e-4)
    assert interval.low == pytest.approx(1 - interval.high)


def test_equal_documents_give_the_t_interval_of_their_means_on_the_logit_scale():
    means = [0.2, 0.4, 0.6, 0.6, 0.7]  # standard deviation 0.2, mean 0.5
    error = np.std(means, ddof=1) / 5**0.5
    interval = score_interval(by_documents([[mean] * 3 for mean in means]), unit="document")
    half = 2.7764 * error / 0.25  # t of 4 degrees of freedom
    assert (interval.low, interval.high) == pytest.approx((1 / (1 + np.exp(half)), 1 / (1 + np.exp(-half))), abs=1e-4)


def test_a_document_counts_with_all_its_questions():
    """The score is the ratio of sums (5/8), never the mean of document means (4/5)."""
    interval = score_interval(by_documents([[0.25] * 4, [1.0], [1.0], [1.0], [1.0]]))
    assert (interval.estimate, interval.n) == (0.625, 8)


def test_documents_that_are_right_or_wrong_as_a_whole_widen_the_interval():
    groups = [[float(i % 2)] * 10 for i in range(100)]
    by_question = score_interval(by_documents(groups), unit="question").width
    by_document = score_interval(by_documents(groups)).width
    assert by_document / by_question == pytest.approx(10**0.5, rel=0.03), "10 like questions are worth one"


def test_the_interval_agrees_with_the_normal_approximation():
    values = np.random.default_rng(1).random(400).tolist()
    interval = score_interval(scored(values), unit="question")
    assert interval.width == pytest.approx(2 * 1.96 * np.std(values) / 20, rel=0.02)


def test_the_wider_interval_is_over_documents_where_they_differ_and_over_questions_where_they_do_not():
    differing = by_documents([[1.0] * 4, [1.0] * 4, [0.0] * 4, [0.0] * 4, [1.0] * 4])
    alike = by_documents([[1.0, 0.0, 1.0, 0.0]] * 9 + [[1.0, 0.0, 1.0, 1.0]])
    for evaluation, unit in ((differing, "document"), (alike, "question")):
        both = [score_interval(evaluation, unit=one) for one in ("document", "question")]
        wider = score_interval(evaluation)
        assert wider == replace(max(both, key=lambda interval: interval.width), wider=True)
        assert wider.claim == "for new documents of the same kind"
        assert wider.unit == unit


def test_all_right_is_no_proof_of_perfection():
    """With 378 right answers, 1 - 0.025 ** (1/378) = 1.0% of wrong ones may have stayed unseen."""
    groups = [[1.0] * 42] * 9
    by_question = score_interval(by_documents(groups), unit="question")
    assert (by_question.low, by_question.high) == (pytest.approx(1 - 0.00971, abs=1e-4), 1)
    by_document = score_interval(by_documents(groups))
    assert by_document.unit == "document"
    assert 0.95 < by_document.low < by_question.low, "questions on one document are worth less than as many on others"
    almost = score_interval(by_documents([[0.0] + [1.0] * 41, *groups[1:]]))
    assert almost.low == pytest.approx(by_document.low, abs=0.01), "one wrong answer is no leap"
    none = score_interval(by_documents([[0.0] * 42] * 9))
    assert (none.low, none.high) == pytest.approx((0, 1 - by_document.low))
    half = score_interval(by_documents([[0.5] * 42] * 9))
    assert half.low < 0.5 < half.high


def test_documents_that_score_alike_still_have_an_interval_as_wide_as_their_questions_allow():
    evaluation = by_documents([[1.0, 0.0, 1.0, 0.0]] * 6)
    by_document, by_question = (score_interval(evaluation, unit=unit).width for unit in ("document", "question"))
    assert by_document >= by_question > 0.3


def test_an_interval_says_what_it_is_for():
    evaluation = by_documents([[1.0, 0.0, 1.0]] * 6)
    assert score_interval(evaluation, unit="document").claim == "for new documents of the same kind"
    assert score_interval(evaluation, unit="question").claim == "for new questions on the same documents"
    assert binomial_interval(3, 4).claim == "for independent questions"
    assert paired_comparison(evaluation, evaluation).claim == "for new documents of the same kind"


def test_a_report_takes_questions_where_documents_are_too_few_and_says_so():
    few, enough = by_documents([[1.0, 0.0, 1.0]] * 4), by_documents([[1.0, 0.0], [0.0, 1.0, 1.0]] * 3)
    assert reported_interval(few) == score_interval(few, unit="question")
    assert reported_interval(enough) == score_interval(enough)


def test_metrics_are_told_apart():
    evaluation = scored([0.5, 1.0, 0.5, 0.5, 0.5])
    assert score_interval(evaluation, "exact_match").estimate == pytest.approx(0.2)
    assert score_interval(evaluation, "f1").estimate == pytest.approx(0.6)


@pytest.mark.parametrize("unit", ["wider", "document"])
@pytest.mark.parametrize("n_documents", [1, 4])
def test_too_few_documents_are_an_error_that_never_turns_into_questions_silently(unit, n_documents):
    evaluation = by_documents([[0.5, 1.0, 0.0]] * n_documents)
    advice = rf'at least 5 documents[\s\S]*{n_documents} documents? with {3 * n_documents}[\s\S]*unit="question"'
    with pytest.raises(DataError, match=advice):
        score_interval(evaluation, unit=unit)
    with pytest.raises(DataError, match=advice):
        paired_comparison(evaluation, evaluation, unit=unit)
    assert score_interval(evaluation, unit="question").unit == "question"


def test_one_question_is_an_error():
    with pytest.raises(DataError, match="at least 2 questions"):
        score_interval(scored([1.0]), unit="question")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"metric": "accuracy"}, "unknown metric[\\s\\S]*exact_match"),
        ({"unit": "paragraph"}, r"unknown unit[\s\S]*document, question, wider"),
        ({"confidence": 95}, r"confidence must be between 0 and 1[\s\S]*use 0.95"),
    ],
)
def test_bad_settings_are_errors(arguments, message):
    with pytest.raises(ConfigError, match=message):
        score_interval(scored([0.0, 1.0]), **arguments)
    with pytest.raises(ConfigError, match=message):
        paired_comparison(scored([0.0, 1.0]), scored([0.0, 1.0]), **arguments)


def test_a_paired_comparison_by_hand():
    """The differences 0.1 to 0.5 have mean 0.3 and standard error sqrt(0.025 / 5): t = 4.243 with 4 df, p = 0.0132."""
    left, right = [0.9, 0.8, 0.7, 0.6, 0.5], [0.8, 0.6, 0.4, 0.2, 0.0]
    result = paired_comparison(scored(left), scored(right))
    assert (result.difference, result.left, result.right) == pytest.approx((0.3, 0.7, 0.4))
    assert (result.low, result.high) == pytest.approx((0.3 - 2.7764 * 0.070711, 0.3 + 2.7764 * 0.070711), abs=1e-4)
    assert result.p_value == pytest.approx(0.0132, abs=1e-4)
    assert (result.n, result.n_units, result.unit) == (5, 5, "document")


def test_a_comparison_of_documents_counts_documents():
    """Sixty questions on six documents, the same difference on all of a document: six differences, not sixty."""
    gains = [0.1, 0.3, -0.1, 0.2, 0.0, 0.4]
    left, right = by_documents([[0.5 + gain] * 10 for gain in gains]), by_documents([[0.5] * 10] * 6)
    by_document, by_question = (paired_comparison(left, right, unit=unit) for unit in ("document", "question"))
    single = paired_comparison(scored([0.5 + gain for gain in gains]), scored([0.5] * 6))
    assert (by_document.low, by_document.high) == pytest.approx((single.low, single.high))
    assert by_question.p_value < 0.001 < 0.05 < by_document.p_value
    assert paired_comparison(left, right, unit="wider") == replace(by_document, wider=True)


pairs_of_documents = st.lists(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=5), min_size=5, max_size=8
)


@settings(max_examples=40, deadline=None)
@given(pairs_of_documents, units)
def test_exchanging_the_systems_turns_the_comparison_round(groups, unit):
    left, right = (by_documents([[pair[i] for pair in group] for group in groups]) for i in (0, 1))
    there, back = paired_comparison(left, right, unit=unit), paired_comparison(right, left, unit=unit)
    assert back.difference == pytest.approx(-there.difference)
    assert (back.low, back.high) == pytest.approx((-there.high, -there.low), abs=1e-9)
    assert back.p_value == pytest.approx(there.p_value, abs=1e-9)
    assert -1 <= there.low < there.high <= 1


@settings(max_examples=80, deadline=None)
@given(pairs_of_documents, units, st.floats(0.5, 0.999))
def test_interval_and_p_value_agree_at_every_confidence(groups, unit, confidence):
    left, right = (by_documents([[pair[i] for pair in group] for group in groups]) for i in (0, 1))
    result = paired_comparison(left, right, unit=unit, confidence=confidence)
    assume(abs(result.p_value - (1 - confidence)) > 1e-9)
    assert (not result.low <= 0 <= result.high) == (result.p_value < 1 - confidence)


def test_systems_that_differ_alike_on_every_question_agree_too():
    for gain, n in ((0.5, 3), (0.5, 9), (1.0, 5), (0.01, 9)):
        left, right = by_documents([[gain] * n] * 5), by_documents([[0.0] * n] * 5)
        result = paired_comparison(left, right)
        assert result.low < gain <= result.high <= 1
        assert (result.low > 0) == (result.p_value < 0.05)


def test_the_order_of_the_questions_does_not_matter():
    left, right = scored([1, 0.2, 0.4, 1, 0.3]), scored([0.5, 0.2, 0, 1, 0.6])
    turned = Evaluation(right.examples[::-1], right.predictions, right.scores, right.rules)
    assert paired_comparison(left, turned) == paired_comparison(left, right)


def test_equal_systems_do_not_differ_and_that_has_its_limits_too():
    result = paired_comparison(scored([1, 0.2, 0.4, 0.5, 0]), scored([1, 0.2, 0.4, 0.5, 0]))
    assert (result.difference, result.p_value) == (0, 1)
    unseen = 1 - 0.025 ** (1 / 5)
    assert (result.low, result.high) == pytest.approx((-unseen, unseen)), "five alike questions leave room"


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
    by_question = score_interval(leaderboard["bert_ensemble"], unit="question")
    by_document = score_interval(leaderboard["bert_ensemble"])
    assert (by_question.n_units, by_document.n_units, by_document.unit) == (1190, 48, "document")
    assert 100 * by_question.width == pytest.approx(3.26, abs=0.1)
    assert 100 * by_document.width == pytest.approx(5.07, abs=0.1), "a bootstrap of the articles has 4.80"


def test_bert_against_match_lstm(leaderboard):
    """[11.62, 15.76] is the interval over questions; over the 48 articles it is a little wider."""
    left, right = leaderboard["bert_ensemble"], leaderboard["match_lstm"]
    by_question = paired_comparison(left, right, unit="question")
    by_document = paired_comparison(left, right)
    assert 100 * by_question.difference == pytest.approx(13.66, abs=0.01)
    assert (100 * by_question.low, 100 * by_question.high) == pytest.approx((11.62, 15.76), abs=0.1)
    assert (100 * by_document.low, 100 * by_document.high) == pytest.approx((11.15, 16.17), abs=0.15)
    assert max(by_question.p_value, by_document.p_value) < 1e-10
    unpaired = np.hypot(*(score_interval(system, unit="question").width for system in (left, right)))
    assert unpaired / (by_question.high - by_question.low) == pytest.approx(4 / 3, abs=0.05)
