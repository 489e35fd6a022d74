"""Row 4: no text from a file is read as markup, wherever it reaches the terminal."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import qa_lesson.cli
from qa_lesson.cli import _console

INPUTS = Path(__file__).parent / "inputs"
COMMANDS = Path(qa_lesson.cli.__file__).parent
NASTY = ("[/a]", "[bold]x[/bold]", "[/]", "[red", "a\\[b]", "[link=x]y[/link]", ":smile:", "[@click=f()]z[/]", "x]")


def run(*arguments, folder=None, **environment):
    """A command, in its own process as from a shell."""
    whole = {**os.environ, "COLUMNS": "300", "PYTHONIOENCODING": "utf-8", **environment}
    command = [sys.executable, "-m", "qa_lesson.cli", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, cwd=folder, env=whole, timeout=120, encoding="utf-8")
    assert "Traceback" not in done.stderr
    return done


def squad(names):
    entries = [
        {"id": name, "question": f"Who is {name}?", "answers": [{"text": f"Bram {name}", "answer_start": 0}]}
        for name in names
    ]
    paragraphs = [
        {"context": f"Bram {entry['id']} keeps the lamp number {i}.", "qas": [entry]} for i, entry in enumerate(entries)
    ]
    return json.dumps({"data": [{"title": "[/title]", "paragraphs": paragraphs}]})


@pytest.mark.parametrize("number", ["", "2"])
def test_the_row(number):
    done = run("score", f"markup_preds{number}.json", f"markup_ids{number}.json", "--questions", folder=INPUTS)
    assert done.returncode == 0
    names = json.loads((INPUTS / f"markup_preds{number}.json").read_text())
    assert all(name in done.stdout for name in names)


def test_score_prints_ids_answers_and_paths_as_they_are(tmp_path):
    (tmp_path / "[x] p.json").write_text(json.dumps({name: f"Bram {name}" for name in NASTY}))
    (tmp_path / "d.json").write_text(squad(NASTY))
    done = run("score", "[x] p.json", "d.json", "--questions", folder=tmp_path)
    assert done.returncode == 0
    for name in NASTY:
        assert done.stdout.count(name) >= 3  # id, prediction, reference


def test_paths_in_errors_are_printed_as_they_are(tmp_path):
    done = run("score", "[/a] p.json", "[bold]d.json", folder=tmp_path)
    assert done.returncode == 2
    assert "[bold]d.json" in done.stderr
    assert "[/nothing]" in run("score", "--[/nothing]", "x", folder=tmp_path).stderr


def test_validate_and_audit(tmp_path):
    for name in ("[red]t.json", "[b]e.json"):
        (tmp_path / name).write_text(squad(["[/a]", "[bold]b[/bold]"]))
    done = run("audit", "[red]t.json", "[b]e.json", "--no-embeddings", folder=tmp_path)
    assert done.returncode == 1
    assert "[/a]: Who is [/a]?" in done.stdout
    (tmp_path / "bad.jsonl").write_text('{"id": "[/i]", "question": "q", "context": "c", "answer": "[bold]no[/]"}\n')
    done = run("validate", "bad.jsonl", "--out", "[red]o.json", folder=tmp_path)
    assert "[bold]no[/]" in done.stdout


def test_passages_prints_names_of_documents(tmp_path):
    folder = tmp_path / "[in]"
    (folder / "[bold]a[").mkdir(parents=True)
    (folder / "[bold]a[" / "bold].txt").write_text("Bram keeps the lamp on the island. " * 5)
    (folder / "[red]b.pdf").write_bytes(b"no PDF")
    done = run("passages", "[in]", "--out", "[red]o.jsonl", folder=tmp_path)
    assert "[bold]a[/bold].txt" in done.stdout
    assert "[red]b.pdf" in done.stderr
    assert "[red]o.jsonl" in done.stdout


def test_quiz_commands(tmp_path):
    (tmp_path / "[x].yaml").write_text("name: '[/a]'\nquestions: []\n")
    assert "[x].yaml" in run("quiz", "lint", "[x].yaml", folder=tmp_path).stdout
    assert "[red]s.json" in run("quiz", "schema", "--out", "[red]s.json", folder=tmp_path).stderr
    done = run("progress", "--file", "[/p].sqlite", folder=tmp_path)
    assert done.returncode == 2
    assert "[/p].sqlite" in done.stderr


def test_answer_prints_the_span_as_it_is(tmp_path):
    context = "[/b] [bold]Una[/bold]"
    (tmp_path / "c.txt").write_text(context)
    done = run("answer", "--model", "embedded", "--context", "c.txt", "Who is [/x]?", folder=tmp_path)
    assert done.returncode == 0
    rows = re.findall(r"│ [0-9.]+ +│ (\d+)-(\d+) +│ (.+?) +│", done.stdout)
    assert rows  # the head is untrained, so which spans they are changes from run to run
    assert [text for _, _, text in rows] == [context[int(start) : int(end)] for start, end, _ in rows]
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize("text", NASTY)
def test_helpers_print_what_they_are_given(text, capsys):
    _console.say(text, (text, "bold"))
    _console.show_table((text,), [(text,), ((text, "red"),)], title=text)
    shown = capsys.readouterr().out
    assert shown.count(text) == 6
    _console.warn(text, text)
    _console.show_error(text)
    _console.tell(text)
    assert capsys.readouterr().err.count(text) == 4


def test_what_steers_a_terminal_is_escaped(capsys):
    _console.say("a\x1b[2J\x9bb\r\x07c\x00d\ud83d")
    assert capsys.readouterr().out == "a\\x1b[2J\\x9bb\\r\\x07c\\x00d\\ud83d\n"


def test_a_long_cell_is_folded_not_cut(capsys, monkeypatch):
    monkeypatch.setattr(_console._out, "_width", 30)
    _console.show_table(("id", "text"), [("i" * 100, "t" * 100)])
    shown = capsys.readouterr().out
    assert (shown.count("i"), shown.count("t")) == (100 + 1, 100 + 2)
    assert "…" not in shown


def commands():
    return [path for path in sorted(COMMANDS.glob("*.py")) if path.name != "_console.py"]


@pytest.mark.parametrize("path", commands(), ids=lambda path: path.stem)
def test_no_other_module_prints_or_knows_markup(path):
    """Only `_console` talks to rich; the others can neither print by themselves nor write markup."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else [name.name for name in node.names]
            assert not [name for name in modules if name.split(".")[0] == "rich"]
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called not in {"print", "typer.echo", "typer.secho", "sys.stdout.write", "sys.stderr.write"}
            assert not called.endswith((".print", ".escape"))
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            assert not re.search(r"\[/\w*\]|\[(bold|italic|dim|red|green|yellow|blue)\b", node.value), node.value


def test_console_is_the_only_place_and_reads_no_markup():
    for console in (_console._out, _console._err):
        assert (console._markup, console._emoji, console._highlight) == (False, False, False)
    source = (COMMANDS / "_console.py").read_text(encoding="utf-8")
    assert "from_markup" not in source
    assert "escape(" not in source
