"""Moodle's offline grading worksheet: which participant number is whose, and when they last handed something in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from qa_lesson.errors import ConfigError, DataError
from qa_lesson.grading.formats.results import Learner
from qa_lesson.grading.formats.tables import read_table
from qa_lesson.grading.marking.roster import Roster

_NUMBERED: Final = re.compile(r"(?P<word>[^\d@]+)(?P<number>\d+)")  # "Participant 1234567" in any language
_PARTICIPANT: Final = re.compile(
    r"(partic|partec|teilnehm|deelnem|deltag|uczestn|osallist|участник|参加者|参与者|參與者)", re.IGNORECASE
)
_SUBMITTED: Final = re.compile(
    r"[(（](submission|abgabe|travail|remis|entrega|env[ií]o|consegna|submissão|inzending|提出|提交)", re.IGNORECASE
)
_TIME: Final = re.compile(
    r"(?P<day>\d{1,2})\.?(?: de)? (?P<month>[^\W\d]+)\.?(?: de)? (?P<year>\d{4}),? *(?P<hour>\d{1,2}):(?P<minute>\d\d)"
    r" *(?P<half>[AaPp])?"
)
_NUMBERED_DATE: Final = re.compile(
    r"(?P<year>\d{4})\s*年\s*(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*日\D*?"
    r"(?P<noon>上午|下午|午前|午後)?\s*(?P<hour>\d{1,2}):(?P<minute>\d\d)"
)
_MONTHS: Final = (
    "jan ene gen", "feb fév fev", "mar mär mrz maa mrt", "apr avr abr", "may mai mag mei", "jun juin giu",
    "jul juil lug", "aug aoû ago", "sep set", "oct okt ott out", "nov", "dec dez déc dic",
)  # fmt: skip
_FIX: Final = (
    'in Moodle, turn on "Offline grading worksheet" in the assignment\'s feedback types, then choose "Download grading '
    'worksheet"'
)


@dataclass(frozen=True)
class Worksheet:
    """What the LMS itself says about participants.

    Args:
        learners: by participant number.
        times: when a participant last changed their submission, by number, where that is known.
    """

    learners: Mapping[str, Learner] = field(default_factory=dict)
    times: Mapping[str, datetime] = field(default_factory=dict)


def read_worksheet(path: str | Path, roster: Roster, zone: ZoneInfo | None = None) -> Worksheet:
    """Read the worksheet that Moodle offers next to the submissions.

    Args:
        path: a CSV file; its first column has "Participant 1234567", in any language.
        roster: rows are found on it by their e-mail address, ID number or user name.
        zone: of the times in it, which don't say theirs; None: they are not used.

    Raises:
        DataError: it has no column with participant numbers, or none of its rows is on the roster.
    """
    header, rows = read_table(path, "the worksheet")
    numbers = _numbers(header, rows)
    if numbers is None:
        raise DataError(
            "the worksheet has no column with participant numbers",
            where=str(path),
            received=f"columns {', '.join(header)}",
            fix=_FIX,
        )
    learners, times = {}, {}
    changed = next((name for name in header if _SUBMITTED.search(name)), None)
    for row, number in zip(rows, numbers, strict=True):
        found = {one.id: one for cell in row.values() if cell and (one := roster.find(cell)) is not None}
        if len(found) == 1:
            (learners[number],) = found.values()
        if zone is not None and changed is not None and (at := _time(row[changed], zone)) is not None:
            times[number] = at
    if not learners:
        raise DataError(
            "no one in the worksheet is on the roster",
            where=str(path),
            received=f"columns {', '.join(header)}",
            fix="both need the e-mail addresses, the ID numbers or the user names: let Moodle show them (site setting "
            '"Show user identity")',
        )
    return Worksheet(learners, times)


def worksheet_in(roster: Roster) -> Worksheet:
    """The participants of a roster that is itself a worksheet; no participants if it is a different table."""
    rows = [learner.columns for learner in roster.learners]
    header = list(rows[0]) if rows else []
    if not header or not all(_PARTICIPANT.match(row[header[0]]) for row in rows):  # "s1234567" is an id of the school's
        return Worksheet()
    return Worksheet(dict(zip(_numbers(header, rows) or [], roster.learners, strict=False)))


def parse_zone(name: str) -> ZoneInfo:
    """A time zone by its name.

    Raises:
        ConfigError: there is no such zone.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ConfigError(
            "there is no such time zone", received=repr(name), fix="write its name, such as Europe/Berlin or UTC"
        ) from error


def _numbers(header: Sequence[str], rows: Sequence[Mapping[str, str]]) -> list[str] | None:
    """The participant number of each row; None: the first column holds something else."""
    found = [_NUMBERED.fullmatch(row[header[0]].strip()) for row in rows]
    sure = [one for one in found if one is not None]
    if not sure or len(sure) < len(rows) or len({one["word"] for one in sure}) > 1:
        return None
    numbers = [one["number"] for one in sure]
    return numbers if len(set(numbers)) == len(numbers) else None


def _time(text: str, zone: ZoneInfo) -> datetime | None:
    """A time as Moodle writes it in ten languages; None: it is none, such as "-".

    >>> _time("Monday, 2 March 2026, 6:15 PM", ZoneInfo("UTC")).isoformat()
    '2026-03-02T18:15:00+00:00'
    >>> _time("2026年 03月 2日(月曜日) 18:15", ZoneInfo("UTC")).isoformat()
    '2026-03-02T18:15:00+00:00'
    """
    if found := _NUMBERED_DATE.search(text):
        month, half = (
            int(found["month"]),
            {"上午": "a", "午前": "a", "下午": "p", "午後": "p"}.get(found["noon"] or "", ""),
        )
    elif found := _TIME.search(text):
        month, half = _month(found["month"].casefold()), (found["half"] or "").lower()
    else:
        return None
    hour = int(found["hour"])
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return datetime(int(found["year"]), month, int(found["day"]), hour, int(found["minute"]), tzinfo=zone)
    except ValueError:
        return None


def _month(name: str) -> int:
    """From 1; 0: unknown. The longest beginning decides, so that juin is not June's neighbor.

    >>> [_month(name) for name in ("juin", "juillet", "märz", "marzo")]
    [6, 7, 3, 3]
    """
    starts = [(start, number) for number, given in enumerate(_MONTHS, start=1) for start in given.split()]
    return max(((len(start), number) for start, number in starts if name.startswith(start)), default=(0, 0))[1]
