"""The `transformers.Trainer` of the recipe: its settings, and the scores that it logs after each epoch."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from qa_lesson.decoding import decode
from qa_lesson.errors import PredictionError
from qa_lesson.evaluation import evaluate_predictions
from qa_lesson.hardware import device_type, from_all, give_back_memory, is_main_process, n_processes
from qa_lesson.runs import EpochResult, TrainingConfig, learning_curve
from qa_lesson.training.epoch_table import show_progress
from qa_lesson.training.parameters import make_optimizer
from qa_lesson.windows import Windows

if TYPE_CHECKING:
    from transformers import EvalPrediction, PreTrainedModel, Trainer

_GIVE_BACK_AFTER = 20
"""Steps after which freed memory is returned. It takes as long as a thirtieth of a step on two CPU cores."""


def make_trainer(
    model: PreTrainedModel,
    tokenizer: Any,
    windows: Windows,
    validation_windows: Windows,
    config: TrainingConfig,
    checkpoints: Path,
) -> Trainer:
    """A `transformers.Trainer` with the settings of `config`, its checkpoints in the folder `checkpoints`."""
    import datasets
    from torch.utils.data import SequentialSampler
    from transformers import DataCollatorWithPadding, EarlyStoppingCallback, Trainer, TrainingArguments

    class InOrderTrainer(Trainer):
        """Groups training windows by length, but evaluates in order: by itself the Trainer would group both."""

        def _get_eval_sampler(self, eval_dataset: Any) -> SequentialSampler:
            return SequentialSampler(eval_dataset)

    arguments = TrainingArguments(
        output_dir=str(checkpoints),
        num_train_epochs=config.epochs,
        per_device_train_batch_size=config.batch_size,
        per_device_eval_batch_size=_multiple(n_processes(), max(32, config.batch_size)),
        learning_rate=config.learning_rate,
        warmup_steps=config.warmup,
        bf16=config.uses_bf16,
        use_cpu=device_type() == "cpu",  # bf16 on a CPU is refused without it
        eval_strategy="epoch",
        save_strategy="epoch",
        logging_strategy="epoch",
        load_best_model_at_end=config.keep == "best",
        metric_for_best_model="f1",
        save_total_limit=1,
        accelerator_config={"split_batches": True},  # several processes share the batches of one
        ddp_find_unused_parameters=False,
        train_sampling_strategy="group_by_length",
        length_column_name="length",
        label_names=["start_positions", "end_positions"],
        seed=config.seed,
        disable_tqdm=True,  # `show_progress` has a bar of its own
        report_to="none",
        dataloader_pin_memory=device_type() == "cuda",
    )
    trainer = InOrderTrainer(
        model=model,
        args=arguments,
        train_dataset=datasets.Dataset.from_dict(windows.columns()),
        eval_dataset=datasets.Dataset.from_dict(validation_windows.columns()),
        data_collator=DataCollatorWithPadding(tokenizer) if n_processes() == 1 else padded_together(tokenizer),
        compute_metrics=qa_metrics(validation_windows, max_answer_tokens=config.answer_limit),
        callbacks=[EarlyStoppingCallback(config.patience)] if config.keep == "best" else [],
        optimizers=(make_optimizer(model, config), None),
    )
    show_progress(trainer)
    if device_type() == "cpu":
        stay_small(trainer)
    return trainer


def stay_small(trainer: Trainer) -> None:
    """Return freed memory to the system every few steps of a run on the CPU.

    Batches have different lengths, so what one batch frees seldom fits the next one, and the process would grow by half
    a gigabyte over a few hundred steps.
    """
    from transformers import TrainerCallback

    class GiveBack(TrainerCallback):
        def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            if state.global_step % _GIVE_BACK_AFTER == 0:
                give_back_memory()

        def on_evaluate(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            give_back_memory()

    trainer.add_callback(GiveBack())


def padded_together(tokenizer: Any) -> Callable[[list[dict[str, Any]]], Any]:
    """A collator that pads to the longest window of all processes: the loss counts the padding as well."""
    from transformers import DataCollatorWithPadding

    def collate(rows: list[dict[str, Any]]) -> Any:
        longest = max(from_all(max(len(row["input_ids"]) for row in rows)))
        return DataCollatorWithPadding(tokenizer, padding="max_length", max_length=longest)(rows)

    return collate


def _multiple(of: int, at_least: int) -> int:
    return -(-at_least // of) * of


def watch_epochs(
    trainer: Trainer, scored: Windows | None, max_answer_tokens: int, on_epoch: Callable[[EpochResult], None] | None
) -> None:
    """After each validation: score the training windows `scored` too, then tell `on_epoch` the new points."""
    import datasets
    import torch
    from transformers import TrainerCallback

    told = 0  # a run that goes on from a checkpoint first tells the epochs that it holds

    class AfterValidation(TrainerCallback):
        def on_evaluate(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            nonlocal told
            if scored is not None:
                trainer.log(score(scored))  # into the history, which the checkpoint keeps
            points = learning_curve(state.log_history)[told:]
            told += len(points)
            if on_epoch is not None and is_main_process():
                for point in points:
                    on_epoch(point)

    def score(windows: Windows) -> dict[str, float]:
        validating = trainer.compute_metrics
        trainer.compute_metrics = qa_metrics(windows, max_answer_tokens=max_answer_tokens)
        try:
            with torch.random.fork_rng():  # a data loader draws a number, and the dropout after it would be different
                result = trainer.predict(datasets.Dataset.from_dict(windows.columns()), metric_key_prefix="scored")
        finally:
            trainer.compute_metrics = validating
        return {name: (result.metrics or {})[name] for name in ("scored_exact_match", "scored_f1")}

    trainer.add_callback(AfterValidation())


def qa_metrics(windows: Windows, *, max_answer_tokens: int = 30) -> Callable[[EvalPrediction], dict[str, float]]:
    """A `compute_metrics` for `transformers.Trainer` that returns ``exact_match`` and ``f1`` as fractions.

    Args:
        windows: of the evaluation data, in its order; the Trainer itself only knows token positions.
        max_answer_tokens: longest span that is decoded.

    Raises:
        PredictionError: (when called) the Trainer evaluated other windows, or these in another order, as it does
            with ``train_sampling_strategy="group_by_length"``.
    """
    threshold = None if all(example.is_answerable for example in windows.examples) else 0.0

    def compute(prediction: EvalPrediction) -> dict[str, float]:
        logits: Any = prediction.predictions  # a tuple, though typed as one array
        start_logits, end_logits = logits[:2]
        labels: Any = prediction.label_ids
        if not all(map(np.array_equal, labels, (windows.start_positions, windows.end_positions))):
            raise PredictionError(
                "the evaluated labels are not those of the windows, so the answers would be scored on other questions",
                fix='evaluate the windows in their order; train_sampling_strategy="group_by_length" shuffles them too',
            )
        answers = decode(
            start_logits,
            end_logits,
            windows,
            n_best=1,
            max_answer_tokens=max_answer_tokens,
            no_answer_threshold=threshold,
        )
        total = evaluate_predictions(windows.examples, answers).total
        return {"exact_match": total.exact_match, "f1": total.f1}

    return compute
