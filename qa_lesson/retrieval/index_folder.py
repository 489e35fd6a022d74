"""An index in a folder: written whole or not at all, checked when it is read, memory-mapped.

The folder holds `index.json` (versions, the encoder, and the size and SHA-256 of every other file), the passages as
JSON Lines with the places of their lines, the vectors, and a folder of bm25s. The same passages give the same bytes on
the same machine.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from pydantic import TypeAdapter, with_config

import qa_lesson
from qa_lesson.documents import Passage, write_passages
from qa_lesson.encoder import EMBEDDED_HUB_ID, ENCODER_SHA256
from qa_lesson.errors import ConfigError, DataError, ModelError
from qa_lesson.json_files import AS_WRITTEN, read_json
from qa_lesson.retrieval.bm25 import WordIndex
from qa_lesson.retrieval.nearest import NearestVectors, graph_available, warn_of_slowness
from qa_lesson.retrieval.passage_lines import PassageLines, line_offsets
from qa_lesson.semantic import DIMENSIONS
from qa_lesson.storage import folder_atomically, write_atomically

MANIFEST: Final = "index.json"
"""The record of an index, in its folder."""

_FORMAT = "qa-lesson index"
_VERSION = 1  # raise it when an older release could not read the folder
_PASSAGES, _OFFSETS, _VECTORS, _WORDS = "passages.jsonl", "passages.offsets.npy", "vectors.npy", "words"
_GRAPH = "vectors.usearch"
_NEEDED = {_PASSAGES, _OFFSETS, _VECTORS}
_AGAIN = "make it again with: qa-lesson index passages.jsonl --out FOLDER"


@with_config(AS_WRITTEN)
@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    n_bytes: int
    sha256: str


@with_config(AS_WRITTEN)
@dataclass(frozen=True, slots=True, kw_only=True)
class _Manifest:
    """What `MANIFEST` says; `libraries` are there to find out why two indexes differ."""

    format: str
    version: int
    qa_lesson: str
    libraries: dict[str, str]
    encoder: str
    encoder_sha256: str
    dimensions: int
    language: str
    n_passages: int
    files: dict[str, _File]


_MANIFEST = TypeAdapter(_Manifest)


@dataclass(frozen=True, slots=True)
class IndexParts:
    """What an index consists of.

    Args:
        passages: N of them.
        words: an index of their texts, in this order.
        vectors: (N, 384) float32, of their texts.
        language: of the stemmer in `words`.
        nearest: a graph of the vectors; None if questions are compared with all of them.
    """

    passages: Sequence[Passage]
    words: WordIndex
    vectors: npt.NDArray[np.float32]
    language: str
    nearest: NearestVectors | None = None


def write_index(parts: IndexParts, folder: str | Path) -> Path:
    """Write an index; an index that was there is replaced, anything else is refused.

    Raises:
        ConfigError: there is something else at `folder`.
        StorageError: it cannot be written; what was there is untouched.
    """
    folder = Path(folder)
    if folder.exists() and not (folder.is_dir() and (is_index(folder) or not any(folder.iterdir()))):
        raise ConfigError(
            "the index would be written over something else",
            where=str(folder),
            received="a folder without an index" if folder.is_dir() else "a file",
            fix="choose a new folder; nothing was written",
        )
    with folder_atomically(folder) as fresh:
        write_passages(parts.passages, fresh / _PASSAGES)
        np.save(fresh / _OFFSETS, line_offsets(fresh / _PASSAGES))
        np.save(fresh / _VECTORS, parts.vectors)
        parts.words.save(fresh / _WORDS)
        if parts.nearest is not None:
            parts.nearest.save(fresh / _GRAPH)
        names = sorted(path.relative_to(fresh).as_posix() for path in fresh.rglob("*") if path.is_file())
        manifest = _Manifest(
            format=_FORMAT,
            version=_VERSION,
            qa_lesson=qa_lesson.__version__,
            libraries={name: importlib.metadata.version(name) for name in ("bm25s", "numpy", "PyStemmer")},
            encoder=EMBEDDED_HUB_ID,
            encoder_sha256=ENCODER_SHA256,
            dimensions=DIMENSIONS,
            language=parts.language,
            n_passages=len(parts.passages),
            files={name: _file_record(fresh / name) for name in names},
        )
        write_atomically(fresh / MANIFEST, json.dumps(asdict(manifest), indent=1) + "\n")
    return folder


def read_index(folder: str | Path, *, check: bool = True) -> IndexParts:
    """What is in the folder of an index; arguments and errors as `load_index`."""
    folder = Path(folder)
    if not is_index(folder):
        found = "a folder without index.json" if folder.is_dir() else "a file" if folder.exists() else "nothing"
        raise DataError("this is not an index", where=str(folder), received=found, fix=_AGAIN)
    manifest = _read_manifest(folder / MANIFEST)
    for name in _NEEDED - manifest.files.keys():
        raise DataError("the record of the index is damaged", where=str(folder), received=f"no {name}", fix=_AGAIN)
    for name, expected in manifest.files.items():
        _check_file(folder / name, expected, check)
    words = WordIndex.load(folder / _WORDS, manifest.language)
    passages = PassageLines(folder / _PASSAGES, np.load(folder / _OFFSETS))
    vectors = np.load(folder / _VECTORS, mmap_mode="r")
    if not len(words) == len(passages) == manifest.n_passages or vectors.shape != (len(passages), DIMENSIONS):
        received = f"{manifest.n_passages} passages, {len(words)} texts, {len(vectors)} vectors"
        raise DataError(
            "the parts of the index do not belong together", where=str(folder), received=received, fix=_AGAIN
        )
    nearest = None
    if _GRAPH in manifest.files:
        if graph_available():
            nearest = NearestVectors.load(folder / _GRAPH)
        else:
            warn_of_slowness(len(passages))
    return IndexParts(passages, words, vectors, manifest.language, nearest)


def is_index(folder: Path) -> bool:
    """Whether a folder says that it is an index; it may be damaged."""
    return _written(folder / MANIFEST).get("format") == _FORMAT


def _read_manifest(path: Path) -> _Manifest:
    version = _written(path).get("version")
    if isinstance(version, int) and version > _VERSION:
        raise DataError(
            "a newer version of this package wrote the index",
            where=str(path),
            received=f"format version {version}; this package reads up to {_VERSION}",
            fix="run: pip install --upgrade qa-lesson",
        )
    manifest = read_json(path, _MANIFEST, what="the record of the index is damaged", fix=_AGAIN)
    if manifest.encoder_sha256 != ENCODER_SHA256:
        raise ModelError(
            "the index was made with a different encoder, so its vectors cannot be compared with questions",
            where=str(path),
            received=f"{manifest.encoder}, sha256 {manifest.encoder_sha256[:12]}",
            fix=_AGAIN,
        )
    return manifest


def _check_file(path: Path, expected: _File, check: bool) -> None:
    if not path.is_file():
        raise DataError("a file of the index is missing", where=str(path), fix=_AGAIN)
    n_bytes = path.stat().st_size
    if n_bytes != expected.n_bytes:
        received = f"{n_bytes:,} bytes in place of {expected.n_bytes:,}"
        raise DataError("a file of the index is damaged", where=str(path), received=received, fix=_AGAIN)
    if check and _digest(path) != expected.sha256:
        raise DataError("a file of the index was changed", where=str(path), received="another SHA-256", fix=_AGAIN)


def _file_record(path: Path) -> _File:
    return _File(n_bytes=path.stat().st_size, sha256=_digest(path))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _written(path: Path) -> dict[str, Any]:
    """The JSON object in a file; empty if there is none."""
    try:
        record = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}
