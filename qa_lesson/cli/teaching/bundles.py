"""Commands about graded quizzes before they are answered: ``qa-lesson quiz new`` and ``qa-lesson quiz bundle``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qa_lesson.cli._app import Json
from qa_lesson.cli._console import print_json, tell, warn
from qa_lesson.cli._outputs import BUNDLE, KEY, LEARNER_README, NOTEBOOK, TEMPLATE, Force, Output, check_outputs
from qa_lesson.cli.teaching.quizzes import quiz_app
from qa_lesson.errors import BankError, ConfigError, counted

if TYPE_CHECKING:
    from qa_lesson.quiz.bank.models import Quiz


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
    roster: Annotated[
        Path | None,
        typer.Option(
            help="CSV of the course: a bundle for each learner. For quizzes with pools or parameters.", metavar="CSV"
        ),
    ] = None,
    secret_from: Annotated[
        Path | None,
        typer.Option(
            "--secret-from",
            help="An earlier key whose secret is used again, so that learners keep what they were asked. The key at "
            "--key, if there is one, keeps its own.",
            metavar="KEYFILE",
        ),
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

    With --roster each learner gets a folder and an archive of their own in it, with questions drawn for them alone.

    The files are linted first, which runs the code of code questions, so bundle files you trust.
    """
    from qa_lesson.grading.formats.records import parse_deadline
    from qa_lesson.grading.handing_out.handout import INSTALL, warnings
    from qa_lesson.quiz.bank.files import load_quiz, quiz_name, quiz_names

    written = [Output("--key", key, KEY)]
    if roster is None:
        kinds = {"bundle.json": BUNDLE, "quiz.ipynb": NOTEBOOK, "README.txt": LEARNER_README}
        written += [Output("--out", output / name, kind) for name, kind in kinds.items()]
        if secret_from is not None:
            raise ConfigError(
                "one bundle for all has no secret", received=f"--secret-from {secret_from}", fix="add --roster"
            )
    check_outputs(written, [*quizzes, roster, secret_from], force)
    due = None if deadline is None else parse_deadline(deadline)
    in_the_bank = set(quiz_names())
    files = [Path(name) for name in quizzes if quiz_name(name) not in in_the_bank]
    style = _lint(files)
    read = [load_quiz(name) for name in quizzes]
    rules: dict[str, Any] = {"title": title, "deadline": due, "attempts": attempts}
    place: dict[str, Any] = {
        "folder": output, "key_file": key, "sources": files, "force": force, "install": install or INSTALL,
    }  # fmt: skip
    record = _for_all(read, rules, place) if roster is None else _for_each(read, rules, place, roster, secret_from)
    told = [*warnings(read), *style]
    if due is not None and due < datetime.now(UTC):
        told.insert(0, f"The deadline has passed: {due.isoformat()}.")
    if as_json:
        return print_json({**record, "key": str(key), "warnings": told})
    for warning in told:
        warn("note:", warning)
    tell(f"{counted(record['questions'], 'question')}, {record['points']:g} points; bundle {record['id']}")
    if roster is None:
        tell(f"for learners, the whole folder: {output}")
    else:
        tell(f"for {counted(record['learners'], 'learner')}, each their own folder or archive of it: {output}")
        tell("don't hand out the whole folder: it has everyone's questions")
    tell(f"for you alone, the key: {key}")


def _for_all(quizzes: Sequence[Quiz], rules: Mapping[str, Any], place: Mapping[str, Any]) -> dict[str, Any]:
    from qa_lesson.grading.handing_out.bundle import FILE_NAME, build_bundle
    from qa_lesson.grading.handing_out.handout import write_handout

    for_learners, for_instructor = build_bundle(quizzes, **rules)
    write_handout(for_learners, for_instructor, **place)
    return {
        "bundle": str(place["folder"] / FILE_NAME),
        "id": for_learners.id,
        "questions": len(for_learners.questions),
        "points": for_learners.possible,
    }


def _for_each(
    quizzes: Sequence[Quiz], rules: Mapping[str, Any], place: Mapping[str, Any], roster: Path, secret_from: Path | None
) -> dict[str, Any]:
    from qa_lesson.grading.handing_out.bundle import build_personal_key
    from qa_lesson.grading.handing_out.personal_bundles import secret_for, write_personal_bundles
    from qa_lesson.grading.marking.roster import read_roster

    learners = read_roster(roster).learners
    key = build_personal_key(quizzes, secret=secret_for(place["key_file"], secret_from), **rules)
    folders = write_personal_bundles(key, learners, **place)
    n_asked = len(key.for_learner(learners[0].id).questions)
    return {
        "bundles": {name: str(folder) for name, folder in folders.items()},
        "id": key.bundle,
        "learners": len(learners),
        "questions": n_asked,
        "points": key.possible,
    }


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
