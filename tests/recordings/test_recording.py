"""The shipped recordings belong to their recipes, and making and reading one fails with a message that helps."""

import dataclasses
import json
import subprocess
import sys

import pytest

from qa_lesson import recordings
from qa_lesson.corpus import load_corpus
from qa_lesson.errors import ConfigError, DataError
from qa_lesson.recordings import CATALOGUE, Recipe, record, recorded, train_recipe
from qa_lesson.recordings.recording import RECORDINGS_DIR
from qa_lesson.runs import RunRecord, TrainingConfig


def test_every_recipe_has_its_recording_and_no_file_is_left_over():
    assert {path.stem for path in RECORDINGS_DIR.glob("*.json")} == set(CATALOGUE)


@pytest.mark.parametrize("name", CATALOGUE)
def test_recordings_are_whole_and_not_stale(name):
    run = recorded(name)
    recipe = CATALOGUE[name]
    assert (run.name, run.about, run.n_train) == (name, recipe.about, len(recipe.training()))
    assert [point.epoch for point in run.curve] == list(range(1, len(run.curve) + 1))
    assert len(run.curve) == recipe.config.epochs or recipe.config.patience < recipe.config.epochs
    assert all(0 <= point.exact_match <= point.f1 <= 1 for point in run.curve)
    if recipe.config.scored_training:
        assert all(0 <= point.train_exact_match <= point.train_f1 <= 1 for point in run.curve)
    else:
        assert all(point.train_exact_match is point.train_f1 is None for point in run.curve)
    assert not run.lost_answers


@pytest.mark.parametrize(
    "name", [name for name, recipe in CATALOGUE.items() if recipe.validation() == load_corpus("validation")]
)
def test_the_recorded_answers_score_what_the_curve_says(name):
    """Answers are made in float32 and the curve in bfloat16, where a close call can go the other way."""
    run = recorded(name)
    total = run.evaluation("validation").total
    assert total.f1 == pytest.approx(run.kept.f1, abs=0.02)
    assert total.exact_match == pytest.approx(run.kept.exact_match, abs=0.02)
    assert run.evaluation("test").n == len(load_corpus("test"))


def test_unknown_names_list_the_known_ones():
    with pytest.raises(ConfigError, match=r"no such recipe[\s\S]*'size_7'[\s\S]*size_32"):
        recorded("size_7")


@pytest.fixture
def shelf(tmp_path, monkeypatch, tiny_model_dir):
    """A catalogue of one tiny recipe, with a folder of its own."""
    config = TrainingConfig(
        model=tiny_model_dir, epochs=1, max_length=128, stride=16, freeze_embeddings=False, frozen_layers=0,
        precision="fp32", scored_training=8,
    )  # fmt: skip
    recipe = Recipe("tiny", "a tiny run", config, lambda: load_corpus("train")[:16])
    monkeypatch.setattr(recordings.recording, "RECORDINGS_DIR", tmp_path)
    monkeypatch.setitem(CATALOGUE, "tiny", recipe)
    return tmp_path


def change_recipe(monkeypatch, **changes):
    monkeypatch.setitem(CATALOGUE, "tiny", dataclasses.replace(CATALOGUE["tiny"], **changes))


def test_what_is_recorded_is_what_was_trained(shelf, monkeypatch):
    points = []
    path = record("tiny", on_epoch=points.append)
    assert path == shelf / "tiny.json"
    run = recorded("tiny")
    assert run == recorded("tiny", retrain=True) == train_recipe(CATALOGUE["tiny"])
    assert tuple(points) == run.curve
    assert run.evaluation("validation").total.f1 == pytest.approx(run.kept.f1)  # float32 on both sides
    assert {field.name for field in dataclasses.fields(RunRecord)} < set(json.loads(path.read_text()))
    assert "about" not in json.loads(path.read_text())
    change_recipe(monkeypatch, about="other words")
    assert recorded("tiny").about == "other words"


def test_stale_recordings_say_what_changed_and_how_to_record_again(shelf, monkeypatch):
    record("tiny")
    change_recipe(monkeypatch, config=dataclasses.replace(CATALOGUE["tiny"].config, seed=3))
    with pytest.raises(DataError, match=r"other settings\n[\s\S]*python -m qa_lesson.recordings tiny"):
        recorded("tiny")
    change_recipe(monkeypatch, training=lambda: load_corpus("train")[:17])
    with pytest.raises(DataError, match="other settings and other training or validation questions"):
        recorded("tiny")


def test_other_test_questions_make_it_stale(shelf):
    path = record("tiny")
    path.write_text(path.read_text().replace('"test_hash": "', '"test_hash": "0'))
    with pytest.raises(DataError, match="other test questions"):
        recorded("tiny")


@pytest.mark.parametrize("damage", ["", "{}", "[]", '{"config": {"epochs": 0}}', None])
def test_damaged_or_missing_recordings(shelf, damage):
    if damage is not None:
        (shelf / "tiny.json").write_text(damage)
    with pytest.raises(DataError, match=r"no readable recording of tiny[\s\S]*python -m qa_lesson.recordings tiny"):
        recorded("tiny")


def test_the_command_records_and_explains(shelf, capsys):
    from qa_lesson.recordings.__main__ import main

    assert main(["tiny"]) == 0
    told = capsys.readouterr()
    assert told.out == "tiny.json written\n"
    assert "tiny: epoch 1, training F1 0." in told.err
    assert main(["tiny", "no_such"]) == 2
    assert "no such recipe" in capsys.readouterr().err


def test_importing_the_recordings_is_light():
    code = "import sys, qa_lesson.recordings; print(sorted({'torch', 'transformers', 'datasets'} & set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
