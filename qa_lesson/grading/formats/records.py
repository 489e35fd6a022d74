"""The files of a graded quiz: bundle, key and submission.

- The **bundle**, which instructor and learners have, is one JSON object, `Bundle`: what is asked, and nothing that says
  what is right.
- The **key**, which only the instructor has, is one JSON object, `Key`: the whole questions, and their bundle's id.
- A **submission** is JSON Lines that the learner hands in: one "opened" record, "answered" ones as they come, and one
  "submitted" at the end.

Every record of a submission carries a hash over the one before it and itself. The chain shows damage: a line lost,
reordered or edited. It does not show a file that was written anew as a whole, since whoever can write the file can also
compute the hashes; and the times in it are those of the learner's clock.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from qa_lesson.errors import ConfigError, DataError, shorten
from qa_lesson.quiz.kinds.registry import AskedQuestion, Question

BUNDLE_FORMAT: Final = "qa-lesson bundle"
KEY_FORMAT: Final = "qa-lesson key"
SUBMISSION_FORMAT: Final = "qa-lesson submission"
VERSION: Final = 1


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)


class Bundle(_Record):
    """A graded quiz without its key."""

    format: Literal["qa-lesson bundle"] = BUNDLE_FORMAT
    version: Literal[1] = VERSION
    id: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    """`bundle_id` of the other fields: the same questions and rules give the same id, whatever their key says."""
    title: str
    deadline: AwareDatetime | None = None
    attempts: Annotated[int, Field(ge=1)] | None = None
    """How often a learner may hand in; None: as often as they like."""
    questions: Annotated[tuple[AskedQuestion, ...], Field(min_length=1)]

    @property
    def possible(self) -> float:
        """The points of all questions."""
        return sum(question.points for question in self.questions)


class Key(_Record):
    """What marks the submissions of one bundle. A corrected key has the same `bundle`."""

    format: Literal["qa-lesson key"] = KEY_FORMAT
    version: Literal[1] = VERSION
    bundle: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    title: str
    deadline: AwareDatetime | None = None
    attempts: Annotated[int, Field(ge=1)] | None = None
    questions: Annotated[tuple[Question, ...], Field(min_length=1)]

    @property
    def possible(self) -> float:
        """The points of all questions."""
        return sum(question.points for question in self.questions)


def bundle_id(fields: Mapping[str, Any]) -> str:
    """The id of a bundle: 32 hexadecimal digits of the SHA-256 of its other fields.

    Args:
        fields: title, deadline, attempts and questions as JSON values.
    """
    return hashlib.sha256(canonical(fields).encode()).hexdigest()[:32]


def canonical(record: Mapping[str, Any]) -> str:
    """A record as the one JSON text that hashes are taken of: sorted keys, no spaces, no NaN or infinity.

    Raises:
        ValueError: a number is not finite.

    >>> canonical({"b": 1, "a": "é"})
    '{"a":"é","b":1}'
    """
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def chain_hash(record: Mapping[str, Any], previous: str) -> str:
    """The hash that ties a record to the one before it.

    Args:
        record: without its own ``hash``.
        previous: the ``hash`` of the record before it; empty for the first.
    """
    return hashlib.sha256(f"{previous}\n{canonical(record)}".encode("utf-8", "surrogatepass")).hexdigest()


def opened(bundle: str, learner: str, attempt: int, at: str) -> dict[str, Any]:
    """The first record of a submission, without its hash.

    Args:
        bundle: its id.
        learner: the e-mail address or number that the roster has for them.
        attempt: counted from 1.
        at: ISO 8601 in UTC; see `utc_now`.
    """
    return {
        "type": "opened", "format": SUBMISSION_FORMAT, "version": VERSION, "bundle": bundle, "learner": learner,
        "attempt": attempt, "at": at,
    }  # fmt: skip


def answered(n: int, question: str, response: Any, at: str) -> dict[str, Any]:
    """An answer, without its hash; the last one to a question counts, and a response of None withdraws it.

    Args:
        n: of the record in its file; the opening record is 0.
        question: its id.
        response: as `qa_lesson.quiz.kinds.shared.marks.Response`: ids, a number or what was typed.
        at: ISO 8601 in UTC.
    """
    return {"type": "answered", "n": n, "question": question, "response": response, "at": at}


def submitted(n: int, n_answers: int, at: str) -> dict[str, Any]:
    """The closing record, without its hash; the hash that it gets is the learner's receipt.

    Args:
        n: of the record in its file.
        n_answers: "answered" records before it.
        at: ISO 8601 in UTC.
    """
    return {"type": "submitted", "n": n, "answers": n_answers, "at": at}


def utc_now() -> str:
    """The time as submissions carry it, in UTC with seconds.

    >>> utc_now()[-1]
    'Z'
    """
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def parse_deadline(text: str) -> datetime:
    """A deadline as it is typed: ISO 8601 with its time zone.

    Raises:
        ConfigError: no such time, or no zone.

    >>> parse_deadline("2026-12-01T18:00+01:00").isoformat()
    '2026-12-01T18:00:00+01:00'
    """
    example = "2026-12-01T18:00+01:00, or 2026-12-01T17:00Z"
    try:
        deadline = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise ConfigError("this is no deadline", received=repr(text), fix=f"write {example}") from error
    if deadline.tzinfo is None:
        fix = f"add it: {zoned(deadline)} is that time on this machine's clock"
        raise ConfigError("the deadline has no time zone", received=repr(text), fix=fix)
    return deadline


def zoned(naive: datetime) -> str:
    """A time without a zone as one of this machine's clock."""
    return naive.astimezone().isoformat(timespec="minutes")


def load_key(path: str | Path) -> Key:
    """The key of a bundle.

    Raises:
        DataError: it cannot be read, or is no key.
    """
    fix = "give the file that qa-lesson quiz bundle wrote with --key"
    try:
        record: Any = json.loads(Path(path).read_text(encoding="utf-8-sig"))
        if not isinstance(record, dict) or record.get("format") != KEY_FORMAT:
            found = record.get("format") if isinstance(record, dict) else type(record).__name__
            raise DataError(
                "this is no key of a graded quiz",
                where=str(path),
                received=f"format {shorten(str(found))} instead of '{KEY_FORMAT}'",
                fix=fix,
            )
        key = Key.model_validate(record)
    except OSError as error:
        raise DataError(f"the key cannot be read: {error.strerror or error}", where=str(path), fix=fix) from error
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        place = ".".join(map(str, faults[0]["loc"]))
        raise DataError(
            f"the key cannot be used: {faults[0]['msg']}", where=f"{path}, {place or 'the whole'}", fix=fix
        ) from error
    except (ValueError, RecursionError) as error:
        if isinstance(error, DataError):
            raise
        raise DataError("the key is no JSON file", where=str(path), received=shorten(str(error)), fix=fix) from error
    names = [question.id for question in key.questions]
    twice = sorted(name for name, n in Counter(names).items() if n > 1)
    if twice:
        raise DataError("the key has a question twice", where=str(path), received=twice[0], fix=fix)
    return key
