"""The application object and what its commands share: common options and reading data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qa_lesson.cli._console import warn
from qa_lesson.errors import DataError
from qa_lesson.schema import Example

app = typer.Typer(
    name="qa-lesson",
    help="Fine-tune a question-answering model on your own documents, and know what its scores are worth.",
    epilog="Exit codes: 0 fine; 1 a check found something, or some questions could not be answered; "
    "2 usage or input that is of no use.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
SkipBad = Annotated[bool, typer.Option("--skip-bad", help="Leave bad records out instead of stopping.")]
Data = Annotated[Path | None, typer.Option("--data", help="SQuAD JSON or JSONL; the embedded corpus if not given.")]
MaxLength = Annotated[
    int | None, typer.Option("--max-length", min=1, help="Tokens of a window; if not given, as in training.")
]
Stride = Annotated[
    int | None, typer.Option("--stride", min=0, help="Context tokens that windows share; if not given, as in training.")
]
Strict = Annotated[
    bool, typer.Option("--strict", help="Stop before any work if a question is too long to be answered.")
]
ModelDir = Annotated[str, typer.Option("--model", help="Model folder, or hub id.")]


def load_or_explain(path: Path, skip_bad: bool) -> list[Example]:
    """The examples of a file; with `skip_bad`, what was left out is told on stderr."""
    from qa_lesson.loading import read_examples

    report = read_examples(path)
    if report.problems and not (skip_bad and report.examples):
        raise DataError.from_problems(report.problems, source=report.source, n_records=report.n_records)
    for problem in report.problems:
        warn("left out:", str(problem))
    return list(report.examples)
