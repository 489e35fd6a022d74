"""Seeds of the default recipe, and of the same with dropout: the results table of the README and their comparison.

    python benchmarks/recipe.py           (scores the stored answers: seconds)
    python benchmarks/recipe.py --train   (trains what is not in the run cache, answers, and stores the answers)

Every run's answers are kept in results/recipe_answers.json, so every figure can be computed again without training.
"""

from __future__ import annotations

import argparse
import json
import statistics
from typing import Any

import transformers
from _report import RESULTS, machine, versions, write

from qa_lesson.answering import QuestionAnswerer
from qa_lesson.corpus import annotator_answers, load_corpus, load_training
from qa_lesson.errors import DataError
from qa_lesson.evaluation import (
    Evaluation,
    RecipeComparison,
    compare_recipes,
    evaluate_predictions,
    score_interval,
    variance_components,
)
from qa_lesson.runs import TrainingConfig
from qa_lesson.storage import write_atomically
from qa_lesson.training import finetune

EXPECTED_SECONDS = 30

SPLITS = ("validation", "test", "out_of_domain")
ANSWERS = RESULTS / "recipe_answers.json"
RECIPES = {
    "default recipe": (TrainingConfig(), range(5)),
    "with dropout 0.1": (TrainingConfig(dropout=None), range(3)),  # the encoder's own
}
"""Settings and seeds."""
Answers = dict[str, dict[str, str]]
"""The answer to each question of each split."""


def train() -> None:
    """Train both recipes with every seed and store the answers, one run after another."""
    stored: dict[str, Any] = json.loads(ANSWERS.read_text()) if ANSWERS.is_file() else {}
    transformers.set_seed(0)  # of the untrained head
    stored.setdefault("untrained head", {"answers": answers(QuestionAnswerer("embedded"))})
    for name, (config, seeds) in RECIPES.items():
        runs = stored.setdefault(name, {})
        for seed in seeds:
            settings = {**vars(config), "seed": seed}
            run = finetune(load_training(), load_corpus("validation"), TrainingConfig(**settings))
            runs[str(seed)] = {
                "curve": [vars(point) for point in run.curve],
                "kept": run.kept.epoch,
                "answers": answers(QuestionAnswerer(run.model_dir)),
            }
            print(f"{name}, seed {seed}: {run.train_seconds:.0f} s, validation F1 {run.kept.f1:.1%}", flush=True)
            stored |= {"machine": machine(), "versions": versions()}
            write_atomically(ANSWERS, json.dumps(stored, indent=1, ensure_ascii=False) + "\n")


def answers(answerer: QuestionAnswerer) -> Answers:
    """The best answer to every question of every split."""
    return {
        split: {answer.id: answer.text for answer in answerer.predict(load_corpus(split), n_best=1)} for split in SPLITS
    }


def evaluations(stored: Answers) -> dict[str, Evaluation]:
    """Stored answers, scored."""
    return {split: evaluate_predictions(load_corpus(split), texts) for split, texts in stored.items()}


def row(scored: dict[str, Evaluation]) -> dict[str, Any]:
    """EM and F1 (fractions) on each split; with the 95% interval of F1 if there are documents enough for one."""
    result: dict[str, Any] = {}
    for split, evaluation in scored.items():
        total = evaluation.total
        result[split] = {"exact_match": total.exact_match, "f1": total.f1}
        try:
            interval = score_interval(evaluation)
        except DataError:  # the out-of-domain split has three documents
            continue
        result[split] |= {"f1_low": interval.low, "f1_high": interval.high, "unit": interval.unit}
    return result


def summarize(stored: dict[str, Any]) -> dict[str, Any]:
    """All figures of the results table and of the comparison, from the stored answers."""
    record: dict[str, Any] = {"rows": {"untrained head": row(evaluations(stored["untrained head"]["answers"]))}}
    scored = {
        name: {seed: evaluations(run["answers"]) for seed, run in stored[name].items()}
        for name in RECIPES
        if name in stored
    }
    for name, runs in scored.items():
        record["rows"] |= {f"{name}, seed {seed}": row(splits) for seed, splits in runs.items()}
    annotator = {split: annotator_answers(split) for split in ("test", "out_of_domain")}
    asked = {split: {example.id for example in load_corpus(split)} for split in annotator}
    record["rows"]["AI-assisted annotator"] = row(
        evaluations(
            {split: {q: a for q, a in texts.items() if q in asked[split]} for split, texts in annotator.items()}
        )
    )
    record["recipes"] = {name: recipe(runs) for name, runs in scored.items()}
    if len(scored) == 2:
        default, dropout = (list(runs.values()) for runs in scored.values())
        record["comparison"] = {
            split: comparison(compare_recipes([run[split] for run in default], [run[split] for run in dropout]))
            for split in ("validation", "test")
        }
    return record


def recipe(runs: dict[str, dict[str, Evaluation]]) -> dict[str, Any]:
    """Mean and spread (standard deviation) over the seeds, on each split."""
    result: dict[str, Any] = {"seeds": len(runs)}
    for split in SPLITS:
        for metric in ("exact_match", "f1"):
            scores = [getattr(run[split].total, metric) for run in runs.values()]
            result.setdefault(split, {})[metric] = {"mean": statistics.mean(scores), "sd": statistics.stdev(scores)}
    parts = variance_components([run["test"] for run in runs.values()])
    result["test_f1_sd"] = {name: getattr(parts, name) for name in ("seeds", "documents", "questions")}
    return result


def comparison(found: RecipeComparison) -> dict[str, Any]:
    """A comparison of recipes as plain data."""
    return {"difference": found.difference, "low": found.low, "high": found.high, "p_value": found.p_value}


def main() -> None:
    """Score, print and write ``results/recipe.json``."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--train", action="store_true", help="train and answer again; cached runs are used")
    if parser.parse_args().train:
        train()
    stored = json.loads(ANSWERS.read_text(encoding="utf-8"))
    record = summarize(stored)
    for name, splits in record["rows"].items():
        print(name, {split: f"EM {one['exact_match']:.1%} F1 {one['f1']:.1%}" for split, one in splits.items()})
    for name, one in record["recipes"].items():
        f1 = one["test"]["f1"]
        print(f"{name}: test F1 {f1['mean']:.1%}, sd {f1['sd']:.1%}")
    for split, one in record.get("comparison", {}).items():
        print(f"{split}: difference {one['difference']:+.1%} [{one['low']:+.1%}, {one['high']:+.1%}]")
    trained_on = {"trained_on": stored["machine"], "trained_with": stored["versions"]}
    write("recipe", {**record, **trained_on})


if __name__ == "__main__":
    main()
