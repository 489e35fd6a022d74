"""Graded quizzes: the bundle that learners get, what they hand in, and what instructors make of it.

The key stays with the instructor. Submissions are data: they are read, marked and counted, and never executed.

What is where: `records` has the formats of the files. `bundle`, `handout`, `sitting`, `writing` and `widget` are the
learner's side. `reading`, `submissions`, `marks` and `grading` lead from files to `results`; `item_analysis`, `report`,
`feedback`, `output` and `lms` go on from there.

The public names below are loaded on first use, so that importing this package is quick.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa_lesson.grading.bundle import build_bundle as build_bundle
    from qa_lesson.grading.bundle import load_bundle as load_bundle
    from qa_lesson.grading.grading import grade as grade
    from qa_lesson.grading.keys import load_key as load_key
    from qa_lesson.grading.output import write_grading as write_grading
    from qa_lesson.grading.results import load_results as load_results
    from qa_lesson.grading.roster import read_roster as read_roster
    from qa_lesson.grading.widget import show as show

_HOME = {
    "bundle": ["build_bundle", "load_bundle"],
    "grading": ["grade"],
    "keys": ["load_key"],
    "output": ["write_grading"],
    "results": ["load_results"],
    "roster": ["read_roster"],
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
