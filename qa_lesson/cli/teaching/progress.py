"""Commands about what the learner has answered."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qa_lesson.cli._app import Json, app
from qa_lesson.cli._console import print_json, say, show_table, warn
from qa_lesson.cli._outputs import PROGRESS, Force, Output, check_outputs
from qa_lesson.errors import DataError

if TYPE_CHECKING:
    from qa_lesson.quiz.progress.mastery import ObjectiveMastery, Tally


@app.command()
def progress(
    file: Annotated[
        Path | None,
        typer.Option("--file", help="A progress file; without it $QA_LESSON_PROGRESS, or the one that notebooks use."),
    ] = None,
    export: Annotated[
        Path | None, typer.Option("--export", help="Write a file (JSON), after telling what will be in it.")
    ] = None,
    contents: Annotated[
        str,
        typer.Option(
            "--contents",
            help="Of --export: everything (can be imported again), answers (no times, flashcards or guesses), mastery "
            "(only how many were right).",
        ),
    ] = "everything",
    sender: Annotated[
        str | None,
        typer.Option("--from", help="Of --export: the e-mail address or number your instructor knows you by."),
    ] = None,
    take: Annotated[Path | None, typer.Option("--import", help="Take in what --export wrote elsewhere.")] = None,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Show what you have answered: mastery by objective, confidence, what to look at again.

    --export writes a file for your instructor, or for another machine, and tells first what it contains.
    """
    from qa_lesson.quiz.bank.files import load_quiz, quiz_names
    from qa_lesson.quiz.progress.attempts import Progress, progress_path
    from qa_lesson.quiz.progress.mastery import confidence_calibration, mastery_by_objective, tally, what_to_revisit
    from qa_lesson.quiz.progress.sharing import EXPORT_NOTICES, check_contents, shared_json
    from qa_lesson.storage import write_atomically

    check_outputs([Output("--export", export, PROGRESS)], [progress_path(file), take], force)
    wanted = check_contents(contents)
    name = _sender(sender, wanted, ask=not as_json) if export is not None else ""
    if file is not None:
        _check_is_progress(file)
    mine = Progress.open(file)
    taken = mine.import_json(take) if take is not None else None
    notice = EXPORT_NOTICES[wanted]
    if export is not None:
        for line in () if as_json else notice.lines(name):
            say(line)
        write_atomically(export, shared_json(mine, wanted, name))
    attempts = mine.attempts()
    objectives = mastery_by_objective(attempts, [load_quiz(name) for name in quiz_names()])
    revisit = what_to_revisit(objectives)
    if as_json:
        return print_json(
            {
                "file": str(mine.path),
                "note": mine.note,
                "learner": mine.learner,
                "attempts": len(attempts),
                "reviews": len(mine.reviews()),
                **_counts(tally(attempts)),
                "objectives": [_objective(one) for one in objectives],
                "confidence": [
                    {"said": one.said, **_counts(one.tally), "verdict": one.verdict}
                    for one in confidence_calibration(attempts)
                ],
                "revisit": [{"quiz": one.quiz, "objective": one.objective} for one in revisit],
                "exported": str(export) if export else None,
                "contents": {"contains": notice.contains, "leaves_out": notice.leaves_out} if export else None,
                "imported": taken,
            }
        )
    if mine.note:
        warn("note:", mine.note)
    if objectives:
        rows = [(one.quiz, one.words, *_cells(one.overall)) for one in objectives]
        rows.append(("all", "", *_cells(tally(attempts))))
        show_table(("quiz", "I can ...", "right at first", "95% interval"), rows, title="what you can do")
    for one in revisit:
        places = ", ".join(one.missed_sections) or "its lesson"
        say(f"look again: {one.words} ({places})")
    told = [f"{len(attempts)} attempts in {mine.path}"]
    told += [f"{taken} new from {take}"] if take is not None else []
    told += [f"written to {export}"] if export is not None else []
    say("; ".join(told))


def _sender(given: str | None, contents: str, *, ask: bool) -> str:
    """Who the file says it is from. A copy of everything may be the learner's own, so it needs no name."""
    from qa_lesson.quiz.progress.learner_names import check_learner

    is_copy = contents == "everything"
    if given is None and ask and _at_terminal():
        question = "Your e-mail address or number, for your instructor"
        question += " (empty: the file is a copy for yourself)" if is_copy else ""
        given = typer.prompt(question, default="", show_default=False)
    return "" if is_copy and not (given or "").strip() else check_learner(given or "")


def _at_terminal() -> bool:
    return sys.stdin.isatty()


def _check_is_progress(file: Path) -> None:
    """A file named by mistake must be left as it is; what notebooks open they also mend."""
    from qa_lesson.quiz.progress.attempts import check_rows, progress_path
    from qa_lesson.quiz.progress.store import examine

    path = progress_path(file)
    try:
        state = examine(path, check_rows)
    except (OSError, sqlite3.Error) as error:
        raise DataError(
            "the file cannot be read", where=str(path), received=str(error), fix="check its path"
        ) from error
    whats = {
        "new": "there is no progress here",
        "foreign": "this is another program's file",
        "damaged": "it is damaged",
    }
    if state in whats:
        raise DataError(whats[state], where=str(path), fix="name a file that a notebook of the course has written")


def _cells(counts: Tally) -> tuple[str, str]:
    from qa_lesson.quiz.progress.pieces import NOTHING, count_in_words, range_in_words

    return count_in_words(counts), range_in_words(counts.interval) if counts.interval is not None else NOTHING


def _counts(counts: Tally) -> dict[str, Any]:
    interval = counts.interval
    return {
        "right": counts.n_right,
        "answered": counts.n,
        "interval": None if interval is None else [interval.low, interval.high],
    }


def _objective(one: ObjectiveMastery) -> dict[str, Any]:
    return {
        "quiz": one.quiz,
        "objective": one.objective,
        "words": one.words,
        **_counts(one.overall),
        "by_difficulty": {name: _counts(counts) for name, counts in one.by_difficulty.items()},
        "missed_sections": list(one.missed_sections),
    }
