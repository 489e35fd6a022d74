"""Recomputing the keys of numeric questions from expressions, without running code."""

from __future__ import annotations

import ast
import functools
import importlib
import math
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence, Sized
from typing import Any, Final

from qa_lesson.errors import shorten

ROOMS = ("metrics", "evaluation", "schema", "corpus", "decoding", "qa_score", "leakage", "semantic")
"""Where the functions come from: rooms that compute, and neither train nor write files."""
_BUILTINS: dict[str, Any] = {
    function.__name__: function for function in (abs, dict, float, int, len, list, max, min, set, sorted)
}
_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_LONGEST: Final = 2_000
"""Characters of an expression."""
_MOST: Final = 10_000
"""Entries of a list, or characters of a text."""
_MOST_BITS: Final = 1024
"""Of a whole number: no larger one is a float."""
_LARGEST_EXPONENT: Final = 64
_METHODS: Final[Mapping[type, frozenset[str]]] = {
    str: frozenset({"count", "find", "index", "lower", "upper", "split", "strip", "startswith", "endswith"}),
    list: frozenset({"count", "index"}),
    tuple: frozenset({"count", "index"}),
    dict: frozenset({"get", "keys", "values"}),
    set: frozenset({"intersection", "union", "difference"}),
}
"""Those of Python's own types: none that makes a long text from a short one."""
_REPEATING: Final = frozenset({"calibration_floor", "calibration_bins", "expected_calibration_error", "score_slices"})
"""Functions that take a number of bins or simulations."""
_MOST_REPEATS: Final = 2_000
_READS_FILES: Final = frozenset(
    {"read_predictions", "load_examples", "embed", "encoder_dir", "answer_similarity", "answer_similarities"}
)


class RecomputeError(ValueError):
    """An expression cannot be evaluated."""


def recompute(expression: str, variables: Mapping[str, float] | None = None) -> float:
    """The number that `expression` gives.

    Only calls, literals, attributes, indexing and arithmetic are evaluated; names are the public ones of `ROOMS`,
    ``math`` and a few builtins. Quiz files come from elsewhere too, so no value may become so large that it takes
    long or fills the memory, and no file is read but those of the package.

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
    if len(expression) > _LONGEST:
        raise RecomputeError(f"it has more than {_LONGEST} characters")
    try:
        return ast.parse(expression, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:  # the parser's own limits
        raise RecomputeError(f"it is no Python expression: {error}") from error


def _evaluate(node: ast.expr | None, known: Mapping[str, Any]) -> Any:
    match node:
        case None:  # an end of a slice that is left out
            return None
        case ast.Constant(value=value):
            return _bounded(value)
        case ast.Name(id=name):
            return known[name] if name in known else _named(name)
        case ast.Attribute(value=owner, attr=name) if not name.startswith("_"):
            return _attribute(_evaluate(owner, known), name)
        case ast.Call(func=function, args=arguments, keywords=keywords):
            named = {keyword.arg: _evaluate(keyword.value, known) for keyword in keywords if keyword.arg is not None}
            if len(named) < len(keywords):
                raise RecomputeError("** is not evaluated")
            called = _evaluate(function, known)
            return _bounded(_called(called, [_evaluate(argument, known) for argument in arguments], named))
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
            return _combined(operation, _evaluate(left, known), _evaluate(right, known))
    raise RecomputeError(f"{ast.unparse(node)} is not evaluated: use calls, literals, indexing and arithmetic")


def _called(function: Any, arguments: Sequence[Any], named: Mapping[str, Any]) -> Any:
    if getattr(function, "__name__", "") in _REPEATING:
        for one in (*arguments, *named.values()):
            if isinstance(one, int) and one > _MOST_REPEATS:
                raise RecomputeError(f"{function.__name__} is evaluated with numbers up to {_MOST_REPEATS}")
    return function(*arguments, **named)


def _combined(operation: ast.operator, left: Any, right: Any) -> Any:
    both = [one for one in (left, right) if isinstance(one, Sized)]
    if both and isinstance(operation, ast.Mod):
        raise RecomputeError("% is evaluated between numbers")
    if both and isinstance(operation, ast.Mult):
        times = next((one for one in (left, right) if isinstance(one, int)), 0)
        _check_size(len(both[0]) * times)
    return _bounded(_BINARY[type(operation)](left, right))


def _power(base: Any, exponent: Any) -> Any:
    if abs(exponent) > _LARGEST_EXPONENT:
        raise RecomputeError(f"the exponent {exponent} is larger than {_LARGEST_EXPONENT}")
    return _bounded(base**exponent)


def _bounded(value: Any) -> Any:
    """The value, if computing with it is quick."""
    if isinstance(value, int) and value.bit_length() > _MOST_BITS:
        raise RecomputeError(f"a number has more than {_MOST_BITS} bits")
    if isinstance(value, Sized):
        _check_size(len(value))
    return value


def _check_size(n: int) -> None:
    if n > _MOST:
        raise RecomputeError(f"a list or text has more than {_MOST} entries")


def _attribute(owner: Any, name: str) -> Any:
    if owner is math:
        return _MATH.get(name) or getattr(math, name)
    if isinstance(owner, int | float | bytes | type) or name not in _METHODS.get(type(owner), {name}):
        raise RecomputeError(f"the attribute {name} of {shorten(repr(owner), 40)} is not evaluated")
    return getattr(owner, name)


def _small(function: Callable[..., int]) -> Callable[..., int]:
    """The function for arguments with which its result is no astronomic number."""

    def limited(*arguments: int) -> int:
        if any(abs(one) > _MOST_BITS for one in arguments):
            raise RecomputeError(f"math.{function.__name__} is evaluated up to {_MOST_BITS}")
        return function(*arguments)

    return limited


def _round(number: float, ndigits: int | None = None) -> float:
    if ndigits is not None and abs(ndigits) > _LARGEST_EXPONENT:
        raise RecomputeError(f"round is evaluated for up to {_LARGEST_EXPONENT} digits")
    return round(number, ndigits)


def _sum(numbers: Iterable[float], start: float = 0) -> float:
    # a list to start with would make a long list of many short ones
    if not isinstance(start, int | float):
        raise RecomputeError("sum is evaluated for numbers")
    return sum(numbers, start)


def _product(numbers: Iterable[float], *, start: float = 1) -> float:
    for number in numbers:
        start = _bounded(start * number)
    return start


_BUILTINS |= {"round": _round, "sum": _sum}
_MATH: Final[Mapping[str, Any]] = {
    "factorial": _small(math.factorial),
    "comb": _small(math.comb),
    "perm": _small(math.perm),
    "prod": _product,
}


@functools.cache
def _named(name: str) -> Any:
    if name == "math":
        return math
    if name in _BUILTINS:
        return _BUILTINS[name]
    if name in _READS_FILES:
        raise RecomputeError(f"{name} is not evaluated: it reads files")
    for room in ROOMS:
        module = importlib.import_module(f"qa_lesson.{room}")
        found = None if name.startswith("_") else getattr(module, name, None)
        # a module also shows what it imports itself: only the package's own is public
        if str(getattr(found, "__module__", "")).startswith("qa_lesson."):
            return found
    raise RecomputeError(f"{name} is no public name of qa_lesson ({', '.join(ROOMS)}) or math")
