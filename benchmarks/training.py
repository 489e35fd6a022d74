"""Our recipe against the classic one, on the same questions with the same number of steps, one after the other.

python benchmarks/training.py        (about three minutes on two cores)

The classic recipe is that of the well-known example script of transformers: every window padded to 384 tokens,
float32, dropout 0.1, all layers trained, shuffled without regard to length, the default attention. It gets our batch
size and our learning rates, so that only speed differs. At its usual learning rate, 3e-5, this small model has hardly
begun to answer after so few steps; the result file has that F1 too, from a run that is ours in everything else.

Training seconds leave out the scoring in between. *The same F1* is the lower one of the two at the end, and the time
to it ends at the first of the four scorings that reaches it.
"""

from __future__ import annotations

import dataclasses
import os
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import datasets
import torch
from _report import Comparison, report_all
from transformers import Trainer, TrainerCallback, TrainingArguments, set_seed
from transformers.trainer_callback import PrinterCallback

from qa_lesson.answering import QuestionAnswerer
from qa_lesson.corpus import load_corpus
from qa_lesson.encoder import load_qa_model, load_tokenizer
from qa_lesson.evaluation import evaluate_predictions
from qa_lesson.hardware import device_type
from qa_lesson.runs import TrainingConfig
from qa_lesson.training import freeze
from qa_lesson.training.parameters import make_optimizer
from qa_lesson.training.trainer import make_trainer
from qa_lesson.windows import Windows, make_windows

EXPECTED_SECONDS = 400
SCORINGS = 4
CLASSIC_DROPOUT, CLASSIC_RATE = 0.1, 3e-5
N_FULL = len(load_corpus("train")) + len(load_corpus("extra_train"))

CONFIG = TrainingConfig(epochs=2, keep="last")
TRAIN, VALIDATION = load_corpus("train")[::4], load_corpus("validation")


@dataclass
class Clock(TrainerCallback):
    """Training seconds without the scoring, and the validation F1 after each quarter of the steps."""

    score: Any
    seconds: float = 0.0
    curve: list[tuple[float, float]] = field(default_factory=list)
    _started: float = 0.0

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Start."""
        self._started = time.perf_counter()

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Stop for the scoring when another quarter is done."""
        if state.global_step >= state.max_steps * (len(self.curve) + 1) / SCORINGS:
            if device_type() == "cuda":
                torch.cuda.synchronize()
            self.seconds += time.perf_counter() - self._started
            self.curve.append((self.seconds, self.score()))
            kwargs["model"].train()
            self._started = time.perf_counter()

    def reaches(self, f1: float) -> float:
        """Training seconds until the first scoring of at least `f1`."""
        return next(seconds for seconds, reached in self.curve if reached >= f1)


def validation_f1(model: Any, tokenizer: Any) -> float:
    """F1 of the model as it is now."""
    with torch.random.fork_rng():
        answers = QuestionAnswerer(model_and_tokenizer=(model, tokenizer), device=device_type())
        return evaluate_predictions(VALIDATION, answers.predict(VALIDATION, n_best=1)).total.f1


def timed(trainer: Trainer, tokenizer: Any) -> Clock:
    """Train with the clock."""
    clock = Clock(lambda: validation_f1(trainer.model, tokenizer))
    trainer.add_callback(clock)
    trainer.remove_callback(PrinterCallback)
    trainer.train()
    return clock


def train_ours(windows: Windows, config: TrainingConfig, folder: Path) -> Clock:
    """The package's recipe."""
    set_seed(config.seed)
    tokenizer, model = load_tokenizer(), load_qa_model(dropout=config.dropout)
    freeze(model, embeddings=config.freeze_embeddings, layers=config.frozen_layers)
    trainer = make_trainer(model, tokenizer, windows, windows, config, folder)
    trainer.args.eval_strategy = trainer.args.save_strategy = "no"  # the clock scores
    return timed(trainer, tokenizer)


def train_classic(windows: Windows, folder: Path) -> Clock:
    """The classic recipe with our learning rates and batch size."""
    set_seed(CONFIG.seed)
    tokenizer, model = load_tokenizer(), load_qa_model(dropout=CLASSIC_DROPOUT)
    columns = windows.columns()
    del columns["length"]
    padded = tokenizer.pad(
        {name: columns[name] for name in windows.inputs}, padding="max_length", max_length=CONFIG.max_length
    )
    arguments = TrainingArguments(
        output_dir=str(folder),
        num_train_epochs=CONFIG.epochs,
        per_device_train_batch_size=CONFIG.batch_size,
        learning_rate=CONFIG.learning_rate,
        save_strategy="no",
        seed=CONFIG.seed,
        disable_tqdm=True,
        report_to="none",
        dataloader_pin_memory=device_type() == "cuda",
    )
    trainer = Trainer(
        model=model,
        args=arguments,
        train_dataset=datasets.Dataset.from_dict({**columns, **padded}),
        optimizers=(make_optimizer(model, CONFIG), None),
    )
    return timed(trainer, tokenizer)


def main() -> None:
    """Run both, and ours once more at the classic learning rate."""
    windows = make_windows(TRAIN, load_tokenizer(), max_length=CONFIG.max_length, stride=CONFIG.stride)
    slow = dataclasses.replace(CONFIG, learning_rate=CLASSIC_RATE, head_learning_rate=CLASSIC_RATE)
    with tempfile.TemporaryDirectory() as name:
        ours = train_ours(windows, CONFIG, Path(name))
        classic = train_classic(windows, Path(name))
        at_classic_rate = train_ours(windows, slow, Path(name))
    n = CONFIG.epochs * len(TRAIN)
    f1 = min(ours.curve[-1][1], classic.curve[-1][1])
    a, b = "our recipe", "classic recipe"
    report_all(
        "training",
        [
            Comparison(
                f"training, {CONFIG.epochs} epochs of {len(TRAIN)} questions",
                (a, ours.seconds),
                (b, classic.seconds),
                8,
            ),
            Comparison(
                f"training to the same validation F1 ({100 * f1:.0f}%)",
                (a, ours.reaches(f1)),
                (b, classic.reaches(f1)),
                8,
            ),
            Comparison(
                "training, questions a second", (a, n / ours.seconds), (b, n / classic.seconds), 8, "", True
            ),
        ],
        validation_f1={a: ours.curve[-1][1], b: classic.curve[-1][1], "ours at 3e-5": at_classic_rate.curve[-1][1]},
        curves={a: ours.curve, b: classic.curve},
        n_windows=len(windows),
        extrapolated={f"seconds of an epoch of all {N_FULL:,} questions": {
            a: ours.seconds * N_FULL / n, b: classic.seconds * N_FULL / n}},
        config=dataclasses.asdict(CONFIG),
    )  # fmt: skip


if __name__ == "__main__":
    os.environ.setdefault("CI", "true")  # no bars
    main()
