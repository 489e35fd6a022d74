"""What is trained: which parameters, and how fast each of them learns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qa_lesson.encoder import Attention
from qa_lesson.errors import ConfigError, ModelError
from qa_lesson.hardware import device_type, n_processes
from qa_lesson.runs import TrainingConfig

if TYPE_CHECKING:
    from transformers import PreTrainedModel


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


def make_optimizer(model: PreTrainedModel, config: TrainingConfig) -> Any:
    """AdamW with a learning rate of its own for the head, and no weight decay on biases and norms."""
    import torch

    groups: dict[tuple[float, float], list[Any]] = {}
    body = {id(parameter) for parameter in model.base_model.parameters()}
    for parameter in model.parameters():
        if parameter.requires_grad:
            rate = config.learning_rate if id(parameter) in body else config.head_rate
            decay = config.weight_decay if parameter.ndim > 1 else 0.0
            groups.setdefault((rate, decay), []).append(parameter)
    return torch.optim.AdamW(
        [{"params": group, "lr": rate, "weight_decay": decay} for (rate, decay), group in groups.items()],
        fused=device_type() != "mps",
    )


def training_attention() -> Attention:
    """The faster attention for training on this machine's device.

    PyTorch's fused kernel saves memory traffic on a GPU. On a CPU its backward pass is slower than plain matrix
    products (benchmarks/training_step.py), and with dropout it leaves its fast path altogether.
    """
    return "eager" if device_type() == "cpu" else "sdpa"


def check_positions(model: PreTrainedModel, config: TrainingConfig) -> None:
    """Refuse windows (ConfigError) that are longer than the positions of the model, in tokens."""
    limit = getattr(model.config, "max_position_embeddings", None)
    if limit is not None and config.max_length > limit:
        raise ConfigError(
            f"max_length is larger than the {limit} positions of the model",
            received=f"max_length={config.max_length}",
            fix=f"use max_length={limit} or less",
        )


def check_batch(batch_size: int) -> None:
    """Refuse a batch (ConfigError) that the processes cannot share evenly."""
    if batch_size % n_processes():
        raise ConfigError(
            f"{n_processes()} processes share every batch, so its size must be a multiple of {n_processes()}",
            received=f"batch_size={batch_size}",
            fix="use another batch_size, or another number of processes",
        )
