"""What a learner has answered: attempts, flashcard reviews and guesses, kept on this machine only.

Nothing is ever sent anywhere. Rows are added and never changed; whatever is shown (scores, mastery, due cards) is
computed from them.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, NotRequired

from platformdirs import user_data_path
from pydantic import ConfigDict, TypeAdapter, with_config
from typing_extensions import TypedDict

from qa_lesson.errors import DataError
from qa_lesson.json_files import read_json
from qa_lesson.quiz.progress.learner_rows import Attempt, Guess, Review, new_id, now
from qa_lesson.quiz.progress.renamed_quizzes import present_quiz
from qa_lesson.quiz.progress.store import Store, open_store
from qa_lesson.storage import write_atomically

FILE_NAME = "progress.sqlite"
EXPORT_FORMAT = "qa-lesson progress"
"""Of exported files; see `qa_lesson.quiz.progress.sharing` for the smaller versions."""
_FORMAT_VERSION = 1


class Progress:
    """The attempts, reviews and guesses of one learner in one file. Open it with `Progress.open`.

    Attributes:
        path: the file.
        note: "" or, in plain words, why the file is not where it was wanted or what was moved aside.
        learner: a random id that the file keeps, or the one given on opening; also the seed of draws.
    """

    def __init__(self, store: Store, learner: str) -> None:
        self._store, self.learner = store, learner
        self.path, self.note = store.path, store.note

    def __repr__(self) -> str:
        return "<progress>"

    @classmethod
    def open(cls, path: str | Path | None = None, learner: str | None = None) -> Progress:
        """Open the file, which is made if there is none.

        Args:
            path: the file, or a folder to keep it in; None: ``$QA_LESSON_PROGRESS``, or the user's data folder.
            learner: None takes the id that the file keeps.

        Raises:
            StorageError: written by a later version of the package, locked for too long, or no place to write at all.
                A folder that may not be written to and a damaged file are no errors: see `note`.
        """
        store = open_store(progress_path(path), check_rows)
        return cls(store, learner or store.write(_kept_learner))

    def record(self, attempt: Attempt) -> None:
        """Save an attempt. It is on the disk when this returns; an id that is there already changes nothing.

        Raises:
            StorageError: it could not be saved.
        """
        self._store.write(lambda connection: _insert(connection, "attempts", _attempt_row(attempt)))

    def record_review(self, review: Review) -> None:
        """Save a review, as `record` does an attempt.

        Raises:
            StorageError: it could not be saved.
        """
        self._store.write(lambda connection: _insert(connection, "reviews", dataclasses.asdict(review)))

    def record_guess(self, guess: Guess) -> None:
        """Save a guess, as `record` does an attempt.

        Raises:
            StorageError: it could not be saved.
        """
        self._store.write(lambda connection: _insert(connection, "guesses", _guess_row(guess)))

    def attempts(self, quiz: str | None = None, question: str | None = None) -> list[Attempt]:
        """This learner's attempts, oldest first.

        Args:
            quiz: only of this quiz.
            question: only at this question.

        Raises:
            StorageError: the file cannot be read.
        """
        attempts = [_attempt(row) for row in self._rows("attempts", question=question)]
        return [attempt for attempt in attempts if quiz is None or attempt.quiz == quiz]

    def reviews(self, card: str | None = None) -> list[Review]:
        """This learner's reviews, oldest first; of one card if given.

        Raises:
            StorageError: the file cannot be read.
        """
        return [_review(row) for row in self._rows("reviews", card=card)]

    def guesses(self, prediction: str | None = None) -> list[Guess]:
        """This learner's guesses, oldest first; at one prediction if given.

        Raises:
            StorageError: the file cannot be read.
        """
        return [_guess(row) for row in self._rows("guesses", prediction=prediction)]

    def choose_path(self, mode: str, duration: str) -> None:
        """Save the learner's way through the course, in place of an earlier one.

        Raises:
            StorageError: it could not be saved.
        """
        row = (f"path of {self.learner}", json.dumps([mode, duration]))
        self._store.write(lambda connection: connection.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", row))

    def chosen_path(self) -> tuple[str, str] | None:
        """The mode and the duration that the learner has chosen; None if there is no choice yet.

        Raises:
            StorageError: the file cannot be read.
        """
        rows = self._store.read("SELECT value FROM facts WHERE name = ?", (f"path of {self.learner}",))
        if not rows:
            return None
        mode, duration = json.loads(rows[0]["value"])
        return mode, duration

    def to_json(self, sender: str = "") -> str:
        """All attempts, reviews and guesses of this learner as JSON, for `export_json` and downloads.

        Args:
            sender: who the file says it is from; empty: it doesn't say.
        """
        record = {
            "format": EXPORT_FORMAT,
            "version": _FORMAT_VERSION,
            "contents": "everything",
            "from": sender,
            "learner": self.learner,
            "exported_at": now(),
            "attempts": [dataclasses.asdict(attempt) for attempt in self.attempts()],
            "reviews": [dataclasses.asdict(review) for review in self.reviews()],
            "guesses": [dataclasses.asdict(guess) for guess in self.guesses()],
        }
        return json.dumps(record, ensure_ascii=False, indent=1) + "\n"

    def export_json(self, path: str | Path) -> Path:
        """Write all attempts, reviews and guesses of this learner to a file, which `import_json` reads on any machine.

        Raises:
            StorageError: the file cannot be written, or the progress not be read.
        """
        return write_atomically(path, self.to_json())

    def import_json(self, path: str | Path) -> int:
        """Take in what `export_json` wrote; what is here already is not taken twice.

        Everything becomes this learner's. Where this learner has answered nothing yet, it goes on as the learner of
        the file, so that the same questions are drawn.

        Returns:
            How many attempts, reviews and guesses are new.

        Raises:
            DataError: no such file, or not one of ours; nothing was taken in.
            StorageError: the progress cannot be written.
        """
        learner, attempts, reviews, guesses = _read_export(Path(path))

        def take(connection: sqlite3.Connection) -> tuple[str, int]:
            mine = (
                "SELECT (SELECT count(*) FROM attempts WHERE learner = ?1) + count(*) FROM reviews WHERE learner = ?1"
            )
            fresh = connection.execute(mine, (self.learner,)).fetchone()[0] == 0
            owner = learner if fresh else self.learner
            if fresh:
                connection.execute("UPDATE facts SET value = ? WHERE name = 'learner'", (owner,))
            rows = [("attempts", _attempt_row(dataclasses.replace(attempt, learner=owner))) for attempt in attempts]
            rows += [("reviews", dataclasses.asdict(dataclasses.replace(one, learner=owner))) for one in reviews]
            rows += [("guesses", _guess_row(dataclasses.replace(guess, learner=owner))) for guess in guesses]
            return owner, sum(_insert(connection, table, row) for table, row in rows)

        self.learner, taken = self._store.write(take)
        return taken

    def _rows(self, table: str, **wanted: str | None) -> list[dict[str, Any]]:
        conditions = {"learner": self.learner, **{name: value for name, value in wanted.items() if value is not None}}
        where = " AND ".join(f"{name} = ?" for name in conditions)
        return self._store.read(
            f"SELECT * FROM {table} WHERE {where} ORDER BY at, position", tuple(conditions.values())
        )


def progress_path(path: str | Path | None = None) -> Path:
    """The file that `Progress.open` wants for this argument; nothing is made.

    >>> progress_path("my.sqlite").name
    'my.sqlite'
    """
    chosen = path or os.environ.get("QA_LESSON_PROGRESS") or user_data_path("qa-lesson", appauthor=False) / FILE_NAME
    wanted = Path(chosen).expanduser().absolute()
    return wanted / FILE_NAME if wanted.is_dir() else wanted


def check_rows(connection: sqlite3.Connection) -> None:
    """Read every row, as a damaged file may hold values that no attempt can have.

    Raises:
        ValueError: a value is out of its range.
        LookupError: a column is missing.
        sqlite3.Error: the file cannot be read.
    """
    for row in connection.execute("SELECT * FROM attempts"):
        _attempt(dict(row))
    for row in connection.execute("SELECT * FROM reviews"):
        _review(dict(row))
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'guesses'").fetchone():  # older files have none
        for row in connection.execute("SELECT * FROM guesses"):
            _guess(dict(row))


def _kept_learner(connection: sqlite3.Connection) -> str:
    connection.execute("INSERT OR IGNORE INTO facts VALUES ('learner', ?)", (new_id(),))
    return str(connection.execute("SELECT value FROM facts WHERE name = 'learner'").fetchone()[0])


def _insert(connection: sqlite3.Connection, table: str, row: Mapping[str, object]) -> int:
    """Add the row unless its id is there; how many rows were added."""
    columns, places = ", ".join(row), ", ".join("?" * len(row))
    statement = f"INSERT INTO {table} ({columns}) VALUES ({places}) ON CONFLICT (id) DO NOTHING"
    return connection.execute(statement, tuple(row.values())).rowcount


def _attempt_row(attempt: Attempt) -> dict[str, object]:
    return {**dataclasses.asdict(attempt), "response": json.dumps(attempt.response, ensure_ascii=False)}


def _attempt(row: dict[str, Any]) -> Attempt:
    values = {name: value for name, value in row.items() if name != "position"}
    correct = {0: False, 1: True}[row["correct"]]
    named = {**values, "quiz": present_quiz(row["quiz"], row["question"])}
    return Attempt(**{**named, "response": json.loads(row["response"]), "correct": correct})


def _review(row: dict[str, Any]) -> Review:
    return Review(**{name: value for name, value in row.items() if name != "position"})


def _guess_row(guess: Guess) -> dict[str, object]:
    texts = {name: json.dumps(getattr(guess, name), ensure_ascii=False) for name in ("guess", "truth")}
    return {**dataclasses.asdict(guess), **texts}


def _guess(row: dict[str, Any]) -> Guess:
    values = {name: value for name, value in row.items() if name != "position"}
    return Guess(**{**values, "guess": json.loads(row["guess"]), "truth": json.loads(row["truth"])})


@with_config(ConfigDict(strict=True))
class _Export(TypedDict):
    format: Literal["qa-lesson progress"]
    version: int
    learner: str
    attempts: list[Attempt]
    reviews: list[Review]
    guesses: NotRequired[list[Guess]]


class _Head(TypedDict):
    format: Literal["qa-lesson progress"]
    version: int
    contents: NotRequired[str]


_EXPORT, _HEAD = TypeAdapter(_Export), TypeAdapter(_Head)


def _read_export(path: Path) -> tuple[str, list[Attempt], list[Review], list[Guess]]:
    what, fix = "this is no exported progress", "give a file that export_json, or `qa-lesson progress --export`, wrote"
    head = read_json(path, _HEAD, what=what, fix=fix)
    if head.get("contents") in ("answers", "mastery"):
        received = f"a file for an instructor, with {head['contents']} only"
        raise DataError("this file leaves out what an import needs", where=str(path), received=received, fix=fix)
    if head["version"] > _FORMAT_VERSION:
        received = "a later version of qa-lesson wrote it: update with pip install --upgrade qa-lesson"
        raise DataError(what, where=str(path), received=received, fix=fix)
    record = read_json(path, _EXPORT, what=what, fix=fix)
    return record["learner"], record["attempts"], record["reviews"], record.get("guesses", [])
