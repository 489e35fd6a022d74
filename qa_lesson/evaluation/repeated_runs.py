"""Several training runs of one recipe: how far their scores scatter, and which of two recipes is better.

A recipe (data and settings) gives another model with each seed. Comparing two *models* asks which of two sets of
weights answers better, and `paired_comparison` is enough. Comparing two *recipes* asks which of them will give the
better model next time, and then the seeds are a sample as well: all models of a side answer the same documents, so
seeds and documents are crossed. Sources: Bouthillier et al. 2021 (arXiv 2103.03098, variance in machine-learning
benchmarks), Reimers and Gurevych 2017 (seeds in language processing), Miller 2024 (arXiv 2411.00640, the variance of
an evaluation in parts), Searle, Casella and McCulloch 1992 (variance components), Cameron, Gelbach and Miller 2011
(standard errors clustered in two ways).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from qa_lesson.errors import ConfigError, DataError
from qa_lesson.evaluation.intervals import (
    MIN_DOCUMENTS,
    Metric,
    check_fraction,
    check_metric,
    check_same_questions,
    question_scores,
)
from qa_lesson.evaluation.scoring import Evaluation
from qa_lesson.evaluation.standard_errors import ClusteredError, FloatArray, clustered_error

MIN_SEEDS = 3
"""Fewer runs of a recipe do not show how far its runs scatter."""


@dataclass(frozen=True)
class VarianceComponents:
    """What makes the score of a single answer differ; all standard deviations are fractions.

    Args:
        metric: which score.
        scores: of each run over all questions.
        seeds: between runs, on all questions alike: some runs are better than others.
        documents: between documents, for all runs alike: some documents are harder.
        questions: between the questions of one document, for all runs alike.
        seeds_on_documents: between runs, on one document: a run happens to read it better than its score suggests.
        remainder: what is left, when one run answers a question better than another run.
        n_documents, n_questions: scored.
    """

    metric: Metric
    scores: tuple[float, ...]
    seeds: float
    documents: float
    questions: float
    seeds_on_documents: float
    remainder: float
    n_documents: int
    n_questions: int

    @property
    def mean(self) -> float:
        """Of the runs' scores."""
        return float(np.mean(self.scores))

    @property
    def spread(self) -> float:
        """Standard deviation of the runs' scores on these questions: what another seed changes."""
        return float(np.std(self.scores, ddof=1))

    @property
    def shares(self) -> dict[str, float]:
        """The part of each component in the variance of a single answer's score; all 0 if nothing varies."""
        names = ("seeds", "documents", "questions", "seeds_on_documents", "remainder")
        variances = {name: getattr(self, name) ** 2 for name in names}
        total = sum(variances.values()) or 1.0
        return {name: variance / total for name, variance in variances.items()}

    def standard_error(self, n_seeds: int, n_documents: int, questions_per_document: float) -> float:
        """Of the mean score of so many runs on so many new documents, for planning; a fraction.

        More questions shrink only the parts that belong to questions, and more documents leave the seeds' part as
        it is.

        Raises:
            ConfigError: a number below 1.
        """
        for name, number in (("n_seeds", n_seeds), ("n_documents", n_documents)):
            _check_count(name, number)
        _check_count("questions_per_document", questions_per_document)
        variance = (
            self.seeds**2 / n_seeds
            + self.documents**2 / n_documents
            + self.seeds_on_documents**2 / (n_seeds * n_documents)
            + self.questions**2 / (n_documents * questions_per_document)
            + self.remainder**2 / (n_seeds * n_documents * questions_per_document)
        )
        return float(np.sqrt(variance))


@dataclass(frozen=True)
class RecipeComparison:
    """Two recipes, each trained with several seeds and scored on the same questions; scores are fractions.

    Args:
        difference: mean of the left runs minus mean of the right runs.
        low, high: bounds of its interval (inclusive), for new runs of both recipes on new documents of the same kind.
        p_value: two-sided, of a difference of 0: under ``1 - confidence`` if and only if the interval leaves 0 out.
        confidence: nominal coverage of the interval.
        left, right: score of each run.
        document_error: standard error of the difference that comes from the documents.
        seed_error: the part that comes from the seeds. Both together make the width of the interval.
        n: questions.
        n_documents: documents.
    """

    difference: float
    low: float
    high: float
    p_value: float
    confidence: float
    left: tuple[float, ...]
    right: tuple[float, ...]
    document_error: float
    seed_error: float
    n: int
    n_documents: int

    @property
    def claim(self) -> str:
        """What the interval is for and from what, in words."""
        seeds = f"{len(self.left)} and {len(self.right)} runs"
        return f"for new runs on new documents of the same kind, from {seeds} on {self.n_documents:,} documents"


def variance_components(evaluations: Sequence[Evaluation], metric: Metric = "f1") -> VarianceComponents:
    """Where the differences between scores come from: runs, documents, or questions within documents.

    Analysis of variance of runs crossed with documents, which hold the questions (Henderson's first method, which
    allows documents of unequal size). A component that comes out negative is set to 0. With few runs or documents the
    components are rough: 5 runs know the spread between seeds only to within a factor of 2 or so.

    Args:
        evaluations: one for each run, of the same recipe on the same questions.
        metric: which score.

    Raises:
        ConfigError: an unknown metric.
        DataError: fewer than 2 runs, fewer than 2 documents, or not one document with 2 questions.
        PredictionError: the questions, their documents or the rules differ.
    """
    scores, owners = _score_table(evaluations, metric)
    n_seeds, n = scores.shape
    sizes = np.bincount(owners)
    if n_seeds < 2 or len(sizes) < 2 or n == len(sizes):
        raise DataError(
            "these scores cannot be taken apart",
            received=f"{n_seeds} runs, {len(sizes)} documents, {n} questions",
            fix="score at least 2 runs on at least 2 documents with several questions each",
        )
    by_seed, by_question = scores.mean(axis=1), scores.mean(axis=0)
    by_document = np.bincount(owners, by_question) / sizes
    mixed = scores - by_seed[:, None] - by_question + scores.mean()
    mixed_by_document = np.stack([np.bincount(owners, row) / sizes for row in mixed])

    free = (n_seeds - 1) * (n - len(sizes))
    within = float(((mixed - mixed_by_document[:, owners]) ** 2).sum() / free)
    crossed = float((sizes * mixed_by_document**2).sum() / ((n_seeds - 1) * (len(sizes) - 1)))
    questions = float(n_seeds * ((by_question - by_document[owners]) ** 2).sum() / (n - len(sizes)))
    documents = float(n_seeds * (sizes * (by_document - scores.mean()) ** 2).sum() / (len(sizes) - 1))
    seeds = float(n * by_seed.var(ddof=1))
    repeated = float((sizes**2).sum() / n)  # questions that share a document, for a question drawn at random
    typical = (n - repeated) / (len(sizes) - 1)

    def deviation(variance: float) -> float:
        return float(np.sqrt(max(variance, 0.0)))

    together = max((crossed - within) / typical, 0.0)
    return VarianceComponents(
        metric=metric,
        scores=tuple(float(score) for score in by_seed),
        seeds=deviation((seeds - within - repeated * together) / n),
        documents=deviation((documents - questions - crossed + within) / (n_seeds * typical)),
        questions=deviation((questions - within) / n_seeds),
        seeds_on_documents=deviation(together),
        remainder=deviation(within),
        n_documents=len(sizes),
        n_questions=n,
    )


def compare_recipes(
    left: Sequence[Evaluation], right: Sequence[Evaluation], metric: Metric = "f1", *, confidence: float = 0.95
) -> RecipeComparison:
    """Is the left recipe better than the right one, and by how much: for new runs of both, on new documents.

    The variance of the difference is that over documents (of the mean of each side's runs) plus that over the seeds of
    either side. What belongs to both is counted twice, which is cautious: two equally good recipes are declared
    different in 3 to 6% of comparisons at 95% (`benchmarks/seeds.py`; documents alone: up to 66%). The quantile is
    of a t distribution with Satterthwaite's degrees of freedom, because 3 seeds hardly know their own spread.

    The seeds of the two sides are taken as independent draws, also if they have the same numbers.

    Args:
        left, right: evaluations of the same questions under the same rules, one for each run; at least `MIN_SEEDS`
            runs a side. The two sides may have different numbers of runs.
        metric: which score.
        confidence: nominal coverage of the interval, a fraction between 0 and 1 (exclusive).

    Raises:
        ConfigError: an unknown metric or a confidence out of its range.
        DataError: fewer than `MIN_SEEDS` runs on a side, or fewer than 5 documents.
        PredictionError: the questions, their documents or the rules differ.
    """
    check_fraction("confidence", confidence)
    for name, side in (("left", left), ("right", right)):
        if len(side) < MIN_SEEDS:
            raise DataError(
                f"comparing recipes needs at least {MIN_SEEDS} runs of each",
                received=f"{len(side)} on the {name} side",
                fix="train more seeds (qa-lesson finetune --seeds 5), or compare two models with paired_comparison, "
                "which says nothing about the next run of the recipe",
            )
    scores, owners = _score_table([*left, *right], metric)
    counts = np.bincount(owners)
    if len(counts) < MIN_DOCUMENTS:
        raise DataError(
            f"an interval for new documents needs at least {MIN_DOCUMENTS} documents",
            received=f"{len(counts)} with {len(owners)} questions",
            fix="score the runs on more documents",
        )
    sums = np.array([np.bincount(owners, row) for row in scores], np.float64)
    found = crossed_difference(sums[: len(left)], sums[len(left) :], counts)
    low, high, p_value = found.test(confidence)
    by_run = scores.mean(axis=1)
    return RecipeComparison(
        difference=float(found.documents.estimate),
        low=float(low),
        high=float(high),
        p_value=float(p_value),
        confidence=confidence,
        left=tuple(float(score) for score in by_run[: len(left)]),
        right=tuple(float(score) for score in by_run[len(left) :]),
        document_error=float(found.documents.error),
        seed_error=float(np.sqrt(found.seeds)),
        n=len(owners),
        n_documents=len(counts),
    )


class CrossedDifference(NamedTuple):
    """The difference of two recipes and how uncertain it is; arrays of the leading shape.

    Args:
        documents: the difference, its standard error over documents and the degrees of freedom of that.
        seeds: its variance over the seeds of both sides.
        seeds_df: degrees of freedom of the latter.
    """

    documents: ClusteredError
    seeds: FloatArray
    seeds_df: FloatArray

    def test(self, confidence: float) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Both ends of the interval, cut off at -1 and 1, and the p-value of a difference of 0."""
        from scipy import stats

        parts = self.documents.error**2, self.seeds
        error = np.sqrt(parts[0] + parts[1])
        with np.errstate(divide="ignore", invalid="ignore"):  # no variance at all
            df = error**4 / (parts[0] ** 2 / self.documents.df + np.nan_to_num(parts[1] ** 2 / self.seeds_df))
            p_value = 2 * stats.t.sf(np.abs(self.documents.estimate) / error, df)
            half = stats.t.ppf((1 + confidence) / 2, df) * error
        exact = error == 0
        middle = self.documents.estimate
        p_value = np.where(exact, np.where(middle == 0, 1.0, 0.0), p_value)
        half = np.where(exact, 0.0, half)
        return np.maximum(middle - half, -1), np.minimum(middle + half, 1), p_value


def crossed_difference(left: FloatArray, right: FloatArray, counts: npt.NDArray[np.intp]) -> CrossedDifference:
    """The difference of two recipes from sums of scores, for any number of leading axes.

    Args:
        left, right: (..., S, G) sum of the scores of each run on each document; S may differ between the two.
        counts: (G,) questions of each document.
    """
    documents = clustered_error(left.mean(axis=-2) - right.mean(axis=-2), counts)
    variances, df = [], []
    for side in (left, right):
        n_seeds = side.shape[-2]
        variances.append((side.sum(axis=-1) / counts.sum()).var(axis=-1, ddof=1) / n_seeds)
        df.append(n_seeds - 1)
    seeds = variances[0] + variances[1]
    with np.errstate(divide="ignore", invalid="ignore"):  # all runs the same: any degrees of freedom do
        seeds_df = seeds**2 / (variances[0] ** 2 / df[0] + variances[1] ** 2 / df[1])
    return CrossedDifference(documents, seeds, seeds_df)


def _score_table(evaluations: Sequence[Evaluation], metric: Metric) -> tuple[FloatArray, npt.NDArray[np.intp]]:
    """(S, N) the score of each question in each run, and (N,) the document of each question, numbered from 0."""
    check_metric(metric)
    if not evaluations:
        raise DataError("there are no runs", received="0 evaluations", fix="pass one evaluation for each run")
    first = evaluations[0]
    for other in evaluations[1:]:
        check_same_questions(first, other)
    scores = np.stack([question_scores(one, metric, first.examples) for one in evaluations])
    owners = np.unique(np.array([example.document for example in first.examples]), return_inverse=True)[1]
    return scores, owners


def _check_count(name: str, number: float) -> None:
    if not number >= 1:
        raise ConfigError(
            f"{name} must be at least 1", received=f"{name}={number!r}", fix="use a whole number from 1 up"
        )
