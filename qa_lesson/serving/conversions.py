"""Between what the service reads and writes and what the model takes and gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from qa_lesson.errors import counted
from qa_lesson.serving.answer_queue import MOST_CANDIDATES, AnswerJob
from qa_lesson.serving.limits import RefusalError, ServiceLimits
from qa_lesson.serving.messages import Answered, AnswerSource, Question, RunnerUp

if TYPE_CHECKING:
    from qa_lesson.open_corpus import CorpusAnswer
    from qa_lesson.schema import Prediction


class Given(NamedTuple):
    """An answer as it is sent, and what the log keeps with it."""

    answer: Answered
    passage: str
    document: str


def asked_of(question: Question, limits: ServiceLimits, *, has_index: bool) -> AnswerJob:
    """The questions of a request with their contexts.

    Raises:
        RefusalError: too many, too long or blank ones, lists that don't pair up, or no context and no index.
    """
    questions = [question.question] if isinstance(question.question, str) else question.question
    if not 1 <= len(questions) <= limits.questions:
        raise _unfit(
            f"a request has between 1 and {limits.questions} questions", "question", counted(len(questions), "question")
        )
    for i, text in enumerate(questions):
        _check_text(text, "question" if len(questions) == 1 else f"question[{i}]", limits.question_characters)
    if question.context is None:
        if not has_index:
            raise RefusalError(
                422, "there is no context, and the service has no documents of its own", where="context",
                fix="send a context with the question, or start the service with --index",
            )  # fmt: skip
        return AnswerJob(questions, None)
    contexts = [question.context] * len(questions) if isinstance(question.context, str) else question.context
    if len(contexts) != len(questions):
        raise _unfit(
            "each question needs its context",
            "context",
            f"{counted(len(questions), 'question')}, {counted(len(contexts), 'context')}",
        )
    for i, text in enumerate(contexts):
        where = "context" if isinstance(question.context, str) else f"context[{i}]"
        _check_text(text, where, limits.context_characters)
    asked = AnswerJob(questions, contexts)
    if asked.characters > limits.request_characters:
        raise _unfit(
            f"the contexts of a request may have {limits.request_characters:,} characters",
            "context",
            f"{asked.characters:,} characters; a context counts once for each of its questions",
            "send fewer questions at a time",
        )
    return asked


def _check_text(text: str, where: str, most: int) -> None:
    if not text.strip():
        raise _unfit("the text is blank", where, repr(text[:20]), "send a text")
    if len(text) > most:
        raise _unfit(
            f"the text is longer than {most:,} characters", where, f"{len(text):,} characters", "shorten or split it"
        )


def _unfit(what: str, where: str, received: str, fix: str = "change the request") -> RefusalError:
    return RefusalError(422, what, where=where, received=received, fix=fix)


def from_context(asked: AnswerJob, predictions: Sequence[Prediction]) -> list[Given]:
    """Answers from the contexts that were sent."""
    given = []
    contexts = asked.contexts or ()
    for question, context, found in zip(asked.questions, contexts, predictions, strict=True):
        others = [span for span in found.n_best if (span.start, span.end) != (found.start, found.end)]
        answer = Answered(
            id=None, question=question, text=found.text or None, start=found.start, end=found.end,
            probability=found.probability if found.text else found.n_best[0].probability, source=None,
            runners_up=[RunnerUp(text=span.text, probability=span.probability) for span in others],
        )  # fmt: skip
        given.append(Given(answer, context, ""))
    return given


def from_corpus(found: Sequence[CorpusAnswer]) -> list[Given]:
    """Answers from the index, each with its source."""
    given = []
    for one in found:
        source = None
        if one.best is not None:
            passage = one.best.passage
            source = AnswerSource(
                document=passage.document, page=passage.page, headings=list(passage.headings), passage=passage.id,
                text=passage.text, start=one.best.start, end=one.best.end,
            )  # fmt: skip
        nearest = one.passage or (one.hits[0].passage if one.hits else None)
        others = [
            RunnerUp(text=other.text, probability=other.probability, document=other.passage.document)
            for other in one.runners_up[:MOST_CANDIDATES]
        ]
        answer = Answered(
            id=None, question=one.question, text=one.text, start=None, end=None, probability=one.probability,
            source=source, runners_up=others,
        )  # fmt: skip
        given.append(Given(answer, nearest.text if nearest else "", nearest.document if nearest else ""))
    return given
