"""The page: what it says, what it must not say, and that texts of strangers stay texts."""

import base64
import csv
import hashlib
import io
import re

import pytest
from class_files import TODAY, attempt, export, write_class

from qa_lesson.errors import ConfigError
from qa_lesson.grading.marking.roster import read_roster
from qa_lesson.grading.overview.class_page import class_page_html
from qa_lesson.grading.overview.class_progress import collect_progress, lesson_quizzes
from qa_lesson.grading.overview.participation import COLUMNS, participation_csv

QUIZZES = lesson_quizzes()
METRICS = next(quiz for quiz in QUIZZES if quiz.name == "metrics")


@pytest.fixture(scope="module")
def of_ninety(tmp_path_factory):
    folder = write_class(tmp_path_factory.mktemp("class"), 90)
    return collect_progress([folder / "progress"], read_roster(folder / "roster.csv"), QUIZZES, today=TODAY)


@pytest.fixture
def of(tmp_path):
    def run(rows: list[str], **files: str):
        (tmp_path / "roster.csv").write_text("\n".join(["id,name,email", *rows]) + "\n")
        (tmp_path / "in").mkdir(exist_ok=True)
        for name, text in files.items():
            (tmp_path / "in" / f"{name}.json").write_text(text)
        return collect_progress([tmp_path / "in"], read_roster(tmp_path / "roster.csv"), QUIZZES, today=TODAY)

    return run


def full(n: int = 10, correct: bool = True) -> list[dict]:
    return [attempt("metrics", one.id, correct) for one in METRICS.questions[:n]]


def test_a_class_of_ninety(of_ninety):
    html = class_page_html(of_ninety)
    assert "82 learners of 90 sent a file" in html
    assert len(re.findall(r'<tr><th scope="row">[^<]+</th><td (?:class="h\d" )?data-sort', html)) == 82
    for heading in (
        "Who may need help",
        "Questions that mislead most",
        "Who sent no file",
        "What these files can&#39;t show",
    ):
        assert f">{heading}</h2>" in html
    for silent in of_ninety.missing:
        assert html.count(f"({silent.id})") == 1
    assert html.count("<svg") > 14
    assert "src=" not in html
    assert "http" not in html.replace("http-equiv", "").replace("http://www.w3.org/2000/svg", "")
    assert "practice, not an exam" in html


def test_only_the_script_of_the_page_may_run(of_ninety):
    html = class_page_html(of_ninety)
    (script,) = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = re.search(r'content="(default-src [^"]*)"', html)[1]
    assert "default-src 'none'" in policy
    assert f"script-src 'sha256-{digest}'" in policy
    assert html == class_page_html(of_ninety)  # the same input, the same bytes


def test_texts_of_strangers_stay_texts(of):
    evil = "<script>alert(1)</script>"
    rows = [f'l{n},"{evil}",l{n}@x.org' for n in range(12)]
    files = {
        f"f{n}": export(f"l{n}", [attempt("metrics", one.id, False, response=evil) for one in METRICS.questions])
        for n in range(12)
    }
    progress = of(rows, **files, foreign=evil, other=export(evil, full()))
    html = class_page_html(progress)
    assert html.count("<script>") == 1
    assert evil.replace("<", "&lt;").replace(">", "&gt;") in html


@pytest.mark.parametrize("n", [0, 1, 4])
def test_a_small_class_gets_no_share_and_no_tempting_answer(of, n):
    rows = [f"l{one},Name,l{one}@x.org" for one in range(6)]
    files = {f"f{one}": export(f"l{one}", full(correct=False)) for one in range(n)} or {"x": "damaged"}
    html = class_page_html(of(rows, **files))
    assert "not mastered</span>" not in html
    assert "gave it" not in html
    assert html.count("too few learners") == (len({one.objective for one in METRICS.questions}) if n else 0)


def test_five_learners_are_enough_for_a_share(of):
    rows = [f"l{one},Name,l{one}@x.org" for one in range(6)]
    html = class_page_html(of(rows, **{f"f{one}": export(f"l{one}", full(correct=False)) for one in range(5)}))
    assert "not mastered</span>" in html
    assert "too few learners" not in html


def test_participation(of):
    rows = ["=1+1,@name,ann@x.org", "bob,Bob,bob@x.org", "cem,Cem,cem@x.org"]
    progress = of(rows, a=export("ann@x.org", full(8)), b=export("bob", full(7)))
    table = list(csv.DictReader(io.StringIO(participation_csv(progress), newline="")))
    assert tuple(table[0]) == COLUMNS
    assert [row["learner"] for row in table] == ["'=1+1", "bob", "cem"]
    assert table[0]["name"] == "'@name"
    assert [row["lessons_worked_through"] for row in table] == ["1", "0", ""]
    assert [row["lessons_percent"] for row in table] == ["7.14", "0", ""]
    assert [row["questions_answered"] for row in table] == ["8", "7", ""]
    assert {row["lessons"] for row in table} == {"14"}
    assert all("80%" in row["rule"] and "empty: no file" in row["rule"] for row in table)


def test_participation_for_the_gradebooks(of):
    rows = ["ann,=Ann,ann@x.org", "bob,Bob,bob@x.org"]
    progress = of(rows, a=export("ann", full(8)))
    canvas = list(csv.reader(io.StringIO(participation_csv(progress, "canvas"), newline="")))
    assert canvas[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Lessons worked through"]
    assert canvas[1] == ["    Points Possible", "", "", "", "", "100"]
    assert canvas[2:] == [["'=Ann", "", "ann", "ann@x.org", "", "7.14"], ["Bob", "", "bob", "bob@x.org", "", ""]]
    moodle = list(csv.reader(io.StringIO(participation_csv(progress, "moodle"), newline="")))
    assert moodle[0] == ["Email address", "Lessons worked through (Real)", "Lessons worked through (Feedback)"]
    assert [row[:2] for row in moodle[1:]] == [["ann@x.org", "7.14"]]
    assert "1 of 14 lessons" in moodle[1][2]
    with pytest.raises(ConfigError, match="no such layout"):
        participation_csv(progress, "excel")


def test_moodle_takes_id_numbers_where_an_address_is_missing(of):
    progress = of(["ann,Ann,", "bob,Bob,bob@x.org"], a=export("ann", full(8)), b=export("bob", full(2)))
    moodle = list(csv.reader(io.StringIO(participation_csv(progress, "moodle"), newline="")))
    assert [row[0] for row in moodle] == ["ID number", "ann", "bob"]
