"""Test sets drawn again, and calibration with a threshold: what the controls change, and what is said about it."""

import numpy as np
import pytest

from qa_lesson.errors import DataError
from qa_lesson.evaluation import evaluate_predictions
from qa_lesson.explorables import calibration_explorer, resampling_explorer
from qa_lesson.schema import Answer, Example


def evaluation(n_documents=6):
    examples = [
        Example(f"q{d}-{i}", "Who?", "Bram keeps it.", (Answer("Bram", 0),), document=f"d{d}")
        for d in range(n_documents)
        for i in range(4)
    ]
    answers = {example.id: "Bram" if int(example.id[-1]) > int(example.id[1]) % 4 else "Tove" for example in examples}
    return evaluate_predictions(examples, answers)


def test_documents_are_drawn_and_scores_pile_up():
    picture = resampling_explorer(evaluation())
    assert picture.interval is None
    assert "6 documents gives an F1 of" in picture.said
    picture.draws.click("Draw one test set")
    assert picture.said.startswith("1 test set of 6 documents")
    assert "×" in picture.view
    picture.draws.click("Draw 100")
    assert len(picture.scores) == 101
    low, high = picture.interval
    assert low < evaluation().total.f1 < high
    assert f"{100 * (high - low):.1f} points apart" in picture.said


def test_more_documents_give_a_narrower_interval_and_start_again():
    picture = resampling_explorer(evaluation())
    picture.draws.click("Draw 100")
    low, high = picture.interval
    picture.n_documents.value = 24
    assert picture.scores == []
    picture.draws.click("Draw 100")
    assert picture.interval[1] - picture.interval[0] < high - low
    scores = list(picture.scores)
    picture.draws.click("Start again")
    picture.draws.click("Draw 100")
    assert picture.scores == scores, "the same draws for everyone"


def test_one_document_is_refused():
    with pytest.raises(DataError, match="one document"):
        resampling_explorer(evaluation(1))


def test_the_threshold_moves_answers():
    picture = calibration_explorer([0.9, 0.8, 0.6, 0.3], [1, 0, 1, 0])
    assert picture.counts == {"accepted right": 2, "accepted wrong": 1, "held back right": 0, "held back wrong": 1}
    picture.threshold.value = 0.95
    assert sum(picture.counts.values()) == 4
    assert "0 of 4 answers are accepted, 0 of them wrong. 2 right answers are held back" in picture.said


def test_the_temperature_changes_confidences_and_not_their_order():
    given = np.array([0.99, 0.9, 0.6, 0.2, 1.0, 0.0])
    picture = calibration_explorer(given, [1, 0, 1, 0, 1, 0])
    assert picture.confidences == pytest.approx(given, abs=1e-5)
    picture.temperature.value = 3
    assert (np.argsort(picture.confidences) == np.argsort(given)).all()
    assert np.ptp(picture.confidences[:4]) < np.ptp(given[:4])


def test_confidences_that_do_not_fit_are_refused():
    with pytest.raises(DataError):
        calibration_explorer([0.5, 0.6], [1])
