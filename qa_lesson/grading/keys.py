"""Reading the instructor's key."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from qa_lesson.errors import DataError, shorten
from qa_lesson.grading.records import KEY_FORMAT, Key


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
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise DataError("the key has a question twice", where=str(path), received=twice[0], fix=fix)
    return key
