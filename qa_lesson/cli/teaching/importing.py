"""Questions of other systems become a quiz file: ``qa-lesson quiz import``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa_lesson.cli._app import Json
from qa_lesson.cli._console import print_json, show_table, tell, warn
from qa_lesson.cli._outputs import IMPORT_REPORT, IMPORTED_QUIZ, Force, Output, check_outputs
from qa_lesson.cli.teaching.quizzes import quiz_app
from qa_lesson.errors import ConfigError, DataError, counted

if TYPE_CHECKING:
    from qa_lesson.grading.lms.reading.question_import import ImportedQuiz


@quiz_app.command("import")
def import_quiz(
    file: Annotated[
        Path, typer.Argument(help="Moodle XML, GIFT, or a QTI 1.2 package of Canvas; recognized by content.")
    ],
    output: Annotated[Path, typer.Option("--out", help="The quiz to write, ending in .yaml.")],
    report: Annotated[Path | None, typer.Option("--report", help="Write what became of each question as CSV.")] = None,
    title: Annotated[str | None, typer.Option(help="Of the quiz; that of the source if not given.")] = None,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Make a graded quiz of the questions of another system, and tell what could not be brought along.

    A question is converted so that it marks as it did there, or it is named with the reason. Exits with 1 if a question
    could not be converted. Nothing of the file is run.
    """
    try:
        from qa_lesson.grading.lms.reading.question_import import import_questions
    except ModuleNotFoundError as error:
        fix = 'run: pip install "qa-lesson[lms]"'
        raise ConfigError(f"importing needs the package {error.name}, which is not installed", fix=fix) from error
    from qa_lesson.storage import write_atomically

    check_outputs([Output("--out", output, IMPORTED_QUIZ), Output("--report", report, IMPORT_REPORT)], [file], force)
    if output.suffix not in (".yaml", ".yml"):
        raise ConfigError("a quiz file ends in .yaml", received=str(output), fix=f"write {output.with_suffix('.yaml')}")
    found = import_questions(file, title)
    if report is not None:
        write_atomically(report, found.report())
    if not as_json:
        _tell(found)
    if not found.text:
        what = f"none of the {counted(len(found.questions), 'question')} could be converted"
        raise DataError(what, where=str(file), fix="see the reasons above; no quiz was written")
    write_atomically(output, found.text)
    if as_json:
        print_json(_record(found, output))
    else:
        n = sum(len(one.questions) for one in found.questions)
        tell(f"{found.n_converted} of {counted(len(found.questions), 'question')} converted, {n} written to {output}")
        tell(f"next: qa-lesson quiz lint {output}")
    raise typer.Exit(1 if found.refused else 0)


def _tell(found: ImportedQuiz) -> None:
    rows = [(str(one.source.number), one.source.name, one.source.type, "; ".join(one.faults)) for one in found.refused]
    if rows:
        show_table(("number", "name", "type", "why not"), rows, title="Not converted")
    rows = [
        (str(one.source.number), one.source.name, one.source.type, "; ".join(one.lost))
        for one in found.questions
        if one.lost and not one.faults
    ]
    if rows:
        show_table(("number", "name", "type", "what is lost"), rows, title="Converted, but something is lost")
    for lost in found.lost:
        warn("lost:", lost)


def _record(found: ImportedQuiz, output: Path) -> dict[str, object]:
    from qa_lesson.grading.lms.reading.question_import import result_of

    questions = [
        {
            "number": one.source.number,
            "name": one.source.name,
            "type": one.source.type,
            "result": result_of(one),
            "ids": [question["id"] for question in one.questions],
            "not_converted": one.faults,
            "lost": one.lost,
        }
        for one in found.questions
    ]
    return {
        "format": found.format,
        "title": found.title,
        "out": str(output),
        "lost": list(found.lost),
        "questions": questions,
    }
