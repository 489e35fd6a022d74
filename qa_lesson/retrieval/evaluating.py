"""How good a search of passages is: does it find the passage that a question was written for?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from qa_lesson.documents import Passage
from qa_lesson.errors import ConfigError, DataError
from qa_lesson.evaluation import Interval
from qa_lesson.evaluation.intervals import Unit
from qa_lesson.retrieval.hits import Hit
from qa_lesson.retrieval.measures import mean_reciprocal_rank, recall_at
from qa_lesson.retrieval.sentences import SearchMethod
from qa_lesson.schema import Example


class Searched(Protocol):
    """Passages that can be searched, here or in an engine."""

    @property
    def passages(self) -> Sequence[Passage]:
        """All of them."""

    def search(self, questions: Sequence[str], *, k: int = ..., method: SearchMethod = ...) -> list[list[Hit]]:
        """The best passages for each question, best first."""


@dataclass(frozen=True)
class SearchEvaluation:
    """Where a search put the right passages.

    Args:
        examples: the questions.
        ranks: of each question, the place of its passage, counted from 1; None if it is not among the first `depth`.
        depth: how many passages were asked for.
        method: of the search.
    """

    examples: tuple[Example, ...]
    ranks: tuple[int | None, ...]
    depth: int
    method: SearchMethod

    @property
    def missed(self) -> tuple[Example, ...]:
        """The questions whose passage was not found."""
        return tuple(one for one, rank in zip(self.examples, self.ranks, strict=True) if rank is None)

    def recall(self, k: int, *, unit: Unit | Literal["wider"] = "wider") -> Interval:
        """The share of questions whose passage is among the first `k`; arguments and errors as `recall_at`.

        Raises:
            ConfigError: `k` is larger than `depth`.
        """
        if k > self.depth:
            fix = f"evaluate with depth={k}"
            raise ConfigError("so many passages were not asked for", received=f"k={k}, depth={self.depth}", fix=fix)
        return recall_at(self.ranks, self._documents, k, unit=unit)

    def reciprocal_rank(self, *, unit: Unit | Literal["wider"] = "wider") -> Interval:
        """The mean of 1 / rank (MRR), 0 for a passage that was not found; arguments and errors as `recall_at`."""
        return mean_reciprocal_rank(self.ranks, self._documents, unit=unit)

    @property
    def _documents(self) -> list[str]:
        return [example.document for example in self.examples]


def evaluate_search(
    searched: Searched, examples: Sequence[Example], *, method: SearchMethod = "fused", depth: int = 100
) -> SearchEvaluation:
    """Search for the passage of each question; the right ones are those whose text is the question's context.

    Args:
        searched: an `Index`, or what searches in the same way.
        examples: at least one question, each with a context that is a passage of the index.
        method: as for `Index.search`.
        depth: how many passages to ask for.

    Raises:
        DataError: no questions, or the passage of one is not in the index.
        ConfigError: as `Index.search`.
    """
    if not examples:
        raise DataError("there are no questions to search for", received="no examples", fix="give at least one")
    texts = {passage.text for passage in searched.passages}
    for example in examples:
        if example.context not in texts:
            raise DataError(
                "the passage of a question is not in the index",
                where=f"question {example.id}",
                fix="index the passages that the questions were written for",
            )
    found = searched.search([example.question for example in examples], k=depth, method=method)
    ranks = tuple(
        next((hit.rank for hit in hits if hit.passage.text == example.context), None)
        for hits, example in zip(found, examples, strict=True)
    )
    return SearchEvaluation(tuple(examples), ranks, depth, method)
