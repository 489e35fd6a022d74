"""Everything that a command prints goes through here, as plain text with styles next to it.

No text is read as markup: a name, path or text from a file appears as it is, and only control characters, which could
steer the terminal, are written as escapes. What an encoding cannot hold is escaped too, and a pipe that the reader
closes early ends the printing, not the command.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any, TextIO, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

Item = TypeVar("Item")
Piece = str | tuple[str, str]
"""A text, or a text and its rich style ("bold red")."""

_WIDTH_OF_PIPE = 140
_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160)) if chr(code) not in "\t\n"}
_CONTROLS[ord("\r")] = "\\r"
_CONTROLS |= {code: f"\\u{code:04x}" for code in range(0xD800, 0xE000)}  # halves of characters, which nothing encodes


class _PlainConsole(Console):
    """A console that reads no markup and outlives its reader."""

    def __init__(self, *, stderr: bool = False, width: int | None = None) -> None:
        super().__init__(stderr=stderr, width=width, markup=False, highlight=False, emoji=False)

    def on_broken_pipe(self) -> None:
        """Go on without printing: the files that were asked for are still written."""
        self.quiet = True
        _to_nowhere(self.file)


def _to_nowhere(stream: Any) -> None:
    """What is written to a stream without reader from now on, its buffer included, is thrown away."""
    with suppress(OSError, ValueError, AttributeError):  # a stream in memory has no file number
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and not stream.closed and stream.isatty()


# a pipe has no width to fit
_out = _PlainConsole(width=None if _is_terminal(sys.stdout) else _WIDTH_OF_PIPE)
_err = _PlainConsole(stderr=True)


def accept_any_text() -> None:
    """Make stdout and stderr escape the characters that their encoding does not hold, as Python does on stderr."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def finish_printing() -> None:
    """Write out what is still in the buffers, here rather than at exit, where a closed pipe would be reported."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and not stream.closed:
            try:
                stream.flush()
            except BrokenPipeError:
                _to_nowhere(stream)


def shown_safely(text: str) -> str:
    r"""The text with control characters as escapes; line ends and tabs stay.

    >>> shown_safely("[bold]a[/] \x1b[31mred")
    '[bold]a[/] \\x1b[31mred'
    """
    return text.translate(_CONTROLS)


def say(*pieces: Piece) -> None:
    """Print one line of results to stdout."""
    _out.print(_text(pieces), soft_wrap=True)


def tell(*pieces: Piece) -> None:
    """Print one line that is no result to stderr."""
    _err.print(_text(pieces), soft_wrap=True)


def warn(label: str, text: str = "") -> None:
    """Print one line to stderr, its beginning in yellow."""
    tell((label, "yellow"), f" {text}" if text else "")


def print_nothing() -> None:
    """Print neither results nor notes from now on, only errors: another process prints them."""
    _out.quiet = _err.quiet = True


def show_error(text: str, process: int = 0) -> None:
    """Print an error to stderr, with the number of a process other than the main one."""
    label = f"process {process}: error:" if process else "error:"
    _PlainConsole(stderr=True).print(_text([(label, "bold red"), f" {text}"]), soft_wrap=True)


def show_table(headings: Sequence[str], rows: Iterable[Sequence[Piece]], title: str | None = None) -> None:
    """Print a table to stdout; a long cell is folded, never cut."""
    table = Table(title=None if title is None else _text([title]))
    for heading in headings:
        table.add_column(_text([heading]), overflow="fold")
    for row in rows:
        table.add_row(*(_text([cell]) for cell in row))
    _out.print(table)


def print_json(record: dict[str, Any], *, indent: int | None = None) -> None:
    r"""Print one JSON object to stdout.

    The bytes are ASCII, other characters as ``\u`` escapes: the same whatever the terminal and its encoding.
    """
    if _out.quiet:
        return
    line = json.dumps(record, indent=indent) + "\n"
    stream = getattr(sys.stdout, "buffer", None)
    if stream is None:  # stdout is closed, or replaced by text in memory
        typer.echo(line, nl=False)
        return
    try:
        sys.stdout.flush()
        stream.write(line.encode("ascii"))
        stream.flush()
    except BrokenPipeError:
        _to_nowhere(sys.stdout)


def bars_are_seen() -> bool:
    """Whether a progress bar on stderr has somebody to look at it."""
    return _err.is_terminal and not os.environ.get("CI")


def progress_bar(*, transient: bool = True) -> Progress:
    """A progress bar on stderr, shown in a terminal alone; a transient one vanishes at its end."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    return Progress(*columns, console=_err, transient=transient, disable=not bars_are_seen())


def track(sequence: Sequence[Item], description: str) -> Iterable[Item]:
    """Each item, with a progress bar."""
    with progress_bar(transient=False) as bar:
        yield from bar.track(sequence, description=shown_safely(description))


def _text(pieces: Iterable[Piece]) -> Text:
    whole = Text()
    for piece in pieces:
        text, style = (piece, "") if isinstance(piece, str) else piece
        whole.append(shown_safely(text), style or None)
    return whole
