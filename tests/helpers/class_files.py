"""Progress files as learners export them, and a class that is made up but behaves like one."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from qa_lesson.grading.overview.class_progress import lesson_quizzes
from qa_lesson.quiz.bank.models import Quiz
from qa_lesson.quiz.kinds.registry import Question
from qa_lesson.quiz.kinds.shared.forms import Choices

TODAY = "2026-03-31"


def attempt(quiz: str, question: str, correct: bool, **more: Any) -> dict[str, Any]:
    """An answer as version 1 has it, without what no class page reads."""
    return {"quiz": quiz, "question": question, "correct": correct, "response": "x", "confidence": None, **more}


def export(sender: str, attempts: list[dict] | None = None, **more: Any) -> str:
    """The text of a file."""
    record = {
        "format": "qa-lesson progress", "version": 1, "contents": "everything", "from": sender,
        "learner": f"id of {sender}", "exported_at": f"{TODAY}T10:00:00+00:00", "attempts": attempts or [], **more,
    }  # fmt: skip
    return json.dumps(record)


def response_to(question: Question, correct: bool, chance: random.Random) -> Any:
    """An option for a question with options, the first wrong one most of the time; otherwise a number in a text."""
    form = question.form()
    if not isinstance(form, Choices):
        return "42" if correct else chance.choice(["7", "7", "9"])
    right = [one.id for one in form.options if one.correct]
    wrong = [one.id for one in form.options if not one.correct]
    chosen = right if correct else [wrong[0] if wrong and chance.random() < 0.7 else chance.choice(wrong or right)]
    return chosen if form.several else chosen[0]


def simulated(number: int, quizzes: tuple[Quiz, ...], seed: int = 1) -> list[dict[str, Any]]:
    """The answers of one learner: most learn, some stop early, and one in ten is certain of nearly everything."""
    chance = random.Random(f"{seed} {number}")
    skill, reach = chance.betavariate(12, 3), round(len(quizzes) * min(1.0, chance.betavariate(3, 1.5) * 1.2))
    bold, stubborn = chance.random() < 0.08, chance.random() < 0.06
    attempts = []
    for place, quiz in enumerate(quizzes[:reach]):
        day = f"2026-{2 + (place * 2) // 28:02}-{1 + (place * 2) % 28:02}"
        for question in quiz.questions:
            if place == reach - 1 and chance.random() < 0.4:
                continue
            hard = 0.3 if (place in (6, 9)) + chance.random() > 0.8 else 0.0
            correct = chance.random() < (skill - hard) * (0.7 if bold or stubborn else 1.0)
            sure = 0.95 if bold or (correct and chance.random() < 0.5) else chance.choice([None, 1 / 3, 2 / 3])
            if place == 6 and not correct and chance.random() < 0.7:
                sure = 0.95  # what this lesson corrects, many believe firmly
            more = {"confidence": sure, "at": f"{day}T12:00:00.000000+00:00"}
            for tries in range(4):
                given = response_to(question, correct, chance)
                attempts.append(attempt(quiz.name, question.id, correct, response=given, **more))
                if correct or (tries == 0 and chance.random() < 0.3):
                    break
                correct = chance.random() < (0.3 if stubborn else 0.9)
    return attempts


def write_class(folder: Path, n: int = 90, silent: int = 8) -> Path:
    """A roster of `n` learners in ``roster.csv`` and the files of all but the last `silent` in ``progress``."""
    quizzes = lesson_quizzes()
    names = ["Ada", "Bo", "Cem", "Dana", "Eli", "Fay", "Gus", "Hana", "Ivo", "June"]
    families = ["Abel", "Brandt", "Castro", "Dogan", "Engel", "Fiore", "Garcia", "Haddad", "Ito", "Jansen"]
    rows = ["id,name,email"]
    (folder / "progress").mkdir(parents=True)
    for number in range(n):
        name = f"{names[number % 10]} {families[number // 10 % 10]}"
        rows.append(f"s{1000 + number},{name},s{1000 + number}@uni.example")
        if number < n - silent:
            text = export(f"s{1000 + number}@uni.example", simulated(number, quizzes))
            (folder / "progress" / f"{number}.json").write_text(text, encoding="utf-8")
    (folder / "roster.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder
