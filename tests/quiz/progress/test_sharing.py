"""What a learner exports says what it is, holds no more than was told, and older exports are still read."""

import json

import pytest

from qa_lesson.errors import ConfigError, DataError
from qa_lesson.quiz import share_progress
from qa_lesson.quiz.progress.attempts import Progress
from qa_lesson.quiz.progress.learner_rows import Attempt, Guess, Review
from qa_lesson.quiz.progress.sharing import EXPORT_NOTICES, shared_json

AT = "2026-03-02T10:11:12.000000+00:00"
TEXT = "my secret answer"


@pytest.fixture
def progress(tmp_path):
    mine = Progress.open(tmp_path / "mine.sqlite")
    for question, correct, confidence in (("q-a", False, 0.95), ("q-a", True, None), ("q-b", True, 0.5)):
        mine.record(
            Attempt(
                learner=mine.learner, quiz="metrics", question=question, objective="f1", difficulty="easy",
                kind="text", response=TEXT, credit=float(correct), correct=correct, confidence=confidence, at=AT,
            )
        )  # fmt: skip
    mine.record_review(Review(learner=mine.learner, card="q-card", rating=3, at=AT))
    mine.record_guess(Guess(learner=mine.learner, prediction="p-one", guess=1.0, truth=2.0, at=AT))
    return mine


def test_each_version_holds_what_it_says(progress):
    texts = {contents: shared_json(progress, contents, "ann@uni.edu") for contents in EXPORT_NOTICES}
    records = {contents: json.loads(text) for contents, text in texts.items()}
    for contents, record in records.items():
        assert (record["format"], record["contents"]) == ("qa-lesson progress", contents)
        assert (record["from"], record["learner"]) == ("ann@uni.edu", progress.learner)
    assert {name: record["version"] for name, record in records.items()} == {
        "everything": 1,
        "answers": 2,
        "mastery": 2,
    }
    everything, answers, mastery = records.values()
    assert [len(everything[name]) for name in ("attempts", "reviews", "guesses")] == [3, 1, 1]
    assert everything["attempts"][0]["at"] == AT
    assert [(one["question"], one["correct"], one["confidence"]) for one in answers["attempts"]] == [
        ("q-a", False, 0.95), ("q-a", True, None), ("q-b", True, 0.5),
    ]  # fmt: skip
    assert mastery["mastery"] == [{"quiz": "metrics", "objective": "f1", "answered": 2, "right": 1, "right_since": 1}]
    assert [TEXT in text for text in texts.values()] == [True, True, False]
    assert ["10:11:12" in text for text in texts.values()] == [True, False, False]
    assert ["q-card" in text for text in texts.values()] == [True, False, False]
    assert ["p-one" in text for text in texts.values()] == [True, False, False]
    assert ["0.95" in text for text in texts.values()] == [True, True, False]
    assert [len(record["exported_at"]) == 10 for record in records.values()] == [False, True, True]  # a day, no time


def test_the_notice_comes_before_the_file(progress, tmp_path, capsys, monkeypatch):
    path = tmp_path / "mine.json"
    seen = []
    monkeypatch.setattr("qa_lesson.quiz.progress.sharing.write_atomically", lambda *_: seen.append(capsys.readouterr()))
    share_progress(path, "ann@uni.edu", "mastery", progress=progress)
    told = seen[0].out
    for text in (EXPORT_NOTICES["mastery"].contains, EXPORT_NOTICES["mastery"].leaves_out, "ann@uni.edu", "Nothing is"):
        assert text in told


def test_who_it_is_from_is_asked_and_checked(progress, tmp_path, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda prompt: " ann@uni.edu ")
    file = share_progress(tmp_path / "mine.json", contents="answers", progress=progress)
    assert json.loads(file.read_text())["from"] == "ann@uni.edu"
    for name in ("", "a\u200bb", "a" * 255):
        with pytest.raises(ConfigError):
            share_progress(tmp_path / "no.json", name, progress=progress)
    with pytest.raises(ConfigError, match="these contents"):
        share_progress(tmp_path / "no.json", "ann", "some", progress=progress)
    assert not (tmp_path / "no.json").exists()


def test_only_the_version_with_everything_can_be_imported(progress, tmp_path):
    there = Progress.open(tmp_path / "there.sqlite")
    for contents in ("answers", "mastery"):
        file = share_progress(tmp_path / f"{contents}.json", "ann", contents, progress=progress)
        with pytest.raises(DataError, match="leaves out") as caught:
            there.import_json(file)
        assert contents in str(caught.value)
    assert there.import_json(share_progress(tmp_path / "all.json", "ann", progress=progress)) == 5


def test_an_export_of_an_earlier_version_is_imported(progress, tmp_path):
    record = json.loads(progress.to_json())
    del record["contents"], record["from"], record["guesses"]  # as the first version wrote it
    (tmp_path / "old.json").write_text(json.dumps(record))
    assert Progress.open(tmp_path / "there.sqlite").import_json(tmp_path / "old.json") == 4
