"""The checkpoints of a run: room for them, the one to go on from, and a disk that fills up."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from qa_lesson.errors import ConfigError, ModelError, StorageError
from qa_lesson.hardware import n_processes
from qa_lesson.json_files import read_json

if TYPE_CHECKING:
    from transformers import PreTrainedModel

_SCORES = TypeAdapter(dict[str, float])


def last_checkpoint(folder: Path) -> Path | None:
    """The newest whole checkpoint: the Trainer writes its state file last."""
    found = [path.parent for path in folder.glob("checkpoint-*/trainer_state.json")]
    whole = [path for path in found if (folder / "untrained.json").is_file()]
    return max(whole, key=lambda path: int(path.name.rpartition("-")[2]), default=None)


def untrained_f1(checkpoints: Path) -> float:
    """The validation F1 before training (0 to 1), which is kept next to the checkpoints.

    Raises:
        ModelError: its file is damaged.
    """
    return _beginning(checkpoints)["f1"]


def check_same_processes(checkpoints: Path) -> None:
    """Refuse to go on with another number of processes than the run began with.

    They share every batch and keep the state of their random numbers, so another number would give other weights.

    Raises:
        ConfigError: it is a different number.
        ModelError: the file next to the checkpoints is damaged.
    """
    began = int(_beginning(checkpoints).get("processes", 1))
    if began != n_processes():
        raise ConfigError(
            "a training run that was broken off goes on with as many processes as it began with",
            where=str(checkpoints),
            received=f"{n_processes()} now, {began} before",
            fix=f"start it with {began} ({_launched(began)}), or train from the beginning with use_cache=False "
            "(--no-cache)",
        )


def _launched(processes: int) -> str:
    return "without a launcher" if processes == 1 else f"accelerate launch --num_processes {processes}"


def _beginning(checkpoints: Path) -> dict[str, float]:
    """What is known since before the first step: the F1, and how many processes there were."""
    return read_json(
        checkpoints / "untrained.json",
        _SCORES,
        what="the training run cannot go on: the score before training cannot be read",
        fix=f"remove the folder {checkpoints} and train again",
        error=ModelError,
    )


def check_space(model: PreTrainedModel, checkpoints: Path) -> None:
    """Refuse to start a training run whose checkpoints (weights, and two moments of each trained one) find no room."""
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


def is_write_error(error: Exception) -> bool:
    """Whether a checkpoint or a model could not be written: torch and safetensors don't raise OSError for it."""
    if isinstance(error, OSError):
        return True
    signs = ("no space left", "file too large", "disk quota", "os error", "pytorchstreamwriter", "file write failed")
    return any(sign in str(error).lower() for sign in signs)
