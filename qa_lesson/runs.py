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
from typing import Annotated, Any, Literal

from platformdirs import user_cache_path
from pydantic import BeforeValidator, Field, TypeAdapter, with_config

from qa_lesson.encoder import EMBEDDED, ENCODER_SHA256, resolve_model
from qa_lesson.errors import ConfigError, ModelError
from qa_lesson.hardware import device_type, supports_bf16
from qa_lesson.json_files import AS_WRITTEN, read_json
from qa_lesson.schema import Example

NEW_HEAD_LEARNING_RATE = 3e-3
SHORTEST_ANSWER_LIMIT = 30  # tokens
RUN_FILE = "qa_lesson_run.json"
"""The record of a run, kept inside its model folder."""

TRAINING_VERSION = 2
"""Part of the name under which a run is cached, in place of the package's version.

Raise it when the same settings, data and libraries would give other weights than before. Every cached run is then
trained again. A new release alone changes nothing. `tests/test_runs.py` notices when the code that trains changes.
"""


def _whole(value: Any) -> Any:
    """3 for 3.0, which the Trainer takes as a number of epochs too, so a record may have it."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


@with_config(AS_WRITTEN)
@dataclass(frozen=True, kw_only=True)
class TrainingConfig:
    """Every setting of a run; the defaults are the measured recipe for the embedded encoder and corpus.

    Args:
        model: ``"embedded"``, a local folder or a hub id.
        epochs: passes over the training windows, at most (early stopping may end sooner).
        learning_rate: peak; rises over the warm-up, then falls linearly to 0.
        head_learning_rate: peak for the question-answering head. None: 3e-3 for a new head, which starts from random
            weights, and `learning_rate` for a head that is trained already, which the higher rate would ruin.
        batch_size: windows a step.
        weight_decay: of AdamW, on weight matrices only.
        warmup: fraction of all steps.
        dropout: overrides the model's own; None keeps it. The default is 0: over two epochs dropout does not raise F1,
            and on a CPU drawing its random numbers costs more than the matrix products (docs/performance.md).
        freeze_embeddings: keep the token embeddings as they are.
        frozen_layers: how many of the lowest transformer layers to keep as they are.
        max_length: tokens of a window, question and special tokens included.
        stride: context tokens that consecutive windows share.
        max_answer_tokens: longest span that is decoded. None: as long as the longest training answer, and at least 30.
        keep: "best" keeps the epoch with the best validation F1, "last" trains all epochs and keeps the last one.
        patience: stop after this many epochs without a better validation F1; only with ``keep="best"``.
        scored_training: how many training questions, evenly spread, to score after each epoch as well; the weights
            are the same for any number.
        seed: of the head, the order and the dropout.
        precision: "bf16", "fp32", or "auto" for bf16 where the hardware has it.
    """

    model: str = EMBEDDED
    epochs: Annotated[int, BeforeValidator(_whole)] = 2
    learning_rate: float = 3e-4
    head_learning_rate: float | None = None
    batch_size: int = 16
    weight_decay: float = 0.01
    warmup: float = 0.1
    dropout: float | None = 0.0
    freeze_embeddings: bool = True
    frozen_layers: int = 1
    max_length: int = 384
    stride: int = 128
    max_answer_tokens: int | None = None
    keep: Literal["best", "last"] = "best"
    patience: int = 2
    scored_training: int = 0
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
            "scored_training": (0, 1_000_000),
            "seed": (0, 2**32 - 1),
        }
        limits["dropout"] = (0, 0.99)
        for name, (low, high) in limits.items():
            value = getattr(self, name)
            if value is None and name in ("dropout", "head_learning_rate", "max_answer_tokens"):
                continue
            if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
                raise ConfigError(f"{name} must be between {low:g} and {high:g}", received=f"{name}={value!r}")
        if self.precision not in ("auto", "bf16", "fp32"):
            raise ConfigError('precision must be "auto", "bf16" or "fp32"', received=repr(self.precision))
        if self.keep not in ("best", "last"):
            raise ConfigError('keep must be "best" or "last"', received=repr(self.keep))

    @property
    def head_rate(self) -> float:
        """The peak learning rate of the head, that of a new head where it was left open."""
        return NEW_HEAD_LEARNING_RATE if self.head_learning_rate is None else self.head_learning_rate

    @property
    def answer_limit(self) -> int:
        """The longest span that is decoded, in tokens; 30 where it was left open."""
        return SHORTEST_ANSWER_LIMIT if self.max_answer_tokens is None else self.max_answer_tokens

    @property
    def uses_bf16(self) -> bool:
        """Whether training runs under bfloat16 autocast on this machine."""
        return supports_bf16() if self.precision == "auto" else self.precision == "bf16"


@with_config(AS_WRITTEN)
@dataclass(frozen=True)
class EpochResult:
    """One point of the learning curve; all scores are fractions.

    Args:
        epoch: counted from 1.
        train_loss: mean over the steps of the epoch, while the weights still moved.
        validation_loss: after the epoch.
        exact_match, f1: on the validation examples after the epoch.
        train_exact_match, train_f1: on the scored training examples after the epoch; None if none were scored.
    """

    epoch: int
    train_loss: float
    validation_loss: float
    exact_match: float
    f1: float
    train_exact_match: float | None = None
    train_f1: float | None = None

    @property
    def gap(self) -> float | None:
        """Training F1 minus validation F1, a fraction; None if no training question was scored."""
        return None if self.train_f1 is None else self.train_f1 - self.f1


@with_config(AS_WRITTEN)
@dataclass(frozen=True, kw_only=True)
class RunRecord:
    """What a run was made from and how it went.

    Args:
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
    """

    config: TrainingConfig
    data_hash: str
    versions: dict[str, str]
    device: str
    bf16: bool
    curve: Annotated[tuple[EpochResult, ...], Field(min_length=1)]
    untrained_f1: float
    train_seconds: float
    n_train: int
    n_validation: int
    lost_answers: tuple[str, ...]

    @property
    def best(self) -> EpochResult:
        """The epoch with the best validation F1, the first of equals."""
        return max(self.curve, key=lambda point: point.f1)

    @property
    def kept(self) -> EpochResult:
        """The epoch whose weights were kept: the best one, or the last one under ``keep="last"``."""
        return self.best if self.config.keep == "best" else self.curve[-1]

    @property
    def kept_for(self) -> str:
        """Why these weights were kept, in words, for reports."""
        return "the best by validation F1" if self.config.keep == "best" else "the last one, whatever its score"


_RECORD = TypeAdapter(RunRecord)


@dataclass(frozen=True, kw_only=True)
class TrainingRun(RunRecord):
    """A finished run with its weights.

    Args:
        model_dir: the kept weights with their tokenizer, loadable with plain transformers too.
        from_cache: whether this call trained nothing.
    """

    model_dir: Path
    from_cache: bool

    def as_dict(self) -> dict[str, Any]:
        """The record as plain JSON data, without where it lies on this machine: models are passed on."""
        record = dataclasses.asdict(self)
        del record["model_dir"], record["from_cache"]
        return record


def learning_curve(log: Sequence[dict[str, float]]) -> tuple[EpochResult, ...]:
    """The Trainer's log history as one entry an epoch."""
    losses = {round(entry["epoch"]): entry["loss"] for entry in log if "loss" in entry}
    scored = {round(entry["epoch"]): entry for entry in log if "scored_f1" in entry}  # keys as `training` logs them
    return tuple(
        EpochResult(
            epoch=round(entry["epoch"]),
            train_loss=losses[round(entry["epoch"])],
            validation_loss=entry["eval_loss"],
            exact_match=entry["eval_exact_match"],
            f1=entry["eval_f1"],
            train_exact_match=scored.get(round(entry["epoch"]), {}).get("scored_exact_match"),
            train_f1=scored.get(round(entry["epoch"]), {}).get("scored_f1"),
        )
        for entry in log
        if "eval_f1" in entry and round(entry["epoch"]) in losses
    )


def evenly_spread(examples: Sequence[Example], n: int) -> list[Example]:
    """`n` of the examples at equal distances, the first one included; all of them if there are fewer.

    >>> evenly_spread("abcdef", 3)
    ['a', 'c', 'e']
    """
    n = min(n, len(examples))
    return [examples[number * len(examples) // n] for number in range(n)]


def load_run(model_dir: str | Path) -> TrainingRun:
    """The record of a run from its model folder.

    Raises:
        ModelError: the folder has no record, or a damaged one.
    """
    record = read_json(
        Path(model_dir) / RUN_FILE,
        _RECORD,
        what="this folder has no readable record of a run",
        fix="pass a folder that `qa-lesson finetune --out` wrote, or train again",
        error=ModelError,
    )
    fields = {field.name: getattr(record, field.name) for field in dataclasses.fields(RunRecord)}
    return TrainingRun(**fields, model_dir=Path(model_dir), from_cache=True)


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
    """The name under which a run is cached.

    It changes with the data, the settings, the base model, the device, the versions of the libraries that train, and
    `TRAINING_VERSION`, and not with the version of this package.
    """
    libraries = {name: version for name, version in library_versions().items() if name != "qa-lesson"}
    identity = [
        TRAINING_VERSION,
        dataclasses.asdict(config),
        _model_identity(config.model),
        data_hash,
        libraries,
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
