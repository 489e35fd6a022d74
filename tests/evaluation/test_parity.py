"""Scores equal those of the official scripts on the files in tests/data/parity (its README says how they were made)."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from qa_lesson.cli import app
from qa_lesson.evaluation import best_threshold, evaluate_predictions, read_predictions
from qa_lesson.loading import load_examples
from qa_lesson.schema import Prediction, Span

FOLDER = Path(__file__).parents[1] / "data" / "parity"
EXACT = 1e-12
OPTIONS = ["--missing", "zero", "--questions", "--json"]


def read(version: str, name: str) -> dict:
    return json.loads((FOLDER / f"{version}.{name}.json").read_text(encoding="utf-8"))


def evaluated(version: str):
    examples = load_examples(FOLDER / f"{version}.json")
    answers = read_predictions(FOLDER / f"{version}.predictions.json")
    return evaluate_predictions(examples, answers, rules=version, missing="zero")


def test_totals_of_v1_1():
    result, official = evaluated("v1.1"), read("v1.1", "official")
    assert (result.rules, result.n, len(result.missing)) == ("v1.1", 48, 2)
    assert 100 * result.total.exact_match == pytest.approx(official["exact_match"], abs=1e-10)
    assert 100 * result.total.f1 == pytest.approx(official["f1"], abs=1e-10)


def test_totals_of_v2_0():
    record, official = evaluated("v2.0").totals(), read("v2.0", "official")
    assert (record["rules"], record["n_missing"]) == ("v2.0", 0)
    ours_and_theirs = {
        "exact_match": "exact", "f1": "f1",
        "has_answer_exact_match": "HasAns_exact", "has_answer_f1": "HasAns_f1",
        "no_answer_exact_match": "NoAns_exact", "no_answer_f1": "NoAns_f1",
    }  # fmt: skip
    for ours, theirs in ours_and_theirs.items():
        assert 100 * record[ours] == pytest.approx(official[theirs], abs=1e-10), ours
    counts = [record[name] for name in ("n", "has_answer_n", "no_answer_n")]
    assert counts == [official[name] for name in ("total", "HasAns_total", "NoAns_total")] == [36, 23, 13]


@pytest.mark.parametrize("version", ["v1.1", "v2.0"])
def test_every_question(version):
    result, official = evaluated(version), read(version, "official")["per_question"]
    assert set(official) == set(result.scores) - set(result.missing)
    for name, expected in official.items():
        found = result.scores[name]
        assert found.exact_match == expected["exact_match"], name
        assert found.f1 == pytest.approx(expected["f1"], abs=EXACT), name


def test_the_two_versions_differ_on_these_files():
    """Otherwise the files would not tell the versions apart."""
    examples = load_examples(FOLDER / "v1.1.json")
    predictions = read_predictions(FOLDER / "v1.1.predictions.json")
    totals = [
        evaluate_predictions(examples, predictions, rules=rules, missing="zero").total for rules in ("v1.1", "v2.0")
    ]
    assert totals[0].f1 != pytest.approx(totals[1].f1, abs=0.01)


@pytest.mark.parametrize("version", ["v1.1", "v2.0"])
def test_auto_picks_the_rules_that_the_data_was_published_with(version):
    examples = load_examples(FOLDER / f"{version}.json")
    answers = read_predictions(FOLDER / f"{version}.predictions.json")
    chosen = evaluate_predictions(examples, answers, rules="auto", missing="zero")
    assert chosen.rules == version
    assert chosen.total == evaluated(version).total


@pytest.mark.parametrize("metric", ["exact_match", "f1"])
def test_the_best_threshold_of_v2_0(metric):
    examples, official = load_examples(FOLDER / "v2.0.json"), read("v2.0", "official")
    levels = read("v2.0", "no_answer")
    predictions = [
        Prediction(name, text, None, None, 1 - levels[name], levels[name], (Span(text, 0, len(text), 0.0, 1.0),))
        for name, text in read("v2.0", "predictions").items()
    ]
    best = best_threshold(examples, predictions, metric)
    theirs = {"exact_match": "best_exact", "f1": "best_f1"}[metric]
    assert 100 * getattr(best, metric) == pytest.approx(official[theirs], abs=1e-10)
    assert best.threshold == official[f"{theirs}_thresh"]


@pytest.mark.parametrize("version", ["v1.1", "v2.0"])
def test_the_command_prints_them(version):
    files = (FOLDER / f"{version}.predictions.json", FOLDER / f"{version}.json")
    result = CliRunner().invoke(app, ["score", *map(str, files), "--rules", version, *OPTIONS])
    assert result.exit_code == 0, result.output
    scores, official = json.loads(result.stdout), read(version, "official")
    assert 100 * scores["f1"] == pytest.approx(official["f1"], abs=1e-10)
    answered = {row["id"]: row["f1"] for row in scores["questions"] if row["prediction"] is not None}
    expected = {name: one["f1"] for name, one in official["per_question"].items()}
    assert answered == pytest.approx(expected, abs=EXACT)
