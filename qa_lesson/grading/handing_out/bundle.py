"""From quizzes to the bundle that learners get and the key that stays with the instructor, and back from the file."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from qa_lesson.errors import ConfigError, DataError, shorten
from qa_lesson.grading.formats.drawing import SECRET_BYTES
from qa_lesson.grading.formats.records import BUNDLE_FORMAT, VERSION, Bundle, Key, Personal, bundle_id, zoned
from qa_lesson.quiz.answering.asked import asked_fields
from qa_lesson.quiz.bank.models import Quiz, is_personal
from qa_lesson.quiz.kinds.registry import Question

FILE_NAME = "bundle.json"


def build_bundle(
    quizzes: Sequence[Quiz], *, title: str | None = None, deadline: datetime | None = None, attempts: int | None = None
) -> tuple[Bundle, Key]:
    """The bundle of one or more quizzes, and its key.

    Of quizzes with pools or parameters there is no bundle for everyone: see `build_personal_key`.

    Of each question the bundle holds the fields of its kind's `asked_model` and nothing else, and its id depends on
    them alone: a key that is corrected later, for the same questions, belongs to the same bundle.

    Args:
        quizzes: all their questions are asked.
        title: the quiz's own if not given.
        deadline: with its time zone; None: there is none.
        attempts: how often a learner may hand in; None: as often as they like.

    Raises:
        ConfigError: several quizzes and no title, an empty title, a deadline without zone, attempts below 1, no quiz,
            or pools or parameters.
        DataError: an id is in two of the quizzes.
    """
    questions, rules = _checked(quizzes, title, deadline, attempts)
    if any(map(is_personal, quizzes)):
        raise ConfigError(
            "a quiz with pools or parameters has a bundle for each learner",
            where=", ".join(quiz.name for quiz in quizzes if is_personal(quiz)),
            fix="say who they are: qa-lesson quiz bundle ... --roster roster.csv (in Python: build_personal_key)",
        )
    bundle = _named(questions, rules)
    return bundle, Key(bundle=bundle.id, questions=questions, **rules)


def build_personal_key(
    quizzes: Sequence[Quiz],
    *,
    secret: str | None = None,
    title: str | None = None,
    deadline: datetime | None = None,
    attempts: int | None = None,
) -> Key:
    """The key of quizzes with pools or parameters, from which `learner_bundle` makes each learner's bundle.

    Args:
        quizzes, title, deadline, attempts: as in `build_bundle`.
        secret: of an earlier key, so that every learner keeps their questions and values; None: a new one.

    Raises:
        ConfigError: as `build_bundle`; or there are neither pools nor parameters.
        DataError: an id is in two of the quizzes.
    """
    questions, rules = _checked(quizzes, title, deadline, attempts)
    if not any(map(is_personal, quizzes)):
        raise ConfigError(
            "the quiz has neither pools nor parameters, so all learners get the same bundle",
            where=", ".join(quiz.name for quiz in quizzes),
            fix="leave --roster out (in Python: build_bundle)",
        )
    pools = tuple(pool for quiz in quizzes for pool in quiz.pools)
    personal = Personal(secret=secret or secrets.token_hex(SECRET_BYTES), pools=pools, **rules)
    # the id of all bundles together: of the same questions drawn with the same secret
    family = {
        **personal.model_dump(mode="json", exclude={"secret"}),
        "secret": hashlib.sha256(bytes.fromhex(personal.secret)).hexdigest(),
        "questions": [asked_fields(question) for question in questions],
        "parameters": [question.model_dump(mode="json", include={"parameters"}) for question in questions],
    }
    return Key(bundle=bundle_id(family), questions=questions, personal=personal, **rules)


def learner_bundle(key: Key, learner: str) -> Bundle:
    """One learner's bundle: their questions, with their values, and nothing about anyone else's.

    Args:
        key: of `build_personal_key`.
        learner: the id on the roster.
    """
    own = key.for_learner(learner)
    nonce = key.drawer.nonce(learner) if key.drawer else None
    rules = key.personal.model_dump(include={"title", "deadline", "attempts"}) if key.personal else {}
    return _named(own.questions, {**rules, "nonce": nonce})


def _named(questions: Sequence[Question], fields: Mapping[str, Any]) -> Bundle:
    asked = tuple(one.asked_model(**asked_fields(one)) for one in questions)
    unnamed = Bundle(id="0" * 32, questions=asked, **fields)
    return unnamed.model_copy(update={"id": _id(unnamed)})


def _checked(
    quizzes: Sequence[Quiz], title: str | None, deadline: datetime | None, attempts: int | None
) -> tuple[tuple[Question, ...], dict[str, Any]]:
    """All questions, and title, deadline and attempts.

    Raises:
        ConfigError, DataError: as `build_bundle`.
    """
    if not quizzes or (title is None and len(quizzes) > 1):
        what = "several quizzes make one bundle" if quizzes else "there is no quiz"
        raise ConfigError(what, fix="name them, and give the bundle a title: title=... (command line: --title)")
    if deadline is not None and deadline.tzinfo is None:
        raise ConfigError(
            "the deadline has no time zone", received=deadline.isoformat(), fix=f"for instance {zoned(deadline)}"
        )
    if attempts is not None and attempts < 1:
        raise ConfigError("attempts are counted from 1", received=str(attempts), fix="give 1 or more, or None")
    if title is not None and (not title.strip() or not title.isprintable()):
        raise ConfigError("the title is empty or not one line", received=repr(title), fix="write it on one line")
    questions = tuple(question for quiz in quizzes for question in quiz.questions)
    _check_unique(quizzes)
    rules: dict[str, Any] = {
        "title": title if title is not None else quizzes[0].title,
        "deadline": None if deadline is None else deadline.astimezone(UTC),
        "attempts": attempts,
    }
    return questions, rules


def load_bundle(path: str | Path) -> Bundle:
    """Read a bundle.

    Args:
        path: of the file, or of the folder that holds ``bundle.json``.

    Raises:
        DataError: there is none, it is something else, or it was changed since it was built.
    """
    path = Path(path)
    path = path / FILE_NAME if path.is_dir() else path
    fix = "name the bundle.json that your instructor gave out; if it is, ask for it again"
    try:
        record = json.loads(path.read_bytes())
    except OSError as error:
        raise DataError(
            "the bundle cannot be read", where=str(path), received=error.strerror or str(error), fix=fix
        ) from error
    except (ValueError, RecursionError) as error:
        raise DataError("this is no JSON file", where=str(path), received=shorten(str(error)), fix=fix) from error
    if not isinstance(record, dict) or record.get("format") != BUNDLE_FORMAT:
        found = record.get("format") if isinstance(record, dict) else type(record).__name__
        raise DataError("this is no bundle of a graded quiz", where=str(path), received=shorten(repr(found)), fix=fix)
    if isinstance(record.get("version"), int) and record["version"] > VERSION:
        fix = "update with: pip install --upgrade qa-lesson"
        raise DataError("a later version of qa-lesson wrote this bundle", where=str(path), fix=fix)
    try:
        bundle = Bundle.model_validate(record)
        unchanged = bundle.id == _id(bundle)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "the whole"
        raise DataError(
            "the bundle is damaged", where=str(path), received=f"{place}: {shorten(first['msg'])}", fix=fix
        ) from error
    except ValueError as error:  # a number that is not finite, which JSON does not have
        raise DataError("the bundle is damaged", where=str(path), received=shorten(str(error)), fix=fix) from error
    if not unchanged:
        raise DataError(
            "the bundle was changed since it was built", where=str(path), received=f"id {bundle.id}", fix=fix
        )
    return bundle


def _check_unique(quizzes: Sequence[Quiz]) -> None:
    pools = Counter(pool.id for quiz in quizzes for pool in quiz.pools)
    if twice := sorted(name for name, n in pools.items() if n > 1):
        where = ", ".join(quiz.name for quiz in quizzes)
        fix = "give each pool an id of its own"
        raise DataError("a pool's id is in two of the quizzes", where=where, received=twice[0], fix=fix)
    ids = Counter(question.id for quiz in quizzes for question in quiz.questions)
    if repeated := sorted(name for name, n in ids.items() if n > 1):
        names = [quiz.name for quiz in quizzes if any(question.id in repeated for question in quiz.questions)]
        raise DataError(
            "a question's id is in two of the quizzes",
            where=", ".join(names),
            received=", ".join(repeated),
            fix="give each question an id of its own; what is handed in names questions by their id",
        )


def _id(bundle: Bundle) -> str:
    return bundle_id(bundle.model_dump(mode="json", include={"title", "deadline", "attempts", "nonce", "questions"}))
