"""When a cached run is found again, and when the code that trains has changed."""

import ast
import hashlib
import io
import tokenize
from pathlib import Path

import pytest

from qa_lesson import runs
from qa_lesson.runs import TrainingConfig, run_key

PACKAGE = Path(__file__).parents[1] / "qa_lesson"
TRAINS = {
    "encoder.py": "3cf593ba78af9e59",
    "training/finetuning.py": "ae48096f3b29f4e3",
    "training/parameters.py": "b35021904e60e468",
    "training/trainer.py": "50b1fbe5a71115eb",
    "windows.py": "0ee8b1c4a90bce36",
}
CHANGED = (
    "{name} decides the weights of a run, and it has changed. If the same settings and data now give other weights, "
    "raise TRAINING_VERSION in qa_lesson/runs.py. Then write {now!r} into TRAINS in tests/test_runs.py."
)


@pytest.fixture
def key(monkeypatch):
    """The key of one run on one machine, whatever machine this is."""
    versions = {"qa-lesson": "0.1.0", "torch": "2.13.0"}
    monkeypatch.setattr(runs, "library_versions", lambda: dict(versions))
    monkeypatch.setattr(runs, "device_type", lambda: "cpu")

    def make(**changed: str) -> str:
        versions.update(changed)
        return run_key(TrainingConfig(precision="fp32"), "data")

    return make


def test_a_release_retrains_nothing(key):
    before = key()
    assert key(**{"qa-lesson": "2.0.0"}) == before
    assert key(torch="2.13.1") != before


def test_a_change_of_training_retrains(key, monkeypatch):
    before = key()
    monkeypatch.setattr(runs, "TRAINING_VERSION", runs.TRAINING_VERSION + 1)
    assert key() != before


def code_digest(source: str) -> str:
    """A hash of the code alone: comments, docstrings and empty lines do not count."""
    lines = source.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column]
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Expr(value=ast.Constant(value=str())):
                lines[node.lineno - 1 : node.end_lineno] = [""] * (node.end_lineno - node.lineno + 1)
    code = "\n".join(line.rstrip() for line in lines if line.strip())
    return hashlib.sha256(code.encode()).hexdigest()[:16]


def test_words_about_the_code_are_not_the_code():
    code = 'def f(x):\n    """What it does."""\n    return x + 1  # because\n'
    assert code_digest(code) == code_digest("def f(x):\n    # why\n\n    return x + 1\n")
    assert code_digest(code) != code_digest(code.replace("1", "2"))


@pytest.mark.parametrize("name", TRAINS)
def test_the_code_that_trains_is_the_known_one(name):
    now = code_digest((PACKAGE / name).read_text(encoding="utf-8"))
    assert now == TRAINS[name], CHANGED.format(name=name, now=now)
