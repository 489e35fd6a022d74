"""Ways through the course: a mode and the time you have give a path, which says what to do and what to skip."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import TypeAdapter

from qa_lesson.course.times import lesson_times
from qa_lesson.errors import ConfigError

PATHS_FILE = Path(__file__).with_name("paths.yaml")
"""Where the modes and their steps are written down."""

DURATIONS: dict[str, float] = {"8 minutes": 8, "45 minutes": 45, "a day": 420, "the whole course": math.inf}
"""The times to choose from, in minutes."""


@dataclass(frozen=True)
class PathStep:
    """One step of a path.

    Args:
        lesson: the notebook, without extension.
        part: which part of it, in words; empty means all of it.
        minutes: how long a learner needs, as estimated.
    """

    lesson: str
    part: str
    minutes: int


@dataclass(frozen=True)
class LearningPath:
    """What to do in the time you have.

    Args:
        mode: how you want to learn, such as ``"project"``.
        duration: one of `DURATIONS`.
        wish: what this mode is good for.
        steps: in the order to take them. The whole course ends with the lessons that the mode would leave out.
        skipped: what the mode has besides, for those who have more time.
    """

    mode: str
    duration: str
    wish: str
    steps: tuple[PathStep, ...]
    skipped: tuple[PathStep, ...]

    @property
    def minutes(self) -> int:
        """The estimated minutes of all steps."""
        return sum(step.minutes for step in self.steps)

    @property
    def measured_minutes(self) -> int | None:
        """Minutes that the path's notebooks computed when they were measured, rounded up; None if one was not."""
        measured = lesson_times()
        lessons = {step.lesson for step in self.steps}
        if not lessons <= measured.keys():
            return None
        return math.ceil(sum(measured[lesson].seconds for lesson in lessons) / 60)


def learning_modes() -> dict[str, str]:
    """All modes, and what each is good for.

    >>> learning_modes()["project"]
    'use your own documents'
    """
    return {mode.mode: mode.wish for mode in _written().modes}


def learning_path(mode: str, duration: str) -> LearningPath:
    """The path of a mode in the time you have.

    >>> [step.lesson for step in learning_path("learn", "45 minutes").steps]
    ['express', '01_why_fine_tune']

    Args:
        mode: one of `learning_modes`.
        duration: one of `DURATIONS`.

    Raises:
        ConfigError: there is no such mode or duration.
    """
    modes = {one.mode: one for one in _written().modes}
    if mode not in modes:
        raise ConfigError("there is no such mode", received=repr(mode), fix=f"use one of: {', '.join(modes)}")
    if duration not in DURATIONS:
        raise ConfigError("unknown duration", received=repr(duration), fix=f"use one of: {', '.join(DURATIONS)}")
    chosen: list[PathStep] = []
    skipped: list[PathStep] = []
    for step in modes[mode].steps:
        fits = DURATIONS[step.within] <= DURATIONS[duration]
        minutes = step.minutes or _written().lessons[step.lesson]
        (chosen if fits else skipped).append(PathStep(step.lesson, step.part, minutes))
    if DURATIONS[duration] == math.inf:
        known = {step.lesson for step in chosen}
        chosen += [PathStep(name, "", n) for name, n in _written().lessons.items() if name not in known]
    return LearningPath(mode, duration, modes[mode].wish, tuple(chosen), tuple(skipped))


@dataclass(frozen=True)
class _WrittenStep:
    lesson: str
    within: str
    part: str = ""
    minutes: int | None = None


@dataclass(frozen=True)
class _Mode:
    mode: str
    wish: str
    steps: list[_WrittenStep]


@dataclass(frozen=True)
class _Written:
    """The content of `PATHS_FILE`: minutes by lesson, and the modes."""

    lessons: dict[str, int]
    modes: list[_Mode]


@functools.cache
def _written() -> _Written:
    content = yaml.safe_load(PATHS_FILE.read_text(encoding="utf-8"))
    return TypeAdapter(_Written).validate_python(content)
