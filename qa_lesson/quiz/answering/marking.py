"""Marking: what a response to a question earns, and what to tell the learner."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from qa_lesson.errors import ResponseError as ResponseError
from qa_lesson.errors import shorten
from qa_lesson.metrics import normalize_answer, score_answer
from qa_lesson.quiz.answering.running import complaint, fill, same_code
from qa_lesson.quiz.bank.models import Code, Multi, Numeric, Ordering, Question, Single, SpanQuestion, Text

Response: TypeAlias = "str | list[str] | float"
"""single: an option id; multi: option ids; numeric: a number or what was typed; ordering: item ids; else the text."""


@dataclass(frozen=True)
class Mark:
    """What a response earns.

    Args:
        credit: share of the question's points, a fraction. 1 exactly if `correct`, except for spans: their credit
            is token F1, which can be 1 with the words in another order, and they are correct on exact match.
        correct: whether the question is solved.
        feedback: Markdown.
        per_option: feedback by option or item id. single: the chosen one, and all once it is right. multi: all.
            ordering: the items that are in place from the start on.
    """

    credit: float
    correct: bool
    feedback: str
    per_option: dict[str, str] = field(default_factory=dict)


def mark(question: Question, response: Response) -> Mark:
    """Mark a response.

    - multi: credit is (right ones chosen - wrong ones chosen) / right ones, not below 0.
    - numeric: "0.33", "0,33", "1/3" and "33 %" are the same fraction; see `parse_number`.
    - text: white space, enclosing quotes and (unless the question says so) capitals do not count.
    - span: credit is token F1, correct is exact match, both after the official normalisation.
    - ordering: all or nothing.
    - code: runs here, for two seconds at most.

    Raises:
        ResponseError: the response cannot be marked (nothing chosen, no number, an unknown option, code that Python
            cannot read); this is not an attempt.
    """
    match question:
        case Single():
            return _mark_single(question, response)
        case Multi():
            return _mark_multi(question, response)
        case Numeric():
            return _mark_numeric(question, response)
        case Text():
            return _mark_text(question, response)
        case SpanQuestion():
            return _mark_span(question, response)
        case Ordering():
            return _mark_ordering(question, response)
        case Code():
            return _mark_code(question, response)


def _mark_single(question: Single, response: Response) -> Mark:
    chosen = _text(response, "choose one option").strip()
    feedback = {option.id: option.feedback for option in question.options}
    _check_known([chosen], feedback)
    correct = chosen == question.key
    return Mark(float(correct), correct, feedback[chosen], feedback if correct else {chosen: feedback[chosen]})


def _mark_multi(question: Multi, response: Response) -> Mark:
    chosen = set(_names(response, "choose at least one option"))
    feedback = {option.id: option.feedback for option in question.options}
    _check_known(sorted(chosen), feedback)
    n_right, n_wrong, n_keys = len(chosen & question.key), len(chosen - question.key), len(question.key)
    if chosen == question.key:
        return Mark(1.0, True, f"Right: {n_keys} of {n_keys}, and nothing else.", feedback)
    told = f"{n_right} of the {n_keys} right ones chosen" + (f", and {n_wrong} that should not be." if n_wrong else ".")
    return Mark(max(0.0, (n_right - n_wrong) / n_keys), False, told, feedback)


def _mark_numeric(question: Numeric, response: Response) -> Mark:
    value = parse_number(response, question.unit)
    if question.accepts(value):
        return Mark(1.0, True, question.right)
    foreseen = [wrong for wrong in question.wrong if question.is_near(value, wrong.value)]
    nearest = min(foreseen, key=lambda wrong: abs(wrong.value - value), default=None)
    return Mark(0.0, False, nearest.feedback if nearest else question.otherwise)


def _mark_text(question: Text, response: Response) -> Mark:
    given = comparable_text(_text(response, "type a word or a short phrase"), question.case_sensitive)
    if not given:
        raise ResponseError("there is no word in it", received=repr(response), fix="type a word or a short phrase")
    if given in {comparable_text(text, question.case_sensitive) for text in question.accept}:
        return Mark(1.0, True, question.right)
    for wrong in question.wrong:
        if given == comparable_text(wrong.text, question.case_sensitive):
            return Mark(0.0, False, wrong.feedback)
    return Mark(0.0, False, question.otherwise)


def _mark_span(question: SpanQuestion, response: Response) -> Mark:
    given = _text(response, "select or copy the words of the context that answer the question")
    score = score_answer(given, question.answers)
    if score.exact_match == 1:
        return Mark(1.0, True, question.right)
    normalized = normalize_answer(given)
    foreseen = [wrong.feedback for wrong in question.wrong if normalize_answer(wrong.text) == normalized]
    told = foreseen[0] if foreseen else question.otherwise
    return Mark(score.f1, False, f"{told}\n\nExact match 0, F1 {score.f1:.2f}.")


def _mark_ordering(question: Ordering, response: Response) -> Mark:
    given = _names(response, "put all items in order")
    feedback = {item.id: item.feedback for item in question.items}
    _check_known(given, feedback)
    if sorted(given) != sorted(question.key):
        raise ResponseError(
            f"each of the {len(question.key)} items must be used once", received=", ".join(given), fix="use them all"
        )
    n_placed = next((n for n, pair in enumerate(zip(given, question.key, strict=True)) if pair[0] != pair[1]), None)
    if n_placed is None:
        return Mark(1.0, True, question.right, feedback)
    text = next(item.text for item in question.items if item.id == given[n_placed])
    told = f"{question.otherwise}\n\nThe first item out of place is number {n_placed + 1}: {text}"
    return Mark(0.0, False, told, {name: feedback[name] for name in question.key[:n_placed]})


def _mark_code(question: Code, response: Response) -> Mark:
    given = _text(response, "fill in the blank").strip()
    if given.strip("_") == "":
        raise ResponseError("the blank is not filled in", received=repr(given), fix="replace it by Python code")
    program = fill(question.template, given)
    wrong_with_it = complaint(program, question.check)
    if wrong_with_it is None:
        return Mark(1.0, True, question.right)
    for wrong in question.wrong:
        if same_code(program, fill(question.template, wrong.code)):
            return Mark(0.0, False, f"{_sentence(wrong_with_it)}\n\n{wrong.feedback}")
    return Mark(0.0, False, f"{_sentence(wrong_with_it)}\n\n{question.otherwise}")


_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+\.\d+|[+-]?\d{1,3}(?:,\d{3}){2,}|[+-]?\d{1,3}(?: \d{3})+(?:[.,]\d+)?")
_UNCLEAR = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")


def parse_number(response: Response, unit: str) -> float:
    """The number that was typed.

    Understood are decimal points and commas ("0,33"), fractions ("1/3"), groups of three ("1 250 000", "1,250.5"),
    and the question's unit after the number. A percent sign counts: with the unit fraction "33 %" is 0.33, with
    the unit percent "33" and "33 %" are both 33.

    Args:
        response: a number, or what was typed.
        unit: of the question.

    Raises:
        ResponseError: it is no finite number; it can be read in two ways ("1,250"); or it is in percent where
            neither a fraction nor percent is asked for.

    >>> parse_number("33 %", "fraction"), parse_number("33 %", "percent"), parse_number("1/4", "fraction")
    (0.33, 33.0, 0.25)
    """
    if isinstance(response, int | float) and not isinstance(response, bool):
        value = float(response)
        if math.isfinite(value):
            return value
        raise _no_number(response)
    typed = " ".join(_text(response, "type a number").replace("\u2212", "-").split())
    number = re.sub(r"(?i) ?(?:%|per ?cent)$", "", typed)
    in_percent = number != typed
    if not in_percent:
        number = re.sub(f"(?i) ?{re.escape(unit.removesuffix('s'))}s?$", "", typed)
    elif unit != "fraction" and "percent" not in unit.lower():
        raise ResponseError(f"the answer is counted in {unit}, not in percent", received=repr(response), fix="recount")
    value = _fraction(number, response)
    return value / 100 if in_percent and unit == "fraction" else value


def _fraction(number: str, response: Response) -> float:
    above, slash, below = number.partition("/")
    try:
        value = _decimal(above) / _decimal(below) if slash else _decimal(number)
    except (ValueError, ZeroDivisionError, OverflowError) as error:
        if isinstance(error, ResponseError):
            raise
        raise _no_number(response) from error
    if not math.isfinite(value):
        raise _no_number(response)
    return value


def _decimal(number: str) -> float:
    number = number.strip()
    if _UNCLEAR.fullmatch(number):
        plain = number.replace(",", "")
        decimal = number.replace(",", ".")
        raise ResponseError(
            "the comma can be read in two ways", received=repr(number), fix=f"write {plain} or {decimal}"
        )
    if _GROUPED.fullmatch(number):
        number = number.replace(" ", "") if " " in number else number.replace(",", "")
    if "_" in number:  # float() would take it
        raise ValueError(number)
    return float(number.replace(",", "."))


def comparable_text(text: str, case_sensitive: bool = False) -> str:
    """`text` as short answers are compared: one space between words, no enclosing quotes or backticks, lower case.

    >>> comparable_text(" `Compute_Metrics` ")
    'compute_metrics'
    """
    plain = " ".join(text.split()).strip("`'\"‘’“” ")
    return plain if case_sensitive else plain.casefold()


def _text(response: Response, fix: str) -> str:
    if not isinstance(response, str):
        raise ResponseError("the response is not a text", received=shorten(repr(response)), fix=fix)
    if not response.strip():
        raise ResponseError("the response is empty", fix=fix)
    return response


def _names(response: Response, fix: str) -> list[str]:
    names = list(response) if isinstance(response, Sequence) and not isinstance(response, str) else None
    if names is None or not all(isinstance(name, str) for name in names):
        raise ResponseError("the response is not a list of ids", received=shorten(repr(response)), fix=fix)
    if not names:
        raise ResponseError("nothing is chosen", fix=fix)
    return names


def _check_known(chosen: Sequence[str], offered: Sequence[str] | dict[str, str]) -> None:
    for name in chosen:
        if name not in offered:
            raise ResponseError(
                "this is not offered", received=shorten(repr(name)), fix=f"choose from: {', '.join(offered)}"
            )


def _no_number(response: Response) -> ResponseError:
    return ResponseError("this is no number", received=shorten(repr(response)), fix="type a number such as 0.25 or 1/4")


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."
