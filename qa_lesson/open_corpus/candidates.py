"""The answers that the passages of a search offer, each once, with scores that can be compared across passages.

The logits of two passages have no common zero, so a span's score alone says little next to that of another passage. Its
lead over the no-answer score of its own passage does: a model that was trained with unanswerable questions gives a low
lead in every passage that doesn't answer the question (Clark and Gardner 2018 compare such shared normalizations).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from qa_lesson.documents import Passage
from qa_lesson.metrics import normalize_answer
from qa_lesson.retrieval import Hit
from qa_lesson.schema import Example, Prediction, Span


class SpanModel(Protocol):
    """What answers questions from their passages, such as `QuestionAnswerer`."""

    @property
    def fingerprint(self) -> str:
        """Stands for the weights: the same for the same model wherever it is stored."""

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
        also_in: ids of the other passages with this answer, in the order of the search.
    """

    text: str
    start: int
    end: int
    hit: Hit
    model_score: float
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
            Candidate(span.text, span.start, span.end, hit, model_score)
            for hit in found
            for span, model_score in _led(next(predictions))
        ]
        for found in hits
    ]


def merged(candidates: Sequence[Candidate], utilities: Sequence[float]) -> list[tuple[Candidate, float]]:
    """Each answer once, at the place with the highest utility, the best first.

    Answers are the same if they are equal after the normalization of exact match ("the Light." and "light").

    Args:
        candidates: of one question.
        utilities: of each; finite.
    """
    best: dict[str, tuple[Candidate, float]] = {}
    places: dict[str, dict[str, None]] = {}
    for candidate, utility in zip(candidates, utilities, strict=True):
        key = normalize_answer(candidate.text) or candidate.text
        places.setdefault(key, {})[candidate.hit.passage.id] = None
        if key not in best or utility > best[key][1]:
            best[key] = candidate, utility
    found = []
    for key, (candidate, utility) in best.items():
        others = tuple(name for name in places[key] if name != candidate.hit.passage.id)
        one = Candidate(candidate.text, candidate.start, candidate.end, candidate.hit, candidate.model_score, others)
        found.append((one, utility))
    return sorted(found, key=lambda pair: -pair[1])


def _led(prediction: Prediction) -> list[tuple[Span, float]]:
    """The spans with their lead over the no-answer score of the passage."""
    if not prediction.n_best:
        return []
    null_score = prediction.no_answer_score + prediction.n_best[0].score
    return [(span, span.score - null_score) for span in prediction.n_best]
