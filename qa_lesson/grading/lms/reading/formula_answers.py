"""Calculated questions as numeric ones with parameters: simple formulas alone, which ours compute the same way."""

from __future__ import annotations

import re
from typing import Any, Final

from qa_lesson.grading.lms.reading.source_questions import SourceFormula
from qa_lesson.grading.lms.reading.source_texts import UnwritableError
from qa_lesson.grading.lms.reading.typed_answers import WriteText, check_share, file_number, plain_decimal, unit_of

_FUNCTIONS: Final = {
    "sqrt": "math.sqrt", "exp": "math.exp", "log": "math.log", "log10": "math.log10", "sin": "math.sin",
    "cos": "math.cos", "tan": "math.tan", "floor": "math.floor", "ceil": "math.ceil", "abs": "abs", "pow": "pow",
}  # fmt: skip
_TOKEN: Final = re.compile(r"\s*(?:(\{\w+\})|(\d+\.?\d*(?:[eE][+-]?\d+)?)|([a-z]\w*)|(\*\*|[-+*/(),]))")
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
_LONGEST: Final = 300


def computed(body: SourceFormula, prompt: str, write: WriteText, lost: list[str]) -> dict[str, Any]:
    """The fields of a numeric question with parameters.

    Args:
        body: the formulas and the values.
        prompt: Markdown, with the names of values in braces.
        write: for feedback.
        lost: grows by what ours does not have.

    Raises:
        UnwritableError: ours would not compute or mark as the source does.
    """
    if "{=" in prompt:
        raise UnwritableError("its text computes with {= ...}; write the result as a parameter of its own")
    parameters = {name: _range(low, high, step) for name, low, high, step in body.ranges}
    if bad := [name for name in parameters if not _NAME.fullmatch(name)]:
        raise UnwritableError(f"a value of it is called {bad[0]!r}; here names are small letters, digits and _")
    if not parameters:
        raise UnwritableError("the file has no values for it")
    if hidden := [name for name in parameters if f"{{{name}}}" not in prompt.replace(f"\\{{{name}", "")]:
        raise UnwritableError(f"its value {hidden[0]!r} is not shown in its text")
    right = [answer for answer in body.answer.answers if answer.share > 0]
    for answer in body.answer.answers:
        check_share(answer, answer.text.text)
    if len(right) != 1:
        raise UnwritableError(f"{len(right)} formulas of it earn all points")
    fields: dict[str, Any] = {
        "kind": "numeric",
        "parameters": parameters,
        "answer": _expression(right[0].text.text, parameters),
        "tolerance": _tolerance(right[0].margin or "0", body.relative),
    }
    if unit := unit_of(body.answer, lost):
        fields["unit"] = unit
    if told := write(right[0].feedback):
        fields["right"] = told
    wrong = []
    for answer in body.answer.answers:
        feedback = write(answer.feedback)
        if answer is right[0] or not feedback:
            continue
        if answer.text.text.strip() == "*":
            fields["otherwise"] = feedback
        else:
            wrong.append({"value": _expression(answer.text.text, parameters), "feedback": feedback})
    lost.append("its table of values: here values are drawn from the same ranges")
    return fields | ({"wrong": wrong} if wrong else {})


def _range(low: str, high: str, step: str) -> dict[str, float | int]:
    first, last, by = plain_decimal(low), plain_decimal(high), plain_decimal(step)
    if last <= first:
        raise UnwritableError("a value of it has no range")
    return {"from": file_number(first), "to": file_number(last), "step": file_number(by)}


def _tolerance(text: str, relative: bool) -> dict[str, float | int]:
    margin = abs(plain_decimal(text))
    if not relative:
        return {"abs": file_number(margin)}
    if not 0 < margin < 1:
        raise UnwritableError(f"its relative tolerance is {margin:f}; here it is between 0 and 1")
    return {"rel": file_number(margin)}


def _expression(text: str, parameters: dict[str, Any]) -> str:
    """A formula of numbers, values, + - * / and a few functions in the words of Python."""
    if len(text) > _LONGEST:
        raise UnwritableError("a formula of it is too long")
    words, place = [], 0
    text = text.strip()
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise UnwritableError(f"its formula {text[:60]!r} is not a simple one")
        value, number, name, sign = found.groups()
        if value is not None and value[1:-1] in parameters:
            words.append(value[1:-1])
        elif name in _FUNCTIONS:
            words.append(_FUNCTIONS[name])
        elif name == "pi" and text[found.end() :].replace(" ", "").startswith("()"):
            words.append("math.pi")
            place = text.index(")", found.end()) + 1
            continue
        elif number is not None or sign is not None:
            words.append(number or (sign if sign in ("(", ")") else f" {sign} "))
        else:
            raise UnwritableError(f"its formula {text[:60]!r} is not a simple one")
        place = found.end()
    return " ".join("".join(words).split())
