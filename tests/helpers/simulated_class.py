"""A class of 90 that takes a midterm: who they are, what they answer, and what each answer is worth, known beforehand.

Nothing here asks the grading code. The simulation reads a question as a learner does and computes for itself what is
right, so its points can be compared with the graded ones.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from qa_lesson.grading import load_bundle
from qa_lesson.grading.sitting.sitting import Sitting
from qa_lesson.quiz.kinds.shared.asked_record import Asked

QUIZ = """
title: "Midterm: the ferry to Skelm"
graded: true
pools:
  - {id: words, take: 2, questions: [word-port, word-stern, word-knot, word-lee]}
  - {id: rules, take: 1, questions: [rule-child, rule-dog, rule-bicycle]}
questions:
  - id: first
    kind: single
    prompt: The ferry sails every 50 minutes from 06:20. Which sailing is the first after 08:00?
    options:
      - {id: at-0850, text: "08:50", correct: true}
      - {id: at-0800, text: "08:00", feedback: That is exactly 08:00 and not after it.}
      - {id: at-0820, text: "08:20", feedback: That would be a sailing every hour.}
  - id: free
    kind: multi
    points: 2
    prompt: "Children under 6 and residents travel free, except on holidays. Who travels free on an ordinary Monday?"
    options:
      - {id: child-of-five, text: "A visitor's child, aged 5", correct: true}
      - {id: resident, text: "A resident, aged 40", correct: true}
      - {id: child-of-six, text: "A visitor's child, aged 6"}
      - {id: student, text: A visiting student}
  - id: load
    kind: numeric
    points: 2
    parameters: {cars: {from: 11, to: 39, step: 2}, bicycles: {from: 12, to: 40, step: 4}, price: {choices: [8, 9, 12]}}
    prompt: |
      A ferry carries {cars} cars and {bicycles} bicycles. A car costs {price} and a bicycle 2.
      What does the crossing bring in?
    answer: "cars * price + bicycles * 2"
    tolerance: {abs: 0}
    unit: crowns
    wrong: [{value: "(cars + bicycles) * price", feedback: "A bicycle costs 2, not {price}."}]
    steps: ["The cars pay {cars} times {price}.", "The bicycles pay {bicycles} times 2."]
  - {id: word-port, kind: text, prompt: What do sailors call the left side of a ship?, accept: [port]}
  - {id: word-stern, kind: text, prompt: What do sailors call the back of a ship?, accept: [stern]}
  - {id: word-knot, kind: text, prompt: In which unit do sailors measure speed?, accept: [knot, knots]}
  - {id: word-lee, kind: text, prompt: What do sailors call the side away from the wind?, accept: [lee, leeward]}
  - id: rule-child
    kind: single
    prompt: Who needs an adult on board?
    options:
      - {id: under-ten, text: Children under ten, correct: true}
      - {id: all-children, text: All children}
      - {id: residents, text: Residents}
  - id: rule-dog
    kind: single
    prompt: Where may dogs travel?
    options:
      - {id: on-deck, text: On the open deck, correct: true}
      - {id: in-cabin, text: In the cabin}
      - {id: nowhere, text: Nowhere}
  - id: rule-bicycle
    kind: single
    prompt: When do bicycles board?
    options:
      - {id: after-cars, text: After the cars, correct: true}
      - {id: before-cars, text: Before the cars}
      - {id: any-time, text: At any time}
  - id: boarding
    kind: ordering
    prompt: In which order do they board?
    items: [{id: cars, text: Cars}, {id: bicycles, text: Bicycles}, {id: walkers, text: Foot passengers}]
  - id: fare
    kind: code
    prompt: "A crossing costs 8, and half of that under 16. Complete the function."
    template: |
      def fare(age):
          return ___
    answer: 4 if age < 16 else 8
    wrong: [{code: 4 if age <= 16 else 8, feedback: "At 16 it is 8."}]
  - id: explain-late
    kind: free_text
    points: 4
    prompt: The last ferry waits for the last train. Why may it not wait for every train?
    model_answer: Each minute of waiting adds up, and then the passengers at the other end wait longer than those here.
    rubric:
      - id: delay
        text: Says that delays add up
        levels: [{points: 0, text: Not said}, {points: 1, text: Said without a reason}, {points: 2, text: Explained}]
      - id: others
        text: Thinks of those who wait elsewhere
        levels: [{points: 0, text: Not mentioned}, {points: 2, text: Mentioned}]
  - id: explain-score
    kind: free_text
    points: 3
    prompt: A survey of 40 passengers finds 90% content. What would you ask before you believe it?
    model_answer: How the 40 were chosen, and how far the share may be off with so few.
    rubric:
      - id: sample
        text: Asks how they were chosen
        levels: [{points: 0, text: "No"}, {points: 1.5, text: "Yes"}]
      - id: size
        text: Asks how sure a share of 40 is
        levels: [{points: 0, text: "No"}, {points: 0.5, text: Mentions the number only}, {points: 1.5, text: "Yes"}]
"""
DEADLINE = datetime(2026, 12, 1, 17, tzinfo=UTC)
RULES = ["--deadline", "2026-12-01T18:00+01:00", "--attempts", "2"]
POSSIBLE = 1 + 2 + 2 + 2 * 1 + 1 + 1 + 1 + 4 + 3
POINTS = {"free": 2.0, "load": 2.0, "explain-late": 4.0, "explain-score": 3.0}  # all others: 1

CHOICES = {
    "first": ("at-0850", ["at-0800", "at-0820"]), "rule-child": ("under-ten", ["all-children", "residents"]),
    "rule-dog": ("on-deck", ["in-cabin", "nowhere"]), "rule-bicycle": ("after-cars", ["before-cars", "any-time"]),
    "word-port": ("port", ["starboard", "left"]), "word-stern": ("Stern", ["bow", "keel"]),
    "word-knot": ("knots", ["miles", "kmh"]), "word-lee": ("lee", ["luff", "port"]),
    "boarding": (["cars", "bicycles", "walkers"], [["walkers", "bicycles", "cars"], ["cars", "walkers", "bicycles"]]),
    "fare": ("4 if age < 16 else 8", ["4 if age <= 16 else 8"]),
}  # fmt: skip
OTHER_CODE = "8 if age >= 16 else 4"
"""Right, but not what the key says: a person decides."""

# text -> the level of each criterion, as the person sees it who knows the course
OPEN: Mapping[str, Mapping[str, dict[str, int]]] = {
    "explain-late": {
        "Every delay is passed on, since the ferry comes back later, and people on the island wait in the cold.":
            {"delay": 2, "others": 1},
        "If it waited each time, the waiting would add up over the day because no crossing gets shorter.":
            {"delay": 2, "others": 0},
        "The delays add up.": {"delay": 1, "others": 0},
        "Delays add up and the others are late for their own trains.": {"delay": 1, "others": 1},
        "Someone on the other side waits, too.": {"delay": 0, "others": 1},
        "Because the captain wants to go home.": {"delay": 0, "others": 0},
        "It is the rule.": {"delay": 0, "others": 0},
    },
    "explain-score": {
        "How were the 40 chosen, and how far off can 90% be with only 40 people?": {"sample": 1, "size": 2},
        "Who answered? Perhaps only those who like the ferry.": {"sample": 1, "size": 0},
        "40 is few, so the interval is wide. Which interval is it?": {"sample": 0, "size": 2},
        "Only 40?": {"sample": 0, "size": 1},
        "Who was asked, and why only 40?": {"sample": 1, "size": 1},
        "Nothing. 90% is a lot.": {"sample": 0, "size": 0},
    },
}  # fmt: skip
ENDINGS = ("", "", "", "", " I think.", " That is how it was last winter.")
"""What some learners add, so that not all answers of one worth are identical."""
LEVELS = {
    ("explain-late", "delay"): (0, 1, 2), ("explain-late", "others"): (0, 2),
    ("explain-score", "sample"): (0, 1.5), ("explain-score", "size"): (0, 0.5, 1.5),
}  # fmt: skip


@dataclass
class Learner:
    """Somebody in the class.

    Args:
        number: from 0.
        name: first and last.
        ability: from 0 to 1.
        credits: of the answers that they gave last, by question id; a fraction of its points.
        answers: the same, as given.
    """

    number: int
    name: str
    ability: float
    credits: dict[str, float] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return f"{9000 + self.number}"

    @property
    def email(self) -> str:
        return f"{self.name.lower().replace(' ', '.')}@uni.example"

    def earned(self) -> float:
        """Points of the answers, before anything is taken off."""
        return sum(credit * POINTS.get(name, 1.0) for name, credit in self.credits.items())


def make_class(n: int, rng: random.Random) -> list[Learner]:
    """Learners with different names and a range of abilities."""
    first = "Ann Bob Cyd Dan Eve Fay Gil Hal Ida Jan Kim Leo Mia Nia Ole".split()
    last = "Abel Bode Carr Diaz Egan Ford".split()
    return [Learner(i, f"{first[i % len(first)]} {last[i // len(first)]}", rng.uniform(0.15, 0.95)) for i in range(n)]


class Clock:
    """A learner's clock: some seconds pass between any two looks at it."""

    def __init__(self, start: datetime, rng: random.Random) -> None:
        self.now, self._rng = start, rng

    def __call__(self) -> str:
        self.now += timedelta(seconds=self._rng.uniform(20, 80))
        return self.now.isoformat().replace("+00:00", "Z")


def answer(question: Asked, learner: Learner, rng: random.Random) -> tuple[Any, float]:
    """What a learner answers, and the share of the points that it is worth."""
    knows = rng.random() < learner.ability
    if question.id in OPEN:
        by_worth = sorted(OPEN[question.id], key=lambda text: open_credit(question.id, text))
        place = min(len(by_worth) - 1, max(0, round(rng.gauss(learner.ability, 0.2) * (len(by_worth) - 1))))
        return by_worth[place] + rng.choice(ENDINGS), open_credit(question.id, by_worth[place])
    if question.id == "free":
        if knows:
            return ["child-of-five", "resident"], 1.0
        return rng.choice([(["resident"], 0.5), (["child-of-five", "student"], 0.0), (["child-of-six"], 0.0)])
    if question.id == "load":
        cars, bicycles, price = map(int, re.findall(r"\d+", question.prompt)[:3])
        return (f"{cars * price + bicycles * 2}", 1.0) if knows else (f"{(cars + bicycles) * price}", 0.0)
    if question.id == "first" and learner.ability > 0.6 and rng.random() < 0.7:
        return "at-0800", 0.0  # able learners read the question in another way
    right, wrong = CHOICES[question.id]
    return (right, 1.0) if knows else (rng.choice(wrong), 0.0)


def open_credit(question: str, text: str) -> float:
    """Of an answer in words, by its levels."""
    levels = OPEN[question][text]
    return sum(LEVELS[question, name][level] for name, level in levels.items()) / POINTS[question]


def without_ending(text: str) -> str:
    """An answer as `OPEN` has it."""
    return next((text.removesuffix(ending) for ending in ENDINGS if ending and text.endswith(ending)), text)


def sit(
    learner: Learner,
    bundle: Path,
    folder: Path,
    start: datetime,
    rng: random.Random,
    extra_attempts: int = 0,
    **fixed: Any,
) -> Path:
    """Answer everything and hand in; the file. A later attempt replaces what the learner is known to have answered.

    Args:
        fixed: response and worth by question id, dashes as underscores.
    """
    clock = Clock(start, rng)
    sitting = Sitting(load_bundle(bundle), learner.email, folder, extra_attempts=extra_attempts, clock=clock)
    if sitting.receipt is not None:
        sitting.begin_again()
    learner.credits, learner.answers = {}, {}
    for question in sitting.questions:
        response, credit = fixed.get(question.id.replace("-", "_")) or answer(question, learner, rng)
        sitting.answer(question.id, response)
        learner.answers[question.id], learner.credits[question.id] = response, credit
    return sitting.submit().path
