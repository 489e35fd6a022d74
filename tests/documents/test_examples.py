"""The example documents of a lesson: what each of the six files gives, and that the questions about them fit."""

import sys
from collections import Counter
from pathlib import Path

import pytest

from qa_lesson.documents import Passage, divide_by_heading, examples_dir, read_folder
from qa_lesson.loading import validate

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def report():
    return read_folder(examples_dir() / "documents")


def test_every_file_gives_what_it_should_or_its_reason(report):
    found = {file.document: file for file in report.files}
    n_passages = {name: file.n_passages for name, file in found.items()}
    assert n_passages == {
        "hire.html": 5, "license_2019.pdf": 0, "newsletters.txt": 8, "opening_hours.xlsx": 0,
        "projection_sheets.pdf": 7, "volunteer_handbook.docx": 8,
    }  # fmt: skip
    assert {file.document: file.problem.split(";")[0] for file in report.unreadable if file.problem} == {
        "license_2019.pdf": "it is scanned: its pages are pictures without text",
        "opening_hours.xlsx": "it is not an Excel file, or a damaged one",
    }
    assert found["newsletters.txt"].encoding == "cp1252"
    assert found["projection_sheets.pdf"].removed == {"headers and footers": 275}
    assert set(found["hire.html"].removed) == {"page title", "navigation", "scripts and styles", "forms", "hidden text"}


def test_the_faults_of_the_files_are_not_in_the_text(report):
    text = "\n".join(passage.text for passage in report.passages)
    for gone in ("Projection sheets", "Page 2", "What's on", "cookies", "visits", "7th edition", "\ufffd", "\x94"):
        assert gone not in text, gone
    assert "put off until next summer." in text  # divided at the end of a line
    assert "“Salt Road”" in text  # quotation marks of cp1252
    assert "Performance: Matinee; Full price: 5 euros; Reduced: 5 euros" in text  # a table of Word
    assert "Room: Balcony room; Seats: 24; Half a day: 70 euros; Whole day: 120 euros" in text  # a table of HTML


def test_the_made_files_are_those_that_are_committed(report, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path, str(ROOT / "tools")])
    from make_examples import made_files

    for name, content in made_files().items():
        (tmp_path / name).write_bytes(content)  # other versions of the libraries may give other bytes
    assert read_folder(tmp_path) == report
    assert sum(path.stat().st_size for path in (examples_dir() / "documents").iterdir()) < 300_000


def test_the_questions_are_about_these_passages(report):
    parts = divide_by_heading(report.passages)
    owners = {passage.text: passage.document for passage in parts}
    read = validate(examples_dir() / "questions.jsonl")
    assert (read.problems, read.warnings) == ((), ())
    assert {example.context: example.document for example in read.examples} == owners
    assert (len(read.examples), len(set(owners.values()))) == (92, 18)
    counts = Counter(example.is_answerable for example in read.examples)
    assert counts == {True: 84, False: 8}
    assert all(example.kind for example in read.examples)


def test_a_passage_without_headings_keeps_its_document():
    passage = Passage("a.txt#1", "a.txt", "One.", 0, 4, 2)
    assert divide_by_heading([passage]) == [passage]
