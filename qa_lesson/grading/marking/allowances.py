"""What holds for some learners only: a later deadline, more attempts or time, being excused; and who works together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from qa_lesson.errors import ConfigError, DataError, shorten
from qa_lesson.grading.formats.records import Key, parse_deadline
from qa_lesson.grading.formats.tables import check_unchanged, read_table
from qa_lesson.grading.marking.roster import Roster

_COLUMNS: Final = ("learner", "deadline", "extra_attempts", "extra_minutes", "excused", "reason")
_YES: Final = {"yes": True, "x": True, "1": True, "true": True, "": False, "no": False, "0": False, "false": False}


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one learner may have that others may not.

    Args:
        deadline: their own; None: that of the quiz.
        extra_attempts: beyond those allowed.
        extra_minutes: beyond the time limit.
        excused: they need not hand in, and get no grade.
        reason: for the instructor; may be empty.
    """

    deadline: datetime | None = None
    extra_attempts: int = 0
    extra_minutes: float = 0.0
    excused: bool = False
    reason: str = ""

    def __str__(self) -> str:
        parts = [
            "excused" if self.excused else "",
            f"deadline {self.deadline.isoformat(timespec='minutes')}" if self.deadline else "",
            f"{self.extra_attempts} more attempt{'s' if self.extra_attempts != 1 else ''}"
            if self.extra_attempts
            else "",
            f"{self.extra_minutes:g} more minutes" if self.extra_minutes else "",
        ]
        told = ", ".join(part for part in parts if part)
        return f"{told} ({self.reason})" if self.reason else told


@dataclass(frozen=True)
class Allowances:
    """Everything that is not the same for all.

    Args:
        extensions: by learner id.
        groups: name of the group by learner id.
    """

    extensions: Mapping[str, Allowance] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)

    def work_together(self, left: str, right: str) -> bool:
        """Whether two learners are one, or of one group."""
        return left == right or (left in self.groups and self.groups[left] == self.groups.get(right))

    def of(self, learner: str) -> Allowance:
        """What holds for a learner: the most generous of what their group has, and their own excuse and reason."""
        own = self.extensions.get(learner, Allowance())
        if learner not in self.groups or not self.extensions:
            return own
        members = [self.extensions.get(name, Allowance()) for name in self.members(self.groups[learner])]
        return Allowance(
            max((one.deadline for one in members if one.deadline is not None), default=None),
            max(one.extra_attempts for one in members),
            max(one.extra_minutes for one in members),
            own.excused,
            own.reason,
        )

    def members(self, group: str) -> list[str]:
        """The ids of the members of a group."""
        return [name for name, other in self.groups.items() if other == group]

    def check(self, key: Key, minutes: float | None) -> None:
        """Refuse what changes nothing or takes something away, which no one can have meant.

        Raises:
            ConfigError: a deadline if there is none or before it, attempts or minutes if there is no limit.
        """
        for name, one in self.extensions.items():
            what = ""
            if one.deadline is not None and key.deadline is None:
                what, fix = "a deadline, but the quiz has none", "give the deadline for all with --deadline"
            elif one.deadline is not None and key.deadline is not None and one.deadline < key.deadline:
                what, fix = "a deadline before that of the quiz", "write a later one, or leave it empty"
            elif one.extra_attempts and key.attempts is None:
                what, fix = "extra attempts, but there is no limit", "leave extra_attempts empty"
            elif one.extra_minutes and minutes is None:
                what, fix = "extra minutes, but there is no time limit", "give the limit for all with --time-limit"
            if what:
                raise ConfigError(f"an extension gives {what}", received=f"{name}: {one}", fix=fix)


def read_extensions(path: str | Path, roster: Roster) -> dict[str, Allowance]:
    """Extensions by learner id.

    Args:
        path: a CSV file with the column learner (id, address or login) and any of deadline (ISO 8601 with its zone),
            extra_attempts, extra_minutes, excused (yes or empty) and reason.
        roster: where the learners are found.

    Raises:
        ConfigError: a deadline is no time, or has no zone.
        DataError: a column is unknown, a learner is not on the roster or there twice, a number is none.
    """
    rows = _rows(path, "the extensions", roster, _COLUMNS)
    found = {}
    for place, learner, row in rows:
        deadline = row.get("deadline", "")
        excused = _YES.get(row.get("excused", "").casefold())
        if excused is None:
            raise DataError("excused is neither yes nor no", where=place, received=row["excused"], fix="write yes")
        found[learner] = Allowance(
            parse_deadline(deadline) if deadline else None,
            int(_number(row, "extra_attempts", place)),
            _number(row, "extra_minutes", place),
            excused,
            row.get("reason", ""),
        )
    return found


def read_groups(path: str | Path, roster: Roster) -> dict[str, str]:
    """The group of each learner who is in one, by learner id.

    Args:
        path: a CSV file with the columns learner (id, address or login) and group.
        roster: where the learners are found.

    Raises:
        DataError: as `read_extensions`; or a group is empty.
    """
    found = {}
    for place, learner, row in _rows(path, "the groups", roster, ("learner", "group")):
        if not row.get("group"):
            raise DataError("a learner has no group", where=place, received=learner, fix="name it, or remove the row")
        found[learner] = row["group"]
    return found


def _rows(
    path: str | Path, what: str, roster: Roster, columns: Sequence[str]
) -> Iterable[tuple[str, str, Mapping[str, str]]]:
    """Place, learner id and cells of each row."""
    header, rows = read_table(path, what, lambda names: len(set(columns).intersection(names)))
    unknown = [name for name in header if name not in columns]
    if unknown or "learner" not in header:
        raise DataError(
            f"{what} have a column {unknown[0]!r}" if unknown else f"{what} have no column 'learner'",
            where=str(path),
            received=f"columns {', '.join(header)}",
            fix=f"use these: {', '.join(columns)}",
        )
    seen: dict[str, str] = {}
    for number, row in enumerate(rows, start=1):
        place = f"{path}, row {number}"
        check_unchanged(row, ["learner"], place)
        learner = roster.find(row["learner"])
        if learner is None:
            raise DataError(
                "there is no such learner on the roster",
                where=place,
                received=repr(row["learner"]),
                fix="write their id, address or login",
            )
        if learner.id in seen:
            raise DataError(
                "a learner has two rows",
                where=place,
                received=f"{learner.id}, as in {seen[learner.id]}",
                fix="keep one",
            )
        seen[learner.id] = place
        yield place, learner.id, row


def _number(row: Mapping[str, str], column: str, place: str) -> float:
    text = row.get(column, "") or "0"
    whole = column == "extra_attempts"
    try:
        value = int(text) if whole else float(text.replace(",", "."))
    except ValueError:
        value = -1
    if not 0 <= value <= 100_000:
        raise DataError(
            f"{column} is not a {'whole ' if whole else ''}number from 0",
            where=place,
            received=shorten(text),
            fix="write one, or leave it empty",
        )
    return value
