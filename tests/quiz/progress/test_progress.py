"""No answer is lost: not to a second notebook, a damaged file or a folder that is read-only."""

import dataclasses
import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa_lesson.errors import DataError, StorageError
from qa_lesson.quiz.progress import store
from qa_lesson.quiz.progress.attempts import Progress, progress_path
from qa_lesson.quiz.progress.learner_rows import Attempt, Review

REPOSITORY = Path(__file__).parents[3]


def attempt(progress_or_learner="ada", **changes) -> Attempt:
    learner = getattr(progress_or_learner, "learner", progress_or_learner)
    values = {
        "learner": learner, "quiz": "metrics", "question": "04-order", "objective": "f1", "difficulty": "easy",
        "kind": "single", "response": "f1-one", "credit": 1.0, "correct": True,
    }  # fmt: skip
    return Attempt(**{**values, **changes})


def query(path: Path, statement: str) -> list[tuple]:
    """What another program sees in the file; nothing stays open."""
    with closing(sqlite3.connect(path)) as connection, connection:
        return connection.execute(statement).fetchall()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / "progress.sqlite"


@pytest.fixture(autouse=True)
def _own_temporary_folder(tmp_path, monkeypatch):
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))


def test_what_is_recorded_comes_back_in_time_order(path):
    progress = Progress.open(path)
    late = attempt(progress, at="2026-03-01T10:00:00.000000+00:00", response=["b", "a"], credit=0.5, correct=False)
    early = attempt(progress, at="2026-02-01T10:00:00.000000+00:00", response=0.25, confidence=0.95, hints_used=2)
    other = attempt(progress, quiz="how_sure_is_a_score", question="05-x", at="2026-04-01T10:00:00+00:00")
    for one in (late, early, other):
        progress.record(one)
    again = Progress.open(path)
    assert again.attempts() == [early, late, other]
    assert again.attempts(quiz="how_sure_is_a_score") == [other]
    assert again.attempts(question="04-order") == [early, late]
    assert again.attempts(quiz="metrics", question="05-x") == []
    assert again.learner == progress.learner
    assert progress.note == "" == again.note
    assert repr(progress) == "<progress>"


def test_an_id_is_kept_once_and_rows_never_change(path):
    progress = Progress.open(path)
    first = attempt(progress)
    progress.record(first)
    progress.record(first)
    progress.record(dataclasses.replace(first, credit=0.0, correct=False))
    assert progress.attempts() == [first]
    review = Review(learner=progress.learner, card="04-order", rating=3)
    progress.record_review(review)
    progress.record_review(review)
    assert progress.reviews() == [review] == progress.reviews("04-order")
    for table, change in (("attempts", "credit = 0"), ("reviews", "rating = 1")):
        for statement in (f"UPDATE {table} SET {change}", f"DELETE FROM {table}"):
            with pytest.raises(sqlite3.IntegrityError, match="never changed"):
                query(path, statement)


def test_learners_of_one_file_do_not_see_each_other(path):
    ada, bram = Progress.open(path, "ada"), Progress.open(path, "bram")
    ada.record(attempt(ada))
    assert len(ada.attempts()) == 1
    assert bram.attempts() == []
    unnamed = Progress.open(path)
    assert unnamed.learner == Progress.open(path).learner
    assert unnamed.learner not in ("ada", "bram")


def test_two_notebooks_share_what_they_save(path):
    left, right = Progress.open(path), Progress.open(path)
    left.record(attempt(left, question="04-a"))
    right.record(attempt(right, question="04-b"))
    assert [one.question for one in left.attempts()] == ["04-a", "04-b"] == [one.question for one in right.attempts()]


def test_a_locked_file_is_waited_for(path, monkeypatch):
    progress = Progress.open(path)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    monkeypatch.setattr(store, "_BUSY_SECONDS", 0.01)
    waits = []

    def release_on_the_second_wait(seconds):
        waits.append(seconds)
        if len(waits) == 2:
            holder.execute("COMMIT")

    monkeypatch.setattr(time, "sleep", release_on_the_second_wait)
    progress.record(attempt(progress))
    assert len(waits) == 2
    assert len(progress.attempts()) == 1
    holder.execute("BEGIN IMMEDIATE")
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    with pytest.raises(StorageError, match="locked"):
        progress.record(attempt(progress))
    with pytest.raises(StorageError, match="another program holds"):
        Progress.open(path)
    holder.close()
    assert len(progress.attempts()) == 1


def contents(folder: Path) -> dict[str, bytes]:
    return {entry.name: entry.read_bytes() for entry in folder.iterdir() if entry.is_file()}


@pytest.mark.parametrize("state", ["damaged", "foreign", "truncated", "text"])
def test_a_file_that_is_no_store_is_kept_under_another_name(path, state):
    path.parent.mkdir()
    if state == "foreign":
        query(path, "CREATE TABLE bookmarks (address TEXT)")
    elif state == "text":
        path.write_text("dear diary\n")
    else:
        progress = Progress.open(path)
        for _ in range(40):
            progress.record(attempt(progress))
        content = path.read_bytes()
        path.write_bytes(content[:-5000] if state == "truncated" else content[:4096] + b"\xff" * (len(content) - 4096))
    before = path.read_bytes()
    progress = Progress.open(path)
    (aside,) = [name for name in contents(path.parent) if "-2" in name or "-1" in name]
    assert aside.startswith(f"progress.sqlite.{'foreign' if state == 'foreign' else 'damaged'}-")
    assert contents(path.parent)[aside] == before
    assert aside in progress.note
    assert progress.path == path
    progress.record(attempt(progress))
    assert len(Progress.open(path).attempts()) == 1
    assert Progress.open(path).note == ""


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_damage_stops_a_learner(tmp_path, data):
    """Whatever bytes change, the store opens, records and reads back, and the changed file is still there."""
    folder = Path(tempfile.mkdtemp(dir=tmp_path))
    path = folder / "progress.sqlite"
    progress = Progress.open(path)
    for i in range(3):
        progress.record(attempt(progress, question=f"04-q{i}"))
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 30))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    content = content[: data.draw(st.one_of(st.just(len(content)), st.integers(1, len(content))))]
    path.write_bytes(content)
    try:
        again = Progress.open(path)
    except StorageError as error:
        if "later version" not in str(error):
            raise
        return
    one = attempt(again, question="04-new")
    again.record(one)
    assert again.attempts(question="04-new") == [one]
    if again.note:
        assert bytes(content) in contents(folder).values()


@pytest.mark.parametrize("content", ["no database", ""])
def test_the_journal_of_a_damaged_file_goes_with_it(path, content):
    """A log left behind would be played into the new file."""
    path.parent.mkdir()
    path.write_text(content)
    Path(f"{path}-wal").write_text("its log")
    progress = Progress.open(path)
    moved = {name.split("Z")[-1]: content for name, content in contents(path.parent).items() if ".damaged-" in name}
    assert moved == {"": content.encode(), "-wal": b"its log"}
    assert progress.attempts() == []


def test_two_damaged_files_in_one_second_are_both_kept(path, monkeypatch):
    path.parent.mkdir()
    for text in ("first", "second"):
        path.write_text(text)
        Progress.open(path)
    assert {content for name, content in contents(path.parent).items() if ".damaged-" in name} == {b"first", b"second"}


def test_a_later_version_is_refused_and_untouched(path):
    Progress.open(path)
    query(path, f"PRAGMA user_version = {store.SCHEMA_VERSION + 1}")
    before = path.read_bytes()
    with pytest.raises(StorageError, match="pip install --upgrade"):
        Progress.open(path)
    assert path.read_bytes() == before


def test_a_folder_that_cannot_be_made_falls_back(tmp_path):
    (tmp_path / "file").write_text("in the way")
    wanted = tmp_path / "file" / "progress.sqlite"
    progress = Progress.open(wanted)
    assert str(wanted.parent) in progress.note
    assert str(progress.path) in progress.note
    assert progress.path.is_relative_to(tmp_path / "temporary")
    progress.record(attempt(progress))
    again = Progress.open(wanted)
    assert again.attempts() == progress.attempts() != []
    assert again.learner == progress.learner
    assert Progress.open(tmp_path / "file" / "other.sqlite").attempts() == []


READ_ONLY = """
import os, sys, tempfile
from qa_lesson.quiz.progress.attempts import Progress
from qa_lesson.quiz.progress.learner_rows import Attempt
if os.geteuid() == 0:
    os.setuid(65534)  # root may write anywhere
tempfile.tempdir = sys.argv[2]
progress = Progress.open(sys.argv[1])
attempt = Attempt(learner=progress.learner, quiz="q", question="04-new", objective="o", difficulty="easy",
                  kind="single", response="a", credit=1.0, correct=True)
progress.record(attempt)
print(len(progress.attempts()), str(progress.path).startswith(sys.argv[2]), progress.note, sep="|")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="folders are not read-only there")
@pytest.mark.parametrize("filled", [True, False])
def test_a_read_only_folder_falls_back_with_what_is_readable(filled):
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        folder, temporary = Path(name) / "data", Path(name) / "temporary"
        folder.mkdir()
        temporary.mkdir()
        if filled:
            progress = Progress.open(folder / "progress.sqlite")
            for _ in range(2):
                progress.record(attempt(progress))
            (folder / "progress.sqlite").chmod(0o444)
        Path(name).chmod(0o755)
        temporary.chmod(0o777)
        folder.chmod(0o555)
        command = [sys.executable, "-c", READ_ONLY, str(folder / "progress.sqlite"), str(temporary)]
        told = subprocess.run(command, capture_output=True, text=True, cwd=REPOSITORY, check=True).stdout
        count, moved, note = told.strip().split("|")
        folder.chmod(0o755)
    assert int(count) == (3 if filled else 1)
    assert moved == "True"
    assert note.startswith(f"Your answers cannot be saved in {folder} (")
    assert note.endswith("Your earlier answers were copied there.") == filled


def test_without_shared_memory_a_rollback_journal_serves(path):
    """A folder in the place of the shared-memory file makes a write-ahead log impossible, as some network disks do."""
    Progress.open(path).record(attempt("ada"))
    assert query(path, "PRAGMA journal_mode") == [("wal",)]
    Path(f"{path}-shm").mkdir()
    for wanted in (path, path.with_name("fresh.sqlite")):
        Path(f"{wanted}-shm").mkdir(exist_ok=True)
        progress = Progress.open(wanted, "ada")
        progress.record(attempt("ada", question="04-b"))
        assert progress.path == wanted
        assert progress.note == ""
        assert progress.attempts()[-1].question == "04-b"
    assert len(Progress.open(path, "ada").attempts()) == 2


def test_a_file_that_vanishes_is_told(path):
    progress = Progress.open(path)
    path.unlink()
    with pytest.raises(StorageError, match="run the cell again"):
        progress.record(attempt(progress))
    assert not path.exists()


def test_where_it_is_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("QA_LESSON_PROGRESS", str(tmp_path / "mine.sqlite"))
    assert Progress.open().path == tmp_path / "mine.sqlite"
    assert progress_path(tmp_path) == tmp_path / "progress.sqlite"
    monkeypatch.setenv("HOME", str(tmp_path))
    assert progress_path("~/p.sqlite") == tmp_path / "p.sqlite"
    monkeypatch.delenv("QA_LESSON_PROGRESS")
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    assert progress_path().is_relative_to(tmp_path)
    assert progress_path().parts[-2:] == ("qa-lesson", "progress.sqlite")


def test_export_and_import_on_another_machine(tmp_path):
    here, there = Progress.open(tmp_path / "here.sqlite"), Progress.open(tmp_path / "there.sqlite")
    one, two = attempt(here, response=["ä", "b"]), attempt(here, question="04-b", confidence=1 / 3)
    here.record(one)
    here.record(two)
    here.record_review(Review(learner=here.learner, card="04-b", rating=1))
    file = here.export_json(tmp_path / "progress.json")
    assert there.import_json(file) == 3
    assert there.learner == here.learner == Progress.open(tmp_path / "there.sqlite").learner
    assert there.attempts() == [one, two]
    assert there.reviews() == here.reviews()
    assert there.import_json(file) == 0
    assert json.loads(there.to_json())["attempts"] == json.loads(file.read_text())["attempts"]


def test_import_joins_what_is_there(tmp_path):
    here, there = Progress.open(tmp_path / "here.sqlite"), Progress.open(tmp_path / "there.sqlite")
    here.record(attempt(here, at="2026-01-01T00:00:00+00:00"))
    there.record(attempt(there, at="2026-01-02T00:00:00+00:00"))
    learner = there.learner
    assert there.import_json(here.export_json(tmp_path / "progress.json")) == 1
    assert there.learner == learner
    assert [one.at[:10] for one in there.attempts()] == ["2026-01-01", "2026-01-02"]
    assert {one.learner for one in there.attempts()} == {learner}


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"format": "other"}',
        '{"format": "qa-lesson progress", "version": 2, "learner": "a", "attempts": [], "reviews": []}',
        '{"format": "qa-lesson progress", "version": 1, "learner": "a", "attempts": [{"id": "x"}], "reviews": []}',
        '{"format": "qa-lesson progress", "version": 1, "learner": "a", "attempts": []}',
        None,
    ],
)
def test_import_refuses_what_is_no_export(tmp_path, text):
    file = tmp_path / "progress.json"
    if text is not None:
        file.write_text(text)
    progress = Progress.open(tmp_path / "progress.sqlite")
    with pytest.raises(DataError, match="no exported progress") as caught:
        progress.import_json(file)
    assert caught.value.where == str(file)
    assert "Errno" in caught.value.received if text is None else caught.value.received
    assert progress.attempts() == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"credit": 1.2}, "credit"),
        ({"credit": True}, "credit"),
        ({"credit": float("nan")}, "credit"),
        ({"correct": 1}, "correct"),
        ({"confidence": 95}, "confidence"),
        ({"attempt": 0}, "attempts"),
        ({"hints_used": -1}, "hints"),
        ({"question": ""}, "question"),
        ({"at": "2026-01-01T00:00:00"}, "UTC"),
        ({"at": "2026-01-01T00:00:00+02:00"}, "UTC"),
        ({"at": "yesterday"}, "UTC"),
    ],
)
def test_an_attempt_that_cannot_be_is_refused(change, said):
    with pytest.raises(DataError, match=said):
        attempt(**change)


@pytest.mark.parametrize("rating", [0, 5, None])
def test_a_rating_that_cannot_be_is_refused(rating):
    with pytest.raises(DataError, match="rating"):
        Review(learner="ada", card="04-a", rating=rating)
