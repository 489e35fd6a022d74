"""``qa-lesson quiz import``: the quiz, the report, the exit code."""

import csv
import json
from pathlib import Path

import pytest
from lms_samples import every_kind
from typer.testing import CliRunner

import qa_lesson.cli  # noqa: F401  the commands
from qa_lesson.cli._app import app
from qa_lesson.errors import ConfigError, DataError
from qa_lesson.grading.lms.moodle_xml import export_moodle
from qa_lesson.quiz.bank.files import load_quiz

GIFT = "$CATEGORY: Week 1\n\nTwo?{=2 ~3 ~4}\n\n::half::Half?{=yes ~%50%perhaps ~no}\n\nWho?{=Ann#Yes, Ann. ~}"


def run(*arguments: object):
    return CliRunner().invoke(app, ["quiz", *map(str, arguments)])


@pytest.fixture
def gift(tmp_path) -> Path:
    path = tmp_path / "week1.txt"
    path.write_text(GIFT, encoding="utf-8")
    return path


def test_what_is_written_can_be_linted_and_bundled(tmp_path, gift):
    out = tmp_path / "week1.yaml"
    told = run("import", gift, "--out", out, "--title", "Week one")
    assert told.exit_code == 1  # one of the questions could not be converted
    assert "an option earns a part of the points (50%)" in " ".join(told.output.replace("│", " ").split())
    assert load_quiz(out).title == "Week one"
    assert run("lint", out).exit_code == 0
    assert run("bundle", out, "--out", tmp_path / "learners", "--key", tmp_path / "key.json").exit_code == 0


def test_the_report_names_every_question(tmp_path, gift):
    report = tmp_path / "report.csv"
    run("import", gift, "--out", tmp_path / "week1.yaml", "--report", report)
    with report.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["number"], row["result"]) for row in rows[1:]] == [
        ("1", "converted"),
        ("2", "not converted"),
        ("3", "not converted"),
    ]
    assert rows[0]["lost"] == "the category 'Week 1'"
    assert run("import", gift, "--out", tmp_path / "again.yaml", "--report", report).exit_code == 1  # its own report
    report.write_text("my,notes\n1,2\n", encoding="utf-8")
    assert isinstance(run("import", gift, "--out", tmp_path / "third.yaml", "--report", report).exception, ConfigError)


def test_json(tmp_path, gift):
    record = json.loads(run("import", gift, "--out", tmp_path / "week1.yaml", "--json").stdout)
    assert (record["format"], record["title"], len(record["questions"])) == ("GIFT", "Week 1", 3)
    assert record["questions"][0]["ids"] == ["two"]


def test_a_quiz_that_is_there_is_kept(tmp_path, gift):
    out = tmp_path / "week1.yaml"
    run("import", gift, "--out", out)
    edited = out.read_text(encoding="utf-8") + "# my own note\n"
    out.write_text(edited, encoding="utf-8")
    assert isinstance(run("import", gift, "--out", out).exception, ConfigError)
    assert out.read_text(encoding="utf-8") == edited
    assert run("import", gift, "--out", out, "--force").exit_code == 1
    assert out.read_text(encoding="utf-8") != edited


def test_nothing_is_written_if_nothing_could_be_converted(tmp_path):
    source = tmp_path / "half.txt"
    source.write_text("Half?{=yes ~%50%perhaps ~no}", encoding="utf-8")
    told = run("import", source, "--out", tmp_path / "half.yaml")
    assert isinstance(told.exception, DataError)
    assert not (tmp_path / "half.yaml").exists()


def test_all_converted_exits_with_0(tmp_path):
    export_moodle(tmp_path / "all.xml", [every_kind()])
    text = (tmp_path / "all.xml").read_text(encoding="utf-8")
    start = text.index("<question type=", text.index("<question type=") + 1)
    (tmp_path / "one.xml").write_text(text[: text.index("</question>", start)] + "</question></quiz>", encoding="utf-8")
    assert run("import", tmp_path / "one.xml", "--out", tmp_path / "one.yaml").exit_code == 0


def test_the_quiz_ends_in_yaml(tmp_path, gift):
    assert isinstance(run("import", gift, "--out", tmp_path / "week1.txt.out").exception, ConfigError)
