"""Quizzes inside the lessons: the bank of questions, marking, progress, flashcards.

The public names below are loaded on first use, so that importing this package is quick.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa_lesson.quiz.bank import Quiz as Quiz
    from qa_lesson.quiz.bank import load_quiz as load_quiz
    from qa_lesson.quiz.bank import quiz_names as quiz_names
    from qa_lesson.quiz.bank import quizzes_dir as quizzes_dir
    from qa_lesson.quiz.lint import lint_bank as lint_bank
    from qa_lesson.quiz.marking import Mark as Mark
    from qa_lesson.quiz.marking import mark as mark
    from qa_lesson.quiz.progress import Attempt as Attempt
    from qa_lesson.quiz.progress import Progress as Progress
    from qa_lesson.quiz.widget import show as show

_HOME = {
    "bank": ["Quiz", "load_quiz", "quiz_names", "quizzes_dir"],
    "lint": ["lint_bank"],
    "marking": ["Mark", "mark"],
    "progress": ["Attempt", "Progress"],
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
