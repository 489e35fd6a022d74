"""The flashcards as a deck for Anki."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qa_lesson.errors import ConfigError, QALessonError
from qa_lesson.quiz.flashcards.cards import Flashcard, all_flashcards
from qa_lesson.storage import file_atomically

DECK_NAME = "QA fine-tuning"
# Anki recognises a deck and a note type by these when a newer export is imported: never change them
_DECK_ID, _NOTE_TYPE_ID = 1_734_902_117, 1_620_358_841
_CSS = """
.card { font-family: sans-serif; font-size: 18px; line-height: 1.45; text-align: left; max-width: 44em; margin: auto; }
pre { white-space: pre-wrap; padding: 6px 10px; border: 1px solid #888; border-radius: 4px; }
table { border-collapse: collapse; }
td, th { border: 1px solid #888; padding: 2px 8px; }
blockquote { border-left: 4px solid #888; margin-left: 0; padding-left: 12px; }
""".strip()


def export_anki(path: str | Path, cards: Sequence[Flashcard] | None = None) -> Path:
    """Write the flashcards as an Anki package; importing a newer one updates the cards and keeps their schedule.

    Each note has the question's id as its identity, and tags for its lesson and its difficulty.

    Args:
        path: of the file, which ends in ``.apkg``.
        cards: None takes those of the whole bank.

    Raises:
        QALessonError: the optional package ``genanki`` is not installed.
        ConfigError: the path does not end in ``.apkg``.
        BankError: a quiz file is not as it should be.
        StorageError: the file cannot be written; what was there before is untouched.
    """
    try:
        import genanki
    except ImportError as error:
        raise QALessonError(
            "Anki decks need the package genanki, which is not installed", fix='run: pip install "qa-lesson[anki]"'
        ) from error
    path = Path(path)
    if path.suffix != ".apkg":
        raise ConfigError("Anki knows its files by their ending", received=path.name, fix="end the name in .apkg")
    note_type = genanki.Model(
        _NOTE_TYPE_ID,
        DECK_NAME,
        fields=[{"name": name} for name in ("Id", "Front", "Back")],
        templates=[{"name": "Card", "qfmt": "{{Front}}", "afmt": "{{FrontSide}}<hr id=answer>{{Back}}"}],
        css=_CSS,
    )
    deck = genanki.Deck(_DECK_ID, DECK_NAME, "Questions of the course, with answers and reasons.")
    for card in all_flashcards() if cards is None else cards:
        tags = [f"qa-lesson::{card.quiz}", f"qa-lesson::{card.difficulty}"]
        fields = [card.id, card.front, card.back]
        deck.add_note(genanki.Note(note_type, fields, guid=genanki.guid_for("qa-lesson", card.id), tags=tags))
    with file_atomically(path) as unfinished:
        genanki.Package(deck).write_to_file(unfinished)
    return path
