"""A quiz being practised: answers, help taken, marks and what was recorded. No widget, so tests and scripts use it too.

The order of things in `QuestionPractice.check` is the promise of the quiz: an answer is marked, then recorded, and only
then does the learner see what it was worth.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from qa_lesson.errors import ConfigError, QALessonError, ResponseError
from qa_lesson.quiz.answering.marking import mark
from qa_lesson.quiz.bank.models import Quiz
from qa_lesson.quiz.kinds.registry import Question
from qa_lesson.quiz.kinds.shared.marks import Mark, Response
from qa_lesson.quiz.progress.attempts import Progress
from qa_lesson.quiz.progress.learner_rows import Attempt

Status = Literal["open", "right", "wrong"]

STEPS_AFTER = 3
"""Wrong answers after which a look at the worked steps does not cost the points."""


class Button:
    """Something a learner can press. Nothing is raised: what went wrong is the question's (or the quiz's) `problem`."""

    def __init__(self, press: Callable[[], None]) -> None:
        self._press = press

    def click(self) -> None:
        """Do what a click in the browser does."""
        self._press()


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a learner stands in one round of a quiz; `points` and `possible` in points, the rest in questions.

    >>> print(Standing(points=4 / 3, possible=10, mastered=1, answered=3, n_questions=10))
    1.33 of 10 points; 1 of 10 questions mastered (right at once, without help)
    """

    points: float
    possible: float
    mastered: int
    answered: int
    n_questions: int

    def __str__(self) -> str:
        return (
            f"{round(self.points, 2):g} of {self.possible:g} points; "
            f"{self.mastered} of {self.n_questions} questions mastered (right at once, without help)"
        )


class QuestionPractice:
    """One question of a `QuizPractice`.

    `value` is the answer that `check` marks: an option id, option or item ids, a number, or what was typed; see the
    method `mark` of its kind. `confidence` is a fraction or None.
    """

    def __init__(self, question: Question, quiz: QuizPractice, history: Sequence[Attempt]) -> None:
        self.question, self._quiz = question, quiz
        self.check, self.try_again = Button(self._guarded(self._check)), Button(self._guarded(self._reopen))
        self.hint, self.steps = Button(self._guarded(self._show_hint)), Button(self._guarded(self._show_steps))
        self.start_again()
        self._restore(history)

    def start_again(self) -> None:
        """Forget this round's answers on the page; what was recorded stays recorded."""
        self.status: Status = "open"
        self.mark: Mark | None = None
        self._confidence: float | None = None
        self.saved: bool | None = None
        self.problem = ""
        self.n_wrong = self.n_hints = 0
        self.steps_shown = self.steps_seen_early = self.mastered = False
        self.credit = 0.0
        self._value: Response | None = self.question.first_response(self._quiz.learner)

    @property
    def value(self) -> Response | None:
        """The answer as it is now, None before one is given."""
        return self._value

    @value.setter
    def value(self, value: Response | None) -> None:
        if self.status == "wrong" and not self.closed:
            self._reopen()
        self.draft(value, self._confidence)
        self._quiz.changed(self)

    @property
    def confidence(self) -> float | None:
        """How sure the learner is of `value`, as a fraction; None: they have not said."""
        return self._confidence

    @confidence.setter
    def confidence(self, confidence: float | None) -> None:
        self.draft(self._value, confidence)
        self._quiz.changed(self)

    def draft(self, value: Response | None, confidence: float | None) -> None:
        """Take up what the page shows while the learner works on it; an answer that is marked stays as it is.

        Raises:
            ConfigError: the confidence is no fraction.
        """
        if confidence is not None and not 0 <= confidence <= 1:
            raise ConfigError(
                "confidence is a fraction", received=repr(confidence), fix="a number from 0 to 1, or None"
            )
        if self.status == "open":
            self._value, self._confidence = value, confidence

    @property
    def correct(self) -> bool | None:
        """Whether the last answer was right, None while there is none."""
        return self.mark.correct if self.mark else None

    @property
    def feedback(self) -> str:
        """Feedback on the last answer in Markdown, empty before it is marked."""
        return self.mark.feedback if self.mark else ""

    @property
    def attempts_left(self) -> int | None:
        """How many more wrong answers the question takes; None: as many as the learner likes."""
        return None if self.question.attempts is None else max(self.question.attempts - self.n_wrong, 0)

    @property
    def closed(self) -> bool:
        """No answer is taken any more in this round."""
        return self.status == "right" or self.attempts_left == 0

    @property
    def points(self) -> float:
        """Points earned in this round."""
        return self.credit * self.question.points

    def _guarded(self, action: Callable[[], None]) -> Callable[[], None]:
        def press() -> None:
            self.problem = ""
            try:
                action()
            except ResponseError as error:
                self.problem = f"{_sentence(error.what)} {_sentence(error.fix or '')}".strip()
            except Exception as error:
                self.problem = describe_fault(error)
            self._quiz.changed(self)

        return press

    def _check(self) -> None:
        if self.closed or self.status == "wrong":
            raise ConfigError("this answer is marked already", fix="press Try again, or start the quiz again")
        if self._value is None:
            raise ResponseError("there is no answer yet", fix="answer first, then check")
        found = mark(self.question, self._value)
        attempt = Attempt(
            learner=self._quiz.learner,
            quiz=self._quiz.quiz.name,
            question=self.question.id,
            objective=self.question.objective,
            difficulty=self.question.difficulty,
            kind=self.question.kind,
            response=self._value,
            credit=found.credit,
            correct=found.correct,
            confidence=self.confidence,
            attempt=self._quiz.attempts_so_far(self.question.id) + 1,
            hints_used=self._help_taken(),
        )
        self.saved = self._quiz.record(attempt)
        self._take(found, attempt)

    def _take(self, found: Mark, attempt: Attempt) -> None:
        first = self.n_wrong == 0
        self.mark, self.status = found, "right" if found.correct else "wrong"
        self.n_wrong += not found.correct
        self.mastered = found.correct and first and attempt.hints_used == 0
        if not self.steps_seen_early:
            self.credit = max(self.credit, found.credit)

    def _help_taken(self) -> int:
        return len(self.question.hints) + 1 if self.steps_shown else self.n_hints

    def _show_hint(self) -> None:
        self.n_hints = min(self.n_hints + 1, len(self.question.hints))

    def _show_steps(self) -> None:
        if self.status != "right" and self.n_wrong < STEPS_AFTER:
            self.steps_seen_early = True
        self.steps_shown = True

    def _reopen(self) -> None:
        if self.closed:
            raise ConfigError("this question is finished", fix="start the quiz again to answer it once more")
        self.status, self.mark, self.saved, self._confidence = "open", None, None, None

    def _restore(self, history: Sequence[Attempt]) -> None:
        """Take up the last round: the attempts since the last but one right answer."""
        ends = [n + 1 for n, attempt in enumerate(history[:-1]) if attempt.correct]
        attempts = history[ends[-1] if ends else 0 :]
        if (most := self.question.attempts) is not None:  # after the last attempt, the next one begins another round
            attempts = attempts[(len(attempts) - 1) // most * most :]
        for attempt in attempts:
            self.steps_shown = attempt.hints_used > len(self.question.hints)
            self.steps_seen_early |= self.steps_shown and self.n_wrong < STEPS_AFTER
            self.n_hints = min(attempt.hints_used, len(self.question.hints))
            self._take(Mark(attempt.credit, attempt.correct, ""), attempt)
        if not attempts:
            return
        last = attempts[-1]
        try:
            found = mark(self.question, last.response)
        except QALessonError:  # the question has changed since
            self.start_again()
            return
        self.mark, self.status = found, "right" if found.correct else "wrong"
        self._value, self._confidence, self.saved = last.response, last.confidence, True


class QuizPractice:
    """A quiz and one learner's way through it.

    Args:
        quiz: from the bank.
        questions: those of them that are asked, in this order.
        progress: where answers are recorded, and from where earlier ones come back.
        changed: called after each change with the question concerned, or None for the whole quiz.
    """

    def __init__(
        self,
        quiz: Quiz,
        questions: Sequence[Question],
        progress: Progress,
        changed: Callable[[QuestionPractice | None], None] = lambda _question: None,
    ) -> None:
        self.quiz, self.progress, self.learner = quiz, progress, progress.learner
        self.changed: Callable[[QuestionPractice | None], None] = lambda _question: None
        self.unsaved: list[Attempt] = []
        self.save_problem = self.problem = ""
        histories = self._histories()
        self.questions = tuple(QuestionPractice(question, self, histories[question.id]) for question in questions)
        self.save, self.start_again = Button(self._save), Button(self._start_again)
        self.changed = changed

    def question(self, which: int | str) -> QuestionPractice:
        """The question at a place, counted from 0, or with an id.

        Raises:
            ConfigError: there is none.
        """
        if isinstance(which, str):
            found = [practice for practice in self.questions if practice.question.id == which]
        else:
            found = list(self.questions[which : which + 1]) if which >= 0 else []
        if not found:
            known = ", ".join(practice.question.id for practice in self.questions)
            raise ConfigError("no such question", where=self.quiz.name, received=repr(which), fix=f"one of {known}")
        return found[0]

    @property
    def standing(self) -> Standing:
        """The score of this round."""
        return Standing(
            points=sum(practice.points for practice in self.questions),
            possible=sum(practice.question.points for practice in self.questions),
            mastered=sum(practice.mastered for practice in self.questions),
            answered=sum(practice.mark is not None for practice in self.questions),
            n_questions=len(self.questions),
        )

    def record(self, attempt: Attempt) -> bool:
        """Store an attempt and all earlier ones that could not be stored; whether nothing is left unsaved.

        An attempt that cannot be stored is kept in `unsaved`, and `save_problem` says why.
        """
        self.unsaved.append(attempt)
        try:
            while self.unsaved:
                self.progress.record(self.unsaved[0])
                del self.unsaved[0]
        except Exception as error:  # whatever the disk does, the learner is told and the answer is kept
            self.save_problem = getattr(error, "what", "") or f"{type(error).__name__}: {error}"
            return False
        self.save_problem = ""
        for practice in self.questions:
            practice.saved = practice.saved if practice.saved is None else True
        return True

    def attempts_so_far(self, question: str) -> int:
        """How often this learner has answered a question, in earlier rounds and in other notebooks too."""
        unsaved = sum(attempt.question == question for attempt in self.unsaved)
        try:
            return len(self.progress.attempts(quiz=self.quiz.name, question=question)) + unsaved
        except Exception:  # `record`, which follows, tells the learner that the store is out of reach
            return unsaved

    def _save(self) -> None:
        if self.unsaved:
            self.record(self.unsaved.pop())
        self.changed(None)

    def _start_again(self) -> None:
        for practice in self.questions:
            practice.start_again()
        self.changed(None)

    def _histories(self) -> dict[str, list[Attempt]]:
        histories: dict[str, list[Attempt]] = defaultdict(list)
        try:
            for attempt in self.progress.attempts(quiz=self.quiz.name):
                histories[attempt.question].append(attempt)
        except Exception as error:  # a quiz without its history is better than no quiz
            self.problem = f"Earlier answers could not be read: {describe_fault(error)}"
        return histories


def describe_fault(error: Exception) -> str:
    """What a learner reads when something broke.

    >>> describe_fault(KeyError("x"))
    "Something broke here (KeyError: 'x'). Answers that were marked as saved are safe; run this cell again."
    """
    if isinstance(error, QALessonError):
        return str(error)
    return (
        f"Something broke here ({type(error).__name__}: {error}). "
        "Answers that were marked as saved are safe; run this cell again."
    )


def _sentence(text: str) -> str:
    return text and f"{text[0].upper()}{text[1:].rstrip('.')}."
