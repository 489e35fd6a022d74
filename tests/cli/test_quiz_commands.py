import json
import os
import subprocess
import sys
from pathlib import Path

from qa_lesson.quiz.bank.files import json_schema

GOOD = Path(__file__).parents[1] / "quiz" / "bank" / "05_metrics.yaml"


def run(*arguments) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "qa_lesson.cli", "quiz", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, "COLUMNS": "200"})


def test_a_good_file_passes():
    result = run("lint", GOOD)
    assert (result.returncode, result.stdout) == (0, "")
    assert "0 findings" in result.stderr


def test_findings_exit_with_1_and_name_file_line_question_and_remedy(tmp_path):
    bad = tmp_path / "05_metrics.yaml"
    bad.write_text(GOOD.read_text(encoding="utf-8").replace("value: 0.2\n", "value: 0.6\n"), encoding="utf-8")
    result = run("lint", bad)
    assert result.returncode == 1
    assert "04-one-word: the wrong value 0.6 occurs twice" in result.stdout
    assert "to do: remove one of them" in result.stdout
    (finding,) = json.loads(run("lint", "--folder", tmp_path, "--json").stdout)["findings"]
    assert set(finding) == {"file", "question", "what", "fix", "line", "warning"}
    assert (finding["file"], finding["question"]) == ("05_metrics.yaml", "04-one-word")


def test_a_missing_file_exits_with_2(tmp_path):
    result = run("lint", tmp_path / "none.yaml")
    assert result.returncode == 2
    assert "cannot be read" in result.stderr
    assert "Traceback" not in result.stderr


def test_the_schema_is_printed_or_written(tmp_path):
    assert json.loads(run("schema").stdout) == json_schema()
    assert run("schema", "--out", tmp_path / "schema.json").returncode == 0
    assert json.loads((tmp_path / "schema.json").read_text(encoding="utf-8")) == json_schema()
