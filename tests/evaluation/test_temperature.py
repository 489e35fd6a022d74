import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_lesson.errors import ConfigError, DataError
from qa_lesson.evaluation import (
    calibration_floor,
    expected_calibration_error,
    fit_temperature,
    tempered_confidences,
)
from qa_lesson.schema import Prediction, Span

masses = st.lists(st.floats(0.01, 1), min_size=2, max_size=6)


def predicted(*probabilities: float, name: str = "q") -> Prediction:
    """The first span is the answer; what is missing to 1 belongs to spans that were not kept."""
    spans = tuple(Span("x", i, i + 1, 0.0, p) for i, p in enumerate(probabilities))
    return Prediction(name, "x", 0, 1, probabilities[0], 0.0, spans)


def test_a_temperature_by_hand():
    prediction = predicted(0.6, 0.3)  # and 0.1 elsewhere
    squares = [0.36, 0.09, 0.01]
    assert tempered_confidences([prediction], 0.5)[0] == pytest.approx(squares[0] / sum(squares))
    roots = np.sqrt([0.6, 0.3, 0.1])
    assert tempered_confidences([prediction], 2.0)[0] == pytest.approx(roots[0] / roots.sum())


def test_no_answer_is_an_outcome_beside_the_spans():
    spans = (Span("x", 0, 1, 0.0, 0.2), Span("y", 2, 3, 0.0, 0.1))
    refused = Prediction("q", "", None, None, 0.7, 1.0, spans)
    squares = np.array([0.7, 0.2, 0.1]) ** 2
    assert tempered_confidences([refused], 0.5)[0] == pytest.approx(squares[0] / squares.sum())


@given(st.lists(masses, min_size=1, max_size=8), st.floats(0.1, 10))
def test_one_changes_nothing_and_lower_is_surer(rows, temperature):
    predictions = [predicted(*sorted(np.array(row) / sum(row), reverse=True)) for row in rows]
    same = tempered_confidences(predictions, 1.0)
    assert same == pytest.approx([prediction.probability for prediction in predictions])
    changed = tempered_confidences(predictions, temperature)
    assert ((changed >= same - 1e-9) if temperature < 1 else (changed <= same + 1e-9)).all()
    assert ((changed >= 0) & (changed <= 1)).all()


@pytest.mark.parametrize("true_temperature", [0.5, 2.0])
def test_the_temperature_that_spoiled_the_confidences_is_found_again(true_temperature):
    rng = np.random.default_rng(0)
    honest = rng.dirichlet([1.0, 0.5, 0.5, 0.5], size=4000)
    honest = -np.sort(-honest, axis=1)
    right = rng.random(len(honest)) < honest[:, 0]
    spoiled = honest**true_temperature
    spoiled /= spoiled.sum(axis=1, keepdims=True)
    predictions = [predicted(*row[:3]) for row in spoiled]
    found = fit_temperature(predictions, right)
    assert found == pytest.approx(true_temperature, rel=0.1)
    before = expected_calibration_error([prediction.probability for prediction in predictions], right)
    assert expected_calibration_error(tempered_confidences(predictions, found), right) < before / 2


def test_what_cannot_be_fitted_is_refused():
    two = [predicted(0.6, 0.3), predicted(0.5, 0.4)]
    with pytest.raises(DataError, match="right and wrong"):
        fit_temperature(two, [1, 1])
    with pytest.raises(DataError, match="right and wrong"):
        fit_temperature(two, [1, 0.5])
    with pytest.raises(DataError, match="n_best=20"):
        fit_temperature([predicted(0.6), predicted(0.5)], [1, 0])
    with pytest.raises(DataError, match="no predictions"):
        fit_temperature([], [])
    with pytest.raises(ConfigError, match="above 0"):
        tempered_confidences(two, 0)


def test_the_floor_falls_with_the_number_of_questions_and_holds_for_a_calibrated_model():
    confidences = np.random.default_rng(1).uniform(0.05, 0.95, 400)
    floor, small = calibration_floor(confidences), calibration_floor(confidences[:40])
    assert floor.mean < floor.high < small.mean < small.high
    assert 0.03 < floor.mean < 0.06
    fresh = np.random.default_rng(2)
    errors = [expected_calibration_error(confidences, fresh.random(400) < confidences) for _ in range(300)]
    assert np.mean(np.array(errors) <= floor.high) == pytest.approx(0.95, abs=0.04)
    assert calibration_floor([0.0, 1.0]).high == 0, "what is certain cannot be off by chance"
    with pytest.raises(ConfigError, match="n_simulations"):
        calibration_floor([0.5], n_simulations=10)
