"""The default recipe from three seeds, beside an untrained head: the results table of the README.

python benchmarks/recipe.py        (three trainings, unless they are in the run cache)
"""

from __future__ import annotations

import json
import platform
import statistics
from typing import Any

import torch
import transformers
from _report import RESULTS, processor

from qa_lesson.answering import QuestionAnswerer
from qa_lesson.corpus import annotator_answers, load_corpus, load_training
from qa_lesson.evaluation import evaluate_predictions, reported_interval
from qa_lesson.hardware import device_type
from qa_lesson.runs import TrainingConfig, library_versions
from qa_lesson.training import finetune

SEEDS = (0, 1, 2)
SPLITS = ("test", "out_of_domain")

EXPECTED_SECONDS = 420


def scores(answerer: QuestionAnswerer) -> dict[str, Any]:
    """EM and F1 (fractions) with the 95% interval of F1, for each reported split."""
    result = {}
    for split in SPLITS:
        examples = load_corpus(split)
        evaluation = evaluate_predictions(examples, answerer.predict(examples, n_best=1))
        interval = reported_interval(evaluation)  # three documents out of domain: about these very documents
        total = evaluation.total
        result[split] = {
            "exact_match": total.exact_match,
            "f1": total.f1,
            "f1_95": [interval.low, interval.high],
            "f1_95_claim": interval.claim,
        }
    return result


def annotator() -> dict[str, Any]:
    """The same for the AI-assisted annotator's answers to the answerable questions."""
    result = {}
    for split in SPLITS:
        examples = load_corpus(split)
        answers = annotator_answers(split)
        total = evaluate_predictions(examples, {example.id: answers[example.id] for example in examples}).total
        result[split] = {"exact_match": total.exact_match, "f1": total.f1}
    return result


def main() -> None:
    """Train, score, print and write ``results/recipe.json``."""
    transformers.set_seed(0)
    record: dict[str, Any] = {"untrained": scores(QuestionAnswerer("embedded")), "AI-assisted annotator": annotator()}
    seconds = []
    for seed in SEEDS:
        run = finetune(load_training(), load_corpus("validation"), TrainingConfig(seed=seed))
        seconds.append(run.train_seconds)
        record[f"seed {seed}"] = {**scores(QuestionAnswerer(run.model_dir)), "train_seconds": run.train_seconds}
    for name, row in record.items():
        print(name, {split: f"EM {row[split]['exact_match']:.3f} F1 {row[split]['f1']:.3f}" for split in SPLITS})
    print(f"training: median {statistics.median(seconds):.0f} s")
    machine = {"processor": processor(), "threads": torch.get_num_threads(), "device": device_type()}
    record |= {"machine": machine, "versions": {"python": platform.python_version(), **library_versions()}}
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "recipe.json").write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()
