"""What of a question may leave the kernel before it is answered: named fields only, never the key or a feedback."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from qa_lesson.quiz.bank.models import Ordering, Question
from qa_lesson.quiz.pages.markdown import plain_text, render_inline, render_markdown

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


def asked_fields(question: Question) -> dict[str, Any]:
    """What a question asks, as it is written, without anything that says what is right.

    Options, and the items of an ordering, are {id, text} sorted by id, so that their order says nothing.

    Args:
        question: a question of the bank.
    """
    asked: dict[str, Any] = {"id": question.id, "kind": question.kind, "points": question.points}
    asked["prompt"] = question.prompt
    match question.kind:
        case "single" | "multi":
            asked["options"] = _choices(question.options)
        case "ordering":
            asked["items"] = _choices(question.items)
        case "numeric":
            asked["unit"] = question.unit
        case "span":
            asked["context"] = question.context
        case "code":
            asked["template"] = question.template
    return asked


def page_fields(asked: Mapping[str, Any]) -> dict[str, Any]:
    """What a page shows of a question: texts as safe HTML, and what the learner is to do.

    Args:
        asked: what `asked_fields` gives, its options and items in the order that the page shows.
    """
    shown: dict[str, Any] = {
        "id": asked["id"],
        "kind": asked["kind"],
        "points": asked["points"],
        "prompt": render_markdown(asked["prompt"]),
        "instruction": INSTRUCTIONS[asked["kind"]],
    }
    match asked["kind"]:
        case "single" | "multi":
            shown["options"] = [
                {"id": option["id"], "text": render_inline(option["text"])} for option in asked["options"]
            ]
        case "ordering":
            shown["items"] = [
                {"id": item["id"], "text": render_inline(item["text"]), "name": plain_text(item["text"])}
                for item in asked["items"]
            ]
        case "numeric":
            shown["unit"] = asked["unit"]
        case "span":
            shown["context"] = asked["context"].strip("\n")
        case "code":
            shown["template"] = asked["template"].rstrip()
    return shown


def public_question(question: Question, learner: str) -> dict[str, Any]:
    """The fields of a practice question that the learner's page receives.

    Args:
        question: a question of the bank.
        learner: seeds the order of an ordering question's items, so that it stays the same for a learner.
    """
    asked = asked_fields(question)
    match question.kind:
        case "single" | "multi":
            place = [option.id for option in question.options]
            asked["options"].sort(key=lambda option: place.index(option["id"]))
        case "ordering":
            place = shuffled_items(question, learner)
            asked["items"].sort(key=lambda item: place.index(item["id"]))
    return {**page_fields(asked), "difficulty": question.difficulty, "n_hints": len(question.hints)}


def shuffled_items(question: Ordering, learner: str) -> list[str]:
    """The ids of the items in an order that depends on learner and question alone and is never the right one."""
    right = [item.id for item in question.items]
    shuffled = sorted(right, key=lambda item: hashlib.sha256(f"{learner}:{question.id}:{item}".encode()).digest())
    return shuffled if shuffled != right else [*right[1:], right[0]]


def _choices(choices: tuple[Any, ...]) -> list[dict[str, str]]:
    return sorted(({"id": choice.id, "text": choice.text} for choice in choices), key=lambda choice: choice["id"])
