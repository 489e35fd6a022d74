"""Fine-tuning on `transformers.Trainer`: one recipe, recorded, cached and resumable.

The result of `finetune` knows what it was made from: the data's hash, every setting, the versions, the device and
the curve. The same call again is answered from the cache.
"""

from __future__ import annotations

import dataclasses
import json
import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from filelock import FileLock

from qa_lesson.decoding import decode
from qa_lesson.encoder import load_qa_model, load_tokenizer, quiet
from qa_lesson.errors import ConfigError, DataError, ModelError, PredictionError, StorageError
from qa_lesson.evaluation import evaluate_predictions
from qa_lesson.hardware import device_type, progress_wanted
from qa_lesson.runs import (
    RUN_FILE,
    EpochResult,
    TrainingConfig,
    TrainingRun,
    cache_dir,
    evenly_spread,
    hash_examples,
    learning_curve,
    library_versions,
    load_run,
    run_key,
)
from qa_lesson.schema import Example
from qa_lesson.storage import folder_atomically, storage_error, write_atomically
from qa_lesson.windows import Windows, make_windows

if TYPE_CHECKING:
    from transformers import EvalPrediction, PreTrainedModel, Trainer


def finetune(
    train: Sequence[Example],
    validation: Sequence[Example],
    config: TrainingConfig | None = None,
    *,
    output_dir: str | Path | None = None,
    use_cache: bool = True,
    on_epoch: Callable[[EpochResult], None] | None = None,
) -> TrainingRun:
    """Fine-tune a question-answering model and keep the epoch with the best validation F1 (or the last one).

    Runs on CUDA, MPS or the CPU by itself. A run that was broken off goes on from its last epoch.

    Args:
        train: training examples; answers in several windows or in none are labelled by `make_windows`.
        validation: scored after each epoch; decides early stopping and the kept epoch, so report scores on others.
        config: settings; the default recipe if None.
        output_dir: where to put the model folder; None leaves it in the cache.
        use_cache: False trains again and replaces the cached run.
        on_epoch: called with each point of the learning curve as soon as it is known, in order; the points that an
            earlier call left in the cache come at once. An exception in it ends the training.

    Raises:
        DataError: no training or validation examples, or a question in both.
        ConfigError: settings that do not fit each other or the model, or an `output_dir` that holds other files.
        ModelError: the model cannot be loaded.
        StorageError: no room for the checkpoints or the model folder; nothing is left half-written.
    """
    config = config or TrainingConfig()
    _check_data(train, validation)
    if output_dir is not None:
        _check_output(Path(output_dir))
    data_hash = hash_examples(train, validation)
    key = run_key(config, data_hash)
    runs = cache_dir() / "runs"
    try:
        runs.mkdir(parents=True, exist_ok=True)
        with FileLock(runs / f"{key}.lock"):
            run = load_run(runs / key) if use_cache and (runs / key / RUN_FILE).is_file() else None
            if run is None:
                run = _train(train, validation, config, runs / key, data_hash, resume=use_cache, on_epoch=on_epoch)
            elif on_epoch is not None:
                for point in run.curve:
                    on_epoch(point)
    except OSError as error:
        raise storage_error(error, runs / key) from error
    if output_dir is not None:
        with folder_atomically(output_dir) as folder:
            shutil.copytree(run.model_dir, folder, dirs_exist_ok=True)
        run = dataclasses.replace(run, model_dir=Path(output_dir))
    return run


def _check_data(train: Sequence[Example], validation: Sequence[Example]) -> None:
    for name, part in (("training", train), ("validation", validation)):
        if not part:
            raise DataError(f"there are no {name} examples", received="0 examples", fix="see split_by_document")
    if not any(example.is_answerable for example in train):
        raise DataError("no training question has an answer", fix="add answerable questions")
    shared = {(ex.question, ex.context) for ex in train} & {(ex.question, ex.context) for ex in validation}
    if shared:
        raise DataError(
            f"{len(shared)} questions stand in the training and in the validation data with the same context",
            received=f"first: {min(shared)[0]!r}",
            fix="split by document: split_by_document(examples)",
        )


def _check_output(folder: Path) -> None:
    if folder.is_file():
        raise ConfigError("the output folder is a file", received=str(folder), fix="name a folder")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / RUN_FILE).is_file():
        raise ConfigError(
            "the output folder holds other files, which would be replaced",
            received=str(folder),
            fix="name a new folder, or one of an earlier run",
        )


def _train(
    train: Sequence[Example],
    validation: Sequence[Example],
    config: TrainingConfig,
    folder: Path,
    data_hash: str,
    *,
    resume: bool,
    on_epoch: Callable[[EpochResult], None] | None,
) -> TrainingRun:
    import torch
    from safetensors import SafetensorError
    from transformers import set_seed

    set_seed(config.seed)
    tokenizer = load_tokenizer(config.model)
    model = load_qa_model(config.model, dropout=config.dropout)
    _check_positions(model, config)
    freeze(model, embeddings=config.freeze_embeddings, layers=config.frozen_layers)
    window_size = {"max_length": config.max_length, "stride": config.stride}
    windows = make_windows(train, tokenizer, **window_size)
    validation_windows = make_windows(validation, tokenizer, **window_size)

    checkpoints = folder.with_name(f"{folder.name}.checkpoints")
    _check_space(model, checkpoints)
    trainer = _trainer(model, tokenizer, windows, validation_windows, config, checkpoints)
    last = _last_checkpoint(checkpoints) if resume else None
    if last is None:
        shutil.rmtree(checkpoints, ignore_errors=True)
    untrained = trainer.evaluate()["eval_f1"] if last is None else _untrained_f1(checkpoints)
    scored = evenly_spread(train, config.scored_training)
    scored_windows = make_windows(scored, tokenizer, **window_size) if scored else None
    _watch_epochs(trainer, scored_windows, config.max_answer_tokens, on_epoch)
    try:
        checkpoints.mkdir(parents=True, exist_ok=True)
        write_atomically(checkpoints / "untrained.json", json.dumps({"f1": untrained}))
        started = time.perf_counter()
        with quiet():  # the bars of the checkpoint files; the Trainer's own stays
            trainer.train(resume_from_checkpoint=str(last) if last else None)
        seconds = time.perf_counter() - started
        run = TrainingRun(
            model_dir=folder,
            config=config,
            data_hash=data_hash,
            versions=library_versions(),
            device=device_type(),
            bf16=config.uses_bf16,
            curve=learning_curve(trainer.state.log_history),
            untrained_f1=untrained,
            train_seconds=seconds,
            n_train=len(train),
            n_validation=len(validation),
            lost_answers=windows.lost_answers,
            from_cache=False,
        )
        with folder_atomically(folder) as fresh, quiet():
            model.save_pretrained(fresh)
            tokenizer.save_pretrained(fresh)
            write_atomically(fresh / RUN_FILE, json.dumps(run.as_dict(), indent=1))
            for file in fresh.iterdir():
                file.chmod(0o644)  # safetensors leaves the weights to their owner alone
    except (OSError, SafetensorError, RuntimeError) as error:
        # torch and safetensors report a full disk each in its own way
        if isinstance(error, torch.OutOfMemoryError) or not _is_write_error(error):
            raise
        shutil.rmtree(checkpoints, ignore_errors=True)
        raise storage_error(OSError(str(error)), checkpoints) from error
    shutil.rmtree(checkpoints, ignore_errors=True)
    return run


def freeze(model: PreTrainedModel, *, embeddings: bool, layers: int) -> None:
    """Exclude the embeddings and the lowest `layers` transformer layers of a model from training.

    Raises:
        ConfigError: more layers than the model has above its last one.
        ModelError: the model's layers cannot be found.
    """
    import torch

    body: torch.nn.Module = model.base_model
    if embeddings:
        words: torch.nn.Module = model.get_input_embeddings()
        getattr(body, "embeddings", words).requires_grad_(False)
    if layers == 0:
        return
    stacks = [part for part in body.modules() if isinstance(part, torch.nn.ModuleList) and len(part) > 1]
    if not stacks:
        raise ModelError(
            "cannot tell the layers of this model apart", received=type(body).__name__, fix="use frozen_layers=0"
        )
    if layers >= len(stacks[0]):
        raise ConfigError(
            f"frozen_layers must be under {len(stacks[0])}, the layers of this model",
            received=f"frozen_layers={layers}",
        )
    for layer in stacks[0][:layers]:
        layer.requires_grad_(False)


def _trainer(
    model: PreTrainedModel,
    tokenizer: Any,
    windows: Windows,
    validation_windows: Windows,
    config: TrainingConfig,
    checkpoints: Path,
) -> Trainer:
    import datasets
    from torch.utils.data import SequentialSampler
    from transformers import DataCollatorWithPadding, EarlyStoppingCallback, Trainer, TrainingArguments
    from transformers.trainer_callback import PrinterCallback

    class InOrderTrainer(Trainer):
        """Groups training windows by length, but evaluates in order: by itself the Trainer would group both."""

        def _get_eval_sampler(self, eval_dataset: Any) -> SequentialSampler:
            return SequentialSampler(eval_dataset)

    arguments = TrainingArguments(
        output_dir=str(checkpoints),
        num_train_epochs=config.epochs,
        per_device_train_batch_size=config.batch_size,
        per_device_eval_batch_size=max(32, config.batch_size),
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
        train_sampling_strategy="group_by_length",
        length_column_name="length",
        label_names=["start_positions", "end_positions"],
        seed=config.seed,
        disable_tqdm=not progress_wanted(),
        report_to="none",
        dataloader_pin_memory=device_type() == "cuda",
    )
    trainer = InOrderTrainer(
        model=model,
        args=arguments,
        train_dataset=datasets.Dataset.from_dict(windows.columns()),
        eval_dataset=datasets.Dataset.from_dict(validation_windows.columns()),
        data_collator=DataCollatorWithPadding(tokenizer),
        compute_metrics=qa_metrics(validation_windows, max_answer_tokens=config.max_answer_tokens),
        callbacks=[EarlyStoppingCallback(config.patience)] if config.keep == "best" else [],
        optimizers=(_optimizer(model, config), None),
    )
    trainer.remove_callback(PrinterCallback)
    return trainer


def _watch_epochs(
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
            if on_epoch is not None:
                for point in points:
                    on_epoch(point)

    def score(windows: Windows) -> dict[str, float]:
        validating = trainer.compute_metrics
        trainer.compute_metrics = qa_metrics(windows, max_answer_tokens=max_answer_tokens)
        try:
            with torch.random.fork_rng():  # a data loader draws a number, and the dropout after it would be another
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


def _optimizer(model: PreTrainedModel, config: TrainingConfig) -> Any:
    import torch

    groups: dict[tuple[float, float], list[Any]] = {}
    body = {id(parameter) for parameter in model.base_model.parameters()}
    for parameter in model.parameters():
        if parameter.requires_grad:
            rate = config.learning_rate if id(parameter) in body else config.head_learning_rate
            decay = config.weight_decay if parameter.ndim > 1 else 0.0
            groups.setdefault((rate, decay), []).append(parameter)
    return torch.optim.AdamW(
        [{"params": group, "lr": rate, "weight_decay": decay} for (rate, decay), group in groups.items()],
        fused=device_type() != "mps",
    )


def _last_checkpoint(folder: Path) -> Path | None:
    """The newest whole checkpoint: the Trainer writes its state file last."""
    found = [path.parent for path in folder.glob("checkpoint-*/trainer_state.json")]
    whole = [path for path in found if (folder / "untrained.json").is_file()]
    return max(whole, key=lambda path: int(path.name.rpartition("-")[2]), default=None)


def _untrained_f1(checkpoints: Path) -> float:
    return float(json.loads((checkpoints / "untrained.json").read_text())["f1"])


def _check_positions(model: PreTrainedModel, config: TrainingConfig) -> None:
    limit = getattr(model.config, "max_position_embeddings", None)
    if limit is not None and config.max_length > limit:
        raise ConfigError(
            f"max_length is larger than the {limit} positions of the model",
            received=f"max_length={config.max_length}",
            fix=f"use max_length={limit} or less",
        )


def _check_space(model: PreTrainedModel, checkpoints: Path) -> None:
    """Refuse to start a training whose checkpoints (weights, and two moments of each trained one) find no room."""
    weights = sum(parameter.numel() for parameter in model.parameters())
    trained = sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)
    needed = 4 * (3 * weights + 4 * trained)
    free = shutil.disk_usage(checkpoints.parent).free
    if free < needed:
        raise StorageError(
            f"not enough disk space for the checkpoints: {needed / 1e6:.0f} MB needed, {free / 1e6:.0f} MB free",
            where=str(checkpoints.parent),
            fix="free some space, or set QA_LESSON_CACHE to a folder on another disk",
        )


def _is_write_error(error: Exception) -> bool:
    if isinstance(error, OSError):
        return True
    signs = ("no space left", "file too large", "disk quota", "os error", "pytorchstreamwriter", "file write failed")
    return any(sign in str(error).lower() for sign in signs)
