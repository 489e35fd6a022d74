"""Checks of lesson 04: the log, the steps and the settings of a training run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qa_lesson.exercises import NotYetError, exercise, expect

_LOG: list[dict[str, float]] = [
    {"loss": 4.1, "epoch": 1.0, "step": 27},
    {"eval_loss": 3.9, "eval_f1": 0.31, "eval_exact_match": 0.22, "epoch": 1.0, "step": 27},
    {"loss": 2.8, "epoch": 2.0, "step": 54},
    {"eval_loss": 3.1, "eval_f1": 0.52, "eval_exact_match": 0.38, "epoch": 2.0, "step": 54},
    {"loss": 1.9, "epoch": 3.0, "step": 81},
    {"eval_loss": 2.9, "eval_f1": 0.49, "eval_exact_match": 0.40, "epoch": 3.0, "step": 81},
    {"loss": 1.2, "epoch": 4.0, "step": 108},
    {"eval_loss": 3.3, "eval_f1": 0.52, "eval_exact_match": 0.39, "epoch": 4.0, "step": 108},
    {"train_runtime": 60.0, "train_loss": 2.5, "epoch": 4.0, "step": 108},
]
_WRONG_EPOCHS = {
    1: "is the first epoch, where F1 was lowest",
    3: "has the lowest validation loss or the best exact match; asked was the highest eval_f1",
    4: "is the last epoch, or the last of two equally good ones; asked was the first with the highest eval_f1",
}


@exercise("fine_tune.best_epoch")
def best_epoch(answer: Callable[[list[dict[str, float]]], Any]) -> None:
    """The epoch with the best validation F1 in the log of a training run."""
    try:
        found = answer([dict(entry) for entry in _LOG])
    except KeyError as error:
        raise NotYetError(f"KeyError {error}: not every entry has this key, so pick out those that have it") from error
    if isinstance(found, int | float) and found in _WRONG_EPOCHS:
        raise NotYetError(f"{found} {_WRONG_EPOCHS[int(found)]}")
    if isinstance(found, float) and 0 < found < 1:
        raise NotYetError(f"{found} is a score; return the epoch that it belongs to")
    if isinstance(found, dict):
        raise NotYetError("this is a whole entry of the log; return its epoch")
    expect(found, 2, "best_epoch on a log of four epochs")
    if not isinstance(found, int):
        raise NotYetError(f"the epoch is right, but asked was a whole number: round({found})")
    expect(answer([dict(entry) for entry in _LOG[5:7]]), 3, "best_epoch on a log with scores of epoch 3 only")


@exercise("fine_tune.steps")
def steps(answer: Callable[[int, int, int], Any]) -> None:
    """Optimizer steps of a training run."""
    cases = [
        ((80, 8, 1), 10, "ten full batches"),
        ((80, 8, 3), 30, "every epoch goes through all windows again"),
        ((81, 8, 1), 11, "the last window needs a batch of its own: round up"),
        ((210, 8, 2), 54, "27 batches an epoch, the last one smaller; round up within the epoch, then multiply"),
        ((5, 8, 2), 2, "fewer windows than a batch holds are one step an epoch"),
    ]
    for arguments, right, because in cases:
        expect(answer(*arguments), right, f"steps{arguments}", because=because)


_RENAMED = {"evaluation_strategy": "eval_strategy", "warmup_ratio": "warmup_steps", "no_cuda": "use_cpu"}
_WANTED = {
    "eval_strategy": "epoch",
    "load_best_model_at_end": True,
    "metric_for_best_model": "f1",
    "warmup_steps": 0.1,
    "use_cpu": True,
}


@exercise("fine_tune.modernise")
def modernise(answer: Any) -> None:
    """Settings written for transformers 4, rewritten for 5."""
    if not isinstance(answer, dict):
        raise NotYetError(f"give the settings as a dictionary like the old ones, not as {type(answer).__name__}")
    for old, new in _RENAMED.items():
        if old in answer:
            raise NotYetError(f"{old!r} is the old name; the table gives the new one")
        if new not in answer:
            raise NotYetError(f"nothing stands for {old!r}; the table gives its new name")
    if "overwrite_output_dir" in answer:
        raise NotYetError("'overwrite_output_dir' is gone without a successor: leave it out")
    for name, value in _WANTED.items():
        if answer.get(name) != value:
            raise NotYetError(f"{name} should be {value!r} to mean the same, it is {answer.get(name)!r}")
    _try_settings(answer)


def _try_settings(settings: dict[str, Any]) -> None:
    """Let transformers itself have the last word."""
    from transformers import TrainingArguments

    try:
        arguments = TrainingArguments(output_dir="unused", **settings)
    except (TypeError, ValueError) as error:
        if "load_best_model_at_end" in str(error):
            raise NotYetError(
                "the best model can only be loaded if one was saved when it was evaluated: "
                "save_strategy must follow eval_strategy"
            ) from error
        raise NotYetError(f"TrainingArguments says {type(error).__name__}: {error}") from error
    if arguments.save_strategy not in ("epoch", "best"):
        raise NotYetError(f"save_strategy should follow eval_strategy, it is {str(arguments.save_strategy)!r}")


@exercise("fine_tune.stops_after")
def stops_after(answer: Callable[[list[dict[str, float]], int], Any]) -> None:
    """The epoch after which early stopping ends a run."""
    cases = [
        (1, 3, "epoch 2 has the best F1, and at epoch 3 it is one epoch old"),
        (2, 4, "an equal F1 is no progress, so at epoch 4 the best is two epochs old"),
        (3, 4, "the best never gets that old, so the last epoch is returned"),
    ]
    for patience, right, because in cases:
        found = answer([dict(entry) for entry in _LOG], patience)
        expect(found, right, f"stops_after on a log of four epochs with patience={patience}", because=because)


@exercise("fine_tune.accumulated_steps")
def accumulated_steps(answer: Callable[[int, int, int, int], Any]) -> None:
    """Optimizer steps when several batches make one step."""
    cases = [
        ((80, 8, 1, 1), 10, "each batch is a step, as before"),
        ((80, 8, 5, 2), 4, "ten batches an epoch, five of them are a step"),
        ((80, 8, 4, 1), 3, "ten batches make two steps, and the two that are left are a third one"),
        ((81, 8, 5, 2), 6, "eleven batches an epoch: round up for the batches and again for the steps"),
    ]
    for arguments, right, because in cases:
        expect(answer(*arguments), right, f"accumulated_steps{arguments}", because=because)


@exercise("fine_tune.modernize_any")
def modernize_any(answer: Callable[[dict[str, Any]], Any]) -> None:
    """A function that rewrites settings of transformers 4 for 5."""
    best = {"load_best_model_at_end": True, "eval_strategy": "epoch", "save_strategy": "epoch"}
    cases: list[tuple[dict[str, Any], dict[str, Any], str]] = [
        ({"seed": 1, "learning_rate": 1e-4}, {"seed": 1, "learning_rate": 1e-4}, "unknown settings stay as they are"),
        ({"evaluation_strategy": "steps"}, {"eval_strategy": "steps"}, "only the name changes"),
        ({"warmup_ratio": 0.2, "no_cuda": False}, {"warmup_steps": 0.2, "use_cpu": False}, "only the names change"),
        ({"overwrite_output_dir": True, "seed": 1}, {"seed": 1}, "this setting is gone"),
        ({"group_by_length": True}, {"train_sampling_strategy": "group_by_length"}, "True becomes a text"),
        ({"group_by_length": False}, {}, "False is what happens anyway, so the setting disappears"),
        ({"evaluation_strategy": "epoch", "load_best_model_at_end": True}, best, "save_strategy follows eval_strategy"),
    ]
    for old, right, because in cases:
        expect(answer(dict(old)), right, f"modernize({old})", because=because)
