"""A question as a learner sees it before answering: named fields only, never the key or a feedback."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

from qa_lesson.quiz.kinds.shared.fields import Slug
from qa_lesson.quiz.pages.markdown import plain_text, render_inline


class _Shown(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)


class Choice(_Shown):
    """An option, or an item to put in order, the way a learner sees it."""

    id: Slug
    text: str


class ShownCriterion(_Shown):
    """What an answer is judged by, the way a learner sees it: without its levels, which tell what is right."""

    text: str
    points: float
    """The most that it can earn."""


class Asked(_Shown):
    """A question as a learner sees it. Fields that its kind does not have are None; texts are Markdown.

    A bundle's id is a hash over these fields, so they never change. A kind that shows something else derives a model
    from this one and names it in `qa_lesson.quiz.kinds.base.BaseQuestion.asked_model`.
    """

    id: Slug
    kind: str
    points: float
    prompt: str
    options: tuple[Choice, ...] | None = None
    """To choose from; in a bundle sorted by id, so that their order says nothing."""
    items: tuple[Choice, ...] | None = None
    """To put in order; in a bundle sorted by id."""
    unit: str | None = None
    """Of the number that is asked for."""
    context: str | None = None
    """A text to read, plain."""
    template: str | None = None
    """Code with a blank."""


def page_parts(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of `Asked` next to the prompt as a page shows them; those that are None or absent are left out."""
    shown: dict[str, Any] = {}
    if asked.get("options") is not None:
        shown["options"] = [{"id": one["id"], "text": render_inline(one["text"])} for one in asked["options"]]
    if asked.get("items") is not None:
        shown["items"] = [
            {"id": one["id"], "text": render_inline(one["text"]), "name": plain_text(one["text"])}
            for one in asked["items"]
        ]
    if asked.get("unit") is not None:
        shown["unit"] = asked["unit"]
    if asked.get("context") is not None:
        shown["context"] = asked["context"].strip("\n")
    if asked.get("template") is not None:
        shown["template"] = asked["template"].rstrip()
    return shown
