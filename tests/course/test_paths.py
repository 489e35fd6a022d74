import itertools
import math
from pathlib import Path

import pytest

from qa_lesson.course import DURATIONS, LessonTime, learning_modes, learning_path, paths
from qa_lesson.errors import ConfigError

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
LESSONS = sorted(path.stem for path in NOTEBOOKS.glob("[0-9]*.ipynb"))


@pytest.mark.parametrize("duration", DURATIONS)
@pytest.mark.parametrize("mode", learning_modes())
def test_a_path_fits_into_its_time_and_has_something_to_do(mode, duration):
    path = learning_path(mode, duration)
    assert path.steps
    assert path.minutes <= DURATIONS[duration]
    if duration == "8 minutes":
        assert path.minutes == 8
    else:
        assert path.minutes > 0.35 * min(DURATIONS[duration], 400)


@pytest.mark.parametrize("mode", learning_modes())
def test_more_time_leaves_nothing_out_that_a_shorter_path_has(mode):
    longer = [set(learning_path(mode, duration).steps) for duration in DURATIONS]
    assert all(short <= long for short, long in itertools.pairwise(longer))


@pytest.mark.parametrize("mode", learning_modes())
def test_steps_and_what_is_skipped_are_the_whole_mode(mode):
    whole = learning_path(mode, "the whole course")
    assert whole.skipped == ()
    short = learning_path(mode, "45 minutes")
    assert {*short.steps, *short.skipped} <= {*whole.steps}


@pytest.mark.parametrize("mode", learning_modes())
def test_the_whole_course_has_every_lesson(mode):
    steps = [step.lesson for step in learning_path(mode, "the whole course").steps]
    assert set(LESSONS) <= set(steps)
    assert "express" in steps


def test_whoever_is_led_step_by_step_meets_the_lessons_in_their_order():
    steps = [step.lesson for step in learning_path("learn", "the whole course").steps]
    assert steps[0] == "express"
    assert sorted(steps[1:-1]) == steps[1:-1]


def test_measured_minutes_are_told_only_if_every_lesson_was_measured(monkeypatch):
    path = learning_path("learn", "45 minutes")
    monkeypatch.setattr(paths, "lesson_times", lambda: {"express": LessonTime(100, 900)})
    assert path.measured_minutes is None
    both = {"express": LessonTime(100, 900), "01_why_fine_tune": LessonTime(30, 900)}
    monkeypatch.setattr(paths, "lesson_times", lambda: both)
    assert path.measured_minutes == math.ceil(130 / 60)


@pytest.mark.parametrize(
    ("mode", "duration", "fix"), [("sleep", "a day", "start, why"), ("why", "a year", "8 minutes")]
)
def test_unknown_names_list_the_known_ones(mode, duration, fix):
    with pytest.raises(ConfigError, match=fix):
        learning_path(mode, duration)
