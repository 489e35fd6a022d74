"""One recipe trained with several seeds: how far its runs scatter."""

from __future__ import annotations

import dataclasses
import json
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa_lesson.errors import ConfigError
from qa_lesson.hardware import is_main_process
from qa_lesson.runs import EpochResult, TrainingConfig, TrainingRun
from qa_lesson.schema import Example
from qa_lesson.storage import write_atomically
from qa_lesson.training.finetuning import finetune

SEEDS_FILE = "qa_lesson_seeds.json"
"""The summary of several runs, in the folder that holds theirs."""


@dataclass(frozen=True)
class SeedRuns:
    """Runs of one recipe that differ in the seed alone.

    Args:
        runs: one for each seed, in order.
    """

    runs: tuple[TrainingRun, ...]

    def scores(self, metric: str = "f1") -> tuple[float, ...]:
        """Validation score of each kept epoch: "f1" or "exact_match", fractions."""
        return tuple(getattr(run.kept, metric) for run in self.runs)

    def mean(self, metric: str = "f1") -> float:
        """Of the scores."""
        return statistics.fmean(self.scores(metric))

    def spread(self, metric: str = "f1") -> float:
        """Standard deviation of the scores: what another seed changes."""
        return statistics.stdev(self.scores(metric))

    @property
    def best(self) -> TrainingRun:
        """The run with the best validation F1, the first of equals. Its validation F1 is flattered by the choice."""
        return max(self.runs, key=lambda run: run.kept.f1)

    def as_dict(self) -> dict[str, Any]:
        """Mean and spread, and the record of each seed, as plain JSON data."""
        return {
            "n_train": self.runs[0].n_train,
            "n_validation": self.runs[0].n_validation,
            "scored_on": "validation",
            **{f"mean_{metric}": self.mean(metric) for metric in ("exact_match", "f1")},
            **{f"spread_{metric}": self.spread(metric) for metric in ("exact_match", "f1")},
            "best_seed": self.best.config.seed,
            "seeds": [
                {
                    "seed": run.config.seed,
                    "exact_match": run.kept.exact_match,
                    "f1": run.kept.f1,
                    "kept_epoch": run.kept.epoch,
                    "train_seconds": round(run.train_seconds, 1),
                    "from_cache": run.from_cache,
                    "model_dir": str(run.model_dir),
                }
                for run in self.runs
            ],
        }


def finetune_seeds(
    train: Sequence[Example],
    validation: Sequence[Example],
    config: TrainingConfig | None = None,
    *,
    n_seeds: int = 5,
    output_dir: str | Path | None = None,
    use_cache: bool = True,
    on_epoch: Callable[[int, EpochResult], None] | None = None,
) -> SeedRuns:
    """`finetune` with several seeds, one after the other: the seed of `config` and the numbers after it.

    Each run is cached on its own, so a series that was broken off goes on where it ended, and 5 seeds after 3 train
    2 more.

    Args:
        train, validation, use_cache: as in `finetune`.
        config: settings of every run but for the seed; the default recipe if None.
        n_seeds: how many.
        output_dir: takes a folder ``seed-N`` for each run, and a summary in `SEEDS_FILE`; None leaves the runs in the
            cache.
        on_epoch: called with the seed and each point of its learning curve.

    Raises:
        ConfigError: fewer than 2 seeds, or as `finetune`.
        DataError, ModelError, StorageError: as `finetune`.
    """
    if n_seeds < 2:
        raise ConfigError("several seeds are at least 2", received=f"n_seeds={n_seeds}", fix="use finetune for one")
    config = config or TrainingConfig()
    runs = []
    for seed in range(config.seed, config.seed + n_seeds):
        runs.append(
            finetune(
                train,
                validation,
                dataclasses.replace(config, seed=seed),
                output_dir=Path(output_dir) / f"seed-{seed}" if output_dir is not None else None,
                use_cache=use_cache,
                on_epoch=None if on_epoch is None else lambda point, seed=seed: on_epoch(seed, point),  # type: ignore[misc]
            )
        )
    found = SeedRuns(tuple(runs))
    if output_dir is not None:
        record = found.as_dict()
        for one in record["seeds"]:  # the folder may be moved
            one["model_dir"] = Path(one["model_dir"]).name
        if is_main_process():
            write_atomically(Path(output_dir) / SEEDS_FILE, json.dumps(record, indent=1) + "\n")
    return found
