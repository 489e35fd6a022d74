"""A quiz without a running kernel: its questions to read, in saved notebooks and on the web page."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

from qa_lesson.look.html import card, escape, paragraph
from qa_lesson.look.theme import CARD, GRID, TEXT

_CODE = f"background-color: #e4e7eb; color: {TEXT}; padding: 0 3px"
_STYLES = {  # JupyterLab gives these elements colours of its own, which in its dark theme do not show on the card
    "<code>": f'<code style="{_CODE}">',
    '<code class="block">': f'<code style="{_CODE}; display: block; white-space: pre-wrap">',
    "<pre>": f'<pre style="{_CODE}; white-space: pre-wrap">',
    "<td>": f'<td style="color: {TEXT}; border: 1px solid {GRID}; padding: 2px 8px">',
    "<th>": f'<th style="color: {TEXT}; border: 1px solid {GRID}; padding: 2px 8px">',
    "<table>": '<table style="border-collapse: collapse">',
}


def static_html(title: str, questions: Sequence[dict[str, Any]]) -> str:
    """The questions on a card, each folded up, without key, hints or feedback.

    Args:
        title: of the quiz, plain text.
        questions: what `public_question` or `page_fields` made of the questions.
    """
    folded = "".join(_question(number, question) for number, question in enumerate(questions, 1))
    how = paragraph("The questions, to read. To answer them, open this notebook in JupyterLab and run the cell.")
    return card(folded + how, title=f"Quiz: {title}")


def _question(number: int, question: dict[str, Any]) -> str:
    parts = [question["prompt"]]
    if "context" in question:
        parts.append(
            f'<blockquote style="color: {TEXT}; background-color: {CARD}; white-space: pre-wrap">'
            f"{escape(question['context'])}</blockquote>"
        )
    if "template" in question:
        parts.append(f"<pre>{html.escape(question['template'], quote=False)}</pre>")
    parts.append(f"<p><i>{escape(question['instruction'])}</i></p>")
    choices = question.get("options") or question.get("items") or []
    if choices:
        parts.append("<ul>" + "".join(f"<li>{choice['text']}</li>" for choice in choices) + "</ul>")
    content = "".join(parts)
    for tag, styled in _STYLES.items():
        content = content.replace(tag, styled)
    level = f" ({question['difficulty']})" if "difficulty" in question else ""
    return f"<details><summary>Question {number}{level}</summary>{content}</details>"
