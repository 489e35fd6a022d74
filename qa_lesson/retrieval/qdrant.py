"""Passages in Qdrant, an engine for many machines: the same search, the same scores.

Every passage is a point with its vector, the BM25 weights of its words as a sparse vector, and itself as payload. The
engine finds candidates both ways, and the scores are those of `Index`. The vocabulary of the question's words stays
here, in the `WordIndex` of the index that was uploaded. The client library comes with ``qa-lesson[qdrant]``.
"""

from __future__ import annotations

import importlib.util
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final, cast, overload

import numpy as np

from qa_lesson.documents import Passage
from qa_lesson.encoder import ENCODER_SHA256
from qa_lesson.errors import ConfigError, DataError, ModelError
from qa_lesson.retrieval.bm25 import WordIndex
from qa_lesson.retrieval.hits import Hit, best_hits, fuse
from qa_lesson.retrieval.nearest import FEWEST_CANDIDATES
from qa_lesson.retrieval.passage_index import Index, check_search
from qa_lesson.retrieval.sentences import SearchMethod
from qa_lesson.semantic import DIMENSIONS, embed

if TYPE_CHECKING:
    from qdrant_client import QdrantClient
    from qdrant_client.models import PointStruct, QueryRequest, ScoredPoint

_MEANING: Final = "meaning"
_WORDS: Final = "words"
_FORMAT = "qa-lesson passages"
_POINTS_AT_ONCE, _QUESTIONS_AT_ONCE = 256, 64


class QdrantPassages(Sequence[Passage]):
    """The passages of a collection, each fetched when it is asked for."""

    def __init__(self, client: QdrantClient, collection: str) -> None:
        self._client, self._collection = client, collection

    def __len__(self) -> int:
        return int(self._client.count(self._collection).count)

    @overload
    def __getitem__(self, place: int) -> Passage: ...
    @overload
    def __getitem__(self, place: slice) -> list[Passage]: ...
    def __getitem__(self, place: int | slice) -> Passage | list[Passage]:
        if isinstance(place, int):
            return self._fetch([range(len(self))[place]])[0]
        return self._fetch(list(range(*place.indices(len(self)))))

    def __iter__(self) -> Iterator[Passage]:
        for first in range(0, len(self), _POINTS_AT_ONCE):
            yield from self[first : first + _POINTS_AT_ONCE]

    def _fetch(self, rows: list[int]) -> list[Passage]:
        points = {point.id: point for point in self._client.retrieve(self._collection, rows)}
        return [_passage(points[row].payload) for row in rows]


class QdrantIndex:
    """An index whose passages and vectors are in a Qdrant collection that `upload_index` filled.

    Args:
        client: of Qdrant: a server (``QdrantClient("http://localhost:6333")``), or its local mode, which is for tests.
        collection: its name.
        words: of the index that was uploaded (`Index.words`), for the words of the questions.
        exact: compare with every vector in place of the engine's graph. The local mode always does.

    Raises:
        DataError: there is no such collection, or it was not made from this index.
        ModelError: its vectors are of a different encoder.
    """

    def __init__(self, client: QdrantClient, collection: str, words: WordIndex, *, exact: bool = False) -> None:
        _check_collection(client, collection, len(words))
        self.passages = QdrantPassages(client, collection)
        self._client, self._collection, self._words, self._exact = client, collection, words, exact

    def __len__(self) -> int:
        return len(self._words)

    def search(self, questions: Sequence[str], *, k: int = 10, method: SearchMethod = "fused") -> list[list[Hit]]:
        """The best passages for each question, best first; arguments and errors as `Index.search`."""
        check_search(questions, k, method)
        found: list[list[Hit]] = []
        for first in range(0, len(questions), _QUESTIONS_AT_ONCE):
            found += self._search(questions[first : first + _QUESTIONS_AT_ONCE], k, method)
        return found

    def _search(self, questions: Sequence[str], k: int, method: SearchMethod) -> list[list[Hit]]:
        meant = None if method == "words" else embed(questions)
        asked = [Counter(self._words.numbers(question)) for question in questions]
        limits = self._words.limits(questions)
        n = max(FEWEST_CANDIDATES, 10 * k)
        requests = (
            [] if meant is None else [(i, self._request(row.tolist(), _MEANING, n)) for i, row in enumerate(meant)]
        )
        if method != "meaning":
            requests += [(i, self._request(_sparse(counts), _WORDS, n)) for i, counts in enumerate(asked) if counts]
        answers = self._client.query_batch_points(self._collection, requests=[request for _, request in requests])
        candidates: list[dict[int, ScoredPoint]] = [{} for _ in questions]
        for (i, _), answer in zip(requests, answers, strict=True):
            candidates[i] |= {int(point.id): point for point in answer.points}
        found = []
        for i, counts in enumerate(asked):
            points = candidates[i]
            covered = np.array([_word_score(point, counts) / (limits[i] or 1.0) for point in points.values()])
            cosines = np.zeros(len(points))
            if meant is not None:
                vectors = np.array([_stored(point)[_MEANING] for point in points.values()], np.float32)
                cosines = (vectors.reshape(-1, DIMENSIONS) * meant[i]).sum(axis=1, dtype=np.float64)
            passages = {row: _passage(point.payload) for row, point in points.items()}
            rows = np.array([*passages], np.intp)
            found.append(best_hits(passages, rows, fuse(covered, cosines, method), k))
        return found

    def _request(self, query: Any, using: str, n: int) -> QueryRequest:
        from qdrant_client import models

        exact = models.SearchParams(exact=True) if self._exact else None
        return models.QueryRequest(query=query, using=using, limit=n, with_vector=True, with_payload=True, params=exact)


def upload_index(index: Index, client: QdrantClient, collection: str) -> None:
    """Make a Qdrant collection of an index.

    Args:
        index: keep it, or the folder that it was saved in: `QdrantIndex` needs its `words`.
        client: of Qdrant.
        collection: a new name.

    Raises:
        ConfigError: there is a collection of this name, or ``qa-lesson[qdrant]`` is not installed.
    """
    if importlib.util.find_spec("qdrant_client") is None:
        raise ConfigError("qdrant-client is not installed", fix='run: pip install "qa-lesson[qdrant]"')
    from qdrant_client import models

    if client.collection_exists(collection):
        fix = "choose a new name, or delete the collection first"
        raise ConfigError("the collection exists already", received=collection, fix=fix)
    client.create_collection(
        collection,
        vectors_config={_MEANING: models.VectorParams(size=DIMENSIONS, distance=models.Distance.COSINE)},
        sparse_vectors_config={_WORDS: models.SparseVectorParams()},
        metadata={"format": _FORMAT, "encoder_sha256": ENCODER_SHA256},
    )
    client.upload_points(collection, _points(index), batch_size=_POINTS_AT_ONCE, wait=True)


def _points(index: Index) -> Iterator[PointStruct]:
    from qdrant_client import models

    weights = index.words.weights()  # (N, vocabulary)
    for row, passage in enumerate(index.passages):
        own = slice(weights.indptr[row], weights.indptr[row + 1])
        words = models.SparseVector(indices=weights.indices[own].tolist(), values=weights.data[own].tolist())
        yield models.PointStruct(
            id=row, vector={_MEANING: index.vectors[row].tolist(), _WORDS: words}, payload=asdict(passage)
        )


def _check_collection(client: QdrantClient, collection: str, n: int) -> None:
    fix = "fill a new collection with upload_index"
    if not client.collection_exists(collection):
        raise DataError("there is no such collection", received=collection, fix=fix)
    metadata = client.get_collection(collection).config.metadata or {}
    if metadata.get("format") != _FORMAT:
        raise DataError("upload_index did not make this collection", received=collection, fix=fix)
    if metadata.get("encoder_sha256") != ENCODER_SHA256:
        raise ModelError("the collection's vectors are of a different encoder", received=collection, fix=fix)
    stored = client.count(collection).count
    if stored != n:
        received = f"{stored} passages in {collection}, {n} in the index"
        raise DataError("the collection was not made from this index", received=received, fix=fix)


def _sparse(counts: Counter[int]) -> Any:
    from qdrant_client import models

    return models.SparseVector(indices=[*counts], values=[float(count) for count in counts.values()])


def _stored(point: ScoredPoint) -> dict[str, Any]:
    return cast(dict[str, Any], point.vector)


def _word_score(point: ScoredPoint, counts: Counter[int]) -> float:
    """The BM25 score of a point: the sum of its weights for the question's words."""
    words = _stored(point)[_WORDS]
    weights = dict(zip(words.indices, words.values, strict=True))
    return float(sum(count * weights.get(number, 0.0) for number, count in counts.items()))


def _passage(payload: dict[str, Any] | None) -> Passage:
    record = payload or {}
    return Passage(**record | {"headings": tuple(record["headings"])})
