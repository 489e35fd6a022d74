"""The SQLite file that keeps a learner's attempts, reviews and guesses, whatever happens to the machine.

Every operation opens its own connection, so a store may be used from several notebooks, threads and forked processes
at once, and no handle outlives a moved file. A write is on the disk when it returns. Rows are only ever added.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, TypeVar

from qa_lesson.errors import StorageError
from qa_lesson.journal import copy_readable, held, locked, move_aside, open_somewhere, temporary_folder

APPLICATION_ID = 0x51414C53
"""Marks the file as ours in its header (the letters QALS)."""
SCHEMA_VERSION = 1

State = Literal["new", "ours", "newer", "foreign", "damaged"]
"""What is at a path: nothing yet, a store, one of a later version, another program's database, or no database."""
Result = TypeVar("Result")

_BUSY_SECONDS = 10.0  # how long SQLite itself waits for another writer
_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)  # between our own tries: some locks make SQLite give up without waiting
_NO_DAMAGE = frozenset(
    {
        sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_PERM, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_NOMEM,
    }
)  # fmt: skip
_MAGIC = b"SQLite format 3\0"
_MOVED = ("", "-wal", "-shm", "-journal")  # a log left behind would be played into the new file
_COPIED = ("-wal", "")
_WHAT = "the file of your progress"
_TRIGGERS = tuple(
    (
        table,
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed'); END",
    )
    for table in ("attempts", "reviews", "guesses")
    for verb in ("UPDATE", "DELETE")
)
# Files of earlier versions lack this table. It is added to them, and an earlier version goes on without it.
_ADDED = (
    """CREATE TABLE IF NOT EXISTS guesses (
        position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, learner TEXT NOT NULL, prediction TEXT NOT NULL,
        guess TEXT NOT NULL, truth TEXT NOT NULL, give_or_take REAL, scale REAL NOT NULL, at TEXT NOT NULL)""",
    *(trigger for table, trigger in _TRIGGERS if table == "guesses"),
)
_SCHEMA = (
    "CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    """CREATE TABLE attempts (
        position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, learner TEXT NOT NULL, quiz TEXT NOT NULL,
        question TEXT NOT NULL, objective TEXT NOT NULL, difficulty TEXT NOT NULL, kind TEXT NOT NULL,
        response TEXT NOT NULL, credit REAL NOT NULL, correct INTEGER NOT NULL, confidence REAL,
        attempt INTEGER NOT NULL, at TEXT NOT NULL, hints_used INTEGER NOT NULL)""",
    "CREATE INDEX attempts_by_question ON attempts (learner, quiz, question)",
    """CREATE TABLE reviews (
        position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, learner TEXT NOT NULL, card TEXT NOT NULL,
        rating INTEGER NOT NULL, at TEXT NOT NULL)""",
    *(trigger for table, trigger in _TRIGGERS if table != "guesses"),
)


class Store:
    """An open store. Make one with `open_store`.

    Args:
        path: the file.
        note: "" or why it is not where it was wanted, or what was moved aside, in plain words.
        copied: whether it began as a copy of a file that can only be read.
    """

    def __init__(self, path: Path, note: str = "", copied: bool = False) -> None:
        self.path, self.note, self.copied = path, note, copied

    def read(self, query: str, values: Sequence[object] = ()) -> list[dict[str, Any]]:
        """The rows that a SELECT finds, by column name.

        Raises:
            StorageError: the file is gone, damaged or locked for too long.
        """
        return self._run(lambda connection: [dict(row) for row in connection.execute(query, values)])

    def write(self, action: Callable[[sqlite3.Connection], Result]) -> Result:
        """Run `action` in one transaction; it is on the disk when this returns, or nothing of it is.

        Raises:
            StorageError: as `read`, or the disk is full.
        """

        def transaction(connection: sqlite3.Connection) -> Result:
            connection.execute("BEGIN IMMEDIATE")
            try:
                result = action(connection)
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            return result

        return self._run(transaction)

    def _run(self, action: Callable[[sqlite3.Connection], Result]) -> Result:
        try:
            return _with_connection(self.path, action)
        except sqlite3.Error as error:
            raise StorageError(
                f"your progress cannot be read or written: {error}",
                where=str(self.path),
                fix="check that the folder is there, may be written to and has room, then run the cell again; "
                "what was saved before is untouched",
            ) from error


def open_store(wanted: Path, readable: Callable[[sqlite3.Connection], object]) -> Store:
    """The store at `wanted`, made if there is none; where that cannot be, one in a temporary folder with a note.

    A file that is no store, or a damaged one, is renamed and a new store takes its place. Where `wanted` cannot be
    written to, what can be read there is copied into the temporary folder.

    Args:
        wanted: the file; its folder is made.
        readable: raises ValueError, LookupError or sqlite3.Error where the rows make no sense, as flipped bits do.

    Raises:
        StorageError: written by a later version of the package, locked for too long, or no place to write at all.
    """

    def open_at(path: Path) -> Store:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            copied = path != wanted and copy_readable(wanted, path, _COPIED)
            return Store(path, _prepare(path, readable), copied)
        except sqlite3.Error as error:
            raise held(path, _WHAT) if _is_busy(error) else OSError(str(error)) from error

    store, problem = open_somewhere(
        _places(wanted),
        open_at,
        wanted=f"{wanted} and {tempfile.gettempdir()}",
        fix="set the environment variable QA_LESSON_PROGRESS to a file in a folder that you may write to",
    )
    if problem:
        note = f"Your answers cannot be saved in {wanted.parent} ({problem})."
        note += f" They are kept in {store.path} instead, which the system may empty: export them before you stop."
        note += " Your earlier answers were copied there." if store.copied else ""
        store.note = " ".join(filter(None, (note, store.note)))
    return store


def _places(wanted: Path) -> Iterator[Path]:
    yield wanted
    owner = f"-{os.getuid()}" if hasattr(os, "getuid") else ""
    yield (
        temporary_folder(f"qa-lesson{owner}")
        / f"progress-{hashlib.sha256(str(wanted).encode()).hexdigest()[:12]}.sqlite"
    )


def examine(path: Path, readable: Callable[[sqlite3.Connection], object]) -> State:
    """What is at `path`; changes nothing.

    Raises:
        OSError, sqlite3.OperationalError: it cannot be opened or is locked, which is no damage.
    """
    if not path.exists():
        return "new"
    with path.open("rb") as file:
        head = file.read(len(_MAGIC))
    if not head and not Path(f"{path}-wal").exists():
        return "new"
    if head != _MAGIC:  # SQLite itself would delete the log next to such a file
        return "damaged"

    def look(connection: sqlite3.Connection) -> State:
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        if application != APPLICATION_ID:
            (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            return "foreign" if tables or application else "new"
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > SCHEMA_VERSION:
            return "newer"
        if [row[0] for row in connection.execute("PRAGMA quick_check")] != ["ok"]:
            return "damaged"
        readable(connection)
        return "ours"

    try:
        return _with_connection(path, look)
    except (sqlite3.Error, ValueError, LookupError) as error:
        if _code(error) in _NO_DAMAGE:
            raise
        return "damaged"


def _prepare(path: Path, readable: Callable[[sqlite3.Connection], object]) -> str:
    """Make sure that a store of ours is at `path` and takes rows; the note if something had to move."""
    notes: list[str] = []
    try:
        _settle(path, readable, "WAL", notes)
    except sqlite3.OperationalError as error:
        if _is_busy(error):
            raise
        # a write-ahead log needs shared memory, which some network disks lack; a rollback journal is slower and as safe
        _with_connection(path, lambda connection: connection.execute("PRAGMA journal_mode = DELETE"), alone=True)
        _settle(path, readable, "DELETE", notes)
    return " ".join(notes)


def _settle(path: Path, readable: Callable[[sqlite3.Connection], object], journal: str, notes: list[str]) -> None:
    state = examine(path, readable)
    if state in ("foreign", "damaged"):
        # two notebooks may find the same damage: the second one must not move the first one's new store
        with locked(Path(f"{path}.lock"), path, _WHAT, 30):
            if (state := examine(path, readable)) in ("foreign", "damaged"):
                aside = move_aside(path, state, _MOVED)
                what = "is damaged" if state == "damaged" else "belongs to another program"
                notes.append(f"The file {path.name} {what}. It is kept as {aside}, and a new one was begun.")
                state = "new"
                _create(path, journal)
    if state == "newer":
        raise StorageError(
            "this progress was saved by a later version of qa-lesson",
            where=str(path),
            fix="update with: pip install --upgrade qa-lesson; or set QA_LESSON_PROGRESS to another file",
        )
    if state == "new":
        _create(path, journal)
    # proves that rows can be written, before an answer depends on it
    opened = "INSERT OR REPLACE INTO facts VALUES ('opened', ?)"
    _with_connection(path, lambda connection: connection.execute(opened, (datetime.now(UTC).isoformat(),)))
    _with_connection(path, _add_tables)


def _create(path: Path, journal: str) -> None:
    _with_connection(path, lambda connection: connection.execute(f"PRAGMA journal_mode = {journal}"), create=True)
    _with_connection(path, _make_tables)


def _make_tables(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    if connection.execute("PRAGMA user_version").fetchone()[0] == 0:  # another process may have been quicker
        for statement in _SCHEMA:
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    connection.execute("COMMIT")


def _add_tables(connection: sqlite3.Connection) -> None:
    """Give a file of an earlier version what it lacks; if nothing does, nothing is written."""
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'guesses_no_delete'").fetchone() is None:
        connection.execute("BEGIN IMMEDIATE")
        for statement in _ADDED:
            connection.execute(statement)
        connection.execute("COMMIT")


def _with_connection(
    path: Path, action: Callable[[sqlite3.Connection], Result], *, create: bool = False, alone: bool = False
) -> Result:
    """Run `action` on a fresh connection, again while another one holds the file."""
    for pause in (*_PAUSES, None):
        try:
            address = f"{path.absolute().as_uri()}?mode={'rwc' if create else 'rw'}"
            with closing(sqlite3.connect(address, timeout=_BUSY_SECONDS, isolation_level=None, uri=True)) as connection:
                connection.row_factory = sqlite3.Row
                if alone:  # before anything reads the file: who is alone needs no shared memory
                    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
                # EXTRA is FULL, and with a rollback journal the folder too is on the disk after each commit
                connection.execute("PRAGMA synchronous = EXTRA")
                connection.execute("PRAGMA fullfsync = ON")  # macOS keeps an ordinary fsync in the drive's cache
                return action(connection)
        except sqlite3.OperationalError as error:
            if pause is None or not _is_busy(error):
                raise
            time.sleep(pause)
    raise AssertionError("the last try returns or raises")


def _code(error: BaseException) -> int | None:
    """SQLite's primary error code; None for other errors."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def _is_busy(error: BaseException) -> bool:
    return _code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
