"""A graded quiz needs questions, keys and points; what else is poor about it warns and blocks nothing."""

import json

import pytest
from typer.testing import CliRunner

import qa_lesson.cli  # noqa: F401  the commands
from qa_lesson.cli._app import app
from qa_lesson.errors import BankError
from qa_lesson.grading.formats.records import load_key
from qa_lesson.grading.lms.canvas_qti import export_canvas
from qa_lesson.grading.lms.moodle_xml import export_moodle
from qa_lesson.quiz.bank.files import json_schema, load_quiz, parse_quiz
from qa_lesson.quiz.lint.bank_lints import lint_bank

SHORT = """
title: Midterm
graded: true
questions:
  - id: capital
    kind: single
    prompt: What is the capital of France?
    points: 2
    options:
      - {id: lyon, text: Lyon}
      - {id: paris, text: Paris, correct: true}
      - {id: nice, text: Nice}
  - id: sum
    kind: numeric
    prompt: What is 2 + 2?
    answer: 4
  - {id: word, kind: text, prompt: What is it called?, accept: [leakage]}
  - {id: span, kind: span, prompt: Who?, context: Bram keeps it., answers: [Bram]}
  - id: order
    kind: ordering
    prompt: Sort them.
    items: [{id: red, text: Red}, {id: green, text: Green}, {id: blue, text: Blue}]
  - {id: code, kind: code, prompt: Half?, template: "half = ___", answer: "1 / 2", check: "assert half == 0.5"}
  - id: several
    kind: multi
    prompt: Which are even?
    options:
      - {id: two, text: "2", correct: true}
      - {id: three, text: "3"}
      - {id: four, text: "4", correct: true}
"""


def write(folder, text, name="midterm.yaml"):
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def run(*arguments):
    return CliRunner().invoke(app, list(map(str, arguments)))


def test_a_question_a_key_and_points_are_enough(tmp_path):
    path = write(tmp_path, SHORT)
    assert all(finding.warning for finding in lint_bank(files=[path]))
    told = run("quiz", "bundle", path, "--out", tmp_path / "out", "--key", tmp_path / "key.json", "--json")
    assert told.exit_code == 0, told.output
    key = load_key(tmp_path / "key.json")
    assert [question.points for question in key.questions] == [2, 1, 1, 1, 1, 1, 1]
    assert (key.questions[0].hints, key.questions[0].objective, key.questions[1].unit) == ((), "", "number")
    assert key.questions[1].mark("4 numbers").correct
    assert not key.questions[1].mark("4.001").correct


def test_it_can_be_exported(tmp_path):
    quiz = load_quiz(write(tmp_path, SHORT))
    export_moodle(tmp_path / "m.xml", [quiz])
    export_canvas(tmp_path / "c.zip", [quiz])
    text = (tmp_path / "m.xml").read_text(encoding="utf-8")
    for empty in ("Step by step", "In short", "Common mistakes", "Told in"):
        assert empty not in text


def test_style_warns_and_never_blocks_a_bundle(tmp_path):
    path = write(tmp_path, SHORT.replace("id: paris", "id: correct-one").replace("Lyon}", "Lyon, feedback: No.}"))
    findings = lint_bank(files=[path])
    assert {"the option id correct-one tells about being right", "the feedback of option lyon says little: 'No.'"} <= {
        finding.what for finding in findings
    }
    lint = run("quiz", "lint", path)
    assert (lint.exit_code, "(warning)" in lint.output) == (0, True)
    assert all(one["warning"] for one in json.loads(run("quiz", "lint", path, "--json").stdout)["findings"])
    bundle = run("quiz", "bundle", path, "--out", tmp_path / "out", "--key", tmp_path / "key.json", "--json")
    assert bundle.exit_code == 0
    assert any("tells about being right" in text for text in json.loads(bundle.stdout)["warnings"])


WRONG = {
    "an answer that recompute denies": ("answer: 4", "answer: 4\n    recompute: 2 + 3", "recompute gives 5"),
    "options that read the same": ("text: Lyon", "text: paris", "two options read the same"),
    "code that fails its check": ('answer: "1 / 2"', 'answer: "1 / 3"', "does not pass its own check"),
    "a text that is right and wrong": ("accept: [leakage]", "accept: [leakage], wrong: [{text: Leakage}]", "both"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_key_blocks(tmp_path, name):
    before, after, what = WRONG[name]
    path = write(tmp_path, SHORT.replace(before, after))
    (fault,) = [finding for finding in lint_bank(files=[path]) if not finding.warning]
    assert what in fault.what
    told = run("quiz", "bundle", path, "--out", tmp_path / "out", "--key", tmp_path / "key.json")
    assert isinstance(told.exception, BankError)
    assert not (tmp_path / "out").exists()


def test_options_with_a_fault_are_counted_rightly(tmp_path):
    text = SHORT.replace("text: Lyon}", "txt: Lyon}").replace("text: Nice}", "txt: Nice}")
    with pytest.raises(BankError) as caught:
        load_quiz(write(tmp_path, text))
    assert "entries" not in str(caught.value)
    assert "did you mean text?" in str(caught.value)
    too_few = SHORT.replace("      - {id: lyon, text: Lyon}\n", "").replace("      - {id: nice, text: Nice}\n", "")
    with pytest.raises(BankError, match="options has 1 entries; give at least 2"):
        load_quiz(write(tmp_path, too_few))


@pytest.mark.parametrize("place", ["week3.pdf#page=7", "https://uni.example/slides?week=3", "Slide 12", "my.ipynb#Top"])
def test_a_section_is_any_slide_or_address(tmp_path, place):
    path = write(tmp_path, SHORT.replace("    points: 2\n", f"    points: 2\n    section: '{place}'\n"))
    assert load_quiz(path).questions[0].section == place
    assert not [finding for finding in lint_bank(files=[path]) if "section" in finding.what]


def test_a_practice_quiz_still_needs_everything(tmp_path):
    text = SHORT.replace("graded: true", "lesson: 05_metrics")
    with pytest.raises(BankError) as caught:
        parse_quiz(text, tmp_path / "05_metrics.yaml")
    told = [finding.what for finding in caught.value.findings if finding.question == "capital"]
    for name in ("hints", "steps", "quick_check", "mistakes", "section", "objective", "difficulty"):
        assert f"{name} is missing" in told
    assert "option 1: feedback is missing" in told
    numeric = [finding.what for finding in caught.value.findings if finding.question == "sum"]
    assert {"tolerance is missing", "unit is missing", "the answer needs either recompute or no_recompute"} <= {
        *numeric
    }
    assert "objectives is missing" in [finding.what for finding in caught.value.findings]


def test_an_objective_that_is_named_must_be_listed(tmp_path):
    text = SHORT.replace("    points: 2\n", "    objective: geography\n")
    with pytest.raises(BankError, match="'geography' of capital is not in the list"):
        load_quiz(write(tmp_path, text))


CODE = """
title: Fares
graded: true
questions:
  - id: fare
    kind: code
    prompt: Half of 8 under 16.
    template: "fare = ___"
    answer: 4 if age < 16 else 8
    accept: [8 if age >= 16 else 4]
    wrong: [{code: 4 if age <= 16 else 8}]
"""


def test_a_graded_code_question_needs_no_check(tmp_path):
    path = write(tmp_path, CODE)
    assert lint_bank(files=[path]) == []
    assert load_quiz(path).questions[0].mark_unrun("8 if age>=16 else 4").correct
    practice = CODE.replace("graded: true", "lesson: 05_metrics")
    with pytest.raises(BankError) as caught:
        parse_quiz(practice, tmp_path / "05_metrics.yaml")
    assert "check is missing" in [finding.what for finding in caught.value.findings]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("answer: 4 if age < 16 else 8", "answer: 4 if age <", "Python cannot read the template with 4 if age < in it"),
        ("[8 if age >= 16 else 4]", "['8 if']", "Python cannot read the template with 8 if in it"),
        ("age <= 16", "age <16", "wrong 1 is accepted as well"),
    ],
)
def test_the_key_of_a_code_question_without_check_is_read(tmp_path, old, new, told):
    assert old in CODE
    assert told in [finding.what for finding in lint_bank(files=[write(tmp_path, CODE.replace(old, new))])]


def test_one_file_that_cannot_be_read_does_not_stop_the_others(tmp_path):
    write(tmp_path, SHORT.replace("answer: 4", "answer: 4\n    recompute: 5"))
    (tmp_path / "broken.yaml").write_bytes(b"title: \xff\xfe\n")
    (tmp_path / "folder.yaml").mkdir()
    found = {finding.file: finding.what for finding in lint_bank(tmp_path) if not finding.warning}
    assert found.keys() == {"broken.yaml", "folder.yaml", "midterm.yaml"}
    assert "not UTF-8" in found["broken.yaml"]


def test_a_folder_is_all_its_files(tmp_path):
    write(tmp_path, SHORT.replace("answer: 4", "answer: 4\n    recompute: 5"))
    (tmp_path / "broken.yaml").write_text("a: [", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("not a quiz", encoding="utf-8")
    told = run("quiz", "lint", tmp_path)
    assert told.exit_code == 1
    assert {finding.file for finding in lint_bank(files=[tmp_path])} == {"broken.yaml", "midterm.yaml"}
    (tmp_path / "empty").mkdir()
    with pytest.raises(BankError, match="no quiz to check"):
        lint_bank(files=[tmp_path / "empty"])


def test_the_schema_is_written_beside_a_new_quiz(tmp_path):
    assert run("quiz", "new", tmp_path / "midterm.yaml").exit_code == 0
    first = (tmp_path / "midterm.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=quiz.schema.json"
    assert json.loads((tmp_path / "quiz.schema.json").read_text(encoding="utf-8")) == json_schema()
    assert load_quiz(tmp_path / "midterm.yaml").graded
    (tmp_path / "quiz.schema.json").write_text("mine", encoding="utf-8")
    assert run("quiz", "new", tmp_path / "other.yaml").exit_code == 0
    assert (tmp_path / "quiz.schema.json").read_text(encoding="utf-8") == "mine"


def test_a_folder_that_is_not_there_is_told(tmp_path):
    told = run("quiz", "new", tmp_path / "missing" / "x.yml")
    assert "there is no such folder" in str(told.exception)


def test_the_schema_asks_less_of_graded_quizzes():
    schema = json_schema()
    assert {"hints", "steps", "section"} <= {*schema["else"]["properties"]["questions"]["items"]["required"]}
    assert "hints" not in schema["$defs"]["Single"]["required"]
    assert schema["if"]["properties"] == {"graded": {"const": True}}


def test_graded_questions_have_two_options_and_practice_questions_three(tmp_path):
    two = SHORT.replace("      - {id: nice, text: Nice}\n", "")
    path = tmp_path / "midterm.yaml"
    path.write_text(two, encoding="utf-8")
    assert [finding for finding in lint_bank(files=[path]) if finding.question == "capital"] == []
    path.write_text(two.replace("graded: true", "lesson: 05_metrics"), encoding="utf-8")
    told = [finding.what for finding in lint_bank(files=[path])]
    assert "options has 2 entries" in told
