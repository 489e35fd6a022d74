"""What was tried to raise F1: every variant of the recipe with several seeds, compared on the validation questions.

    python benchmarks/higher_f1.py                          (scores the stored answers: seconds)
    python benchmarks/higher_f1.py --train VARIANT SEED ... (trains, answers and stores: minutes for each seed)

A run's logits go to build/higher_f1, where later variants find them: distillation learns from the mean logits of five
runs. The answers go to results/higher_f1_answers.json, so every figure can be computed again without training. The
test questions are scored for the recipe, and for what the validation questions chose.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
import transformers
from _report import RESULTS, report_all
from torch.nn import functional

from qa_lesson.answering import QuestionAnswerer
from qa_lesson.corpus import load_corpus, load_other_handbooks, load_training
from qa_lesson.decoding import decode
from qa_lesson.encoder import load_qa_model, load_tokenizer
from qa_lesson.evaluation import Evaluation, compare_recipes, evaluate_predictions
from qa_lesson.evaluation.repeated_runs import MIN_SEEDS
from qa_lesson.runs import TrainingConfig
from qa_lesson.schema import Example
from qa_lesson.semantic import embed
from qa_lesson.storage import write_atomically
from qa_lesson.text.segmentation import sentence_ranges
from qa_lesson.training import finetune
from qa_lesson.training.open_settings import choose_settings
from qa_lesson.training.parameters import freeze, make_optimizer, training_attention
from qa_lesson.windows import Windows, make_windows

EXPECTED_SECONDS = 20
ANSWERS = RESULTS / "higher_f1_answers.json"
LOGITS = Path(__file__).parents[1] / "build" / "higher_f1"
PARAPHRASES = Path(__file__).parent / "data" / "paraphrased_training.json"
TEMPERATURE, TEACHERS_SHARE = 2.0, 0.7  # of distillation (Hinton et al. 2015)
PRIOR_WEIGHTS = (2, 4, 6)
FloatArray = npt.NDArray[np.float32]


@dataclasses.dataclass(frozen=True)
class Variant:
    """A change of the default recipe.

    Args:
        about: in a few words.
        head_start: starts from a run of one epoch over the questions on other handbooks, with the same seed.
        paraphrased: the second epoch asks every question in other words.
        sentence_weight: of an additional loss, minus the log of the probability inside the answer's sentence.
        teachers: the variant whose runs' mean logits are learned from, with `TEACHERS_SHARE` of the loss.
    """

    about: str
    head_start: bool = False
    paraphrased: bool = False
    sentence_weight: float = 0.0
    teachers: str | None = None


VARIANTS = {
    "recipe": Variant("the default recipe"),
    "sentence": Variant("and a loss on the answer's sentence", sentence_weight=0.5),
    "paraphrased": Variant("the second epoch in other words", paraphrased=True),
    "distilled": Variant("learns from five seeds of the recipe", teachers="recipe"),
    "head start": Variant("starts from an epoch on other handbooks", head_start=True),
    "head start, distilled": Variant(
        "the same, and learns from five seeds of it", head_start=True, teachers="head start"
    ),
}


def train(name: str, seed: int) -> None:
    """Train one variant with one seed, and store its logits and answers."""
    variant, config, tokenizer = VARIANTS[name], TrainingConfig(seed=seed), load_tokenizer()
    if variant.head_start:
        first = dataclasses.replace(config, epochs=1)
        run = finetune(load_other_handbooks(), load_corpus("validation"), first)
        config = dataclasses.replace(config, model=str(run.model_dir))
    own = load_training()
    config = choose_settings(config, own)
    in_other_words = json.loads(PARAPHRASES.read_text(encoding="utf-8")) if variant.paraphrased else {}
    twins = [dataclasses.replace(one, question=in_other_words[one.id]) for one in own] if in_other_words else []
    windows = make_windows([*own, *twins], tokenizer, max_length=config.max_length, stride=config.stride)
    assert len(windows) == len(own) + len(twins), "a passage of the corpus fits one window"
    places = np.arange(len(windows))
    epochs = [places[: len(own)], places[-len(own) :]]  # the second half of the places where there are twins

    transformers.set_seed(seed)
    model = load_qa_model(config.model, dropout=config.dropout, attention=training_attention())
    freeze(model, embeddings=config.freeze_embeddings, layers=config.frozen_layers)
    loss = Loss(variant, windows)
    batches = make_batches(epochs, windows.lengths, config.batch_size, np.random.default_rng(seed))
    optimizer = make_optimizer(model, config)
    warm = math.ceil(config.warmup * len(batches))
    schedule = transformers.get_linear_schedule_with_warmup(optimizer, warm, len(batches))
    model.train()
    for rows in batches:
        inputs = tokenizer.pad(
            {key: [values[row] for row in rows] for key, values in windows.inputs.items()}, return_tensors="pt"
        )
        with torch.autocast("cpu", torch.bfloat16, enabled=config.uses_bf16):
            output = model(**inputs)
        value = loss(rows, output.start_logits.float(), output.end_logits.float(), inputs["attention_mask"] == 0)
        optimizer.zero_grad()
        value.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
    store(name, seed, QuestionAnswerer(model_and_tokenizer=(model, tokenizer), precision="fp32"), own)


class Loss:
    """The mean cross-entropy of start and end, with what the variant adds."""

    def __init__(self, variant: Variant, windows: Windows) -> None:
        self.variant = variant
        self.labels = [
            torch.from_numpy(side.astype(np.int64)) for side in (windows.start_positions, windows.end_positions)
        ]
        self.in_sentence = answer_sentences(windows) if variant.sentence_weight else None
        self.targets = mean_logits(variant.teachers, "training") if variant.teachers else None

    def __call__(self, rows: FloatArray, start: torch.Tensor, end: torch.Tensor, padding: torch.Tensor) -> torch.Tensor:
        """Of a batch: its windows, (B, L) float32 logits, and (B, L) which tokens are padding."""
        total = torch.zeros(())
        for side, logits in enumerate((start, end)):
            value = functional.cross_entropy(logits, self.labels[side][rows])
            masked = logits.masked_fill(padding, -1e4)
            if self.targets is not None:
                target = torch.from_numpy(self.targets[side][rows, : logits.shape[1]]).masked_fill(padding, -1e4)
                found = functional.log_softmax(masked / TEMPERATURE, -1)
                apart = functional.kl_div(found, functional.softmax(target / TEMPERATURE, -1), reduction="batchmean")
                value = (1 - TEACHERS_SHARE) * value + TEACHERS_SHARE * TEMPERATURE**2 * apart
            if self.in_sentence is not None:
                inside = torch.from_numpy(self.in_sentence[rows, : logits.shape[1]])
                missed = torch.logsumexp(masked, -1) - torch.logsumexp(masked.masked_fill(~inside, -1e4), -1)
                value = value + self.variant.sentence_weight * missed.mean()
            total = total + value / 2
        return total


def make_batches(
    epochs: Sequence[npt.NDArray[np.int64]], lengths: Sequence[int], batch_size: int, rng: np.random.Generator
) -> list[npt.NDArray[np.int64]]:
    """Rows of each step: shuffled for each epoch, with windows of like length together, as the Trainer groups them."""
    long, found = np.array(lengths), []
    for rows in epochs:
        shuffled, batches = rng.permutation(rows), []
        for first in range(0, len(rows), 50 * batch_size):
            block = shuffled[first : first + 50 * batch_size]
            block = block[np.argsort(-long[block], kind="stable")]
            batches += [block[at : at + batch_size] for at in range(0, len(block), batch_size)]
        found += [batches[place] for place in rng.permutation(len(batches))]
    return found


def answer_sentences(windows: Windows) -> npt.NDArray[np.bool_]:
    """(W, L) whether a token begins in the sentence where the preferred answer starts."""
    starts, inside = windows.offsets[..., 0], np.zeros(windows.offsets.shape[:2], bool)
    for row, owner in enumerate(windows.example_of):
        example = windows.examples[owner]
        at = example.answers[0].start
        first, last = next(pair for pair in sentence_ranges(example.context) if pair[0] <= at < pair[1])
        inside[row] = (starts[row] >= first) & (starts[row] < last)
    return inside


def sentence_prior(windows: Windows) -> FloatArray:
    """(W, L) the cosine between the question and the sentence that holds a token; 0 outside the context."""
    prior = np.zeros(windows.offsets.shape[:2], np.float32)
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


def store(name: str, seed: int, answerer: QuestionAnswerer, trained_on: Sequence[Example]) -> None:
    """Keep the logits of a run in the build folder, and its answers in the results."""
    splits = {"validation": load_corpus("validation"), "test": load_corpus("test"), "training": trained_on}
    arrays, answers = {}, {}
    for split, examples in splits.items():
        windows = windows_of(examples, answerer)
        start, end = answerer.logits(windows)
        arrays |= {f"{split} start": start.astype(np.float16), f"{split} end": end.astype(np.float16)}
        if split != "training":
            answers[split] = {one.id: one.text for one in decode(start, end, windows, n_best=1)}
    LOGITS.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(LOGITS / f"{name}, seed {seed}.npz", **arrays)  # type: ignore[arg-type]
    remember(name, str(seed), answers)


def windows_of(examples: Sequence[Example], answerer: QuestionAnswerer) -> Windows:
    """Of the default size."""
    return make_windows(examples, answerer.tokenizer, max_length=answerer.max_length, stride=answerer.stride)


def remember(name: str, which: str, answers: dict[str, dict[str, str]]) -> None:
    """Add the answers of a run, or of an average of runs, to the stored ones."""
    stored = json.loads(ANSWERS.read_text(encoding="utf-8")) if ANSWERS.is_file() else {}
    stored.setdefault(name, {})[which] = answers
    write_atomically(ANSWERS, json.dumps(stored, indent=1, ensure_ascii=False, sort_keys=True) + "\n")


def mean_logits(name: str, split: str) -> tuple[FloatArray, FloatArray]:
    """(W, L) start and end logits, averaged over all stored runs of a variant.

    Raises:
        SystemExit: there is none.
    """
    files = sorted(LOGITS.glob(f"{name}, seed *.npz"))
    if not files:
        raise SystemExit(f"no logits of {name!r} in {LOGITS}: train it first, python benchmarks/higher_f1.py --train")
    total: list[Any] = [0.0, 0.0]
    for file in files:
        with np.load(file) as arrays:
            for side, part in enumerate(("start", "end")):
                total[side] = total[side] + np.maximum(arrays[f"{split} {part}"].astype(np.float32), -1e4) / len(files)
    return total[0], total[1]


def average(name: str) -> None:
    """Answer with the mean logits of a variant's runs, without and with the prior, and store the answers."""
    tokenizer, config = load_tokenizer(), TrainingConfig()
    found: dict[float, dict[str, dict[str, str]]] = {}
    for split in ("validation", "test"):
        windows = make_windows(load_corpus(split), tokenizer, max_length=config.max_length, stride=config.stride)
        start, end = mean_logits(name, split)
        prior = sentence_prior(windows)[:, : start.shape[1]]
        for weight in (0, *PRIOR_WEIGHTS):
            answers = decode(start + weight * prior, end, windows, n_best=1)
            found.setdefault(weight, {})[split] = {one.id: one.text for one in answers}
    for weight, answers in found.items():
        remember(name, "mean of logits" + (f", prior x {weight:g}" if weight else ""), answers)


def evaluate_stored(stored: dict[str, Any], split: str) -> dict[str, dict[str, Evaluation]]:
    """All stored answers to a split, scored: by variant, then by seed or kind of average."""
    examples = load_corpus("validation" if split == "validation" else "test")
    return {
        name: {which: evaluate_predictions(examples, one[split]) for which, one in runs.items()}
        for name, runs in stored.items()
    }


def summary(name: str, runs: dict[str, Evaluation], against: dict[str, Evaluation]) -> dict[str, Any]:
    """Means over the seeds (percent), and the difference to the recipe with its 95% interval where there is one."""
    singles, others = ([one for which, one in side.items() if which.isdigit()] for side in (runs, against))
    totals = [one.total for one in singles]
    row: dict[str, Any] = {
        "variant": name,
        "about": VARIANTS[name].about,
        "seeds": len(singles),
        "exact_match": 100 * float(np.mean([one.exact_match for one in totals])),
        "f1": 100 * float(np.mean([one.f1 for one in totals])),
    }
    if runs is not against and len(singles) >= MIN_SEEDS:
        found = compare_recipes(singles, others)
        row["difference"] = [100 * value for value in (found.difference, found.low, found.high)]
    averaged = {which: one.total for which, one in runs.items() if not which.isdigit()}
    row["averages"] = {which: [100 * one.exact_match, 100 * one.f1] for which, one in averaged.items()}
    return row


def main() -> None:
    """Train what is asked for; else score the stored answers, print and write ``results/higher_f1.json``."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--train", nargs="+", metavar=("VARIANT", "SEED"), help=f"one of {', '.join(VARIANTS)}, and seeds"
    )
    parser.add_argument("--average", metavar="VARIANT", help="answer with the mean logits of its runs")
    options = parser.parse_args()
    if options.train:
        for seed in options.train[1:]:
            train(options.train[0], int(seed))
    if options.average:
        average(options.average)
    if options.train or options.average:
        return
    stored = json.loads(ANSWERS.read_text(encoding="utf-8"))
    rows = {}
    for split in ("validation", "test"):
        scored = evaluate_stored(stored, split)
        rows[split] = [summary(name, scored[name], scored["recipe"]) for name in VARIANTS if name in scored]
        for row in rows[split]:
            print(split, json.dumps(row))
    report_all("higher_f1", [], **rows)


if __name__ == "__main__":
    main()
