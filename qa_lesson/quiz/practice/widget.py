"""The quiz as JupyterLab shows it: a thin widget over `QuizPractice`.

The synchronised traits hold what `public_question` allows and, of answered questions, what the learner has been shown;
a key, a hint or a feedback leaves the kernel only when its turn has come.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import traitlets

from qa_lesson.errors import ConfigError, counted
from qa_lesson.look.built_widgets import built_widget
from qa_lesson.quiz.answering.asked import public_question
from qa_lesson.quiz.bank.draw import draw_questions
from qa_lesson.quiz.bank.files import load_quiz
from qa_lesson.quiz.bank.models import Quiz, refuse_personal
from qa_lesson.quiz.kinds.registry import Question
from qa_lesson.quiz.pages.markdown import plain_text, render_inline, render_markdown
from qa_lesson.quiz.pages.widget_base import QuizPage
from qa_lesson.quiz.practice.practice import STEPS_AFTER, QuestionPractice, QuizPractice, describe_fault
from qa_lesson.quiz.progress.attempts import Progress

"""A chosen option that is right, one that is wrong, and a right one that was not chosen."""


def show(name: str | Path, *, progress: Progress | None = None) -> QuizWidget:
    """A quiz to work on in a notebook; answers are saved immediately and come back when the cell runs again.

    Args:
        name: of the quiz, as its lesson is called: ``"05_metrics"``; or ``"placement"``, ``"mastery"``, or the path of
            a quiz file.
        progress: where answers are recorded; by default the learner's own file.

    Raises:
        BankError: there is no such quiz, its file is not as it should be, or it has pools or parameters.
    """
    quiz = load_quiz(name)
    refuse_personal([quiz], "practice")
    progress = progress if progress is not None else Progress.open()
    return QuizWidget(quiz, draw_questions(quiz, progress.learner), progress)


class QuizWidget(QuizPage):
    """See `show`. ``quiz.question(0)`` or ``quiz.question("04-word-order")`` is a question to answer by code.

    >>> quiz = show("metrics")                    # doctest: +SKIP
    >>> question = quiz.question(0)                  # doctest: +SKIP
    >>> question.value = "f1-one"                    # doctest: +SKIP
    >>> question.check.click()                       # doctest: +SKIP
    >>> question.correct, question.saved             # doctest: +SKIP
    (True, True)
    """

    _esm = built_widget("practice_quiz")

    heading = traitlets.Unicode().tag(sync=True)
    questions: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)  # what `public_question` gives
    answers: traitlets.List[dict[str, Any]] = traitlets.List().tag(
        sync=True
    )  # what `shown_answer` gives, in the order of `questions`
    drafts: traitlets.Dict[str, dict[str, Any]] = traitlets.Dict().tag(
        sync=True
    )  # question id -> {"response", "confidence"} as the page has it now
    current = traitlets.Int(0).tag(sync=True)
    standing = traitlets.Unicode().tag(sync=True)
    started = traitlets.Bool(False).tag(sync=True)  # whether any question of this round is answered
    unsaved = traitlets.Unicode().tag(sync=True)  # why answers could not be saved, empty when all are
    notes: traitlets.List[str] = traitlets.List().tag(sync=True)  # plain text about the store of answers, and faults

    def __init__(self, quiz: Quiz, questions: tuple[Question, ...], progress: Progress) -> None:
        self._fault = ""
        self._store_note = progress.note
        self.practice = QuizPractice(quiz, questions, progress, changed=self._push)
        super().__init__(
            heading=plain_text(quiz.title),
            questions=[public_question(question, progress.learner) for question in questions],
        )
        answered = [practice.mark is not None for practice in self.practice.questions]
        self.current = answered.index(False) if False in answered else 0
        self._push(None)
        self.observe(self._take_drafts, "drafts")
        self.on_msg(self._receive)

    def __repr__(self) -> str:
        n_questions = len(self.practice.questions)
        return f"<quiz {self.practice.quiz.name}: {counted(n_questions, 'question')}>"

    def static_html(self) -> str:
        """The questions to read, for saved notebooks and web pages."""
        from qa_lesson.quiz.pages.static import static_html

        return static_html(self.heading, self.questions)

    def question(self, which: int | str) -> QuestionPractice:
        """The question at a place, counted from 0, or with an id, to answer by code.

        Raises:
            ConfigError: there is none.
        """
        return self.practice.question(which)

    def _push(self, changed: QuestionPractice | None) -> None:
        """Bring the traits up to date, in one message."""
        practice = self.practice
        with self.hold_sync():
            self.answers = [shown_answer(question) for question in practice.questions]
            self.drafts = {
                question.question.id: {"response": question.value, "confidence": question.confidence}
                for question in practice.questions
            }
            self.standing = str(practice.standing)
            self.started = practice.standing.answered > 0
            self.unsaved = practice.save_problem if practice.unsaved else ""
            self.notes = [note for note in (self._store_note, practice.problem, self._fault) if note]

    def _take_drafts(self, change: dict[str, Any]) -> None:
        try:
            for practice in self.practice.questions:
                if draft := change["new"].get(practice.question.id):
                    practice.draft(draft.get("response"), draft.get("confidence"))
        except Exception as error:
            self._fault = describe_fault(error)
            self._push(None)

    def _receive(self, _widget: object, content: dict[str, Any], _buffers: object) -> None:
        """A click in the browser. Whatever goes wrong is shown, because a handler's traceback is not."""
        self._fault = ""
        action = content.get("action")
        try:
            if action in ("save", "start_again"):
                button = getattr(self.practice, action)
            elif action in ("check", "hint", "steps", "try_again"):
                practice = self.question(content.get("question", ""))
                if action == "check":
                    practice.draft(content.get("response"), content.get("confidence"))
                button = getattr(practice, action)
            else:
                raise ConfigError("the page asked for something unknown", received=repr(action))
            button.click()
        except Exception as error:
            self._fault = describe_fault(error)
            self._push(None)
        self.send({"done": action})


def shown_answer(practice: QuestionPractice) -> dict[str, Any]:
    """What the page may show of the state of a question; before an answer neither feedback nor key."""
    question, found = practice.question, practice.mark
    over = practice.closed or practice.steps_shown
    shown: dict[str, Any] = {
        "status": practice.status,
        "closed": practice.closed,
        "attempts_left": practice.attempts_left,
        "hints": [render_inline(hint) for hint in question.hints[: practice.n_hints]],
        "steps": [render_markdown(step) for step in question.steps] if practice.steps_shown else [],
        "steps_free": practice.closed or practice.n_wrong >= STEPS_AFTER,
        "problem": practice.problem,
        "saved": practice.saved,
        "result": None,
        "quick_check": render_inline(question.quick_check) if over else "",
        "mistakes": [render_inline(mistake) for mistake in question.mistakes] if over else [],
        "section": section_name(question.section) if found else "",
        "section_address": question.section if found and ".ipynb" in question.section else "",
    }
    if found:
        shown["result"] = {
            "headline": headline(practice),
            "feedback": render_markdown(found.feedback),
            "signs": question.signs(practice.value or ""),
            "per_option": {
                option: render_inline(text) for option, text in found.per_option.items() if text != found.feedback
            },
        }
    return shown


def headline(practice: QuestionPractice) -> str:
    """How the last answer was, in a few words."""
    if practice.mark is None:
        return ""
    if practice.mark.correct:
        points = f"{round(practice.points, 2):g} point{'s' if practice.points != 1 else ''}"
        return f"Solved: {points}{', because the worked steps were seen first' if practice.points < 1 else ''}."
    if practice.mark.credit > 0:
        return f"Not quite: {100 * practice.mark.credit:.0f}% of the points."
    return "Not yet."


def section_name(section: str) -> str:
    """Where to read again, in words.

    >>> section_name("05_metrics.ipynb#1.-When-are-two-answers-the-same?")
    '05_metrics, section “1. When are two answers the same?”'
    """
    notebook, _, heading = section.partition("#")
    name = notebook.removesuffix(".ipynb")
    return f"{name}, section “{heading.replace('-', ' ')}”" if heading else name
