"""Scores of parts of the questions: by answer type, difficulty, document, length, or anything else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, get_args

import numpy as np

from qa_lesson.errors import ConfigError
from qa_lesson.evaluation.intervals import MIN_DOCUMENTS, Unit, score_interval
from qa_lesson.evaluation.scoring import Evaluation
from qa_lesson.metrics import mean_score
from qa_lesson.schema import Example
from qa_lesson.text.segmentation import count_words

SliceBy = Literal["kind", "difficulty", "document", "context_length", "answer_length"]

MIN_QUESTIONS = 5
"""With fewer questions than this a slice has no interval over questions: it would span nearly everything."""

_DIFFICULTIES = ("easy", "medium", "hard")
_LAST = ("unknown", "no answer")


@dataclass(frozen=True)
class Slice:
    """Scores of the questions of one slice; fractions.

    Args:
        name: of the slice.
        n: questions.
        exact_match, precision, recall, f1: means over them.
        low, high: bounds of the interval of F1 (inclusive); None if the slice has too few documents for one.
        unit: what the interval is for, as in `Interval`; None if there is no interval.
    """

    name: str
    n: int
    exact_match: float
    precision: float
    recall: float
    f1: float
    low: float | None
    high: float | None
    unit: Unit | None


def score_slices(
    evaluation: Evaluation,
    by: SliceBy | Callable[[Example], str],
    *,
    min_n: int = 1,
    bins: int | Sequence[int] = 4,
    unit: Unit | Literal["wider"] | None = None,
    confidence: float = 0.95,
) -> list[Slice]:
    """Scores and F1 intervals of each slice.

    The intervals are those of `score_interval`, for new documents of the same kind. A slice with questions on fewer
    than `MIN_DOCUMENTS` documents has none.

    Twenty slices at 95 % make one surprise by chance alone: a slice found bad here wants new questions to confirm it.

    Args:
        evaluation: the scored questions.
        by: what to slice by, or a function of the example that names its slice. Lengths are white-space words: of
            the context, or of the preferred answer (unanswerable questions make a slice of their own). Examples
            without a type, difficulty or document make the slice "unknown".
        min_n: leave out slices with fewer questions.
        bins: for lengths: how many quantile bins (fewer where many lengths are equal), or the word counts at which
            a new bin begins.
        unit: of the interval, as in `score_interval`. None takes "document", and "question" for slices by document or
            where all questions together have too few documents: these intervals are about the very same documents.
        confidence: nominal coverage of the interval, a fraction.

    Returns:
        By length and difficulty in their order, otherwise the largest first and equals by name; "unknown" and
        "no answer" last.

    Raises:
        ConfigError: an unknown `by`, or bins that are not.
    """
    names = _names(evaluation.examples, by, bins)
    if not all(isinstance(name, str) for name in names):
        raise ConfigError("the function must name each slice by a string", received=repr(names[:3]), fix="use str(...)")
    members: dict[str, list[Example]] = {}
    for name, example in zip(names, evaluation.examples, strict=True):
        members.setdefault(name, []).append(example)
    few = by == "document" or len({example.document for example in evaluation.examples}) < MIN_DOCUMENTS
    chosen = unit or ("question" if few else "document")
    slices = [
        _slice(name, _part(evaluation, examples), chosen, confidence)
        for name, examples in members.items()
        if len(examples) >= min_n
    ]
    return sorted(slices, key=lambda part: (part.name in _LAST, _rank(part, by, members[part.name]), part.name))


def _rank(part: Slice, by: SliceBy | Callable[[Example], str], members: Sequence[Example]) -> int:
    """The place of a slice: by length, by difficulty, or the largest first."""
    if by == "difficulty":
        return _DIFFICULTIES.index(part.name) if part.name in _DIFFICULTIES else len(_DIFFICULTIES)
    if by == "context_length":
        return min(_context_words(example) for example in members)
    if by == "answer_length":
        return min(_answer_words(example) for example in members)
    return -part.n


def _context_words(example: Example) -> int:
    return count_words(example.context)


def _answer_words(example: Example) -> int:
    return count_words(example.answers[0].text) if example.answers else 0


def _names(examples: Sequence[Example], by: SliceBy | Callable[[Example], str], bins: int | Sequence[int]) -> list[str]:
    if callable(by):
        return [by(example) for example in examples]
    if by == "context_length":
        return _length_names([_context_words(example) for example in examples], bins)
    if by == "answer_length":
        lengths = [_answer_words(example) for example in examples if example.is_answerable]
        named = iter(_length_names(lengths, bins))
        return [next(named) if example.is_answerable else "no answer" for example in examples]
    if by not in get_args(SliceBy):
        raise ConfigError(
            "unknown slices", received=repr(by), fix=f"use one of {', '.join(get_args(SliceBy))}, or a function"
        )
    return [getattr(example, by) or "unknown" for example in examples]


def _length_names(lengths: Sequence[int], bins: int | Sequence[int]) -> list[str]:
    """The bin of each length, as words that say where it begins and ends (inclusive)."""
    if not lengths:
        return []
    edges = [bins] if isinstance(bins, int) else list(bins)
    if any(isinstance(edge, bool) or not isinstance(edge, int) or edge < 1 for edge in edges):
        raise ConfigError("bins must be whole numbers of at least 1", received=repr(bins), fix="use 4 or [5, 10, 20]")
    if isinstance(bins, int):
        quantiles = np.quantile(lengths, np.arange(1, bins) / bins, method="inverted_cdf")
        edges = [int(edge) + 1 for edge in quantiles if edge < max(lengths)]
    edges = sorted(set(edges))
    if not edges:
        return ["all lengths"] * len(lengths)
    labels = [
        f"under {edges[0]} words",
        *(f"{low} to {high - 1} words" if high - low > 1 else f"{low} words" for low, high in pairwise(edges)),
        f"{edges[-1]} words or more",
    ]
    return [labels[index] for index in np.searchsorted(edges, lengths, side="right").tolist()]


def _part(evaluation: Evaluation, examples: Sequence[Example]) -> Evaluation:
    ids = [example.id for example in examples]
    predictions = {name: evaluation.predictions[name] for name in ids if name in evaluation.predictions}
    return Evaluation(tuple(examples), predictions, {name: evaluation.scores[name] for name in ids}, evaluation.rules)


def _slice(name: str, part: Evaluation, unit: Unit | Literal["wider"], confidence: float) -> Slice:
    total = mean_score(part.scores.values())
    scores = (total.exact_match, total.precision, total.recall, total.f1)
    n_documents = len({example.document for example in part.examples})
    if part.n < MIN_QUESTIONS if unit == "question" else n_documents < MIN_DOCUMENTS:
        return Slice(name, part.n, *scores, None, None, None)
    interval = score_interval(part, "f1", unit=unit, confidence=confidence)
    return Slice(name, part.n, *scores, interval.low, interval.high, interval.unit)
