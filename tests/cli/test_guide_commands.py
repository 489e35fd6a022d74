"""Every command and option that the documentation shows exists: each is parsed as typed, and not run."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

import qa_lesson.cli  # noqa: F401  the commands
from qa_lesson.cli._app import app

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
COMMAND = typer.main.get_command(app)
UsageError = typer.BadParameter.__mro__[1]  # of the click inside Typer, or beside it in older versions


def shown_commands(page: Path) -> Iterator[str]:
    """The lines of ``bash`` blocks that call qa-lesson, those that go on in one piece, without their comments."""
    for block in re.findall(r"^ *```(?:bash|sh|console)\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL | re.M):
        for line in block.replace("\\\n", " ").splitlines():
            if line.strip().removeprefix("$ ").startswith("qa-lesson "):
                yield line.strip().removeprefix("$ ")


def named_in_passing(page: Path) -> Iterator[str]:
    """Commands in the middle of a text, which leave out what they need."""
    text = re.sub(r"^ *```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.M)
    yield from (" ".join(found.split()) for found in re.findall(r"`(qa-lesson [^`]+)`", text))


def parse(line: str, *, whole: bool) -> None:
    """Find the command and parse its arguments, without calling it.

    Args:
        line: the command.
        whole: whether everything that the command needs must be there.

    Raises:
        UsageError: there is no such command, option or choice, or something is missing.
    """
    words = [word for word in shlex.split(line, comments=True)[1:] if word not in ("...", "…")]
    command, context = COMMAND, COMMAND.context_class(COMMAND, info_name="qa-lesson")
    while hasattr(command, "commands") and words:
        name, command, words = command.resolve_command(context, words)
        context = command.context_class(command, info_name=name, parent=context)
    if not hasattr(command, "commands"):
        context.resilient_parsing = not whole
        command.parse_args(context, words)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_can_be_parsed(page):
    for line in shown_commands(page):
        try:
            parse(line, whole=True)
        except UsageError as error:
            pytest.fail(f"{page.name}: {line}: {error.format_message()}")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_in_texts_exist(page):
    for line in named_in_passing(page):
        try:
            parse(line, whole=False)
        except UsageError as error:
            pytest.fail(f"{page.name}: {line}: {error.format_message()}")


def options(command: Any) -> Iterator[str]:
    """The names of all options, of subcommands too."""
    for one in getattr(command, "commands", {}).values():
        yield from options(one)
    for parameter in command.params:
        yield from (name for name in (*parameter.opts, *parameter.secondary_opts) if name.startswith("--"))


def test_options_in_the_guide_for_instructors_exist():
    known = {"--help", *options(COMMAND)}
    for page in ROOT.glob("docs/grading*.md"):
        text = re.sub(r"^ *```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.M)
        shown = {
            name for code in re.findall(r"`([^`]+)`", text) for name in re.findall(r"(?<![\w-])--[a-z][\w-]*", code)
        }
        assert shown <= known, f"{page.name}: {sorted(shown - known)}"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("qa-lesson grade handed_in --key key.json --roster r.csv --out g --lat accept", "No such option: --lat"),
        ("qa-lesson grade handed_in --key key.json --out g", "Missing option '--roster'"),
        ("qa-lesson quiz bundel quiz.yaml", "No such command 'bundel'"),
    ],
)
def test_a_command_that_does_not_exist_is_noticed(line, told):
    with pytest.raises(UsageError) as caught:
        parse(line, whole=True)
    assert told in caught.value.format_message()
