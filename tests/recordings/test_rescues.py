import dataclasses

import pytest

from qa_lesson.corpus import load_corpus
from qa_lesson.errors import DataError
from qa_lesson.recordings import Recording, compare_attempts
from qa_lesson.runs import EpochResult, TrainingConfig


def make_recording(name, right_every, *, train_f1=0.9, keep="last"):
    """A run whose kept model answers every `right_every`-th question right and all others with nonsense."""
    predictions = {
        split: {
            example.id: example.answers[0].text if number % right_every == 0 else "zzz"
            for number, example in enumerate(load_corpus(split))
        }
        for split in ("validation", "test")
    }
    return Recording(
        name=name, about=f"about {name}", config=TrainingConfig(keep=keep), data_hash="", versions={}, device="cpu",
        bf16=False, untrained_f1=0.05, train_seconds=1.0, n_train=10, n_validation=210, lost_answers=(), test_hash="",
        curve=(EpochResult(1, 1.0, 1.0, 0.5, 0.6, 0.7, 0.8), EpochResult(2, 1.0, 1.0, 0.4, 0.5, 0.8, train_f1)),
        predictions=predictions,
    )  # fmt: skip


def test_attempts_are_compared_with_the_first():
    start, other = compare_attempts([make_recording("start", 2), make_recording("other", 1, keep="best")])
    assert (start.epochs, start.kept, start.train_f1, start.validation_f1) == (2, 2, 0.9, 0.5)
    assert start.gap == pytest.approx(0.4)
    assert (other.kept, other.train_f1, other.validation_f1) == (1, 0.8, 0.6)
    assert start.validation_change is None
    assert start.test_change is None
    assert start.test.estimate == pytest.approx(0.5)
    assert (other.test.estimate, other.test_change.difference) == (1, pytest.approx(0.5))
    assert other.test_change.low > 0.4
    assert other.validation_change.n == 210


def test_the_intervals_are_those_of_the_one_function():
    from qa_lesson.evaluation import paired_comparison, score_interval

    start, other = make_recording("start", 5), make_recording("other", 3)
    (_, attempt) = compare_attempts([start, other])
    assert attempt.test_change == paired_comparison(other.evaluation(), start.evaluation())
    assert attempt.test == score_interval(other.evaluation())


def test_the_same_run_twice_differs_by_nothing():
    (_, again) = compare_attempts([make_recording("start", 2)] * 2)
    change = again.test_change
    assert (change.difference, change.p_value) == (0, 1)
    assert change.high == -change.low > 0, "that 378 questions show no difference does not prove that there is none"


def test_nothing_to_compare():
    with pytest.raises(DataError, match="no attempts"):
        compare_attempts([])
    blind = dataclasses.replace(make_recording("blind", 2), curve=(EpochResult(1, 1.0, 1.0, 0.5, 0.6),))
    with pytest.raises(DataError, match="blind scored no training questions"):
        compare_attempts([blind])
