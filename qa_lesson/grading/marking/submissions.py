"""From the bytes of a file to a submission, or the reason why it is none.

Bytes of strangers: nothing of them is executed, and a file is either taken as a whole or rejected with its line.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from qa_lesson.errors import shorten
from qa_lesson.grading.formats.papers import Paper, Papers
from qa_lesson.grading.formats.records import SUBMISSION_FORMAT, VERSION, Key, chain_hash
from qa_lesson.grading.marking.uploads import Upload
from qa_lesson.grading.marking.wrong_files import wrong_file
from qa_lesson.quiz.kinds.shared.marks import Response

FEWEST_TIMES: Final = 5
ANOTHER_BUNDLE: Final = "it belongs to another bundle"
_LONGEST_OPENING: Final = 10_000  # bytes; the record has a few hundred
_DAY: Final = timedelta(days=1)


class RejectedError(Exception):
    """A file is no submission to this bundle; `learner` is who it says it is from, as far as that was read."""

    def __init__(self, reason: str, learner: str = "") -> None:
        self.reason, self.learner = reason, learner
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Submission:
    """A whole and undamaged submission.

    Args:
        file: its name.
        sha256: of its bytes.
        learner: who it says it is from.
        attempt: counted from 1.
        at: the latest time in it, so that a clock that was set back before handing in changes nothing; in UTC.
        receipt: the hash of its closing record.
        answers: the last answer to each question that has one, by question id.
        upload: who uploaded it, according to the LMS; None: it came from no LMS.
        uploaded_at: when, by the clock of the LMS; None: not known.
        opened_at: when it was begun, by the learner's clock.
        clock: a hash of the times of all answers; empty for fewer than `FEWEST_TIMES` different ones. Answers carried
            over from an earlier attempt have the time of the opening, and are not counted.
        burst: the most answers within one second.
        paper: what was asked in the bundle that it was made with.
    """

    file: str
    sha256: str
    learner: str
    attempt: int
    at: datetime
    receipt: str
    answers: dict[str, Response]
    upload: Upload | None = None
    uploaded_at: datetime | None = None
    opened_at: datetime | None = None
    clock: str = ""
    burst: int = 0
    paper: Paper | None = None

    @property
    def handed_in_at(self) -> datetime:
        """When it was handed in: by the clock of the LMS, if that is known, otherwise by the learner's."""
        return self.uploaded_at or self.at

    @property
    def minutes(self) -> float:
        """From opening to handing in, by the learner's clock."""
        return (self.at - (self.opened_at or self.at)).total_seconds() / 60

    def late_days(self, deadline: datetime | None, grace_minutes: float = 0.0, *, extended: bool = False) -> int:
        """Started days after a deadline; 0: in time.

        A file that Canvas marked as late is at least a day late, whatever the learner's clock said.

        Args:
            deadline: None: there is none.
            grace_minutes: after the deadline, in which nothing is late; days are counted from the deadline.
            extended: the deadline is this learner's own, which Canvas may not know of: its mark says nothing.
        """
        if deadline is None:
            return 0
        after = self.handed_in_at - deadline
        marked = not extended and self.upload is not None and self.upload.late and self.uploaded_at is None
        if after <= timedelta(minutes=grace_minutes):
            return int(marked and after <= timedelta(0))  # by a clock that was behind
        return max(math.ceil(after / _DAY), int(marked), 0)


def order_of_hand_in(one: Submission) -> tuple[datetime, int, str, str, str]:
    """What submissions are sorted by, the earliest first."""
    return one.handed_in_at, one.attempt, one.receipt, one.file, one.sha256


class SubmissionReader:
    """Reads submissions to the bundle of a key, or to the bundles that it made for learners.

    Args:
        key: of the quiz.
        papers: of the same key; needed if each learner has their own bundle.
    """

    def __init__(self, key: Key, papers: Papers | None = None) -> None:
        self._papers = papers or Papers(key)

    def read(self, content: bytes, file: str, sha256: str) -> Submission:
        """The submission that a file holds.

        Args:
            content: of the file.
            file, sha256: see `Submission`.

        Raises:
            RejectedError: it is damaged, no submission, or one to another bundle.
        """
        learner = ""
        if (told := wrong_file(content)) is not None:
            raise RejectedError(told)
        if len(content.partition(b"\n")[0]) > _LONGEST_OPENING:
            raise RejectedError("it is no submission: line 1 is too long to open one")
        try:
            lines = [line for line in content.decode("utf-8-sig").split("\n") if line.strip()]
            if not lines:
                raise RejectedError("it is empty")
            first = _record(lines[0], 1)
            paper = self._paper(first)
            learner = _learner(first)
            answers, at, receipt, times = _follow_chain(first, lines, paper)
            counts = Counter(times)
            clock = hashlib.sha256("\n".join(times).encode()).hexdigest()[:16] if len(counts) >= FEWEST_TIMES else ""
            return Submission(
                file,
                sha256,
                learner,
                first["attempt"],
                at,
                receipt,
                answers,
                opened_at=_time(first, 1),
                clock=clock,
                burst=max(counts.values(), default=0),
                paper=paper,
            )
        except UnicodeDecodeError as error:
            raise RejectedError(f"it is not UTF-8 text (byte {error.start + 1})") from error
        except RecursionError as error:
            raise RejectedError("a record in it is nested too deeply", learner) from error
        except RejectedError as error:
            raise RejectedError(error.reason, learner) from error

    def _paper(self, opening: dict[str, Any]) -> Paper:
        """What was asked in the bundle that the opening record names."""
        if opening.get("type") != "opened" or opening.get("format") != SUBMISSION_FORMAT:
            raise RejectedError("it is no submission: line 1 does not open one (its start may be lost)")
        if opening.get("version") != VERSION:
            raise RejectedError(f"it has version {shorten(repr(opening.get('version')))} of the format, not {VERSION}")
        paper = self._papers.of_bundle(opening.get("bundle"))
        if paper is None:
            whose = ", which no learner of the roster was given" if self._papers.personal else ""
            raise RejectedError(f"{ANOTHER_BUNDLE}{whose}: {shorten(str(opening.get('bundle')))}")
        return paper


def _learner(opening: dict[str, Any]) -> str:
    learner, attempt = opening.get("learner"), opening.get("attempt")
    if not isinstance(learner, str) or not learner.strip() or len(learner) > 254 or not _is_unicode(learner):
        raise RejectedError("line 1 does not say who it is from")
    if type(attempt) is not int or not 1 <= attempt <= 1_000_000:
        raise RejectedError(f"the number of the attempt is {shorten(repr(attempt))}")
    return learner.strip()


def _follow_chain(
    first: dict[str, Any], lines: list[str], paper: Paper
) -> tuple[dict[str, Response], datetime, str, list[str]]:
    """Check every record against the one before it; the last answers, latest time, closing hash, and all times."""
    times: list[str] = []
    answers: dict[str, Response] = {}
    latest, previous, closed = _time(first, 1), "", False
    for number, line in enumerate(lines, start=1):
        record = first if number == 1 else _record(line, number)
        if closed:
            raise RejectedError(f"line {number} follows the closing record")
        if number > 1 and (type(record.get("n")) is not int or record["n"] != number - 1):
            if record.get("type") == "opened":
                raise RejectedError(f"line {number} opens another submission: hand in one a file")
            raise RejectedError(f"line {number} is not the next record: lines are lost, doubled or out of order")
        given = record.pop("hash", None)
        if given != _hash(record, previous, number):
            raise RejectedError(f"line {number} was changed after it was written, or one before it was")
        latest, previous = max(latest, _time(record, number)), given
        match record.get("type"):
            case "answered":
                _take(answers, record, number, paper)
                if record["at"] != first["at"]:
                    times.append(record["at"])
            case "submitted":
                if record.get("answers") != number - 2:
                    raise RejectedError(f"line {number} does not count the answers before it rightly")
                closed = True
            case "opened" if number == 1:
                pass
            case kind:
                raise RejectedError(f"line {number} is a record of an unknown type: {shorten(repr(kind))}")
    if not closed:
        raise RejectedError("it has no closing record: it was not handed in, or its end is lost")
    return answers, latest, previous, times


def _take(answers: dict[str, Response], record: dict[str, Any], number: int, paper: Paper) -> None:
    name = record.get("question")
    version = paper.versions.get(name) if isinstance(name, str) else None
    if version is None:
        raise RejectedError(f"line {number} answers a question that is not asked: {shorten(repr(name))}")
    question, response = version.question, record.get("response")
    fault = None if response is None else question.response_fault(response)
    if fault is not None:
        raise RejectedError(f"line {number}, question {question.id}: {fault}")
    if response is None or question.is_blank(response):
        answers.pop(question.id, None)
    else:
        answers[question.id] = response


def _record(line: str, number: int) -> dict[str, Any]:
    try:
        record = _DECODER.decode(line.strip())
    except ValueError as error:
        raise RejectedError(f"line {number} is no record (cut off, or no JSON): {shorten(str(error), 90)}") from error
    if not isinstance(record, dict):
        raise RejectedError(f"line {number} is no record: {shorten(line)}")
    return record


def _distinct(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for name, value in pairs:
        if name in record:
            raise ValueError(f"{shorten(name)} occurs twice in it")
        record[name] = value
    return record


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _integer(digits: str) -> int:
    if len(digits) > 300:  # beyond any float
        raise ValueError(f"a number in it has {len(digits)} digits")
    return int(digits)


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_distinct, parse_constant=_no_constant, parse_int=_integer)


def _hash(record: dict[str, Any], previous: str, number: int) -> str:
    try:
        return chain_hash(record, previous)
    except ValueError as error:  # 1e999 is read as infinity
        raise RejectedError(f"a number in line {number} is not finite") from error


def _time(record: dict[str, Any], number: int) -> datetime:
    try:
        at = datetime.fromisoformat(record["at"])
        if at.tzinfo is None:
            raise ValueError("no time zone")
        return at.astimezone(UTC)
    except (LookupError, TypeError, ValueError, OverflowError) as error:
        raise RejectedError(f"line {number} has no time that can be read") from error


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
