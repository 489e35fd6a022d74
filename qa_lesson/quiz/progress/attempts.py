"""What a learner has answered: attempts and flashcard reviews, kept on this machine only.

Nothing is ever sent anywhere. Rows are added and never changed; whatever is shown (scores, mastery, due cards) is
computed from them.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sqlite3
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from platformdirs import user_data_path
from pydantic import ConfigDict, TypeAdapter, with_config
from typing_extensions import TypedDict

from qa_lesson.errors import DataError, shorten
from qa_lesson.json_files import AS_WRITTEN, read_json
from qa_lesson.quiz.progress.renamed_quizzes import present_quiz
from qa_lesson.quiz.progress.store import Store, open_store
from qa_lesson.storage import write_atomically

FILE_NAME = "progress.sqlite"
_FORMAT = "qa-lesson progress"
_FORMAT_VERSION = 1


def new_id() -> str:
    """A random id for an attempt or a review."""
    return uuid.uuid4().hex


def now() -> str:
    """The time, UTC, ISO 8601 with microseconds, so that text order is time order."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


@with_config(AS_WRITTEN)
@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One answer that was marked.

    Args:
        id: unique; the same id is kept once.
        learner: whose it is, see `Progress`.
        quiz: name of the quiz, for instance ``"metrics"``.
        question: id of the question.
        objective: id of its objective, unique in its quiz.
        difficulty: ``"easy"``, ``"medium"`` or ``"hard"``.
        kind: of the question, for instance ``"single"``.
        response: what was answered, as JSON can hold it.
        credit: fraction of the points.
        correct: whether it is right.
        confidence: how sure the learner was, a fraction; None if not said.
        attempt: 1 for the learner's first answer to the question, and so on.
        at: UTC, ISO 8601.
        hints_used: how many hints were open.

    Raises:
        DataError: a value out of its range.
    """

    id: str = field(default_factory=new_id)
    learner: str
    quiz: str
    question: str
    objective: str
    difficulty: str
    kind: str
    response: Any
    credit: float
    correct: bool
    confidence: float | None = None
    attempt: int = 1
    at: str = field(default_factory=now)
    hints_used: int = 0

    def __post_init__(self) -> None:
        for name in ("id", "learner", "quiz", "question", "objective", "difficulty", "kind"):
            _check(isinstance(value := getattr(self, name), str) and value, f"the {name} is empty", value)
        _check(_is_fraction(self.credit), "the credit is no fraction from 0 to 1", self.credit)
        _check(isinstance(self.correct, bool), "correct is neither True nor False", self.correct)
        fine = self.confidence is None or _is_fraction(self.confidence)
        _check(fine, "the confidence is neither None nor a fraction from 0 to 1", self.confidence)
        _check(_is_count(self.attempt) and self.attempt >= 1, "attempts are counted from 1", self.attempt)
        _check(_is_count(self.hints_used), "hints are counted from 0", self.hints_used)
        _check(_is_utc(self.at), "the time is not UTC in ISO 8601", self.at)


@with_config(AS_WRITTEN)
@dataclass(frozen=True, kw_only=True)
class Review:
    """One look at a flashcard.

    Args:
        id, learner, at: as of an `Attempt`.
        card: id of the card, which is the id of its question.
        rating: 1 again, 2 hard, 3 good, 4 easy.

    Raises:
        DataError: a value out of its range.
    """

    id: str = field(default_factory=new_id)
    learner: str
    card: str
    rating: int
    at: str = field(default_factory=now)

    def __post_init__(self) -> None:
        for name in ("id", "learner", "card"):
            _check(isinstance(value := getattr(self, name), str) and value, f"the {name} is empty", value)
        _check(self.rating in (1, 2, 3, 4), "a rating is 1, 2, 3 or 4", self.rating)
        _check(_is_utc(self.at), "the time is not UTC in ISO 8601", self.at)


class Progress:
    """The attempts and reviews of one learner in one file. Open it with `Progress.open`.

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

    def to_json(self) -> str:
        """All attempts and reviews of this learner as JSON, for `export_json` and downloads."""
        record = {
            "format": _FORMAT,
            "version": _FORMAT_VERSION,
            "learner": self.learner,
            "exported_at": now(),
            "attempts": [dataclasses.asdict(attempt) for attempt in self.attempts()],
            "reviews": [dataclasses.asdict(review) for review in self.reviews()],
        }
        return json.dumps(record, ensure_ascii=False, indent=1) + "\n"

    def export_json(self, path: str | Path) -> Path:
        """Write all attempts and reviews of this learner to a file, which `import_json` reads on any machine.

        Raises:
            StorageError: the file cannot be written, or the progress not be read.
        """
        return write_atomically(path, self.to_json())

    def import_json(self, path: str | Path) -> int:
        """Take in what `export_json` wrote; what is here already is not taken twice.

        Everything becomes this learner's. Where this learner has answered nothing yet, it goes on as the learner of
        the file, so that the same questions are drawn.

        Returns:
            How many attempts and reviews are new.

        Raises:
            DataError: no such file, or not one of ours; nothing was taken in.
            StorageError: the progress cannot be written.
        """
        learner, attempts, reviews = _read_export(Path(path))

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


@with_config(ConfigDict(strict=True))
class _Export(TypedDict):
    format: Literal["qa-lesson progress"]
    version: int
    learner: str
    attempts: list[Attempt]
    reviews: list[Review]


_EXPORT = TypeAdapter(_Export)


def _read_export(path: Path) -> tuple[str, list[Attempt], list[Review]]:
    what, fix = "this is no exported progress", "give a file that export_json, or `qa-lesson progress --export`, wrote"
    record = read_json(path, _EXPORT, what=what, fix=fix)
    if record["version"] > _FORMAT_VERSION:
        received = "a later version of qa-lesson wrote it: update with pip install --upgrade qa-lesson"
        raise DataError(what, where=str(path), received=received, fix=fix)
    return record["learner"], record["attempts"], record["reviews"]


def _check(fine: object, what: str, value: object) -> None:
    if not fine:
        raise DataError(what, received=shorten(repr(value)), fix="take what `mark` and the quiz say")


def _is_count(value: object) -> bool:
    """Whether SQLite can hold it as an integer, too."""
    return isinstance(value, int) and 0 <= value < 2**63


def _is_fraction(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _is_utc(value: object) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).utcoffset() == timedelta(0)
    except ValueError:
        return False
