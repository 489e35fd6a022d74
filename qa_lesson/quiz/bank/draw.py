"""Which questions of a pool a learner gets: the same ones each time, on every machine and version of Python."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import get_args

from qa_lesson.errors import BankError
from qa_lesson.quiz.bank.models import Quiz
from qa_lesson.quiz.kinds.registry import Question
from qa_lesson.quiz.kinds.shared.fields import Difficulty

DIFFICULTIES: tuple[Difficulty, ...] = get_args(Difficulty)
"""From easy to hard, the order that questions are asked."""


def draw_questions(quiz: Quiz, learner: str) -> tuple[Question, ...]:
    """The questions of a pool that this learner is asked, easy ones first; all of them where the quiz has no draw.

    They are spread over the objectives: each objective is asked at least once if any draw of these numbers can do
    that, and beyond that as evenly as the pool allows.

    Args:
        quiz: a pool (placement or mastery) or a lesson's quiz.
        learner: the seed, with the quiz's name; see `Progress.learner`.

    Raises:
        BankError: the pool has too few questions of a difficulty.
    """
    if quiz.draw is None:
        return quiz.questions
    ranked = sorted(quiz.questions, key=lambda question: _hash(learner, quiz.name, question.id))
    wanted = {difficulty: getattr(quiz.draw, difficulty) for difficulty in DIFFICULTIES}
    for difficulty, n in wanted.items():
        available = sum(question.difficulty == difficulty for question in ranked)
        if available < n:
            raise BankError(
                f"{n} {difficulty} questions are to be drawn, and the pool has {available}",
                where=quiz.name,
                fix=f"add {difficulty} questions or lower draw.{difficulty}",
            )
    chosen = _one_for_each_objective(ranked, wanted, sorted(quiz.objectives, key=lambda one: _hash(learner, one)))
    for difficulty, n in wanted.items():
        while sum(question.difficulty == difficulty for question in chosen) < n:
            asked = Counter(question.objective for question in chosen)
            rest = [one for one in ranked if one.difficulty == difficulty and one not in chosen]
            chosen.append(min(rest, key=lambda one: asked[one.objective]))  # the first of the least asked
    place = {question.id: number for number, question in enumerate(ranked)}
    return tuple(sorted(chosen, key=lambda one: (DIFFICULTIES.index(one.difficulty), place[one.id])))


def _one_for_each_objective(
    ranked: list[Question], wanted: dict[Difficulty, int], objectives: list[str]
) -> list[Question]:
    """One question for as many objectives as there can be, by augmenting paths (Kuhn 1955, with room for several)."""
    holders: dict[Difficulty, dict[str, Question]] = {difficulty: {} for difficulty in wanted}

    def place(objective: str, tried: set[Difficulty]) -> bool:
        for question in ranked:
            difficulty = question.difficulty
            if question.objective != objective or difficulty in tried or not wanted[difficulty]:
                continue
            tried.add(difficulty)
            held = holders[difficulty]
            if len(held) < wanted[difficulty]:
                held[objective] = question
                return True
            for other in list(held):
                if place(other, tried):
                    del held[other]
                    held[objective] = question
                    return True
        return False

    for objective in objectives:
        place(objective, set())
    return [question for held in holders.values() for question in held.values()]


def _hash(*parts: str) -> bytes:
    return hashlib.sha256("\0".join(parts).encode()).digest()
