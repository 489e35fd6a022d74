"""The records that everything else speaks in: frozen, checked when made, without input or output.

Character positions are Python string indices (code points), starts inclusive and ends exclusive.
Scores are fractions in [0, 1].
"""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from typing import Literal

from qa_lesson.errors import DataError, shorten
from qa_lesson.text.folding import explain_absence
from qa_lesson.text.segmentation import sentence_at

Choice = Literal["first", "second", "tie"]
"""Which of two answers a judge prefers, by the place in which it was shown, or neither."""

Source = Literal["model", "other words", "near miss", "elsewhere"]
"""Where a judged answer comes from: an inexact answer of the course model, written as right in other words, as wrong in
almost the words of the reference, or as wrong and of the same type."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A reference answer: a span of the context.

    Args:
        text: the span's text, exactly as it is in the context.
        start: its first character in the context (inclusive); a NumPy integer becomes a Python one.
    """

    text: str
    start: int

    def __post_init__(self) -> None:
        if type(self.start) is not int and not isinstance(self.start, bool) and hasattr(self.start, "__index__"):
            object.__setattr__(self, "start", operator.index(self.start))

    @property
    def end(self) -> int:
        """The character after its last (exclusive)."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Example:
    """A question, its context and the reference answers; no answers means that the context does not answer it.

    Args:
        id: unique in its data set.
        question: the question.
        context: the passage that may hold the answer.
        answers: acceptable answers, the preferred one first; empty for an unanswerable question.
        document: what the context comes from (the article title in SQuAD files); the unit of splits and intervals.
        kind: answer type for slices (``"date"``, ``"person"`` ...), if known.
        difficulty: ``"easy"``, ``"medium"`` or ``"hard"``, if known.
        plausible: for an unanswerable question, the near-miss spans (SQuAD v2's plausible answers).
        paraphrases: acceptable wordings that are not spans of the context; never used by the official scores.

    Raises:
        DataError: a blank id, question, context or answer, or an answer that is not at its offset
            (the message says where it is).

    >>> Example("q1", "Who keeps the light?", "Bram Keating keeps it.", (Answer("Bram Keating", 0),)).is_answerable
    True
    """

    id: str
    question: str
    context: str
    answers: tuple[Answer, ...] = ()
    document: str = ""
    kind: str | None = None
    difficulty: str | None = None
    plausible: tuple[Answer, ...] = ()
    paraphrases: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("id", "question", "context"):
            value = getattr(self, name)
            if not isinstance(value, str) or not value.strip():
                raise DataError(f"the {name} is empty", received=repr(value), fix=f"give every record its {name}")
            _check_whole_characters(name, value)
        for answer in (*self.answers, *self.plausible):
            _check_span(answer, self.context)

    @property
    def is_answerable(self) -> bool:
        """Whether the context answers the question."""
        return bool(self.answers)

    @property
    def references(self) -> tuple[str, ...]:
        """The texts of the acceptable answers."""
        return tuple(answer.text for answer in self.answers)


def _check_span(answer: Answer, context: str) -> None:
    if not isinstance(answer.text, str) or not answer.text.strip():
        raise DataError(
            "an answer is empty",
            received=repr(answer.text),
            fix="give its text, or no answers at all for an unanswerable question",
        )
    if isinstance(answer.start, bool) or not isinstance(answer.start, int):
        raise DataError(
            f"the offset of answer {shorten(answer.text)} is not a whole number",
            received=repr(answer.start),
            fix="give the position of its first character in the context, counted from 0",
        )
    if answer.start >= 0 and context[answer.start : answer.end] == answer.text:
        return
    found = [match.start() for match in re.finditer(f"(?={re.escape(answer.text)})", context)]
    at_offset = shorten(context[answer.start : answer.end]) if 0 <= answer.start < len(context) else "nothing"
    if found:
        fix = f"it occurs at {', '.join(map(str, found[:5]))}: use that answer_start"
    else:
        fix = explain_absence(answer.text, context)
    raise DataError(
        f"answer {shorten(answer.text)} is not at answer_start {answer.start}, where {at_offset} stands", fix=fix
    )


def _check_whole_characters(name: str, text: str) -> None:
    """Refuse halves of characters (lone surrogates), which no file and no tokenizer takes."""
    if text.isascii():
        return
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise DataError(
            f"the {name} holds half of a character at {error.start}",
            received=ascii(text[error.start]),
            fix="an emoji was cut in two, for instance by cutting a text in JavaScript: write it anew",
        ) from error


@dataclass(frozen=True, slots=True)
class Span:
    """A candidate answer in a context.

    Args:
        text: the characters ``context[start:end]``.
        start: first character (inclusive).
        end: character after the last (exclusive).
        score: start logit + end logit.
        probability: of this span among all legal spans of the context (see `qa_lesson.decoding`), a fraction.
    """

    text: str
    start: int
    end: int
    score: float
    probability: float


@dataclass(frozen=True, slots=True)
class Prediction:
    """A model's answer to one question.

    Args:
        id: of the example.
        text: the answer; empty for "no answer".
        start: first character in the context (inclusive); None for "no answer".
        end: character after the last (exclusive); None for "no answer".
        probability: of what is answered (a span, or "no answer"), a fraction.
        no_answer_score: null score minus best span score (logits); higher means less likely to be answerable.
        n_best: the best spans, best first.

    >>> Prediction("0", "Bram", 0, 4, 0.75, -2.0)["score"]  # as in the dictionary of the former pipeline
    0.75
    """

    id: str
    text: str
    start: int | None
    end: int | None
    probability: float
    no_answer_score: float
    n_best: tuple[Span, ...] = ()

    def __getitem__(self, name: str) -> str | float | int | None:
        """A field by the name that the question-answering pipeline of transformers gave it.

        Raises:
            DataError: the pipeline's result had no such key.
        """
        fields: dict[str, str | float | int | None] = {
            "answer": self.text,
            "score": self.probability,
            "start": self.start,
            "end": self.end,
        }
        if name not in fields:
            raise DataError(
                "a prediction has no such key", received=repr(name), fix=f"use one of {', '.join(map(repr, fields))}"
            )
        return fields[name]


@dataclass(frozen=True, slots=True)
class Score:
    """Exact match and token overlap of one answer, or their means over many; fractions in [0, 1]."""

    exact_match: float
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class JudgedAnswer:
    """An answer to a question of the corpus, and whether two judges accept it.

    Args:
        example: the question.
        text: the answer.
        source: where the answer comes from.
        mistake: what is wrong in a "near miss" (``"number"``, ``"unit"``, ``"name"``, ``"negation"``, ``"opposite"``,
            ``"other word"``), as its writer meant it; None for the others.
        judgements: of the first and the second judge, who knew neither the references nor the source.
    """

    example: Example
    text: str
    source: Source
    mistake: str | None
    judgements: tuple[bool, bool]

    @property
    def accepted(self) -> bool | None:
        """What both judges say; None if they differ."""
        first, second = self.judgements
        return first if first == second else None


def answer_sentence(example: Example) -> str:
    """The sentence of the context where the preferred answer starts.

    >>> answer_sentence(Example("1", "When?", "It rained. At noon it cleared. We left.", (Answer("noon", 14),)))
    'At noon it cleared.'
    """
    return sentence_at(example.context, example.answers[0].start)
