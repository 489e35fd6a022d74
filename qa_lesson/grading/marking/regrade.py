"""Who changes, and by how much, when a quiz is graded again: with a corrected key, reviews, or later submissions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from qa_lesson.errors import DataError
from qa_lesson.grading.formats.results import RESULTS_FILE, LearnerResult, Results, load_results
from qa_lesson.grading.formats.tables import Cell, table_text

MANIFEST_FILE = "manifest.json"


@dataclass(frozen=True, slots=True)
class Change:
    """A learner whose grade is not what it was.

    Args:
        learner: id.
        name: of the learner; may be empty.
        before, after: the two results; None: not on the roster then.
        questions: the questions whose points changed, for instance "Q7: 0 -> 1".
    """

    learner: str
    name: str
    before: LearnerResult | None
    after: LearnerResult | None
    questions: tuple[str, ...]

    @property
    def difference(self) -> float | None:
        """Points after minus points before; None unless both times something was handed in."""
        before, after = _points(self.before), _points(self.after)
        return None if before is None or after is None else after - before


def load_previous(folder: str | Path, bundle: str) -> Results:
    """The results of an earlier grading of the same bundle.

    Args:
        folder: what ``--out`` named then.
        bundle: id of the bundle.

    Raises:
        DataError: no results there, of another bundle, or changed since they were written.
    """
    folder = Path(folder)
    previous = load_results(folder)
    if previous.bundle != bundle:
        raise DataError(
            "the earlier results are of another bundle",
            where=str(folder),
            received=f"bundle {previous.bundle} ({previous.title}), the key is for {bundle}",
            fix="name the folder of an earlier grading of this bundle",
        )
    try:
        manifest = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
        wanted = manifest["outputs"][RESULTS_FILE]
        found = hashlib.sha256((folder / RESULTS_FILE).read_bytes()).hexdigest()
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise DataError(
            "the earlier results have no manifest", where=str(folder), fix="name the whole folder that was written"
        ) from error
    if found != wanted:
        raise DataError(
            "the earlier results were changed after they were written",
            where=str(folder / RESULTS_FILE),
            fix="grade the old submissions again with the old key, or leave --previous out",
        )
    return previous


def compare(before: Results, after: Results) -> tuple[Change, ...]:
    """The learners whose status, points or points of some question differ, the largest difference first."""
    old = {result.learner.id: result for result in before.learners}
    new = {result.learner.id: result for result in after.learners}
    changes = []
    for name in sorted(old.keys() | new.keys()):
        left, right = old.get(name), new.get(name)
        questions = _changed_questions(before, left, after, right)
        if _state(left) != _state(right) or questions:
            who = (right or left or old[name]).learner
            changes.append(Change(name, who.name, left, right, questions))
    return tuple(sorted(changes, key=lambda change: (-abs(change.difference or 0), change.learner)))


def changes_csv(changes: tuple[Change, ...]) -> str:
    """One row for each learner who changes."""
    header = "learner name status_before status_after points_before points_after difference questions".split()
    rows: list[list[Cell]] = [
        [one.learner, one.name, status(one.before), status(one.after), _points(one.before), _points(one.after),
         one.difference, " | ".join(one.questions)]
        for one in changes
    ]  # fmt: skip
    return table_text(header, rows)


def status(result: LearnerResult | None) -> str:
    """The status in words."""
    return "not on the roster" if result is None else result.status


def _points(result: LearnerResult | None) -> float | None:
    return None if result is None else result.points


def _state(result: LearnerResult | None) -> tuple[str, float | None]:
    points = _points(result)
    return status(result), None if points is None else round(points, 9)


def _changed_questions(
    before: Results, left: LearnerResult | None, after: Results, right: LearnerResult | None
) -> tuple[str, ...]:
    if left is None or right is None or not left.questions or not right.questions:
        return ()
    old: Mapping[str, str] = {answer.question: _told(answer.points, answer.status) for answer in left.questions}
    told = []
    for question, answer in zip(after.questions, right.questions, strict=True):
        was, now = old.get(question.id, "not asked"), _told(answer.points, answer.status)
        if was != now:
            told.append(f"Q{question.number}: {was} -> {now}")
    return tuple(told)


def _told(points: float | None, state: str) -> str:
    return state if points is None else f"{points:.4g}"
