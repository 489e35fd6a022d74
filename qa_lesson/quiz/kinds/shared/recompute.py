"""Recomputing the keys of numeric questions from expressions, without running code."""

from __future__ import annotations

import ast
import functools
import importlib
import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

ROOMS = ("metrics", "evaluation", "schema", "corpus", "decoding", "qa_score", "leakage", "semantic")
"""Where the functions come from: rooms that compute, and neither train nor write files."""
_BUILTINS: dict[str, Any] = {
    function.__name__: function for function in (abs, dict, float, int, len, list, max, min, round, set, sorted, sum)
}
_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_LARGEST_EXPONENT = 64


class RecomputeError(ValueError):
    """An expression cannot be evaluated."""


def recompute(expression: str, variables: Mapping[str, float] | None = None) -> float:
    """The number that `expression` gives.

    Only calls, literals, attributes, indexing and arithmetic are evaluated; names are the public ones of `ROOMS`,
    ``math`` and a few builtins.

    Args:
        expression: in Python's syntax.
        variables: further names, which go before all others.

    Raises:
        RecomputeError: the expression holds anything else, fails, or gives no finite number.

    >>> recompute('score_answer("Paris", ["Paris is in France"]).recall + math.sqrt(4)')
    2.25
    >>> recompute("n * m / 4", {"n": 10, "m": 3})
    7.5
    """
    tree = _parsed(expression)
    try:
        value = _evaluate(tree, variables or {})
        number = float(value)
    except RecomputeError:
        raise
    except Exception as error:  # whatever the called functions raise
        raise RecomputeError(f"{type(error).__name__}: {error}".splitlines()[0]) from error
    if isinstance(value, bool | str) or not math.isfinite(number):
        raise RecomputeError(f"it gives {value!r}, which is no finite number")
    return number


def names_in(expression: str) -> set[str]:
    """All names that an expression uses.

    Raises:
        RecomputeError: it is no Python expression.
    """
    return {node.id for node in ast.walk(_parsed(expression)) if isinstance(node, ast.Name)}


@functools.lru_cache(maxsize=4096)
def _parsed(expression: str) -> ast.expr:
    try:
        return ast.parse(expression, mode="eval").body
    except (SyntaxError, ValueError) as error:
        raise RecomputeError(f"it is no Python expression: {error}") from error


def _evaluate(node: ast.expr | None, known: Mapping[str, Any]) -> Any:
    match node:
        case None:  # an end of a slice that is left out
            return None
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            return known[name] if name in known else _named(name)
        case ast.Attribute(value=owner, attr=name) if not name.startswith("_") and name not in ("format", "format_map"):
            return getattr(_evaluate(owner, known), name)
        case ast.Call(func=function, args=arguments, keywords=keywords):
            named = {keyword.arg: _evaluate(keyword.value, known) for keyword in keywords if keyword.arg is not None}
            if len(named) < len(keywords):
                raise RecomputeError("** is not evaluated")
            return _evaluate(function, known)(*[_evaluate(argument, known) for argument in arguments], **named)
        case ast.Subscript(value=owner, slice=ast.Slice(lower=lower, upper=upper, step=step)):
            return _evaluate(owner, known)[_evaluate(lower, known) : _evaluate(upper, known) : _evaluate(step, known)]
        case ast.Subscript(value=owner, slice=index):
            return _evaluate(owner, known)[_evaluate(index, known)]
        case ast.List(elts=entries):
            return [_evaluate(entry, known) for entry in entries]
        case ast.Tuple(elts=entries):
            return tuple(_evaluate(entry, known) for entry in entries)
        case ast.Set(elts=entries):
            return {_evaluate(entry, known) for entry in entries}
        case ast.Dict(keys=keys, values=values) if None not in keys:
            return {_evaluate(key, known): _evaluate(value, known) for key, value in zip(keys, values, strict=True)}
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_evaluate(operand, known)
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return _power(_evaluate(left, known), _evaluate(right, known))
        case ast.BinOp(left=left, op=operation, right=right) if type(operation) in _BINARY:
            return _BINARY[type(operation)](_evaluate(left, known), _evaluate(right, known))
    raise RecomputeError(f"{ast.unparse(node)} is not evaluated: use calls, literals, indexing and arithmetic")


def _power(base: Any, exponent: Any) -> Any:
    if abs(exponent) > _LARGEST_EXPONENT:
        raise RecomputeError(f"the exponent {exponent} is larger than {_LARGEST_EXPONENT}")
    return base**exponent


@functools.cache
def _named(name: str) -> Any:
    if name == "math":
        return math
    if name in _BUILTINS:
        return _BUILTINS[name]
    for room in ROOMS:
        module = importlib.import_module(f"qa_lesson.{room}")
        found = None if name.startswith("_") else getattr(module, name, None)
        # a module also shows what it imports itself: only the package's own is public
        if str(getattr(found, "__module__", "")).startswith("qa_lesson."):
            return found
    raise RecomputeError(f"{name} is no public name of qa_lesson ({', '.join(ROOMS)}) or math")
