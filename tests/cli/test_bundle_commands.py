"""``qa-lesson quiz new`` and ``qa-lesson quiz bundle``."""

import json
import os
import subprocess
import sys

import pytest

from qa_lesson.grading import load_bundle
from qa_lesson.grading.formats.records import Key


def run(folder, *arguments) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "qa_lesson.cli", "quiz", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, env={**os.environ, "COLUMNS": "200"})


@pytest.fixture
def midterm(tmp_path):
    result = run(tmp_path, "new", "midterm.yaml")
    assert result.returncode == 0
    assert "keep it to yourself" in result.stderr
    return tmp_path


def test_from_new_to_a_bundle_and_its_corrected_key(midterm):
    assert run(midterm, "lint", "midterm.yaml").returncode == 0
    options = ["--out", "out", "--key", "key.json", "--deadline", "2026-12-01T18:00+01:00", "--attempts", "2"]
    result = run(midterm, "bundle", "midterm.yaml", *options, "--json")
    assert result.returncode == 0, result.stderr
    told = json.loads(result.stdout)
    bundle = load_bundle(midterm / "out")
    assert (told["id"], told["questions"], told["points"]) == (bundle.id, 7, 8.0)
    assert [warning.split(":")[0] for warning in told["warnings"]] == [
        "7 questions of the template, whose key everybody has",
        "1 code question",
    ]
    path = midterm / "midterm.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("answer: 54\n", "answer: 54.0\n"), encoding="utf-8")
    path.write_text(path.read_text(encoding="utf-8").replace("{abs: 0}", "{abs: 1}"), encoding="utf-8")
    again = run(midterm, "bundle", "midterm.yaml", *options)
    assert again.returncode == 2
    assert "--force" in again.stderr
    forced = run(midterm, "bundle", "midterm.yaml", *options, "--force")
    assert forced.returncode == 0
    assert f"bundle {bundle.id}" in forced.stderr
    key = Key.model_validate_json((midterm / "key.json").read_bytes())
    assert key.bundle == bundle.id == load_bundle(midterm / "out").id


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["midterm.yaml", "--out", "out", "--key", "out/key.json"], "the key would be handed out"),
        (["midterm.yaml", "--out", ".", "--key", "../key.json"], "the key would be handed out"),
        (["midterm.yaml", "--out", "out", "--key", "k.json", "--deadline", "2026-12-01T18:00"], "no time zone"),
        (["midterm.yaml", "05_metrics", "--out", "out", "--key", "k.json"], "several quizzes make one bundle"),
        (["none.yaml", "--out", "out", "--key", "k.json"], "cannot be read"),
        (["midterm", "--out", "out", "--key", "k.json"], "cannot be read"),
        (["wrong.yaml", "--out", "out", "--key", "k.json"], "recompute gives 54"),
        (["midterm.yaml", "--out", "out", "--key", "k.json", "--attempts", "0"], "Invalid value for '--attempts'"),
    ],
)
def test_what_goes_wrong_is_told_and_nothing_is_written(midterm, arguments, what):
    text = (midterm / "midterm.yaml").read_text(encoding="utf-8")
    (midterm / "wrong.yaml").write_text(text.replace("answer: 54", "answer: 55"), encoding="utf-8")
    before = sorted(midterm.iterdir())
    result = run(midterm, "bundle", *arguments)
    assert result.returncode == 2
    assert what in result.stderr
    assert "Traceback" not in result.stderr
    assert sorted(midterm.iterdir()) == before


def test_practice_questions_may_be_drawn_with_a_warning(midterm):
    arguments = ["bundle", "05_metrics", "midterm.yaml", "--title", "Both", "--out", "out", "--key", "key.json"]
    result = run(midterm, *arguments, "--deadline", "2020-01-01T00:00Z")
    assert result.returncode == 0, result.stderr
    assert "note: The deadline has passed" in result.stderr
    assert "of the practice bank (metrics), whose key is public" in result.stderr
    assert load_bundle(midterm / "out").title == "Both"
    assert run(midterm, "new", "midterm.yaml").returncode == 2
