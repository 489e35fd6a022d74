"""The folder of an index: the same bytes again, and a clear message for each kind of damage."""

import json
import shutil

import numpy as np
import pytest
from quick_vectors import quick_embed

from qa_lesson.documents import Passage, read_passages
from qa_lesson.errors import ConfigError, DataError, ModelError
from qa_lesson.retrieval import build_index, load_index, passage_index

PASSAGES = [
    Passage("a.docx#1", "a.docx", "Bram keeps the light – “always”.", 0, 32, 8, ("Light",), 1),
    Passage("b.txt#1", "b.txt", "灯塔看守人点灯", 0, 7, 9),
]


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(passage_index, "embed", quick_embed)


@pytest.fixture
def folder(tmp_path):
    return build_index(PASSAGES).save(tmp_path / "index")


def files(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def change(folder, **values):
    path = folder / "index.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def test_the_same_passages_give_the_same_bytes(folder, tmp_path):
    again = build_index(PASSAGES).save(tmp_path / "again")
    assert files(again) == files(folder)
    loaded = load_index(folder)
    assert files(loaded.save(tmp_path / "copy")) == files(folder)
    loaded.save(folder)
    assert files(tmp_path / "copy") == files(folder), "an index can be saved over itself"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["again", "copy", "index"], "nothing is left over"


def test_what_is_in_the_folder(folder):
    record = json.loads((folder / "index.json").read_text())
    assert (record["format"], record["version"], record["n_passages"]) == ("qa-lesson index", 1, 2)
    assert {*record["files"]} == {*files(folder)} - {"index.json"}
    assert read_passages(folder / "passages.jsonl") == PASSAGES
    index = load_index(folder)
    assert index.passages[-1] == PASSAGES[1]
    assert index.passages[:1] == PASSAGES[:1]
    with pytest.raises(IndexError):
        index.passages[2]
    assert np.load(folder / "vectors.npy").dtype == np.float32


@pytest.mark.parametrize("name", ["passages.jsonl", "vectors.npy", "words/vocab.index.json"])
def test_damage_is_found(folder, name):
    path = folder / name
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(DataError, match=rf"was changed(.|\n)*{name}(.|\n)*qa-lesson index"):
        load_index(folder)
    path.write_bytes(content[:-1])
    for check in (True, False):
        with pytest.raises(DataError, match="damaged"):
            load_index(folder, check=check)
    path.unlink()
    with pytest.raises(DataError, match="missing"):
        load_index(folder, check=False)


def test_other_encoders_and_newer_versions_are_refused(folder):
    change(folder, encoder="other/encoder", encoder_sha256="0" * 64)
    with pytest.raises(ModelError, match=r"different encoder(.|\n)*other/encoder(.|\n)*qa-lesson index"):
        load_index(folder)
    change(folder, version=2, new_field=1)
    with pytest.raises(DataError, match=r"newer version(.|\n)*format version 2(.|\n)*pip install --upgrade"):
        load_index(folder)


@pytest.mark.parametrize("values", [{"n_passages": "2"}, {"files": {}}, {"n_passages": 3}, {"version": "one"}])
def test_a_record_that_does_not_fit_is_refused(folder, values):
    change(folder, **values)
    with pytest.raises(DataError, match=r"damaged|belong together"):
        load_index(folder)


def test_what_is_not_an_index_is_refused(tmp_path, folder):
    (tmp_path / "file").write_text("x")
    for name, received in {"nowhere": "nothing", "file": "a file", ".": "without index.json"}.items():
        with pytest.raises(DataError, match=rf"not an index(.|\n)*{received}"):
            load_index(tmp_path / name)
    (folder / "index.json").write_text("{")
    with pytest.raises(DataError, match="not an index"):
        load_index(folder)


def test_nothing_else_is_written_over(tmp_path, folder):
    index = load_index(folder)
    other = tmp_path / "other"
    other.mkdir()
    index.save(other)
    shutil.rmtree(other)
    other.mkdir()
    (other / "thesis.docx").write_text("x")
    for path in (other, other / "thesis.docx"):
        with pytest.raises(ConfigError, match="over something else"):
            index.save(path)
    assert (other / "thesis.docx").read_text() == "x"
