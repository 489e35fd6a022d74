"""Build the distribution, install the wheel in an empty environment and use it there as a stranger would.

    python tools/check_wheel.py

`make dist` runs it. The files are in dist/ afterwards. Everything else happens in build/wheel: an environment with
nothing but the wheel and what it requires, and a folder away from the checkout where `qa-lesson score`, `quiz new`,
`quiz bundle` and `grade` work on a small example, and where mypy reads a script of three lines. Takes some minutes,
most of them for installing torch.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]
DIST = ROOT / "dist"
WORK = ROOT / "build" / "wheel"
BIN = WORK / "environment" / ("Scripts" if os.name == "nt" else "bin")
PLAYGROUND = WORK / "playground"

DATA = {
    "version": "v2.0",
    "data": [
        {
            "title": "Skelm",
            "paragraphs": [
                {
                    "context": "Bram Keating keeps the light on Skelm.",
                    "qas": [
                        {
                            "id": "keeper",
                            "question": "Who keeps the light?",
                            "answers": [{"text": "Bram Keating", "answer_start": 0}],
                        },
                        {
                            "id": "island",
                            "question": "Where is the light?",
                            "answers": [{"text": "Skelm", "answer_start": 32}],
                        },
                    ],
                }
            ],
        }
    ],
}
PREDICTIONS = {"keeper": "Bram Keating", "island": "on Skelm"}

SIT = """
import sys
from qa_lesson.grading import take_quiz
from qa_lesson.quiz import load_quiz
question = load_quiz("midterm.yaml").questions[0]
right = next(option.id for option in question.options if option.correct)
quiz = take_quiz("for_learners", learner="ann@uni.edu", folder="handed_in")
quiz.answer(question.id, right)
quiz.submit()
print(question.points)
"""

SCRIPT = """\
from qa_lesson import load_corpus, score_answer
scores = [score_answer(example.answers[0].text, [example.question]).f1 for example in load_corpus("test")]
reveal_type((load_corpus, score_answer, scores))
"""
WRONG = "from qa_lesson import score_answer\nscore_answer('Paris', 3)\n"


def main() -> int:
    """Build, install, use; an exception says which step failed."""
    for folder in (DIST, WORK):
        shutil.rmtree(folder, ignore_errors=True)
    PLAYGROUND.mkdir(parents=True)
    run(sys.executable, "-m", "build", "--outdir", DIST, ROOT)
    run(sys.executable, "-m", "twine", "check", "--strict", *sorted(DIST.iterdir()))
    (wheel,) = DIST.glob("*.whl")
    install(wheel)
    score()
    grade()
    types()
    print(f"{wheel.name} works in an empty environment")
    return 0


def install(wheel: Path) -> None:
    """The wheel in an environment of its own: torch first, as the Makefile does it, then what the wheel requires."""
    venv.create(BIN.parent, with_pip=True)
    requirements = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    (torch,) = (requirement for requirement in requirements if requirement.startswith("torch"))
    run(BIN / "python", "-m", "pip", "install", "--quiet", torch)
    run(BIN / "python", "-m", "pip", "install", "--quiet", wheel)
    place = run(BIN / "python", "-c", "import qa_lesson; print(qa_lesson.__file__)")
    assert Path(place.strip()).is_relative_to(BIN.parent), place


def score() -> None:
    """`qa-lesson score` on two questions."""
    (PLAYGROUND / "data.json").write_text(json.dumps(DATA), encoding="utf-8")
    (PLAYGROUND / "predictions.json").write_text(json.dumps(PREDICTIONS), encoding="utf-8")
    told = json.loads(run(BIN / "qa-lesson", "score", "predictions.json", "data.json", "--json"))
    assert told["exact_match"] == 0.5, told
    assert abs(told["f1"] - (1 + 2 / 3) / 2) < 1e-9, told


def grade() -> None:
    """A graded quiz from the template to the gradebook: one learner with one right answer, one who is missing."""
    run(BIN / "qa-lesson", "quiz", "new", "midterm.yaml")
    run(BIN / "qa-lesson", "quiz", "bundle", "midterm.yaml", "--out", "for_learners", "--key", "key.json")
    points = float(run(BIN / "python", "-c", SIT))
    (PLAYGROUND / "roster.csv").write_text("email\nann@uni.edu\nbob@uni.edu\n", encoding="utf-8")
    options = ("--key", "key.json", "--roster", "roster.csv", "--out", "graded")
    run(BIN / "qa-lesson", "grade", "handed_in", *options)
    with (PLAYGROUND / "graded" / "gradebook.csv").open(encoding="utf-8", newline="") as file:
        ann, bob = csv.DictReader(file)
    assert float(ann["points"]) == points > 0, ann
    assert bob["status"] == "missing", bob


def types() -> None:
    """Mypy finds the package's types in the installed wheel, and a wrong call with them."""
    run(BIN / "python", "-m", "pip", "install", "--quiet", "mypy")
    (PLAYGROUND / "script.py").write_text(SCRIPT, encoding="utf-8")
    told = run(BIN / "mypy", "--strict", "script.py")
    for expected in ("list[qa_lesson.schema.Example]", "qa_lesson.schema.Score", "list[float]"):
        assert expected in told, told
    (PLAYGROUND / "wrong.py").write_text(WRONG, encoding="utf-8")
    told = run(BIN / "mypy", "--strict", "wrong.py", code=1)
    assert '"score_answer" has incompatible type "int"' in told, told


def run(*command: object, code: int = 0) -> str:
    """Run a command where no checkout is in reach, show it, and return what it printed."""
    print("$", *command, flush=True)
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "MYPYPATH")}
    words = [str(word) for word in command]
    result = subprocess.run(words, cwd=PLAYGROUND, env=environment, capture_output=True, text=True, check=False)
    print(result.stdout, end="", flush=True)
    if result.returncode != code:
        sys.exit(f"exit code {result.returncode} in place of {code}:\n{result.stderr[-3000:]}")
    return result.stdout


if __name__ == "__main__":
    sys.exit(main())
