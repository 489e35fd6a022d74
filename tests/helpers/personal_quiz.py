"""A graded quiz with a pool and parameters, and submissions to its personal bundles."""

from __future__ import annotations

from pathlib import Path

from handed_in import as_text, chained, records

from qa_lesson.grading.formats.records import Key
from qa_lesson.grading.handing_out.bundle import build_personal_key
from qa_lesson.quiz.bank.files import parse_quiz
from qa_lesson.quiz.bank.models import Quiz

SECRET = "5e" * 32
TEXT = """
title: Pages
graded: true
pools:
  - {id: words, take: 2, questions: [w-one, w-two, w-three, w-four]}
questions:
  - id: q-same
    kind: single
    prompt: Which one?
    options:
      - {id: a, text: This, correct: true}
      - {id: b, text: That}
      - {id: c, text: Neither}
  - id: q-pages
    kind: numeric
    points: 2
    parameters: {n: {from: 10, to: 50, step: 5}, m: {choices: [3, 7]}}
    prompt: A file has {n} pages, of which {m} are a chapter. How many pages have ten such files and a chapter?
    answer: 10 * n + m
    tolerance: {abs: 0}
    unit: pages
    right: It is {answer} pages.
    wrong:
      - {value: 10 * (n + m), feedback: "Only one chapter, of {m} pages."}
    otherwise: Ten times {n}, and then {m}.
    steps: ["Ten times {n}.", "Add {m}, which gives {answer}."]
  - {id: w-one, kind: text, prompt: The first word?, accept: [one]}
  - {id: w-two, kind: text, prompt: The second word?, accept: [two]}
  - {id: w-three, kind: text, prompt: The third word?, accept: [three]}
  - {id: w-four, kind: text, prompt: The fourth word?, accept: [four]}
"""
WORDS = {f"w-{word}": word for word in ("one", "two", "three", "four")}


def personal_quiz(text: str = TEXT) -> Quiz:
    return parse_quiz(text, Path("pages.yaml"))


def personal_key(text: str = TEXT, secret: str | None = SECRET, **rules) -> Key:
    return build_personal_key([personal_quiz(text)], secret=secret, **rules)


def right_answers(key: Key, learner: str) -> dict:
    """What this learner would answer if they knew everything."""
    found: dict = {}
    for question in key.for_learner(learner).questions:
        found[question.id] = {"q-same": "a", **WORDS}.get(question.id) or question.target
    return found


def submission(key: Key, learner: str, answers: dict | None = None, *, typed: str | None = None, **fields) -> str:
    """A file made with the learner's own bundle, under the name that they typed."""
    given = right_answers(key, learner) if answers is None else answers
    return as_text(chained(records(typed or learner, given, bundle=key.for_learner(learner).bundle, **fields)))
