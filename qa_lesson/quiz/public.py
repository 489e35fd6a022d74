"""What of a question may leave the kernel before it is answered: named fields only, never the key or a feedback."""

from __future__ import annotations

import hashlib
from typing import Any

from qa_lesson.quiz.models import Code, Multi, Numeric, Ordering, Question, Single, SpanQuestion
from qa_lesson.quiz.rendering import plain_text, render_inline, render_markdown

INSTRUCTIONS = {
    "single": "Choose one.",
    "multi": "Choose all that apply.",
    "numeric": "Type a number.",
    "text": "Type a word or a short phrase.",
    "span": "Copy the answer from the text: select it with the mouse, or type it.",
    "ordering": "Put the items in order, first to last.",
    "code": "Write the code that stands in place of ___.",
}
"""What a learner is to do, by kind of question."""


def public_question(question: Question, learner: str) -> dict[str, Any]:
    """The fields of a question that the learner's page receives, texts as safe HTML.

    Args:
        question: a question of the bank.
        learner: seeds the order of an ordering question's items, so that it stays the same for a learner.
    """
    shown: dict[str, Any] = {
        "id": question.id,
        "kind": question.kind,
        "difficulty": question.difficulty,
        "points": question.points,
        "prompt": render_markdown(question.prompt),
        "instruction": INSTRUCTIONS[question.kind],
        "n_hints": len(question.hints),
    }
    if isinstance(question, Single | Multi):
        shown["options"] = [{"id": option.id, "text": render_inline(option.text)} for option in question.options]
    elif isinstance(question, Ordering):
        texts = {item.id: item.text for item in question.items}
        shown["items"] = [
            {"id": item, "text": render_inline(texts[item]), "name": plain_text(texts[item])}
            for item in shuffled_items(question, learner)
        ]
    elif isinstance(question, Numeric):
        shown["unit"] = question.unit
    elif isinstance(question, SpanQuestion):
        shown["context"] = question.context.strip("\n")
    elif isinstance(question, Code):
        shown["template"] = question.template.rstrip()
    return shown


def shuffled_items(question: Ordering, learner: str) -> list[str]:
    """The ids of the items in an order that depends on learner and question alone and is never the right one."""
    right = [item.id for item in question.items]
    shuffled = sorted(right, key=lambda item: hashlib.sha256(f"{learner}:{question.id}:{item}".encode()).digest())
    return shuffled if shuffled != right else [*right[1:], right[0]]
