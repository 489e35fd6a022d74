"""Twice the input, twice the time? `score`, `make_windows`, `validate`, `audit` and `grade` at n, 2n and 4n.

python benchmarks/doubling.py
"""

from __future__ import annotations

import itertools
import json
import random
import string
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from _report import report_table
from grading import practice_key, write_submissions

from qa_lesson import Answer, Example, evaluate_predictions, make_windows
from qa_lesson.encoder import load_tokenizer
from qa_lesson.grading.marking.grade import grade
from qa_lesson.grading.marking.roster import read_roster
from qa_lesson.leakage import audit
from qa_lesson.loading import validate

WORDS = ["".join(random.Random(n).choices(string.ascii_lowercase, k=3 + n % 7)) for n in range(4_000)]
STEPS = 3  # sizes: n, 2n, 4n

EXPECTED_SECONDS = 80


def examples(n: int, *, words: int = 60, seed: int = 0) -> list[Example]:
    """Questions with a passage each, every passage of its own, ten to a document."""
    rng = random.Random(seed)
    made = []
    for number in range(n):
        context = " ".join(rng.choices(WORDS, k=words)).capitalize() + "."
        answer = context.split()[rng.randrange(1, words - 1)]
        question = f"What about {' '.join(rng.choices(WORDS, k=6))}?"
        place = Answer(answer, context.index(answer))
        made.append(Example(f"{seed}-{number}", question, context, (place,), document=f"{seed}-{number // 10}"))
    return made


def one_context(n_words: int) -> list[Example]:
    """One question on a single long context."""
    return examples(1, words=n_words)


def rows(made: list[Example]) -> str:
    """The examples as JSON Lines."""
    records = (
        {"id": one.id, "question": one.question, "context": one.context, "answer": one.answers[0].text,
         "answer_start": one.answers[0].start, "document": one.document}
        for one in made
    )  # fmt: skip
    return "\n".join(json.dumps(record) for record in records)


def scored(n: int, folder: Path) -> Callable[[], object]:
    """Scoring n questions."""
    made = examples(n)
    predictions = {one.id: one.context[:40] for one in made}
    return lambda: evaluate_predictions(made, predictions)


def windows_of_many(n: int, folder: Path) -> Callable[[], object]:
    """Windows of n short contexts."""
    made, tokenizer = examples(n), load_tokenizer()
    return lambda: make_windows(made, tokenizer, max_length=128, stride=32)


def windows_of_one(n: int, folder: Path) -> Callable[[], object]:
    """Windows of one context of n words."""
    made, tokenizer = one_context(n), load_tokenizer()
    return lambda: make_windows(made, tokenizer, max_length=128, stride=32)


def validated(n: int, folder: Path) -> Callable[[], object]:
    """Validating a file of n questions."""
    file = folder / f"validate-{n}.jsonl"
    file.write_text(rows(examples(n)), encoding="utf-8")
    return lambda: validate(file)


def validated_one(n: int, folder: Path) -> Callable[[], object]:
    """Validating a file with one context of n words."""
    file = folder / f"validate-one-{n}.jsonl"
    file.write_text(rows(one_context(n)), encoding="utf-8")
    return lambda: validate(file)


def audited(n: int, folder: Path) -> Callable[[], object]:
    """Auditing n training questions against n / 4 test questions, without embeddings."""
    training, test = examples(n), examples(n // 4, seed=1)
    return lambda: audit(training, test, embeddings=False)


def graded(n: int, folder: Path) -> Callable[[], object]:
    """Grading n submissions of ten questions."""
    key = practice_key(10)
    place = folder / f"grade-{n}"
    place.mkdir()
    write_submissions(place, key, n)
    roster = read_roster(place / "roster.csv")
    return lambda: grade([place / "submissions"], key, roster)


WORK: dict[str, tuple[Callable[[int, Path], Callable[[], object]], int]] = {
    "score, questions": (scored, 20_000),
    "make_windows, questions": (windows_of_many, 1_000),
    "make_windows, words of one context": (windows_of_one, 40_000),
    "validate, questions": (validated, 4_000),
    "validate, words of one context": (validated_one, 200_000),
    "audit, training questions": (audited, 4_000),
    "grade, submissions": (graded, 1_000),
}
"""What is measured, and its smallest size. All of it takes about two minutes on two cores."""


def main() -> None:
    """Measure each at three sizes and print the ratios."""
    table = []
    with tempfile.TemporaryDirectory() as name:
        for what, (prepare, smallest) in WORK.items():
            sizes = [smallest * 2**step for step in range(STEPS)]
            took = []
            for size in sizes:
                work = prepare(size, Path(name))
                fastest = float("inf")
                for _ in range(3):  # the fastest of three: other programs only make a run slower
                    started = time.perf_counter()
                    work()
                    fastest = min(fastest, time.perf_counter() - started)
                took.append(fastest)
            ratios = [later / earlier for earlier, later in itertools.pairwise(took)]
            table.append({"what": what, "sizes": sizes, "seconds": took, "ratios": ratios})
    report_table("doubling", table)


if __name__ == "__main__":
    main()
