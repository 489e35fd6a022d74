"""Numbers as learners type them."""

from __future__ import annotations

import math
import re
from typing import Final

from qa_lesson.errors import ResponseError, shorten
from qa_lesson.quiz.kinds.shared.marks import Response, given_text, visible_text

_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+\.\d+|[+-]?\d{1,3}(?:,\d{3}){2,}|[+-]?\d{1,3}(?: \d{3})+(?:[.,]\d+)?")
_SHORT: Final = {
    "second": ("s", "sec", "secs"), "minute": ("min", "mins"), "hour": ("h", "hr", "hrs"), "day": ("d",),
    "millisecond": ("ms",), "point": ("pt", "pts", "p"), "question": ("q", "qs"), "kilometer": ("km",),
    "meter": ("m",), "centimeter": ("cm",), "kilogram": ("kg",), "gram": ("g",), "euro": ("eur", "€"),
    "dollar": ("usd", "$"), "gigabyte": ("gb",), "megabyte": ("mb",), "kilobyte": ("kb",), "byte": ("b",),
}  # fmt: skip
_UNCLEAR = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")


def parse_number(response: Response, unit: str) -> float:
    """The number that was typed.

    Understood are decimal points and commas ("0,33"), fractions ("1/3"), groups of three ("1 250 000", "1,250.5"),
    and the question's unit after the number. A percent sign counts: with the unit fraction "33%" is 0.33, with
    the unit percent "33" and "33%" are both 33.

    Args:
        response: a number, or what was typed.
        unit: of the question.

    Raises:
        ResponseError: it is no finite number; it can be read in two ways ("1,250"); or it is in percent where
            neither a fraction nor percent is asked for.

    >>> parse_number("33%", "fraction"), parse_number("33%", "percent"), parse_number("1/4", "fraction")
    (0.33, 33.0, 0.25)
    """
    if isinstance(response, int | float) and not isinstance(response, bool):
        value = float(response)
        if math.isfinite(value):
            return value
        raise _no_number(response)
    typed = " ".join(visible_text(given_text(response, "type a number")).replace("\u2212", "-").split())
    number = re.sub(r"(?i) ?(?:%|per ?cent)$", "", typed)
    in_percent = number != typed
    if not in_percent:
        number = without_unit(typed, unit)
    elif unit != "fraction" and "percent" not in unit.lower():
        raise ResponseError(f"the answer is counted in {unit}, not in percent", received=repr(response), fix="recount")
    value = _fraction(number, response)
    return value / 100 if in_percent and unit == "fraction" else value


def without_unit(typed: str, unit: str) -> str:
    """What was typed, without the unit behind it: in one or many, or shortened.

    >>> without_unit("54 min", "minutes"), without_unit("3 windows", "windows"), without_unit("7", "windows")
    ('54', '3', '7')
    """
    names = {
        unit,
        unit.removesuffix("s"),
        f"{unit.removesuffix('s')}s",
        *_SHORT.get(unit.casefold().removesuffix("s"), ()),
    }
    longest_first = sorted(map(re.escape, names), key=len, reverse=True)
    return re.sub(rf"(?i)(?<=[\d\s])\s*(?:{'|'.join(longest_first)})\.?$", "", typed.strip()).strip()


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


def _no_number(response: Response) -> ResponseError:
    return ResponseError("this is no number", received=shorten(repr(response)), fix="type a number such as 0.25 or 1/4")
