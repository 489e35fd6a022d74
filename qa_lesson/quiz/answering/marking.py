"""Marking: what a response to a question earns, and what to tell the learner."""

from __future__ import annotations

from qa_lesson.quiz.kinds.registry import Question
from qa_lesson.quiz.kinds.shared.marks import Mark, Response


def mark(question: Question, response: Response) -> Mark:
    """Mark a response; how, is told by the method `mark` of each kind in `qa_lesson.quiz.kinds`.

    Code of code questions runs here, for two seconds at most.

    Args:
        question: of the bank.
        response: an option id, option or item ids, a number, or what was typed.

    Raises:
        ResponseError: the response cannot be marked (nothing chosen, no number, an unknown option, code that Python
            cannot read); this is not an attempt.
    """
    return question.mark(response)
