"""What the widgets of practice, flashcards and graded quizzes have in common."""

from __future__ import annotations

from pathlib import Path

import anywidget

from qa_lesson.look.still import StillBeside


class QuizPage(StillBeside, anywidget.AnyWidget):
    """A widget in the looks of the quiz, with a static page of itself where no kernel runs."""

    _css = Path(__file__).with_name("view.css")
