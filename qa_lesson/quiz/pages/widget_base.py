"""What the widgets of practice, flashcards and graded quizzes have in common."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget

from qa_lesson.look.still import StillBeside


class QuizPage(StillBeside, anywidget.AnyWidget):
    """A widget in the looks of the quiz, with a static page of itself where no kernel runs."""

    _css = Path(__file__).with_name("view.css")

    def static_html(self) -> str:
        """What is shown here when no widget can: in saved notebooks and on web pages."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **options: Any) -> Any:
        bundle = super()._repr_mimebundle_(**options)
        if bundle is None:
            return None
        data, metadata = bundle
        return {**data, "text/html": self.static_html()}, metadata
