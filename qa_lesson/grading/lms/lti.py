"""Grades as scores of LTI Assignment and Grade Services (AGS) 2.0.

Each line is the body of one request to a line item's ``/scores``; `qa_lesson.grading.lms.lti_sending` sends them.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime

from qa_lesson.errors import ConfigError, DataError
from qa_lesson.grading.formats.results import LearnerResult, Results
from qa_lesson.grading.lms.gradebooks import feedback_text


def score_lines(results: Results, *, user_column: str | None = None, graded_at: str | None = None) -> str:
    """The scores as JSON Lines, one for each learner who handed something in.

    A grade with an answer under review is "PendingManual" and carries no score yet.

    Args:
        results: of a graded quiz.
        user_column: of the roster, with the user ids that the platform gave in its launches; None takes the ids that
            the results have.
        graded_at: ISO 8601 with its offset. Platforms ignore a score that is not later than the one they have, so a
            regrade needs it. None: when it was handed in, so that the same results give the same lines.

    Raises:
        ConfigError: `graded_at` is no time, or has no offset.
        DataError: the roster has no such column, or it is empty for a learner.
    """
    timestamp = None if graded_at is None else _timestamp(graded_at)
    lines = [_score(results, result, _user(result, user_column), timestamp) for result in results.handed_in]
    return "".join(json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n" for line in lines)


def _score(results: Results, result: LearnerResult, user: str, timestamp: str | None) -> dict[str, str | float]:
    score: dict[str, str | float] = {
        "userId": user,
        "timestamp": timestamp or _timestamp(result.submitted_at or ""),
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
    }
    if result.status == "needs review" or result.points is None:
        return score | {"activityProgress": "Submitted", "gradingProgress": "PendingManual"}
    points = float(f"{result.points:.12g}")  # no digits that come from adding fractions
    return score | {
        "scoreGiven": points,
        "scoreMaximum": result.possible,
        "comment": feedback_text(results, result),
    }


def _user(result: LearnerResult, column: str | None) -> str:
    user = result.learner.id if column is None else result.learner.columns.get(column, "")
    if not user:
        raise DataError(
            f"the roster has no {column!r} for a learner",
            received=result.learner.id,
            fix=f"use one of its columns: {', '.join(result.learner.columns) or 'it has none'}",
        )
    return user


def _timestamp(text: str) -> str:
    """UTC with milliseconds, as AGS asks for.

    >>> _timestamp("2026-03-01T10:00:00+01:00")
    '2026-03-01T09:00:00.000Z'
    """
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise ConfigError("this is no time", received=repr(text), fix="write 2026-03-01T10:00:00Z") from error
    if time.tzinfo is None:
        raise ConfigError(
            "the time does not say what its time zone is", received=text, fix=f"add its offset from UTC: {text}Z"
        )
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
