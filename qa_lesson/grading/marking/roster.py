"""Who is in the course: a CSV file, as an LMS exports it or written by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from qa_lesson.errors import DataError
from qa_lesson.grading.formats.results import Learner
from qa_lesson.grading.formats.tables import read_table

_COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("id", "learner", "student id", "sis user id", "id number", "idnumber", "number"),
    "email": ("email", "e-mail", "email address", "e-mail address"),
    "login": ("login", "sis login id", "username", "user name"),
    "name": ("name", "student", "full name", "student name"),
    "first": ("first name", "given name"),
    "last": ("last name", "surname", "family name"),
    "section": ("section", "group", "groups"),
}
_LAYOUT = (
    "give it a header with the column id, email or both, and optionally name and section; exports of Canvas and Moodle "
    "have them"
)


class Roster:
    """The learners of a course, found by any of their ids.

    Args:
        learners: in the order of the file.
        by_id: every id, e-mail address and login, without regard to capitals.
    """

    def __init__(self, learners: Sequence[Learner], by_id: Mapping[str, Learner]) -> None:
        self.learners, self._by_id = tuple(learners), dict(by_id)

    def find(self, name: str) -> Learner | None:
        """The learner with this id, e-mail address or login; None: not on the roster."""
        return self._by_id.get(_plain_id(name))


def read_roster(path: str | Path) -> Roster:
    """Read a roster.

    Understood are the columns of Canvas's and Moodle's exports (``SIS User ID``, ``SIS Login ID``, ``Student``, ``ID
    number``, ``Email address``, ``First name`` ...) and plain ones (id, email, login, name, section). A learner may
    name themselves in a submission by id, e-mail address or login.

    Raises:
        DataError: no column with ids, a row without one, or an id that two rows have.
    """
    header, rows = read_table(path, "the roster")
    columns = {role: [name for name in header if _plain_name(name) in names] for role, names in _COLUMNS.items()}
    if not columns["id"] and not columns["email"]:
        raise DataError(
            "the roster has no column with ids or e-mail addresses",
            where=str(path),
            received=f"columns {', '.join(header)}",
            fix=_LAYOUT,
        )
    learners: list[Learner] = []
    by_id: dict[str, Learner] = {}
    for number, row in enumerate(rows, start=1):
        if _is_points_possible(row, columns["name"]):
            continue
        learner = _learner(row, columns, f"{path}, row {number}")
        learners.append(learner)
        for name in {_plain_id(row[column]) for role in ("id", "email", "login") for column in columns[role]} - {""}:
            if name in by_id:
                raise DataError(
                    "two rows of the roster have the same id",
                    where=f"{path}, row {number}",
                    received=f"{name!r}, which {by_id[name].id} has too",
                    fix="remove one of the rows, or give each learner their own",
                )
            by_id[name] = learner
    if not learners:
        raise DataError("the roster has no learners", where=str(path), fix="give one row for each")
    return Roster(learners, by_id)


def _learner(row: dict[str, str], columns: Mapping[str, Sequence[str]], place: str) -> Learner:
    def cell(role: str) -> str:
        return next((row[name] for name in columns[role] if row[name]), "")

    own_id = cell("id") or cell("email")
    if not own_id:
        raise DataError("a row of the roster has no id", where=place, received=repr(list(row.values())), fix=_LAYOUT)
    name = cell("name") or f"{cell('first')} {cell('last')}".strip()
    return Learner(own_id, name, cell("email"), cell("section"), row)


def _is_points_possible(row: Mapping[str, str], name_columns: Sequence[str]) -> bool:
    """Whether this is the second line of Canvas's gradebook, which is no learner."""
    return any(row[name].casefold() == "points possible" for name in name_columns)


def _plain_name(column: str) -> str:
    return " ".join(column.replace("_", " ").casefold().split())


def _plain_id(name: str) -> str:
    return name.strip().casefold()
