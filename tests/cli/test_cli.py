import json
import os
import subprocess
import sys

import pytest

import qa_lesson
from qa_lesson.corpus import load_corpus
from qa_lesson.loading import write_squad

COMMAND = [sys.executable, "-m", "qa_lesson.cli"]


def run(*arguments, **environment) -> subprocess.CompletedProcess:
    environment = {**os.environ, "COLUMNS": "200", **environment}
    return subprocess.run([*COMMAND, *map(str, arguments)], capture_output=True, text=True, env=environment)


def succeeds(*arguments, **environment) -> dict:
    """The one JSON object that a command prints on stdout."""
    result = run(*arguments, "--json", **environment)
    assert result.returncode == 0, result.stderr
    assert len(result.stdout.strip().splitlines()) == 1
    return json.loads(result.stdout)


def fails(*arguments, **environment) -> str:
    """The message of a command that refuses its input."""
    result = run(*arguments, **environment)
    assert result.returncode == 2, (result.returncode, result.stdout, result.stderr)
    assert "Traceback" not in result.stderr
    assert result.stdout == ""
    return result.stderr


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "small.json"
    return write_squad([*load_corpus("validation")[::5], *load_corpus("test")[::12]], path)


@pytest.fixture(scope="module")
def trained(data, tiny_model_dir, tmp_path_factory):
    folder = tmp_path_factory.mktemp("out") / "run"
    record = succeeds(
        "finetune", "--data", data, "--model", tiny_model_dir, "--out", folder, "--epochs", 1, "--max-length", 128,
        "--stride", 16, "--frozen-layers", 0, QA_LESSON_CACHE=str(folder.parent / "cache"),
    )  # fmt: skip
    return folder, record


def test_finetune_prints_one_record_and_keeps_a_test_part_apart(trained):
    folder, record = trained
    assert {"exact_match", "f1", "n", "untrained_f1", "best_epoch", "train_seconds", "data_hash", "versions"} <= set(
        record
    )
    assert record["scored_on"] == "validation"
    assert 0 <= record["f1"] <= 1
    assert record["test_data"] == str(folder / "held_out.json")
    assert (folder / "model.safetensors").is_file()


def test_finetune_says_what_it_chose_and_takes_what_it_is_told(data, trained, tiny_model_dir, tmp_path):
    assert trained[1]["config"]["head_learning_rate"] == trained[1]["config"]["learning_rate"]
    command = [
        "finetune", "--data", data, "--model", tiny_model_dir, "--epochs", "1", "--max-length", "128", "--stride", "16",
        "--frozen-layers", "0",
    ]  # fmt: skip
    cache = {"QA_LESSON_CACHE": str(trained[0].parent / "cache")}
    assert (
        "has a trained question-answering head, so the head learns at the body's rate" in run(*command, **cache).stderr
    )
    told = succeeds(*command, "--head-learning-rate", "0.002", "--max-answer-tokens", "12", **cache)
    assert (told["config"]["head_learning_rate"], told["config"]["max_answer_tokens"]) == (0.002, 12)


def test_finetune_evaluate_answer(trained, tmp_path):
    folder, record = trained
    scores = succeeds("evaluate", "--model", folder, "--data", record["test_data"], "--out", tmp_path / "p.json")
    assert {"exact_match", "f1", "n", "precision", "recall", "rules"} <= set(scores)
    low, high = scores["f1_interval"]
    assert 0 <= low <= scores["f1"] <= high <= 1
    assert scores["f1_interval_unit"] == "question", "too few documents for an interval about new ones"
    assert scores["f1_interval_claim"] == "for new questions on the same documents"
    again = succeeds("score", tmp_path / "p.json", record["test_data"])
    assert {key: again[key] for key in ("exact_match", "f1", "n")} == {
        key: scores[key] for key in ("exact_match", "f1", "n")
    }
    (tmp_path / "context.txt").write_text("Bram Keating keeps the light on Skelm.")
    answer = succeeds("answer", "Who keeps it?", "--model", folder, "--context", tmp_path / "context.txt")
    assert answer["text"] == answer["n_best"][0]["text"]
    assert "Bram Keating keeps the light on Skelm."[answer["start"] : answer["end"]] == answer["text"]


def test_tables_for_people(trained, data):
    folder, _ = trained
    table = run("evaluate", "--model", folder, "--data", data)
    assert table.returncode == 0, table.stderr
    assert "exact match %" in table.stdout
    assert "95% interval for new" in table.stdout
    help_text = run("--help")
    for command in ("finetune", "evaluate", "score", "answer", "corpus", "doctor"):
        assert command in help_text.stdout


def test_score_equals_the_official_totals(shared_data, tmp_path):
    published = json.loads((shared_data / "xquad.en.leaderboard.json").read_text())
    for system, expected in published.items():
        predictions = tmp_path / f"{system}.json"
        predictions.write_text(json.dumps(expected["predictions"]))
        scores = succeeds("score", predictions, shared_data / "xquad.en.json", "--missing", "zero", "--questions")
        assert 100 * scores["f1"] == pytest.approx(expected["f1"], abs=1e-9)
        assert 100 * scores["exact_match"] == pytest.approx(expected["exact_match"], abs=1e-9)
        per_question = {row["id"]: row["f1"] for row in scores["questions"]}
        assert per_question == pytest.approx(expected["per_question_f1"], abs=1e-12)


def test_corpus(trained):
    record = succeeds("corpus")
    rows = {row["split"]: row for row in record["splits"]}
    assert [row["documents"] for row in rows.values()] == [36, 36, 5, 9, 3]
    assert 0 < rows["test"]["lexical_overlap"] < 0.5


def test_doctor_is_content_here_and_says_what_is_wrong(tmp_path):
    assert succeeds("doctor")["ok"]
    (tmp_path / "file").write_text("")
    result = run("doctor", QA_LESSON_CACHE=str(tmp_path / "file"))
    assert result.returncode == 1
    assert "QA_LESSON_CACHE" in result.stdout


def test_bad_input_is_one_message_and_exit_2(trained, data, tmp_path):
    folder, _ = trained
    bad = tmp_path / "bad.json"
    bad.write_text("{")
    assert "not JSON" in fails("evaluate", "--model", folder, "--data", bad, "--json")
    assert "No such file" in fails("finetune", "--data", tmp_path / "absent.json")
    (tmp_path / "predictions.json").write_text('{"nobody": "x"}')
    assert "unknown question ids" in fails("score", tmp_path / "predictions.json", data)
    (tmp_path / "predictions.json").write_text("{}")
    assert "--missing zero" in fails("score", tmp_path / "predictions.json", data)
    assert "not a model folder" in fails("evaluate", "--model", tmp_path / "absent")
    (tmp_path / "model").mkdir()
    assert "incomplete" in fails("evaluate", "--model", tmp_path / "model")
    assert "cannot read the context" in fails("answer", "Who?", "--model", folder, "--context", tmp_path / "absent.txt")
    assert "epochs must be between" in fails("finetune", "--epochs", 0)
    assert "No such option" in fails("finetune", "--evaluation-strategy", "epoch")


def test_a_bad_record_is_named_and_the_others_are_scored_unless_strict(trained, data, tmp_path):
    folder, _ = trained
    content = json.loads(data.read_text())
    content["data"][0]["paragraphs"][0]["qas"][0]["answers"][0]["answer_start"] += 1
    path = tmp_path / "one_bad.json"
    path.write_text(json.dumps(content))
    message = fails("evaluate", "--model", folder, "--data", path, "--strict")
    assert "1 bad record among" in message
    assert "--skip-bad" in message
    n = sum(len(p["qas"]) for article in content["data"] for p in article["paragraphs"])
    assert succeeds("evaluate", "--model", folder, "--data", path, "--skip-bad")["n"] == n - 1


def test_a_full_disk_is_one_message_and_leaves_nothing(tiny_model_dir, data, tmp_path):
    """The operating system refuses files over 200 kB, as a full disk would."""
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000)); "
        "from qa_lesson.cli import main; main()"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, "finetune", "--data", data, "--model", tiny_model_dir, "--out", tmp_path / "run",
         "--epochs", "1", "--max-length", "128", "--stride", "16", "--frozen-layers", "0", "--json"],
        capture_output=True, text=True, env={**os.environ, "QA_LESSON_CACHE": str(tmp_path / "cache")},
    )  # fmt: skip
    assert result.returncode == 2, result.stderr
    assert "cannot write" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "run").exists()
    assert not list((tmp_path / "cache").rglob("*.safetensors"))


def test_the_first_answer_waits_for_nothing_that_it_does_not_need(tiny_model_dir, tmp_path):
    """Neither for what only trains or draws, nor for the garbage collector, which took a second of four."""
    (tmp_path / "context.txt").write_text("Bram Keating keeps the light.", encoding="utf-8")
    code = """
import atexit, gc, sys
from qa_lesson.cli import main
unneeded = {"datasets", "pandas", "pyarrow", "sklearn", "matplotlib", "evaluate", "sentence_transformers"}
atexit.register(lambda: print(gc.get_freeze_count() > 100_000, gc.get_threshold()[0], unneeded & set(sys.modules)))
main()
"""
    command = ["answer", "Who keeps the light?", "--model", tiny_model_dir, "--context", tmp_path / "context.txt"]
    result = subprocess.run([sys.executable, "-c", code, *command], capture_output=True, text=True, check=True)
    assert result.stdout.splitlines()[-1] == "True 50000 set()", result.stderr


def test_version():
    result = subprocess.run([*COMMAND, "--version"], capture_output=True, text=True, check=True)
    assert result.stdout == f"{qa_lesson.__version__}\n"
