"""Flashcards made from the quizzes of the lessons: a question on the front, its answer and reasons on the back.

The pools of the placement and mastery tests give no cards, because whoever has learnt their answers by heart learns
nothing from the tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from qa_lesson.quiz.bank.files import load_quiz, quiz_names
from qa_lesson.quiz.bank.models import Quiz, refuse_personal
from qa_lesson.quiz.kinds.registry import Question
from qa_lesson.quiz.kinds.shared.html_pieces import bullets, inline
from qa_lesson.quiz.pages.markdown import render_markdown
from qa_lesson.quiz.progress.pieces import section_in_words


@dataclass(frozen=True)
class Flashcard:
    """One card.

    Args:
        id: of its question.
        quiz: name of the quiz, which is the stem of the lesson's notebook.
        objective: of the question.
        difficulty: "easy", "medium" or "hard".
        front, back: safe HTML.
    """

    id: str
    quiz: str
    objective: str
    difficulty: str
    front: str
    back: str


def all_flashcards(quizzes: Sequence[Quiz] | None = None) -> list[Flashcard]:
    """A card for every question of the lessons, in their order.

    Args:
        quizzes: None takes the whole bank; pools are left out.

    Raises:
        BankError: a quiz file is not as it should be, or has pools or parameters.
    """
    chosen = [load_quiz(name) for name in quiz_names()] if quizzes is None else quizzes
    refuse_personal(chosen, "a flashcard")
    return [make_flashcard(question, quiz.name) for quiz in chosen if quiz.draw is None for question in quiz.questions]


def make_flashcard(question: Question, quiz: str) -> Flashcard:
    """The card of a question.

    Args:
        question: of any kind.
        quiz: name of its quiz.
    """
    return Flashcard(
        id=question.id,
        quiz=quiz,
        objective=question.objective,
        difficulty=question.difficulty,
        front=_front(question),
        back=_back(question),
    )


def _front(question: Question) -> Markup:
    return render_markdown(question.prompt) + question.card_front()


def _back(question: Question) -> Markup:
    steps = Markup("").join(Markup("<li>{}</li>").format(render_markdown(step)) for step in question.steps)
    return question.answer_html() + Markup(
        "<p><strong>In short:</strong> {short}</p><ol>{steps}</ol><p><strong>Common mistakes:</strong></p>{mistakes}"
        "<p>Told in {section}</p>"
    ).format(
        short=inline(question.quick_check),
        steps=steps,
        mistakes=bullets(question.mistakes),
        section=section_in_words(question.section),
    )
