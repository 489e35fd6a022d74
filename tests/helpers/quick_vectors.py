"""Vectors of texts without a model: near each other if the texts share letter triples."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

from qa_lesson.semantic import DIMENSIONS


def quick_embed(texts: Sequence[str], **_: object) -> np.ndarray:
    """In place of `qa_lesson.semantic.embed`."""
    vectors = np.zeros((len(texts), DIMENSIONS), np.float32)
    for row, text in zip(vectors, texts, strict=True):
        padded = f"  {text.lower()}  "
        for i in range(len(padded) - 2):
            row[zlib.crc32(padded[i : i + 3].encode()) % DIMENSIONS] += 1
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
