"""Search by meaning: the embedded encoder's vectors, compared by their direction."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from qa_lesson.errors import DataError
from qa_lesson.retrieval.rankings import FloatArray
from qa_lesson.semantic import embed


class VectorIndex:
    """Texts to be found by what they are about.

    Exact search: every question is compared with every text.

    Args:
        texts: at least one, none blank.
        titles: of each text, put before it when its vector is made. A sentence alone often does not say what it is
            about ("It opens at nine."), and its document's title does. None, or a blank title, adds nothing.

    Raises:
        DataError: no text, a blank one, or titles that do not pair up with the texts.
    """

    def __init__(self, texts: Sequence[str], titles: Sequence[str] | None = None) -> None:
        if not texts:
            raise DataError("there is nothing to search", received="no texts", fix="give at least one text")
        if titles is not None and len(titles) != len(texts):
            raise DataError(
                "texts and titles do not pair up",
                received=f"{len(texts)} texts, {len(titles)} titles",
                fix="give one title for each text, blank if it has none",
            )
        named = (
            texts
            if titles is None
            else [f"{title}: {text}" if title.strip() else text for title, text in zip(titles, texts, strict=True)]
        )
        self._vectors = embed(named)

    def scores(self, questions: Sequence[str]) -> FloatArray:
        """(Q, N) the cosine similarity of each question and each text, -1 to 1."""
        similarities: FloatArray = (embed(questions) @ self._vectors.T).astype(np.float64)
        return similarities
