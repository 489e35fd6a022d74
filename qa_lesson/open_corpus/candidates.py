"""The answers that the passages of a search offer, each once, with scores that can be compared across passages.

The logits of two passages have no common zero, so a span's score alone says little next to that of another passage. Its
lead over the no-answer score of its own passage does: a model that was trained with unanswerable questions gives a low
lead in every passage that doesn't answer the question (Clark and Gardner 2018 compare such shared normalizations).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from qa_lesson.documents import Passage
from qa_lesson.metrics import normalize_answer
from qa_lesson.retrieval import Hit
from qa_lesson.schema import Example, Prediction

_MOST = 700.0  # exp of more overflows
_LEAST = 1e-12


class SpanModel(Protocol):
    """What answers questions from their passages, such as `QuestionAnswerer`."""

    @property
    def fingerprint(self) -> str:
        """Stands for the weights: the same for the same model wherever it is stored."""

    @property
    def no_answer_threshold(self) -> float | None:
        """If it is given, "no answer" has a share of the probabilities; see `qa_lesson.decoding.decode`."""

    def predict(self, examples: Sequence[Example], *, n_best: int = ...) -> list[Prediction]:
        """The best spans of each passage, with its no-answer score."""


class PassageSearch(Protocol):
    """What finds passages for questions, such as `qa_lesson.retrieval.Index`."""

    @property
    def passages(self) -> Sequence[Passage]:
        """All of them."""

    def search(self, questions: Sequence[str], *, k: int = ...) -> list[list[Hit]]:
        """The k best passages of each question, best first."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span of one of the passages found.

    Args:
        text: the characters ``hit.passage.text[start:end]``.
        start, end: in the text of the passage.
        hit: the passage and its retrieval score.
        model_score: span score minus no-answer score (logits).
        span_probability: among all legal spans of the passage, a fraction.
        also_in: ids of the other passages with this answer, in the order of the search.
    """

    text: str
    start: int
    end: int
    hit: Hit
    model_score: float
    span_probability: float
    also_in: tuple[str, ...] = ()


def find_candidates(
    questions: Sequence[str], hits: Sequence[Sequence[Hit]], model: SpanModel, *, spans: int
) -> list[list[Candidate]]:
    """The `spans` best spans of every passage of every question, in the order of the search, nothing merged.

    All passages of all questions go through the model together, which batches them by length.
    """
    examples = [
        Example(f"{i}-{j}", question, hit.passage.text)
        for i, (question, found) in enumerate(zip(questions, hits, strict=True))
        for j, hit in enumerate(found)
    ]
    predictions = iter(model.predict(examples, n_best=spans) if examples else [])
    return [
        [
            one
            for hit in found
            for one in _candidates(hit, next(predictions), with_null=model.no_answer_threshold is not None)
        ]
        for found in hits
    ]


def merged(candidates: Sequence[Candidate], probabilities: Sequence[float]) -> list[tuple[Candidate, float]]:
    """Each answer once, at the place with the highest probability, the best first.

    Answers are the same if they are equal after the normalization of exact match ("the Light." and "light"). Of answers
    that overlap in a passage ("Bram" and "Bram keeps it"), only the best is kept.

    Args:
        candidates: of one question.
        probabilities: of each.
    """
    best: dict[str, tuple[Candidate, float]] = {}
    places: dict[str, dict[str, None]] = {}
    for candidate, probability in zip(candidates, probabilities, strict=True):
        key = normalize_answer(candidate.text) or candidate.text
        places.setdefault(key, {})[candidate.hit.passage.id] = None
        if key not in best or probability > best[key][1]:
            best[key] = candidate, probability
    found = []
    for key, (candidate, probability) in best.items():
        others = tuple(name for name in places[key] if name != candidate.hit.passage.id)
        found.append((replace(candidate, also_in=others), probability))
    kept: list[tuple[Candidate, float]] = []
    for one, probability in sorted(found, key=lambda pair: -pair[1]):
        if not any(_overlap(one, other) for other, _ in kept):
            kept.append((one, probability))
    return kept


def _overlap(one: Candidate, other: Candidate) -> bool:
    return one.hit.passage.id == other.hit.passage.id and one.start < other.end and other.start < one.end


def _candidates(hit: Hit, prediction: Prediction, *, with_null: bool) -> list[Candidate]:
    """The spans of a passage with their lead over its no-answer score."""
    if not prediction.n_best:
        return []
    first = prediction.n_best[0]
    null_score = prediction.no_answer_score + first.score
    # what "no answer" has of the probabilities is taken out, so they are those among the spans
    null_share = first.probability * math.exp(min(_MOST, prediction.no_answer_score)) if with_null else 0.0
    among_spans = 1 / max(_LEAST, 1 - null_share)
    return [
        Candidate(
            span.text, span.start, span.end, hit, span.score - null_score, min(1.0, span.probability * among_spans)
        )
        for span in prediction.n_best
    ]
