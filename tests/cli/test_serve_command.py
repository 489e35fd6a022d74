"""`qa-lesson serve`: what it says when it starts, what it refuses, and that it stops when told to."""

import json
import re
import shutil
import signal
import subprocess
import sys
import urllib.request

import pytest
from typer.testing import CliRunner

from qa_lesson.cli import app
from qa_lesson.errors import ConfigError, ModelError
from qa_lesson.training.manifest import write_manifest


def run(*arguments):
    return CliRunner().invoke(app, ["serve", *map(str, arguments)])


@pytest.fixture
def running(tiny_model_dir, tmp_path):
    options = ["--model", tiny_model_dir, "--port", "0", "--log", str(tmp_path / "log.jsonl")]
    command = [sys.executable, "-m", "qa_lesson.cli", "serve", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


def test_it_serves_and_stops(running, tmp_path):
    said = running.stdout.readline()
    address = re.search(r"http://127\.0\.0\.1:\d+", said)
    assert address, running.stderr.read()
    body = json.dumps({"question": "Who?", "context": "Bram keeps it."}).encode()
    request = urllib.request.Request(f"{address[0]}/answer", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as response:
        (answer,) = json.load(response)["answers"]
    running.send_signal(signal.SIGTERM)
    _, notes = running.communicate(timeout=30)
    assert answer["text"] in "Bram keeps it."
    assert answer["id"] in (tmp_path / "log.jsonl").read_text()
    assert "keeps time, question, answer" in notes
    assert "doesn't say which tokenizer" in notes
    assert "Traceback" not in notes


def test_another_tokenizer_is_refused(tiny_model_dir, tmp_path, tokenizer, byte_tokenizer):
    folder = shutil.copytree(tiny_model_dir, tmp_path / "model")
    write_manifest(folder, tokenizer)
    byte_tokenizer.save_pretrained(folder)
    assert isinstance(run("--model", folder).exception, ModelError)


def test_a_file_that_is_not_a_log_is_left_alone(tiny_model_dir, tmp_path):
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Bram,\n")
    assert isinstance(run("--model", tiny_model_dir, "--port", 0, "--log", letter).exception, ConfigError)
    assert letter.read_text() == "Dear Bram,\n"


def test_a_missing_library_is_named(tiny_model_dir, monkeypatch):
    monkeypatch.setitem(sys.modules, "fastapi", None)
    for name in [name for name in sys.modules if name.startswith("qa_lesson.serving")]:
        monkeypatch.delitem(sys.modules, name)
    error = run("--model", tiny_model_dir).exception
    assert isinstance(error, ConfigError)
    assert 'pip install "qa-lesson[serving]"' in str(error)


@pytest.mark.parametrize("options", [["--host", "192.0.2.1"], ["--host", "no such host"]])
def test_an_address_of_another_machine(tiny_model_dir, options):
    assert isinstance(run("--model", tiny_model_dir, *options).exception, ConfigError)
