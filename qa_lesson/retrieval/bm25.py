"""Search by words: BM25 over word stems.

A word counts more the rarer it is, its repetitions count less and less, and long texts get no bonus for their length
(Robertson and Zaragoza 2009). Stems (Snowball, by PyStemmer) make "keeps" and "keeping" the same word. The scores
come from the library bm25s, in Lucene's variant with its defaults k1 = 1.5 and b = 0.75.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from qa_lesson.errors import ConfigError, DataError
from qa_lesson.retrieval.rankings import FloatArray
from qa_lesson.text.segmentation import split_units

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
        import Stemmer

        if language not in Stemmer.algorithms():
            fix = f"use one of {', '.join(Stemmer.algorithms())}"
            raise ConfigError("there is no stemmer for the language", received=repr(language), fix=fix)
        self._stem = Stemmer.Stemmer(language).stemWords
        words = [self.words(text) for text in texts]
        if not any(words):
            raise DataError("there is no word to find", received=f"{len(texts)} texts", fix="give texts with words")
        self._index = bm25s.BM25()
        self._index.index(words, show_progress=False)

    def words(self, text: str) -> list[str]:
        """The stems of a text, in order; in scripts without spaces its characters.

        >>> WordIndex(["light"]).words("The Keepers' lights, 1948")
        ['the', 'keeper', 'light', '1948']
        """
        stems: list[str] = self._stem(split_units(_WORD.findall(text.lower())))
        return stems

    def scores(self, questions: Sequence[str]) -> FloatArray:
        """(Q, N) the BM25 score of each text for each question; 0 if no word is shared."""
        n = int(self._index.scores["num_docs"])
        known = self._index.vocab_dict
        found = np.zeros((len(questions), n))
        for i, question in enumerate(questions):
            if words := [word for word in self.words(question) if word in known]:
                found[i] = self._index.get_scores(words)
        return found
