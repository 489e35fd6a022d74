"""`qa-lesson annotate`: from a file of passages to a page, and back to a file of questions."""

import json
import os
import subprocess
import sys
import urllib.request
from urllib.parse import urlsplit

import pytest
from typer.testing import CliRunner

from qa_lesson.cli import app
from qa_lesson.documents import Passage, write_passages
from qa_lesson.loading import load_examples


@pytest.fixture
def passages(tmp_path):
    path = tmp_path / "passages.jsonl"
    write_passages(
        [
            Passage("a.pdf#1", "a.pdf", "Bram keeps it.", 0, 14, 5, ("Light",), 1),
            Passage("a.pdf#2", "a.pdf", "Mira repairs it.", 16, 32, 5, ("Boat",), 2),
        ],
        path,
    )
    return path


@pytest.mark.skipif(os.name == "nt", reason="Windows ends a process without a signal")
def test_questions_of_the_page_are_in_the_file_when_it_is_ended(passages, tmp_path):
    output = tmp_path / "questions.jsonl"
    command = [
        sys.executable,
        "-m",
        "qa_lesson.cli",
        "annotate",
        passages,
        "--out",
        output,
        "--by-heading",
        "--no-browser",
    ]
    with subprocess.Popen(
        list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        url = running.stdout.readline().strip()
        address = urlsplit(url)
        assert (address.hostname, len(address.path) > 30) == ("127.0.0.1", True), running.stderr
        state = json.load(urllib.request.urlopen(f"{url}state"))
        assert (state["document"], state["place"]) == ("a.pdf: Light", "page 1")
        form = {"pasted": "", "source": "", "question": "Who?", "answer": "Bram", "span": [0, 4], "no_answer": False}
        request = urllib.request.Request(
            f"{url}message",
            json.dumps({"action": "save", "form": form}).encode(),
            {"Content-Type": "application/json", "Origin": f"http://{address.netloc}"},
        )
        assert json.load(urllib.request.urlopen(request))["message_kind"] == "saved"
        running.terminate()
        told = running.communicate(timeout=60)[1]
        assert running.returncode == 0
    assert "1 question in" in told
    assert "1 question on 1 of 2 documents" in told
    (example,) = load_examples(output)
    assert (example.references, example.document) == (("Bram",), "a.pdf: Light")


def test_it_never_writes_into_something_else(passages):
    result = CliRunner().invoke(app, ["annotate", str(passages), "--out", str(passages)])
    assert result.exit_code != 0
    assert passages.read_text().startswith('{"id": "a.pdf#1"')
