"""Commands about what the learner has answered."""

from __future__ import annotations

import sqlite3
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
    export: Annotated[Path | None, typer.Option("--export", help="Write all answers and reviews here (JSON).")] = None,
    take: Annotated[Path | None, typer.Option("--import", help="Take in what --export wrote elsewhere.")] = None,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Show what you have answered: mastery by objective, confidence, what to look at again."""
    from qa_lesson.quiz.bank.files import load_quiz, quiz_names
    from qa_lesson.quiz.progress.attempts import Progress, progress_path
    from qa_lesson.quiz.progress.mastery import confidence_calibration, mastery_by_objective, tally, what_to_revisit

    check_outputs([Output("--export", export, PROGRESS)], [progress_path(file), take], force)
    if file is not None:
        _check_is_progress(file)
    mine = Progress.open(file)
    taken = mine.import_json(take) if take is not None else None
    if export is not None:
        mine.export_json(export)
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
