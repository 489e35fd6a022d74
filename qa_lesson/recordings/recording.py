"""A recorded run: how it went and what the kept model answered, as one small JSON file without weights."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter

from qa_lesson.answering import QuestionAnswerer
from qa_lesson.corpus import load_corpus
from qa_lesson.errors import ConfigError, DataError
from qa_lesson.evaluation import Evaluation, evaluate_predictions
from qa_lesson.json_files import read_json
from qa_lesson.recordings.recipes import CATALOGUE, Recipe
from qa_lesson.runs import EpochResult, RunRecord, TrainingConfig, hash_examples
from qa_lesson.storage import write_atomically
from qa_lesson.training import finetune

RECORDINGS_DIR = Path(__file__).parent / "data"
Scored = Literal["validation", "test"]


@dataclass(frozen=True, kw_only=True)
class _Stored(RunRecord):
    """A recording as its file has it.

    Args:
        name: of its recipe.
        predictions: answer text by question id, for the "validation" and for the "test" split. They come from
            `QuestionAnswerer` in float32, so a score may differ a little from the one on a curve made in bfloat16.
        test_hash: SHA-256 over the test examples.
    """

    name: str
    predictions: dict[Scored, dict[str, str]]
    test_hash: str


_STORED = TypeAdapter(_Stored)


@dataclass(frozen=True, kw_only=True)
class Recording(_Stored):
    """The record of a run, the answers of its kept weights, and the words of its recipe.

    Args:
        about: of its recipe, which may change without a new training run.
    """

    about: str

    def evaluation(self, split: Scored = "test") -> Evaluation:
        """The recorded answers, scored now."""
        return evaluate_predictions(load_corpus(split), self.predictions[split])


def recorded(name: str, *, retrain: bool = False) -> Recording:
    """The recording of a recipe of the `CATALOGUE`.

    Args:
        name: of the recipe.
        retrain: train it on this machine instead, which takes minutes the first time; the file stays as it is.

    Raises:
        ConfigError: no such recipe.
        DataError: the recording is missing, damaged, or older than the recipe or the corpus.

    >>> run = recorded("rescue_start")
    >>> run.n_train, len(run.curve), run.evaluation().n
    (1512, 6, 378)
    """
    recipe = _recipe(name)
    if retrain:
        return train_recipe(recipe)
    path = RECORDINGS_DIR / f"{name}.json"
    again = f"record it again: python -m qa_lesson.recordings {name}"
    stored = read_json(path, _STORED, what=f"there is no readable recording of {name}", fix=again)
    recording = Recording(
        about=recipe.about,
        **{field.name: getattr(stored, field.name) for field in dataclasses.fields(stored)},
    )
    wanted = {
        "settings": dataclasses.replace(recipe.config, **_chosen(recipe.config, recording.config)),
        "training or validation questions": hash_examples(recipe.training(), recipe.validation()),
        "test questions": hash_examples(load_corpus("test")),
    }
    found = (recording.config, recording.data_hash, recording.test_hash)
    stale = [what for (what, value), old in zip(wanted.items(), found, strict=True) if value != old]
    if stale:
        raise DataError(f"the recording of {name} was made with other {' and other '.join(stale)}", fix=again)
    return recording


def _chosen(recipe: TrainingConfig, recorded: TrainingConfig) -> dict[str, Any]:
    """The settings that the recipe left open and the run chose."""
    left_open = ("head_learning_rate", "max_answer_tokens")
    return {name: getattr(recorded, name) for name in left_open if getattr(recipe, name) is None}


def train_recipe(recipe: Recipe, *, on_epoch: Callable[[EpochResult], None] | None = None) -> Recording:
    """Train a recipe on this machine (or take it from the run cache) and answer validation and test with it.

    Args:
        recipe: one of the catalogue, or your own.
        on_epoch: as in `finetune`.

    Raises:
        DataError, ConfigError, ModelError, StorageError: as `finetune`.
    """
    validation, test = load_corpus("validation"), load_corpus("test")
    run = finetune(recipe.training(), recipe.validation(), recipe.config, on_epoch=on_epoch)
    answerer = QuestionAnswerer(run.model_dir, precision="fp32")  # the same answers on every machine
    record = {field.name: getattr(run, field.name) for field in dataclasses.fields(RunRecord)}
    return Recording(
        name=recipe.name,
        about=recipe.about,
        predictions={
            "validation": {answer.id: answer.text for answer in answerer.predict(validation, n_best=1)},
            "test": {answer.id: answer.text for answer in answerer.predict(test, n_best=1)},
        },
        test_hash=hash_examples(test),
        **record,
    )


def record(name: str, *, on_epoch: Callable[[EpochResult], None] | None = None) -> Path:
    """Train a recipe of the `CATALOGUE` and write its recording into the package.

    Raises:
        ConfigError: no such recipe.
        DataError, ModelError, StorageError: as `finetune`.
    """
    stored: dict[str, Any] = dataclasses.asdict(train_recipe(_recipe(name), on_epoch=on_epoch))
    del stored["about"]  # the catalogue's words, which may change without a new training
    return write_atomically(RECORDINGS_DIR / f"{name}.json", json.dumps(stored, ensure_ascii=False, indent=1) + "\n")


def _recipe(name: str) -> Recipe:
    if name not in CATALOGUE:
        raise ConfigError("there is no such recipe", received=repr(name), fix=f"use one of {', '.join(CATALOGUE)}")
    return CATALOGUE[name]
