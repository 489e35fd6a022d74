"""Who is in the course: a CSV file, exported by an LMS or written by hand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

from qa_lesson.errors import DataError
from qa_lesson.grading.formats.results import Learner
from qa_lesson.grading.formats.tables import check_unchanged, read_table

_COLUMNS: dict[str, tuple[str, ...]] = {
    "id": (
        "id", "learner", "student id", "sis user id", "id number", "idnumber", "number",
        "id nummer", "matrikelnummer", "matrikelnr", "matrikel nr", "matrikel", "sis benutzer id",
        "numéro d'identification", "numéro d'étudiant", "número de id", "número de identificación",
        "codice identificativo", "matricola", "número de identificação", "n.º de identificação", "studentnummer",
        "numer id", "numer identyfikacyjny", "numer albumu", "индивидуальный номер", "idナンバー",
        "学籍番号", "識別番号", "学号", "id号",
    ),
    "email": (
        "email", "e mail", "email address", "e mail address", "mail", "e mail adresse", "email adresse", "mailadresse",
        "adresse de courriel", "courriel", "adresse e mail", "dirección de correo", "dirección email",
        "correo electrónico", "dirección de correo electrónico", "correo", "indirizzo email", "indirizzo e mail",
        "endereço de email", "endereço de e mail", "e mailadres", "emailadres", "adres e mail", "adres email",
        "адрес электронной почты", "электронная почта", "メールアドレス", "电子邮件地址", "电子邮件", "email地址",
        "電子郵件信箱",
    ),
    "login": (
        "login", "sis login id", "username", "user name", "anmeldename", "nutzername", "benutzername", "sis anmelde id",
        "nom d'utilisateur", "nombre de usuario", "nome utente", "nome de usuário", "nome de utilizador",
        "gebruikersnaam", "nazwa użytkownika", "логин", "ユーザ名", "用户名",
    ),
    "name": (
        "name", "student", "full name", "student name", "vollständiger name", "vor und nachname", "nom complet",
        "nombre completo", "nome completo", "nome / cognome", "volledige naam", "imię i nazwisko", "полное имя",
        "фамилия имя", "フルネーム", "氏名", "全名", "姓名", "étudiant", "estudiante", "aluno", "studente",
    ),
    "first": (
        "first name", "firstname", "given name", "vorname", "vornamen", "prénom", "nombre", "nome", "voornaam", "imię",
        "имя", "名",
    ),
    "last": (
        "last name", "lastname", "surname", "family name", "nachname", "familienname", "nom", "nom de famille",
        "apellido(s)", "apellidos", "apellido", "cognome", "sobrenome", "apelido", "achternaam", "nazwisko", "фамилия",
        "姓",
    ),
    "section": (
        "section", "group", "groups", "gruppe", "gruppen", "abschnitt", "groupe", "groupes", "grupo", "grupos",
        "gruppo", "gruppi", "groep", "groepen", "grupa", "grupy", "группа", "группы", "グループ", "小组", "群組",
    ),
}  # fmt: skip
_FAMILY_FIRST = {"姓"}  # the languages whose header this is write it so
_SIS_COLUMNS = {"sis user id", "sis login id", "sis benutzer id", "sis anmelde id"}
_TEST_STUDENT = {"student, test", "test student"}
_TEST_LOGIN = re.compile("[0-9a-f]{32,40}")  # Canvas gives its test students random ones
_Columns = Mapping[str, Sequence[str]]
"""The columns of the file that have each role."""
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


def roster_of(learners: Sequence[Learner]) -> Roster:
    """A roster of learners who are known already, found by id or e-mail address."""
    return Roster(learners, {_plain_id(name): one for one in learners for name in (one.email, one.id) if name})


def read_roster(path: str | Path) -> Roster:
    """Read a roster.

    Understood are the columns of Canvas's and Moodle's exports (``SIS User ID``, ``SIS Login ID``, ``Student``, ``ID
    number``, ``Email address``, ``First name`` ...), and plain ones (id, email, login, name, section). Moodle's may be
    in German, French, Spanish, Italian, Portuguese, Dutch, Polish, Russian, Japanese or Chinese too. A learner may name
    themselves in a submission by id, e-mail address or login. The lines of Canvas's gradebook that are no learners are
    left out: those above the learners, and test students.

    Raises:
        DataError: no column with ids, a row without one, an id that two rows have, or one that a spreadsheet program
            has turned into a date or a rounded number.
    """
    header, rows = read_table(path, "the roster", lambda names: sum(_roles(name) for name in names))
    columns = {role: [name for name in header if _plain_name(name) in names] for role, names in _COLUMNS.items()}
    if columns["first"] and not columns["last"]:  # "Vorname;Name": the name is the last one
        columns["last"], columns["name"] = columns["name"], []
    is_canvas = _is_canvas_gradebook(header)
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
        if _is_points_possible(row, columns) or (
            is_canvas and (_is_test_student(row, columns) or (not learners and not _ids(row, columns)))
        ):
            continue
        check_unchanged(row, [*columns["id"], *columns["login"]], f"{path}, row {number}")
        learner = _learner(row, columns, f"{path}, row {number}")
        learners.append(learner)
        for name in _ids(row, columns):
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


def _learner(row: dict[str, str], columns: _Columns, place: str) -> Learner:
    own_id = _cell(row, columns, "id") or _cell(row, columns, "email")
    if not own_id:
        raise DataError("a row of the roster has no id", where=place, received=repr(list(row.values())), fix=_LAYOUT)
    return Learner(own_id, _name(row, columns), _cell(row, columns, "email"), _cell(row, columns, "section"), row)


def _cell(row: Mapping[str, str], columns: _Columns, role: str) -> str:
    return next((row[name] for name in columns[role] if row[name]), "")


def _name(row: Mapping[str, str], columns: _Columns) -> str:
    first, last = _cell(row, columns, "first"), _cell(row, columns, "last")
    family_first = any(_plain_name(name) in _FAMILY_FIRST for name in columns["last"])
    return _cell(row, columns, "name") or (f"{last} {first}" if family_first else f"{first} {last}").strip()


def _ids(row: Mapping[str, str], columns: _Columns) -> set[str]:
    """Everything by which the learner may be found."""
    return {_plain_id(row[column]) for role in ("id", "email", "login") for column in columns[role]} - {""}


def _is_canvas_gradebook(header: Sequence[str]) -> bool:
    names = {_plain_name(name) for name in header}
    return bool(names & _SIS_COLUMNS) or (
        {"id", "section"} <= names and ("student" in names or {"lastname", "firstname"} <= names)
    )


def _is_points_possible(row: Mapping[str, str], columns: _Columns) -> bool:
    """Whether this is the line with the points in Canvas's gradebook, which is no learner."""
    cells = (row[column] for role in ("name", "first", "last") for column in columns[role])
    return any(cell.strip().casefold() == "points possible" for cell in cells)


def _is_test_student(row: Mapping[str, str], columns: _Columns) -> bool:
    """Whether this is the student that Canvas makes for a teacher's preview: never one with an id of the school's."""
    if any(row[column] for column in columns["id"] if _plain_name(column).startswith("sis")):
        return False
    login = _cell(row, columns, "login")
    return _name(row, columns).casefold() in _TEST_STUDENT or _TEST_LOGIN.fullmatch(login) is not None


def _roles(name: str) -> int:
    return sum(_plain_name(name) in names for names in _COLUMNS.values())


def _plain_name(column: str) -> str:
    """``E-Mail-Adresse`` is ``e mail adresse``, however it is encoded.

    >>> _plain_name(" ID_Number:"), _plain_name("Numéro d’identification")
    ('id number', "numéro d'identification")
    """
    plain = unicodedata.normalize("NFC", column).replace("’", "'").casefold()
    return " ".join(re.sub(r"[_-]", " ", plain).split()).rstrip(".:")


def _plain_id(name: str) -> str:
    return name.strip().casefold()
