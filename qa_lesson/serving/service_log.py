"""The log of a service, off unless it is asked for: what was asked and answered, and what people said about it.

It is JSON Lines. A line with ``"kind": "answer"`` has a question, its answer and the passage that it came from. A line
with ``"kind": "feedback"`` says whether the answer with this id was right. Nothing about who asked is kept.
"""

from __future__ import annotations

import json
import threading
import uuid
from collections import OrderedDict
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError, with_config

from qa_lesson.errors import ConfigError, DataError, Problem
from qa_lesson.json_files import AS_WRITTEN, first_fault
from qa_lesson.storage import storage_error

STORED = (
    "time, question, answer, its probability, and the passage that it came from; with feedback, whether the answer was "
    "right. Nothing about who asked."
)
"""What a log keeps, for people who ask."""

_REMEMBERED = 10_000  # answers that can still get feedback


@with_config(AS_WRITTEN)
@dataclass(frozen=True, kw_only=True)
class LoggedAnswer:
    """A question that was answered.

    Args:
        id: of the answer.
        time: when, in UTC, as ISO 8601.
        question: as it was asked.
        text: the answer; None for "not in these documents".
        start, end: its place in `passage` (end exclusive); None without an answer.
        probability: of what was answered, a fraction.
        passage: the text that the answer came from, or the best passage if there was no answer; "" if there was none.
        document: of the passage; "" if the text came with the question.
        kind: marks the line.
    """

    id: str
    time: str
    question: str
    text: str | None
    start: int | None
    end: int | None
    probability: float
    passage: str
    document: str
    kind: Literal["answer"] = "answer"


@with_config(AS_WRITTEN)
@dataclass(frozen=True, kw_only=True)
class LoggedFeedback:
    """What a person said about an answer: its id, when, and whether it was right."""

    id: str
    time: str
    right: bool
    kind: Literal["feedback"] = "feedback"


_LINE: TypeAdapter[LoggedAnswer | LoggedFeedback] = TypeAdapter(LoggedAnswer | LoggedFeedback)


class ServiceLog:
    """Appends to a log file.

    Args:
        path: of the file; what is in it stays.

    Raises:
        StorageError: the file cannot be written.
        ConfigError: there is something else in it.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._lock = threading.Lock()
        self._recent: OrderedDict[str, None] = OrderedDict()
        if self.path.exists() and self.path.stat().st_size and not is_log(self.path):
            raise ConfigError(
                "this file is not the log of a service", where=str(self.path), fix="name a new file, or an earlier log"
            )
        try:
            self._file = self.path.open("a", encoding="utf-8", newline="\n")
            self.path.chmod(0o600)  # people's questions
        except OSError as error:
            raise storage_error(error, self.path) from error

    def note_answer(
        self,
        question: str,
        text: str | None,
        place: tuple[int, int] | None,
        probability: float,
        passage: str,
        document: str,
    ) -> str:
        """Write an answer down.

        Returns:
            Its id, under which feedback is accepted.

        Raises:
            OSError: the file cannot be written.
        """
        start, end = place or (None, None)
        line = LoggedAnswer(
            id=uuid.uuid4().hex, time=_now(), question=question, text=text, start=start, end=end,
            probability=probability, passage=passage, document=document,
        )  # fmt: skip
        self._write(line)
        with self._lock:
            self._recent[line.id] = None
            if len(self._recent) > _REMEMBERED:
                self._recent.popitem(last=False)
        return line.id

    def note_feedback(self, answer: str, *, right: bool) -> bool:
        """Write down whether an answer was right; false if there is no recent answer of this id.

        Raises:
            OSError: the file cannot be written.
        """
        with self._lock:
            known = answer in self._recent
        if known:
            self._write(LoggedFeedback(id=answer, time=_now(), right=right))
        return known

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _write(self, line: LoggedAnswer | LoggedFeedback) -> None:
        with self._lock:
            self._file.write(json.dumps(asdict(line), ensure_ascii=False) + "\n")
            self._file.flush()


def is_log(path: Path) -> bool:
    """Whether a file begins as a log does."""
    try:
        with path.open("rb") as file:
            _LINE.validate_json(file.readline(2_000_000))
    except (OSError, ValidationError):
        return False
    return True


def read_log(path: str | Path) -> tuple[list[LoggedAnswer], dict[str, bool], list[Problem]]:
    """What a log holds.

    Returns:
        The answers in the order of the file; for ids of answers whether the last feedback says that they are right;
        and the lines that cannot be read, as when the machine went down in the middle of one.

    Raises:
        DataError: the file cannot be read, or nothing in it is a line of a log.
    """
    fix = "name a file that `qa-lesson serve --log` wrote"
    try:
        lines = Path(path).read_bytes().split(b"\n")
    except OSError as error:
        raise DataError("the log cannot be read", where=str(path), received=str(error), fix=fix) from error
    answers: list[LoggedAnswer] = []
    feedback: dict[str, bool] = {}
    problems = []
    for number, content in enumerate(lines, start=1):
        if not content.strip():
            continue
        try:
            line = _LINE.validate_json(content)
        except ValidationError as error:
            problems.append(Problem(f"line {number}", first_fault(error), "the line is left out"))
            continue
        if isinstance(line, LoggedAnswer):
            answers.append(line)
        else:
            feedback[line.id] = line.right
    if problems and not answers:
        raise DataError.from_problems(problems, source=str(path), n_records=len(problems))
    return answers, feedback, problems


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
