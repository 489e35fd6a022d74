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
    from qa_lesson.quiz.dashboard_view import dashboard as dashboard
    from qa_lesson.quiz.flashcard_widget import review as review
    from qa_lesson.quiz.forgetting_view import plot_forgetting as plot_forgetting
    from qa_lesson.quiz.lint import lint_bank as lint_bank
    from qa_lesson.quiz.marking import Mark as Mark
    from qa_lesson.quiz.marking import mark as mark
    from qa_lesson.quiz.pool_views import mastery_report as mastery_report
    from qa_lesson.quiz.pool_views import placement_report as placement_report
    from qa_lesson.quiz.progress import Attempt as Attempt
    from qa_lesson.quiz.progress import Progress as Progress
    from qa_lesson.quiz.progress import Review as Review
    from qa_lesson.quiz.widget import show as show

_HOME = {
    "bank": ["Quiz", "load_quiz", "quiz_names", "quizzes_dir"],
    "dashboard_view": ["dashboard"],
    "flashcard_widget": ["review"],
    "forgetting_view": ["plot_forgetting"],
    "lint": ["lint_bank"],
    "marking": ["Mark", "mark"],
    "pool_views": ["mastery_report", "placement_report"],
    "progress": ["Attempt", "Progress", "Review"],
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
