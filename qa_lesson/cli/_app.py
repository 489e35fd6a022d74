"""The application object and what its commands share: consoles, common options, reading data, printing JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from qa_lesson.errors import DataError
from qa_lesson.schema import Example

app = typer.Typer(
    name="qa-lesson",
    help="Fine-tune a question-answering model on your own documents, and know what its scores are worth.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
# into a pipe there is no width to fit: never fold a table there
out = Console(width=None if sys.stdout.isatty() else 140)
err = Console(stderr=True)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
SkipBad = Annotated[bool, typer.Option("--skip-bad", help="Leave bad records out instead of stopping.")]
Data = Annotated[Path | None, typer.Option("--data", help="SQuAD JSON or JSONL; the embedded corpus if not given.")]
ModelDir = Annotated[str, typer.Option("--model", help="Model folder, or hub id.")]


def load_or_explain(path: Path, skip_bad: bool) -> list[Example]:
    """The examples of a file; with `skip_bad`, what was left out is told on stderr."""
    from qa_lesson.loading import read_examples

    report = read_examples(path)
    if report.problems and not (skip_bad and report.examples):
        raise DataError.from_problems(report.problems, source=report.source, n_records=report.n_records)
    for problem in report.problems:
        err.print(f"[yellow]left out:[/] {escape(str(problem))}", soft_wrap=True, highlight=False)
    return list(report.examples)


def print_json(record: dict[str, Any]) -> None:
    """One JSON object on stdout."""
    typer.echo(json.dumps(record, ensure_ascii=False))
