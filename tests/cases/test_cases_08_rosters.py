"""Row 8: gradebooks and participant lists as Canvas and Moodle export them are rosters."""

from pathlib import Path

import pytest

from qa_lesson.errors import DataError
from qa_lesson.grading.marking.roster import read_roster

INPUTS = Path(__file__).parent / "inputs"
CANVAS = "ID,SIS User ID,SIS Login ID,Section,Quiz 1 (417)\n"
GRADES = ",,,,,Manual Posting\n    Points Possible,,,,,9\n"


@pytest.fixture
def read(tmp_path):
    def reading(text, encoding="utf-8"):
        path = tmp_path / "roster.csv"
        path.write_bytes(text.encode(encoding))
        return [(learner.id, learner.name, learner.email) for learner in read_roster(path).learners]

    return reading


def test_the_lines_of_the_gradebook_that_are_no_learners_are_left_out():
    roster = read_roster(INPUTS / "canvas_roster.csv")
    assert [learner.name for learner in roster.learners] == ["Keating, Bram", "Marsh, Una"]
    assert roster.find("s101") is roster.learners[0]
    assert roster.find("0a1b2c") is None


@pytest.mark.parametrize(
    "line",
    [
        "Points Possible,,,,,9",
        "   Points Possible ,,,,,9",
        ",,,,,Manuelle Veröffentlichung",
        '"Student, Test",900,,d0c6ebee8d7d5bd0a1e8a3f9d0c6ebee8d7d5bd0,Main,',
        "Test Student,900,,,Main,",
        "Teststudent,900,,d0c6ebee8d7d5bd0a1e8a3f9d0c6ebee8d7d5bd0,Main,",
    ],
)
def test_each_kind_of_line_is_left_out(read, line):
    text = f"Student,{CANVAS}{line}\n"
    assert [name for _, name, _ in read(text + '"Keating, Bram",101,s101,b@uni.example,Main,8\n')] == ["Keating, Bram"]


def test_a_learner_of_that_name_with_an_id_of_the_school_stays(read):
    assert read(f'Student,{CANVAS}{GRADES}"Student, Test",101,s101,t@uni.example,Main,8\n')[0][1] == "Student, Test"


def test_names_may_have_two_columns(read):
    text = f"LastName,FirstName,{CANVAS},,,,,,Manual Posting\n    Points Possible,,,,,,9\n"
    text += "Keating,Bram,101,s101,bram,Main,8\nStudent,Test,900,,0a1b,Main,\n"
    assert read(text) == [("101", "Bram Keating", "")]


def test_a_learner_without_an_id_is_still_refused(read):
    with pytest.raises(DataError, match="a row of the roster has no id") as caught:
        read(f"Student,{CANVAS}{GRADES}Ada,1,,,Main,\nBram,,,,Main,8\n")
    assert "row 4" in caught.value.where
    with pytest.raises(DataError, match="has no id"):
        read("id,name\n,Manual Posting\n")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize(
    "header",
    [
        "First name|Last name|ID number|Email address|Quiz: Week 1 (Real)",
        "Vorname|Nachname|ID-Nummer|E-Mail-Adresse|Test: Woche 1 (Punkte)",
        "Vorname|Name|Matrikelnummer|E-Mail-Adresse|Test: Woche 1 (Punkte)",
        "Vorname|Nachname|Matrikel-Nr.|E-Mail|Zuletzt geladen",
        "Prénom|Nom de famille|Numéro d’identification|Adresse de courriel|Test",
        "Nombre|Apellido(s)|Número de ID|Dirección de correo|Test",
    ],
)
def test_exports_of_moodle_in_other_languages_encodings_and_delimiters(read, header, delimiter, encoding):
    rows = ("José|Müller|s7|jose@uni.example|8", "Zoë|Núñez|s8|zoe@uni.example|-")
    text = "".join(line.replace("|", delimiter) + "\r\n" for line in (header, *rows))
    assert read(text, encoding) == [("s7", "José Müller", "jose@uni.example"), ("s8", "Zoë Núñez", "zoe@uni.example")]


def test_full_names_and_logins_in_german(tmp_path):
    path = tmp_path / "teilnehmer.csv"
    path.write_text("Vollständiger Name;Anmeldename;E-Mail-Adresse;Gruppen\nUna Marsh;una7;u@uni.example;G1\n", "utf-8")
    roster = read_roster(path)
    assert roster.find("UNA7") is roster.learners[0]
    assert (roster.learners[0].name, roster.learners[0].section) == ("Una Marsh", "G1")
