import collections
import inspect
import re
import string

import evaluate
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_lesson.cli.measuring import evaluate as evaluate_command
from qa_lesson.cli.measuring import score as score_command
from qa_lesson.errors import ConfigError, DataError, PredictionError
from qa_lesson.evaluation import classify_error, evaluate_predictions
from qa_lesson.metrics import (
    answer_tokens,
    exact_match,
    mean_score,
    normalize_answer,
    score_answer,
    score_answers,
    token_overlap,
)
from qa_lesson.qa_score import QA_SCORE_PATH
from qa_lesson.qa_score.qa_score import QAScore
from qa_lesson.schema import Answer, Example, Score
from qa_lesson.views.overlap import compare_tokens, overlap_explorer, show_overlap

WORDS = st.lists(st.sampled_from("the a an paris Paris, 10 10-20 10–20 U.S. city's naïve vitamin A \x1c ''".split(" ")))
TEXTS = st.one_of(st.text(max_size=30), WORDS.map(" ".join))


def reference_tokens(text: str) -> list[str]:
    """The tokens as the official scripts state them, written down a second time for the test."""
    text = "".join(char for char in text.lower() if char not in set(string.punctuation))
    return re.sub(r"\b(a|an|the)\b", " ", text).split()


def reference_f1(prediction: str, truth: str, rules: str) -> float:
    """F1 as the official scripts state it, written down a second time for the test."""

    predicted, expected = reference_tokens(prediction), reference_tokens(truth)
    if rules == "v2.0" and (not predicted or not expected):
        return float(predicted == expected)
    same = sum((collections.Counter(predicted) & collections.Counter(expected)).values())
    return 0.0 if same == 0 else 2 * (same / len(predicted)) * (same / len(expected)) / (
        same / len(predicted) + same / len(expected)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("prediction", "expected"),
    [
        ("The capital of France is Paris", (0.0, 1.0, 1.0, 1.0)),
        ("Paris", (0.0, 1.0, 1 / 5, 1 / 3)),
        ("Paris is the capital of France and a big city in Europe", (0.0, 1 / 2, 1.0, 2 / 3)),
        ("paris is capital of france.", (1.0, 1.0, 1.0, 1.0)),
        ("Berlin", (0.0, 0.0, 0.0, 0.0)),
    ],
)
def test_worked_examples(prediction, expected):
    score = token_overlap(prediction, "Paris is the capital of France")
    assert (score.exact_match, score.precision, score.recall, score.f1) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        ("1990's", "1990s", True),
        ("U.S.", "US", True),
        ("vitamin A", "vitamin", True),
        ("10–20", "10-20", False),
        ("twenty one", "twenty-one", False),
        ("naïve", "naive", False),
        ("“dusk”", "dusk", False),
        ("€5", "5", False),
        ("$5", "5", True),
    ],
)
def test_what_normalisation_makes_equal(left, right, equal):
    assert (exact_match(left, right) == 1.0) is equal


def test_the_scripts_differ_on_answers_that_normalise_to_nothing():
    assert token_overlap("the", "the", rules="v1.1") == Score(1.0, 0.0, 0.0, 0.0)
    assert token_overlap("the", "the", rules="v2.0") == Score(1.0, 1.0, 1.0, 1.0)
    assert score_answer("x", ["the", "x"], rules="v2.0").f1 == 1.0
    assert score_answer("", ["the"], rules="v2.0").f1 == 1.0, "v2.0 drops references without tokens"
    assert score_answer("", ["the", "x"], rules="v2.0").f1 == 0.0


def test_best_reference_is_taken_for_each_score_and_precision_goes_with_f1():
    score = score_answer("red boat", ["boat", "the old red boat house", "red boats"])
    assert score.f1 == pytest.approx(2 / 3)
    assert (score.precision, score.recall) == (0.5, 1.0), "those of 'boat', the first of the best"
    assert score_answer("red boat", ["boat", "red boat"]).exact_match == 1.0


def test_misuse_is_an_error():
    with pytest.raises(DataError, match="list of answers"):
        score_answer("x", "not a list")
    with pytest.raises(DataError, match="unanswerable"):
        score_answer("x", [], rules="v1.1")
    with pytest.raises(DataError, match="each prediction"):
        score_answers(["x", "y"], [["x"]])
    with pytest.raises(ConfigError, match=r"v1\.1"):
        token_overlap("x", "x", rules="v3")
    with pytest.raises(DataError, match="no scores"):
        mean_score([])


@given(TEXTS, TEXTS, st.sampled_from(["v1.1", "v2.0"]))
def test_f1_equals_the_official_definition(prediction, truth, rules):
    assert token_overlap(prediction, truth, rules=rules).f1 == pytest.approx(reference_f1(prediction, truth, rules))


PIECES = st.sampled_from(
    ["a", "an", "the", "The", " ", "  ", "a_", ".", "-", "bell", "\n", "\t", "\x1c", "\x7f", "é", "\u2028"]
)


@given(st.lists(st.lists(PIECES, max_size=8).map("".join), max_size=6))
def test_answers_normalized_together_are_those_normalized_alone(texts):
    alone = [score_answer(text, texts) for text in texts]
    assert score_answers(texts, [texts] * len(texts)) == alone
    for text in texts:
        for other in texts:
            equal = normalize_answer(text) == normalize_answer(other)
            assert score_answers([text, other], [[other], [text]])[0].exact_match == equal


QUESTIONS = st.lists(st.tuples(TEXTS, st.lists(TEXTS, min_size=1, max_size=4)), max_size=8)


@given(QUESTIONS, st.sampled_from(["v1.1", "v2.0"]))
def test_many_questions_score_as_the_official_definition_scores_each(questions, rules):
    scores = score_answers([answer for answer, _ in questions], [texts for _, texts in questions], rules=rules)
    assert len(scores) == len(questions)
    for (answer, texts), score in zip(questions, scores, strict=True):
        kept = [text for text in texts if reference_tokens(text)] or [""] if rules == "v2.0" else texts
        assert score.f1 == max(reference_f1(answer, text, rules) for text in kept)
        assert score.exact_match == max(reference_tokens(answer) == reference_tokens(text) for text in kept)
        if score.f1:
            assert score.f1 == 2 * score.precision * score.recall / (score.precision + score.recall)


def test_long_answers_are_counted_as_short_ones_are():
    words = [f"w{n % 40}" for n in range(300)]
    score = score_answer(" ".join(words[:200]), [" ".join(words[100:])])
    assert (score.precision, score.recall) == (1.0, 1.0), "the same multiset of 200 words in another order"
    assert score.exact_match == float(words[:200] == words[100:])


@pytest.mark.parametrize("texts", [["x\ny", "the\nx"], ["x  y", " the x "], ["\x1f", "é the é", "plain"], []])
def test_a_line_break_in_an_answer_stays_in_its_answer(texts):
    scores = score_answers(texts, [[text] for text in texts])
    assert [score.exact_match for score in scores] == [1.0] * len(texts)


@given(TEXTS, TEXTS)
def test_overlap_properties(left, right):
    there, back = token_overlap(left, right), token_overlap(right, left)
    assert there.f1 == pytest.approx(back.f1)
    assert (there.precision, there.recall) == (back.recall, back.precision)
    assert there.exact_match <= there.f1 <= 1.0
    assert min(there.precision, there.recall) - 1e-12 <= there.f1 <= max(there.precision, there.recall) + 1e-12


@given(TEXTS)
def test_normalisation_of_tokens_is_stable(text):
    assert normalize_answer(" ".join(answer_tokens(text))).split() == answer_tokens(normalize_answer(text))


@given(TEXTS, st.lists(TEXTS, min_size=1, max_size=4), TEXTS)
def test_another_reference_never_lowers_a_score(prediction, references, extra):
    fewer = score_answer(prediction, references, rules="v1.1")
    more = score_answer(prediction, [*references, extra], rules="v1.1")
    assert more.f1 >= fewer.f1
    assert more.exact_match >= fewer.exact_match


def answers(*texts: str) -> dict:
    return {"text": list(texts), "answer_start": [0] * len(texts)}


def test_evaluate_metric_loads_offline_and_agrees():
    metric = evaluate.load(QA_SCORE_PATH)
    result = metric.compute(
        predictions=[{"id": "1", "prediction_text": "Paris"}, {"id": "2", "prediction_text": ""}],
        references=[{"id": "2", "answers": answers()}, {"id": "1", "answers": answers("in Paris")}],
    )
    assert result == {
        "exact_match": 0.5,
        "precision": 1.0,
        "recall": 0.75,
        "f1": pytest.approx(5 / 6),
        "n": 2,
        "rules": "v2.0",
    }


def test_one_default_of_the_rules_everywhere():
    """An answer scores the same alone, in a data set, behind `evaluate` and on the command line."""
    functions = [
        token_overlap, score_answer, score_answers, evaluate_predictions, classify_error, QAScore._compute,
        compare_tokens, show_overlap, overlap_explorer, evaluate_command, score_command,
    ]  # fmt: skip
    assert {str(inspect.signature(function).parameters["rules"].default) for function in functions} == {"v2.0"}
    example = Example("1", "Which word?", "The end.", (Answer("The", 0),))
    in_data = evaluate_predictions([example], {"1": "the"})
    behind_evaluate = evaluate.load(QA_SCORE_PATH).compute(
        predictions=[{"id": "1", "prediction_text": "the"}], references=[{"id": "1", "answers": answers("The")}]
    )
    assert (in_data.total.f1, in_data.totals()["rules"]) == (1.0, "v2.0")
    assert (behind_evaluate["f1"], behind_evaluate["rules"]) == (1.0, "v2.0")
    assert score_answer("the", ["The"]).f1 == 1.0


@pytest.mark.parametrize("ids", [["1", "1"], ["1", "3"]])
def test_evaluate_metric_refuses_predictions_that_do_not_pair_up(ids):
    metric = evaluate.load(QA_SCORE_PATH)
    with pytest.raises(PredictionError, match="pair up"):
        metric.compute(
            predictions=[{"id": name, "prediction_text": "x"} for name in ids],
            references=[{"id": name, "answers": answers("x")} for name in ("1", "2")],
        )
