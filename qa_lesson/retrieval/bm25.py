"""Search by words: BM25 over word stems.

A word counts more the rarer it is, its repetitions count less and less, and long texts get no bonus for their length
(Robertson and Zaragoza 2009). Stems (Snowball, by PyStemmer) make "keeps" and "keeping" the same word. The scores
come from the library bm25s, in Lucene's variant with its defaults k1 = 1.5 and b = 0.75.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np

from qa_lesson.errors import ConfigError, DataError
from qa_lesson.retrieval.rankings import FloatArray
from qa_lesson.text.segmentation import split_units

if TYPE_CHECKING:
    from bm25s import BM25
    from scipy.sparse import csr_array

_WORD = re.compile(r"[^\W_]+")


class WordIndex:
    """Texts to be found by the words that they share with a question.

    Args:
        texts: at least one; a text without a word is never found.
        language: of the stemmer, as Snowball names it.

    Raises:
        DataError: no text has a word.
        ConfigError: there is no stemmer for the language.

    >>> index = WordIndex(["Bram keeps the light.", "The ferry sails at noon."])
    >>> index.scores(["Who is keeping the lights?"]).argmax()
    np.int64(0)
    """

    def __init__(self, texts: Sequence[str], language: str = "english") -> None:
        import bm25s

        self._stem = _stemmer(language)
        vocabulary: dict[str, int] = {}  # in order of appearance, so the same texts give the same bytes
        numbers = [[vocabulary.setdefault(word, len(vocabulary)) for word in self.words(text)] for text in texts]
        if not vocabulary:
            raise DataError("there is no word to find", received=f"{len(texts)} texts", fix="give texts with words")
        self._index: BM25 = bm25s.BM25()
        self._index.index((numbers, vocabulary), create_empty_token=False, show_progress=False)

    @classmethod
    def load(cls, folder: str | Path, language: str = "english") -> Self:
        """The index that `save` wrote, its arrays memory-mapped.

        Args:
            folder: of the index.
            language: as when it was built.
        """
        import bm25s

        index = cls.__new__(cls)
        index._stem = _stemmer(language)
        index._index = bm25s.BM25.load(folder, mmap=True, show_progress=False)
        return index

    def save(self, folder: str | Path) -> None:
        """Write the files of bm25s into a folder."""
        self._index.save(folder, show_progress=False)

    def __len__(self) -> int:
        return int(self._index.scores["num_docs"])

    def words(self, text: str) -> list[str]:
        """The stems of a text, in order; in scripts without spaces its characters.

        >>> WordIndex(["light"]).words("The Keepers' lights, 1948")
        ['the', 'keeper', 'light', '1948']
        """
        stems: list[str] = self._stem(split_units(_WORD.findall(text.lower())))
        return stems

    def numbers(self, question: str) -> list[int]:
        """The columns in `weights` of the question's known words, in order; a word that occurs twice is there twice."""
        known = self._index.vocab_dict
        return [known[word] for word in self.words(question) if word in known]

    def weights(self) -> csr_array:
        """(N, V) what each word of each text adds to the BM25 score of a question that has it."""
        from scipy.sparse import csc_array

        arrays = self._index.scores
        shape = len(self), len(self._index.vocab_dict)
        return csc_array((arrays["data"], arrays["indices"], arrays["indptr"]), shape=shape).tocsr()

    def scores(self, questions: Sequence[str]) -> FloatArray:
        """(Q, N) the BM25 score of each text for each question; 0 if no word is shared."""
        known = self._index.vocab_dict
        found = np.zeros((len(questions), len(self)))
        for i, question in enumerate(questions):
            if words := [word for word in self.words(question) if word in known]:
                found[i] = self._index.get_scores(words)
        return found

    def limits(self, questions: Sequence[str]) -> FloatArray:
        """(Q,) what no text's score can reach: each word of the question, weighted by how rare it is.

        A text comes near it by repeating all the words of the question. Words that no text has are the rarest, so a
        question about something else stays far from its limit. It is 0 for a question without words.
        """
        return np.array([sum(map(self.rarity, self.words(question))) for question in questions], np.float64)

    def rarity(self, stem: str) -> float:
        """The weight of a stem, its inverse document frequency: higher the fewer texts have it, if any."""
        number = self._index.vocab_dict.get(stem)
        ends = self._index.scores["indptr"]
        n_with = 0 if number is None else int(ends[number + 1] - ends[number])
        return math.log1p((len(self) - n_with + 0.5) / (n_with + 0.5))


def _stemmer(language: str) -> Callable[[list[str]], list[str]]:
    import Stemmer

    if language not in Stemmer.algorithms():
        fix = f"use one of {', '.join(Stemmer.algorithms())}"
        raise ConfigError("there is no stemmer for the language", received=repr(language), fix=fix)
    stem: Callable[[list[str]], list[str]] = Stemmer.Stemmer(language).stemWords
    return stem
