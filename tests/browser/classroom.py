"""A class that takes the graded quiz of the template: handed out, answered and graded as an instructor would do it."""

from __future__ import annotations

import shutil
from pathlib import Path

from typer.testing import CliRunner

from qa_lesson.cli import app
from qa_lesson.grading import load_bundle
from qa_lesson.grading.sitting.sitting import Sitting

RIGHT = {
    "ferry-first": "at-0850",
    "ferry-free": ["child-of-five", "resident"],
    "ferry-minutes": "54",
    "ferry-side": "port",
    "ferry-luggage": "20 kilograms",
    "ferry-boarding": ["cars", "bicycles", "walkers"],
    "ferry-fare": "4 if age < 16 else 8",
}
WRONG = {
    "ferry-first": "at-0800",
    "ferry-free": ["resident"],
    "ferry-minutes": "94",
    "ferry-side": "starboard",
    "ferry-luggage": "two pieces",
    "ferry-boarding": ["walkers", "bicycles", "cars"],
    "ferry-fare": "4 if age <= 16 else 8",
}


def command(*arguments: str | Path) -> None:
    """Run ``qa-lesson``."""
    result = CliRunner().invoke(app, list(map(str, arguments)), catch_exceptions=False)
    assert result.exit_code == 0, result.output


def hand_out(folder: Path) -> tuple[Path, Path]:
    """Write a graded quiz into ``folder/for_learners`` and its key beside it; the paths of both."""
    learners, key = folder / "for_learners", folder / "key.json"
    command("quiz", "new", folder / "ferry.yaml")
    command("quiz", "bundle", folder / "ferry.yaml", "--out", learners, "--key", key, "--attempts", "1")
    return learners, key


def answer_all(bundle: Path, folder: Path, n: int) -> list[str]:
    """`n` learners hand in, and the instructor puts their files into `folder`; gives the learners.

    Each has one question less right than the learner before, from none wrong to all wrong.
    """
    names = [f"learner{number:02}@example.org" for number in range(n)]
    folder.mkdir()
    for number, name in enumerate(names):
        sitting = Sitting(load_bundle(bundle), name, bundle)
        for place, (question, right) in enumerate(RIGHT.items()):
            sitting.answer(question, WRONG[question] if place < number % (len(RIGHT) + 1) else right)
        shutil.copy(sitting.submit().path, folder)
    return names


def grade(submissions: Path, key: Path, learners: list[str], out: Path) -> Path:
    """Grade a folder of submissions; the folder with the results."""
    roster = key.with_name("roster.csv")
    rows = [f"{number},{name}" for number, name in enumerate(learners, 1)]
    roster.write_text("\n".join(["id,email", *rows]) + "\n", encoding="utf-8")
    command("grade", submissions, "--key", key, "--roster", roster, "--out", out)
    return out
