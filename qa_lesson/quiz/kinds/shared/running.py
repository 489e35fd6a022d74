"""Running a learner's few lines of Python, in this process and for a limited time."""

from __future__ import annotations

import ast
import ctypes
import textwrap
import threading
from typing import Any

from qa_lesson.errors import ResponseError, shorten

BLANK = "___"
"""What the learner replaces in the template of a code question."""
SECONDS = 2.0
"""How long filled-in code and its checks may take together."""


class _TimeUp(BaseException):
    """Raised inside code that runs for too long; no ``except Exception`` of it can swallow this."""


def fill(template: str, filling: str) -> str:
    r"""`template` with its blank filled; further lines of the filling are indented like the line of the blank.

    >>> print(fill("if x:\n    ___", "y = 1\nz = 2"))
    if x:
        y = 1
        z = 2
    """
    before, after = template.split(BLANK, 1)
    line = before.rpartition("\n")[2]
    indent = line[: len(line) - len(line.lstrip())]
    return before + textwrap.dedent(filling).strip().replace("\n", f"\n{indent}") + after


def same_code(left: str, right: str) -> bool:
    """Whether two pieces of Python differ in white space, brackets and quotes at most."""
    try:
        return ast.dump(ast.parse(left)) == ast.dump(ast.parse(right))
    except (SyntaxError, ValueError):
        return left == right


def complaint(code: str, check: str, *, seconds: float = SECONDS) -> str | None:
    """What is wrong with `code`: the message of the assert that fails, or of what it raises; None if all is well.

    The code runs in a namespace of its own, in a thread of this process: it is no sandbox, and meant for what a
    person types on their own machine. Code that does not end is stopped after `seconds`.

    Args:
        code: filled-in Python.
        check: Python asserts that run after it in the same namespace.
        seconds: for both; imports at the top of either come before the clock starts.

    Raises:
        ResponseError: Python cannot read `code`.

    >>> complaint("half = 1 / 2", 'assert half == 0.5, "half should be 0.5"') is None
    True
    >>> complaint("half = 2", 'assert half == 0.5, "half should be 0.5"')
    'half should be 0.5'
    """
    try:
        program = compile(code, "<your code>", "exec")
    except (SyntaxError, ValueError) as error:
        what = error.msg if isinstance(error, SyntaxError) else str(error)
        raise ResponseError(
            f"Python cannot read this: {what}", received=shorten(code, 200), fix="fix it; this is not an attempt"
        ) from error
    namespace: dict[str, Any] = {"__name__": "__quiz__"}
    outcome: list[str | None] = []

    def run() -> None:
        try:
            exec(program, namespace)
            exec(compile(check, "<check>", "exec"), namespace)
        except _TimeUp:
            return
        except AssertionError as error:
            outcome.append(str(error) or "A check of the result failed")
        except BaseException as error:  # the learner's code may raise anything, SystemExit included
            outcome.append(f"It raised {type(error).__name__}: {error}")
        else:
            outcome.append(None)

    for piece in (code, check):
        _import_first(piece, namespace)
    thread = threading.Thread(target=run, daemon=True, name="quiz code")
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        _stop(thread)
    if not outcome:
        return f"It did not end within {seconds:g} seconds and was stopped: look for a loop that never ends"
    return outcome[0]


def _import_first(piece: str, namespace: dict[str, Any]) -> None:
    """Run the imports at the top of `piece`: a first import may take seconds, and stopping one halfway is unsafe."""
    imports: list[ast.stmt] = [node for node in ast.parse(piece).body if isinstance(node, ast.Import | ast.ImportFrom)]
    try:
        exec(compile(ast.Module(imports, type_ignores=[]), "<imports>", "exec"), namespace)
    except Exception:
        return  # raised again, and told, when the piece itself runs


def _stop(thread: threading.Thread) -> None:
    """Ask `thread` to end, a few times because its code may catch what is raised in it."""
    for _ in range(5):
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), ctypes.py_object(_TimeUp))
        thread.join(0.2)
        if not thread.is_alive():
            return
