"""How often two equally good recipes are declared different, and how often the interval of the next score holds it.

python benchmarks/seeds.py        (a simulation: no training, under a minute)

Each row of the first table simulates two recipes with several seeds a side on the same documents of 42 questions on
average. Scores are sums of normal parts whose standard deviations are like those of the recorded runs of lesson 08, or
larger ones. "Documents alone" compares the mean of the runs over documents and takes the seeds as given, which is right
for these very models. The second table draws two tests of beta-binomial documents whose questions are
correlated by 0.05, and looks where the second score falls.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from _report import write

from qa_lesson.evaluation import Interval, next_score_interval
from qa_lesson.evaluation.repeated_runs import crossed_difference
from qa_lesson.evaluation.standard_errors import clustered_error, score_bounds

EXPECTED_SECONDS = 15

N = 4000
QUESTIONS = 42
DIFFERENCE = 0.05
CORRELATION = 0.05


@dataclass(frozen=True)
class Variation:
    """Standard deviations of the parts of a score, as fractions.

    Args:
        seeds: between runs of a recipe.
        mixed: between runs on one document.
        documents: between documents in how much one recipe is better.
        questions: the same for single questions.
        remainder: of a single answer.
    """

    seeds: float
    mixed: float
    documents: float
    questions: float = 0.14
    remainder: float = 0.24


VARIATIONS = {
    "like the course's recipe": Variation(0.02, 0.01, 0.035),
    "seeds do not matter": Variation(0.0, 0.0, 0.035),
    "seeds matter more": Variation(0.05, 0.02, 0.035),
    "documents matter more": Variation(0.005, 0.01, 0.08),
}


def sums(rng: np.random.Generator, what: Variation, n_seeds: int, counts: np.ndarray, mean: float) -> np.ndarray:
    """(N, S, G) sum of the scores of each run on each document, of N simulated studies."""
    shape = N, n_seeds, len(counts)
    per_question = mean + (
        rng.normal(0, what.seeds, (N, n_seeds, 1))
        + rng.normal(0, what.mixed, shape)
        + rng.normal(0, what.documents, (N, 1, len(counts)))
    )
    luck = rng.normal(0, what.questions, (N, 1, len(counts))) + rng.normal(0, what.remainder, shape)
    total: np.ndarray = per_question * counts + luck * np.sqrt(counts)
    return total


def row(rng: np.random.Generator, name: str, n_documents: int, n_seeds: int, unequal: bool) -> dict[str, object]:
    """Percentages of p-values under 5%: equal recipes (both ways), and recipes that differ by `DIFFERENCE`."""
    spread = np.exp(rng.normal(0, 0.5, n_documents)) if unequal else np.ones(n_documents)
    counts = np.maximum(5, np.round(QUESTIONS * spread)).astype(int)
    what = VARIATIONS[name]
    base = sums(rng, what, n_seeds, counts, 0.65)
    equal = crossed_difference(sums(rng, what, n_seeds, counts, 0.65), base, counts)
    better = crossed_difference(sums(rng, what, n_seeds, counts, 0.65 + DIFFERENCE), base, counts)
    documents_only = equal._replace(seeds=np.zeros(N))
    percent = {
        "false_alarms": equal.test(0.95)[2],
        "false_alarms_documents_alone": documents_only.test(0.95)[2],
        "found": better.test(0.95)[2],
    }
    return {
        "variation": name, "documents": n_documents, "sizes": "unequal" if unequal else "equal", "seeds": n_seeds,
    } | {key: round(100 * float(np.mean(p_value < 0.05)), 1) for key, p_value in percent.items()}  # fmt: skip


def next_row(rng: np.random.Generator, n_documents: int, score: float, unequal: bool) -> dict[str, object]:
    """Percentages of second tests whose score is within the first test's interval, and within the wider one for it."""
    spread = np.exp(rng.normal(0, 0.5, (2, N, n_documents))) if unequal else np.ones((2, N, n_documents))
    counts = np.maximum(5, np.round(QUESTIONS * spread)).astype(int)
    odds = (1 - CORRELATION) / CORRELATION
    sums = rng.binomial(counts, rng.beta(score * odds, (1 - score) * odds, counts.shape))
    first = clustered_error(sums[0], counts[0])
    second = sums[1].sum(axis=-1) / counts[1].sum(axis=-1)
    inside = {"within_first": 0, "within_next": 0}
    for estimate, low, high, later in zip(first.estimate, *score_bounds(first, 0.95), second, strict=True):
        interval = Interval(float(estimate), float(low), float(high), 0.95, 0, n_documents, "document")
        wider = next_score_interval(interval)
        inside["within_first"] += interval.low <= later <= interval.high
        inside["within_next"] += wider.low <= later <= wider.high
    return {"documents": n_documents, "sizes": "unequal" if unequal else "equal", "score": score} | {
        name: round(100 * count / N, 1) for name, count in inside.items()
    }


def main() -> None:
    """Simulate, print and write ``results/seeds.json``."""
    rng = np.random.default_rng(1)
    headings = f"{'documents':>10}{'sizes':>9}{'seeds':>6}{'false alarms':>14}{'documents alone':>17}{'found':>7}"
    print(f"{'variation':26}{headings}")
    rows = []
    for name in VARIATIONS:
        for n_documents in (5, 9, 20, 48):
            for n_seeds in (3, 5):
                for unequal in (False, True):
                    one = row(rng, name, n_documents, n_seeds, unequal)
                    rows.append(one)
                    print(
                        f"{name:26}{n_documents:10}{one['sizes']:>9}{n_seeds:6}{one['false_alarms']:13}%"
                        f"{one['false_alarms_documents_alone']:16}%{one['found']:6}%"
                    )
    alarms = [float(str(one["false_alarms"])) for one in rows]
    print(f"false alarms at a nominal 5%: {min(alarms)} to {max(alarms)}%; found: a difference of {DIFFERENCE:.0%}")
    print(f"{'documents':>10}{'sizes':>9}{'score':>7}{'in the first interval':>23}{'in the next interval':>22}")
    following = [
        next_row(rng, n_documents, score, unequal)
        for n_documents in (5, 9, 20, 48)
        for score in (0.6, 0.92)
        for unequal in (False, True)
    ]
    for one in following:
        names = f"{one['documents']:10}{one['sizes']:>9}{one['score']:7}"
        print(f"{names}{one['within_first']:22}%{one['within_next']:21}%")
    write("seeds", {"studies": N, "difference": DIFFERENCE, "rows": rows, "next_scores": following})


if __name__ == "__main__":
    main()
