"""`qa-lesson index` and `qa-lesson search`."""

import json

import pytest
from quick_vectors import quick_embed
from typer.testing import CliRunner

from qa_lesson.cli import app
from qa_lesson.documents import Passage, write_passages
from qa_lesson.errors import QALessonError
from qa_lesson.retrieval import load_index, nearest, passage_index

PASSAGES = [
    Passage("rules.pdf#1", "rules.pdf", "It is open to all. Bram keeps the light.", 0, 40, 11, ("Light", "Keepers"), 3),
    Passage("rules.pdf#2", "rules.pdf", "The ferry sails at noon, on Sundays at ten.", 42, 85, 300, ("Ferry",), 4),
    Passage("shed.txt#1", "shed.txt", "[bold]Kelp[/bold] dries in the shed.", 0, 36, 12),
]


@pytest.fixture(autouse=True)
def quick(monkeypatch, tmp_path):
    monkeypatch.setattr(passage_index, "embed", quick_embed)
    monkeypatch.chdir(tmp_path)
    write_passages(PASSAGES, "passages.jsonl")


def run(*arguments):
    return CliRunner().invoke(app, [*map(str, arguments)])


def done(*arguments) -> str:
    result = run(*arguments)
    assert result.exception is None, result.exception
    return result.stdout


def refused(*arguments) -> str:
    error = run(*arguments).exception
    assert isinstance(error, QALessonError), error
    return str(error)


@pytest.fixture
def folder():
    done("index", "passages.jsonl", "--out", "index")
    return "index"


def test_an_index_is_made_and_made_again():
    result = run("index", "passages.jsonl", "--out", "index")
    assert "3 passages of 2 documents indexed in index" in result.stdout
    assert "qa-lesson search index" in result.stderr
    assert "1 of 3 are longer than 250 tokens" in result.stderr
    record = json.loads(done("index", "passages.jsonl", "--out", "index", "--json"))
    assert record == {"index": "index", "passages": 3, "documents": 2, "long_passages": 1}
    assert list(load_index("index").passages) == PASSAGES


def test_search_shows_the_place_of_each_hit(folder):
    lines = done("search", folder, "Who is keeping the lights?", "-k", 2).splitlines()
    shown = [line for line in lines if "rules.pdf" in line]
    assert "Light > Keepers" in shown[0]
    assert "Bram keeps the light." in shown[0]
    assert "It is open to all." not in shown[0], "the sentence with the question's words is shown"
    assert " 3 " in shown[0]
    assert sum("Kelp" in line for line in lines) == 0
    assert "[bold]Kelp[/bold]" in done("search", folder, "kelp", "-k", 1), "no text is markup"


def test_search_as_json(folder):
    record = json.loads(done("search", folder, "When does the ferry sail?", "--json", "--method", "words"))
    assert record["passages_searched"] == 3
    first = record["hits"][0]
    assert first | {"score": 0} == {
        "rank": 1, "score": 0, "id": "rules.pdf#2", "document": "rules.pdf", "page": 4, "headings": ["Ferry"],
        "start": 42, "end": 85, "text": PASSAGES[1].text, "snippet": PASSAGES[1].text,
    }  # fmt: skip
    assert len(json.loads(done("search", folder, "zebra", "--json"))["hits"]) == 3


def test_nothing_found_by_words_is_said(folder):
    assert "none of 3 passages has a word of the question" in done("search", folder, "zebra", "--method", "words")


def test_bad_input_is_explained(folder, tmp_path):
    assert "cannot be read" in refused("index", "missing.jsonl", "--out", "new")
    (tmp_path / "empty.jsonl").touch()
    assert "no passages to index" in refused("index", "empty.jsonl", "--out", "new")
    assert "english" in refused("index", "passages.jsonl", "--out", "new", "--language", "klingon")
    assert "not an index" in refused("search", "passages.jsonl", "Who?")
    assert "blank" in refused("search", folder, " ")
    assert run("search", folder, "Who?", "-k", 0).exit_code == 2
    assert run("search", folder, "Who?", "--method", "bm25").exit_code == 2
    assert not (tmp_path / "new").exists()


def test_no_other_folder_is_replaced(tmp_path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "index.json").write_text("{}")
    for force in ([], ["--force"]):
        assert "over something else" in refused("index", "passages.jsonl", "--out", "thesis", *force)


def test_a_large_index_without_its_package_is_noted(monkeypatch):
    monkeypatch.setattr(nearest, "EXACT_UP_TO", 2)
    monkeypatch.setattr(nearest, "graph_available", lambda: False)
    stderr = run("index", "passages.jsonl", "--out", "index").stderr
    assert "note: every question is compared with all 3 passages" in stderr
    assert "UserWarning" not in stderr
