"""The nearest of many vectors without comparing all of them: a graph of neighbors (HNSW), by the library usearch.

Malkov and Yashunin 2018. Vectors are kept in 8 bits, so the graph of a million of them takes 0.5 GB. What it gives are
candidates: their order is decided by the exact vectors.
"""

from __future__ import annotations

import importlib.util
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np

from qa_lesson.errors import ConfigError
from qa_lesson.retrieval.hits import Rows, Vectors
from qa_lesson.semantic import DIMENSIONS

if TYPE_CHECKING:
    from usearch.index import Index as Graph

EXACT_UP_TO = 100_000
"""With more passages than this, a question is compared with candidates from a graph."""

FEWEST_CANDIDATES = 100
"""So many candidates each method gives at least."""

_NEIGHBORS, _EFFORT_TO_ADD, _EFFORT_TO_SEARCH = 16, 64, 128
_SECONDS_A_VECTOR = 0.2e-6  # of exact search, on one core
_INSTALL = 'pip install "qa-lesson[large]"'


class NearestVectors:
    """A graph of vectors, made by `build` and `load`. The same vectors give the same graph.

    Args:
        graph: of usearch; its keys are row numbers.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    @classmethod
    def build(cls, vectors: Vectors) -> Self:
        """The graph of (N, 384) vectors; one thread adds them in their order, about 0.2 ms each.

        Raises:
            ConfigError: usearch is not installed.
        """
        graph = _empty_graph()
        graph.add(np.arange(len(vectors)), np.ascontiguousarray(vectors), threads=1)
        return cls(graph)

    @classmethod
    def load(cls, path: Path) -> Self:
        """The graph in a file, memory-mapped.

        Raises:
            ConfigError: usearch is not installed.
        """
        graph = _empty_graph()
        graph.view(str(path))
        return cls(graph)

    def save(self, path: Path) -> None:
        """Write the graph to a file."""
        self._graph.save(str(path))

    def rows(self, vector: Vectors, n: int) -> Rows:
        """The numbers of about the `n` nearest vectors, in no order."""
        keys: Rows = np.asarray(self._graph.search(vector, n, threads=1).keys).astype(np.intp)
        return keys


def graph_available() -> bool:
    """Whether usearch is installed."""
    return importlib.util.find_spec("usearch") is not None


def graph_wanted(n: int) -> bool:
    """Whether `n` passages should have a graph and can; warns if they should and usearch is not installed."""
    if n > EXACT_UP_TO and not graph_available():
        warn_of_slowness(n)
    return n > EXACT_UP_TO and graph_available()


def warn_of_slowness(n: int) -> None:
    """Say what it costs to do without usearch, and how to get it."""
    warnings.warn(
        f"every question is compared with all {n:,} passages, about {n * _SECONDS_A_VECTOR:.2g} s each, because the "
        f"package usearch is not installed. To search with a graph run: {_INSTALL}, and make the index again",
        stacklevel=4,
    )


def _empty_graph() -> Graph:
    if not graph_available():
        raise ConfigError("the package usearch is not installed", fix=f"run: {_INSTALL}")
    from usearch.index import Index as Graph

    return Graph(
        ndim=DIMENSIONS,
        metric="cos",
        dtype="i8",
        connectivity=_NEIGHBORS,
        expansion_add=_EFFORT_TO_ADD,
        expansion_search=_EFFORT_TO_SEARCH,
    )
