"""Row 5: any encoding of stdout works, JSON has the same bytes everywhere, and a closed pipe loses no file."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

INPUTS = Path(__file__).parent / "inputs"
ENCODINGS = ["cp1252", "ascii", "latin-1", "cp437", "utf-16", "utf-8", "cp932", "ascii:strict"]
TEXT = "in Łódź 灯塔 😀 ไทย"


def run(*arguments, folder, **environment):
    whole = {**os.environ, "COLUMNS": "200", **environment}
    command = [sys.executable, "-m", "qa_lesson.cli", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, cwd=folder, env=whole, timeout=120)
    assert b"Traceback" not in done.stderr
    return done


@pytest.fixture
def folder(tmp_path):
    record = {"id": "Ł-灯", "question": "Gdzie?", "context": TEXT, "answer": TEXT}
    (tmp_path / "d.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")
    (tmp_path / "p.json").write_text(json.dumps({"Ł-灯": TEXT}), encoding="utf-8")
    return tmp_path


def held(text, encoding):
    return text.encode(encoding, "backslashreplace").decode(encoding)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_row(encoding):
    done = run("score", "win_preds.json", "win.json", "--questions", folder=INPUTS, PYTHONIOENCODING=encoding)
    assert done.returncode == 0
    name = encoding.split(":")[0]
    shown = done.stdout.decode(name)
    assert held("in Łódź", name) in shown
    assert "exact match" in shown


@pytest.mark.parametrize("encoding", ["ascii", "utf-16"])
def test_output_is_complete(folder, encoding):
    done = run("score", "p.json", "d.jsonl", "--questions", folder=folder, PYTHONIOENCODING=encoding)
    assert done.returncode == 0
    shown = done.stdout.decode(encoding)
    assert all(held(word, encoding) in shown for word in TEXT.split())
    assert "n missing" in shown


def test_json_has_the_same_bytes_everywhere(folder):
    terminals = [
        {}, {"PYTHONIOENCODING": "utf-16"}, {"PYTHONIOENCODING": "cp1252", "FORCE_COLOR": "1"},
        {"NO_COLOR": "1", "COLUMNS": "20", "TERM": "dumb"},
    ]  # fmt: skip
    printed = {
        run("score", "p.json", "d.jsonl", "--questions", "--json", folder=folder, **one).stdout for one in terminals
    }
    (one,) = printed
    assert json.loads(one)["questions"][0]["prediction"] == TEXT
    assert one.isascii()


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_a_pipe_that_closes_early_loses_no_file(folder, options):
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "qa_lesson.cli", "validate", "d.jsonl", "--out", "o.json", *options]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, cwd=folder, timeout=120)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")
    assert TEXT in (folder / "o.json").read_text(encoding="utf-8")


def test_no_stdout_at_all(folder):
    command = f'"{sys.executable}" -m qa_lesson.cli score p.json d.jsonl --json >&-'
    done = subprocess.run(command, shell=True, stderr=subprocess.PIPE, cwd=folder, timeout=120)
    assert (done.returncode, done.stderr) == (0, b"")
