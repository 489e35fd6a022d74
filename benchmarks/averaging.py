"""What averaging the logits of several seeds buys, and a prior for the sentence that is like the question.

python benchmarks/averaging.py        (needs the runs that `recipe.py --train` leaves in the run cache)

The prior adds a multiple of the cosine between question and sentence to the start logits inside that sentence. Its
weight is chosen on the validation questions; the test questions are scored once, with the weight chosen.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
from _report import Measurement, report_all

from qa_lesson.answering import QuestionAnswerer
from qa_lesson.corpus import load_corpus, load_training
from qa_lesson.decoding import decode
from qa_lesson.evaluation import Evaluation, evaluate_predictions, paired_comparison
from qa_lesson.runs import RUN_FILE, TrainingConfig, cache_dir, hash_examples, run_key
from qa_lesson.semantic import embed
from qa_lesson.text.segmentation import sentence_ranges
from qa_lesson.training.open_settings import choose_settings
from qa_lesson.windows import Windows, make_windows

EXPECTED_SECONDS = 150

SEEDS = range(5)
WEIGHTS = (0, 1, 2, 4, 6, 8)
FloatArray = npt.NDArray[np.float64]


class Models:
    """The logits of every seed's model, on one split."""

    def __init__(self, answerers: list[QuestionAnswerer], split: str) -> None:
        self.examples = load_corpus(split)
        first = answerers[0]
        self.windows = make_windows(self.examples, first.tokenizer, max_length=first.max_length, stride=first.stride)
        self.logits = [model.logits(self.windows) for model in answerers]
        self.prior = sentence_prior(self.windows)

    def score(self, seeds: tuple[int, ...], weight: float = 0) -> Evaluation:
        """Of the averaged logits of these seeds, with so much of the prior."""
        start, end = (np.mean([self.logits[seed][side] for seed in seeds], axis=0) for side in (0, 1))
        answers = decode(start + weight * self.prior[:, : start.shape[1]], end, self.windows, n_best=1)
        return evaluate_predictions(self.examples, answers)


def sentence_prior(windows: Windows) -> FloatArray:
    """(W, L) the cosine between the question and the sentence that holds a token; 0 outside the context."""
    prior = np.zeros(windows.offsets.shape[:2])
    questions = embed([example.question for example in windows.examples])
    sentences: dict[str, tuple[list[tuple[int, int]], Any]] = {}
    for row, owner in enumerate(windows.example_of):
        context = windows.examples[owner].context
        if context not in sentences:
            ranges = sentence_ranges(context)
            sentences[context] = ranges, embed([context[first:last] for first, last in ranges])
        ranges, vectors = sentences[context]
        starts = windows.offsets[row, :, 0]
        for (first, last), cosine in zip(ranges, vectors @ questions[owner], strict=True):
            prior[row, (starts >= first) & (starts < last)] = cosine
    return prior


def main() -> None:
    """Score on validation, choose the prior's weight there, score once on test, print and write."""
    train = load_training()
    data = hash_examples(train, load_corpus("validation"))
    settings = [choose_settings(TrainingConfig(seed=seed), train) for seed in SEEDS]
    folders = [cache_dir() / "runs" / run_key(one, data) for one in settings]
    if not all((folder / RUN_FILE).is_file() for folder in folders):
        print("skipped: the run cache does not hold the five seeds; run python benchmarks/recipe.py --train first")
        return
    answerers = [QuestionAnswerer(folder, precision="fp32") for folder in folders]
    validation, test = Models(answerers, "validation"), Models(answerers, "test")
    everyone = tuple(SEEDS)
    rows = []
    for n in (1, 2, 3, 5):
        found = [validation.score(seeds).total.f1 for seeds in combinations(SEEDS, n)]
        rows.append(points(f"validation F1, logits of {n} seed{'s' if n > 1 else ''} averaged", float(np.mean(found))))
    by_weight = {weight: validation.score(everyone, weight) for weight in WEIGHTS}
    rows += [points(f"validation F1, five seeds, prior x {w}", one.total.f1) for w, one in by_weight.items() if w]
    chosen = max(by_weight, key=lambda weight: by_weight[weight].total.f1)
    gain = paired_comparison(by_weight[chosen], by_weight[0])
    one, five, best = test.score((0,)), test.score(everyone), test.score(everyone, chosen)
    singles = float(np.mean([test.score((seed,)).total.f1 for seed in SEEDS]))
    rows += [
        points("test F1, one seed (mean of five)", singles),
        points("test F1, five seeds averaged", five.total.f1),
        points(f"test F1, five seeds averaged, prior x {chosen}", best.total.f1),
        points(f"test EM, five seeds averaged, prior x {chosen}", best.total.exact_match),
    ]
    averaged = paired_comparison(five, one)
    report_all(
        "averaging",
        rows,
        prior_on_validation=[gain.difference, gain.low, gain.high],
        five_against_seed_0_on_test=[averaged.difference, averaged.low, averaged.high],
    )


def points(what: str, fraction: float) -> Measurement:
    """A score as a row."""
    return Measurement(what, round(100 * fraction, 2), unit="points")


if __name__ == "__main__":
    main()
