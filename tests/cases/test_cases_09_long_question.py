"""Row 9: one question that is too long is named, and the others are answered."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

import qa_lesson.cli  # noqa: F401  adds the commands
from qa_lesson.cli._app import app
from qa_lesson.errors import DataError

INPUTS = Path(__file__).parent / "inputs"
LONG = str(INPUTS / "long_question.jsonl")


def run(*arguments):
    return CliRunner().invoke(app, [*map(str, arguments)])


def test_evaluate_names_it_and_goes_on(tmp_path):
    arguments = ["evaluate", "--model", "embedded", "--data", LONG, "--out", tmp_path / "p.json"]
    result = run(*arguments, "--json")
    assert result.exit_code == 1
    record = json.loads(result.stdout)
    assert (record["n"], record["n_failed"]) == (1, 1)
    (failed,) = record["failed"]
    assert failed["id"] == "long"
    assert "tokens long" in failed["reason"]
    assert "--max-length" in failed["fix"]
    assert set(json.loads((tmp_path / "p.json").read_text())) == {"ok"}
    shown = run(*arguments).stdout
    assert "left out of the scores" in shown
    assert "n failed" in shown


def test_strictness_stops_before_any_work(tmp_path):
    output = tmp_path / "p.json"
    error = run("evaluate", "--model", "embedded", "--data", LONG, "--out", output, "--strict").exception
    assert isinstance(error, DataError)
    assert "'long'" in str(error)
    assert not output.exists()


def test_validate_names_it():
    result = run("validate", LONG, "--json")
    assert result.exit_code == 0
    (warning,) = [
        one for one in json.loads(result.stdout)["warnings"] if one["kind"] == "question too long for a window"
    ]
    assert "'long'" in warning["what"]


@pytest.mark.parametrize("question", ["守灯人在哪里住？" * 60, "who keeps " * 140, "quis custodiet ipsos? " * 90])
def test_other_long_questions(question, tmp_path):
    records = [
        {"id": "ok", "question": "Who?", "context": "Bram keeps it.", "answer": "Bram"},
        {"id": "[long]", "question": question, "context": "Una keeps the bell.", "answer": "Una"},
    ]
    path = tmp_path / "d.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    result = run("evaluate", "--model", "embedded", "--data", path, "--json")
    assert result.exit_code == 1
    assert [one["id"] for one in json.loads(result.stdout)["failed"]] == ["[long]"]
    warned = json.loads(run("validate", path, "--json").stdout)["warnings"]
    assert any("'[long]'" in one["what"] for one in warned)


def test_smaller_windows_reach_the_model_and_the_warning(tmp_path):
    path = tmp_path / "d.jsonl"
    record = {"id": "a", "question": "Who keeps it in the long night?", "context": "Bram keeps it.", "answer": "Bram"}
    path.write_text(json.dumps(record) + "\n" + json.dumps({**record, "id": "b", "question": "Who?"}) + "\n")
    sizes = ["--max-length", "12", "--stride", "2"]
    assert json.loads(run("evaluate", "--model", "embedded", "--data", path, *sizes, "--json").stdout)["n_failed"] == 1
    kinds = [one["kind"] for one in json.loads(run("validate", path, *sizes, "--json").stdout)["warnings"]]
    assert "question too long for a window" in kinds
    (tmp_path / "c.txt").write_text("Bram keeps the lamp. " * 20)
    assert run("answer", "Who?", "--model", "embedded", "--context", tmp_path / "c.txt", *sizes).exit_code == 0


def test_every_command_that_cuts_windows_has_both_options():
    commands = typer.main.get_command(app).commands
    for name in ("finetune", "evaluate", "answer", "validate", "report"):
        assert {"max_length", "stride"} <= {parameter.name for parameter in commands[name].params}
