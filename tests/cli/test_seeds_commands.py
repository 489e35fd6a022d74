"""Several seeds of a recipe from the command line, and two models or two recipes compared by their predictions."""

import json

import numpy as np
import pytest
from test_cli import fails, run, succeeds

from qa_lesson.corpus import load_corpus
from qa_lesson.evaluation import compare_recipes, evaluate_predictions, paired_comparison
from qa_lesson.loading import write_squad


@pytest.fixture(scope="module")
def questions():
    return load_corpus("test")[::6]


@pytest.fixture(scope="module")
def folder(questions, tmp_path_factory):
    """Questions, and predictions of 4 models that are right by chance: a, b and c more often than d."""
    folder = tmp_path_factory.mktemp("compare")
    write_squad(questions, folder / "data.json")
    rng = np.random.default_rng(0)
    for name, chance in (("a", 0.8), ("b", 0.75), ("c", 0.85), ("d", 0.5)):
        texts = {one.id: one.references[0] if rng.random() < chance else "none of it" for one in questions}
        (folder / f"{name}.json").write_text(json.dumps(texts))
    return folder


def test_two_models_and_two_recipes(folder, questions):
    paths = {name: folder / f"{name}.json" for name in "abcd"}
    runs = {name: evaluate_predictions(questions, json.loads(path.read_text())) for name, path in paths.items()}
    models = succeeds("compare", folder / "data.json", "--left", paths["a"], "--right", paths["d"])
    expected = paired_comparison(runs["a"], runs["d"])
    assert (models["compared"], models["p_value"]) == ("two models", pytest.approx(expected.p_value))
    assert models["left"] == [pytest.approx(runs["a"].total.f1)]

    sides = [
        *(x for name in "abc" for x in ("--left", paths[name])),
        *(x for name in "dad" for x in ("--right", paths[name])),
    ]
    recipes = succeeds("compare", folder / "data.json", *sides, "--metric", "exact_match")
    expected = compare_recipes([runs[x] for x in "abc"], [runs[x] for x in "dad"], "exact_match")
    assert (recipes["low"], recipes["high"]) == pytest.approx((expected.low, expected.high))
    table = run("compare", folder / "data.json", *sides)
    assert table.returncode == 0, table.stderr
    assert "3 and 3 runs" in table.stdout
    assert "two recipes" in table.stdout


def test_two_seeds_are_too_few(folder):
    sides = ["--left", folder / "a.json", "--left", folder / "b.json", "--right", folder / "d.json"]
    assert "at least 3 runs" in fails("compare", folder / "data.json", *sides)


def test_finetune_with_seeds(tiny_model_dir, tmp_path):
    data = write_squad(load_corpus("validation")[::10], tmp_path / "small.json")
    arguments = (
        "finetune", "--data", data, "--model", tiny_model_dir, "--out", tmp_path / "runs", "--epochs", 1,
        "--max-length", 128, "--stride", 16, "--frozen-layers", 0, "--seeds", 2,
    )  # fmt: skip
    record = succeeds(*arguments, QA_LESSON_CACHE=str(tmp_path / "cache"))
    assert [one["seed"] for one in record["seeds"]] == [0, 1]
    assert (tmp_path / "runs" / "seed-1" / "held_out.json").is_file()
    table = run(*arguments, QA_LESSON_CACHE=str(tmp_path / "cache"))
    assert table.returncode == 0, table.stderr  # the folder is one that it wrote itself
    assert "cached" in table.stdout
    assert "standard deviation" in table.stdout
    assert "fixed before any score was known" in table.stdout
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "notes.txt").write_text("mine")
    assert "something that is not models" in fails("finetune", "--seeds", 2, "--out", tmp_path / "other")
