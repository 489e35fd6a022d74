import itertools
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_lesson.corpus import load_corpus, load_training
from qa_lesson.errors import ConfigError
from qa_lesson.recordings import CATALOGUE, COURSE_SEEDS, SIZES, nested_subset
from qa_lesson.runs import TrainingConfig

TRAINING = load_training()


@settings(max_examples=25, deadline=None)
@given(sizes=st.lists(st.integers(1, len(TRAINING)), min_size=2, max_size=2), seed=st.integers(0, 5))
def test_larger_sets_hold_smaller_ones_and_all_are_spread(sizes, seed):
    small, large = (nested_subset(TRAINING, n, seed=seed) for n in sorted(sizes))
    assert (len(small), len(large)) == tuple(sorted(sizes))
    assert small == large[: len(small)]
    assert len({example.id for example in large}) == len(large)
    per_document = Counter(example.document for example in small)
    documents = len({example.document for example in TRAINING})
    assert len(per_document) == min(len(small), documents)
    assert max(per_document.values()) - min(per_document.values()) <= 1  # all documents have 84 questions


def test_the_seed_decides_the_order_and_the_whole_set_is_everything():
    first, second = (nested_subset(TRAINING, len(TRAINING), seed=seed) for seed in (0, 1))
    assert first != second
    assert set(first) == set(second) == set(TRAINING)


@pytest.mark.parametrize("n", [0, -1, len(TRAINING) + 1])
def test_more_than_there_are(n):
    with pytest.raises(ConfigError, match="n must be between 1 and the 3024"):
        nested_subset(TRAINING, n)


def test_the_sizes_are_nested_and_share_all_settings_but_the_epochs():
    recipes = [CATALOGUE[f"size_{n}"] for n in SIZES]
    sets = [set(recipe.training()) for recipe in recipes]
    assert [len(part) for part in sets] == list(SIZES)
    assert all(small < large for small, large in itertools.pairwise(sets))
    assert len({frozenset((k, v) for k, v in vars(r.config).items() if k != "epochs") for r in recipes}) == 1


def test_the_rescue_changes_settings_only():
    rescue = [recipe for name, recipe in CATALOGUE.items() if name.startswith("rescue_")]
    assert len(rescue) >= 5
    assert all(recipe.training() == load_corpus("train") for recipe in rescue)
    assert len({recipe.config for recipe in rescue}) == len(rescue)
    assert all(recipe.config.scored_training == rescue[0].config.scored_training for recipe in rescue)
    assert all(name == recipe.name for name, recipe in CATALOGUE.items())


def test_the_runs_of_the_courses_recipe_differ_in_the_seed_alone():
    recipes = [CATALOGUE[f"course_seed_{seed}"] for seed in COURSE_SEEDS]
    assert [recipe.config for recipe in recipes] == [TrainingConfig(seed=seed) for seed in COURSE_SEEDS]
    assert all(recipe.training() == TRAINING for recipe in recipes)
