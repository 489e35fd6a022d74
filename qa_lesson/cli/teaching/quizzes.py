"""Commands about the quiz bank: ``qa-lesson quiz ...``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from qa_lesson.cli._app import Json, app
from qa_lesson.cli._console import print_json, say, tell
from qa_lesson.cli._outputs import SCHEMA, Force, Output, check_outputs
from qa_lesson.errors import counted

quiz_app = typer.Typer(help="Check the quizzes and what belongs to them.", no_args_is_help=True)
app.add_typer(quiz_app, name="quiz")


@quiz_app.command()
def lint(
    files: Annotated[
        list[Path] | None, typer.Argument(help="YAML files, or folders of them; the whole bank if not given.")
    ] = None,
    folder: Annotated[Path | None, typer.Option(help="Another bank: a folder of YAML files.")] = None,
    as_json: Json = False,
) -> None:
    """Check quiz files: their form, that every key is right, and what would mislead a learner.

    Runs the code of code questions, so check files you trust. Exits with 1 if there are findings. In a graded quiz only
    what makes the key wrong is one; the rest warns.
    """
    from dataclasses import asdict

    from qa_lesson.quiz.lint.bank_lints import lint_bank

    findings = lint_bank(folder, files=files or ())
    if as_json:
        print_json({"findings": [asdict(finding) for finding in findings]})
    for finding in () if as_json else findings:
        place = finding.file if finding.line is None else f"{finding.file}:{finding.line}"
        what = f"{finding.question}: {finding.what}" if finding.question else finding.what
        say((place, "bold"), f" {'(warning) ' if finding.warning else ''}{what}")
        say(f"    to do: {finding.fix}")
    faults = [finding for finding in findings if not finding.warning]
    tell(f"{counted(len(faults), 'finding')}, {counted(len(findings) - len(faults), 'warning')}")
    raise typer.Exit(1 if faults else 0)


@quiz_app.command()
def schema(
    output: Annotated[Path | None, typer.Option("--out", help="Write it to this file instead of stdout.")] = None,
    force: Force = False,
) -> None:
    """Print the JSON Schema of quiz files, with which editors check and complete them."""
    from qa_lesson.quiz.bank.files import json_schema
    from qa_lesson.storage import write_atomically

    check_outputs([Output("--out", output, SCHEMA)], [], force)
    if output is None:
        return print_json(json_schema(), indent=2)
    write_atomically(output, json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n")
    tell(f"written to {output}")
