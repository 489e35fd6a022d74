"""The checks of lesson 06: blanks, typical wrong answers with the message that helps, and right answers."""

import math

import numpy as np
import pytest
from scipy import stats

from qa_lesson.evaluation.standard_errors import clustered_error, difference_bounds
from qa_lesson.exercises import check

HALF = "how_sure_is_a_score.half_width"
PAIRED = "how_sure_is_a_score.paired_interval"


def blank(*_arguments):
    return ...


@pytest.mark.parametrize("name", [HALF, PAIRED])
def test_an_unwritten_function_is_not_attempted(name):
    assert check(name, blank).status == "not attempted"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda p, n: math.sqrt(p * (1 - p) / n), "multiply it by 1.96"),
        (lambda p, n: 2 * 1.96 * math.sqrt(p * (1 - p) / n), "whole width"),
        (lambda p, n: 1.96 * p * (1 - p) / n, "square root is missing"),
        (lambda p, n: 1.96 * math.sqrt(p * (1 - p)), "number of questions"),
        (lambda p, n: 1.96 * math.sqrt(p * (1 - p)) / n, "under the square root"),
        (lambda p, n: 1.96 * math.sqrt(p / n), "not p alone"),
        (lambda p, n: 196 * math.sqrt(p * (1 - p) / n), "give a fraction"),
        (lambda p, n: 0.0736, "half_width(0.5, 400) gave 0.0736, expected about 0.0490"),
        (lambda p, n: p / (n - 100), "ZeroDivisionError"),
    ],
)
def test_wrong_half_widths(wrong, message):
    result = check(HALF, wrong)
    assert result.status == "not yet"
    assert message in result.message


@pytest.mark.parametrize("z", [1.96, 1.959964, 2])
def test_right_half_width(z):
    assert check(HALF, lambda p, n: z * math.sqrt(p * (1 - p) / n)).status == "correct"


def interval(sums, counts, *, multiple=None):
    n = len(sums)
    without = (sums.sum() - sums) / (counts.sum() - counts)
    half = (multiple or stats.t.ppf(0.975, n - 1)) * np.sqrt(n - 1) * without.std()
    return np.array([sums.sum() / counts.sum() - half, sums.sum() / counts.sum() + half])


def paired(left, right, **options):
    sums = np.array([(ours - theirs).sum() for ours, theirs in zip(left, right, strict=True)])
    return interval(sums, np.array([len(scores) for scores in left]), **options)


def unpaired(left, right):
    ends = [
        interval(np.array([scores.sum() for scores in side]), np.array([len(scores) for scores in side]))
        for side in (left, right)
    ]
    return ends[0][0] - ends[1][1], ends[0][1] - ends[1][0]


def by_question(left, right):
    difference = np.concatenate(left) - np.concatenate(right)
    return interval(difference, np.ones(len(difference)))


def mean_of_means(left, right):
    means = np.array([(ours - theirs).mean() for ours, theirs in zip(left, right, strict=True)])
    return interval(means, np.ones(len(means)))


def bootstrap(left, right):
    sums = np.array([(ours - theirs).sum() for ours, theirs in zip(left, right, strict=True)])
    counts = np.array([len(scores) for scores in left])
    drawn = np.random.default_rng(0).integers(0, len(sums), (5000, len(sums)))
    return np.quantile(sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1), [0.025, 0.975])


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda left, right: paired(right, left), "left minus right"),
        (unpaired, "take the differences first"),
        (lambda left, right: 100 * paired(left, right), "give fractions"),
        (mean_of_means, "counted as much as one of 60"),
        (by_question, "leave out documents"),
        (lambda left, right: paired(left, right, multiple=1.96), "not 1.96"),
        (bootstrap, "sqrt(n - 1) times the standard deviation"),
        (lambda left, right: paired(left, right)[::-1], "low end first"),
        (lambda left, right: 0.25, "return two numbers"),
        (lambda left, right: (math.nan, math.nan), "no NaN"),
    ],
)
def test_wrong_paired_intervals(wrong, message):
    result = check(PAIRED, wrong)
    assert result.status == "not yet"
    assert message in result.message


def test_right_paired_interval():
    assert check(PAIRED, paired).status == "correct"
    assert check(PAIRED, lambda left, right: tuple(paired(left, right))).status == "correct"


def test_the_interval_of_the_package_is_right_too():
    def answer(left, right):
        found = clustered_error(
            [(ours - theirs).sum() for ours, theirs in zip(left, right, strict=True)], [len(one) for one in left]
        )
        return difference_bounds(found, 0.95)

    assert check(PAIRED, answer).status == "correct"
