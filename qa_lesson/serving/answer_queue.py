"""Questions wait here for the one thread that owns the model, which answers together what arrives together."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from qa_lesson.errors import QALessonError
from qa_lesson.schema import Example
from qa_lesson.serving.limits import RefusalError, ServiceLimits

if TYPE_CHECKING:
    from qa_lesson.answering import QuestionAnswerer
    from qa_lesson.open_corpus import CorpusAnswer, CorpusAnswerer
    from qa_lesson.schema import Prediction

MOST_CANDIDATES = 3
"""So many spans an answer carries."""

_PASSAGE_CHARACTERS = 8_000  # what a question costs that is answered from the index: about ten passages


@dataclass
class AnswerJob:
    """The questions of one request, and where their answers go.

    Args:
        questions: at least one.
        contexts: one for each question; None to answer from the index.
    """

    questions: Sequence[str]
    contexts: Sequence[str] | None
    answers: Future[list[Any]] = field(default_factory=Future)

    @property
    def characters(self) -> int:
        """How much there is to read."""
        if self.contexts is None:
            return _PASSAGE_CHARACTERS * len(self.questions)
        return sum(map(len, self.contexts))


class AnswerQueue:
    """A queue in front of a model, with a thread that answers.

    Args:
        answerer: answers questions with a context.
        corpus: answers questions without one; None if there is no index.
        limits: how much may wait, and how much is answered together.
        on_batch: is told the number of questions and the seconds of each batch.
    """

    def __init__(
        self,
        answerer: QuestionAnswerer,
        corpus: CorpusAnswerer | None = None,
        *,
        limits: ServiceLimits | None = None,
        on_batch: Callable[[int, float], None] = lambda questions, seconds: None,
    ) -> None:
        self._answerer, self._corpus, self._on_batch = answerer, corpus, on_batch
        self._limits = limits or ServiceLimits()
        self._waiting: deque[AnswerJob] = deque()
        self._n_questions = self._n_characters = 0  # accepted and not answered
        self._changed = threading.Condition()
        self._closing = False
        self._seconds_per_character = 0.0  # a moving average, to foresee how long a request will wait
        self._thread = threading.Thread(target=self._work, name="answers", daemon=True)
        self._thread.start()

    @property
    def n_waiting(self) -> int:
        """How many questions are accepted and not answered."""
        return self._n_questions

    def submit(self, asked: AnswerJob) -> Future[list[Prediction | CorpusAnswer]]:
        """Accept the questions of a request, all or none.

        Returns:
            Their answers, in the same order, or the error that the model raised.

        Raises:
            RefusalError: too much waits already (429), or the service is stopping (503).
        """
        with self._changed:
            if self._closing:
                raise RefusalError(503, "the service is stopping", fix="ask again when it has started", retry_after=5)
            too_many = self._n_questions + len(asked.questions) > self._limits.waiting_questions
            too_long = self._n_characters + asked.characters > self._limits.waiting_characters
            foreseen = self._n_characters * self._seconds_per_character
            if self._waiting and (too_many or too_long or foreseen > self._limits.seconds):
                wait = max(1, round(foreseen))
                raise RefusalError(
                    429,
                    "too many questions are waiting",
                    received=f"{self._n_questions} waiting, {len(asked.questions)} more",
                    fix=f"ask again in {wait} s; the Retry-After header says so too",
                    retry_after=wait,
                )
            self._waiting.append(asked)
            self._count(asked, 1)
            self._changed.notify()
        return asked.answers

    def close(self) -> None:
        """Accept nothing more, answer what was accepted, then return."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join()

    def _count(self, asked: AnswerJob, sign: int) -> None:
        self._n_questions += sign * len(asked.questions)
        self._n_characters += sign * asked.characters

    def _work(self) -> None:
        while batch := self._next_batch():
            started = time.perf_counter()
            wanted = [asked for asked in batch if asked.answers.set_running_or_notify_cancel()]
            for is_corpus in (False, True):
                self._answer([asked for asked in wanted if (asked.contexts is None) == is_corpus])
            seconds, n = time.perf_counter() - started, sum(len(asked.questions) for asked in wanted)
            n_characters = sum(asked.characters for asked in wanted)
            with self._changed:
                for asked in batch:
                    self._count(asked, -1)
                if n:
                    known = self._seconds_per_character
                    self._seconds_per_character += (seconds / n_characters - known) / (5 if known else 1)
            if n:
                self._on_batch(n, seconds)

    def _next_batch(self) -> list[AnswerJob]:
        """What waits, up to the size of a batch; nothing once the queue is closed and empty."""
        with self._changed:
            while not self._waiting and not self._closing:
                self._changed.wait()
            until = time.monotonic() + self._limits.gather_seconds
            while not self._closing and self._n_questions < self._limits.batch_questions:
                remaining = until - time.monotonic()
                if remaining <= 0:
                    break
                self._changed.wait(remaining)
            batch: list[AnswerJob] = []
            n = n_characters = 0
            while self._waiting:
                n += len(self._waiting[0].questions)
                n_characters += self._waiting[0].characters
                is_full = n > self._limits.batch_questions or n_characters > self._limits.batch_characters
                if batch and is_full:
                    break
                batch.append(self._waiting.popleft())
            return batch

    def _answer(self, batch: list[AnswerJob]) -> None:
        """Answer requests of one kind together; if that fails, each alone, so one can't spoil the rest."""
        if not batch:
            return
        try:
            answers = self._answers(batch)
        except Exception as error:  # whatever it is, it belongs to the request and must not end the thread
            if len(batch) == 1:
                batch[0].answers.set_exception(error)
            else:
                for asked in batch:
                    self._answer([asked])
            return
        for asked in batch:
            asked.answers.set_result(answers[: len(asked.questions)])
            del answers[: len(asked.questions)]

    def _answers(self, batch: list[AnswerJob]) -> list[Any]:
        questions = [question for asked in batch for question in asked.questions]
        if batch[0].contexts is None:
            if self._corpus is None:
                raise QALessonError("there is no index")
            return list(self._corpus(questions))
        contexts = [context for asked in batch for context in asked.contexts or ()]
        examples = [Example(str(i), *pair) for i, pair in enumerate(zip(questions, contexts, strict=True))]
        return self._answerer.predict(examples, n_best=MOST_CANDIDATES)
