"""The command about a whole class, from the progress files that learners export."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qa_lesson.cli._app import Json, app
from qa_lesson.cli._console import print_json, say, show_table, track, warn
from qa_lesson.cli._outputs import CLASS_PAGE, PARTICIPATION, Force, Output, check_outputs
from qa_lesson.errors import counted

if TYPE_CHECKING:
    from qa_lesson.grading.overview.class_progress import ClassProgress

_MOST_TOLD = 10


@app.command("class")
def class_overview(
    files: Annotated[
        list[Path], typer.Argument(help="Files that learners exported, folders, and archives of Moodle or Canvas.")
    ],
    roster: Annotated[Path, typer.Option("--roster", help="CSV with the column id, email or both.")],
    output: Annotated[Path, typer.Option("--out", help="The page to write (HTML).")] = Path("class.html"),
    participation: Annotated[
        Path | None,
        typer.Option("--participation", help="Write a CSV too: how much each learner worked through."),
    ] = None,
    gradebook: Annotated[
        str,
        typer.Option("--gradebook", help="Of --participation: plain (all figures and the rule), canvas or moodle."),
    ] = "plain",
    worksheet: Annotated[
        Path | None,
        typer.Option("--worksheet", help="Moodle's offline grading worksheet: whose each participant number is."),
    ] = None,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Show how far a class is: lessons, objectives, questions that mislead, who may need help.

    Learners make the files with `qa-lesson progress --export`, which tells them what is in it. A file that cannot be
    read, or whose it is isn't clear, is named, and the exit code is then 1.
    """
    from qa_lesson.grading.marking.roster import read_roster
    from qa_lesson.grading.marking.worksheet import read_worksheet
    from qa_lesson.grading.overview.class_page import class_page_html
    from qa_lesson.grading.overview.class_progress import collect_progress, lesson_quizzes
    from qa_lesson.grading.overview.participation import participation_csv
    from qa_lesson.storage import write_atomically

    outputs = [Output("--out", output, CLASS_PAGE), Output("--participation", participation, PARTICIPATION)]
    check_outputs(outputs, [*files, roster, worksheet], force)
    people = read_roster(roster)
    sheet = read_worksheet(worksheet, people) if worksheet else None
    progress = collect_progress(files, people, lesson_quizzes(), worksheet=sheet, track=track)
    table = participation_csv(progress, gradebook) if participation is not None else ""
    write_atomically(output, class_page_html(progress))
    if participation is not None:
        write_atomically(participation, table)
    if as_json:
        print_json({**_record(progress), "out": str(output)})
    else:
        _tell(progress, output, participation)
    if any(one.rejected for one in progress.not_counted):
        raise typer.Exit(1)


def _record(progress: ClassProgress) -> dict[str, Any]:
    from qa_lesson.grading.overview.class_mastery import lesson_figures, objective_figures, tempting_answers
    from qa_lesson.grading.overview.needing_help import who_may_need_help

    return {
        "learners": [
            {
                "learner": one.learner.id,
                "sent": one.export is not None,
                "contents": one.export.contents if one.export else None,
                "worked_through": progress.n_worked_through(one) if one.export else None,
                "lessons": {
                    quiz: {"answered": n, "right": right, "right_since": since}
                    for quiz, (n, right, since) in one.lessons.items()
                },
            }
            for one in progress.learners
        ],
        "lessons": [dataclasses.asdict(one) for one in lesson_figures(progress)],
        "objectives": [dataclasses.asdict(one) for one in objective_figures(progress)],
        "misleading": [dataclasses.asdict(one) for one in tempting_answers(progress)],
        "may_need_help": [
            {"learner": note.learner.id, "reasons": list(note.reasons)} for note in who_may_need_help(progress)
        ],
        "not_counted": [dataclasses.asdict(one) for one in progress.not_counted],
        "same_source": [[one.id for one in group] for group in progress.same_source],
    }


def _tell(progress: ClassProgress, output: Path, participation: Path | None) -> None:
    from qa_lesson.grading.overview.class_mastery import lesson_figures

    rows = [
        (one.lesson.replace("_", " "), str(one.n_worked_through), str(one.n_begun)) for one in lesson_figures(progress)
    ]
    told = f"{counted(len(progress.sent), 'learner')} of {len(progress.learners)} sent a file"
    show_table(("lesson", "worked through", "begun"), rows, title=told)
    refused = [one for one in progress.not_counted if one.rejected]
    for one in refused[:_MOST_TOLD]:
        warn("held back:" if one.held_back else "refused:", f"{one.file}: {one.reason}")
    if len(refused) > _MOST_TOLD:
        warn(f"{len(refused) - _MOST_TOLD} more files,", "see the page")
    for group in progress.same_source:
        warn("one progress file for several learners:", ", ".join(one.id for one in group))
    say(f"written to {output}" + (f" and {participation}" if participation else ""))
