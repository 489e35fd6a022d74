"""Fine-tuning on `transformers.Trainer`: one recipe, recorded, cached and resumable.

The result of `finetune` knows what it was made from: the data's hash, every setting, the versions, the device and
the curve. The same call again is answered from the cache.
"""

from __future__ import annotations

import copy
import dataclasses
import json
import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

from qa_lesson.encoder import load_qa_model, load_tokenizer, quiet
from qa_lesson.errors import ConfigError, DataError
from qa_lesson.hardware import device_type, from_main, give_back_memory, is_main_process, n_processes, wait_for_all
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
from qa_lesson.training.checkpoints import (
    check_same_processes,
    check_space,
    is_write_error,
    last_checkpoint,
    untrained_f1,
)
from qa_lesson.training.manifest import write_manifest
from qa_lesson.training.open_settings import choose_settings
from qa_lesson.training.parameters import check_batch, check_positions, freeze, training_attention
from qa_lesson.training.trainer import make_trainer, watch_epochs
from qa_lesson.windows import make_windows

if TYPE_CHECKING:
    from transformers import PreTrainedModel, Trainer


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

    Runs on CUDA, MPS or the CPU automatically. A run that was broken off goes on from its last epoch. Several processes
    (docs/scaling.md) share every batch: each of them calls this, the main one writes, and all get the same run.

    Args:
        train: training examples; answers in several windows or in none are labelled by `make_windows`.
        validation: scored after each epoch; decides early stopping and the kept epoch, so report scores on others.
        config: settings; the default recipe if None. What it leaves open is chosen by `choose_settings`, and the run
            records the choice.
        output_dir: where to put the model folder; None leaves it in the cache.
        use_cache: False trains again and replaces the cached run.
        on_epoch: called (in the main process) with each point of the learning curve as soon as it is known, in order;
            the points that an earlier call left in the cache come immediately. An exception in it ends the run.

    Raises:
        DataError: no training or validation examples, or a question in both.
        ConfigError: settings that do not fit each other or the model, an `output_dir` that holds other files, a batch
            that the processes cannot share evenly, or a broken-off run of another number of processes.
        ModelError: the model cannot be loaded.
        StorageError: no room for the checkpoints or the model folder; nothing is left half-written.
    """
    _check_data(train, validation)
    config = choose_settings(config or TrainingConfig(), train)
    check_batch(config.batch_size)
    if output_dir is not None:
        _check_output(Path(output_dir))
    data_hash = hash_examples(train, validation)
    key = run_key(config, data_hash)
    runs = cache_dir() / "runs"
    try:
        runs.mkdir(parents=True, exist_ok=True)
        with FileLock(runs / f"{key}.lock") if is_main_process() else nullcontext():
            is_cached = from_main(use_cache and (runs / key / RUN_FILE).is_file())
            run = load_run(runs / key) if is_cached else None
            if run is None:
                give_back_memory()
                run = _train(train, validation, config, runs / key, data_hash, resume=use_cache, on_epoch=on_epoch)
                give_back_memory()
            elif on_epoch is not None and is_main_process():
                for point in run.curve:
                    on_epoch(point)
            wait_for_all()
    except OSError as error:
        raise storage_error(error, runs / key) from error
    if output_dir is not None:
        if is_main_process():
            with folder_atomically(output_dir) as folder:
                shutil.copytree(run.model_dir, folder, dirs_exist_ok=True)
        wait_for_all()
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
            f"{len(shared)} questions are in the training and in the validation data with the same context",
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
    model = load_qa_model(config.model, dropout=config.dropout, attention=training_attention())
    check_positions(model, config)
    freeze(model, embeddings=config.freeze_embeddings, layers=config.frozen_layers)
    window_size = {"max_length": config.max_length, "stride": config.stride}
    windows = make_windows(train, tokenizer, **window_size)
    validation_windows = make_windows(validation, tokenizer, **window_size)

    checkpoints = folder.with_name(f"{folder.name}.checkpoints")
    check_space(model, checkpoints)

    def trainer_of(model: PreTrainedModel) -> Trainer:
        return make_trainer(model, tokenizer, windows, validation_windows, config, checkpoints)

    trainer = trainer_of(model)
    last = from_main(last_checkpoint(checkpoints) if resume else None)
    if last is not None:
        check_same_processes(checkpoints)
    elif is_main_process():
        shutil.rmtree(checkpoints, ignore_errors=True)
    if last is None:
        # accelerate takes a model that was evaluated for prepared, and would then train each process for itself
        scorer = trainer if n_processes() == 1 else trainer_of(copy.deepcopy(model))
        untrained = scorer.evaluate()["eval_f1"]
    else:
        untrained = untrained_f1(checkpoints)
    scored = evenly_spread(train, config.scored_training)
    scored_windows = make_windows(scored, tokenizer, **window_size) if scored else None
    watch_epochs(trainer, scored_windows, config.answer_limit, on_epoch)
    try:
        if is_main_process():
            checkpoints.mkdir(parents=True, exist_ok=True)
            write_atomically(checkpoints / "untrained.json", json.dumps({"f1": untrained, "processes": n_processes()}))
        started = time.perf_counter()
        with quiet():  # the bars of the checkpoint files; the Trainer's own stays
            trainer.train(resume_from_checkpoint=str(last) if last else None)
        seconds = time.perf_counter() - started
        run = from_main(
            TrainingRun(
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
        )
        if is_main_process():
            with folder_atomically(folder) as fresh, quiet():
                model.save_pretrained(fresh)
                tokenizer.save_pretrained(fresh)
                write_atomically(fresh / RUN_FILE, json.dumps(run.as_dict(), indent=1))
                write_manifest(fresh, tokenizer)
                for file in fresh.iterdir():
                    file.chmod(0o644)  # safetensors leaves the weights to their owner alone
    except (OSError, SafetensorError, RuntimeError) as error:
        # torch and safetensors report a full disk each in its own way
        if isinstance(error, torch.OutOfMemoryError) or not is_write_error(error):
            raise
        shutil.rmtree(checkpoints, ignore_errors=True)
        raise storage_error(OSError(str(error)), checkpoints) from error
    if is_main_process():
        shutil.rmtree(checkpoints, ignore_errors=True)
    return run
