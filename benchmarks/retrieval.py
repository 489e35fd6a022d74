"""Search with a graph of neighbors against exact search, by words and meaning, in an index on disk.

python benchmarks/retrieval.py [N]

The N passages (100,000) are made up: vectors in clusters of about 50, and texts of 60 words drawn from 30,000 as often
as words occur (Zipf). Each question is asked alone, as in a service. Its vector is given, so the time of the encoder,
some 10 ms, is left out on both sides. Time and memory grow with N: the arrays of a million passages need 4 GB.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from unittest.mock import patch

import numpy as np
from _report import Comparison, Measurement, peak_mib, report_all

from qa_lesson.documents import Passage
from qa_lesson.retrieval import Index, WordIndex, load_index, passage_index
from qa_lesson.retrieval.index_folder import IndexParts
from qa_lesson.retrieval.nearest import NearestVectors
from qa_lesson.semantic import DIMENSIONS

EXPECTED_SECONDS = 60
N_PASSAGES = 100_000
N_QUESTIONS, K, N_WORDS, SPREAD = 50, 10, 30_000, 1.5


def made_up(n: int) -> tuple[list[Passage], np.ndarray, list[str], np.ndarray]:
    """Passages with their vectors, and questions with theirs."""
    rng = np.random.default_rng(0)
    centers = rng.normal(size=(max(n // 50, 1), DIMENSIONS)).astype(np.float32)

    def vectors(m: int) -> np.ndarray:
        noise = rng.normal(size=(m, DIMENSIONS)).astype(np.float32)
        raw = centers[rng.integers(len(centers), size=m)] + np.float32(SPREAD) * noise
        return raw / np.linalg.norm(raw, axis=1, keepdims=True)

    shares = 1 / np.arange(1, N_WORDS + 1)
    drawn = rng.choice(N_WORDS, size=(n, 60), p=shares / shares.sum())
    texts = (" ".join(f"w{word}" for word in row) for row in drawn)
    passages = [Passage(str(i), f"d{i // 20}", text, 0, len(text), 60) for i, text in enumerate(texts)]
    asked = [" ".join(f"w{word}" for word in row) for row in rng.integers(20, N_WORDS, size=(N_QUESTIONS, 8))]
    return passages, vectors(n), asked, vectors(N_QUESTIONS)


def milliseconds(index: Index, asked: Sequence[str], vectors: np.ndarray, method: str) -> tuple[float, list[set[str]]]:
    """The median time of one question, and the ids of what was found for each."""
    times, found = [], []
    for repeat in range(2):  # the first round reads the files
        for question, vector in zip(asked, vectors, strict=True):
            with patch.object(passage_index, "embed", lambda _, row=vector: row[None]):
                started = time.perf_counter()
                (hits,) = index.search([question], k=K, method=method)
                times.append(time.perf_counter() - started)
            if repeat:
                found.append({hit.passage.id for hit in hits})
    return 1000 * median(times[len(asked) :]), found


def main(n: int) -> None:
    """Build, save and load one index of `n` passages, and ask it with and without its graph."""
    passages, vectors, asked, asked_vectors = made_up(n)
    started = time.perf_counter()
    words = WordIndex([passage.text for passage in passages])
    words_took = time.perf_counter() - started
    started = time.perf_counter()
    graph = NearestVectors.build(vectors)
    graph_took = time.perf_counter() - started
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index"
        Index(IndexParts(passages, words, vectors, "english", graph)).save(path)
        n_bytes = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
        started = time.perf_counter()
        loaded = load_index(path)
        load_took = time.perf_counter() - started
        parts = IndexParts(loaded.passages, loaded.words, loaded.vectors, "english")
        rows: list[Comparison | Measurement] = []
        for method, by in (("meaning", "meaning"), ("fused", "words and meaning")):
            quick, found = milliseconds(loaded, asked, asked_vectors, method)
            slow, right = milliseconds(Index(parts), asked, asked_vectors, method)
            what = f"one question to {n:,} passages, by {by}"
            rows.append(Comparison(what, ("graph of neighbors", quick), ("exact", slow), unit="ms"))
            missed = 1 - sum(len(one & other) for one, other in zip(found, right, strict=True)) / sum(map(len, right))
            rows.append(Measurement(f"of the {K} best by {by}, missed with the graph", 100 * missed, 5, "%"))
        by_words, _ = milliseconds(loaded, asked, asked_vectors, "words")
    rows += [
        Measurement(f"one question to {n:,} passages, by words", by_words, unit="ms"),
        Measurement(f"words of {n:,} passages, to index", words_took),
        Measurement(f"vectors of {n:,} passages, to make the graph (one thread)", graph_took),
        Measurement(f"index of {n:,} passages, to load and check every file", load_took),
        Measurement(f"index of {n:,} passages, on disk", n_bytes / 2**20, unit="MiB"),
    ]
    name = "retrieval" if n == N_PASSAGES else f"retrieval_{n}"
    report_all(name, rows, passages=n, questions=N_QUESTIONS, peak_mib=round(peak_mib()))


if __name__ == "__main__":
    main(int(sys.argv[1].replace(",", "")) if len(sys.argv) > 1 else N_PASSAGES)
