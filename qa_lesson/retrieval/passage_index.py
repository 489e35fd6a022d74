"""Search over passages: which of them answer a question?"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import get_args

import numpy as np

from qa_lesson.documents import Passage
from qa_lesson.errors import ConfigError, DataError, shorten
from qa_lesson.hardware import progress_wanted
from qa_lesson.retrieval.bm25 import WordIndex
from qa_lesson.retrieval.hits import (
    Hit,
    Vectors,
    best_hits,
    covered_share,
    fuse,
    near_best,
    near_best_by_words,
    similarities,
)
from qa_lesson.retrieval.index_folder import IndexParts, read_index, write_index
from qa_lesson.retrieval.nearest import FEWEST_CANDIDATES, NearestVectors, graph_wanted
from qa_lesson.retrieval.sentences import SearchMethod
from qa_lesson.semantic import DIMENSIONS, embed
from qa_lesson.text.segmentation import sentence_ranges

_FILE = re.compile(r"(?:.*/)?(?P<name>[^/]+)\.\w{1,5}")  # a document that is a path; a title stays as it is
_TEXTS_AT_ONCE = 1024
_SCORES_AT_ONCE = 2**24

OnBatch = Callable[[int, int], None]
"""Called with the number of passages done and of all."""


class Index:
    """Passages with what is needed to find them; made by `build_index` and `load_index`.

    A question is compared with every passage. With more than 100,000 passages it is compared with candidates: the best
    by words, and the nearest vectors that a graph finds.

    Args:
        parts: the passages, and what is searched.
    """

    def __init__(self, parts: IndexParts) -> None:
        self._parts = parts

    @property
    def exact(self) -> bool:
        """Whether a question is compared with every passage, not just with candidates from a graph."""
        return self._parts.nearest is None

    @property
    def passages(self) -> Sequence[Passage]:
        """All of them, in the order that they were given."""
        return self._parts.passages

    def __len__(self) -> int:
        return len(self.passages)

    @property
    def words(self) -> WordIndex:
        """The index of their words."""
        return self._parts.words

    @property
    def vectors(self) -> Vectors:
        """(N, 384) their vectors, each of length 1."""
        return self._parts.vectors

    def snippet(self, question: str, passage: Passage) -> str:
        """The sentence of a passage that has most of the question's words, rare ones counting more.

        It is the first sentence if none has a word of the question.
        """
        words = self._parts.words
        asked = dict.fromkeys(words.words(question))
        weights = {word: words.rarity(word) for word in asked}
        sentences = [passage.text[start:end] for start, end in sentence_ranges(passage.text)]
        return max(sentences, key=lambda text: math.fsum(weights[word] for word in asked.keys() & words.words(text)))

    def save(self, folder: str | Path) -> Path:
        """Write the index to a folder; an index that was there is replaced.

        Raises:
            ConfigError: there is something else at `folder`.
            StorageError: it cannot be written; what was there is untouched.
        """
        return write_index(self._parts, folder)

    def search(self, questions: Sequence[str], *, k: int = 10, method: SearchMethod = "fused") -> list[list[Hit]]:
        """The best passages for each question, best first.

        Scores are rounded to 6 decimals. Of equal scores the earlier passage comes first.

        Args:
            questions: any number, none of them blank.
            k: at most how many passages for each. By words, passages that share no word with the question are left out.
            method: "words" (BM25), "meaning" (the encoder's vectors), or "fused".

        Raises:
            ConfigError: `k` below 1, or an unknown method.
            DataError: one string in place of a list, or a blank question.
        """
        check_search(questions, k, method)
        if method == "words":
            return [self._compare_words(question, k) for question in questions]
        meant, graph = embed(questions), self._parts.nearest
        if graph is None:
            return self._compare_all(questions, meant, k, method)
        return [self._compare_some(*asked, graph, k, method) for asked in zip(questions, meant, strict=True)]

    def _compare_words(self, question: str, k: int) -> list[Hit]:
        covered = covered_share(self.words, question)
        rows = near_best_by_words(covered, k)
        return best_hits(self.passages, rows, covered[rows], k)

    def _compare_all(self, questions: Sequence[str], meant: Vectors, k: int, method: SearchMethod) -> list[list[Hit]]:
        at_once = max(1, _SCORES_AT_ONCE // len(self))
        found = []
        for first in range(0, len(questions), at_once):
            some = meant[first : first + at_once]
            asked = zip(questions[first : first + at_once], some, some @ self.vectors.T, strict=True)
            for question, vector, cosines in asked:
                covered = covered_share(self.words, question) if method == "fused" else np.zeros(len(self))
                rows = near_best(fuse(covered, cosines, method), k)
                scores = fuse(covered[rows], similarities(self.vectors, rows, vector), method)
                found.append(best_hits(self.passages, rows, scores, k))
        return found

    def _compare_some(
        self, question: str, vector: Vectors, graph: NearestVectors, k: int, method: SearchMethod
    ) -> list[Hit]:
        n = min(max(FEWEST_CANDIDATES, 10 * k), len(self))
        rows = graph.rows(vector, n)
        covered = np.zeros(len(self))
        if method == "fused":
            covered = covered_share(self.words, question)
            rows = np.union1d(rows, near_best_by_words(covered, n))
        scores = fuse(covered[rows], similarities(self.vectors, rows, vector), method)
        return best_hits(self.passages, rows, scores, k)


def build_index(
    passages: Sequence[Passage],
    *,
    progress: bool | OnBatch = False,
    language: str = "english",
    exact: bool | None = None,
) -> Index:
    """An index of passages.

    What is indexed is the passage with its headings before it, or its document's name if it has none. A passage alone
    often does not say what it is about.

    Args:
        passages: at least one, each with an id of its own.
        progress: True shows a bar in a terminal or notebook; a function is called after each batch.
        language: of the word stems, as Snowball names it.
        exact: False makes a graph of neighbors, True none. None makes one for more than 100,000 passages, and warns if
            the package for it (extra ``qa-lesson[large]``) is not installed.

    Raises:
        DataError: no passages, a blank one, two with the same id, or none with a word.
        ConfigError: there is no stemmer for the language, or a graph is asked for and its package not installed.
        ModelError: the embedded encoder is missing or damaged.
    """
    _check_passages(passages)
    texts = [indexed_text(passage) for passage in passages]
    words = WordIndex(texts, language)
    vectors = _embed_all(texts, progress)
    with_graph = graph_wanted(len(passages)) if exact is None else not exact
    nearest = NearestVectors.build(vectors) if with_graph else None
    return Index(IndexParts(tuple(passages), words, vectors, language, nearest))


def load_index(folder: str | Path, *, check: bool = True) -> Index:
    """The index in a folder, memory-mapped.

    Args:
        folder: that `Index.save` or ``qa-lesson index`` wrote.
        check: compare every file with its hash, which takes about a second a gigabyte; otherwise only the sizes are.

    Raises:
        DataError: it is not an index, a newer version wrote it, or a file is missing or damaged.
        ModelError: it was made with a different encoder.
    """
    return Index(read_index(folder, check=check))


def indexed_text(passage: Passage) -> str:
    """What is indexed for a passage: its headings, or else its document's name, and its text.

    >>> indexed_text(Passage("a.docx#1", "rules/tide_tables.docx", "Kept for ten years.", 0, 19, 5))
    'tide tables: Kept for ten years.'
    """
    path = _FILE.fullmatch(passage.document)
    name = re.sub("[-_]+", " ", path["name"]) if path else passage.document
    named = " > ".join(passage.headings) or name.strip()
    return f"{named}: {passage.text}" if named else passage.text


def check_search(questions: Sequence[str], k: int, method: str) -> None:
    """Refuse what cannot be searched for; errors as `Index.search`."""
    if k < 1:
        raise ConfigError("k must be at least 1", received=f"k={k}", fix="ask for 1 passage or more")
    if method not in get_args(SearchMethod):
        allowed = ", ".join(get_args(SearchMethod))
        raise ConfigError("unknown method", received=repr(method), fix=f"use one of {allowed}")
    if isinstance(questions, str):
        raise DataError("the questions must be a list", received=shorten(questions), fix=f"pass [{shorten(questions)}]")
    for i, question in enumerate(questions):
        if not isinstance(question, str) or not question.strip():
            where = f"question {i} of {len(questions)}, counted from 0"
            raise DataError("a question is blank", where=where, received=repr(question), fix="leave it out")


def _embed_all(texts: Sequence[str], progress: bool | OnBatch) -> Vectors:
    """The vectors of all texts, some at a time; the array of vectors is all that grows. Copies have equal vectors."""
    from tqdm.auto import tqdm

    numbers: dict[str, int] = {}
    rows = np.array([numbers.setdefault(text, len(numbers)) for text in texts])
    distinct = list(numbers)
    vectors = np.empty((len(distinct), DIMENSIONS), np.float32)
    with tqdm(total=len(distinct), desc="embedding", disable=progress is not True or not progress_wanted()) as bar:
        for first in range(0, len(distinct), _TEXTS_AT_ONCE):
            some = distinct[first : first + _TEXTS_AT_ONCE]
            vectors[first : first + len(some)] = embed(some, progress=False)
            bar.update(len(some))
            if callable(progress):
                progress(first + len(some), len(distinct))
    return vectors if len(distinct) == len(texts) else vectors[rows]


def _check_passages(passages: Sequence[Passage]) -> None:
    if not passages:
        raise DataError("there are no passages to index", received="no passages", fix="give at least one passage")
    for passage in passages:
        if not passage.text.strip():
            raise DataError("a passage is blank", where=passage.id, received=repr(passage.text), fix="leave it out")
    name, n = Counter(passage.id for passage in passages).most_common(1)[0]
    if n > 1:
        raise DataError(f"{n} passages have the same id", where=name, fix="give each passage an id of its own")
