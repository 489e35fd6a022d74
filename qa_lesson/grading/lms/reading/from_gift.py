"""Questions of a GIFT file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Final

from qa_lesson.grading.lms.reading.gift_text import (
    GiftAnswer,
    GiftQuestion,
    gift_answers,
    gift_entries,
    shown,
    split_general,
)
from qa_lesson.grading.lms.reading.source_questions import (
    SourceAnswer,
    SourceBody,
    SourceChoices,
    SourceEssay,
    SourceFile,
    SourceNumber,
    SourcePairs,
    SourceQuestion,
    SourceStatement,
    SourceText,
    SourceTyped,
    TextFormat,
)

_FORMATS: Final[dict[str, TextFormat]] = {"html": "html", "moodle": "moodle", "markdown": "markdown", "plain": "plain"}
_TRUTH: Final = re.compile(r"(T|TRUE|F|FALSE)(?:#(.*))?", re.DOTALL | re.IGNORECASE)
_RANGE: Final = re.compile(r"(-?[\d.]+)\.\.(-?[\d.]+)")
_GAP: Final = "_____"


def gift_questions(text: str) -> SourceFile:
    """The questions of a file.

    Args:
        text: of the file.
    """
    found = SourceFile("GIFT")
    categories: list[str] = []
    for entry in gift_entries(text):
        if isinstance(entry, str):
            categories.append(entry)
        else:
            found.questions.append(_source(entry, len(found.questions) + 1))
    if len(set(categories)) == 1:
        found.title = re.split(r"(?<!/)/(?!/)", categories[0])[-1].replace("//", "/").strip()
    found.lost = [f"the category {name!r}" for name in dict.fromkeys(categories)]
    return found


def _source(entry: GiftQuestion, number: int) -> SourceQuestion:
    form = _FORMATS.get(entry.format, "moodle")
    gap = f" {_GAP} " if entry.after.strip() and entry.answers is not None else ""
    prompt = SourceText(shown(f"{entry.before.rstrip()}{gap}{entry.after.lstrip()}"), form)
    question = SourceQuestion(
        number, "unknown", entry.title or shown(entry.before)[:60], entry.identifier, prompt, tags=entry.tags
    )
    if entry.fault:
        question.faults.append(entry.fault)
    elif entry.answers is None:
        question.type = "description"
        question.faults.append("it is a text without a question")
    else:
        answers, general = split_general(entry.answers)
        question.general = SourceText(shown(general), form)
        question.type, question.body = _body(answers, form, question)
    return question


def _body(answers: str, form: TextFormat, question: SourceQuestion) -> tuple[str, SourceBody | None]:
    if not answers:
        return "essay", SourceEssay()
    if truth := _TRUTH.fullmatch(answers):
        wrong, _, right = (truth[2] or "").partition("#")
        is_true = truth[1].upper().startswith("T")
        on_key, on_other = SourceText(shown(right), form), SourceText(shown(wrong), form)
        return "true/false", SourceStatement(is_true, *((on_key, on_other) if is_true else (on_other, on_key)))
    if answers.startswith("#"):
        return "numerical", _number(answers[1:].strip(), form, question)
    parts = gift_answers(answers)
    if any(not part.sign for part in parts):
        question.faults.append("an answer of it begins neither with = nor with ~")
        return "unknown", None
    if all(part.sign == "=" and "->" in part.text for part in parts):
        return "matching", _pairs(parts, form)
    if not any(part.sign == "~" for part in parts):
        return "short answer", SourceTyped(_answers(parts, form, question, full=1.0))
    several = not any(part.sign == "=" for part in parts)
    return "multiple choice", SourceChoices(_answers(parts, form, question, full=1.0), several)


def _answers(
    parts: Sequence[GiftAnswer], form: TextFormat, question: SourceQuestion, full: float
) -> tuple[SourceAnswer, ...]:
    found = []
    for part in parts:
        share = full if part.sign == "=" else 0.0
        text, kind = part.text, form
        if mark := re.match(r"\[(html|moodle|markdown|plain)\]", text, re.IGNORECASE):
            text, kind = text[mark.end() :], _FORMATS[mark[1].lower()]
        if part.weight is not None:
            share = _percent(part.weight, question)
        found.append(SourceAnswer(SourceText(shown(text), kind), share, SourceText(shown(part.feedback), form)))
    return tuple(found)


def _pairs(parts: Sequence[GiftAnswer], form: TextFormat) -> SourcePairs:
    pairs, extra = [], []
    for part in parts:
        left, _, right = part.text.partition("->")
        there = SourceText(shown(right), "plain")
        if left.strip():
            pairs.append((SourceText(shown(left), form), there))
        else:
            extra.append(there)
    return SourcePairs(tuple(pairs), tuple(extra))


def _number(answers: str, form: TextFormat, question: SourceQuestion) -> SourceNumber:
    parts = gift_answers(answers)
    found = []
    for part in parts:
        value, margin = _value_and_margin(part.text if part.sign != "~" or part.text else "*")
        share = 0.0 if part.sign == "~" else 1.0
        if part.weight is not None:
            share = _percent(part.weight, question)
        found.append(SourceAnswer(SourceText(value, "plain"), share, SourceText(shown(part.feedback), form), margin))
    return SourceNumber(tuple(found))


def _value_and_margin(text: str) -> tuple[str, str]:
    """A number with its tolerance, ``1.5:0.1``, or the middle and half the width of a range, ``1..2``.

    >>> _value_and_margin("1..2"), _value_and_margin("3.14:0.01"), _value_and_margin("7")
    (('1.5', '0.5'), ('3.14', '0.01'), ('7', '0'))
    """
    text = shown(text)
    if ends := _RANGE.fullmatch(text):
        try:
            low, high = Decimal(ends[1]), Decimal(ends[2])
        except InvalidOperation:
            return text, "0"
        return f"{(low + high) / 2:f}", f"{abs(high - low) / 2:f}"
    value, _, margin = text.partition(":")
    return value.strip(), margin.strip() or "0"


def _percent(text: str, question: SourceQuestion) -> float:
    try:
        return float(text) / 100
    except ValueError:
        question.faults.append(f"{text!r} is no percentage")
        return 0.0
