"""A graded quiz as JupyterLab shows it: a thin widget over `Sitting`, in the looks of the practice quizzes.

The kernel has the bundle and no key, so nothing of a key can reach the page.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import traitlets

from qa_lesson.errors import ConfigError, QALessonError, counted
from qa_lesson.grading.formats.records import Bundle, utc_now
from qa_lesson.grading.handing_out.bundle import load_bundle
from qa_lesson.grading.sitting.sitting import Receipt, Sitting
from qa_lesson.grading.sitting.submission_file import file_name
from qa_lesson.look.built_widgets import built_widget
from qa_lesson.quiz.answering.asked import page_fields
from qa_lesson.quiz.pages.markdown import plain_text
from qa_lesson.quiz.pages.widget_base import QuizPage
from qa_lesson.quiz.practice.practice import describe_fault
from qa_lesson.quiz.progress.learner_names import check_learner


def take_quiz(
    bundle: str | Path, *, learner: str = "", folder: str | Path | None = None, extra_attempts: int = 0
) -> GradedQuiz:
    """A graded quiz to answer in a notebook. Answers are saved immediately and come back when the cell runs again.

    "Hand in" closes the one file to give to the instructor and shows its receipt. Every record of the file carries a
    hash over itself and the one before it. This shows damage: a line that was lost, moved or edited. It does not show
    who answered, whether this machine's clock was right, or that the whole file was written anew.

    Args:
        bundle: the folder that the instructor gave out, or the ``bundle.json`` in it.
        learner: the e-mail address or number that identifies the learner to the instructor. If empty, the page asks for
            it, and once whether it was typed correctly.
        folder: for the file to hand in; that of the bundle if not given.
        extra_attempts: how many more the instructor has granted this learner. Grading checks it.

    Raises:
        DataError: there is no bundle, or it was changed since it was built.
        ConfigError: the learner is too long or has control characters.
        StorageError: there is nowhere to save answers.
    """
    path = Path(bundle)
    here = path if path.is_dir() else path.parent
    return GradedQuiz(
        load_bundle(path), Path(folder) if folder is not None else here, learner, extra_attempts=extra_attempts
    )


class GradedQuiz(QuizPage):
    """See `show`. ``quiz.sitting`` is the learner at the quiz, to answer by code.

    >>> quiz = take_quiz("for_learners", learner="ann@uni.edu")      # doctest: +SKIP
    >>> quiz.answer("ferry-first", "at-0850")                   # doctest: +SKIP
    >>> quiz.submit().hash                                      # doctest: +SKIP

    Args:
        bundle: the quiz.
        folder: for the file to hand in.
        learner: empty: the page asks.
        extra_attempts: as in `take_quiz`.
        clock: gives the time as records carry it.
    """

    _esm = built_widget("graded_quiz")

    heading = traitlets.Unicode().tag(sync=True)
    learner = traitlets.Unicode().tag(sync=True)  # empty until known
    named = traitlets.Unicode().tag(sync=True)  # what somebody typed as their name and has yet to confirm
    deadline = traitlets.Unicode().tag(sync=True)  # ISO 8601 in UTC; empty: none
    attempt = traitlets.Dict().tag(sync=True)  # {"number", "of"}; of: 0 for as many as one likes
    questions: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)  # what `page_fields` gives
    drafts: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)  # question id -> response as the page has it
    saved: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)  # question id -> response on the disk
    current = traitlets.Int(0).tag(sync=True)
    receipt = traitlets.Dict().tag(sync=True)  # empty until handed in: {"hash", "path", "at", "late", "again"}
    unsaved = traitlets.Unicode().tag(sync=True)  # why answers could not be saved, empty when all are
    problem = traitlets.Unicode().tag(sync=True)  # what went wrong with the last thing that was pressed
    notes: traitlets.List[str] = traitlets.List().tag(sync=True)  # about the file, plain text

    def __init__(
        self,
        bundle: Bundle,
        folder: Path,
        learner: str = "",
        *,
        extra_attempts: int = 0,
        clock: Callable[[], str] = utc_now,
    ) -> None:
        self.bundle, self._folder, self._clock, self._extra_attempts = bundle, folder, clock, extra_attempts
        self._sitting: Sitting | None = None
        self._pushing = False  # drafts that change now come from here, not from the page
        super().__init__(
            heading=plain_text(bundle.title),
            deadline="" if bundle.deadline is None else bundle.deadline.isoformat().replace("+00:00", "Z"),
            questions=[page_fields(question.model_dump()) for question in bundle.questions],
        )
        if learner:
            self.sit_down(learner)
        self.observe(self._take_drafts, "drafts")
        self.on_msg(self._receive)

    def __repr__(self) -> str:
        n = len(self.bundle.questions)
        return f"<graded quiz {self.heading}: {counted(n, 'question')}>"

    def static_html(self) -> str:
        """The questions to read, for saved notebooks and web pages."""
        from qa_lesson.quiz.pages.static import static_html

        return static_html(self.heading, self.questions)

    @property
    def sitting(self) -> Sitting:
        """The learner at this quiz.

        Raises:
            ConfigError: no one has said who they are.
        """
        if self._sitting is None:
            raise ConfigError("no one is answering yet", fix='say who: take_quiz(..., learner="ann@uni.edu")')
        return self._sitting

    def sit_down(self, learner: str) -> None:
        """Say who answers; what they answered before comes back.

        Raises:
            ConfigError, StorageError: as `Sitting`.
        """
        self._sitting = Sitting(
            self.bundle, learner, self._folder, extra_attempts=self._extra_attempts, clock=self._clock
        )
        with self.hold_sync():
            self.learner, self.named = self.sitting.learner, ""
            self.questions = [page_fields(question.model_dump()) for question in self.sitting.questions]
            self.current = max(0, self.sitting.unanswered[0] - 1) if self.sitting.unanswered else 0
            self._push()

    def _meet(self, typed: str, sure: bool) -> None:
        """Let somebody sit down who typed this name, and confirmed it unless they have answered under it before."""
        name = check_learner(typed)
        if sure or (self._folder / file_name(self.bundle.id, name, attempt=1)).exists():
            self.sit_down(name)
        else:
            self.named = name

    def answer(self, question: str, response: Any) -> None:
        """Answer a question and save it; see `Sitting.answer`."""
        try:
            self.sitting.answer(question, response)
        finally:
            self._push()

    def submit(self) -> Receipt:
        """Hand in; see `Sitting.submit`."""
        try:
            return self.sitting.submit()
        finally:
            self._push()

    def begin_again(self) -> None:
        """Begin the next attempt; see `Sitting.begin_again`."""
        self.sitting.begin_again()
        self._push()

    def _push(self) -> None:
        """Bring the traits up to date, in one message."""
        sitting = self.sitting
        receipt = sitting.receipt
        self._pushing = True
        try:
            with self.hold_sync():
                self.saved = sitting.saved
                self.drafts = {question.id: sitting.answers.get(question.id) for question in sitting.questions}
                self.attempt = {"number": sitting.attempt, "of": sitting.allowed or 0}
                self.receipt = {} if receipt is None else self._shown_receipt(receipt)
                self.unsaved = sitting.save_problem if sitting.unsaved else ""
                self.notes = sitting.notes
        finally:
            self._pushing = False

    def _shown_receipt(self, receipt: Receipt) -> dict[str, Any]:
        here = Path.cwd()
        path = receipt.path.relative_to(here) if receipt.path.is_relative_to(here) else receipt.path
        return {
            "hash": receipt.hash,
            "path": str(path),
            "at": receipt.at,
            "late": receipt.late,
            "again": self.sitting.may_begin_again,
        }

    def _take_drafts(self, change: dict[str, Any]) -> None:
        """Save what the page has changed."""
        if self._pushing or self._sitting is None or self.sitting.receipt is not None:
            return
        problem = ""
        for question, response in change["new"].items():
            before = self.sitting.answers.get(question)
            try:
                self.sitting.answer(question, response)
                if self.sitting.answers.get(question) != before and (doubt := self.sitting.doubt(question)):
                    problem = f"Your answer is saved, but it cannot be marked. {doubt[:1].upper()}{doubt[1:]}."
            except Exception as error:
                problem = _told(error)
        self.problem = problem
        self._push()

    def _receive(self, _widget: object, content: dict[str, Any], _buffers: object) -> None:
        """A press in the browser. Whatever goes wrong is shown, because a handler's traceback is not."""
        action, reply = content.get("action"), {}
        self.problem = ""
        try:
            match action:
                case "sit_down":
                    self._meet(str(content.get("learner", "")), sure=content.get("sure") is True)
                case "save":
                    self.sitting.save()
                case "submit":
                    self.sitting.submit()
                case "begin_again":
                    self.sitting.begin_again()
                case "download":
                    reply = {"name": self.sitting.path.name, "content": self.sitting.path.read_text(encoding="utf-8")}
                case _:
                    raise ConfigError("the page asked for something unknown", received=repr(action))
        except Exception as error:
            self.problem = _told(error)
        if self._sitting is not None:
            self._push()
        self.send({"done": action, **reply})


def _told(error: Exception) -> str:
    """An error in a sentence or two, for the page."""
    if isinstance(error, QALessonError):
        return f"{error.what[:1].upper()}{error.what[1:]}{f': {error.fix}' if error.fix else ''}."
    return describe_fault(error)
