"""One bad record never stops the rest: it becomes a named row, and the exit code says so."""

import json

import pytest
from typer.testing import CliRunner

from qa_lesson.cli import app
from qa_lesson.errors import QALessonError

GOOD = {"id": "good", "question": "Who keeps it?", "context": "Bram keeps the lamp.", "answer": "Bram", "document": "a"}
BAD = {
    "an answer that is not there": {**GOOD, "id": "bad", "answer": "Una"},
    "no question": {**GOOD, "id": "bad", "question": " "},
    "no context": {"id": "bad", "question": "Who?", "answer": "Bram"},
    "no object": ["not", "an", "object"],
    "a markup id": {**GOOD, "id": "[/red]", "answer": "Una"},
}


def run(*arguments):
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit | QALessonError), result.exception
    return result


@pytest.fixture(params=BAD, ids=str)
def data(request, tmp_path):
    path = tmp_path / "data.jsonl"
    path.write_text("\n".join(map(json.dumps, [GOOD, BAD[request.param]])), encoding="utf-8")
    return path


@pytest.fixture
def predictions(tmp_path):
    path = tmp_path / "predictions.json"
    path.write_text(json.dumps({"good": "Bram", "bad": "Una", "[/red]": "x"}), encoding="utf-8")
    return path


def test_score_goes_on(data, predictions):
    result = run("score", predictions, data, "--json")
    record = json.loads(result.stdout)
    assert (result.exit_code, record["n"], record["f1"], record["n_failed"]) == (1, 1, 1.0, 1)
    assert record["failed"][0]["reason"]
    assert record["failed"][0]["fix"]
    told = run("score", predictions, data)
    assert told.exit_code == 1
    assert "left out of the scores" in told.stdout


def test_score_stops_if_strict(data, predictions):
    assert isinstance(run("score", predictions, data, "--strict").exception, QALessonError)


def test_evaluate_goes_on(data, tmp_path):
    result = run("evaluate", "--model", "embedded", "--data", data, "--out", tmp_path / "p.json", "--json")
    record = json.loads(result.stdout)
    assert (result.exit_code, record["n"], record["n_failed"]) == (1, 1, 1)
    assert list(json.loads((tmp_path / "p.json").read_text())) == ["good"]


def test_audit_goes_on(data, tmp_path):
    test = tmp_path / "test.jsonl"
    other = {
        "id": "t",
        "question": "What rings at noon?",
        "context": "The bell of the mole rings.",
        "answer": "The bell",
    }
    test.write_text(json.dumps({**other, "document": "z"}), encoding="utf-8")
    result = run("audit", data, test, "--no-embeddings", "--json")
    record = json.loads(result.stdout)
    assert (result.exit_code, record["n_train"], record["n_failed"]) == (1, 1, 1)
    assert str(data) in record["failed"][0]["where"]


@pytest.mark.parametrize("value", [None, 3, ["Bram"], {"text": "Bram"}])
def test_a_prediction_that_is_no_text_is_named_and_not_counted(value, tmp_path):
    data, predictions = tmp_path / "data.jsonl", tmp_path / "predictions.json"
    data.write_text("\n".join(json.dumps({**GOOD, "id": name}) for name in ("good", "odd")), encoding="utf-8")
    predictions.write_text(json.dumps({"good": "Bram", "odd": value}), encoding="utf-8")
    result = run("score", predictions, data, "--json")
    record = json.loads(result.stdout)
    assert (result.exit_code, record["n"], record["n_failed"], record["n_missing"]) == (1, 1, 1, 0)
    assert record["failed"][0]["id"] == "odd"


def test_a_missing_prediction_is_still_an_error_or_a_zero(tmp_path):
    data, predictions = tmp_path / "data.jsonl", tmp_path / "predictions.json"
    data.write_text("\n".join(json.dumps({**GOOD, "id": name}) for name in ("good", "absent")), encoding="utf-8")
    predictions.write_text(json.dumps({"good": "Bram"}), encoding="utf-8")
    assert isinstance(run("score", predictions, data).exception, QALessonError)
    record = json.loads(run("score", predictions, data, "--missing", "zero", "--json").stdout)
    assert (record["n"], record["n_missing"], record["f1"]) == (2, 1, 0.5)


def test_nothing_that_can_be_used_is_an_error(tmp_path, predictions):
    path = tmp_path / "bad.jsonl"
    path.write_text(json.dumps(BAD["no question"]), encoding="utf-8")
    assert isinstance(run("score", predictions, path).exception, QALessonError)
