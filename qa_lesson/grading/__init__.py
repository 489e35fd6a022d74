"""Graded quizzes: the bundle that learners get, what they hand in, and what instructors make of it.

The key stays with the instructor. Submissions are data: they are read, marked and counted, and never executed.
The public names below are loaded on first use, so that importing this package is quick.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa_lesson.grading.bundle import build_bundle as build_bundle
    from qa_lesson.grading.bundle import load_bundle as load_bundle
    from qa_lesson.grading.widget import show as show

_HOME = {
    "bundle": ["build_bundle", "load_bundle"],
    "widget": ["show"],
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = sorted(_MODULE_OF)  # noqa: PLE0605


def __getattr__(name: str) -> object:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_MODULE_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
