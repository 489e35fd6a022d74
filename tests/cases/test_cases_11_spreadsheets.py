"""Row 11: tables are read as Excel and LibreOffice write them, by every reader of tables."""

from pathlib import Path

import pytest

from qa_lesson.documents.table_files import read_csv
from qa_lesson.errors import DataError
from qa_lesson.grading.marking.reviews import read_reviews
from qa_lesson.grading.marking.roster import read_roster
from qa_lesson.loading import load_examples, read_examples
from qa_lesson.text.delimited import Delimited, changed_by_spreadsheet

INPUTS = Path(__file__).parent / "inputs"
QUESTION = "question{0}context{0}answer\r\nWho keeps the light?{0}Zoë Keating keeps the light.{0}Zoë Keating\r\n"


def test_the_line_that_names_the_delimiter_is_no_data():
    (example,) = load_examples(INPUTS / "excel_sep.csv")
    assert example.question == "Who keeps the light?"
    roster = read_roster(INPUTS / "roster_sep.csv")
    assert len(roster.learners) == 6
    assert roster.learners[1].name == "Marsh, Úna"


@pytest.mark.parametrize("line", ["sep={}", "SEP={}", '"sep={}"', "\ufeffsep={}", "sep={} ", "sep={};;"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_form_of_that_line(tmp_path, line, delimiter, end):
    path = tmp_path / "q.csv"
    text = f"{line.format(delimiter)}\r\n{QUESTION.format(delimiter)}".replace("\r\n", end)
    path.write_bytes(text.encode())
    (example,) = load_examples(path)
    assert example.answers[0].text == "Zoë Keating"
    assert len(read_csv(text.encode()).blocks) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters_of_data(tmp_path, encoding, delimiter):
    path = tmp_path / "q.csv"
    path.write_bytes(QUESTION.format(delimiter).encode(encoding))
    (example,) = load_examples(path)
    assert example.answers[0].text == "Zoë Keating"
    assert (example.answers[0].start, example.context) == (0, "Zoë Keating keeps the light.")


def test_json_in_a_guessed_encoding_is_still_refused(tmp_path):
    path = tmp_path / "q.json"
    path.write_bytes('[{"question": "Zoë"}]'.encode("cp1252"))
    with pytest.raises(DataError, match="not UTF-8"):
        load_examples(path)


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ('"name, full";mail\n"Keating, Bram";b@uni.example\n', ";"),
        ('"a, b, c, d";x\n1;2\n', ";"),
        ('"name; first, last";id;"e,mail"\n"Bram";1;"b,c"\n', ";"),
        ('"one;two;three",four\n"1;2;3",4\n', ","),
        ("id;points\na;1,5\nb;2,5\nc;3,5\n", ";"),
        ('id\tnote, long\n1\t"a, b"\n', "\t"),
        ('text;n\n"two\nlines, and; more";1\n', ";"),
        ("only\none\ncolumn, here\n", ";"),
        ("", ","),
    ],
)
def test_the_delimiter_is_the_one_with_which_the_records_fit(text, delimiter):
    assert Delimited.of(text).delimiter == delimiter


def test_known_names_decide_where_both_fit():
    text = "id;mail, private\n1;a, b\n"
    assert Delimited.of(text, lambda names: sum(name in ("id", "mail, private") for name in names)).delimiter == ";"


def test_line_breaks_in_cells_and_lines_of_messages(tmp_path):
    path = tmp_path / "q.csv"
    path.write_bytes(
        b'sep=;\r\nquestion;context;answer\r\n"Who\r\nkeeps it?";"Bram,\r\nthe keeper.";Bram\r\nWho?;too short\r\n'
    )
    report = read_examples(path)
    assert report.examples[0].context == "Bram,\r\nthe keeper."
    assert [problem.where for problem in report.problems] == ["row 2 (line 6)"]


def test_empty_cells_behind_the_last_column_are_no_cells(tmp_path):
    path = tmp_path / "r.csv"
    path.write_text("id;name\n7;Ada;;\n8;Bo\n")
    assert [learner.id for learner in read_roster(path).learners] == ["7", "8"]
    path.write_text("question,context,answer\nWho?,Bram is.,Bram,,\n")
    assert len(load_examples(path)) == 1


@pytest.mark.parametrize("cell", ["1.2E+10", "1,2E+10", "1E+15", "1.23457e+15"])
def test_a_rounded_number_is_found(cell):
    assert changed_by_spreadsheet(cell) == "a rounded number"


@pytest.mark.parametrize(
    "cell",
    ["3-Jan", "03. Jan", "1. Mrz", "Jan 26", "Mrz 26", "Mar-01", "01.03.2026", "3/1/2026", "2026-03-01", "3-Jan-26"],
)
def test_a_date_is_found(cell):
    assert changed_by_spreadsheet(cell) == "a date"


@pytest.mark.parametrize(
    "cell", ["", "0101", "s101", "12e5", "test-01", "1.2.10", "1-2-10", "q3-jan", "7e+x", "20260301", "may", "2026-1"]
)
def test_other_ids_are_as_they_were(cell):
    assert changed_by_spreadsheet(cell) is None


def test_ids_that_a_spreadsheet_changed_are_refused_with_their_column(tmp_path):
    path = tmp_path / "r.csv"
    path.write_text("Matrikelnummer;Name\n1,2E+10;Ada\n")
    with pytest.raises(DataError, match="rounded number") as caught:
        read_roster(path)
    assert "row 1, column 'Matrikelnummer'" in caught.value.where
    assert "Text" in caught.value.fix
    path.write_text("review;credit;comment\n1,23E+15;1;\n")
    with pytest.raises(DataError, match="rounded number"):
        read_reviews(path)
    path.write_text("Question ID,question,context,answer\n3-Jan,Who?,Bram is.,Bram\n3-2,Who?,Bram is.,Bram\n")
    report = read_examples(path)
    assert [example.id for example in report.examples] == ["3-2"]
    assert "column 'Question ID' into a date" in report.problems[0].what


def test_reviews_with_semicolons_and_decimal_commas(tmp_path):
    path = tmp_path / "r.csv"
    path.write_bytes('sep=;\r\nreview;credit;comment\r\naa;0,5;"Half, at least"\r\n'.encode("utf-16"))
    assert read_reviews(path)["aa"].credit == 0.5


@pytest.mark.parametrize(
    ("names", "encoding"),
    [
        ("Hélène;Lefèvre", "cp1252"),
        ("Begoña;Núñez", "cp1252"),
        ("João;Conceição", "cp1252"),
        ("Łukasz;Wójcik", "cp1250"),
        ("Jiří;Černý", "cp1250"),
        ("Žiga;Kovač", "cp1250"),
    ],
)
def test_a_short_list_of_names_in_an_older_encoding(tmp_path, names, encoding):
    path = tmp_path / "r.csv"
    path.write_bytes(f"Vorname;Name;Matrikelnummer\r\n{names};7\r\n".encode(encoding))
    assert read_roster(path).learners[0].name == names.replace(";", " ")
