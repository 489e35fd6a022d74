import json
import os
import subprocess
import sys

import pytest

from qa_lesson.corpus import load_corpus
from qa_lesson.leakage import plant
from qa_lesson.loading import write_squad


def run(*arguments):
    command = [sys.executable, "-m", "qa_lesson.cli", "audit", *map(str, arguments)]
    environment = {**os.environ, "COLUMNS": "200"}
    return subprocess.run(command, capture_output=True, text=True, env=environment)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("audit")
    train, test = load_corpus("train")[:120], load_corpus("test")[:84]
    leaked = plant(train, test, kinds=["copy", "words"], share=0.3)
    inside = plant(train, test, kinds=["passage"], share=0.1)
    write_squad(train, folder / "train.json")
    write_squad(list(leaked.train), folder / "leaked.json")
    write_squad(list(inside.train), folder / "inside.json")
    write_squad(test, folder / "test.json")
    return folder


def test_honest_data_exit_0(files):
    result = run(files / "train.json", files / "test.json", "--no-embeddings")
    assert result.returncode == 0, result.stderr
    assert "0 of 84 test questions (0.0%) are touched" in result.stdout
    assert "paraphrases were not looked for" in result.stdout


def test_leaks_exit_1_with_evidence(files):
    result = run(files / "leaked.json", files / "test.json", "--no-embeddings")
    assert result.returncode == 1, result.stderr
    for level in ("exact question", "near-duplicate question", "exact passage", "shared document"):
        assert level in result.stdout
    assert "planted-copy-" in result.stdout
    assert "Traceback" not in result.stderr


def test_a_passage_inside_another_is_shown_by_the_words_that_both_have(files):
    result = run(files / "inside.json", files / "test.json", "--no-embeddings")
    assert result.returncode == 1, result.stderr
    assert "both have: " in result.stdout


def test_json_with_paraphrases(files):
    result = run(files / "leaked.json", files / "test.json", "--json")
    assert result.returncode == 1, result.stderr
    record = json.loads(result.stdout)
    assert record["embeddings"]
    assert record["n_test"] == 84
    assert record["share"] == record["touched"] / 84
    counts = {row["level"]: row["findings"] for row in record["counts"]}
    assert counts["exact question"] == counts["near-duplicate question"] == 12
    assert len(record["findings"]) == sum(counts.values())
    assert {"level", "method", "score", "train_id", "test_id", "train_text", "test_text", "where", "common"} <= set(
        record["findings"][0]
    )


def test_bad_input_is_one_message_and_exit_2(files):
    result = run(files / "absent.json", files / "test.json")
    assert result.returncode == 2
    assert "No such file" in result.stderr
    assert "Traceback" not in result.stderr
