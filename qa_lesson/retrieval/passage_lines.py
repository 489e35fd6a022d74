"""The passages of an index on disk: read when they are asked for, so a million of them take no memory."""

from __future__ import annotations

import json
import mmap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import overload

import numpy as np

from qa_lesson.documents import Passage


class PassageLines(Sequence[Passage]):
    """The passages of a file that `write_passages` wrote, memory-mapped.

    Args:
        path: of the file; the passages are not checked.
        offsets: (N + 1,) the byte at which each line begins, and the length of the file.
    """

    def __init__(self, path: Path, offsets: np.ndarray[tuple[int], np.dtype[np.int64]]) -> None:
        self._offsets = offsets
        with path.open("rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def __len__(self) -> int:
        return len(self._offsets) - 1

    @overload
    def __getitem__(self, place: int) -> Passage: ...
    @overload
    def __getitem__(self, place: slice) -> list[Passage]: ...
    def __getitem__(self, place: int | slice) -> Passage | list[Passage]:
        if isinstance(place, slice):
            return [self._read(i) for i in range(*place.indices(len(self)))]
        return self._read(range(len(self))[place])

    def __iter__(self) -> Iterator[Passage]:
        return map(self._read, range(len(self)))

    def _read(self, i: int) -> Passage:
        record = json.loads(self._bytes[self._offsets[i] : self._offsets[i + 1]])
        return Passage(**record | {"headings": tuple(record["headings"])})


def line_offsets(path: Path) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """(N + 1,) where each of N lines begins, in bytes, and the length of the file."""
    with path.open("rb") as file:
        return np.cumsum([0, *map(len, file)], dtype=np.int64)
