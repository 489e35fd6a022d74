"""Weights and the threshold, fitted on made validation questions."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_corpus import LIGHT, PRICE, WHO, GivenModel, GivenSearch

from qa_lesson.errors import ConfigError, DataError
from qa_lesson.evaluation import guaranteed_threshold, risk_coverage
from qa_lesson.open_corpus import AnswerSettings, CorpusAnswerer, fit_abstention, read_settings, write_settings
from qa_lesson.open_corpus.abstention import held_out_outcomes
from qa_lesson.open_corpus.weighing import OfferedAnswers, choice_probabilities, fit_choice


def made_choices(n: int, *, seed: int = 0, model_weight=1.0, retrieval_weight=2.0, none=1.0) -> list[OfferedAnswers]:
    """Questions with 6 distinct answers, the right one drawn with the probabilities of the weights."""
    rng = np.random.default_rng(seed)
    made = []
    for _ in range(n):
        features = rng.normal(size=(6, 2)) * (2, 1)
        utilities = np.append(features @ (model_weight, retrieval_weight), none)
        p = np.exp(utilities - utilities.max())
        right = np.zeros(7, np.bool_)
        right[rng.choice(7, p=p / p.sum())] = True
        made.append(OfferedAnswers(features, np.arange(6), right[:6]))
    return made


def test_the_weights_that_made_the_answers_come_back():
    found = fit_choice(made_choices(2000))
    assert found == pytest.approx((1.0, 2.0, 1.0), abs=0.2)


def test_fitted_probabilities_are_calibrated():
    fitted = fit_choice(made_choices(2000, seed=1))
    fresh = made_choices(2000, seed=2)
    rows = [one.probabilities(*fitted)[:-1] for one in fresh]
    stated = np.mean([row.max() for row in rows])
    right = np.mean([one.right[row.argmax()] for one, row in zip(fresh, rows, strict=True)])
    assert stated == pytest.approx(right, abs=0.03)


def test_weights_stay_finite_if_everything_is_right():
    sure = [OfferedAnswers(np.array([[9.0, 1.0], [-9.0, 0.0]]), np.arange(2), np.array([True, False]))] * 20
    assert all(np.isfinite(fit_choice(sure)))


def test_copies_of_an_answer_count_once():
    copies = OfferedAnswers(np.array([[2.0, 0], [1.0, 0], [0.0, 0]]), np.array([0, 0, 1]), np.array([True, False]))
    alone = choice_probabilities(np.array([2.0, 0.0]), 1.0)
    assert copies.probabilities(1.0, 1.0, 1.0)[:-1] == pytest.approx(alone)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_a_stricter_risk_answers_no_more(seed):
    choices = made_choices(60, seed=seed, none=0.0)
    documents = [f"d{i % 6}" for i in range(60)]
    outcomes = held_out_outcomes(choices, documents)
    thresholds = [
        guaranteed_threshold(*outcomes, risk, documents=documents).threshold for risk in (0.1, 0.2, 0.3, 0.5, 0.8)
    ]
    assert thresholds == sorted(thresholds, reverse=True)


def test_the_risk_is_kept_on_new_questions():
    """In at most a fraction delta of the validation sets the risk is exceeded; more are allowed for by chance."""
    fresh = made_choices(1000, seed=99, none=0.0)
    exceeded = 0
    for seed in range(10):
        choices = made_choices(150, seed=seed, none=0.0)
        outcomes = held_out_outcomes(choices, [f"d{i % 3}" for i in range(150)])
        found = guaranteed_threshold(*outcomes, 0.3, delta=0.1)
        weights = fit_choice(choices)
        rows = [one.probabilities(*weights)[:-1] for one in fresh]
        curve = risk_coverage(
            [row.max() for row in rows], [float(one.right[row.argmax()]) for one, row in zip(fresh, rows, strict=True)]
        )
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
    with pytest.raises(DataError, match="no right candidate"):
        fit_abstention(GivenSearch(), model, examples[::2])
    with pytest.raises(ConfigError, match="risk"):
        fit_abstention(GivenSearch(), model, examples, risk=1.5)


def test_broken_settings(tmp_path):
    path = tmp_path / "settings.json"
    path.write_text('{"passages": "ten"}')
    with pytest.raises(DataError, match=r"(?s)settings for answers cannot be read.*passages is"):
        read_settings(path)
    for broken in ({"passages": 0}, {"threshold": 1.5}, {"risk": 0.0}, {"model_weight": -1.0}):
        with pytest.raises(ConfigError):
            AnswerSettings(**broken)
