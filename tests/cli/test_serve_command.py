"""`qa-lesson serve`: what it says when it starts, what it refuses, and that it stops when told to."""

import importlib
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
from qa_lesson.documents import Passage
from qa_lesson.errors import ConfigError, ModelError
from qa_lesson.retrieval import build_index
from qa_lesson.training import write_manifest


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


def test_a_model_is_exported_and_only_an_exported_one_is_served_as_onnx(tiny_model_dir, tmp_path):
    done = CliRunner().invoke(app, ["export-onnx", "--model", tiny_model_dir, "--out", str(tmp_path / "onnx")])
    assert done.exit_code == 0, done.output
    assert "qa-lesson serve --onnx --model" in done.stdout
    assert (tmp_path / "onnx" / "model.onnx").is_file()
    error = run("--model", tiny_model_dir, "--port", 0, "--onnx").exception
    assert isinstance(error, ModelError)
    assert "export-onnx" in str(error)


def test_an_export_replaces_no_other_folder(tiny_model_dir, tmp_path):
    (tmp_path / "letter.txt").write_text("Dear Bram,\n")
    done = CliRunner().invoke(app, ["export-onnx", "--model", tiny_model_dir, "--out", str(tmp_path)])
    assert isinstance(done.exception, ConfigError)
    assert (tmp_path / "letter.txt").is_file()


def test_without_settings_it_says_that_everything_is_answered(tiny_model_dir, tmp_path, monkeypatch):
    passage = Passage("a#0", "a.txt", "Bram keeps the light.", 0, 21, 6)
    build_index([passage]).save(tmp_path / "index")
    served = []
    serving = importlib.import_module("qa_lesson.serving")
    monkeypatch.setattr(serving, "run_service", lambda service, listening: served.append(listening.close()))
    options = ["--model", tiny_model_dir, "--port", "0", "--index", str(tmp_path / "index")]
    done = CliRunner().invoke(app, ["serve", *options])
    assert done.exit_code == 0, done.output
    assert served == [None]
    assert "see qa-lesson calibrate" in done.stderr
