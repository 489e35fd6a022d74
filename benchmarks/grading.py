"""Grading 10,000 submissions of 30 questions, and 200 of them against the same arithmetic in plain Python.

The 10,000 are graded twice: with the same questions for all, and with pools and parameters, where each learner has
questions and values of their own.

python benchmarks/grading.py
"""

from __future__ import annotations

import json
import os
import random
import string
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import zip_longest
from pathlib import Path
from typing import Any

from _report import report

from qa_lesson.grading.analysis.item_analysis import ItemAnalysis, analyse_items
from qa_lesson.grading.formats.records import Key, answered, bundle_id, chain_hash, opened, submitted
from qa_lesson.grading.handing_out.bundle import build_personal_key
from qa_lesson.grading.marking.grade import Graded, grade
from qa_lesson.grading.marking.roster import read_roster
from qa_lesson.quiz.bank.files import load_quiz, quiz_names
from qa_lesson.quiz.bank.models import Pool, Quiz
from qa_lesson.quiz.kinds.code import Code
from qa_lesson.quiz.kinds.multi import Multi
from qa_lesson.quiz.kinds.numeric import Numeric, Tolerance
from qa_lesson.quiz.kinds.ordering import Ordering
from qa_lesson.quiz.kinds.registry import Question
from qa_lesson.quiz.kinds.short_text import Text
from qa_lesson.quiz.kinds.single import Single
from qa_lesson.quiz.kinds.span import SpanQuestion

LEARNERS, QUESTIONS, COMPARED = 10_000, 30, 200
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

EXPECTED_SECONDS = 80


def practice_key(n_questions: int) -> Key:
    """A graded quiz of the first questions of each kind in the practice bank, the kinds in turn."""
    by_kind: dict[str, list[Question]] = {}
    for name in quiz_names():
        for question in load_quiz(name).questions:
            by_kind.setdefault(question.kind, []).append(question)
    taken = [question for turn in zip_longest(*by_kind.values()) for question in turn if question is not None]
    rules = {"title": "Practice questions", "deadline": None, "attempts": None}
    name = bundle_id({**rules, "questions": [question.id for question in taken[:n_questions]]})
    return Key(bundle=name, questions=tuple(taken[:n_questions]), **rules)


def personal_key() -> Key:
    """The key of a quiz of 30 questions: 16 for all, 8 from two pools of 10, and 6 with parameters."""
    plain = {"objective": "", "difficulty": "easy", "points": 1.0}  # a pool's questions are worth the same
    taken = [question.model_copy(update=plain) for question in practice_key(36).questions]
    computed = [
        Numeric(
            id=f"crossing-{number}",
            kind="numeric",
            prompt="A ferry carries {cars} cars at {price} each and {bicycles} bicycles at 2. What does that bring in?",
            parameters={
                "cars": {"from": 10, "to": 60},
                "bicycles": {"from": 5, "to": 40},
                "price": {"choices": [7, 9]},
            },
            answer=f"cars * price + bicycles * 2 + {number}",
            tolerance=Tolerance(abs=0.5),
            wrong=[{"value": f"(cars + bicycles) * price + {number}", "feedback": "A bicycle costs 2, not {price}."}],
        )
        for number in range(6)
    ]
    pools = [
        Pool(id=f"pool-{start}", take=4, questions=[one.id for one in taken[start : start + 10]]) for start in (16, 26)
    ]
    quiz = Quiz(name="personal", title="Of one's own", graded=True, pools=pools, questions=[*taken, *computed])
    return build_personal_key([quiz], secret="5e" * 32)


def made_up(key: Key, learner: str, ability: float, rng: random.Random) -> str:
    """A submission: the abler the learner, the more answers are right; some are changed, few left out."""
    lines = [opened(key.bundle, learner, 1, _at(0))]
    for place, question in enumerate(key.questions):
        if rng.random() < 0.03:
            continue
        if rng.random() < 0.3:
            lines.append(answered(len(lines), question.id, _wrong(question, rng), _at(len(lines))))
        right = rng.random() < min(0.98, max(0.05, ability + 0.3 - 0.6 * place / len(key.questions)))
        response = _right(question) if right else _wrong(question, rng)
        lines.append(answered(len(lines), question.id, response, _at(len(lines))))
    lines.append(submitted(len(lines), len(lines) - 1, _at(len(lines))))
    previous, text = "", []
    for line in lines:
        previous = chain_hash(line, previous)
        text.append(json.dumps({**line, "hash": previous}, ensure_ascii=False))
    return "\n".join(text) + "\n"


def _at(minute: int) -> str:
    return (START + timedelta(minutes=minute)).isoformat().replace("+00:00", "Z")


def _right(question: Question) -> Any:
    match question:
        case Single():
            return question.key
        case Multi():
            return sorted(question.key)
        case Numeric():
            return question.target
        case Text():
            return question.accept[0].upper() if not question.case_sensitive else question.accept[0]
        case SpanQuestion():
            return question.answers[0]
        case Ordering():
            return list(question.key)
        case Code():
            return question.answer


def _wrong(question: Question, rng: random.Random) -> Any:
    match question:
        case Single():
            return rng.choice([option.id for option in question.options if not option.correct])
        case Multi():
            names = [option.id for option in question.options]
            return sorted(rng.sample(names, rng.randint(1, len(names) - 1)))
        case Numeric():
            return rng.choice([wrong.number for wrong in question.wrong] or [question.target + 1])
        case Text():
            return rng.choice([wrong.text for wrong in question.wrong] or ["something else"])
        case SpanQuestion():
            words = question.context.split()
            start = rng.randrange(len(words) - 3)
            return " ".join(words[start : start + 3])
        case Ordering():
            return rng.sample(list(question.key), len(question.key))
        case Code():
            return rng.choice([wrong.code for wrong in question.wrong] or [question.answer])


def plain_credit(question: Question, response: Any) -> float:
    """What an answer is worth, from the rules as a person would write them down."""
    match question:
        case Single():
            return float(response == question.key)
        case Multi():
            return max(0, sum(1 if name in question.key else -1 for name in response)) / len(question.key)
        case Numeric():
            tolerance = question.tolerance
            limit = tolerance.abs if tolerance.abs is not None else tolerance.rel * abs(question.target)
            return float(abs(response - question.target) <= limit + 1e-9 * max(1, abs(question.target)))
        case Text():
            accepted = question.accept if question.case_sensitive else [text.lower() for text in question.accept]
            return float((response if question.case_sensitive else response.lower()) in accepted)
        case SpanQuestion():
            return max(_plain_f1(_plain_words(response), _plain_words(answer)) for answer in question.answers)
        case Ordering():
            return float(tuple(response) == question.key)
        case Code():
            return float(response == question.answer)


def _plain_words(text: str) -> list[str]:
    kept = "".join(letter for letter in text.lower() if letter not in string.punctuation)
    return [word for word in kept.split() if word not in ("a", "an", "the")]


def _plain_f1(given: list[str], wanted: list[str]) -> float:
    shared = sum((Counter(given) & Counter(wanted)).values())
    return 2 * shared / (len(given) + len(wanted)) if shared else 0.0


def plain_row(key: Key, text: str) -> list[float | None]:
    """The points of a file's answers to each question; None: there is none."""
    answers = {}
    for line in map(json.loads, text.splitlines()):
        if line["type"] == "answered":
            answers[line["question"]] = line["response"]
    return [
        plain_credit(question, answers[question.id]) * question.points if question.id in answers else None
        for question in key.questions
    ]


def plain_grades(key: Key, texts: dict[str, str]) -> dict[str, Any]:
    """Points by learner, and facility and discrimination by question, in plain Python over the files' lines."""
    rows = {learner: plain_row(key, text) for learner, text in texts.items()}
    items = []
    for place, question in enumerate(key.questions):
        pairs = [
            (row[place], sum(points or 0 for other, points in enumerate(row) if other != place))
            for row in rows.values()
            if row[place] is not None
        ]
        facility = sum(points for points, _ in pairs) / len(pairs) / question.points
        items.append((facility, _plain_correlation(pairs)))
    return {"points": {name: sum(points or 0 for points in row) for name, row in rows.items()}, "items": items}


def _plain_correlation(pairs: list[tuple[float, float]]) -> float | None:
    n = len(pairs)
    left, right = sum(x for x, _ in pairs) / n, sum(y for _, y in pairs) / n
    both = sum((x - left) * (y - right) for x, y in pairs)
    spread = sum((x - left) ** 2 for x, _ in pairs) * sum((y - right) ** 2 for _, y in pairs)
    return both / spread**0.5 if spread > 1e-18 else None


def largest_difference(graded: Graded, analysis: ItemAnalysis, plain: dict[str, Any]) -> float:
    """Between the two ways, over the points of all learners and the statistics of all questions."""
    differences = [abs(one.points - plain["points"][one.learner.id]) for one in graded.results.handed_in]
    for item, (facility, discrimination) in zip(analysis.items, plain["items"], strict=True):
        differences.append(abs(item.facility - facility))
        if (item.discrimination is None) != (discrimination is None):
            raise AssertionError(f"{item.question.id}: {item.discrimination} against {discrimination}")
        differences.append(abs((item.discrimination or 0) - (discrimination or 0)))
    return max(differences)


def write_submissions(folder: Path, key: Key, n_learners: int, seed: int = 0) -> dict[str, str]:
    """Submissions, key and roster in `folder`; the texts by learner."""
    rng = random.Random(seed)
    texts = {}
    (folder / "submissions").mkdir(parents=True)
    for number in range(n_learners):
        learner = f"learner{number:05d}"
        texts[learner] = made_up(key.for_learner(learner), learner, rng.random(), rng)
        (folder / "submissions" / f"{learner}.jsonl").write_text(texts[learner], encoding="utf-8")
    (folder / "key.json").write_text(key.model_dump_json(), encoding="utf-8")
    (folder / "roster.csv").write_text("\n".join(["id", *texts, "nobody"]) + "\n", encoding="utf-8")
    return texts


def timed(folder: Path, key: Key) -> dict[str, Any]:
    """Grade 10,000 submissions with the command: its seconds, memory and summary.

    Args:
        folder: for the submissions; made.
        key: of the quiz.
    """
    write_submissions(folder, key, LEARNERS)
    n_bytes = sum(path.stat().st_size for path in (folder / "submissions").iterdir())
    command = [sys.executable, "-m", "qa_lesson.cli", "grade", folder / "submissions", "--key", folder / "key.json"]
    command += ["--roster", folder / "roster.csv", "--out", folder / "out", "--json"]
    started = time.perf_counter()
    with subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - started
    assert process.returncode == 0, process.returncode
    summary = json.loads(told)
    assert summary["handed_in"] == LEARNERS, summary
    return {
        "submissions": LEARNERS,
        "questions": len(key.for_learner("learner00000").questions),
        "mebibytes": n_bytes / 2**20,
        "seconds": seconds,
        "cpu_seconds": usage.ru_utime + usage.ru_stime,
        "peak_gib": usage.ru_maxrss / (2**30 if sys.platform == "darwin" else 2**20),
        "mean": summary["mean"],
        "reliability": summary["reliability"],
    }


def main() -> None:
    """Time the command on everything, and both ways on a part of it."""
    key = practice_key(QUESTIONS)
    with tempfile.TemporaryDirectory() as name:
        full = timed(Path(name) / "whole", key)
        personal = timed(Path(name) / "personal", personal_key())
        for what, one in (("the same for all", full), ("pools and parameters", personal)):
            size = f"{one['submissions']} submissions of {one['questions']} questions ({one['mebibytes']:.0f} MiB)"
            print(f"{size}, {what}: {one['seconds']:.1f} s, {one['peak_gib']:.2f} GiB at most")
        part = Path(name) / "part"
        texts = write_submissions(part, key, COMPARED)
        roster = read_roster(part / "roster.csv")
        started = time.perf_counter()
        graded = grade([part / "submissions"], key, roster)
        analysis = analyse_items(graded.results, key)
        ours = time.perf_counter() - started
    started = time.perf_counter()
    plain = plain_grades(key, texts)
    theirs = time.perf_counter() - started
    difference = largest_difference(graded, analysis, plain)
    assert difference < 1e-9, difference
    report(
        "grading",
        ("grade", ours),
        ("plain Python", theirs),
        what=f"grades and item analysis of {COMPARED} submissions",
        compared_on={"submissions": COMPARED, "questions": QUESTIONS, "largest_difference": difference},
        full={**full, "personal": personal},
    )


if __name__ == "__main__":
    main()
