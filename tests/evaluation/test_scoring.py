import json

import pytest

from qa_lesson.errors import DataError, PredictionError
from qa_lesson.evaluation import evaluate_predictions, read_predictions
from qa_lesson.loading import load_examples
from qa_lesson.schema import Answer, Example, Prediction

CONTEXT = "Bram Keating keeps the light."
EXAMPLES = [
    Example("q1", "Who?", CONTEXT, (Answer("Bram Keating", 0),), document="Skelm", kind="person"),
    Example("q2", "What?", CONTEXT, (Answer("light", 23), Answer("the light", 19)), document="Skelm"),
    Example("q3", "When?", CONTEXT, document="Skelm"),
]
OFFICIAL = {
    "bert_ensemble": (74.8739, 86.3247),
    "match_lstm": (61.0924, 72.6671),
    "logistic_regression": (34.5378, 45.8523),
}


def test_totals_by_hand():
    result = evaluate_predictions(EXAMPLES, {"q1": "Keating", "q2": "a light", "q3": ""})
    totals = result.totals()
    assert totals["exact_match"] == pytest.approx(2 / 3)
    assert totals["f1"] == pytest.approx((2 / 3 + 1 + 1) / 3)
    assert totals["recall"] == pytest.approx((0.5 + 1 + 1) / 3)
    assert (totals["n"], totals["n_missing"], totals["rules"]) == (3, 0, "v2.0")
    assert (totals["has_answer_n"], totals["has_answer_exact_match"]) == (2, 0.5)
    assert (totals["no_answer_n"], totals["no_answer_f1"]) == (1, 1.0)


def test_prediction_records_and_texts_score_the_same():
    records = [Prediction(f"q{i}", text, None, None, 1.0, 0.0) for i, text in enumerate(["Keating", "light", ""], 1)]
    texts = {record.id: record.text for record in records}
    assert evaluate_predictions(EXAMPLES, records) == evaluate_predictions(EXAMPLES, texts)


def test_a_missing_prediction_is_an_error_or_counts_as_zero():
    with pytest.raises(PredictionError, match=r"1 of 3 questions have no prediction[\s\S]*q3[\s\S]*zero"):
        evaluate_predictions(EXAMPLES, {"q1": "Bram Keating", "q2": "light"})
    result = evaluate_predictions(EXAMPLES, {"q1": "Bram Keating", "q2": "light"}, missing="zero")
    assert (result.n, result.missing, result.total.f1) == (3, ("q3",), pytest.approx(2 / 3))
    assert result.rows()[2]["prediction"] is None, "missing is not the same as an empty answer"


def test_predictions_that_do_not_belong_are_errors():
    whole = {"q1": "x", "q2": "x", "q3": "x"}
    with pytest.raises(PredictionError, match=r"1 of 4 predictions are for unknown question ids[\s\S]*q9"):
        evaluate_predictions(EXAMPLES, {**whole, "q9": "x"})
    with pytest.raises(PredictionError, match="'q2' is not a text"):
        evaluate_predictions(EXAMPLES, {**whole, "q2": None})
    with pytest.raises(PredictionError, match="'q1' has two predictions"):
        evaluate_predictions(EXAMPLES[:1], [Prediction("q1", "x", None, None, 1.0, 0.0)] * 2)
    with pytest.raises(DataError, match=r"not unique[\s\S]*q1"):
        evaluate_predictions([EXAMPLES[0], EXAMPLES[0]], {"q1": "x"})
    with pytest.raises(DataError, match="no questions"):
        evaluate_predictions([], {})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{'q1': 1}", "not JSON"),
        ('["x"]', "another layout"),
        ('{"q1": ["x"]}', "'q1' is not a text"),
        ('{"q1": "x", "q1": "y"}', "'q1' has two predictions"),
    ],
)
def test_prediction_files(content, message, tmp_path):
    path = tmp_path / "predictions.json"
    path.write_text(content)
    with pytest.raises(PredictionError, match=message):
        read_predictions(path)
    with pytest.raises(PredictionError, match="No such file"):
        read_predictions(tmp_path / "absent.json")


@pytest.mark.parametrize("system", OFFICIAL)
def test_parity_with_the_official_v1_1_script(system, shared_data):
    examples = load_examples(shared_data / "xquad.en.json")
    published = json.loads((shared_data / "xquad.en.leaderboard.json").read_text())[system]
    result = evaluate_predictions(examples, published["predictions"], rules="v1.1", missing="zero")
    assert result.rules == "v1.1"
    assert result.n == 1190
    assert 100 * result.total.exact_match == pytest.approx(published["exact_match"], abs=1e-9)
    assert 100 * result.total.f1 == pytest.approx(published["f1"], abs=1e-9)
    assert (100 * result.total.exact_match, 100 * result.total.f1) == pytest.approx(OFFICIAL[system], abs=1e-4)
    for name, f1 in published["per_question_f1"].items():
        assert result.scores[name].f1 == pytest.approx(f1, abs=1e-12)
    assert len(result.missing) == len(published["missing"])
    by_default = evaluate_predictions(examples, published["predictions"], missing="zero")
    assert by_default.rules == "v2.0"
    assert by_default.total == result.total, "every reference keeps a token, so the rules agree"
