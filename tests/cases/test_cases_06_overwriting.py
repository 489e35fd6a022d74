"""Row 6: no command writes over what it reads, or over a file that it could not have written, without --force."""

import json
import os
import shutil
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

import qa_lesson.cli  # noqa: F401  adds the commands
from qa_lesson.cli._app import app
from qa_lesson.errors import ConfigError

INPUTS = Path(__file__).parent / "inputs"
MINE = "my own notes, not to be lost\n"
FOLDERS = {
    "grade --out",
    "quiz bundle --out",
    "grades similar --out",
    "finetune --out",
    "index --out",
    "export-onnx --out",
    "export-openvino --out",
    "nbgrader --out",
}
"""Options that name a folder."""
IN_THE_WAY = {
    "quiz bundle --out": "README.txt",
    "nbgrader --out": "README.md",
    "grades similar --out": "similar.csv",
}
"""For folders in which a command replaces single files: one of these."""
READ = {
    "audit train", "audit test", "evaluate --data", "score predictions", "score data", "answer --context",
    "finetune --data", "finetune --validation", "validate data", "passages folder", "report --data", "report --train",
    "progress --file", "progress --import", "grade submissions", "grade --key", "grade --roster", "grade --reviews",
    "grade --previous", "quiz lint files", "quiz lint --folder", "grades canvas graded", "grades moodle graded",
    "grades lti graded", "grades similar graded", "grade --adjust", "grade --extensions", "grade --groups",
    "grade --worksheet", "grades feedback graded", "grades feedback --worksheet", "compare --left", "compare --right",
    "compare data", "answer --in", "index passages", "search folder", "ask --in", "ask --index", "ask --settings",
    "calibrate --data", "calibrate --index", "evaluate --index", "serve --index", "serve --settings",
    "annotate passages", "watch log", "convert data", "quiz import file",
    "nbgrader --lessons", "export-openvino --calibrate", "export-openvino --check",
    "grades send-lti scores", "grades send-lti --platform",
    "class files", "class --roster", "class --worksheet",
    "quiz bundle --roster", "quiz bundle --secret-from", "review graded",
}  # fmt: skip
"""Every path that a command reads: what is not here is written, and checked below."""


def walk(command, name=""):
    for child, one in getattr(command, "commands", {}).items():
        yield from walk(one, f"{name} {child}".strip())
    if not hasattr(command, "commands"):
        yield name, command


COMMANDS = dict(walk(typer.main.get_command(app)))


def options():
    """Every option or argument of every command that takes a path: its name, command and parameter."""
    for name, command in COMMANDS.items():
        for parameter in command.params:
            if "Path" in str(parameter.type_descriptor.annotation):
                option = parameter.opts[0] if parameter.param_type_name == "option" else parameter.name
                yield f"{name} {option}", name, parameter


WRITTEN = {title: (name, parameter) for title, name, parameter in options() if title not in READ}


def test_the_walk_finds_what_it_should():
    titles = {title for title, _, _ in options()}
    assert titles >= READ
    assert set(WRITTEN) == {
        "answer --out", "evaluate --out", "finetune --out", "validate --out", "passages --out", "index --out",
        "report --out",
        "report --card",
        "progress --export", "class --out", "class --participation",
        "grade --out", "quiz schema --out", "quiz anki --out", "quiz new file",
        "quiz bundle --out", "quiz bundle --key", "quiz moodle --out", "quiz canvas --out", "grades canvas --out",
        "quiz import --out", "quiz import --report",
        "grades moodle --out", "grades lti --out", "grades similar --out", "grades feedback --out",
        "annotate --out", "convert --out", "calibrate --out", "export-onnx --out", "serve --log", "watch --out",
        "export-openvino --out",
        "watch --confirmed", "watch --to-annotate", "nbgrader --out", "review --marks",
    }  # fmt: skip


def line_for(name, chosen, value):
    """A command line with a missing file for everything else that is required: nothing of it may be read."""
    arguments = name.split()
    for parameter in COMMANDS[name].params:
        if parameter is chosen or parameter.required:
            given = str(value) if parameter is chosen else f"missing-{parameter.name}"
            arguments += [parameter.opts[0], given] if parameter.param_type_name == "option" else [given]
    return arguments + (["--in", "missing-in.jsonl"] if (name, chosen.name) == ("answer", "output") else [])


def refused(arguments, where):
    error = CliRunner().invoke(app, arguments).exception
    assert isinstance(error, ConfigError), error
    assert str(where) in str(error)
    return error


@pytest.mark.parametrize("title", sorted(WRITTEN))
def test_every_output_spares_a_file_of_another_kind(title, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    name, parameter = WRITTEN[title]
    target = tmp_path / ("notes" if title in FOLDERS else "notes.yaml" if title == "quiz new file" else "notes.txt")
    held = target
    if title in FOLDERS:
        target.mkdir()
        held = target / IN_THE_WAY.get(title, "a.txt")
    held.write_text(MINE)
    error = refused(line_for(name, parameter, target), target)
    assert "choose" in str(error)
    assert held.read_text() == MINE


@pytest.mark.parametrize("title", sorted(set(WRITTEN) - FOLDERS))
def test_every_file_spares_a_folder_and_a_link(title, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    name, parameter = WRITTEN[title]
    folder = tmp_path / "folder.yaml"
    folder.mkdir()
    refused(line_for(name, parameter, folder), folder)
    (tmp_path / "mine.txt").write_text(MINE)
    link = tmp_path / "link.yaml"
    link.symlink_to(tmp_path / "mine.txt")
    refused(line_for(name, parameter, link), link)
    assert link.is_symlink()
    assert (tmp_path / "mine.txt").read_text() == MINE


def link_symbolic(path, folder):
    (folder / "other.jsonl").symlink_to(path)
    return folder / "other.jsonl"


def link_hard(path, folder):
    os.link(path, folder / "other.jsonl")
    return folder / "other.jsonl"


def link_folder(path, folder):
    (folder / "there").symlink_to(folder)
    return folder / "there" / path.name


SPELLINGS = {
    "same": lambda path, folder: path,
    "dots": lambda path, folder: folder / "sub" / ".." / path.name,
    "relative": lambda path, folder: path.name,
    "symbolic": link_symbolic,
    "hard": link_hard,
    "folder": link_folder,
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_row(spelling, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sub").mkdir()
    path = tmp_path / "o.jsonl"
    shutil.copy(INPUTS / "overwrite.jsonl", path)
    before = path.read_bytes()
    output = str(SPELLINGS[spelling](path, tmp_path))
    error = refused(["validate", "o.jsonl", "--out", output], output)
    assert "over an input" in str(error)
    assert path.read_bytes() == before
    done = CliRunner().invoke(app, ["validate", "o.jsonl", "--out", output, "--force"])
    assert done.exit_code == 1
    assert "data" in json.loads(Path(output).read_text())


def test_progress_export_spares_any_file_and_its_own(tmp_path):
    mine = tmp_path / "mine.txt"
    mine.write_text(MINE)
    refused(["progress", "--export", str(mine)], mine)
    own = tmp_path / "p.json"
    arguments = ["progress", "--export", str(own)]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    assert CliRunner().invoke(app, arguments).exit_code == 0
    refused([*arguments, "--import", str(own)], own)


def test_two_outputs_need_two_names(tmp_path):
    arguments = ["report", "--model", "missing", "--out", str(tmp_path / "r.html"), "--card"]
    refused([*arguments, str(tmp_path / "r.html")], "r.html")
    refused([*arguments, str(tmp_path / "R.HTML")], "R.HTML")


def test_a_folder_of_inputs_is_not_replaced(tmp_path):
    data = tmp_path / "out" / "d.jsonl"
    data.parent.mkdir()
    shutil.copy(INPUTS / "overwrite.jsonl", data)
    refused(["finetune", "--data", str(data), "--out", str(data.parent)], data.parent)
    assert data.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["quiz", "schema", "--out"], ["quiz", "anki", "--out"], ["quiz", "moodle", "05_metrics", "--out"],
        ["quiz", "canvas", "05_metrics", "--out"], ["validate", "good.jsonl", "--out"],
        ["evaluate", "--model", "embedded", "--data", "good.jsonl", "--out"],
        ["passages", "documents", "--out"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_command_may_write_again_what_it_wrote_and_over_an_empty_file(arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("documents").mkdir()
    Path("documents/a.txt").write_text("Bram keeps the lamp on the island, and Una keeps the bell. " * 5)
    record = {"id": "a", "question": "Who keeps it?", "context": "Bram keeps it.", "answer": "Bram"}
    Path("good.jsonl").write_text(json.dumps(record) + "\n")
    output = tmp_path / ("again.apkg" if "anki" in arguments else "again")
    output.touch()
    for _ in range(2):
        result = CliRunner().invoke(app, [*arguments, str(output)])
        assert result.exception is None, result.exception
        assert output.stat().st_size > 0
    output.write_text(MINE)
    refused([*arguments, str(output)], output)
    assert CliRunner().invoke(app, [*arguments, str(output), "--force"]).exception is None
    assert output.read_bytes() != MINE.encode()
