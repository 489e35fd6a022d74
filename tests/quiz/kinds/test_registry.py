"""A new kind of question is one Python module and one entry in the registry: shown by adding one."""

import ast
import filecmp
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from qa_lesson.quiz.bank.models import KEYS
from qa_lesson.quiz.kinds.registry import CLASSES, KINDS, kind_class

PACKAGE = Path(__file__).parents[3] / "qa_lesson"
KINDS_FOLDER = PACKAGE / "quiz" / "kinds"
NEW_KIND = Path(__file__).parents[2] / "helpers" / "new_kind"


def with_the_new_kind(folder: Path) -> Path:
    """The package with one more kind: links to all of its files but the two that the kind touches."""
    copy = folder / "qa_lesson"
    (copy / "quiz").mkdir(parents=True)
    for source in PACKAGE.iterdir():
        if source.name != "quiz":
            (copy / source.name).symlink_to(source)
    for source in (PACKAGE / "quiz").iterdir():
        if source.name != "kinds":
            (copy / "quiz" / source.name).symlink_to(source)
    shutil.copytree(KINDS_FOLDER, copy / "quiz" / "kinds", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "quizzes").symlink_to(PACKAGE.parent / "quizzes")
    (folder / "notebooks").symlink_to(PACKAGE.parent / "notebooks")
    shutil.copy(NEW_KIND / "verdict.py", copy / "quiz" / "kinds")
    registry = copy / "quiz" / "kinds" / "registry.py"
    text = registry.read_text(encoding="utf-8")
    entry = "Code | FreeText,\n"
    last_import = "from qa_lesson.quiz.kinds.span import SpanQuestion\n"
    assert text.count(entry) == text.count(last_import) == 1
    text = text.replace(entry, "Code | FreeText | Verdict,\n")
    text = text.replace(last_import, f"{last_import}from qa_lesson.quiz.kinds.verdict import Verdict\n")
    registry.write_text(text, encoding="utf-8")
    return copy


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    return with_the_new_kind(tmp_path_factory.mktemp("package"))


@pytest.fixture(scope="module")
def told(copy, tmp_path_factory):
    """What came out when a question of the new kind went through everything."""
    folder = tmp_path_factory.mktemp("journey")
    result = subprocess.run(
        [sys.executable, str(NEW_KIND / "journey.py"), str(folder)],
        env={**os.environ, "PYTHONPATH": str(copy.parent), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True, text=True, cwd=folder,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    found = json.loads(result.stdout.splitlines()[-1])
    assert Path(found["package"]).parent == copy
    return found


def test_the_new_kind_touches_two_python_files(copy):
    here = {str(path.relative_to(copy)) for path in copy.rglob("*") if path.is_file()}
    there = {str(path.relative_to(PACKAGE)) for path in KINDS_FOLDER.rglob("*") if path.is_file()}
    new = {name for name in here if name.startswith("quiz/kinds/")} - there
    _, changed, _ = filecmp.cmpfiles(copy, PACKAGE, sorted(here - new), shallow=False)
    assert (new, changed) == ({"quiz/kinds/verdict.py"}, ["quiz/kinds/registry.py"])


def test_it_is_loaded_and_in_the_schema(told):
    assert told["class"] == "Verdict"
    assert told["in the schema"]


def test_it_is_linted_by_the_common_lints_and_its_own(told):
    assert told["lints"] == []
    assert told["lints of a poor one"] == ["the statement is a question"]


def test_it_is_marked(told):
    assert told["marks"] == [1.0, 0.0]
    assert told["refused mark"] == "this is no verdict"


def test_it_is_practiced(told):
    assert told["practice"] == [False, 0, True, "It has only two values, so this is right."]
    page = told["page"]
    assert page["statement"] == "Exact match is 0 or 1 &amp; nothing between."
    assert page["instruction"] == "Say whether it is true."
    assert set(page) == {
        "id", "kind", "points", "prompt", "instruction", "statement", "difficulty", "n_hints"
    }  # fmt: skip


def test_it_is_handed_out_without_its_key(told):
    (asked,) = told["bundle"]
    assert asked == {
        "id": "exact-match", "kind": "verdict", "points": 1.0, "prompt": "Think of **exact match**.",
        "statement": "Exact match is 0 or 1 & nothing between.",
    }  # fmt: skip
    assert told["bundle comes back"]
    assert told["key comes back"]
    assert told["page of the graded quiz"]["statement"] == "Exact match is 0 or 1 &amp; nothing between."
    assert told["refused answer"] == "this is no verdict"


def test_it_is_graded_and_analysed_option_by_option(told):
    assert told["points"] == {"ann": 1.0, "bob": 0.0}
    assert told["analysis"] == [["A", "true", True, 1], ["B", "false", False, 1]]
    assert told["flags"] == []
    assert told["pairs"] == 1
    assert "Exact match is 0 or 1 &amp; nothing between.: true</p>" in told["feedback pages"]["ann"]
    assert "It has only two values" in told["feedback pages"]["bob"]


def test_it_becomes_a_flashcard(told):
    front, back = told["card"]
    assert front.startswith("<p>Think of <strong>exact match</strong>.</p>")
    assert front.endswith("<p>Exact match is 0 or 1 &amp; nothing between.</p>")
    assert back.startswith("<p><strong>It is true.</strong></p>")


def test_it_is_exported(told):
    assert '<question type="multichoice">' in told["moodle"]
    assert "Is this true? Exact match is 0 or 1 &amp; nothing between." in told["moodle"]
    assert "multiple_choice_question" in told["canvas"]


# ---------------------------------------------------------------------- nothing else knows a kind

FOREIGN_WORDS = {
    ("grading/lms/moodle_xml.py", "single"): "an element of Moodle's XML",
    ("grading/lms/moodle_xml.py", "ordering"): "a question type of Moodle",
    ("grading/assignments/lesson_exercises.py", "code"): "a kind of notebook cell",
    ("grading/assignments/source_notebook.py", "code"): "a kind of notebook cell",
}
"""Literals that read like the name of a kind and are none, each with what it is."""
WRITES_QUIZ_FILES = PACKAGE / "grading" / "lms" / "reading"
"""Questions of other systems become questions of quiz files here, each of a kind that is named."""
ORDINARY_WORDS = {"text", "code"}
"""Names of kinds that are also words for many other things: they count only next to something called kind."""


def knows_kinds(path: Path) -> set[str]:
    """The kinds that a module names, by importing their class or by their name in a literal."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.ImportFrom(module=str(module)) if module.startswith("qa_lesson.quiz.kinds."):
                room = module.removeprefix("qa_lesson.quiz.kinds.").split(".")[0]
                names = {alias.name for alias in node.names}
                if room not in ("base", "registry", "shared"):
                    found |= names
                found |= names & {cls.__name__ for cls in CLASSES}
            case ast.Constant(value=str(text)) if text in KINDS - ORDINARY_WORDS:
                found.add(text)
            case ast.Compare() | ast.Dict() | ast.Match() | ast.Subscript() | ast.Call():
                parts = [one for one in ast.walk(node) if isinstance(one, ast.Constant)]
                if _about_kinds(node):
                    found |= {one.value for one in parts if one.value in ORDINARY_WORDS}
    return found


def _about_kinds(node: ast.AST) -> bool:
    match node:
        case ast.Compare(left=left, comparators=others):
            return any(map(_is_kind, (left, *others)))
        case ast.Match(subject=subject):
            return _is_kind(subject)
        case ast.Subscript(value=value):
            return _is_kind(value)
        case ast.Call(func=ast.Attribute(value=value)):
            return _is_kind(value)
    return False


def _is_kind(node: ast.expr) -> bool:
    match node:
        case ast.Attribute(attr=name) | ast.Name(id=name) | ast.Subscript(slice=ast.Constant(value=str(name))):
            return "kind" in name.lower()
    return False


def test_no_module_outside_knows_a_kind():
    modules = [path for path in PACKAGE.rglob("*.py") if not {KINDS_FOLDER, WRITES_QUIZ_FILES} & {*path.parents}]
    rooms = [path for path in modules if path.relative_to(PACKAGE).parts[0] in ("quiz", "grading", "cli")]
    assert len(rooms) > 60
    knowing = {str(path.relative_to(PACKAGE)): knows_kinds(path) for path in rooms}
    found = {(name, word) for name, words in knowing.items() for word in words}
    assert found == set(FOREIGN_WORDS)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("from qa_lesson.quiz.kinds.single import Single", {"Single"}),
        ("from qa_lesson.quiz.kinds.registry import Code, Question", {"Code"}),
        ("from qa_lesson.quiz.kinds.shared.forms import Choices", set()),
        ('x = question.kind == "code"', {"code"}),
        ('x = asked["kind"] in ("multi", "text")', {"multi", "text"}),
        ('match kind:\n    case "text":\n        pass', {"text"}),
        ('n = kinds.count("code")', {"code"}),
        ('x = {"single": 1}', {"single"}),
        ('x = {"text": 1}["text"]', set()),
    ],
)
def test_what_counts_as_knowing_a_kind(tmp_path, source, found):
    (tmp_path / "module.py").write_text(source, encoding="utf-8")
    assert knows_kinds(tmp_path / "module.py") == found


def test_every_kind_is_registered_once_and_complete():
    assert len(CLASSES) == len(KINDS) == 8
    modules = [cls.__module__ for cls in CLASSES]
    assert len(set(modules)) == len(modules), "one module a kind"
    for name in KINDS:
        cls = kind_class(name)
        assert cls.instruction.endswith(".")
        assert not getattr(cls, "__abstractmethods__", None)
    with pytest.raises(ValueError, match="there is no kind 'essay': use one of code, free_text, multi"):
        kind_class("essay")


def test_every_kind_has_its_part_of_the_page():
    index = (KINDS_FOLDER / "index.js").read_text(encoding="utf-8")
    (listed,) = re.findall(r"export const KINDS = \{(.*?)\};", index, re.DOTALL)
    assert {name.strip() for name in listed.split(",") if name.strip()} == KINDS
    assert {name for name in KINDS if not (KINDS_FOLDER / f"{name}.js").is_file()} == set()


def test_the_keys_of_a_quiz_file_are_those_of_all_its_models():
    assert {"title", "easy", "options", "correct", "abs", "value", "code", "answers", "recompute"} <= KEYS
    assert {field for cls in CLASSES for field in cls.model_fields} < KEYS
