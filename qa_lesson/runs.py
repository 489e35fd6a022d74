"""The record of a training run: what it was made from, how it went, and where runs are kept."""

from __future__ import annotations

import dataclasses
import hashlib
import importlib.metadata
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from platformdirs import user_cache_path

from qa_lesson.encoder import EMBEDDED, ENCODER_SHA256, resolve_model
from qa_lesson.errors import ConfigError, ModelError
from qa_lesson.hardware import device_type, supports_bf16
from qa_lesson.schema import Example

RUN_FILE = "qa_lesson_run.json"
"""The record of a run, kept inside its model folder."""


@dataclass(frozen=True, kw_only=True)
class TrainingConfig:
    """Every setting of a run; the defaults are the measured recipe for the embedded encoder and corpus.

    Args:
        model: ``"embedded"``, a local folder or a hub id.
        epochs: passes over the training windows, at most (early stopping may end sooner).
        learning_rate: peak; rises over the warm-up, then falls linearly to 0.
        head_learning_rate: peak for the question-answering head, which starts from random weights.
        batch_size: windows a step.
        weight_decay: of AdamW, on weight matrices only.
        warmup: fraction of all steps.
        dropout: overrides the model's own; None keeps it.
        freeze_embeddings: keep the token embeddings as they are.
        frozen_layers: how many of the lowest transformer layers to keep as they are.
        max_length: tokens of a window, question and special tokens included.
        stride: context tokens that consecutive windows share.
        max_answer_tokens: longest span that is decoded.
        patience: stop after this many epochs without a better validation F1.
        seed: of the head, the order and the dropout.
        precision: "bf16", "fp32", or "auto" for bf16 where the hardware has it.
    """

    model: str = EMBEDDED
    epochs: int = 2
    learning_rate: float = 3e-4
    head_learning_rate: float = 3e-3
    batch_size: int = 16
    weight_decay: float = 0.01
    warmup: float = 0.1
    dropout: float | None = None
    freeze_embeddings: bool = True
    frozen_layers: int = 1
    max_length: int = 384
    stride: int = 128
    max_answer_tokens: int = 30
    patience: int = 2
    seed: int = 0
    precision: Literal["auto", "bf16", "fp32"] = "auto"

    def __post_init__(self) -> None:
        limits: dict[str, tuple[float, float]] = {
            "epochs": (1, 10_000),
            "learning_rate": (0, 1),
            "head_learning_rate": (0, 1),
            "batch_size": (1, 100_000),
            "weight_decay": (0, 1),
            "warmup": (0, 1),
            "frozen_layers": (0, 1_000),
            "max_length": (8, 1_000_000),
            "stride": (0, 1_000_000),
            "max_answer_tokens": (1, 100_000),
            "patience": (1, 10_000),
            "seed": (0, 2**32 - 1),
        }
        if self.dropout is not None:
            limits["dropout"] = (0, 0.99)
        for name, (low, high) in limits.items():
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
                raise ConfigError(f"{name} must be between {low:g} and {high:g}", received=f"{name}={value!r}")
        if self.precision not in ("auto", "bf16", "fp32"):
            raise ConfigError('precision must be "auto", "bf16" or "fp32"', received=repr(self.precision))

    @property
    def uses_bf16(self) -> bool:
        """Whether training runs under bfloat16 autocast on this machine."""
        return supports_bf16() if self.precision == "auto" else self.precision == "bf16"


@dataclass(frozen=True)
class EpochResult:
    """One point of the learning curve; scores are fractions on the validation examples."""

    epoch: int
    train_loss: float
    validation_loss: float
    exact_match: float
    f1: float


@dataclass(frozen=True)
class TrainingRun:
    """A finished run and what it was made from.

    Args:
        model_dir: the best checkpoint with its tokenizer, loadable with plain transformers too.
        config: every setting.
        data_hash: SHA-256 over the training and validation examples.
        versions: of Python and the libraries that decide the result.
        device: cuda, mps or cpu.
        bf16: whether it ran under bfloat16 autocast.
        curve: one entry an epoch.
        untrained_f1: validation F1 of the untrained head, a fraction.
        train_seconds: wall time of training, the validation after each epoch included.
        n_train, n_validation: questions.
        lost_answers: ids of training questions whose answer fitted in no window.
        from_cache: whether this call trained nothing.
    """

    model_dir: Path
    config: TrainingConfig
    data_hash: str
    versions: dict[str, str]
    device: str
    bf16: bool
    curve: tuple[EpochResult, ...]
    untrained_f1: float
    train_seconds: float
    n_train: int
    n_validation: int
    lost_answers: tuple[str, ...]
    from_cache: bool

    @property
    def best(self) -> EpochResult:
        """The epoch whose weights were kept: the best validation F1, the first of equals."""
        return max(self.curve, key=lambda point: point.f1)

    def as_dict(self) -> dict[str, Any]:
        """The record as plain JSON data."""
        record = dataclasses.asdict(self)
        record["model_dir"] = str(self.model_dir)
        return record


def load_run(model_dir: str | Path) -> TrainingRun:
    """The record of a run from its model folder.

    Raises:
        ModelError: the folder has no record, or a damaged one.
    """
    path = Path(model_dir) / RUN_FILE
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        record["config"] = TrainingConfig(**record["config"])
        record["curve"] = tuple(EpochResult(**point) for point in record["curve"])
        record["lost_answers"] = tuple(record["lost_answers"])
        return TrainingRun(**{**record, "model_dir": Path(model_dir), "from_cache": True})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            "this folder has no readable record of a run",
            where=str(path),
            received=f"{type(error).__name__}: {error}",
            fix="pass a folder that `qa-lesson finetune --out` wrote, or train again",
        ) from error


def cache_dir() -> Path:
    """Where runs are cached: ``$QA_LESSON_CACHE``, or the user's cache folder."""
    chosen = os.environ.get("QA_LESSON_CACHE")
    return Path(chosen) if chosen else user_cache_path("qa-lesson")


def hash_examples(*parts: Sequence[Example]) -> str:
    """SHA-256 over all fields of all examples, in order, and over where each part ends."""
    digest = hashlib.sha256()
    for part in parts:
        for example in part:
            digest.update(json.dumps(dataclasses.astuple(example), ensure_ascii=False).encode() + b"\n")
        digest.update(b"\n")
    return digest.hexdigest()


def library_versions() -> dict[str, str]:
    """Versions of what decides a run's result."""
    names = ("qa-lesson", "torch", "transformers", "tokenizers", "accelerate", "numpy")
    return {name: importlib.metadata.version(name) for name in names}


def run_key(config: TrainingConfig, data_hash: str) -> str:
    """The name under which a run is cached: any change of data, settings, base model, versions or device changes it."""
    identity = [
        dataclasses.asdict(config),
        _model_identity(config.model),
        data_hash,
        library_versions(),
        device_type(),
        config.uses_bf16,
    ]
    return hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()[:20]


def _model_identity(model: str) -> str:
    """What stands for the model in the cache key: a folder's content, so that a changed folder is a new run."""
    source = Path(resolve_model(model))
    if model == EMBEDDED:
        return ENCODER_SHA256
    if not source.is_dir():
        return str(model)
    digest = hashlib.sha256()
    for path in sorted(p for p in source.iterdir() if p.is_file()):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
