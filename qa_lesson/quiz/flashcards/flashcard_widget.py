"""A round of flashcards in JupyterLab: look at the front, think, show the answer, say how well it was known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, cast

import traitlets

from qa_lesson.errors import ConfigError, counted
from qa_lesson.look.built_widgets import built_widget
from qa_lesson.look.html import card, paragraph
from qa_lesson.quiz.flashcards.cards import Flashcard, all_flashcards
from qa_lesson.quiz.flashcards.schedule import GRADES, Grade, choose_cards, due_after, in_words
from qa_lesson.quiz.pages.widget_base import QuizPage
from qa_lesson.quiz.practice.practice import describe_fault
from qa_lesson.quiz.progress.attempts import Progress
from qa_lesson.quiz.progress.learner_rows import Review

_END_OF_ROUND = "at the end of this round"


def review(n: int = 10, *, progress: Progress | None = None) -> FlashcardReview:
    """A round of flashcards: first those that are due, then new ones, of lessons that you have met before others.

    Args:
        n: how many cards at most.
        progress: where reviews are saved; by default the learner's own file.

    Raises:
        ConfigError: `n` is below 1.
        BankError: a quiz file is not as it should be.
        StorageError: the progress cannot be read.
    """
    progress = progress if progress is not None else Progress.open()
    return FlashcardReview(all_flashcards(), progress, n)


def _now() -> datetime:
    return datetime.now(UTC)


class FlashcardReview(QuizPage):
    """See `review`. By code: ``round.current`` is the card, ``round.show_answer()``, ``round.grade(3)`` for "good".

    Args:
        cards: all there are.
        progress: where reviews are saved.
        n: how many cards the round has at most.
        clock: gives the time in UTC.
    """

    _esm = built_widget("flashcards")

    shown = traitlets.Dict().tag(sync=True)  # all that the page shows; the back only once it was asked for

    def __init__(
        self, cards: Sequence[Flashcard], progress: Progress, n: int = 10, clock: Callable[[], datetime] = _now
    ) -> None:
        self._progress, self._clock = progress, clock
        self._queue = choose_cards(cards, progress, n, clock())
        self._answer_shown = False
        self._n_done, self._status = 0, ""
        super().__init__(shown=self._page())
        self.on_msg(self._receive)

    def __repr__(self) -> str:
        return "<flashcards>"

    def static_html(self) -> str:
        """What is shown here when no widget can: saved notebooks and web pages."""
        how = paragraph("Questions of the quizzes, shown again when you are about to forget them.")
        return card(how + paragraph("Open this notebook in JupyterLab and run the cell."), "Flashcards")

    @property
    def current(self) -> Flashcard | None:
        """The card being shown; None at the end of the round."""
        return self._queue[0] if self._queue else None

    def show_answer(self) -> None:
        """Turn the card."""
        self._answer_shown, self._status = True, ""
        self.shown = self._page()

    def grade(self, grade: Grade) -> None:
        """Save how well the card was known (1 again, 2 hard, 3 good, 4 easy) and go on to the next one.

        A card that was not known comes again at the end of the round.

        Raises:
            ConfigError: there is no such grade, or no card whose answer is shown.
            StorageError: it could not be saved; the card stays.
        """
        asked = self.current
        if grade not in GRADES or asked is None or not self._answer_shown:
            raise ConfigError(
                "there is nothing to grade like this",
                received=f"grade {grade!r}",
                fix="show the answer first, then grade with 1 again, 2 hard, 3 good or 4 easy",
            )
        at = self._clock()
        due = due_after(self._progress.reviews(asked.id), at)[grade]
        self._progress.record_review(
            Review(
                learner=self._progress.learner, card=asked.id, rating=grade, at=at.isoformat(timespec="microseconds")
            )
        )
        del self._queue[0]
        if grade == 1:
            self._queue.append(asked)
        else:
            self._n_done += 1
        self._answer_shown = False
        again = _END_OF_ROUND if grade == 1 else in_words(due - at)
        self._status = f"Saved: {GRADES[grade].lower()}. The card comes back {again}."
        self.shown = self._page()

    def _page(self) -> dict[str, Any]:
        """What the page shows now."""
        page: dict[str, Any] = {
            "position": "",
            "front": "",
            "back": "",
            "grades": [],
            "status": self._status,
            "problem": "",
            "note": self._progress.note,
        }
        asked = self.current
        if asked is None:
            done = f"That was all: {counted(self._n_done, 'card')} known."
            nothing = "There is no card to look at."
            return {**page, "position": f"{done} Run the cell again for more." if self._n_done else nothing}
        total = self._n_done + len(self._queue)
        page["position"] = f"Card {self._n_done + 1} of {total}, from {asked.quiz.replace('_', ' ')}"
        page["front"] = asked.front
        if self._answer_shown:
            page["back"] = asked.back
            at = self._clock()
            waits = due_after(self._progress.reviews(asked.id), at)
            page["grades"] = [
                {"grade": grade, "name": f"{name}: {_END_OF_ROUND if grade == 1 else in_words(waits[grade] - at)}"}
                for grade, name in GRADES.items()
            ]
        return page

    def _receive(self, _widget: object, content: dict[str, Any], _buffers: object) -> None:
        """A click in the browser. Whatever goes wrong is shown, because a handler's traceback is not."""
        action = content.get("action")
        try:
            if action == "show":
                self.show_answer()
            else:
                self.grade(cast(Grade, content.get("grade")))
        except Exception as error:
            self.shown = {**self.shown, "problem": describe_fault(error), "status": ""}
        self.send({"done": action})
