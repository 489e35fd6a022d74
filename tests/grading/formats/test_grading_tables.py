import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_lesson.errors import DataError
from qa_lesson.grading.formats.tables import cell_text, plain_cell, table_text
from qa_lesson.grading.marking.reviews import ManualReview, read_reviews, review_id
from qa_lesson.grading.marking.roster import read_roster


def write(path, content, encoding="utf-8"):
    path.write_text(content, encoding=encoding)
    return path


@pytest.mark.parametrize("start", list("=+-@\t\r\n＝＋－＠"))
def test_text_that_a_spreadsheet_would_run_is_neutralised(start):
    assert cell_text(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"


@pytest.mark.parametrize("text", ["-1", "-0.25", "-1.5e-3", "1", "a=b", "x", "", "'t Hooft", "O'Brien"])
def test_negative_numbers_and_plain_text_are_left_alone(text):
    assert cell_text(text) == text


@pytest.mark.parametrize("text", ["-1+1", "--1", "-", "-a", "-1)", "+1", "-1\n", "-١"])
def test_what_only_starts_like_a_number_is_neutralised(text):
    assert cell_text(text) == f"'{text}"


@given(st.text(max_size=12) | st.sampled_from(["'=1", "''=1", "'", "''", "'x", "=1"]))
def test_neutralised_text_can_be_read_again(text):
    assert plain_cell(cell_text(text)) == text
    assert not cell_text(text).startswith(("=", "+", "@", "\t", "\r"))


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=2), max_size=4))
def test_a_table_is_what_csv_reads(rows):
    found = list(csv.reader(io.StringIO(table_text(["a", "b"], rows), newline="")))
    assert [[plain_cell(cell) for cell in row] for row in found] == [["a", "b"], *rows]


def test_no_cell_starts_a_row_of_its_own():
    text = table_text(["a"], [["x\r=1+1"], ["x\n=1+1"], ["x\r\n=1+1"]])
    assert len(list(csv.reader(io.StringIO(text, newline="")))) == 4
    assert text.count('"') == 6


def test_missing_is_empty_and_zero_is_zero():
    assert table_text(["a", "b", "c"], [[None, 0, 0.1 + 0.2]]) == "a,b,c\r\n,0,0.3\r\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_rosters_of_any_delimiter_are_read(tmp_path, delimiter, encoding):
    rows = ["id{0}Name{0}E-Mail", "7{0}Zoë{0}zoe@example.org", "{0}{0}", "8{0}Bo{0}"]
    path = write(tmp_path / "r.csv", "\r\n".join(rows).format(delimiter), encoding)
    zoe, bo = read_roster(path).learners
    assert (zoe.id, zoe.name, zoe.email) == ("7", "Zoë", "zoe@example.org")
    assert zoe.columns == {"id": "7", "Name": "Zoë", "E-Mail": "zoe@example.org"}
    assert (bo.id, bo.email) == ("8", "")


def test_canvas_and_moodle_exports_are_rosters(tmp_path):
    canvas = write(
        tmp_path / "canvas.csv",
        "Student,ID,SIS User ID,SIS Login ID,Section,Quiz (77)\n    Points Possible,,,,,10\n"
        '"Lovelace, Ada",3,s-3,ada,A,\n',
    )
    roster = read_roster(canvas)
    (ada,) = roster.learners
    assert (ada.id, ada.name, ada.section) == ("3", "Lovelace, Ada", "A")
    for name in ("3", "S-3", "ada"):
        assert roster.find(name) is ada
    moodle = write(
        tmp_path / "moodle.csv",
        '"First name","Last name","ID number","Email address"\nAda,Lovelace,,ada@example.org\n',
    )
    roster = read_roster(moodle)
    (ada,) = roster.learners
    assert (ada.id, ada.name) == ("ada@example.org", "Ada Lovelace")
    assert roster.find("ADA@example.org ") is ada
    assert roster.find("bob") is None


BAD_ROSTERS = {
    "no id column": ("name,section\nAda,A\n", "no column with ids"),
    "no rows": ("id,name\n", "no learners"),
    "empty": ("", "is empty"),
    "a row without an id": ("id,email,name\n,,Ada\n", "a row of the roster has no id"),
    "the same id": ("id\n7\n7\n", "two rows of the roster have the same id"),
    "the same id in another column": ("id,email\na@b.c,\n8,A@b.c\n", "two rows of the roster have the same id"),
    "a column twice": ("id,id\n7,8\n", "a column twice"),
    "a long row": ("id,name\n7,Ada,x\n", "has 3 cells, the header 2"),
    "an open quote": ('id,name\n7,"Ada\n', "not a CSV table"),
}


@pytest.mark.parametrize("name", BAD_ROSTERS)
def test_a_roster_that_cannot_be_used_is_told(tmp_path, name):
    content, what = BAD_ROSTERS[name]
    with pytest.raises(DataError, match=what) as caught:
        read_roster(write(tmp_path / "r.csv", content))
    assert caught.value.fix


def test_a_roster_that_cannot_be_read_is_told(tmp_path):
    with pytest.raises(DataError, match="cannot be read"):
        read_roster(tmp_path / "none.csv")
    (tmp_path / "r.csv").write_bytes(b"id,name\n7,\0Zo\n")
    with pytest.raises(DataError, match="not text in a known encoding"):
        read_roster(tmp_path / "r.csv")


def test_reviews_are_read_and_empty_credits_are_still_open(tmp_path):
    path = write(tmp_path / "r.csv", 'review,credit,comment\naa,0.5,"Half, at least"\nbb,,\ncc,"1,0",\ncc,1,\n')
    assert read_reviews(path) == {"aa": ManualReview(0.5, "Half, at least"), "cc": ManualReview(1.0, "")}


@pytest.mark.parametrize("credit", ["nan", "inf", "-0.1", "1.1", "half", "0x1"])
def test_a_credit_that_is_no_fraction_is_told(tmp_path, credit):
    with pytest.raises(DataError, match="no share of the points"):
        read_reviews(write(tmp_path / "r.csv", f"review,credit\naa,{credit}\n"))


def test_reviews_that_contradict_or_lack_a_column_are_told(tmp_path):
    with pytest.raises(DataError, match="reviewed twice"):
        read_reviews(write(tmp_path / "r.csv", "review,credit\naa,1\naa,0\n"))
    with pytest.raises(DataError, match="no column 'credit'"):
        read_reviews(write(tmp_path / "r.csv", "review,points\naa,1\n"))


def test_reviews_have_ids_by_question_and_answer():
    ids = {review_id("q", "x"), review_id("q", "y"), review_id("r", "x"), review_id("q", ["x"]), review_id("q", 1.0)}
    assert len(ids) == 5
