"""Several readers' answers to the same questions, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from qa_lesson.errors import PredictionError, counted
from qa_lesson.look.colors import css
from qa_lesson.look.html import StaticView, card, table
from qa_lesson.look.templating import percent
from qa_lesson.metrics import mean_score, score_answer
from qa_lesson.schema import Example

_NO_ANSWER = Markup("<i>(no answer)</i>")


def show_answers(examples: Sequence[Example], answers: Mapping[str, Mapping[str, str]]) -> StaticView:
    """One row a question, one column a reader, each answer with its score (v2.0 rules); the last row holds the means.

    Args:
        examples: the questions, at least one.
        answers: for each reader's name its answer texts by question id, "" for no answer.

    Raises:
        PredictionError: a reader has no answer to one of the questions.
        DataError: no examples.

    >>> from qa_lesson.schema import Answer
    >>> example = Example("q1", "Who keeps the light?", "Bram Keating keeps it.", (Answer("Bram Keating", 0),))
    >>> show_answers([example], {"guess": {"q1": "Keating"}})
    <answers to 1 question, mean F1: guess 66.7%>
    """
    for name, texts in answers.items():
        absent = [example.id for example in examples if example.id not in texts]
        if absent:
            raise PredictionError(
                f"{name!r} has no answer to {len(absent)} of {len(examples)} questions",
                received=f"first missing: {', '.join(absent[:5])}",
                fix='answer them, with "" for no answer',
            )
    rows = []
    for example in examples:
        expected = example.references[0] if example.references else _NO_ANSWER
        cells = [_answer(texts[example.id], example.references) for texts in answers.values()]
        rows.append([example.question, expected, *cells])
    means = {
        name: mean_score(score_answer(texts[example.id], example.references) for example in examples).f1
        for name, texts in answers.items()
    }
    rows.append(["mean F1", "", *(Markup("<b>{}</b>").format(percent(f1)) for f1 in means.values())])
    header = ["question", "reference", *answers]
    told = ", ".join(f"{name} {percent(f1)}" for name, f1 in means.items())
    questions = counted(len(examples), "question")
    return StaticView(card(table(header, rows, row_headers=True)), f"<answers to {questions}, mean F1: {told}>")


def _answer(text: str, references: Sequence[str]) -> Markup:
    """An answer over its score; an exact match is marked by a word too, not by colour alone."""
    score = score_answer(text, references)
    shown, verdict = Markup.escape(text) if text else _NO_ANSWER, f"F1 {percent(score.f1)}"
    if score.exact_match:
        look = css(color="green", background_color="green-soft", border_bottom="3px solid green")
        look += "; padding: 1px 4px; display: inline-block"
        shown, verdict = Markup('<span style="{}"><b>{}</b></span>').format(look, shown), "exact"
    return Markup('<div style="min-width: 90px">{}<br><span style="{}">{}</span></div>').format(
        shown, css(color="muted"), verdict
    )
