"""Several seeds of a recipe: each a run of its own, cached, with a summary that says how far they scatter."""

import dataclasses
import json
import statistics

import pytest

from qa_lesson.corpus import load_corpus
from qa_lesson.errors import ConfigError
from qa_lesson.runs import TrainingConfig, load_run
from qa_lesson.training import SeedRuns, finetune, finetune_seeds
from qa_lesson.training.several_seeds import SEEDS_FILE

TRAIN, VALIDATION = load_corpus("train")[:16], load_corpus("validation")[:8]


@pytest.fixture
def config(tiny_model_dir) -> TrainingConfig:
    return TrainingConfig(
        model=tiny_model_dir, epochs=1, batch_size=8, max_length=128, stride=16,
        freeze_embeddings=False, frozen_layers=0, precision="fp32", seed=3,
    )  # fmt: skip


def test_each_seed_is_a_run_of_its_own_in_its_own_folder(config, tmp_path):
    points = []
    alone = finetune(TRAIN, VALIDATION, dataclasses.replace(config, seed=4))
    found = finetune_seeds(
        TRAIN, VALIDATION, config, n_seeds=3, output_dir=tmp_path / "runs",
        on_epoch=lambda seed, point: points.append((seed, point)),
    )  # fmt: skip
    assert [run.config.seed for run in found.runs] == [3, 4, 5]
    assert [run.from_cache for run in found.runs] == [False, True, False]
    assert found.runs[1].curve == alone.curve
    assert points == [(run.config.seed, run.curve[0]) for run in found.runs]
    assert [load_run(tmp_path / "runs" / f"seed-{seed}").config.seed for seed in (3, 4, 5)] == [3, 4, 5]
    summary = json.loads((tmp_path / "runs" / SEEDS_FILE).read_text())
    assert [one["model_dir"] for one in summary["seeds"]] == ["seed-3", "seed-4", "seed-5"]
    assert summary["mean_f1"] == pytest.approx(statistics.fmean(run.kept.f1 for run in found.runs))
    assert summary["spread_f1"] == pytest.approx(statistics.stdev(run.kept.f1 for run in found.runs))


def test_the_best_run_is_that_of_the_kept_epochs(config):
    run = finetune(TRAIN, VALIDATION, config)
    low, high = (dataclasses.replace(run.curve[0], epoch=epoch, f1=f1) for epoch, f1 in ((1, 0.2), (2, 0.9)))

    def made(seed, *curve):
        changed = dataclasses.replace(config, seed=seed, keep="last")
        return dataclasses.replace(run, config=changed, curve=curve)

    found = SeedRuns((made(0, high, low), made(1, low, dataclasses.replace(high, f1=0.5))))
    assert found.scores() == (0.2, 0.5)
    assert found.best.config.seed == 1
    assert found.mean() == pytest.approx(0.35)


def test_one_seed_has_no_spread(config):
    with pytest.raises(ConfigError, match="at least 2"):
        finetune_seeds(TRAIN, VALIDATION, config, n_seeds=1)
