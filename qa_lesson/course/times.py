"""What the lessons cost in time and memory, as measured."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from qa_lesson.json_files import read_json

LESSON_TIMES_FILE = Path(__file__).with_name("lesson_times.json")
"""Written by `make times`, which runs every lesson in its order, from an empty cache."""


@dataclass(frozen=True)
class LessonTime:
    """What a lesson took where it was measured, all its cells one after the other.

    Args:
        seconds: wall time, including the training runs that no earlier lesson left in the cache.
        peak_mib: most memory that its kernel held, in MiB.
    """

    seconds: float
    peak_mib: float

    def __str__(self) -> str:
        """For the head of the lesson, rounded up.

        >>> str(LessonTime(61, 700))
        '2 minutes and 0.8 GB of memory on two CPU cores, the first time.'
        """
        minutes = math.ceil(self.seconds / 60)
        gigabytes = math.ceil(self.peak_mib * 2**20 / 1e8) / 10
        time = f"{minutes} minute{'s' if minutes > 1 else ''}"
        return f"{time} and {gigabytes} GB of memory on two CPU cores, the first time."


@dataclass(frozen=True)
class _Measured:
    machine: dict[str, str | int]
    lessons: dict[str, LessonTime]


_MEASURED = TypeAdapter(_Measured)


def lesson_times() -> dict[str, LessonTime]:
    """Time and memory of each lesson that was measured, by its name, such as "05_metrics", in their order.

    Raises:
        DataError: the file with them is missing or damaged.
    """
    measured = read_json(
        LESSON_TIMES_FILE,
        _MEASURED,
        what="the measured times of the lessons cannot be read",
        fix="install the package again, or run make times",
    )
    return measured.lessons
