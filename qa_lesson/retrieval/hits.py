"""What a search of passages gives: hits, and the scores that put them in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qa_lesson.documents import Passage
from qa_lesson.retrieval.bm25 import WordIndex
from qa_lesson.retrieval.rankings import FloatArray
from qa_lesson.retrieval.sentences import SearchMethod

Vectors = npt.NDArray[np.float32]
Rows = npt.NDArray[np.intp]

WORDS_WEIGHT = 0.6
"""Of words in the fused score; the rest is the weight of meaning. The best of seven values on validation questions."""

_DECIMALS = 6  # of scores; what comes after depends on the machine and on which texts share a batch
_MARGIN = 1e-5  # more than two ways of adding up a score differ by


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found.

    Args:
        passage: itself.
        score: higher is better. By words, the BM25 score divided by what the question's words allow, 0 to 1; by
            meaning, the cosine, -1 to 1; fused, the weighted mean of both. It is comparable over questions.
        rank: its place, counted from 1.
    """

    passage: Passage
    score: float
    rank: int


def fuse(covered: FloatArray, cosines: npt.NDArray[np.floating], method: SearchMethod) -> FloatArray:
    """The scores that `Hit.score` describes; the part that the method does not use is not looked at."""
    if method == "words":
        return covered
    if method == "meaning":
        return cosines.astype(np.float64)
    return WORDS_WEIGHT * covered + (1 - WORDS_WEIGHT) * cosines.astype(np.float64)


def similarities(vectors: Vectors, rows: Rows, vector: Vectors) -> FloatArray:
    """The cosines of some rows, each added up in the same order whatever the other rows are, so copies are equal."""
    products: FloatArray = (vectors[rows] * vector).sum(axis=1, dtype=np.float64)
    return products


def best_hits(passages: Sequence[Passage] | Mapping[int, Passage], rows: Rows, scores: FloatArray, k: int) -> list[Hit]:
    """The `k` best of some passages, given by their row numbers and scores."""
    scores = scores.round(_DECIMALS)
    order = np.lexsort((rows, -scores))[:k]
    return [Hit(passages[int(rows[place])], float(scores[place]), rank) for rank, place in enumerate(order, start=1)]


def covered_share(words: WordIndex, question: str) -> FloatArray:
    """(N,) how much of what the question's words allow each text has, 0 to 1."""
    limit = words.limits([question])[0]
    scores: FloatArray = words.scores([question])[0]
    return scores / limit if limit else scores


def near_best(scores: FloatArray, k: int) -> Rows:
    """The rows that may be among the `k` best when the last digits are known."""
    if k >= len(scores):
        return np.arange(len(scores))
    lowest = np.partition(scores, len(scores) - k)[len(scores) - k]
    return np.flatnonzero(scores >= lowest - _MARGIN)


def near_best_by_words(covered: FloatArray, k: int) -> Rows:
    """`near_best` of the texts that share a word: a partition of very many equal zeros is slow."""
    rows = np.flatnonzero(covered > 0)
    return rows[near_best(covered[rows], k)]
