"""Documents to passages."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa_lesson.cli._app import Json, ModelDir, app
from qa_lesson.cli._console import print_json, progress_bar, say, show_table, warn
from qa_lesson.cli._outputs import PASSAGES, Force, Output, check_outputs
from qa_lesson.errors import counted

if TYPE_CHECKING:
    from qa_lesson.documents import FileReport


@app.command()
def passages(
    folder: Annotated[Path, typer.Argument(help="A folder of text, Markdown, HTML, Word, PDF and table files.")],
    output: Annotated[Path, typer.Option("--out", help="Write the passages here, as JSON Lines.")],
    model: ModelDir = "embedded",
    tokens: Annotated[int, typer.Option(min=20, help="Longest passage, in tokens of the model.")] = 150,
    again: Annotated[bool, typer.Option("--again", help="Read unchanged files again, too.")] = False,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Cut documents into passages, and say what was left out; exit 1 if a file could not be read."""
    from qa_lesson.documents import read_folder, write_passages
    from qa_lesson.runs import cache_dir

    check_outputs([Output("--out", output, PASSAGES)], [folder, model], force)
    kept = None if again else cache_dir() / "documents"
    with progress_bar() as bar:
        task = bar.add_task("reading")

        def on_file(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        report = read_folder(folder, model=model, target=tokens, kept=kept, on_file=on_file)
    n_written = write_passages(report.passages, output)
    if as_json:
        print_json({"passages": n_written, "files": [asdict(file) for file in report.files]})
    else:
        _show_files(report.files)
        for file in report.unreadable:
            warn("not read:", f"{file.document}: {file.problem}")
        n_read = counted(len(report.files) - len(report.unreadable), "file")
        say(f"{counted(n_written, 'passage')} of {n_read} written to {output}")
    if report.unreadable:
        raise typer.Exit(1)


def _show_files(files: list[FileReport]) -> None:
    rows = []
    for file in files:
        left_out = ", ".join(f"{reason} {n:,}" for reason, n in file.removed.items())
        cells = (f"{file.n_passages:,}", f"{file.n_characters:,}", file.encoding or "", left_out)
        notes = "not read" if file.problem else "; ".join(file.notes)
        rows.append((file.document, *cells, notes))
    show_table(("file", "passages", "characters", "encoding", "left out, in characters", "to note"), rows)
