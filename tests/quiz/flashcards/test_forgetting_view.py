"""The figure of forgetting says what FSRS says."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from qa_lesson.errors import DataError
from qa_lesson.quiz import Review, plot_forgetting
from qa_lesson.quiz.flashcards.schedule import memory, recall

START = datetime(2026, 3, 1, 9, tzinfo=UTC)


def look(at):
    return Review(learner="ada", card="c", rating=3, at=at.isoformat())


def spaced(n):
    log = [look(START)]
    while len(log) < n:
        log.append(look(memory(log).due))
    return log


def test_recall_starts_at_one_and_falls_to_nine_tenths_when_due():
    log = spaced(4)
    last, due = datetime.fromisoformat(log[-1].at), memory(log).due
    assert recall(log, last) == 1
    assert recall(log, due) == pytest.approx(0.9, abs=0.01)
    assert recall(log, due + timedelta(days=30)) < recall(log, due)
    assert recall([], START) == 0


def test_the_figure_draws_every_review_and_tells_the_end():
    crammed = [look(START + timedelta(minutes=11 * n)) for n in range(5)]
    figure = plot_forgetting({"crammed": crammed, "spaced": spaced(5)}, days=120)
    end = START + timedelta(days=120)
    assert f"crammed: 5 reviews (day 0), {100 * recall(crammed, end):.1f}% on day 120" in figure.alt
    assert f"spaced: 5 reviews (day 0, 2, 13, 59), {100 * recall(spaced(5), end):.1f}% on day 120" in figure.alt
    curve, marks = figure.figure.axes[0].lines[2:]
    x, y = map(np.asarray, curve.get_data())
    assert (np.diff(x) >= 0).all()
    assert (x[0], x[-1]) == (0, 120)
    assert len(marks.get_xdata()) == 5
    jumps = np.flatnonzero(np.diff(y) > 0)
    assert np.allclose(x[jumps], x[jumps + 1])  # it only rises at a review


def test_later_reviews_are_left_out_and_bad_logs_named():
    assert (
        "seen: 1 reviews (day 0)"
        in plot_forgetting({"seen": [look(START), look(START + timedelta(days=9))]}, days=9).alt
    )
    for logs in ({}, {"a": []}, {"a": [look(START)], "b": [look(START + timedelta(days=200))]}):
        with pytest.raises(DataError, match="one to four logs"):
            plot_forgetting(logs)
