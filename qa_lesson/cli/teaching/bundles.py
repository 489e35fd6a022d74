"""Commands about graded quizzes before they are answered: ``qa-lesson quiz new`` and ``qa-lesson quiz bundle``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from qa_lesson.cli._app import Json
from qa_lesson.cli._console import print_json, tell, warn
from qa_lesson.cli._outputs import BUNDLE, KEY, LEARNER_README, NOTEBOOK, TEMPLATE, Force, Output, check_outputs
from qa_lesson.cli.teaching.quizzes import quiz_app
from qa_lesson.errors import BankError, counted


@quiz_app.command()
def new(
    file: Annotated[Path, typer.Argument(help="The quiz to write, ending in .yaml.", metavar="NAME.yaml")],
    force: Force = False,
) -> None:
    """Begin a graded quiz from a commented template with a question of each kind."""
    from qa_lesson.grading.handing_out.handout import write_template

    check_outputs([Output("the quiz", file, TEMPLATE)], [], force)
    schema = write_template(file, force=force)
    tell(f"written to {file}; it will hold the key, so keep it to yourself")
    tell(f"{schema} lets editors complete and check it")


@quiz_app.command()
def bundle(
    quizzes: Annotated[
        list[str],
        typer.Argument(help="Quiz files (YAML), or names of practice quizzes, whose key is public.", metavar="QUIZ"),
    ],
    output: Annotated[Path, typer.Option("--out", help="Folder for the learners.", metavar="DIR")],
    key: Annotated[Path, typer.Option("--key", help="File for the key, outside of that folder.", metavar="KEYFILE")],
    title: Annotated[str | None, typer.Option(help="The quiz's own if not given.")] = None,
    deadline: Annotated[
        str | None, typer.Option(help="With its time zone: 2026-12-01T18:00+01:00. Later is late, not refused.")
    ] = None,
    attempts: Annotated[
        int | None, typer.Option(min=1, help="How often one may hand in; no limit if not given.")
    ] = None,
    install: Annotated[
        str | None, typer.Option(help="How learners get the package, for their README: 'Use the course's JupyterHub.'")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace an earlier key or bundle, or files of another kind.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Make a graded quiz: a folder for learners, without the key, and the key apart from it.

    The files are linted first, which runs the code of code questions, so bundle files you trust.
    """
    from qa_lesson.grading.formats.records import parse_deadline
    from qa_lesson.grading.handing_out.bundle import build_bundle
    from qa_lesson.grading.handing_out.handout import INSTALL, warnings, write_handout
    from qa_lesson.quiz.bank.files import load_quiz, quiz_name, quiz_names

    kinds = {"bundle.json": BUNDLE, "quiz.ipynb": NOTEBOOK, "README.txt": LEARNER_README}
    written = [Output("--key", key, KEY), *(Output("--out", output / name, kind) for name, kind in kinds.items())]
    check_outputs(written, quizzes, force)
    due = None if deadline is None else parse_deadline(deadline)
    in_the_bank = set(quiz_names())
    files = [Path(name) for name in quizzes if quiz_name(name) not in in_the_bank]
    style = _lint(files)
    read = [load_quiz(name) for name in quizzes]
    for_learners, for_instructor = build_bundle(read, title=title, deadline=due, attempts=attempts)
    write_handout(
        for_learners,
        for_instructor,
        folder=output,
        key_file=key,
        sources=files,
        force=force,
        install=install or INSTALL,
    )
    told = [*warnings(read), *style]
    if due is not None and due < datetime.now(UTC):
        told.insert(0, f"The deadline has passed: {due.isoformat()}.")
    if as_json:
        return print_json(
            {
                "bundle": str(output / "bundle.json"),
                "key": str(key),
                "id": for_learners.id,
                "questions": len(for_learners.questions),
                "points": for_learners.possible,
                "warnings": told,
            }
        )
    for warning in told:
        warn("note:", warning)
    n = len(for_learners.questions)
    tell(f"{counted(n, 'question')}, {for_learners.possible:g} points; bundle {for_learners.id}")
    tell(f"for learners, the whole folder: {output}")
    tell(f"for you alone, the key: {key}")


def _lint(files: Sequence[Path]) -> list[str]:
    """Refuse files that would mark answers wrongly; what else is poor about them, in words.

    Raises:
        BankError: with all findings.
    """
    from qa_lesson.quiz.lint.bank_lints import lint_bank

    findings = lint_bank(files=files) if files else []
    if faults := [finding for finding in findings if not finding.warning]:
        raise BankError.from_findings(faults, source=", ".join(map(str, files)))
    return [f"{finding}." for finding in findings]
