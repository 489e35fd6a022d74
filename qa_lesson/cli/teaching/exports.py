"""Commands that take questions and grades elsewhere: ``qa-lesson quiz moodle|canvas|anki`` and ``grades ...``."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa_lesson.cli._app import Json, app
from qa_lesson.cli._console import print_json, show_table, tell, warn
from qa_lesson.cli._outputs import (
    ANKI,
    CANVAS_GRADES,
    CANVAS_QUIZ,
    FEEDBACK_PAGES,
    LTI_GRADES,
    MOODLE_GRADES,
    MOODLE_QUIZ,
    REPORT,
    SIMILAR_RECORD,
    SIMILAR_TABLE,
    Force,
    Output,
    check_outputs,
)
from qa_lesson.cli.teaching.quizzes import quiz_app
from qa_lesson.errors import ConfigError

if TYPE_CHECKING:
    from qa_lesson.grading.formats.results import Results
    from qa_lesson.quiz.bank.models import Quiz

grades_app = typer.Typer(
    help="Take the grades of a quiz elsewhere, and look for similar answers.", no_args_is_help=True
)
app.add_typer(grades_app, name="grades")

Quizzes = Annotated[list[str], typer.Argument(help="Names of quizzes of the bank (05_metrics), or YAML files.")]
Graded = Annotated[Path, typer.Argument(help="The folder that qa-lesson grade wrote with --out.")]


@quiz_app.command()
def moodle(
    quizzes: Quizzes,
    output: Annotated[Path, typer.Option("--out", help="The XML file to write.")],
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Write quizzes as Moodle XML, for "Import" in a question bank (Moodle 4.4 or later)."""
    from qa_lesson.grading.lms.moodle_xml import export_moodle

    check_outputs([Output("--out", output, MOODLE_QUIZ)], quizzes, force)
    chosen = _load(quizzes)
    export_moodle(output, chosen)
    _tell_questions(chosen, output, as_json)


@quiz_app.command()
def canvas(
    quizzes: Quizzes,
    output: Annotated[Path, typer.Option("--out", help="The zip to write.")],
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Write quizzes as a QTI 1.2 package, for "Import Course Content" in Canvas."""
    from qa_lesson.grading.lms.canvas_qti import export_canvas

    check_outputs([Output("--out", output, CANVAS_QUIZ)], quizzes, force)
    chosen = _load(quizzes)
    export_canvas(output, chosen)
    _tell_questions(chosen, output, as_json)


@quiz_app.command()
def anki(
    output: Annotated[Path, typer.Option("--out", help="The deck to write, ending in .apkg.")],
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Write the questions of all lessons as an Anki deck; import a newer one to update it."""
    from qa_lesson.quiz.flashcards.anki import export_anki
    from qa_lesson.quiz.flashcards.cards import all_flashcards

    check_outputs([Output("--out", output, ANKI)], [], force)
    cards = all_flashcards()
    export_anki(output, cards)
    if as_json:
        return print_json({"deck": str(output), "cards": len(cards)})
    tell(f"{len(cards)} cards written to {output}")


@grades_app.command("canvas")
def grades_canvas(
    graded: Graded,
    output: Annotated[Path, typer.Option("--out", help="The CSV file to write.")],
    assignment: Annotated[
        int | None, typer.Option(help="Number of the assignment in Canvas, from its address.")
    ] = None,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Write the grades as CSV for Canvas's gradebook; no grade is an empty cell."""
    from qa_lesson.grading.formats.results import load_results
    from qa_lesson.grading.lms.gradebooks import canvas_csv
    from qa_lesson.storage import write_atomically

    check_outputs([Output("--out", output, CANVAS_GRADES)], [graded, graded / "results.json"], force)
    results = load_results(graded)
    write_atomically(output, canvas_csv(results, assignment))
    _tell_grades(results, graded, output, as_json)


@grades_app.command("moodle")
def grades_moodle(
    graded: Graded,
    output: Annotated[Path, typer.Option("--out", help="The CSV file to write.")],
    by: Annotated[str, typer.Option(help="What Moodle knows the learners by: email or idnumber.")] = "email",
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Write grades and feedback as CSV for Moodle's gradebook; no grade is no row."""
    from qa_lesson.grading.formats.results import load_results
    from qa_lesson.grading.lms.gradebooks import moodle_csv
    from qa_lesson.storage import write_atomically

    check_outputs([Output("--out", output, MOODLE_GRADES)], [graded, graded / "results.json"], force)
    results = load_results(graded)
    write_atomically(output, moodle_csv(results, by))
    _tell_grades(results, graded, output, as_json)


@grades_app.command("lti")
def grades_lti(
    graded: Graded,
    output: Annotated[Path, typer.Option("--out", help="The JSONL file to write.")],
    user_column: Annotated[str | None, typer.Option(help="Column of the roster with the platform's user ids.")] = None,
    graded_at: Annotated[
        str | None, typer.Option(help="Time of the grading (2026-03-01T10:00:00Z); needed when you regrade.")
    ] = None,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Write the grades as scores of LTI Assignment and Grade Services, one a line."""
    from qa_lesson.grading.formats.results import load_results
    from qa_lesson.grading.lms.lti import score_lines
    from qa_lesson.storage import write_atomically

    check_outputs([Output("--out", output, LTI_GRADES)], [graded, graded / "results.json"], force)
    results = load_results(graded)
    write_atomically(output, score_lines(results, user_column=user_column, graded_at=graded_at))
    _tell_grades(results, graded, output, as_json)


@grades_app.command("send-lti")
def grades_send_lti(
    scores: Annotated[Path, typer.Argument(help="The JSONL file that qa-lesson grades lti wrote.")],
    platform: Annotated[
        Path,
        typer.Option("--platform", help="YAML: token_endpoint, client_id, line_item, private_key, key_id, audience."),
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be sent, and send nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Send scores to a platform over LTI 1.3. A second run sends only what is missing.

    What was accepted is noted in SCORES.sent.jsonl. Exits with 1 if a score was refused.
    """
    try:
        from qa_lesson.grading.lms.lti_platform import load_access
        from qa_lesson.grading.lms.lti_sending import Sent, journal_path, read_scores, send_scores
    except ModuleNotFoundError as error:
        fix = 'run: pip install "qa-lesson[lti]"'
        raise ConfigError(f"sending needs the package {error.name}, which is not installed", fix=fix) from error

    access = load_access(platform)
    found: list[Sent] = []
    try:
        for one in send_scores(read_scores(scores), access, journal_path(scores), dry_run=dry_run):
            found.append(one)
    finally:  # also if the platform goes away in between
        if found and not as_json:
            show_table(("user", "score", "result", "reason"), [(o.user, o.score, o.outcome, o.reason) for o in found])
    counts = Counter(one.outcome for one in found)
    if as_json:
        print_json({"results": [asdict(one) for one in found], "counts": dict(counts)})
    else:
        tell(", ".join(f"{n} {outcome}" for outcome, n in counts.items()))
    raise typer.Exit(1 if counts["refused"] else 0)


@grades_app.command("feedback")
def grades_feedback(
    graded: Graded,
    lms: Annotated[str, typer.Argument(help="moodle or canvas.")],
    output: Annotated[Path, typer.Option("--out", help="The zip to write.")],
    worksheet: Annotated[
        Path | None, typer.Option("--worksheet", help="Moodle's grading worksheet: the number of each participant.")
    ] = None,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Pack the feedback pages for Moodle ("Upload multiple feedback files in a zip") or Canvas ("Re-Upload ...").

    Only pages with a settled grade go. Grade the archive as it was downloaded: its names say whose each file is.
    """
    from qa_lesson.grading.formats.results import load_results
    from qa_lesson.grading.lms.returning import check_lms, feedback_archive
    from qa_lesson.grading.marking.roster import roster_of
    from qa_lesson.grading.marking.worksheet import read_worksheet
    from qa_lesson.grading.pages.feedback import page_names
    from qa_lesson.storage import file_atomically

    check_outputs([Output("--out", output, FEEDBACK_PAGES)], [graded, graded / "results.json", worksheet], force)
    system = check_lms(lms)
    results = load_results(graded)
    people = roster_of([one.learner for one in results.learners])
    numbers = read_worksheet(worksheet, people).learners if worksheet else {}
    pages = {name: graded / path for name, path in page_names(results).items()}
    packed = feedback_archive(results, pages, system, {one.id: number for number, one in numbers.items()})
    with file_atomically(output) as unfinished:
        unfinished.write_bytes(packed.content)
    if as_json:
        return print_json({"pages": packed.n_pages, "left_out": list(packed.left_out), "out": str(output)})
    tell(f"{packed.n_pages} pages written to {output}")
    if packed.left_out:
        warn(f"{len(packed.left_out)} left out, whose number is not known:", ", ".join(packed.left_out))


@grades_app.command()
def similar(
    graded: Graded,
    output: Annotated[Path, typer.Option("--out", help="The folder to write similar.html, .csv and .json into.")],
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Look for pairs who share more wrong answers than chance explains: evidence to look at, not a verdict."""
    from qa_lesson.grading.analysis.similarity import find_similar
    from qa_lesson.grading.formats.results import load_results
    from qa_lesson.grading.pages.similarity_report import write_similarity

    kinds = {"similar.html": REPORT, "similar.csv": SIMILAR_TABLE, "similar.json": SIMILAR_RECORD}
    files = [Output("--out", output / name, kind) for name, kind in kinds.items()]
    check_outputs(files, [graded, graded / "results.json"], force)
    found = find_similar(load_results(graded))
    write_similarity(found, output)
    if as_json:
        return print_json({"compared": found.n_pairs, "pairs": len(found.pairs), "out": str(output)})
    tell(f"{len(found.pairs)} of {found.n_pairs} pairs to look at, see {output / 'similar.html'}")


def _load(names: list[str]) -> list[Quiz]:
    from qa_lesson.quiz.bank.files import load_quiz

    return [load_quiz(name) for name in names]


def _tell_questions(quizzes: list[Quiz], output: Path, as_json: bool) -> None:
    from qa_lesson.quiz.kinds.shared.forms import Essay

    forms = [question.form() for quiz in quizzes for question in quiz.questions]
    if as_json:
        return print_json({"quizzes": len(quizzes), "questions": len(forms), "out": str(output)})
    tell(f"{len(forms)} questions written to {output}")
    for what, n in Counter(form.asks_for for form in forms if isinstance(form, Essay)).items():
        warn(f"{n} of them ask for {what}", "and are marked by hand there")


def _tell_grades(results: Results, graded: Path, output: Path, as_json: bool) -> None:
    from qa_lesson.grading.pages.output import edited_files

    edited = [name for name in edited_files(graded) if name.endswith(".csv")] if graded.is_dir() else []
    if edited:
        warn(
            f"edited by hand and not exported: {', '.join(edited)}.",
            "The grades come from results.json; change them with qa-lesson grade --adjust",
        )
    unsettled = sum(result.status == "needs review" for result in results.learners)
    settled = len(results.handed_in) - unsettled
    if as_json:
        record = {"grades": settled, "missing": len(results.missing), "need_review": unsettled, "out": str(output)}
        return print_json({**record, "edited_and_ignored": edited})
    tell(f"{settled} grades written to {output}")
    if unsettled:
        warn(f"{unsettled} left out:", f"they have answers that need review; mark them with qa-lesson review {graded}")
