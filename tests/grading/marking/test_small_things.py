"""What instructors stumbled over: wrong files, archives in archives, clocks, spellings, units, formulas, next steps."""

import csv
import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from handed_in import (
    QUESTIONS,
    RIGHT,
    START,
    as_text,
    chained,
    hand_in,
    make_key,
    records,
    submission,
    write_key,
    write_roster,
)
from typer.testing import CliRunner

from qa_lesson.cli._app import app
from qa_lesson.grading.analysis.flags import class_flags
from qa_lesson.grading.formats.orders import seen_as
from qa_lesson.grading.formats.tables import cell_text, plain_cell, read_table, table_text
from qa_lesson.grading.handing_out.bundle import build_bundle
from qa_lesson.grading.handing_out.handout import TEMPLATE, readme
from qa_lesson.grading.lms.gradebooks import feedback_text
from qa_lesson.grading.marking import find_files
from qa_lesson.grading.marking.grade import grade
from qa_lesson.grading.marking.roster import read_roster
from qa_lesson.grading.sitting.sitting import Sitting
from qa_lesson.quiz.bank.files import load_quiz
from qa_lesson.quiz.kinds.code import Code


def run(folder, *learners, key=None):
    roster = read_roster(write_roster(folder.parent / "roster.csv", *(learners or ("ann", "bob"))))
    return grade([folder], key or make_key(), roster).results


WRONG_FILES = {
    "quiz.ipynb": (b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', "the notebook"),
    "pretty.ipynb": (json.dumps({"cells": [{"source": "x"}], "nbformat": 4}, indent=1).encode(), "the notebook"),
    "bundle.json": (b'{\n "format": "qa-lesson bundle",\n "version": 1}', "the bundle"),
    "onlinetext.html": (b"<p>My answers: b, c</p>", "a web page"),
    "page.html": (b"\xef\xbb\xbf <!DOCTYPE html><html></html>", "a web page"),
    "quiz.pdf": (b"%PDF-1.7\n\x00\xff", "a PDF"),
    "answers.docx": (b"PK\x03\x04\x00\x00", "a zip archive or an Office document"),
    "photo.jpg": (b"\xff\xd8\xff\xe0", "a picture"),
    "progress.json": (b'{"format": "qa-lesson progress"}', "exported progress"),
}


@pytest.mark.parametrize("name", WRONG_FILES)
def test_a_file_handed_in_by_mistake_is_named(tmp_path, name):
    content, what = WRONG_FILES[name]
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / name).write_bytes(content)
    (one,) = run(tmp_path / "in").not_counted
    assert one.reason.startswith(f"it is {what}")
    assert "ask for the .jsonl file" in one.reason


def test_a_first_line_of_megabytes_is_not_parsed(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "x.jsonl").write_text("[" * 3_000_000, encoding="utf-8")
    assert run(tmp_path / "in").not_counted[0].reason == "it is no submission: line 1 is too long to open one"


def packed(*entries):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return buffer.getvalue()


def test_a_folder_that_a_learner_zipped_is_read_inside_the_archive(tmp_path):
    inner = packed(("quiz/ann.jsonl", submission("ann")), ("quiz/.ann.jsonl.lock", ""), ("quiz/README.txt", "read me"))
    deep = packed(("more.zip", inner))
    folder = "Name of ann_71_assignsubmission_file_"
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "all.zip").write_bytes(
        packed((f"{folder}/mine.zip", inner), ("x/deep.zip", deep), ("bad.zip", "?"))
    )
    results = run(tmp_path / "in")
    ann = results.learners[0]
    assert (ann.points, ann.file) == (11, f"in/all.zip/{folder}/mine.zip/quiz/ann.jsonl")
    assert results.bound == {"name": 1}
    reasons = {one.file: one.reason for one in results.not_counted}
    assert reasons["in/all.zip/x/deep.zip/more.zip"] == "it is an archive inside an archive inside an archive"
    assert "cannot be opened" in reasons["in/all.zip/bad.zip"]
    assert f"in/all.zip/{folder}/mine.zip/quiz/README.txt" in reasons


def test_inner_archives_have_limits(tmp_path, monkeypatch):
    monkeypatch.setattr(find_files, "MOST_INNER", 2)
    (tmp_path / "in").mkdir()
    inner = packed(*((f"{n}.jsonl", "x") for n in range(3)))
    (tmp_path / "in" / "all.zip").write_bytes(packed(("a.zip", inner)))
    assert "more than 2 files" in run(tmp_path / "in").not_counted[0].reason
    monkeypatch.setattr(find_files, "MOST_UNPACKED", 1_000)
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0.jsonl", "0" * 100_000)
    (tmp_path / "in" / "all.zip").write_bytes(packed(("a.zip", bomb.getvalue())))
    assert "unpacks to more than" in run(tmp_path / "in").not_counted[0].reason


def test_identical_clocks_and_bursts_are_evidence(tmp_path):
    for name in ("ann", "bob"):
        hand_in(tmp_path / "in", name)
    hand_in(tmp_path / "in", "cyd", start=START + timedelta(seconds=7))
    results = run(tmp_path / "in", "ann", "bob", "cyd")
    assert class_flags(results) == (
        "every answer has the same time in the files of Name of ann, Name of bob; ask who wrote them",
    )
    many = {f"q{n:02d}": f"w{n}" for n in range(12)}
    questions = [{**QUESTIONS[3], "id": name} for name in many]
    lines = records("ann", many)
    for line in lines[1:-1]:
        line["at"] = "2026-03-02T09:30:00Z"
    (tmp_path / "fast").mkdir()
    (tmp_path / "fast" / "x.jsonl").write_text(as_text(chained(lines)), encoding="utf-8")
    assert class_flags(run(tmp_path / "fast", key=make_key(questions))) == (
        "10 or more answers within one second, the way a program writes them: Name of ann",
    )
    for line in lines[1:-1]:
        line["at"] = lines[0]["at"]  # carried over from an earlier attempt
    (tmp_path / "fast" / "x.jsonl").write_text(as_text(chained(lines)), encoding="utf-8")
    assert class_flags(run(tmp_path / "fast", key=make_key(questions))) == ()


SPELLINGS = ["leakage", "leak\u200bage", "ｌｅａｋａｇｅ", "\ufeffLeakage\u00a0", "leak\u00adage"]


@pytest.mark.parametrize("text", SPELLINGS)
def test_what_looks_the_same_is_the_same(tmp_path, text):
    hand_in(tmp_path / "in", "ann", {"q-word": text, "q-span": "Bram Keating"})
    assert run(tmp_path / "in").learners[0].points == 4


def test_accents_may_be_decomposed(tmp_path):
    questions = [{**QUESTIONS[3], "accept": ["café"]}, {**QUESTIONS[4], "context": "Zoë keeps it.", "answers": ["Zoë"]}]
    hand_in(tmp_path / "in", "ann", {"q-word": "cafe\u0301", "q-span": "Zoe\u0308"})
    assert run(tmp_path / "in", key=make_key(questions)).learners[0].points == 4


UNITS = [
    ("minutes", "54 min"), ("minutes", "54 Minutes"), ("minute", "54mins."), ("hours", "54 h"),
    ("windows", "54 windows"), ("windows", "54 window"),
]  # fmt: skip


@pytest.mark.parametrize(("unit", "typed"), UNITS)
def test_a_number_may_have_its_unit(tmp_path, unit, typed):
    question = {**QUESTIONS[2], "answer": 54, "unit": unit}
    hand_in(tmp_path / "in", "ann", {"q-number": typed})
    (answer,) = run(tmp_path / "in", key=make_key([question])).learners[0].questions
    assert (answer.status, answer.points) == ("marked", 1)
    shown = make_key([question]).questions[0].response_html(typed)
    assert shown.striptags() == f"54 {unit}"


def test_another_unit_still_waits_for_a_person(tmp_path):
    hand_in(tmp_path / "in", "ann", {"q-number": "54 km"})
    key = make_key([{**QUESTIONS[2], "answer": 54, "unit": "minutes"}])
    assert run(tmp_path / "in", key=key).learners[0].status == "needs review"


def test_a_partial_order_is_wrong_and_needs_nobody(tmp_path):
    hand_in(tmp_path / "in", "ann", {"q-order": ["x", "y"]})
    ann = run(tmp_path / "in").learners[0]
    answer = next(one for one in ann.questions if one.question == "q-order")
    assert (ann.status, answer.points, answer.correct) == ("graded", 0, False)
    assert "2 of the 3 items were placed." in answer.feedback


def test_code_may_have_several_accepted_forms(tmp_path):
    question = {**QUESTIONS[6], "accept": ["0.5", "2 ** -1"]}
    for name, code in (("ann", "(0.5)"), ("bob", "2**-1")):
        hand_in(tmp_path / "in", name, {"q-code": code})
    assert [one.points for one in run(tmp_path / "in", key=make_key([question])).learners] == [2, 2]
    faults = Code.model_validate({**question, "accept": ["1 / 3"]}).key_faults()
    assert "accept 1 does not pass the check" in next(iter(faults))[0]


@pytest.mark.parametrize(
    "text", ["x;=cmd|' /C calc'!A0", "a\n=1+1", "a;  @sum", "a;'=1", "plain; text", "x\t-1", ";;=1"]
)
def test_formulas_behind_a_semicolon_are_text_and_read_back(tmp_path, text):
    cell = cell_text(text)
    for separator in ";\n\t":
        assert not any(part.strip(" ").startswith(("=", "+", "-", "@")) for part in cell.split(separator)[1:])
    assert plain_cell(cell) == text
    (tmp_path / "t.csv").write_text(table_text(["a", "b"], [["1", text]]), encoding="utf-8", newline="")
    assert read_table(tmp_path / "t.csv", "it")[1][0]["b"] == text


def test_comments_for_the_lms_have_the_learners_own_numbers(tmp_path):
    bundle, key = build_bundle([load_quiz(TEMPLATE)])
    sitting = Sitting(bundle, "ann@example.org", tmp_path / "sit")
    own = [question.id for question in sitting.questions]
    word = next(question for question in key.questions if question.kind == "text")
    sitting.answer(word.id, word.accept[0])
    sitting.submit()
    (tmp_path / "in").mkdir()
    sitting.path.rename(tmp_path / "in" / "ann.jsonl")
    results = run(tmp_path / "in", "ann", key=key)
    ann = results.learners[0]
    assert seen_as(results, ann) == {name: place for place, name in enumerate(own, start=1)}
    assert f"Right: Q{own.index(word.id) + 1}." in feedback_text(results, ann)


def test_the_readme_says_how_to_install_in_the_instructors_way():
    bundle, _ = build_bundle([load_quiz(TEMPLATE)])
    assert "pip install" not in readme(bundle)
    assert "Use the JupyterHub." in readme(bundle, "Use the JupyterHub.")


@pytest.fixture
def course(tmp_path, monkeypatch):
    import qa_lesson.cli  # noqa: F401  the commands

    monkeypatch.chdir(tmp_path)
    hand_in(tmp_path / "in", "ann", {**RIGHT, "q-code": "0.5"})
    (tmp_path / "in" / "bob.ipynb").write_text('{"cells": [], "nbformat": 4}', encoding="utf-8")
    write_key(tmp_path / "key.json")
    write_roster(tmp_path / "roster.csv", "ann", "bob")
    return tmp_path


def command(*arguments):
    return CliRunner().invoke(app, list(map(str, arguments)))


def test_a_review_can_be_judged_alone_and_the_command_says_what_comes_next(course):
    told = command("grade", "in", "--key", "key.json", "--roster", "roster.csv", "--out", "out")
    steps = [line for line in told.output.splitlines() if line[:2] in ("1.", "2.", "3.", "4.")]
    for step, text in zip(steps, ("rejected", "needs_review.csv", "To look at"), strict=True):
        assert text in step  # there is nothing to export while all grades wait
    with Path("out/needs_review.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["points"], row["response"]) == ("2", "0.5")
    assert row["prompt"] == "Fill in:\n\nhalf = ___"
    assert row["key"] == "half = 1 / 2"


def test_an_edited_gradebook_is_not_exported_without_a_word(course):
    command("grade", "in", "--key", "key.json", "--roster", "roster.csv", "--out", "out")
    clean = command("grades", "moodle", "out", "--out", "moodle.csv", "--json")
    assert json.loads(clean.stdout)["edited_and_ignored"] == []
    Path("out/gradebook.csv").write_text("id,points\nann,11\n", encoding="utf-8")
    told = command("grades", "moodle", "out", "--out", "moodle.csv")
    assert told.exit_code == 0
    assert "edited by hand and not exported: gradebook.csv" in told.output
