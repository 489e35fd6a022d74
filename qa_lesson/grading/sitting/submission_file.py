"""The file that a learner hands in, written as they answer: a record is on the disk when a call returns.

Records are only ever added. Every call reads what is there first, under a lock, so that two notebooks on one file
keep one chain. What is damaged, or is another's, is kept under another name and never overwritten.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from qa_lesson.errors import ConfigError, StorageError
from qa_lesson.grading.formats.canonical_json import canonical
from qa_lesson.grading.formats.records import answered, chain_hash, opened, submitted, utc_now
from qa_lesson.grading.marking.find_files import MOST_BYTES
from qa_lesson.journal import BYTE_ORDER_MARK, Ending, Journal, ending_of, move_aside

State = Ending | Literal["damaged", "foreign"]
"""Of a file: how it ends; or the chain of its records is broken; or it is not theirs."""

_LOCK_SECONDS = 20
_ROOM_TO_CLOSE = 2_000  # bytes kept free for the closing record


@dataclass(frozen=True)
class Written:
    """What the records of a file come to, up to the first that does not fit.

    Args:
        answers: the last response to each question that has one.
        n: how many records.
        last: hash of the last one.
        at: when it was written.
        submitted: whether it closes the file; `last` is then the receipt.
    """

    answers: dict[str, Any] = field(default_factory=dict)
    n: int = 0
    last: str = ""
    at: str = ""
    submitted: bool = False


class SubmissionFile:
    """The file of one attempt; `notes` says in plain words what was found and repaired.

    Args:
        path: of the file, which `look` makes if there is none.
        bundle: id of the bundle.
        learner: as checked by `qa_lesson.quiz.progress.learner_names.check_learner`.
        attempt: counted from 1.
        carried: answers to begin a new file with.
        clock: gives the time as records carry it.
    """

    def __init__(
        self,
        path: Path,
        bundle: str,
        learner: str,
        attempt: int,
        *,
        carried: Mapping[str, Any] | None = None,
        clock: Callable[[], str] = utc_now,
    ) -> None:
        self.path, self.bundle, self.learner, self.attempt = path, bundle, learner, attempt
        self.notes: list[str] = []
        self.written = Written(answers=dict(carried or {}))
        self._clock = clock
        self._journal = Journal(path, "the file of your answers", private=True)

    def look(self) -> Written:
        """What the file holds; begins it if there is none, and repairs it if it must.

        Raises:
            OSError: the file or its folder cannot be read or written.
            StorageError: another program holds the lock.
        """
        with self._locked():
            return self._settle()

    def answer(self, question: str, response: Any) -> Written:
        """Add an answer; None withdraws the one before. It is on the disk when this returns.

        Raises:
            ConfigError: the attempt was handed in, perhaps from another notebook.
            OSError, StorageError: as `look`; nothing was added.
        """
        with self._locked():
            now = self._settle()
            self._check_open(now)
            return self._add(now, [answered(now.n, question, response, self._clock())], room=_ROOM_TO_CLOSE)

    def submit(self) -> Written:
        """Add the closing record, whose hash is the receipt.

        Raises:
            ConfigError, OSError, StorageError: as `answer`.
        """
        with self._locked():
            now = self._settle()
            self._check_open(now)
            return self._add(now, [submitted(now.n, now.n - 1, self._clock())])

    # ------------------------------------------------------------------ under the lock

    def _locked(self) -> AbstractContextManager[None]:
        return self._journal.locked(_LOCK_SECONDS)

    def _settle(self) -> Written:
        """Read the file and make sure that records can be added to it."""
        content = self._journal.read()
        if not content.strip():
            if content:  # white space alone
                self.path.write_bytes(b"")
            if self.written.n:
                self.notes.append(f"The file {self.path.name} was gone. It was written anew, with all your answers.")
            return self._begin(self.written.answers)
        found, end, state = read_records(content, self.bundle, self.learner)
        match state:
            case "torn" | "unended":
                aside = self._journal.mend(state, end)
                if aside is not None:
                    self.notes.append(
                        f"The last line of {self.path.name} was cut off, so an answer that was not marked as saved may "
                        f"be missing: please check. The line is kept as {aside.name}."
                    )
                if found.n == 0:
                    return self._begin(self.written.answers)
            case "damaged" | "foreign":
                aside = move_aside(self.path, state)
                known = self.written if self.written.n >= found.n or state == "foreign" else found
                what = "is damaged" if state == "damaged" else "is not your submission to this quiz"
                kept = f", with {len(known.answers)} of your answers" if known.answers else ""
                self.notes.append(
                    f"The file {self.path.name} {what}. It is kept as {aside.name}, and a new one was begun{kept}."
                )
                return self._begin(known.answers)
            case "whole":
                with self.path.open("ab"):  # proves that records can be added, before an answer depends on it
                    pass
        self.written = found
        return found

    def _begin(self, answers: Mapping[str, Any]) -> Written:
        at = self._clock()
        records = [opened(self.bundle, self.learner, self.attempt, at)]
        records += [answered(n, question, given, at) for n, (question, given) in enumerate(answers.items(), start=1)]
        return self._add(Written(), records)

    def _add(self, now: Written, records: list[dict[str, Any]], room: int = 0) -> Written:
        lines, last = [], now.last
        answers = dict(now.answers)
        for record in records:
            last = chain_hash(record, last)
            lines.append(canonical({**record, "hash": last}) + "\n")
            if record["type"] == "answered":
                answers = _with(answers, record["question"], record["response"])
        size = self.path.stat().st_size if now.n else 0
        content = "".join(lines).encode()
        if size + len(content) > MOST_BYTES - room:
            raise StorageError(
                "the file of your answers is as long as it may be",
                where=str(self.path),
                fix="hand in what is saved; every change adds a line, and too many were made",
            )
        self._journal.append(content)
        self.written = Written(
            answers, now.n + len(records), last, records[-1]["at"], records[-1]["type"] == "submitted"
        )
        return self.written

    def _check_open(self, now: Written) -> None:
        if now.submitted:
            raise ConfigError(
                f"attempt {self.attempt} was handed in at {now.at}",
                where=str(self.path),
                fix="begin another attempt, if the quiz allows one",
            )


def read_records(content: bytes, bundle: str, learner: str) -> tuple[Written, int, State]:
    """What a file holds for this learner: its records as far as they fit, the bytes they take, and its state.

    Args:
        content: of the file; not empty.
        bundle: its id.
        learner: compared without regard to capitals.
    """
    found, end = Written(), 0
    *lines, tail = content.split(b"\n")
    for line in lines:
        following = found if not line.strip() else _follow(found, line, bundle, learner)
        if following is None:
            return found, end, "damaged" if found.n or _is_ours(content, bundle, learner) else "foreign"
        found, end = following, end + len(line) + 1
    last = _follow(found, tail, bundle, learner)
    ending, end = ending_of(content, lambda _: last is not None)
    if last is not None:
        return last, len(content), ending
    if ending == "torn" and not found.n and not _is_ours(content, bundle, learner):
        return found, end, "foreign"
    return found, end, ending


def file_name(bundle: str, learner: str, attempt: int) -> str:
    """Name of a learner's file, the same on every machine.

    >>> file_name("0" * 32, "Ann@uni.edu", 1)
    'submission-ann-uni-edu-5ab69b08-attempt-1.jsonl'
    """
    plain = re.sub(r"[^a-z0-9]+", "-", learner.casefold()).strip("-")[:40].strip("-") or "learner"
    mark = hashlib.sha256(f"{bundle}\n{learner.casefold()}".encode()).hexdigest()[:8]
    return f"submission-{plain}-{mark}-attempt-{attempt}.jsonl"


def _follow(found: Written, line: bytes, bundle: str, learner: str) -> Written | None:
    """What is known after one more record; None if it does not follow."""
    try:
        record = json.loads(line.removeprefix(b"" if found.n else BYTE_ORDER_MARK).decode())
        given = record.pop("hash")
        at, kind = str(record["at"]), record["type"]
        if given != chain_hash(record, found.last) or found.submitted:
            return None
        following = replace(found, n=found.n + 1, last=given, at=at, submitted=kind == "submitted")
        if kind == "opened":
            same = record["bundle"] == bundle and record["learner"].casefold() == learner.casefold()
            return following if same and found.n == 0 else None
        if found.n == 0 or record["n"] != found.n or kind not in ("answered", "submitted"):
            return None
        if kind == "submitted":
            return following
        return replace(following, answers=_with(found.answers, record["question"], record["response"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _is_ours(content: bytes, bundle: str, learner: str) -> bool:
    """Whether what is left of a file speaks of this bundle and learner."""
    text = content.decode("utf-8", "replace")
    return bundle in text and json.dumps(learner, ensure_ascii=False).casefold() in text.casefold()


def _with(answers: Mapping[str, Any], question: str, response: Any) -> dict[str, Any]:
    rest = {name: given for name, given in answers.items() if name != question}
    return rest if response is None else {**rest, question: response}
