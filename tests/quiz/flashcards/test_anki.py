"""The Anki deck holds every card as it is, and a second import updates instead of doubling."""

import html
import json
import sqlite3
import sys
import zipfile
from contextlib import closing

import pytest
from typer.testing import CliRunner

from qa_lesson.cli import app
from qa_lesson.errors import ConfigError, QALessonError, StorageError
from qa_lesson.quiz.flashcards.anki import DECK_NAME, export_anki
from qa_lesson.quiz.flashcards.cards import Flashcard, all_flashcards


def read_back(path, tmp_path) -> dict:
    """Everything in a package: notes by id, cards, deck and note type."""
    with zipfile.ZipFile(path) as package:
        package.extract("collection.anki2", tmp_path)
        assert json.loads(package.read("media")) == {}
    with closing(sqlite3.connect(tmp_path / "collection.anki2")) as connection:
        rows = connection.execute("SELECT id, guid, mid, tags, flds FROM notes").fetchall()
        cards = connection.execute("SELECT nid, did, ord FROM cards").fetchall()
        models, decks = connection.execute("SELECT models, decks FROM col").fetchone()
    notes = {}
    for note, guid, model, tags, fields in rows:
        name, front, back = fields.split("\x1f")
        notes[name] = {"note": note, "guid": guid, "model": model, "tags": tags.split(), "front": front, "back": back}
    return {"notes": notes, "cards": cards, "models": json.loads(models), "decks": json.loads(decks)}


def test_every_card_of_the_bank_comes_back(tmp_path):
    cards = all_flashcards()
    found = read_back(export_anki(tmp_path / "deck.apkg"), tmp_path)
    assert len(found["notes"]) == len(cards) == len(found["cards"]) > 50
    for card in cards:
        note = found["notes"][card.id]
        assert (note["front"], note["back"]) == (card.front, card.back)
        assert sorted(note["tags"]) == sorted([f"qa-lesson::{card.quiz}", f"qa-lesson::{card.difficulty}"])
    (deck,) = [deck for deck in found["decks"].values() if deck["name"] == DECK_NAME]
    assert {did for _, did, _ in found["cards"]} == {deck["id"]}
    assert {nid for nid, _, _ in found["cards"]} == {note["note"] for note in found["notes"].values()}
    (model,) = [model for model in found["models"].values() if model["name"] == DECK_NAME]
    assert [field["name"] for field in model["flds"]] == ["Id", "Front", "Back"]
    assert {note["model"] for note in found["notes"].values()} == {int(model["id"])}


def test_a_newer_export_has_the_same_identities(tmp_path):
    old = Flashcard("04-a", "05_metrics", "f1", "easy", "<p>old</p>", "<p>old</p>")
    new = Flashcard("04-a", "05_metrics", "f1", "hard", "<p>new</p>", "<p>new</p>")
    other = Flashcard("04-b", "05_metrics", "f1", "easy", "<p>old</p>", "<p>old</p>")
    first = read_back(export_anki(tmp_path / "a.apkg", [old, other]), tmp_path)
    second = read_back(export_anki(tmp_path / "b.apkg", [new]), tmp_path)
    for key in ("guid", "model"):
        assert first["notes"]["04-a"][key] == second["notes"]["04-a"][key]
    assert first["notes"]["04-a"]["guid"] != first["notes"]["04-b"]["guid"]
    assert second["notes"]["04-a"]["front"] == "<p>new</p>"
    assert {did for _, did, _ in first["cards"]} == {did for _, did, _ in second["cards"]}
    assert first["notes"]["04-a"]["guid"] == "ndB4G/yFjk"  # pinned: another one would double everybody's cards


def test_html_stays_escaped(tmp_path):
    card = Flashcard("04-a", "05_metrics", "f1", "easy", f"<p>{html.escape('a < b & <script>')}</p>", "<p>x</p>")
    found = read_back(export_anki(tmp_path / "a.apkg", [card]), tmp_path)
    assert found["notes"]["04-a"]["front"] == "<p>a &lt; b &amp; &lt;script&gt;</p>"


def test_without_genanki_it_says_how_to_install_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "genanki", None)
    with pytest.raises(QALessonError, match=r'pip install "qa-lesson\[anki\]"'):
        export_anki(tmp_path / "a.apkg")
    assert list(tmp_path.iterdir()) == []


def test_a_bad_name_or_place_leaves_nothing_behind(tmp_path):
    with pytest.raises(ConfigError, match="apkg"):
        export_anki(tmp_path / "deck.zip")
    with pytest.raises(StorageError, match="cannot write") as caught:
        export_anki(tmp_path / "missing" / "deck.apkg", [])
    assert caught.value.where == str(tmp_path / "missing" / "deck.apkg")
    (tmp_path / "folder.apkg").mkdir()
    with pytest.raises(StorageError):
        export_anki(tmp_path / "folder.apkg", [])
    assert [path.name for path in tmp_path.iterdir()] == ["folder.apkg"]


def test_the_command_writes_the_deck(tmp_path):
    path = tmp_path / "deck.apkg"
    result = CliRunner().invoke(app, ["quiz", "anki", "--out", str(path), "--json"], catch_exceptions=False)
    assert result.exit_code == 0
    record = json.loads(result.stdout)
    assert record == {"deck": str(path), "cards": len(all_flashcards())}
    assert len(read_back(path, tmp_path)["notes"]) == record["cards"]
