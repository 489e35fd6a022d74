"""Automatic checks of the lessons' exercises: they say what is wrong, and never stop a notebook.

In a lesson: ``check("metrics.recall", my_recall)``. Each lesson's checks are in the module ``lesson_NN``, and its
solution notebook runs against the same ones. This room may import the core of the package; only notebooks and the
graded cells of assignments import it.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from qa_lesson.errors import ConfigError


class NotYetError(AssertionError):
    """What a check raises when an answer is not right yet; the message tells the learner why."""


MODULES = {
    "why_fine_tune": "lesson_01",
    "prepare_data": "lesson_02",
    "how_a_model_learns": "lesson_03",
    "fine_tune": "lesson_04",
    "metrics": "lesson_05",
    "how_sure_is_a_score": "lesson_06",
    "when_to_trust_an_answer": "lesson_07",
    "overfitting": "lesson_08",
    "leakage": "lesson_09",
    "answer_variability": "lesson_10",
    "your_own_documents": "lesson_11",
    "ship_it": "lesson_12",
    "review": "lesson_13",
}
"""The module with a lesson's checks, by the lesson's name without its number. Loaded when a check is asked for."""

Check = Callable[[Any], None]
_CHECKS: dict[str, Check] = {}


@dataclass(frozen=True)
class CheckResult:
    """What became of an answer; shown in the notebook as one line."""

    name: str
    status: Literal["correct", "not yet", "not attempted"]
    message: str = ""

    def __repr__(self) -> str:
        return f"{self.status}: {self.message}" if self.message else self.status


def exercise(name: str) -> Callable[[Check], Check]:
    """Register the check of exercise `name` (``"lesson.topic"``), which raises `NotYetError` or returns."""

    def register(function: Check) -> Check:
        if name in _CHECKS:
            raise ConfigError("two checks have the same name", received=name, fix="give each exercise its own")
        _CHECKS[name] = function
        return function

    return register


def check(name: str, answer: Any) -> CheckResult:
    """Check the answer to an exercise.

    Args:
        name: of the exercise, as the lesson gives it.
        answer: a value, or the function that was to be written. None, ``...``, and a function that only gives
            these, count as not attempted.

    Raises:
        ConfigError: there is no exercise of this name.

    >>> check("metrics.recall", ...)
    not attempted
    """
    module = MODULES.get(name.partition(".")[0])
    if module is not None:
        importlib.import_module(f"{__name__}.{module}")
    if name not in _CHECKS:
        raise ConfigError("there is no such exercise", received=repr(name), fix="copy the name from the lesson")
    if _is_blank(answer):
        return CheckResult(name, "not attempted")
    try:
        _CHECKS[name](_refusing_blanks(answer) if callable(answer) else answer)
    except _BlankError:
        return CheckResult(name, "not attempted")
    except NotYetError as error:
        return CheckResult(name, "not yet", str(error))
    except Exception as error:  # the learner's own code may raise anything
        return CheckResult(name, "not yet", f"it raised {type(error).__name__}: {error}")
    return CheckResult(name, "correct")


def expect(found: Any, expected: Any, call: str, *, because: str = "", tolerance: float = 1e-9) -> None:
    """Raise `NotYetError` unless `found` equals `expected` (numbers within `tolerance`), naming the call."""
    if isinstance(expected, float) and isinstance(found, int | float):
        right = found == expected or abs(found - expected) <= tolerance  # equal infinities differ by NaN
    else:
        right = bool(found == expected)
    if not right:
        reason = f" ({because})" if because else ""
        raise NotYetError(f"{call} gave {found!r}, expected {expected!r}{reason}")


class _BlankError(Exception):
    """A function under check returned nothing: it was not written yet."""


def _is_blank(value: Any) -> bool:
    return value is None or value is ...


def _refusing_blanks(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*arguments: Any, **named: Any) -> Any:
        try:
            result = function(*arguments, **named)
        except NotImplementedError as error:
            raise _BlankError from error
        if _is_blank(result):
            raise _BlankError
        return result

    return call
