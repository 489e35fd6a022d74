# ruff: noqa: E501  a table reads best with one case a line
import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

from qa_lesson.errors import BankError
from qa_lesson.quiz.bank import files
from qa_lesson.quiz.bank.files import json_schema, load_quiz, parse_quiz, quiz_names, quizzes_dir

GOOD = Path(__file__).parent / "05_metrics.yaml"
TEXT = GOOD.read_text(encoding="utf-8")


def refused(old: str, new: str) -> BankError:
    assert old in TEXT
    with pytest.raises(BankError) as raised:
        parse_quiz(TEXT.replace(old, new, 1), GOOD)
    return raised.value


def test_a_file_becomes_a_frozen_quiz():
    quiz = load_quiz(GOOD)
    assert (quiz.name, quiz.lesson, quiz.draw) == ("metrics", "05_metrics", None)
    assert {question.kind for question in quiz.questions} == {
        "single", "multi", "numeric", "text", "span", "ordering", "code"
    }  # fmt: skip
    assert quiz.question("04-word-order").key == "zero-one"
    assert quiz.question("04-equal-strings").key == {"us", "nineties"}
    assert quiz.question("04-equal-strings").points == 2
    assert quiz.question("04-word-order").points == 1
    assert quiz.question("04-order-of-steps").key == ("case", "marks", "articles", "spaces")
    with pytest.raises(ValueError, match="frozen"):
        quiz.title = "another"
    with pytest.raises(BankError, match="no such question"):
        quiz.question("04-nothing")


def test_code_keeps_its_lines_and_indents():
    assert load_quiz(GOOD).question("04-recall-code").template == "def recall(common, n_reference):\n    return ___"


def test_names_of_the_bank_lead_to_its_files(tmp_path, monkeypatch):
    for name in ("placement", "06_trust", "05_metrics", "mastery"):
        (tmp_path / f"{name}.yaml").write_text(TEXT, encoding="utf-8")
    (tmp_path / "schema.json").write_text("{}", encoding="utf-8")
    monkeypatch.setattr(files, "quizzes_dir", lambda: tmp_path)
    assert quiz_names() == ["metrics", "trust", "mastery", "placement"]
    assert load_quiz("metrics").name == "metrics"
    assert load_quiz("04_metrics") == load_quiz("metrics")  # as it was called once
    with pytest.raises(BankError, match="metrics, trust, mastery, placement"):
        load_quiz("metric")


def test_a_missing_or_unreadable_file_is_told(tmp_path):
    with pytest.raises(BankError, match="No such file"):
        load_quiz(tmp_path / "none.yaml")
    (tmp_path / "latin.yaml").write_bytes("title: naïve".encode("latin-1"))
    with pytest.raises(BankError, match="not UTF-8"):
        load_quiz(tmp_path / "latin.yaml")


def test_an_error_names_file_line_question_and_remedy():
    error = refused("    hints:\n      - Which words are left", "    hnts:\n      - Which words are left")
    missing, unknown = sorted(error.findings, key=lambda finding: finding.line)
    assert (missing.file, missing.question, missing.what) == ("05_metrics.yaml", "04-word-order", "hints is missing")
    assert missing.line == TEXT[: TEXT.index("- id: 04-word-order")].count("\n") + 1
    assert "did you mean hints?" in unknown.fix
    assert unknown.line == TEXT[: TEXT.index("hints:")].count("\n") + 2  # the value of the key
    assert "05_metrics.yaml:9: 04-word-order: hints is missing" in str(error)


@pytest.mark.parametrize(
    ("old", "new", "what", "fix"),
    [
        ("title: How right", "title: How: right", "mapping values are not allowed", "quote texts that hold ': '"),
        ("    hints:", "\thints:", "cannot be read", "spaces"),
        ("lesson: 05_metrics", "lesson: [", "cannot be read", "quote"),
        ("lesson: 05_metrics", "lesson: 06_how_sure_is_a_score", "the lesson is 06", "name the file 06_how_sure_is_a_score.yaml"),
        ("lesson: 05_metrics", "lesson: 05_metrics\ndraw: {easy: 3, medium: 4, hard: 3}", "either lesson or draw", "pool"),
        ("lesson: 05_metrics", "name: 05_metrics\nlesson: 05_metrics", "name is not a key", "remove it"),
        ("    difficulty: easy", "    difficulty: easy\n    difficulty: hard", "difficulty occurs twice", "remove one"),
        ("text: Exact match 1 and F1 1", "text: yes", "option 1: text is the truth value true", "in quotes"),
        ("text: Exact match 1 and F1 1", "text: 1990", "read as a number: 1990", "in quotes"),
        ("text: Exact match 1 and F1 1", "text: 1990-04-02", "read as a date", "in quotes"),
        ("text: Exact match 1 and F1 1", "text: {F1: 1}", "read as a mapping", "in quotes"),
        ("text: Exact match 1 and F1 1", "text:", "option 1: text is empty", "write its text"),
        ("text: Exact match 1 and F1 1", "text: ' '", "option 1: text is empty", "write its text"),
        ("text: Exact match 1 and F1 1", "text: [a]", "is a list", "one text"),
        ("correct: true", "correct: 1", "neither true nor false", "true or false"),
        ("        correct: true\n", "", "0 options are marked correct", "exactly one"),
        ("id: both-one", "id: both-one\n        correct: true", "2 options are marked correct", "kind: multi"),
        ("id: dash", "id: us", "two options have the id us", "its own"),
        ("id: both-one", "id: Both One", "right form: 'Both One'", "small letters"),
        ("id: 04-equal-strings", "id: 04-word-order", "two questions have the id 04-word-order", "its own"),
        ("kind: multi", "kind: many", "the kind is 'many'", "multi, numeric"),
        ("kind: multi", "knd: multi", "the kind is None", "multi, numeric"),
        ("difficulty: easy", "difficulty: simple", "difficulty is 'simple'", "'easy', 'medium' or 'hard'"),
        ("objective: overlap", "objective: overlaps", "objective 'overlaps' of 04-word-order", "overlap, same, reading"),
        ("points: 2", "points: 0", "points is out of range", "greater than 0"),
        ("answer: 0.3333333", 'answer: "1/3"', "answer is no number", "plain number"),
        ("answer: 0.3333333", "answer: .inf", "answer is no number", "plain number"),
        ("answer: 0.3333333", "answer: yes", "answer is no number", "plain number"),
        ("{abs: 0.005}", "{abs: 0.005, rel: 0.1}", "either abs or rel", "not both"),
        ("{abs: 0.005}", "0.005", "tolerance holds no keys", "key: value"),
        ("    recompute: ", "    recomputed: ", "recomputed is not a key", "did you mean recompute?"),
        ("    recompute: score", "    no_recompute: a count\n    recompute: score", "either recompute or no_rec", "reason"),
        ("answers: [Bram Keating]", "answers: [bram keating]", "is not in the context", "letter by letter"),
        ("answers: [Bram Keating]", "answers: []", "answers has 0 entries", "at least 1"),
        ("answers: [Bram Keating]", "answers: Bram Keating", "answers is no list", "after a dash"),
        ("return ___", "return 1", "the template has 0 blanks", "exactly once"),
        ("id: marks", "id: case", "two items have the id case", "its own"),
        ("ipynb#2.-How", "ipynb#2. How", "section does not have the right form", "heading with -"),
        ("quick_check: F1", "quick_check: |\n      One\n      F1", "quick_check does not have the right form", "one line"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_in_plain_words(old, new, what, fix):
    findings = refused(old, new).findings
    named = [finding for finding in findings if what in finding.what]
    assert named, [str(finding) for finding in findings]
    assert fix in named[0].fix
    assert named[0].line is not None
    assert not any("pydantic" in str(finding) or "Input should" in str(finding) for finding in findings)


@pytest.mark.parametrize("content", ["", "- one\n- two", "just words", "title: &a [*a]"])
def test_other_yaml_is_no_quiz(content):
    with pytest.raises(BankError) as raised:
        parse_quiz(content, Path("odd.yaml"))
    assert raised.value.findings[0].file == "odd.yaml"


def test_the_published_schema_is_that_of_the_models():
    assert json.loads((quizzes_dir() / "schema.json").read_text(encoding="utf-8")) == json_schema(), (
        "write it again: qa-lesson quiz schema --out quizzes/schema.json"
    )


def test_the_schema_accepts_what_the_models_accept_and_refuses_a_wrong_key():
    jsonschema.Draft202012Validator.check_schema(json_schema())
    validator = jsonschema.Draft202012Validator(json_schema())
    data = yaml.safe_load(TEXT)
    assert list(validator.iter_errors(data)) == []
    data["questions"][0]["hnts"] = data["questions"][0].pop("hints")
    assert list(validator.iter_errors(data))


def test_importing_the_room_is_light():
    code = "import sys, qa_lesson.quiz; print(sorted({'torch', 'numpy', 'pydantic', 'yaml'} & set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
