"""Quizzes for the tests of exports: the whole bank, and one with every kind and awkward texts."""

from __future__ import annotations

from functools import cache
from typing import Any

from qa_lesson.quiz.bank.files import load_quiz, quiz_names
from qa_lesson.quiz.bank.models import Quiz

AWKWARD = "Is `a[b[0]]>c` < 3 & $x<y'$, it's \"so\"? <b>no</b> ]]> é € for $5"


@cache
def whole_bank() -> tuple[Quiz, ...]:
    return tuple(load_quiz(name) for name in quiz_names())


def question(kind: str, name: str, **fields: Any) -> dict[str, Any]:
    return {
        "id": name, "kind": kind, "objective": "all", "difficulty": "easy", "prompt": AWKWARD, "hints": [AWKWARD],
        "steps": [AWKWARD, "b"], "quick_check": AWKWARD, "mistakes": [AWKWARD], "section": "05_metrics.ipynb#Recap",
    } | fields  # fmt: skip


def option(name: str, correct: bool = False, text: str = AWKWARD) -> dict[str, Any]:
    return {"id": name, "text": f"{name}: {text}", "correct": correct, "feedback": f"because {text}"}


def quiz_of(*questions: dict[str, Any], name: str = "awkward", title: str = AWKWARD, graded: bool = False) -> Quiz:
    about = {"graded": True} if graded else {"lesson": "05_metrics"}
    return Quiz.model_validate(
        {"name": name, "title": title, "objectives": {"all": "do it"}, "questions": list(questions), **about}
    )


def every_kind(**changes: Any) -> Quiz:
    told = {"right": AWKWARD, "otherwise": AWKWARD}
    number = {"answer": 0.3, "tolerance": {"abs": 0.1}, "unit": "fraction", "no_recompute": "a test"}
    return quiz_of(
        question("single", "q-single", options=[option("a"), option("b", True), option("c")]),
        question("multi", "q-multi", options=[option(n, n in "abc") for n in "abcd"], points=2.5),
        question("numeric", "q-abs", **number, **told, wrong=[{"value": 0.7, "feedback": AWKWARD}]),
        question("numeric", "q-rel", **number | {"answer": -120.0, "tolerance": {"rel": 0.01}}, **told),
        question("numeric", "q-exact", **number | {"answer": 0.0, "tolerance": {"abs": 0.0}}, **told),
        question("text", "q-text", accept=["`a*b`", "A*B", "<i>"], wrong=[{"text": "a", "feedback": "w"}], **told),
        question("text", "q-case", accept=["Ab", "aB"], case_sensitive=True, **told),
        question("span", "q-span", context="Under <the> Old\nMole, at 9 & 10.", answers=["the> Old\nMole,"], **told),
        question(
            "ordering",
            "q-order",
            items=[{key: value for key, value in option(n).items() if key != "correct"} for n in "abcd"],
            **told,
        ),
        question("code", "q-code", template="x = ___ * 2", answer="a < b & 1", check="assert x", **told),
        **changes,
    )
