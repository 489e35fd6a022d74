"""The catalogue of recorded runs: which questions, which settings, and what each run is there to show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, zip_longest
from typing import Any

import numpy as np

from qa_lesson.corpus import load_corpus, load_training
from qa_lesson.errors import ConfigError
from qa_lesson.runs import TrainingConfig
from qa_lesson.schema import Example

SIZES = (32, 128, 512, 1512, 3024)
"""Numbers of training questions of the learning curve over data size; each set holds the one before it."""

_OVERFITTED = TrainingConfig(
    epochs=6,
    dropout=0.0,
    weight_decay=0.0,
    freeze_embeddings=False,
    frozen_layers=0,
    keep="last",
    patience=100,
    scored_training=252,
)
_EPOCHS_BY_SIZE = {32: 12, 128: 8, 512: 4, 1512: 2, 3024: 2}  # small sets see each question more often, for the steps
_BY_SIZE = TrainingConfig(batch_size=8, dropout=None, patience=100, scored_training=126)

COURSE_SEEDS = (0, 1, 2, 3, 4)
"""Seeds with which the course's recipe is recorded: all training questions, two epochs."""

HALF_SEEDS = (0, 1, 2)
"""Seeds of the recipe that has half of the questions and twice the epochs, so the same number of steps."""


def _all_validation() -> list[Example]:
    return load_corpus("validation")


@dataclass(frozen=True)
class Recipe:
    """What a run is made from.

    Args:
        name: of the recording.
        about: what the run changes or shows, in a few words.
        config: every setting.
        training: gives the training questions.
        validation: gives the questions that are scored after each epoch.
    """

    name: str
    about: str
    config: TrainingConfig
    training: Callable[[], list[Example]]
    validation: Callable[[], list[Example]] = _all_validation


def nested_subset(examples: Sequence[Example], n: int, *, seed: int = 0) -> list[Example]:
    """`n` of the examples, spread over their documents; with the same seed a larger set holds every smaller one.

    The questions of each document are shuffled, and the documents take turns in a shuffled order.

    Raises:
        ConfigError: more than there are, or fewer than 1.

    >>> training = load_training()
    >>> small, large = nested_subset(training, 72), nested_subset(training, 512)
    >>> small == large[:72], len({example.document for example in small})
    (True, 36)
    """
    if not 1 <= n <= len(examples):
        raise ConfigError(f"n must be between 1 and the {len(examples)} examples", received=f"n={n}")
    rng = np.random.default_rng(seed)
    by_document: dict[str, list[Example]] = defaultdict(list)
    for position in rng.permutation(len(examples)):
        by_document[examples[position].document].append(examples[position])
    turns = zip_longest(*by_document.values())
    return [example for example in chain.from_iterable(turns) if example is not None][:n]


def _course_training() -> list[Example]:
    return load_corpus("train", unanswerable=True) + load_corpus("extra_train")[::2]


def _every(nth: int) -> list[Example]:
    return load_corpus("train")[::nth]


def _first_validation(n: int) -> list[Example]:
    return load_corpus("validation")[:n]


def _draw(n: int) -> list[Example]:
    return nested_subset(load_training(), n)


_RESCUE: dict[str, tuple[str, dict[str, Any]]] = {
    "start": ("6 epochs, nothing holds it back", {}),
    "early_stopping": ("stop after an epoch without a better F1, keep the best", {"keep": "best", "patience": 1}),
    "short": ("3 epochs", {"epochs": 3}),
    "gentle": (
        "3 epochs, a third of the learning rates",
        {"epochs": 3, "learning_rate": 1e-4, "head_learning_rate": 1e-3},
    ),
    "dropout": ("3 epochs, dropout 0.2", {"epochs": 3, "dropout": 0.2}),
    "frozen": (
        "3 epochs, embeddings and 3 of 6 layers frozen",
        {"epochs": 3, "freeze_embeddings": True, "frozen_layers": 3},
    ),
    "combined": (
        "3 epochs, dropout 0.2, weight decay 0.1, embeddings and 2 layers frozen",
        {"epochs": 3, "dropout": 0.2, "weight_decay": 0.1, "freeze_embeddings": True, "frozen_layers": 2},
    ),
}

CATALOGUE: dict[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        Recipe(
            "course_model",
            "the model that the lessons share",
            TrainingConfig(epochs=1),  # a lesson must not take more than two minutes, even from an empty cache
            _course_training,
            partial(load_corpus, "validation", unanswerable=True),
        ),
        Recipe(
            "small_model",
            "a sixth of the first training questions",
            TrainingConfig(epochs=2, batch_size=8),
            partial(_every, 6),
            partial(_first_validation, 84),
        ),
        Recipe(
            "express",
            "a third of the first training questions, in less than a minute",
            TrainingConfig(epochs=2, batch_size=8),
            partial(_every, 3),
            partial(_first_validation, 42),
        ),
        Recipe(
            "overfit_64",
            "64 questions, 10 epochs, nothing holds it back",
            replace(_OVERFITTED, epochs=10, batch_size=8, scored_training=64),
            partial(_draw, 64),
        ),
        *(
            Recipe(
                f"size_{n}",
                f"{n:,} questions, {_EPOCHS_BY_SIZE[n]} epochs",
                replace(_BY_SIZE, epochs=_EPOCHS_BY_SIZE[n]),
                partial(_draw, n),
            )
            for n in SIZES
        ),
        *(
            Recipe(f"rescue_{name}", about, replace(_OVERFITTED, **changes), partial(load_corpus, "train"))
            for name, (about, changes) in _RESCUE.items()
        ),
        *(
            Recipe(f"course_seed_{seed}", f"the course's recipe, seed {seed}", TrainingConfig(seed=seed), load_training)
            for seed in COURSE_SEEDS
        ),
        *(
            Recipe(
                f"half_seed_{seed}",
                f"half of the questions and twice the epochs, seed {seed}",
                TrainingConfig(epochs=4, seed=seed),
                partial(_draw, 1512),
            )
            for seed in HALF_SEEDS
        ),
    )
}
"""All recipes by name.

``course_model``, ``small_model`` and ``express``, ``overfit_64``, ``size_32`` to ``size_3024``, ``rescue_start`` and
its attempts, ``course_seed_0`` and so on for each of `COURSE_SEEDS`, and ``half_seed_0`` and so on for each of
`HALF_SEEDS`.
"""
