"""Several runs of a recipe: components by hand and by simulation, and recipes compared with seeds and documents."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from qa_lesson.errors import ConfigError, DataError, PredictionError
from qa_lesson.evaluation import Evaluation, compare_recipes, variance_components
from qa_lesson.evaluation.repeated_runs import crossed_difference
from qa_lesson.schema import Answer, Example, Score


def run(values, documents) -> Evaluation:
    """An evaluation whose question i has F1 values[i] and is on documents[i]."""
    examples = tuple(Example(f"q{i}", "?", "x", (Answer("x", 0),), document=str(d)) for i, d in enumerate(documents))
    scores = {ex.id: Score(float(v == 1), v, v, float(v)) for ex, v in zip(examples, values, strict=True)}
    return Evaluation(examples, {ex.id: "x" for ex in examples}, scores, "v1.1")


def simulated(rng, n_seeds, sizes, *, seeds, documents, questions, mixed, remainder, mean=0.6):
    """Runs whose scores are sums of normal parts with the given standard deviations."""
    owners = np.repeat(np.arange(len(sizes)), sizes)
    shape = n_seeds, len(owners)
    scores = (
        mean
        + rng.normal(0, seeds, (n_seeds, 1))
        + rng.normal(0, documents, len(sizes))[owners]
        + rng.normal(0, questions, len(owners))
        + rng.normal(0, mixed, (n_seeds, len(sizes)))[:, owners]
        + rng.normal(0, remainder, shape)
    )
    return [run(row, owners) for row in scores]


def test_runs_that_differ_by_a_constant_have_seed_variance_only():
    components = variance_components([run([level] * 6, "aabbcc") for level in (0.4, 0.5, 0.6)])
    assert components.scores == pytest.approx((0.4, 0.5, 0.6))
    assert (components.mean, components.spread, components.seeds) == pytest.approx((0.5, 0.1, 0.1))
    assert components.shares == pytest.approx(
        {"seeds": 1, "documents": 0, "questions": 0, "seeds_on_documents": 0, "remainder": 0}, abs=1e-12
    )
    assert components.standard_error(4, 9, 42) == pytest.approx(0.05)  # more documents do not help


def test_equal_runs_have_no_seed_variance():
    """Documents with means 0.25 and 0.75 and two questions each, 0.25 to either side, by hand.

    Between questions: 4 squares of 0.25 over 2 degrees of freedom. Between documents: 2 questions times 2 squares of
    0.25 over 1, less the questions' part, over 2 questions.
    """
    components = variance_components([run([0, 0.5, 0.5, 1], "aabb")] * 3)
    assert (components.seeds, components.remainder, components.spread) == (0, 0, 0)
    assert components.questions**2 == pytest.approx(4 * 0.0625 / 2)
    assert components.documents**2 == pytest.approx((2 * 2 * 0.0625 - 0.125) / 2)
    assert sum(components.shares.values()) == pytest.approx(1)


def test_nothing_varies():
    components = variance_components([run([1.0] * 4, "aabb")] * 2)
    assert set(components.shares.values()) == {0}


def test_the_components_of_a_simulation_come_back():
    true = {"seeds": 0.05, "documents": 0.12, "questions": 0.3, "mixed": 0.06, "remainder": 0.2}
    rng = np.random.default_rng(3)
    runs = simulated(rng, 40, rng.integers(10, 40, 80), **true)
    found = variance_components(runs)
    assert found.seeds == pytest.approx(true["seeds"], rel=0.3)
    assert found.documents == pytest.approx(true["documents"], rel=0.2)
    assert found.questions == pytest.approx(true["questions"], rel=0.05)
    assert found.seeds_on_documents == pytest.approx(true["mixed"], rel=0.05)
    assert found.remainder == pytest.approx(true["remainder"], rel=0.02)


def test_the_standard_error_is_that_of_repeated_studies():
    rng = np.random.default_rng(5)
    true = {"seeds": 0.04, "documents": 0.1, "questions": 0.3, "mixed": 0.05, "remainder": 0.2}
    components = replace(
        variance_components([run([0.0, 1.0, 0.5, 0.5], "aabb")] * 2),
        seeds=0.04, documents=0.1, questions=0.3, seeds_on_documents=0.05, remainder=0.2,
    )  # fmt: skip
    means = [np.mean([one.total.f1 for one in simulated(rng, 3, [10] * 8, **true)]) for _ in range(200)]
    assert np.std(means) == pytest.approx(components.standard_error(3, 8, 10), rel=0.15)


@pytest.mark.parametrize(
    "runs", [[], [run([0, 1, 1, 1], "aabb")], [run([0, 1], "ab")] * 2, [run([0, 1], "aa")] * 2], ids=str
)
def test_what_cannot_be_taken_apart(runs):
    with pytest.raises(DataError):
        variance_components(runs)


def test_numbers_of_a_plan_start_at_one():
    components = variance_components([run([0, 1, 0, 0.5], "aabb")] * 2)
    for numbers in ((0, 9, 42), (3, 0, 42), (3, 9, 0.5)):
        with pytest.raises(ConfigError, match="at least 1"):
            components.standard_error(*numbers)


DOCUMENTS = [name for name in "abcdef" for _ in range(3)]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(3, 5), st.integers(3, 4), st.floats(0.5, 0.99))
def test_the_interval_and_the_p_value_agree_and_the_sides_can_be_swapped(seed, n_left, n_right, confidence):
    rng = np.random.default_rng(seed)
    left = [run(rng.random(18), DOCUMENTS) for _ in range(n_left)]
    right = [run(rng.random(18), DOCUMENTS) for _ in range(n_right)]
    found = compare_recipes(left, right, confidence=confidence)
    mirrored = compare_recipes(right, left, confidence=confidence)
    assert (found.low <= 0 <= found.high) == (found.p_value >= 1 - confidence)
    assert found.difference == pytest.approx(np.mean(found.left) - np.mean(found.right))
    assert -1 <= found.low <= found.difference <= found.high <= 1
    assert (mirrored.difference, mirrored.low, mirrored.high) == pytest.approx(
        (-found.difference, -found.high, -found.low)
    )
    assert mirrored.p_value == pytest.approx(found.p_value)
    assert f"{n_left} and {n_right} runs" in found.claim


def test_runs_that_differ_by_a_constant_by_hand():
    """No document differs from another, so the test is Welch's t-test of the runs' scores."""
    scores = (0.50, 0.54, 0.61), (0.70, 0.72, 0.71, 0.75)
    left, right = ([run([level] * 18, DOCUMENTS) for level in side] for side in scores)
    found = compare_recipes(left, right)
    welch = stats.ttest_ind(*scores, equal_var=False)
    assert found.p_value == pytest.approx(welch.pvalue)
    assert (found.low, found.high) == pytest.approx(tuple(welch.confidence_interval()))
    assert found.document_error == pytest.approx(0)
    assert found.seed_error == pytest.approx(np.sqrt(np.var(scores[0], ddof=1) / 3 + np.var(scores[1], ddof=1) / 4))


def test_runs_without_any_difference():
    same = [run([0.5] * 18, DOCUMENTS)] * 3
    found = compare_recipes(same, same)
    assert (found.difference, found.low, found.high, found.p_value) == (0, 0, 0, 1)


def test_the_order_of_the_questions_does_not_matter():
    rng = np.random.default_rng(1)
    left, right = ([run(rng.random(18), DOCUMENTS) for _ in range(3)] for _ in range(2))
    turned = [replace(one, examples=one.examples[::-1]) for one in right]
    assert compare_recipes(left, turned) == compare_recipes(left, right)


def test_two_equal_recipes_are_rarely_declared_different():
    """9 documents of 42 questions and 3 seeds a side; documents alone would take luck of the seeds for a difference."""
    rng = np.random.default_rng(7)
    n, counts = 3000, np.full(9, 42)

    def side():
        seeds, mixed = rng.normal(0, 0.03, (n, 3, 1)), rng.normal(0, 0.01, (n, 3, 9))
        document, question = rng.normal(0, 0.02, (n, 1, 9)), rng.normal(0, 0.25, (n, 3, 9)) / np.sqrt(42)
        return (seeds + mixed + document + question) * counts

    found = crossed_difference(side(), side(), counts)
    p_value = found.test(0.95)[2]
    assert 0.025 < np.mean(p_value < 0.05) < 0.06
    documents_only = 2 * stats.t.sf(np.abs(found.documents.estimate) / found.documents.error, found.documents.df)
    assert np.mean(documents_only < 0.05) > 0.1


def test_what_cannot_be_compared():
    rng = np.random.default_rng(0)
    runs = [run(rng.random(18), DOCUMENTS) for _ in range(3)]
    with pytest.raises(DataError, match=r"at least 3 runs[\s\S]*2 on the right side[\s\S]*--seeds 5"):
        compare_recipes(runs, runs[:2])
    few = [run(rng.random(8), "aabbccdd") for _ in range(3)]
    with pytest.raises(DataError, match="at least 5 documents"):
        compare_recipes(few, few)
    with pytest.raises(PredictionError, match="not of the same questions"):
        compare_recipes(runs, [run(rng.random(18), sorted(DOCUMENTS, reverse=True))] * 3)
    with pytest.raises(ConfigError, match=r"use 0\.95"):
        compare_recipes(runs, runs, confidence=95)
    with pytest.raises(ConfigError, match="unknown metric"):
        compare_recipes(runs, runs, "bleu")
