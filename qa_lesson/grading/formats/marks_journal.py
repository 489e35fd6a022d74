"""The file of marks that people give: one line for every decision, added and never rewritten.

The first line is a header with the bundle's id, ``{"format": "qa-lesson marks", "version": 1, "bundle": ...}``. Every
other line is a `MarkerDecision`. The last one of a marker on an answer holds. Several people can write to one file, and
a crash loses nothing that was reported as saved.
"""

from __future__ import annotations

import dataclasses
import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import ConfigDict, Field, NonNegativeInt, TypeAdapter, ValidationError, with_config

from qa_lesson.errors import ConfigError, DataError, StorageError, shorten
from qa_lesson.journal import BYTE_ORDER_MARK, Journal, ending_of
from qa_lesson.json_files import AS_WRITTEN, first_fault
from qa_lesson.storage import storage_error

MARKS_FORMAT: Final = "qa-lesson marks"
AGREED: Final = "agreed"
"""The marker of decisions that several markers took together. It overrules theirs."""

_LOCK_SECONDS = 20
_LONGEST_NAME = 60
_ROUNDING = 1e-9  # between credits that were typed and computed
_RECORD: Final = ConfigDict(**AS_WRITTEN, allow_inf_nan=False)


@with_config(_RECORD)
@dataclass(frozen=True, slots=True)
class MarkerDecision:
    """What one person says an answer is worth.

    Args:
        marker: their name, or `AGREED`.
        review: id of the answer; see `qa_lesson.grading.marking.reviews.review_id`.
        levels: which level of each criterion, counted from 0, by the criterion's id; None without a rubric. With a
            credit of None it may lack criteria: it is a beginning.
        credit: share of the question's points, a fraction. None: they haven't decided, or have taken it back.
        comment: for the learner, Markdown; may be empty.
        at: when, ISO 8601 in UTC.
    """

    marker: str
    review: str
    levels: Mapping[str, NonNegativeInt] | None
    credit: Annotated[float, Field(ge=0, le=1)] | None
    comment: str
    at: str


@dataclass(frozen=True)
class Marks:
    """What a file of marks says.

    Args:
        bundle: id of the bundle whose answers are marked.
        decisions: in the order in which they were taken.
        torn: bytes of a half-written last line, which a crash leaves; it was never reported as saved.
    """

    bundle: str
    decisions: tuple[MarkerDecision, ...] = ()
    torn: int = 0

    def by_review(self) -> Mapping[str, tuple[MarkerDecision, ...]]:
        """The decisions that hold, by review id: the last one of each marker, without those taken back."""
        last = {(one.review, one.marker): one for one in self.decisions}
        found: dict[str, tuple[MarkerDecision, ...]] = {}
        for (review, _), one in last.items():
            if one.credit is not None:
                found[review] = (*found.get(review, ()), one)
        return found


@with_config(_RECORD)
@dataclass(frozen=True, slots=True)
class _Header:
    format: Literal["qa-lesson marks"]
    version: Literal[1]
    bundle: str


_HEADER: Final = TypeAdapter(_Header)
_DECISION: Final = TypeAdapter(MarkerDecision)


class MarksJournal:
    """A file of marks that decisions are added to; `notes` says in plain words what was repaired.

    Args:
        path: of the file. It is begun if there is none.
        bundle: id of the bundle.

    Raises:
        DataError: it is not a file of marks, it belongs to another bundle, or a line before the last is damaged.
        StorageError: it cannot be read or written.
    """

    def __init__(self, path: str | Path, bundle: str) -> None:
        self.path, self.bundle = Path(path), bundle
        self.notes: list[str] = []
        self._journal = Journal(self.path, "the file of marks")
        self._known: tuple[int, Marks] = (-1, Marks(bundle))
        try:
            with self._journal.locked(_LOCK_SECONDS):
                self._settle()
        except OSError as error:
            raise storage_error(error, self.path) from error

    def marks(self) -> Marks:
        """What the file says now, with what other programs have added.

        Raises:
            DataError, StorageError: as the class.
        """
        try:
            size = self.path.stat().st_size
            if size != self._known[0]:
                self._known = (size, _parse(self._journal.read(), self.path, self.bundle))
        except OSError as error:
            raise _unreadable(error, self.path) from error
        return self._known[1]

    def decide(self, decision: MarkerDecision) -> None:
        """Add a decision; it is on the disk when this returns.

        Raises:
            StorageError: it cannot be written; nothing was added.
            DataError: as the class.
        """
        try:
            with self._journal.locked(_LOCK_SECONDS):
                self._settle()
                self._journal.append(_line(dataclasses.asdict(decision)))
        except OSError as error:
            raise storage_error(error, self.path) from error

    def _settle(self) -> None:
        """Make sure that a line can be added; under the lock."""
        header = _line({"format": MARKS_FORMAT, "version": 1, "bundle": self.bundle})
        content = self._journal.read()
        if content.strip():
            state, end = ending_of(content, _is_record)
            whole = content if state == "unended" else content[:end]
            if whole.strip() or not header.startswith(content):
                _parse(content, self.path, self.bundle)
            aside = self._journal.mend(state, end)
            if aside is not None:
                self.notes.append(
                    f"The last line of {self.path.name} was cut off, so a mark that wasn't shown as saved may be "
                    f"missing. The line is kept as {aside.name}."
                )
            if whole.strip():
                return
        self._journal.append(header)


def check_marker(name: str) -> str:
    """A marker's name as it is kept.

    Raises:
        ConfigError: it is empty, too long, has control characters, or is the one for decisions taken together.

    >>> check_marker("  Ada  Byron ")
    'Ada Byron'
    """
    told = " ".join(name.split())
    fix = f"choose a name of 1 to {_LONGEST_NAME} characters other than {AGREED!r}: --marker NAME"
    hidden = any(unicodedata.category(letter) in ("Cc", "Cf", "Cs") for letter in told)
    if not told or len(told) > _LONGEST_NAME or hidden or told.casefold() == AGREED:
        raise ConfigError("this name can't be a marker's", received=ascii(name)[:80], fix=fix)
    return told


def is_marks_file(path: str | Path) -> bool:
    """Whether a file says in its first line that it is one of marks."""
    try:
        with Path(path).open("rb") as file:
            start = file.readline(2_000)
        record: Any = json.loads(start.removeprefix(BYTE_ORDER_MARK))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(record, dict) and record.get("format") == MARKS_FORMAT


def read_marks(path: str | Path, bundle: str | None = None) -> Marks:
    """What a file of marks says; the file stays as it is.

    Args:
        path: the file.
        bundle: id of the bundle that it must be for; None takes any.

    Raises:
        DataError: it cannot be read, is not a file of marks, is for another bundle, or has a damaged line.
    """
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise _unreadable(error, Path(path)) from error
    return _parse(content, Path(path), bundle)


def deciding(decisions: Sequence[MarkerDecision]) -> MarkerDecision | None:
    """The decision that holds for an answer; None while its markers differ in credit or no one has decided.

    Comments of markers who agree are joined, each text once.

    Args:
        decisions: on one answer, the last one of each marker, with credits: a value of `Marks.by_review`.
    """
    together = [one for one in decisions if one.marker == AGREED]
    if together:
        return together[-1]
    earned = [one.credit for one in decisions if one.credit is not None]
    if not earned or max(earned) - min(earned) > _ROUNDING:
        return None
    comments = dict.fromkeys(one.comment.strip() for one in decisions if one.comment.strip())
    return dataclasses.replace(decisions[0], comment="\n\n".join(comments))


def disputed(marks: Marks) -> tuple[str, ...]:
    """The ids of the answers that markers disagree on and have not settled."""
    return tuple(review for review, decisions in marks.by_review().items() if deciding(decisions) is None)


def _parse(content: bytes, path: Path, bundle: str | None) -> Marks:
    """The marks in a file's content; a half-written last line is counted and left out."""
    content = content.removeprefix(BYTE_ORDER_MARK)
    state, end = ending_of(content, _is_record)
    torn = len(content) - end if state == "torn" else 0
    lines = content[:end].splitlines() if state == "torn" else content.splitlines()
    try:
        header = _HEADER.validate_json(lines[0] if lines else b"")
    except ValidationError as error:
        raise _foreign(path, lines[0] if lines else b"") from error
    if bundle is not None and header.bundle != bundle:
        raise DataError(
            "these marks are for another quiz",
            where=str(path),
            received=f"marks of bundle {shorten(header.bundle)}; the quiz has bundle {bundle}",
            fix="give the marks of this quiz, or choose another file for them",
        )
    decisions = []
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            continue
        try:
            decisions.append(_DECISION.validate_json(line))
        except ValidationError as error:
            raise DataError(
                "a line of the marks is damaged",
                where=f"{path}, line {number}",
                received=first_fault(error),
                fix="restore the file from a copy, or take this line out: then the mark before it holds again",
            ) from error
    return Marks(header.bundle, tuple(decisions), torn)


def _is_record(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _line(record: Mapping[str, Any]) -> bytes:
    text = json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n"
    return text.encode("utf-8", "replace")  # half a surrogate pair, which no reader of JSON takes


def _foreign(path: Path, start: bytes) -> DataError:
    return DataError(
        "this is not a file of marks",
        where=str(path),
        received=shorten(start[:200].decode("utf-8", "replace")),
        fix="give the file that qa-lesson review wrote, or choose another name",
    )


def _unreadable(error: OSError, path: Path) -> StorageError | DataError:
    if isinstance(error, StorageError):
        return error
    return DataError(f"the marks cannot be read: {error.strerror or error}", where=str(path), fix="check the file")
