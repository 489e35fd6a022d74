"""A small graded quiz, and submissions to it as a learner's kernel writes them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from qa_lesson.grading.formats.records import Key, answered, chain_hash, opened, submitted

BUNDLE = "0123456789abcdef" * 2
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DEADLINE = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
_PROSE = {
    "objective": "read", "difficulty": "easy", "hints": ["Read it again."], "steps": ["Look.", "Say."],
    "quick_check": "It says so.", "mistakes": ["Guessing."], "section": "05_metrics.ipynb#One",
}  # fmt: skip


def options(*texts: str, right: str) -> list[dict]:
    return [
        {"id": name, "text": f"Text of {name}", "correct": name in right, "feedback": f"Feedback on {name}."}
        for name in texts
    ]


QUESTIONS = [
    {"id": "q-one", "kind": "single", "prompt": "Which **one**?", "options": options(*"abcd", right="b"), **_PROSE},
    {"id": "q-many", "kind": "multi", "prompt": "Which?", "points": 2.0, "options": options(*"abcd", right="ac"),
     **_PROSE},
    {"id": "q-number", "kind": "numeric", "prompt": "How much?", "answer": 0.25, "tolerance": {"abs": 0.01},
     "unit": "fraction", "no_recompute": "made up", "right": "Right, a quarter.",
     "wrong": [{"value": 0.5, "feedback": "That is a half."}], "otherwise": "Count again.", **_PROSE},
    {"id": "q-word", "kind": "text", "prompt": "What is it called?", "accept": ["leakage"], "right": "Yes.",
     "wrong": [{"text": "overfitting", "feedback": "That is another thing."}], "otherwise": "Look it up.", **_PROSE},
    {"id": "q-span", "kind": "span", "prompt": "Who keeps it?", "points": 3.0,
     "context": "Bram Keating keeps the light.", "answers": ["Bram Keating"], "right": "Yes.", "otherwise": "No.",
     **_PROSE},
    {"id": "q-order", "kind": "ordering", "prompt": "In order:", "right": "Yes.", "otherwise": "Not yet.",
     "items": [{"id": name, "text": f"Item {name}", "feedback": f"Place of {name}."} for name in "xyz"], **_PROSE},
    {"id": "q-code", "kind": "code", "prompt": "Fill in:", "points": 2.0, "template": "half = ___\n",
     "answer": "1 / 2", "check": "assert half == 0.5", "right": "Runs.",
     "wrong": [{"code": "1 // 2", "feedback": "That rounds down."}], "otherwise": "No.", **_PROSE},
]  # fmt: skip
RIGHT = {
    "q-one": "b", "q-many": ["c", "a"], "q-number": "1/4", "q-word": "Leakage", "q-span": "Bram Keating",
    "q-order": ["x", "y", "z"], "q-code": "1/2",
}  # fmt: skip


def make_key(questions: list[dict] | None = None, **fields) -> Key:
    return Key.model_validate({"bundle": BUNDLE, "title": "A test", "questions": questions or QUESTIONS, **fields})


def write_key(path: Path, **fields) -> Path:
    path.write_text(make_key(**fields).model_dump_json(), encoding="utf-8")
    return path


def records(learner: str, answers: dict, *, attempt: int = 1, start: datetime = START, bundle: str = BUNDLE) -> list:
    """The records without their hashes, a minute apart."""

    def at(minute: int) -> str:
        return (start + timedelta(minutes=minute)).isoformat().replace("+00:00", "Z")

    lines = [opened(bundle, learner, attempt, at(0))]
    lines += [answered(n, name, response, at(n)) for n, (name, response) in enumerate(answers.items(), start=1)]
    return [*lines, submitted(len(lines), len(lines) - 1, at(len(lines)))]


def chained(lines: list[dict]) -> list[dict]:
    """The records with their hashes."""
    previous, done = "", []
    for line in lines:
        previous = chain_hash(line, previous)
        done.append({**line, "hash": previous})
    return done


def as_text(lines: list[dict]) -> str:
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def submission(learner: str, answers: dict | None = None, **options) -> str:
    """The text of a submission file."""
    return as_text(chained(records(learner, RIGHT if answers is None else answers, **options)))


def hand_in(folder: Path, learner: str, answers: dict | None = None, *, name: str = "", **options) -> Path:
    """Write a submission into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (name or f"{learner.replace('@', '-at-')}.jsonl")
    path.write_text(submission(learner, answers, **options), encoding="utf-8")
    return path


def write_roster(path: Path, *learners: str) -> Path:
    rows = [f"{learner},Name of {learner},{learner}@example.org" for learner in learners]
    path.write_text("\n".join(["id,name,email", *rows]) + "\n", encoding="utf-8")
    return path
