"""The fields of the kinds text, span and numeric, for answers that are typed."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from qa_lesson.grading.lms.reading.own_layout import OwnPrompt
from qa_lesson.grading.lms.reading.source_questions import SourceAnswer, SourceNumber, SourceText, SourceTyped
from qa_lesson.grading.lms.reading.source_texts import UnwritableError
from qa_lesson.metrics import normalize_answer
from qa_lesson.quiz.kinds.shared.marks import comparable_text

_FULL: Final = 0.9999
_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")
_STAR: Final = re.compile(r"(?<!\\)\*")

WriteText = Callable[[SourceText], str]
"""Makes Markdown of a text, and notes what gets lost."""


def typed(body: SourceTyped, own: OwnPrompt | None, write: WriteText, lost: list[str]) -> dict[str, Any]:
    """The fields of a question whose answer is a text.

    Args:
        body: the answers.
        own: what our own export says about the question.
        write: for feedback.
        lost: grows by what ours does not have.

    Raises:
        UnwritableError: ours would not mark as the source does.
    """
    accepted: dict[str, tuple[str, str]] = {}
    wrong: dict[str, tuple[str, str]] = {}
    otherwise = ""
    patterns: list[re.Pattern[str]] = []
    for answer in body.answers:
        text = answer.text.text.strip()
        check_share(answer, text)
        feedback = write(answer.feedback)
        if body.wildcards and text == "*":
            if answer.share > 0:
                raise UnwritableError("it accepts any text (*)")
            otherwise = feedback
            break  # what comes after it is never reached
        if body.wildcards and _STAR.search(text):
            if answer.share > 0:
                raise UnwritableError(f"it accepts whatever fits {text!r}; here texts are compared as a whole")
            patterns.append(_pattern(text, body.case_sensitive))
            lost.append(f"feedback on whatever fits {text!r}")
            continue
        text = text.replace(r"\*", "*") if body.wildcards else text
        compared = comparable_text(text, body.case_sensitive)
        if not compared:
            raise UnwritableError("an answer of it has no letter or digit")
        if answer.share > 0:
            if compared in wrong or any(pattern.fullmatch(text) for pattern in patterns):
                raise UnwritableError(f"{text!r} is right, and fits a wrong answer before it")
            accepted.setdefault(compared, (text, feedback))
        elif compared not in accepted:
            wrong.setdefault(compared, (text, feedback))
    if not accepted:
        raise UnwritableError("no answer of it earns all points")
    right = next((told for _, told in accepted.values() if told), "")
    if any(told not in ("", right) for _, told in accepted.values()):
        lost.append("feedback that differs between the accepted answers")
    texts = [text for text, _ in accepted.values()]
    fields: dict[str, Any]
    spans = _spans(texts, own.context) if own is not None and own.context else []
    if own is not None and spans:
        fields = {"kind": "span", "context": own.context, "answers": spans}
    else:
        fields = {"kind": "text", "accept": texts} | ({"case_sensitive": True} if body.case_sensitive else {})
    foreseen = [{"text": text, "feedback": told} for text, told in wrong.values() if told]
    return fields | _told(right, foreseen, otherwise)


def number(body: SourceNumber, own: OwnPrompt | None, write: WriteText, lost: list[str]) -> dict[str, Any]:
    """The fields of a question whose answer is a number.

    Args:
        body, own, write, lost: as those of `typed`.

    Raises:
        UnwritableError: ours would not mark as the source does.
    """
    key: tuple[Decimal, Decimal, str] | None = None
    wrong: list[tuple[Decimal, Decimal, str]] = []
    otherwise = ""
    for answer in body.answers:
        text = answer.text.text.strip()
        check_share(answer, text)
        feedback = write(answer.feedback)
        if text == "*":
            if answer.share > 0:
                raise UnwritableError("it accepts any number (*)")
            otherwise = feedback
            break
        value, margin = plain_decimal(text), abs(plain_decimal(answer.margin or "0"))
        if answer.share <= 0:
            wrong.append((value, margin, feedback))
        elif key is None:
            if any(abs(value - other) <= margin + around for other, around, _ in wrong):
                raise UnwritableError("a wrong number before the right one overlaps it")
            key = (value, margin, feedback)
        elif (value, margin) != key[:2]:
            raise UnwritableError(f"it accepts several numbers ({key[0]:f} and {value:f}); here there is one")
    if key is None:
        raise UnwritableError("no answer of it earns all points")
    answer_value, margin, right = key
    foreseen = []
    for value, around, told in wrong:
        if abs(value - answer_value) <= margin:
            if told:
                lost.append(f"feedback on {value:f}, which is within the tolerance of the answer")
        elif told:
            foreseen.append({"value": file_number(value), "feedback": told})
            if around != margin:
                lost.append(f"the tolerance of the foreseen wrong number {value:f}: here it is that of the answer")
    fields: dict[str, Any] = {
        "kind": "numeric",
        "answer": file_number(answer_value),
        "tolerance": {"abs": file_number(margin)},
    }
    if unit := own.unit if own is not None and own.unit else unit_of(body, lost):
        fields["unit"] = unit
    return fields | _told(right, foreseen, otherwise)


def _spans(texts: list[str], context: str) -> list[str]:
    """The places in the context that accepted texts were copied from, with their line ends; empty: one is not there.

    The forms without articles and punctuation, which our export adds, are not needed: our own marking makes them.
    """
    spans: dict[str, str] = {}
    for text in texts:
        if normalize_answer(text) in spans:
            continue
        found = re.search(r"\s+".join(map(re.escape, text.split())), context)
        if found is None:
            return []
        spans[normalize_answer(text)] = found.group()
    return list(spans.values())


def unit_of(body: SourceNumber, lost: list[str]) -> str:
    """The unit of the answers in the file; empty: there is none.

    Args:
        body: the question's answers.
        lost: grows by other units.

    Raises:
        UnwritableError: there are units, and none is that of the answers.
    """
    names = [" ".join(name.split()) for name, factor in body.units if factor == 1]
    if others := [name for name, factor in body.units if factor != 1]:
        lost.append(f"other units that are understood there: {', '.join(others)}")
    if body.units and not names:
        raise UnwritableError("none of its units is the unit of its answers")
    if body.asks_unit and names:
        lost.append("the unit was part of the answer; here it is shown next to the field")
    return names[0] if names else ""


def _told(right: str, wrong: list[dict[str, Any]], otherwise: str) -> dict[str, Any]:
    return {name: value for name, value in (("right", right), ("wrong", wrong), ("otherwise", otherwise)) if value}


def check_share(answer: SourceAnswer, text: str) -> None:
    """Refuse an answer that earns a part of the points, or costs some.

    Args:
        answer: with its share.
        text: of it, for the message.

    Raises:
        UnwritableError: it does.
    """
    if 0 < answer.share < _FULL:
        raise UnwritableError(f"{text!r} earns {100 * answer.share:g}% of the points; here an answer is right or wrong")
    if answer.share < 0:
        raise UnwritableError(f"{text!r} costs points; here a wrong answer costs none")


def _pattern(text: str, case_sensitive: bool) -> re.Pattern[str]:
    parts = [re.escape(part.replace(r"\*", "*")) for part in _STAR.split(text)]
    return re.compile(".*".join(parts), 0 if case_sensitive else re.IGNORECASE)


def plain_decimal(text: str) -> Decimal:
    """The number that a text is.

    Raises:
        UnwritableError: it is none, or one with a comma or in words.
    """
    if len(text) > 60 or not _NUMBER.fullmatch(text):
        raise UnwritableError(f"{text[:40]!r} is no plain number")
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise UnwritableError(f"{text[:40]!r} is no plain number") from error


def file_number(value: Decimal) -> float | int:
    """As a quiz file writes it: 5, not 5.0."""
    if value == value.to_integral_value() and abs(value) < 10**15:
        return int(value)
    return float(value)
