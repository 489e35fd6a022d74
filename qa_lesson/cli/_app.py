"""The application object and what its commands share: common options and reading data."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from qa_lesson import __version__
from qa_lesson.cli._console import say, show_table, warn
from qa_lesson.errors import ConfigError, DataError, Problem
from qa_lesson.hardware import n_processes
from qa_lesson.schema import Example

if TYPE_CHECKING:
    from qa_lesson.evaluation import Interval
    from qa_lesson.loading.reading import LoadReport

app = typer.Typer(
    name="qa-lesson",
    help="Fine-tune a question-answering model on your own documents, and know what its scores are worth.",
    epilog="Exit codes: 0 fine; 1 a check found something, or some records or questions could not be used; "
    "2 usage or input that is of no use.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _tell_version(asked: bool) -> None:
    if asked:
        say(__version__)
        raise typer.Exit


@app.callback()
def _options_of_all(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_tell_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    pass


@contextmanager
def until_ended() -> Iterator[None]:
    """Run a page until Ctrl+C or SIGTERM, and then go on after the block.

    A supervisor ends a program with SIGTERM, and a job started in the background never hears of Ctrl+C.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        yield


SHARED_COMMANDS = ("finetune", "evaluate", "answer")
"""What several processes can do together."""

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
    bool, typer.Option("--strict", help="Stop before any work if a record or a question cannot be used.")
]
Precision = Annotated[
    Literal["auto", "bf16", "fp32"],
    typer.Option(help="Of the weights; auto: bf16 where the hardware has it. fp32 answers alike everywhere."),
]
Threshold = Annotated[
    float | None,
    typer.Option("--no-answer-threshold", help='Answer "" where the no-answer score (logits) is above this.'),
]
Rules = Annotated[
    Literal["auto", "v1.1", "v2.0"],
    typer.Option(help="Official script to agree with; auto: v1.1 if every question is answerable, else v2.0."),
]
Split = Annotated[
    Literal["train", "extra_train", "validation", "test", "out_of_domain"],
    typer.Option(metavar="<split>", help="train, extra_train, validation, test or out_of_domain."),
]
Unanswerable = Annotated[bool, typer.Option("--unanswerable", help="Take the corpus's unanswerable questions too.")]
ModelDir = Annotated[str, typer.Option("--model", help="Model folder, or hub id.")]


def load_or_explain(path: Path, skip_bad: bool) -> list[Example]:
    """The examples of a file; with `skip_bad`, what was left out is told on stderr."""
    report = _read(path, strict=not skip_bad)
    for problem in report.problems:
        warn("left out:", str(problem))
    return list(report.examples)


def load_usable(path: Path, *, skip_bad: bool, strict: bool) -> tuple[list[Example], list[dict[str, str]]]:
    """The examples of a file, and a row for each record that cannot be used.

    Args:
        path: of the file.
        skip_bad: the bad records are known: name them on stderr and give no rows.
        strict: stop at bad records.

    Raises:
        DataError: the file cannot be read, no record of it can be used, or one cannot and `strict` is true.
    """
    if skip_bad:
        return load_or_explain(path, skip_bad=True), []
    report = _read(path, strict=strict)
    return list(report.examples), [failed_row("", problem) for problem in report.problems]


def _read(path: Path, *, strict: bool) -> LoadReport:
    """The report on a file; bad records are an error if `strict` is true, or if there is nothing else."""
    from qa_lesson.loading import read_examples

    report = read_examples(path)
    if report.problems and (strict or not report.examples):
        raise DataError.from_problems(report.problems, source=report.source, n_records=report.n_records)
    return report


def failed_row(name: str, problem: Problem) -> dict[str, str]:
    """What could not be used, for tables and JSON; `name` is the question's id, if it is known."""
    return {"id": name, "where": problem.where, "reason": problem.what, "fix": problem.fix}


def interval_record(name: str, interval: Interval) -> dict[str, Any]:
    """An interval for ``--json``: both ends as fractions, its confidence, its unit and what it is for."""
    return {
        f"{name}_interval": [interval.low, interval.high],
        f"{name}_interval_confidence": interval.confidence,
        f"{name}_interval_unit": interval.unit,
        f"{name}_interval_claim": interval.claim,
    }


def interval_in_words(interval: Interval) -> str:
    """Both ends in percent, and what the interval is for."""
    ends = f"{100 * interval.low:.1f} to {100 * interval.high:.1f}%"
    source = f"{interval.n_units:,} {interval.unit or 'question'}s"
    return f"{ends} ({100 * interval.confidence:g}% interval {interval.claim}, from {source})"


def failures(failed: Sequence[dict[str, str]]) -> dict[str, Any]:
    """The part of a JSON object about what could not be used; empty if everything could."""
    return {"n_failed": len(failed), "failed": list(failed)} if failed else {}


def show_failures(failed: Sequence[dict[str, str]], title: str) -> None:
    """A table of what could not be used, if there is anything."""
    if failed:
        rows = [(one["id"], one["where"], one["reason"], one["fix"]) for one in failed]
        show_table(("id", "where", "not used", "to do"), rows, title=title)


def check_launch() -> None:
    """Make sure that the processes that a launcher started can share the command on this command line.

    Raises:
        ConfigError: the command is for one process, or the launcher started one process in place of several.
    """
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    if n_processes() > 1 and command not in SHARED_COMMANDS:
        raise ConfigError(
            f"{n_processes()} processes cannot share this command",
            received=command or "no command",
            fix=f"run it without a launcher; {', '.join(SHARED_COMMANDS)} can be shared",
        )
    # accelerate launch --cpu sets an address for several processes, and then starts only one of them
    if {"ACCELERATE_USE_CPU", "MASTER_ADDR"} <= os.environ.keys() and "RANK" not in os.environ:
        raise ConfigError(
            "accelerate launch --cpu started a single process, whatever --num_processes says",
            fix="on CPUs use torchrun --nproc-per-node 2 -m qa_lesson.cli ... (docs/scaling.md)",
        )
