"""Guesses before a result: kept, saved with the result, shown again, and summed up."""

import sqlite3

import pytest

from qa_lesson.errors import ConfigError, DataError, StorageError
from qa_lesson.quiz import Progress, dashboard, predict
from qa_lesson.quiz.progress.guesses import guess_calibration, guesses_html
from qa_lesson.quiz.progress.learner_rows import Guess


@pytest.fixture
def progress(tmp_path):
    return Progress.open(tmp_path / "progress.sqlite", learner="ann")


def ask(progress, **options):
    return predict("f1", "What will F1 be?", unit="points", progress=progress, **options)


def guess(prediction="f1", **values):
    return Guess(**{"learner": "ann", "prediction": prediction, "guess": 40, "truth": 55, "scale": 100, **values})


def test_without_a_guess_the_result_is_told_plainly(progress):
    asked = ask(progress)
    shown = asked.reveal(55.34)
    assert repr(asked) == "<prediction f1>"
    assert repr(shown) == "<result: 55.34 points>"
    assert "55.34 points" in shown.html
    assert "You kept no guess" in shown.html
    assert progress.guesses() == []


def test_a_kept_guess_is_saved_with_the_result_and_shown_beside_it(progress):
    asked = ask(progress)
    asked.value.value = 40
    asked.margin.value = 5
    assert asked.said == "No guess yet."
    asked.keep.click("Keep this guess")
    assert asked.said == "Kept: 40 points, give or take 5. Now run the next cells."
    shown = asked.reveal(55.5)
    assert "The result is 55.5 points: 15.5 above your guess, outside your range." in shown.html
    (saved,) = progress.guesses("f1")
    assert (saved.guess, saved.give_or_take, saved.truth, saved.scale, saved.hit) == (40, 5, 55.5, 100, False)
    asked.reveal(55.5)
    assert len(progress.guesses()) == 1, "revealing twice saves once"


def test_moving_after_keeping_changes_nothing_until_kept_again(progress):
    asked = ask(progress)
    asked.value.value = 40
    asked.keep.click(0)
    asked.value.value = 90
    asked.reveal(40)
    assert progress.guesses()[0].guess == 40


def test_an_earlier_guess_comes_back_and_the_first_one_counts(progress):
    first = ask(progress)
    first.value.value = 40
    first.keep.click(0)
    first.reveal(55)
    again = ask(progress)
    assert again.value.value == 40
    assert "You guessed 40 points, give or take 10 when you were here before" in again.said
    assert "You guessed 40 points" in again.reveal(55).html
    again.value.value = 55
    again.keep.click(0)
    assert "spot on" in again.reveal(55).html
    assert [one.guess for one in progress.guesses()] == [40, 55]
    assert guess_calibration(progress.guesses()).mean_error == pytest.approx(0.15)


def test_options_instead_of_a_number(progress):
    asked = ask(progress, options=["it rises", "it falls"])
    assert asked.margin is None
    asked.value.value = "it falls"
    asked.keep.click(0)
    assert "not what you expected" in asked.reveal("it rises").html
    assert progress.guesses()[0].hit is False
    with pytest.raises(ConfigError, match="no such option"):
        asked.reveal("it stays")
    changed = ask(progress, options=["up", "down"])
    assert changed.said == "No guess yet."


@pytest.mark.parametrize("options", [{"low": 5, "high": 5}, {"options": ["one"]}, {"options": ["one", "one"]}])
def test_what_cannot_be_guessed_is_refused(progress, options):
    with pytest.raises(ConfigError):
        ask(progress, **options)


@pytest.mark.parametrize("truth", [float("nan"), float("inf"), "high"])
def test_a_result_that_is_no_number_is_refused(progress, truth):
    with pytest.raises(ConfigError, match="is a number"):
        ask(progress).reveal(truth)


def test_a_full_disk_does_not_hide_the_result(progress, monkeypatch):
    asked = ask(progress)
    asked.keep.click(0)

    def refuse(_):
        raise StorageError("the disk is full")

    monkeypatch.setattr(progress, "record_guess", refuse)
    html = asked.reveal(55).html
    assert "The result is 55 points" in html
    assert "could not be saved" in html


def test_messages_from_the_page_do_what_code_does(progress):
    asked = ask(progress)
    asked.values = {"value": 73, "margin": 2}
    asked._receive(asked, {"press": "keep", "at": 0}, [])
    assert asked.said == "Kept: 73 points, give or take 2. Now run the next cells."


def test_a_file_of_an_earlier_version_gains_the_table(tmp_path):
    path = tmp_path / "old.sqlite"
    old = Progress.open(path)
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TABLE guesses")
    progress = Progress.open(path)
    assert progress.learner == old.learner
    assert progress.note == ""
    progress.record_guess(guess(learner=progress.learner))
    assert len(progress.guesses()) == 1
    with sqlite3.connect(path) as connection, pytest.raises(sqlite3.IntegrityError, match="never changed"):
        connection.execute("DELETE FROM guesses")


def test_guesses_travel_with_the_export_and_older_exports_have_none(progress, tmp_path):
    progress.record_guess(guess())
    file = progress.export_json(tmp_path / "mine.json")
    other = Progress.open(tmp_path / "other.sqlite")
    assert other.import_json(file) == 1
    assert other.import_json(file) == 0
    assert other.guesses()[0].truth == 55
    older = tmp_path / "older.json"
    older.write_text(file.read_text(encoding="utf-8").split(',\n "guesses"')[0] + "}", encoding="utf-8")
    assert Progress.open(tmp_path / "third.sqlite").import_json(older) == 0


@pytest.mark.parametrize(
    "wrong",
    [{"prediction": ""}, {"guess": "a"}, {"truth": float("nan")}, {"give_or_take": -1}, {"scale": -1}, {"guess": True}],
)
def test_a_guess_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(DataError):
        guess(**wrong)


def test_calibration_says_when_ranges_are_too_narrow():
    narrow = [guess(f"p{n}", give_or_take=1) for n in range(8)]
    assert "too narrow" in guess_calibration(narrow).verdict
    fine = [guess(f"p{n}", give_or_take=20 if n else 1) for n in range(6)]
    assert "fits 80%" in guess_calibration(fine).verdict
    assert "too few" in guess_calibration(fine[:3]).verdict
    mixed = [*fine, guess("up", guess="up", truth="up", scale=0)]
    html = guesses_html(mixed)
    assert "6 numbers guessed. On average you were off by 15%" in html
    assert "5 of your 6 ranges held the result" in html
    assert "1 of 1 choice right" in html


def test_the_dashboard_shows_guesses(progress):
    assert "How well you predict" not in dashboard(progress).html
    progress.record_guess(guess(give_or_take=20))
    assert "How well you predict" in dashboard(progress).html
