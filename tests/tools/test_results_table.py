"""The README's results are those of the stored answers: nobody typed them."""

import importlib
import json
from pathlib import Path

import pytest
import results_table

ROOT = Path(__file__).parents[2]


@pytest.fixture
def recipe(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    return importlib.import_module("recipe")


def test_the_readme_agrees_with_the_results():
    page = results_table.PAGE.read_text(encoding="utf-8")
    assert page == results_table.current_page(), "run python tools/results_table.py"


def test_the_results_follow_from_the_stored_answers(recipe):
    kept = json.loads(results_table.RESULT.read_text(encoding="utf-8"))
    again = json.loads(json.dumps(recipe.summarize(json.loads(recipe.ANSWERS.read_text(encoding="utf-8")))))
    for part, figures in again.items():
        assert flat(kept[part]) == pytest.approx(flat(figures), abs=1e-9), part


def test_each_recipe_has_its_seeds_and_an_interval_only_where_there_are_documents_enough(recipe):
    kept = json.loads(results_table.RESULT.read_text(encoding="utf-8"))
    assert {name: one["seeds"] for name, one in kept["recipes"].items()} == {
        name: len(seeds) for name, (_, seeds) in recipe.RECIPES.items()
    }
    for row in kept["rows"].values():
        assert "f1_low" in row["test"]
        assert "f1_low" not in row["out_of_domain"]  # three documents


def flat(value, prefix=""):
    """A nested dictionary's numbers under dotted names."""
    if not isinstance(value, dict):
        return {prefix: value} if isinstance(value, int | float) else {}
    return {name: one for key, inner in value.items() for name, one in flat(inner, f"{prefix}.{key}").items()}
