import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import roc_auc_score

from qa_lesson.errors import ConfigError, DataError
from qa_lesson.evaluation.agreement import (
    _auc,
    accuracy_threshold,
    auc_difference,
    cohen_kappa,
    metric_agreement,
    roc_auc,
    roc_curve,
)
from qa_lesson.schema import Example, JudgedAnswer

SCORED = st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=30).filter(
    lambda rows: len({accepted for _, accepted in rows}) == 2
)


def split(rows):
    return [float(score) for score, _ in rows], [accepted for _, accepted in rows]


def judged(n_documents=8, per_document=10, seed=0):
    """Answers to questions on several documents, about half of them accepted."""
    rng = np.random.default_rng(seed)
    return [
        JudgedAnswer(
            Example(f"d{document}-q{i}", "Who?", "Nobody knows.", document=f"d{document}"),
            "somebody", "model", None, (bool(right), bool(right)),
        )
        for document in range(n_documents)
        for i, right in enumerate(rng.permutation(per_document) % 2)
    ]  # fmt: skip


def labels(answers):
    return np.array([answer.accepted for answer in answers])


def test_auc_by_hand():
    assert roc_auc([0.9, 0.8, 0.1], [True, True, False]) == 1
    assert roc_auc([0.1, 0.2, 0.9], [True, True, False]) == 0
    assert roc_auc([0.5, 0.5], [True, False]) == 0.5
    assert roc_auc([0.9, 0.2, 0.5, 0.1], [True, True, False, False]) == 0.75, "3 of the 4 pairs"


@given(SCORED)
@settings(max_examples=60, deadline=None)
def test_laws_of_the_auc(rows):
    scores, accepted = split(rows)
    auc = roc_auc(scores, accepted)
    pairs = [(a, r) for a, yes in zip(scores, accepted, strict=True) if yes
             for r, also in zip(scores, accepted, strict=True) if not also]  # fmt: skip
    assert auc == pytest.approx(sum((a > r) + 0.5 * (a == r) for a, r in pairs) / len(pairs))
    assert roc_auc([-score for score in scores], accepted) == pytest.approx(1 - auc)
    assert roc_auc([math.exp(score) for score in scores], accepted) == pytest.approx(auc), "only the order counts"
    assert roc_curve(scores, accepted).area == pytest.approx(auc)


@given(SCORED)
@settings(max_examples=60, deadline=None)
def test_roc_curve_counts_what_passes(rows):
    scores, accepted = split(rows)
    curve = roc_curve(scores, accepted)
    assert (curve.refused_passed[0], curve.accepted_passed[0]) == (0, 0)
    assert (curve.refused_passed[-1], curve.accepted_passed[-1]) == (1, 1)
    assert np.all(np.diff(curve.thresholds) < 0)
    for threshold, share in zip(curve.thresholds, curve.accepted_passed, strict=True):
        passed = [score >= threshold for score, yes in rows if yes]
        assert share == pytest.approx(sum(passed) / len(passed))


@given(SCORED)
@settings(max_examples=60, deadline=None)
def test_no_threshold_is_more_accurate(rows):
    scores, accepted = split(rows)
    values, yes = np.array(scores), np.array(accepted)
    chosen = accuracy_threshold(scores, accepted)
    best = np.mean((values >= chosen) == yes)
    for other in np.arange(-0.5, 6.5, 0.5):
        assert np.mean((values >= other) == yes) <= best


def test_threshold_at_the_ends():
    assert accuracy_threshold([1.0, 2.0, 3.0], [False, True, True]) == 1.5
    assert accuracy_threshold([3.0, 2.0, 1.0], [False, True, True]) < 1, "passing all is best"
    assert accuracy_threshold([1.0, 2.0, 3.0], [True, False, False]) > 3, "passing none is best"


def test_kappa_by_hand():
    first, second = [True] * 25 + [False] * 25, [True] * 20 + [False] * 5 + [True] * 10 + [False] * 15
    assert cohen_kappa(first, second) == pytest.approx((0.7 - 0.5) / 0.5)
    assert cohen_kappa(first, first) == 1
    assert cohen_kappa(first, [not answer for answer in first]) == -1
    mostly_yes = [True] * 9 + [False], [False] + [True] * 9
    assert cohen_kappa(*mostly_yes) == pytest.approx(-1 / 9), "80% agreement, and worse than chance"


def test_kappa_that_is_not_defined():
    with pytest.raises(DataError, match="same of everything"):
        cohen_kappa([True, True], [True, True])
    with pytest.raises(DataError, match="2 and 1 judgements"):
        cohen_kappa([True, False], [True])
    with pytest.raises(DataError, match="0 and 0"):
        cohen_kappa([], [])


def test_a_score_that_knows_everything_and_one_that_knows_nothing():
    answers = judged()
    perfect = metric_agreement(answers, labels(answers).astype(float))
    assert (perfect.auc.estimate, perfect.auc.low, perfect.accuracy.estimate) == (1, 1, 1)
    assert perfect.thresholds == (0.5, 0.5)
    constant = metric_agreement(answers, np.full(len(answers), 0.3))
    assert (constant.auc.estimate, constant.auc.width) == (0.5, 0)
    noise = metric_agreement(answers, np.random.default_rng(1).random(len(answers)))
    assert noise.auc.low < 0.5 < noise.auc.high
    assert noise.commoner == 0.5


def test_no_answer_is_tested_on_a_threshold_that_it_helped_to_choose():
    """Scores whose scale depends on the document: a threshold for one half is useless in the other."""
    answers = judged(n_documents=2)
    scores = labels(answers) + np.array([10.0 * (answer.example.document == "d1") for answer in answers])
    found = metric_agreement(answers, scores)
    assert sorted(found.thresholds) == [0.5, 10.5]
    assert found.accuracy.estimate == 0.5, "the threshold of d1 passes nothing in d0, that of d0 everything in d1"


def test_the_wider_interval_is_reported():
    answers = judged(n_documents=12, per_document=20)
    by_document = np.array([float(answer.example.document[1:]) for answer in answers])
    shared = np.where(by_document % 2 == 0, labels(answers), 1 - labels(answers)).astype(float)
    found = metric_agreement(answers, shared).auc
    assert found.unit == "document", "whole documents are right or wrong"
    assert (found.n, found.n_units) == (240, 12)
    assert found.low <= found.estimate <= found.high


def test_the_interval_of_the_auc_holds_the_truth():
    """10 documents that shift their scores; a percentile bootstrap held the truth in only 85% of such draws."""
    rng, held = np.random.default_rng(0), 0
    truth = stats.norm.cdf(1 / np.sqrt(2 + 2 * 0.3**2))
    for draw in range(300):
        answers = judged(n_documents=10, seed=draw)
        shift = np.repeat(0.3 * rng.normal(size=10), 10)
        right = labels(answers)
        scores = rng.normal(size=100) + right + np.where(right, shift, -shift)
        found = metric_agreement(answers, scores).auc
        held += found.low <= truth <= found.high
    assert 0.92 < held / 300 < 0.99


def test_auc_difference_is_paired():
    answers = judged()
    good = labels(answers) + np.random.default_rng(2).normal(0, 1, len(answers))
    same = auc_difference(answers, good, 3 * good + 1)
    assert (same.estimate, same.low, same.high) == (0, 0, 0), "the same order whatever is left out"
    better = auc_difference(answers, labels(answers).astype(float), good)
    expected = 1 - roc_auc(good, labels(answers))
    assert better.estimate == pytest.approx(expected)
    assert 0 < better.low < expected < better.high
    assert auc_difference(answers, good, labels(answers).astype(float)).high == pytest.approx(-better.low)


@pytest.mark.parametrize(
    ("scores", "accepted", "message"),
    [
        ([1.0], [True, False], "1 scores, 2 judgements"),
        ([1.0, float("nan")], [True, False], "position 1"),
        ([1.0, 2.0], [True, True], "2 accepted, 0 refused"),
    ],
)
def test_unusable_scores(scores, accepted, message):
    for function in (roc_auc, roc_curve, accuracy_threshold):
        with pytest.raises(DataError, match=message):
            function(scores, accepted)


def test_unusable_judgements():
    answers = judged()
    scores = np.arange(len(answers))
    with pytest.raises(DataError, match="differ on 1 of 80"):
        metric_agreement([replace(answers[0], judgements=(True, False)), *answers[1:]], scores)
    with pytest.raises(DataError, match=r"1 document"):
        metric_agreement(judged(n_documents=1), np.arange(10))
    with pytest.raises(ConfigError, match="confidence=95"):
        metric_agreement(answers, scores, confidence=95)


@given(SCORED)
@settings(max_examples=30, deadline=None)
def test_weighted_auc_is_that_of_weighted_answers(rows):
    """What the jackknife computes for all sets of weights together is scikit-learn's value for each of them."""
    scores, accepted = np.array(split(rows)[0]), np.array(split(rows)[1])
    weights = np.random.default_rng(len(rows)).multinomial(len(rows), np.full(len(rows), 1 / len(rows)), 20)
    for value, drawn in zip(_auc(scores, accepted)(weights.astype(float)), weights, strict=True):
        if len(set(accepted[drawn > 0])) == 2:
            assert value == pytest.approx(roc_auc_score(accepted, scores, sample_weight=drawn))
        else:
            assert math.isnan(value)


@given(
    st.lists(st.tuples(st.booleans(), st.booleans()), min_size=2, max_size=40).filter(
        lambda rows: len({answer for pair in rows for answer in pair}) == 2
    )
)
@settings(max_examples=60, deadline=None)
def test_kappa_is_agreement_beyond_chance(rows):
    first, second = (np.array(one) for one in zip(*rows, strict=True))
    observed = (first == second).mean()
    chance = first.mean() * second.mean() + (1 - first.mean()) * (1 - second.mean())
    assert cohen_kappa(first, second) == pytest.approx((observed - chance) / (1 - chance))


@pytest.mark.parametrize("score", [math.inf, -math.inf])
def test_an_infinite_score_is_told(score):
    with pytest.raises(DataError, match="infinite") as caught:
        roc_auc([0.5, score], [True, False])
    assert caught.value.received == f"{score} at position 1"
