"""Commands about flashcards: ``qa-lesson quiz anki``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qa_lesson.cli._app import Json
from qa_lesson.cli._console import print_json, tell
from qa_lesson.cli._outputs import ANKI, Force, Output, check_outputs
from qa_lesson.cli.quizzes import quiz_app


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
