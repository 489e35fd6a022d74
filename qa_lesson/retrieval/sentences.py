"""The strongest search that needs no training: which sentence of its passage answers a question?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from qa_lesson.errors import ConfigError, DataError
from qa_lesson.retrieval.bm25 import WordIndex
from qa_lesson.retrieval.fusion import fuse_scores
from qa_lesson.retrieval.rankings import FloatArray, Ranking, rank_units
from qa_lesson.retrieval.vectors import VectorIndex
from qa_lesson.schema import Example
from qa_lesson.text.segmentation import sentence_ranges

SearchMethod = Literal["words", "meaning", "fused"]
"""BM25 over word stems; the encoder's vectors; both, by `fuse_scores`."""

_WEIGHTS = (1.0, 2.0)  # of words and meaning; the best of 1:0, 1:1, 1:2 on the training questions, close to 0:1


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a passage.

    Args:
        text: without outer white space.
        start, end: its characters in the passage, inclusive and exclusive.
        passage: the whole passage.
        document: what the passage belongs to.
    """

    text: str
    start: int
    end: int
    passage: str
    document: str


class SentenceSearch:
    """All sentences of some questions' passages, in two indexes.

    Word frequencies are those of all the sentences. Vectors are made of "title: sentence".

    Args:
        examples: the questions whose passages are searched; answers are not looked at.

    Raises:
        DataError: no example, or none whose passage has a word.
    """

    def __init__(self, examples: Sequence[Example]) -> None:
        documents = {example.context: example.document for example in examples}  # each passage once, in order
        self.sentences = tuple(
            Sentence(passage[start:end], start, end, passage, document)
            for passage, document in documents.items()
            for start, end in sentence_ranges(passage)
        )
        texts = [sentence.text for sentence in self.sentences]
        self._words = WordIndex(texts)
        self._vectors = VectorIndex(texts, [sentence.document for sentence in self.sentences])
        self._of_passage: dict[str, list[int]] = {}
        for unit, sentence in enumerate(self.sentences):
            self._of_passage.setdefault(sentence.passage, []).append(unit)

    def rankings(self, examples: Sequence[Example], method: SearchMethod = "fused") -> dict[str, Ranking]:
        """By question id: the sentences of the question's own passage, best first, as numbers into `sentences`.

        Raises:
            ConfigError: an unknown method.
            DataError: a passage that is not in the index.
        """
        if method not in get_args(SearchMethod):
            allowed = ", ".join(get_args(SearchMethod))
            raise ConfigError("unknown method", received=repr(method), fix=f"use one of {allowed}")
        questions = [example.question for example in examples]
        rows: list[FloatArray] = []
        if method != "meaning":
            rows.append(self._words.scores(questions))
        if method != "words":
            rows.append(self._vectors.scores(questions))
        scores = np.stack(rows)  # (methods, questions, sentences)
        found = {}
        for i, example in enumerate(examples):
            own = self._own(example)
            within = scores[:, i, own]
            found[example.id] = rank_units(fuse_scores(within, _WEIGHTS) if len(within) > 1 else within[0], own)
        return found

    def first(self, examples: Sequence[Example], method: SearchMethod = "fused") -> dict[str, str]:
        """By question id: the text of the best sentence."""
        rankings = self.rankings(examples, method)
        return {name: self.sentences[ranking.units[0]].text for name, ranking in rankings.items()}

    def holding(self, example: Example) -> frozenset[int]:
        """The numbers of the sentences in which an accepted answer starts."""
        starts = [answer.start for answer in example.answers]
        return frozenset(
            unit
            for unit in self._own(example)
            if any(self.sentences[unit].start <= start < self.sentences[unit].end for start in starts)
        )

    def ranks(self, examples: Sequence[Example], method: SearchMethod = "fused") -> list[int | None]:
        """For each question: the place of the first sentence that holds an accepted answer; None if none does."""
        rankings = self.rankings(examples, method)
        return [rankings[example.id].rank(self.holding(example)) for example in examples]

    def _own(self, example: Example) -> list[int]:
        if example.context not in self._of_passage:
            raise DataError(
                "the passage of a question is not in this index",
                where=f"question {example.id}",
                fix="build the SentenceSearch from all the questions that you will ask",
            )
        return self._of_passage[example.context]
