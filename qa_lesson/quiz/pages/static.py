"""A quiz without a running kernel: its questions to read, in saved notebooks and on the web page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from qa_lesson.look.colors import css
from qa_lesson.look.html import card, paragraph

_CODE = css(background_color="soft", color="text") + "; padding: 0 3px"
_CELL = css(color="text", border="1px solid grid") + "; padding: 2px 8px"
_STYLES = {  # JupyterLab gives these elements colors of its own, which in its dark theme do not show on the card
    "<code>": f'<code style="{_CODE}">',
    '<code class="block">': f'<code style="{_CODE}; display: block; white-space: pre-wrap">',
    "<pre>": f'<pre style="{_CODE}; white-space: pre-wrap">',
    "<td>": f'<td style="{_CELL}">',
    "<th>": f'<th style="{_CELL}">',
    "<table>": '<table style="border-collapse: collapse">',
}


_QUESTION = Markup("<details><summary>Question {}{}</summary>{}</details>")
_CONTEXT = Markup('<blockquote style="{}; white-space: pre-wrap">{}</blockquote>')


def static_html(title: str, questions: Sequence[dict[str, Any]]) -> Markup:
    """The questions on a card, each folded up, without key, hints or feedback.

    Args:
        title: of the quiz, plain text.
        questions: what `public_question` or `page_fields` made of the questions.
    """
    folded = Markup().join(_question(number, question) for number, question in enumerate(questions, 1))
    how = paragraph("The questions, to read. To answer them, open this notebook in JupyterLab and run the cell.")
    return card(folded + how, title=f"Quiz: {title}")


def _question(number: int, question: dict[str, Any]) -> Markup:
    parts = [question["prompt"]]
    if "context" in question:
        parts.append(_CONTEXT.format(css(color="text", background_color="card"), question["context"]))
    if "template" in question:
        parts.append(Markup("<pre>{}</pre>").format(question["template"]))
    parts.append(Markup("<p><i>{}</i></p>").format(question["instruction"]))
    choices = question.get("options") or question.get("items") or []
    if choices:
        items = Markup().join(Markup("<li>{}</li>").format(choice["text"]) for choice in choices)
        parts.append(Markup("<ul>{}</ul>").format(items))
    if criteria := question.get("criteria"):
        judged = Markup().join(Markup("<li>{}</li>").format(criterion["text"]) for criterion in criteria)
        parts.append(Markup("<p>Your answer is judged by:</p><ul>{}</ul>").format(judged))
    content = Markup().join(parts)
    for tag, styled in _STYLES.items():
        content = content.replace(tag, Markup(styled))
    level = f" ({question['difficulty']})" if "difficulty" in question else ""
    return _QUESTION.format(number, level, content)
