"""How often do 95% intervals hold the true score, and how often is a difference found between equal models?

python benchmarks/coverage.py

Each row of the tables draws thousands of test sets for which the truth is known. "Beta-binomial" documents have a share
of right answers from a beta distribution and so an intra-document correlation (ICC) that we set. "Corpus" draws
documents, and then questions of each, from the scores of recorded models on the 14 documents of the course's test and
validation questions. "Unequal" means log-normal sizes around the same mean. The columns are the methods that were
tried; the last two are what the package does: documents alone (the default of `paired_comparison` and `score_slices`)
and the wider of documents and questions (the default of `score_interval`).

Where a row misses the aim, the interval is too cautious, never too narrow. With documents that do not differ at all
the wider of two valid intervals holds the truth in 97 to 98%. With 5 documents and a score of 0.92 only a few questions
tell two models apart, and a t test of so few is cautious. What was tried there: flipping the signs of documents
cannot reach 5% with 5 documents at all, degrees of freedom that assume correlated questions are more cautious still,
and the linear or jackknife t raise too many false alarms where sizes differ.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from _report import write
from scipy import special, stats

from qa_lesson.evaluation.standard_errors import (
    ClusteredError,
    clustered_error,
    effective_questions,
    interval_ends,
    interval_p_value,
    question_error,
)
from qa_lesson.recordings import recorded

EXPECTED_SECONDS = 30

REPETITIONS = 4_000
CONFIDENCE = 0.95
COVERAGE_AIM = (93.5, 97.0)
FALSE_ALARM_AIM = (3.5, 6.5)
DOCUMENTS = (5, 9, 20, 48)
QUESTIONS = 42  # of a document, on average
CORRELATION = 0.05
SPREAD_OF_SIZES = 0.6  # standard deviation of the logarithm

FloatArray = npt.NDArray[np.float64]
Ends = tuple[FloatArray, FloatArray]


class Drawn(NamedTuple):
    """Test sets, one a row; for each document the sum of its scores, of their squares, and how many they are."""

    sums: FloatArray
    squares: FloatArray
    counts: FloatArray


@dataclass(frozen=True)
class Row:
    """One line of a table.

    Args:
        what: is drawn.
        documents: in each test set.
        unequal: sizes.
        truth: the true score or difference.
        draw: makes the test sets.
        difference: of two models, and no score.
    """

    what: str
    documents: int
    unequal: bool
    truth: float
    draw: Callable[[np.random.Generator, FloatArray], Drawn]
    difference: bool = False
    questions: float = QUESTIONS

    def measure(self, seed: int, repetitions: int) -> dict[str, Any]:
        """Share of the test sets (%) whose interval holds the truth, by method, and the widths of ours in points."""
        rng = np.random.default_rng(seed)
        drawn = self.draw(rng, sizes(rng, (repetitions, self.documents), self.questions, self.unequal))
        found = {}
        widths = {}
        for name, (low, high) in intervals(drawn, self.difference, rng).items():
            with np.errstate(invalid="ignore"):  # an interval that is not defined holds nothing
                found[name] = round(100 * float(np.mean((low <= self.truth) & (self.truth <= high))), 1)
            widths[name] = round(100 * float(np.nanmean(high - low)), 1)
        return {
            "what": self.what,
            "documents": self.documents,
            "sizes": "unequal" if self.unequal else "equal",
            "truth": round(self.truth, 4),
            "coverage": found,
            "width": widths,
        }


def sizes(rng: np.random.Generator, shape: tuple[int, int], mean: float, unequal: bool) -> FloatArray:
    """Questions of each document."""
    if not unequal:
        return np.full(shape, float(mean))
    noise = rng.normal(-(SPREAD_OF_SIZES**2) / 2, SPREAD_OF_SIZES, shape)
    return np.clip(np.rint(mean * np.exp(noise)), 1, 5 * mean)


# ---------------------------------------------------------------- the methods


def intervals(drawn: Drawn, difference: bool, rng: np.random.Generator) -> dict[str, Ends]:
    """Both ends of every test set's interval, by method."""
    sums, _, counts = drawn
    total = counts.sum(axis=1)
    estimate = sums.sum(axis=1) / total
    share, distance = counts / total[:, None], sums - counts * estimate[:, None]
    n = counts.shape[1]
    quantile = stats.t.ppf((1 + CONFIDENCE) / 2, n - 1)
    linear = np.sqrt((distance**2).sum(axis=1) * n / (n - 1)) / total
    jackknife = np.sqrt(((distance / (1 - share)) ** 2).sum(axis=1) * (n - 1) / n) / total
    found = {
        "bootstrap": bootstrap(sums, counts, rng),
        "t, linear": _around(estimate, quantile * linear),
        "jackknife t": _around(estimate, quantile * jackknife),
    }
    if not difference:
        found["logit jackknife t"] = logit_jackknife(sums, counts, quantile)
    by_document, by_question = package_ends(drawn, difference)
    wider = by_question[1] - by_question[0] > by_document[1] - by_document[0]
    ours = [np.where(wider, single, whole) for single, whole in zip(by_question, by_document, strict=True)]
    return found | {"ours, documents": by_document, "ours, wider": (ours[0], ours[1])}


def package_ends(drawn: Drawn, difference: bool) -> tuple[Ends, Ends]:
    """The intervals of `qa_lesson.evaluation` over documents and over questions."""
    by_document, by_question, n = _errors(drawn)
    total = drawn.counts.sum(axis=1)
    return (
        interval_ends(by_document, by_question, n, CONFIDENCE, difference=difference),
        interval_ends(by_question, by_question, total, CONFIDENCE, difference=difference),
    )


def _errors(drawn: Drawn) -> tuple[ClusteredError, ClusteredError, FloatArray]:
    single = question_error(drawn.sums.sum(axis=1), drawn.squares.sum(axis=1), drawn.counts.sum(axis=1))
    return clustered_error(drawn.sums, drawn.counts), single, effective_questions(drawn.counts)


def bootstrap(sums: FloatArray, counts: FloatArray, rng: np.random.Generator, n_resamples: int = 999) -> Ends:
    """Percentile bootstrap of documents, which the package used before; all test sets share the draws."""
    n = sums.shape[1]
    weights = rng.multinomial(n, np.full(n, 1 / n), n_resamples).T.astype(np.float64)
    tail = (1 - CONFIDENCE) / 2
    ends = [np.quantile(a @ weights / (b @ weights), [tail, 1 - tail], axis=1) for a, b in _parts(sums, counts)]
    low, high = np.concatenate(ends, axis=1)
    return low, high


def _parts(*arrays: FloatArray) -> list[tuple[FloatArray, ...]]:
    """The arrays in parts of 500 rows, which bounds the memory."""
    return [tuple(array[at : at + 500] for array in arrays) for at in range(0, len(arrays[0]), 500)]


def logit_jackknife(sums: FloatArray, counts: FloatArray, quantile: float) -> Ends:
    """Leave one document out at a time and take the spread of the logits; not defined if one of them is infinite."""
    n = sums.shape[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        left = special.logit((sums.sum(1, keepdims=True) - sums) / (counts.sum(1, keepdims=True) - counts))
        error = np.sqrt(((left - left.mean(axis=1, keepdims=True)) ** 2).sum(axis=1) * (n - 1) / n)
        middle = special.logit(sums.sum(axis=1) / counts.sum(axis=1))
        return special.expit(middle - quantile * error), special.expit(middle + quantile * error)


def _around(middle: FloatArray, half: FloatArray) -> Ends:
    return middle - half, middle + half


def false_alarms(drawn: Drawn, rng: np.random.Generator) -> dict[str, float]:
    """Share of the test sets (%) in which a difference is found, by method, where there is none."""
    found = {name: np.mean((low > 0) | (high < 0)) for name, (low, high) in intervals(drawn, True, rng).items()}
    by_document, by_question, n = _errors(drawn)
    agree = (interval_p_value(by_document, by_question, n) < 1 - CONFIDENCE).mean()
    assert abs(agree - found["ours, documents"]) < 1e-12, "interval and p-value come from one formula"
    found["sign flips"] = np.mean(sign_flip_p_value(drawn.sums, rng) < 1 - CONFIDENCE)
    return {name: round(100 * float(value), 1) for name, value in found.items()}


def sign_flip_p_value(sums: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Two-sided permutation test that swaps the two models on whole documents; exact up to 9 documents."""
    n = sums.shape[1]
    if n <= 9:
        flips = 1 - 2.0 * (np.arange(2**n)[:, None] >> np.arange(n) & 1)
    else:
        flips = rng.choice([-1.0, 1.0], (999, n))
        flips[0] = 1
    return np.concatenate(
        [(np.abs(part @ flips.T) >= np.abs(part.sum(1, keepdims=True)) - 1e-9).mean(axis=1) for (part,) in _parts(sums)]
    )


# ---------------------------------------------------------------- where the test sets come from


def beta(rng: np.random.Generator, mean: float | FloatArray, correlation: float, shape: tuple[int, ...]) -> FloatArray:
    """Shares of right answers with this mean and this intra-document correlation."""
    if correlation == 0:
        return np.broadcast_to(np.asarray(mean, np.float64), shape)
    k = 1 / correlation - 1
    safe = np.clip(mean, 1e-9, 1 - 1e-9)
    return rng.beta(safe * k, (1 - safe) * k, shape)


def binomial_scores(score: float, correlation: float = CORRELATION) -> Callable[..., Drawn]:
    """Right or wrong answers."""

    def draw(rng: np.random.Generator, counts: FloatArray) -> Drawn:
        right = rng.binomial(counts.astype(int), beta(rng, score, correlation, counts.shape)).astype(np.float64)
        return Drawn(right, right, counts)

    return draw


def binomial_differences(score: float, own: float, shift: float = 0.0) -> Callable[..., Drawn]:
    """Two models that find the same documents hard, each with a leaning of its own (correlation `own`).

    Args:
        score: of both, before the shift.
        own: correlation within a document that the other model does not share.
        shift: by how much the first one is better, on every document.
    """

    def draw(rng: np.random.Generator, counts: FloatArray) -> Drawn:
        hard = beta(rng, score, CORRELATION, counts.shape)
        left, right = (beta(rng, hard, own, counts.shape) for _ in range(2))
        left = left + shift * (1 - left) / (1 - score)  # the mean rises by the shift, and no share passes 1
        wins = rng.binomial(counts.astype(int), left * (1 - right))
        rest = np.clip(right * (1 - left) / np.maximum(1 - left * (1 - right), 1e-12), 0, 1)
        losses = rng.binomial(counts.astype(int) - wins, rest)
        return Drawn((wins - losses).astype(np.float64), (wins + losses).astype(np.float64), counts)

    return draw


def corpus_scores(name: str, metric: str) -> FloatArray:
    """(14, 42) score of a recorded model on each question, by document."""
    recording = recorded(name)
    documents: dict[str, list[float]] = {}
    for evaluation in (recording.evaluation("test"), recording.evaluation("validation")):
        for example in evaluation.examples:
            documents.setdefault(example.document, []).append(getattr(evaluation.scores[example.id], metric))
    return np.array(list(documents.values()))


def from_population(scores: FloatArray, *, swap: bool = False) -> Callable[..., Drawn]:
    """Documents, and then questions of each, drawn with replacement.

    Args:
        scores: (documents, questions).
        swap: the two models at random on each document, which makes them equal.
    """

    def draw(rng: np.random.Generator, counts: FloatArray) -> Drawn:
        flat = counts.astype(int).ravel()
        documents = np.repeat(rng.integers(0, len(scores), len(flat)), flat)
        values = scores[documents, rng.integers(0, scores.shape[1], len(documents))]
        owners = np.repeat(np.arange(len(flat)), flat)
        sums, squares = (np.bincount(owners, x, len(flat)).reshape(counts.shape) for x in (values, values**2))
        if swap:
            sums = sums * rng.choice([-1.0, 1.0], sums.shape)
        return Drawn(sums, squares, counts)

    return draw


# ---------------------------------------------------------------- the tables

MODEL, OTHER, WEAKER = "size_3024", "rescue_start", "size_512"


def score_rows() -> list[Row]:
    """Scores: beta-binomial, and drawn from the corpus."""
    rows = [
        Row(f"score {score}, ICC 0.05", n, unequal, score, binomial_scores(score))
        for n in DOCUMENTS
        for score in (0.6, 0.92)
        for unequal in (False, True)
    ]
    rows += [Row("score 0.6, ICC 0 (documents alike)", n, False, 0.6, binomial_scores(0.6, 0.0)) for n in DOCUMENTS]
    for metric, short in (("f1", "F1"), ("exact_match", "EM")):
        scores = corpus_scores(MODEL, metric)
        rows += [
            Row(f"corpus, {short}", n, unequal, float(scores.mean()), from_population(scores))
            for n in DOCUMENTS
            for unequal in (False, True)
        ]
    return rows


def slice_rows() -> list[Row]:
    """Slices: six questions a document."""
    scores = corpus_scores(MODEL, "f1")
    return [
        row
        for n in DOCUMENTS
        for row in (
            Row("slice, score 0.6, ICC 0.05", n, True, 0.6, binomial_scores(0.6), questions=6),
            Row("slice, corpus, F1", n, True, float(scores.mean()), from_population(scores), questions=6),
        )
    ]


def equal_rows() -> list[Row]:
    """Comparisons of equally good models."""
    rows = [
        Row(f"equal models, score {score}", n, unequal, 0.0, binomial_differences(score, 0.03), difference=True)
        for n in DOCUMENTS
        for score in (0.6, 0.92)
        for unequal in (False, True)
    ]
    for metric, short in (("f1", "F1"), ("exact_match", "EM")):
        scores = corpus_scores(MODEL, metric) - corpus_scores(OTHER, metric)
        rows += [
            Row(f"equal models, corpus, {short}", n, unequal, 0.0, from_population(scores, swap=True), difference=True)
            for n in DOCUMENTS
            for unequal in (False, True)
        ]
    return rows


def difference_rows() -> list[Row]:
    """Comparisons of models that differ."""
    rows = [
        Row("5 points better, score 0.6", n, unequal, 0.05, binomial_differences(0.6, 0.03, 0.05), difference=True)
        for n in DOCUMENTS
        for unequal in (False, True)
    ]
    for metric, short in (("f1", "F1"), ("exact_match", "EM")):
        scores = corpus_scores(MODEL, metric) - corpus_scores(WEAKER, metric)
        truth = float(scores.mean())
        rows += [
            Row(f"better model, corpus, {short}", n, unequal, truth, from_population(scores), difference=True)
            for n in DOCUMENTS
            for unequal in (False, True)
        ]
    return rows


def table(title: str, results: list[dict[str, Any]], key: str, aim: tuple[float, float], ours: str) -> None:
    """Print the results; a star marks values of ours outside the aim."""
    methods = list(results[0][key])
    print(f"\n{title}; aim for {ours!r}: {aim[0]} to {aim[1]} (* outside)")
    print(" | ".join([f"{'what':36}", "documents", "sizes  ", *methods, "width, bootstrap and ours"]))
    for one in results:
        values = [f"{one[key][name]:{len(name)}.1f}" for name in methods]
        star = " " if aim[0] <= one[key][ours] <= aim[1] else "*"
        width = f"{one['width']['bootstrap']:.1f}, {one['width'][ours]:.1f}"
        print(
            " | ".join([f"{one['what']:36}", f"{one['documents']:9}", f"{one['sizes']:7}", *values, f"{width} {star}"])
        )


def outside(results: list[dict[str, Any]], key: str, aim: tuple[float, float], ours: str) -> list[str]:
    """The rows in which ours misses the aim."""
    return [
        f"{one['what']}, {one['documents']} documents, {one['sizes']}: {one[key][ours]}"
        for one in results
        if not aim[0] <= one[key][ours] <= aim[1]
    ]


def main(repetitions: int = REPETITIONS) -> None:
    """Measure, print and write ``results/coverage.json``."""
    covered = {
        title: [row.measure(seed, repetitions) for seed, row in enumerate(rows)]
        for title, rows in (
            ("Scores", score_rows()),
            ("Slices of about 6 questions a document", slice_rows()),
            ("Differences that are there", difference_rows()),
        )
    }
    alarms = []
    for seed, row in enumerate(equal_rows()):
        result = row.measure(seed, repetitions)
        rng = np.random.default_rng(seed)
        drawn = row.draw(rng, sizes(rng, (repetitions, row.documents), row.questions, row.unequal))
        del result["coverage"]
        alarms.append(result | {"false_alarms": false_alarms(drawn, rng)})
    missed = []
    for title, results in covered.items():
        ours = "ours, wider" if title == "Scores" else "ours, documents"
        table(f"{title}: coverage of 95% intervals in %", results, "coverage", COVERAGE_AIM, ours)
        missed += outside(results, "coverage", COVERAGE_AIM, ours)
    table("False alarms at 5%, in %", alarms, "false_alarms", FALSE_ALARM_AIM, "ours, documents")
    missed += outside(alarms, "false_alarms", FALSE_ALARM_AIM, "ours, documents")
    n_rows = sum(map(len, covered.values())) + len(alarms)
    print(f"\n{n_rows - len(missed)} of {n_rows} rows within the aim" + "".join(f"\n- {one}" for one in missed))
    facts = {"repetitions": repetitions, "coverage_aim": COVERAGE_AIM, "false_alarm_aim": FALSE_ALARM_AIM}
    write("coverage", {**facts, "coverage": covered, "false_alarms": alarms, "outside_the_aim": missed})


if __name__ == "__main__":
    main()
