"""Search: units of text (sentences now) for a question, by words, by meaning, or by both.

`WordIndex` and `VectorIndex` score units, `fuse_scores` and `fuse_ranks` make one order of several, `recall_at` and
`mean_reciprocal_rank` say how good it is. `SentenceSearch` puts them together for the question "which sentence of the
passage?", the baseline that a fine-tuned model has to beat. This room may import `evaluation` and what is below it.
"""

from qa_lesson.retrieval.bm25 import WordIndex
from qa_lesson.retrieval.fusion import fuse_ranks, fuse_scores
from qa_lesson.retrieval.measures import mean_reciprocal_rank, recall_at
from qa_lesson.retrieval.rankings import Ranking, Scorer, rank_units
from qa_lesson.retrieval.sentences import SearchMethod, Sentence, SentenceSearch
from qa_lesson.retrieval.vectors import VectorIndex

__all__ = [
    "Ranking",
    "Scorer",
    "SearchMethod",
    "Sentence",
    "SentenceSearch",
    "VectorIndex",
    "WordIndex",
    "fuse_ranks",
    "fuse_scores",
    "mean_reciprocal_rank",
    "rank_units",
    "recall_at",
]
