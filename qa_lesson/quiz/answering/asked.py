"""What of a question may leave the kernel before it is answered: named fields only, never the key or a feedback."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qa_lesson.quiz.kinds.registry import Question, kind_class
from qa_lesson.quiz.pages.markdown import render_markdown


def asked_fields(question: Question) -> dict[str, Any]:
    """What a question asks, as it is written, without anything that says what is right.

    Options, and the items of an ordering, are {id, text} sorted by id, so that their order says nothing.

    Args:
        question: a question of the bank.
    """
    return {**_common(question), **question.asked_parts()}


def page_fields(asked: Mapping[str, Any]) -> dict[str, Any]:
    """What a page shows of a question: texts as safe HTML, and what the learner is to do.

    Args:
        asked: what `asked_fields` gives, its options and items in the order that the page shows.
    """
    kind = kind_class(asked["kind"])
    return {
        "id": asked["id"],
        "kind": asked["kind"],
        "points": asked["points"],
        "prompt": render_markdown(asked["prompt"]),
        "instruction": kind.instruction,
        **kind.page_parts(asked),
    }


def public_question(question: Question, learner: str) -> dict[str, Any]:
    """The fields of a practice question that the learner's page receives.

    Args:
        question: a question of the bank.
        learner: seeds the order of an ordering question's items, so that it stays the same for a learner.
    """
    shown = page_fields({**_common(question), **question.practice_parts(learner)})
    return {**shown, "difficulty": question.difficulty, "n_hints": len(question.hints)}


def _common(question: Question) -> dict[str, Any]:
    return {"id": question.id, "kind": question.kind, "points": question.points, "prompt": question.prompt}
