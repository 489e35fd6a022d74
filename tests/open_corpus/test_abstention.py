"""Weights and the threshold, fitted on made validation questions."""

from dataclasses import astuple, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_corpus import LIGHT, PRICE, WHO, GivenModel, GivenSearch

from qa_lesson.errors import ConfigError, DataError
from qa_lesson.evaluation import expected_calibration_error, guaranteed_threshold, risk_coverage
from qa_lesson.open_corpus import (
    AnswerSettings,
    CorpusAnswerer,
    Weights,
    fit_abstention,
    read_settings,
    write_settings,
)
from qa_lesson.open_corpus.abstention import held_out_outcomes
from qa_lesson.open_corpus.weighing import OfferedAnswers, fit_weights

TRUE = Weights(model_weight=1.0, retrieval_weight=2.0, none_utility=1.0, slope=1.5, intercept=0.5)


def made_questions(n: int, *, seed: int = 0, weights: Weights = TRUE) -> list[OfferedAnswers]:
    """Questions with 6 passages and a candidate in each. What is right is drawn with the weights' probabilities."""
    rng = np.random.default_rng(seed)
    made = []
    for _ in range(n):
        leads, scores, spans = rng.normal(size=6) * 2, rng.normal(size=6), rng.uniform(size=6)
        shares = weights.passage_probabilities(leads, scores)
        passages = np.zeros(7, np.bool_)
        passages[rng.choice(7, p=np.append(shares, max(0.0, 1 - shares.sum())))] = True
        answers = rng.uniform(size=6) < weights.calibrated(shares * spans)
        made.append(OfferedAnswers(leads, scores, passages[:6], np.arange(6), spans, answers))
    return made


def test_the_weights_that_made_the_answers_come_back():
    found = fit_weights(made_questions(3000))
    assert astuple(found) == pytest.approx(astuple(TRUE), abs=0.25)


def test_fitted_probabilities_are_calibrated():
    fitted = fit_weights(made_questions(2000, seed=1))
    best = [one.best(fitted) for one in made_questions(2000, seed=2)]
    stated = fitted.calibrated(np.array([joint for joint, _ in best]))
    assert stated.mean() == pytest.approx(np.mean([is_right for _, is_right in best]), abs=0.03)
    assert expected_calibration_error(stated, [float(is_right) for _, is_right in best]) < 0.05


def test_weights_stay_finite_if_everything_is_right():
    yes, no = np.array([True, False]), np.arange(2)
    sure = [OfferedAnswers(np.array([9.0, -9.0]), np.array([1.0, 0.0]), yes, no, np.array([0.9, 0.1]), yes)] * 20
    assert all(np.isfinite(astuple(fit_weights(sure))))


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_a_stricter_risk_answers_no_more(seed):
    questions = made_questions(60, seed=seed)
    documents = [f"d{i % 6}" for i in range(60)]
    outcomes = held_out_outcomes(questions, documents)
    thresholds = [
        guaranteed_threshold(*outcomes, risk, documents=documents).threshold for risk in (0.1, 0.2, 0.3, 0.5, 0.8)
    ]
    assert thresholds == sorted(thresholds, reverse=True)


def test_the_risk_is_kept_on_new_questions():
    """In at most a fraction delta of the validation sets the risk is exceeded; more are allowed for by chance."""
    fresh = made_questions(1000, seed=99)
    exceeded = 0
    for seed in range(10):
        questions = made_questions(150, seed=seed)
        outcomes = held_out_outcomes(questions, [f"d{i % 3}" for i in range(150)])
        found = guaranteed_threshold(*outcomes, 0.3, delta=0.1)
        weights = fit_weights(questions)
        best = [one.best(weights) for one in fresh]
        stated = weights.calibrated(np.array([joint for joint, _ in best]))
        curve = risk_coverage(stated, [float(is_right) for _, is_right in best])
        answered = curve.thresholds >= found.threshold
        exceeded += bool(answered.any()) and curve.risk[answered][-1] > 0.3
    assert exceeded <= 3


def examples_and_model(n: int):
    """Half of the questions have an answer with a high lead, the others have none and low leads."""
    examples, leads = [], {}
    for i in range(n):
        one = replace(WHO if i % 2 else PRICE, id=str(i), question=f"Question {i}?", document=f"d{i % 6}")
        examples.append(one)
        leads[one.question, LIGHT.id] = [("Bram", 6.0 if i % 2 else -6.0)]
    return examples, GivenModel(leads)


def test_fitted_settings_answer_what_can_be_answered(tmp_path):
    examples, model = examples_and_model(120)
    index = GivenSearch()
    fitted = fit_abstention(index, model, examples, risk=0.2)
    assert (fitted.risk, fitted.n_validation, fitted.n_documents, fitted.model) == (0.2, 120, 6, "given model")
    assert 0 < fitted.threshold < 1
    kept = read_settings(write_settings(fitted, tmp_path / "settings.json"))
    assert kept == fitted
    answers = CorpusAnswerer(index, model, settings=kept)([example.question for example in examples])
    assert all(answer.answered for example, answer in zip(examples, answers, strict=True) if example.is_answerable)


def test_a_risk_that_cannot_be_kept_answers_nothing():
    examples, model = examples_and_model(10)
    fitted = fit_abstention(GivenSearch(), model, examples, risk=0.01)
    assert fitted.threshold is None
    assert CorpusAnswerer(GivenSearch(), model, settings=fitted)(examples[1].question).text is None


def test_settings_belong_to_their_passages():
    examples, model = examples_and_model(20)
    fitted = fit_abstention(GivenSearch(), model, examples)
    with pytest.raises(ConfigError, match="another index"):
        CorpusAnswerer(GivenSearch([replace(LIGHT, text="Other text.")]), model, settings=fitted)


def test_what_cannot_be_fitted():
    examples, model = examples_and_model(10)
    with pytest.raises(DataError, match="no questions"):
        fit_abstention(GivenSearch(), model, [])
    with pytest.raises(DataError, match="none of the questions a passage"):
        fit_abstention(GivenSearch(), model, examples[::2])
    with pytest.raises(ConfigError, match="risk"):
        fit_abstention(GivenSearch(), model, examples, risk=1.5)


def test_broken_settings(tmp_path):
    path = tmp_path / "settings.json"
    path.write_text('{"passages": "ten"}')
    with pytest.raises(DataError, match=r"(?s)settings for answers cannot be read.*passages is"):
        read_settings(path)
    for broken in ({"passages": 0}, {"threshold": 1.5}, {"risk": 0.0}):
        with pytest.raises(ConfigError):
            AnswerSettings(**broken)
