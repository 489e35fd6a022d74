"""The files of a graded quiz: bundle, key and submission.

- The **bundle**, which instructor and learners have, is one JSON object, `Bundle`: what is asked, and nothing that says
  what is right. A quiz with pools or parameters has one for each learner.
- The **key**, which only the instructor has, is one JSON object, `Key`: the whole questions, and their bundle's id. For
  personal bundles it also has the secret that draws them.
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
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from qa_lesson.errors import ConfigError, DataError, shorten
from qa_lesson.grading.formats.canonical_json import canonical
from qa_lesson.grading.formats.drawing import SECRET_BYTES, Drawer, Version
from qa_lesson.quiz.bank.models import Pool
from qa_lesson.quiz.kinds.registry import AskedQuestion, Question

BUNDLE_FORMAT: Final = "qa-lesson bundle"
KEY_FORMAT: Final = "qa-lesson key"
SUBMISSION_FORMAT: Final = "qa-lesson submission"
VERSION: Final = 1


def _is_none(value: Any) -> bool:
    return value is None


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
    nonce: Annotated[str | None, Field(pattern=r"^[0-9a-f]{32}$", exclude_if=_is_none)] = None
    """Only in a bundle for one learner, whose id it makes another one than that of all others."""
    questions: Annotated[tuple[AskedQuestion, ...], Field(min_length=1)]

    @property
    def possible(self) -> float:
        """The points of all questions."""
        return sum(question.points for question in self.questions)


class Personal(_Record):
    """What draws each learner's questions and values. It never leaves the key."""

    secret: Annotated[str, Field(pattern=f"^[0-9a-f]{{{2 * SECRET_BYTES}}}$")]
    pools: tuple[Pool, ...] = ()
    title: str
    """Title, deadline and attempts are those in the bundles, whatever the instructor decides later."""
    deadline: AwareDatetime | None = None
    attempts: Annotated[int, Field(ge=1)] | None = None


class Key(_Record):
    """What marks the submissions of one bundle. A corrected key has the same `bundle`."""

    format: Literal["qa-lesson key"] = KEY_FORMAT
    version: Literal[1] = VERSION
    bundle: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    title: str
    deadline: AwareDatetime | None = None
    attempts: Annotated[int, Field(ge=1)] | None = None
    questions: Annotated[tuple[Question, ...], Field(min_length=1)]
    personal: Annotated[Personal | None, Field(exclude_if=_is_none)] = None
    """None: all learners get the same bundle."""

    @property
    def possible(self) -> float:
        """The points of all questions that a learner is asked."""
        pools = self.personal.pools if self.personal else ()
        points = {question.id: question.points for question in self.questions}
        spare = sum((len(pool.questions) - pool.take) * points[pool.questions[0]] for pool in pools)
        return sum(points.values()) - spare

    @cached_property
    def drawer(self) -> Drawer | None:
        """What draws for each learner; None: all learners get the same bundle."""
        return Drawer(self.questions, self.personal.pools, self.personal.secret) if self.personal else None

    def for_learner(self, learner: str) -> Key:
        """The key of one learner's bundle: their questions, with their values.

        Args:
            learner: the id on the roster.
        """
        if self.personal is None:
            return self
        bundle, versions = self.draw(learner)
        questions = tuple(version.question for version in versions)
        return Key(bundle=bundle, title=self.title, deadline=self.deadline, attempts=self.attempts, questions=questions)

    def draw(self, learner: str) -> tuple[str, tuple[Version, ...]]:
        """The id of a learner's bundle, and what is in it.

        Args:
            learner: the id on the roster.

        Raises:
            ConfigError: all learners get the same bundle.
        """
        if self.personal is None or self.drawer is None:
            raise ConfigError("the key draws nothing: all learners get the same bundle", fix="use the key itself")
        versions = self.drawer.versions(learner)
        rules = self.personal.model_dump(mode="json", include={"title", "deadline", "attempts"})
        rules["nonce"] = self.drawer.nonce(learner)
        fields = {name: canonical({name: value})[1:-1] for name, value in rules.items()}
        # the questions are texts already: a class shares most of them
        fields["questions"] = f'"questions":[{",".join(one.record for one in versions)}]'
        return _short_hash("{" + ",".join(fields[name] for name in sorted(fields)) + "}"), versions


def bundle_id(fields: Mapping[str, Any]) -> str:
    """The id of a bundle: 32 hexadecimal digits of the SHA-256 of its other fields.

    Args:
        fields: title, deadline, attempts and questions as JSON values, and the nonce if there is one.
    """
    return _short_hash(canonical(fields))


def _short_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


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
