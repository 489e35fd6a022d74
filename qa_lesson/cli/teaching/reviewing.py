"""The command that opens the page on which a person marks answers."""

from __future__ import annotations

import getpass
import webbrowser
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa_lesson.cli._app import app, until_ended
from qa_lesson.cli._console import finish_printing, say, tell, warn
from qa_lesson.cli._outputs import MARKS, Output, check_outputs
from qa_lesson.errors import ConfigError, counted

if TYPE_CHECKING:
    from qa_lesson.grading.formats.marks_journal import Marks
    from qa_lesson.grading.formats.review_items import ReviewItem


@app.command("review")
def review_answers(
    graded: Annotated[Path, typer.Argument(help="The folder that qa-lesson grade wrote.")],
    marks: Annotated[
        Path | None,
        typer.Option(
            "--marks", help="The file that keeps the marks; without it, GRADED.marks.jsonl beside the folder."
        ),
    ] = None,
    marker: Annotated[
        str | None, typer.Option("--marker", help="Who marks; needed if several people do. Your login name otherwise.")
    ] = None,
    names: Annotated[bool, typer.Option("--names", help="Show who wrote what; hidden otherwise.")] = False,
    question: Annotated[str | None, typer.Option("--question", help="The id of a question, to mark it alone.")] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the page on this machine; 0 takes any.")] = 0,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in the browser.")] = True,
) -> None:
    """Open a page, for this machine only, to mark the answers that wait for a person; Ctrl+C ends it."""
    folder = graded.resolve()
    kept = marks if marks is not None else folder.with_name(f"{folder.name}.marks.jsonl")
    check_outputs([Output("--marks", kept, MARKS)], [graded], force=False)
    if kept.resolve().is_relative_to(folder):
        fix = "choose a place outside, such as beside the folder: grading replaces it as a whole"
        raise ConfigError("the marks would be inside the graded folder", where=f"--marks {kept}", fix=fix)
    try:
        from qa_lesson.grading.reviewing.review_server import ReviewService
        from qa_lesson.serving.lifetime import address_of, open_socket, run_service
    except ImportError as error:
        raise ConfigError(
            f"{error.name or 'a library'} is needed for the page and is not installed",
            fix='run: pip install "qa-lesson[serving]". Or fill in needs_review.csv in a spreadsheet',
        ) from error
    from qa_lesson.grading.analysis.answer_groups import answer_groups
    from qa_lesson.grading.formats.marks_journal import MarksJournal
    from qa_lesson.grading.formats.review_items import load_review_items
    from qa_lesson.grading.reviewing.review_session import ReviewSession

    found = load_review_items(graded)
    items = _chosen(found.items, question)
    if not items:
        say("no answer waits for a person")
        return
    journal = MarksJournal(kept, found.bundle)
    for note in journal.notes:
        warn("note:", note)
    who = _marker(marker, journal.marks())
    shown = _names(graded) if names else None
    session = ReviewSession(found.title, items, journal, who, grouping=answer_groups, names=shown)
    service = ReviewService(session)
    listening = open_socket(port=port)
    url = address_of(listening) + service.path
    done, total = session.counts()
    tell(f"{counted(total, 'answer')} to mark, {done} marked by {who}. The page, for this machine alone:")
    say(url)
    tell(f"Every mark is saved at once in {kept}. Ctrl+C ends this program.")
    finish_printing()  # a pipe would show it at the end
    if browser:
        webbrowser.open(url)
    with until_ended():  # the server passes the signal on when it has stopped
        run_service(service.app, listening)
    done, total = session.counts()
    tell(f"{done} of {counted(total, 'answer')} marked. To use the marks, grade again with --reviews {kept}")


def _chosen(items: tuple[ReviewItem, ...], question: str | None) -> tuple[ReviewItem, ...]:
    if question is None:
        return items
    chosen = tuple(item for item in items if item.question == question)
    if not chosen:
        known = ", ".join(dict.fromkeys(item.question for item in items)) or "none"
        raise ConfigError(
            "no answer to this question waits for a person", received=question, fix=f"questions with answers: {known}"
        )
    return chosen


def _marker(given: str | None, marks: Marks) -> str:
    """Who marks: as said, or by the login name, unless someone else has marked already."""
    from qa_lesson.grading.formats.marks_journal import AGREED, check_marker

    if given is not None:
        return check_marker(given)
    known = sorted({one.marker for one in marks.decisions} - {AGREED})
    try:
        login = check_marker(getpass.getuser())
    except (OSError, KeyError, ImportError, ConfigError):  # as in a container without accounts
        login = ""
    if login and known in ([], [login]):
        return login
    told = f"{', '.join(known)} marked in this file" if known else "your login name can't be used"
    raise ConfigError("it isn't clear who marks", received=told, fix="say your name with --marker NAME")


def _names(graded: Path) -> Mapping[str, str]:
    from qa_lesson.grading.formats.results import load_results

    return {result.learner.id: result.learner.name for result in load_results(graded).learners}
