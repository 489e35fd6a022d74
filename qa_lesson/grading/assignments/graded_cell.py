"""What the graded cell of an assignment runs, inside the learner's notebook: a check that is hard to talk into a yes.

The cell loads the package anew before, so names, modules and attributes that the learner's code has replaced don't
count. Answers are copied to plain values, so an object that claims to equal everything is refused. It all runs in the
learner's own process, so someone who knows Python well can still get around it: docs/grading.md says how.
"""

from __future__ import annotations

import builtins
import collections
import contextlib
import dataclasses
import importlib
import io
import sys
import textwrap
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import numpy as np

from qa_lesson.exercises import CheckResult, NotYetError, check

_CLASS: Any = ().__class__.__class__  # `type`, whatever the name means by now
_BUILTIN: Any = [].append.__class__
_MADE_IN_C = 1 << 8  # Py_TPFLAGS_IMMUTABLETYPE: no class of a notebook has it
_USED_FUNCTIONS = "abs all any callable getattr hasattr isinstance issubclass len max min print repr round sorted sum"
_USED_CLASSES = (
    "bool bytes dict enumerate filter float frozenset int list map object range reversed set str super tuple type zip "
    "AssertionError Exception"
)
_PLAIN = (bool, bytes, complex, float, int, range, str, None.__class__, ....__class__)
_WIDTH = 76  # of a line in a message: nbgrader's feedback pages don't wrap them
_DICTS = (dict, collections.Counter, collections.OrderedDict, collections.defaultdict)


def grade_answer(name: str, answer: Any, own: Mapping[str, ModuleType] | None = None) -> CheckResult:
    """Check the answer to an exercise for a grade; nothing that the answer prints or warns of comes out.

    Args:
        name: of the exercise, such as "metrics.recall".
        answer: the learner's value or function.
        own: the package's modules that the notebook used before this one was loaded anew; they are put back.

    >>> grade_answer("metrics.recall", ...)
    not attempted
    """
    try:
        return _graded(name, answer)
    finally:
        if own is not None:  # otherwise objects made before and after would be of two classes with one name
            for module in [module for module in sys.modules if module.partition(".")[0] == "qa_lesson"]:
                del sys.modules[module]
            sys.modules.update(own)


def _graded(name: str, answer: Any) -> CheckResult:
    if replaced := _replaced():
        return CheckResult(name, "not yet", f"this notebook replaces the builtin {replaced}: restart it without that")
    quiet = io.StringIO()
    with contextlib.redirect_stdout(quiet), contextlib.redirect_stderr(quiet):  # nbgrader takes stderr for a failure
        try:
            result = check(name, _copied_results(answer) if callable(answer) else plain_copy(answer))
        except NotYetError as error:
            return CheckResult(name, "not yet", str(error))
        except BaseException as error:  # SystemExit and the like, from the learner's function
            return CheckResult(name, "not yet", f"it raised {type(error).__name__}")
    before = " " * len(f"AssertionError: {result.status}: ")
    lines = textwrap.fill(result.message, _WIDTH, initial_indent=before, replace_whitespace=False)
    return dataclasses.replace(result, message=lines.lstrip())


def plain_copy(value: Any) -> Any:
    """A copy of an answer, made of values whose behavior is known.

    Raises:
        NotYetError: part of it is an object of a class of one's own, or of another kind that no exercise asks for.

    >>> plain_copy({"f1": (0.5, [1])})
    {'f1': (0.5, [1])}
    """
    kind = _CLASS(value)
    if kind in _PLAIN or (issubclass(kind, np.generic) and kind.__module__ == "numpy" and kind.__flags__ & _MADE_IN_C):
        return value
    if kind is np.ndarray and value.dtype != object:
        return value.copy()
    if kind in (list, tuple, set, frozenset):
        return kind([plain_copy(one) for one in value])
    if kind in _DICTS:
        return {plain_copy(key): plain_copy(one) for key, one in dict.items(value)}
    module, _, _ = str(kind.__module__).partition(".")
    if module == "qa_lesson" and dataclasses.is_dataclass(kind):
        return _as_installed(kind, value)
    raise NotYetError(f"it gives a {kind.__name__}: give plain Python values or NumPy arrays")


def _as_installed(kind: Any, value: Any) -> Any:
    """A record of the package, such as an example, as one of the class that was loaded anew."""
    own = getattr(importlib.import_module(kind.__module__), kind.__qualname__)
    copy = object.__new__(own)
    for field in dataclasses.fields(own):
        object.__setattr__(copy, field.name, plain_copy(object.__getattribute__(value, field.name)))
    return copy


def _copied_results(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*arguments: Any, **named: Any) -> Any:
        result = function(*arguments, **named)
        return plain_copy(result)

    return call


def _replaced() -> str:
    """The first builtin that the checks use and that is not Python's own any more; "" if there is none."""
    for name in _USED_FUNCTIONS.split():
        value: Any = vars(builtins).get(name)
        if _CLASS(value) is not _BUILTIN or value.__self__ is not builtins or value.__name__ != name:
            return name
    for name in _USED_CLASSES.split():
        value = vars(builtins).get(name)
        if _CLASS(value) is not _CLASS or not value.__flags__ & _MADE_IN_C or value.__name__ != name:
            return name
    return ""
