"""From quizzes to the bundle that learners get and the key that stays with the instructor, and back from the file."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from qa_lesson.errors import ConfigError, DataError, shorten
from qa_lesson.grading.formats.records import BUNDLE_FORMAT, VERSION, Bundle, Key, bundle_id, zoned
from qa_lesson.quiz.answering.asked import asked_fields
from qa_lesson.quiz.bank.models import Quiz

FILE_NAME = "bundle.json"


def build_bundle(
    quizzes: Sequence[Quiz], *, title: str | None = None, deadline: datetime | None = None, attempts: int | None = None
) -> tuple[Bundle, Key]:
    """The bundle of one or more quizzes, and its key.

    Of each question the bundle holds the fields of its kind's `asked_model` and nothing else, and its id depends on
    them alone: a key that is corrected later, for the same questions, belongs to the same bundle.

    Args:
        quizzes: all their questions are asked.
        title: the quiz's own if not given.
        deadline: with its time zone; None: there is none.
        attempts: how often a learner may hand in; None: as often as they like.

    Raises:
        ConfigError: several quizzes and no title, an empty title, a deadline without zone, attempts below 1, no quiz.
        DataError: an id is in two of the quizzes.
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
    unnamed = Bundle(id="0" * 32, questions=tuple(one.asked_model(**asked_fields(one)) for one in questions), **rules)
    bundle = unnamed.model_copy(update={"id": _id(unnamed)})
    return bundle, Key(bundle=bundle.id, questions=questions, **rules)


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
    return bundle_id(bundle.model_dump(mode="json", include={"title", "deadline", "attempts", "questions"}))
