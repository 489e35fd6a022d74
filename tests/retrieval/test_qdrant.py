"""Passages in Qdrant, by the client's local mode: the same hits and scores as in our own index."""

import sys
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from quick_vectors import quick_embed

from qa_lesson.corpus import load_corpus
from qa_lesson.documents import Passage
from qa_lesson.errors import ConfigError, DataError, ModelError
from qa_lesson.retrieval import QdrantIndex, build_index, corpus_passages, evaluate_search, passage_index, qdrant
from qa_lesson.retrieval import upload_index as upload

QdrantClient = pytest.importorskip("qdrant_client").QdrantClient
METHODS = ("words", "meaning", "fused")
PASSAGES = [
    Passage("a", "Skelm", "Bram keeps the light, the light!", 0, 32, 8, ("Light", "Keepers"), 2),
    Passage("b", "Skelm", "The ferry sails at noon.", 0, 24, 6),
    Passage("c", "Skelm", "灯塔看守人点灯", 0, 7, 9),
]


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(passage_index, "embed", quick_embed)
    monkeypatch.setattr(qdrant, "embed", quick_embed)
    warnings.filterwarnings("ignore", message="Local mode")


def both(passages):
    index, client = build_index(passages), QdrantClient(":memory:")
    upload(index, client, "passages")
    return index, QdrantIndex(client, "passages", index.words, exact=True)


def assert_same(ours, theirs):
    for left, right in zip(ours, theirs, strict=True):
        assert [hit.passage for hit in right] == [hit.passage for hit in left]
        assert [hit.score for hit in right] == pytest.approx([hit.score for hit in left], abs=2e-6)
        assert [hit.rank for hit in right] == [hit.rank for hit in left]


def test_the_course_has_the_same_hits_and_the_same_recall():
    index, engine = both(corpus_passages())
    examples = load_corpus("test")[::6]
    for method in METHODS:
        found = engine.search([example.question for example in examples], method=method)
        assert_same(index.search([example.question for example in examples], method=method), found)
    ours, theirs = (evaluate_search(one, examples, depth=10) for one in (index, engine))
    assert theirs.ranks == ours.ranks
    assert len(engine) == 300
    assert engine.passages[-1] == index.passages[-1]
    assert engine.passages[3:5] == [*index.passages[3:5]]


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20).filter(str.strip)


@settings(deadline=None, max_examples=25)
@given(st.lists(TEXTS, min_size=1, max_size=8), st.lists(TEXTS, min_size=1, max_size=3), st.integers(1, 10))
def test_any_passages_and_questions_give_the_same(texts, questions, k):
    index, engine = both([Passage(str(i), "d", f"word {text}", 0, 1, 1) for i, text in enumerate(texts)])
    for method in METHODS:
        ours, theirs = (one.search(questions, k=k, method=method) for one in (index, engine))
        assert [[hit.score for hit in hits] for hits in theirs] == [
            pytest.approx([hit.score for hit in hits], abs=2e-6) for hits in ours
        ]


def test_questions_are_sent_in_parts_and_repeated_words_count(monkeypatch):
    monkeypatch.setattr(qdrant, "_QUESTIONS_AT_ONCE", 2)
    index, engine = both(PASSAGES)
    questions = ["light light ferry", "zebra", "谁点灯?", "?!", "noon"]
    for method in METHODS:
        assert_same(index.search(questions, method=method), engine.search(questions, method=method))
    assert engine.search([]) == []


def test_a_collection_on_disk_is_found_again(tmp_path):
    index, client = build_index(PASSAGES), QdrantClient(path=str(tmp_path / "store"))
    upload(index, client, "passages")
    client.close()
    client = QdrantClient(path=str(tmp_path / "store"))
    folder = index.save(tmp_path / "index")
    words = passage_index.load_index(folder).words
    assert_same(index.search(["the light"]), QdrantIndex(client, "passages", words).search(["the light"]))
    client.close()


def test_what_does_not_fit_is_refused(monkeypatch):
    index, client = build_index(PASSAGES), QdrantClient(":memory:")
    with pytest.raises(DataError, match="no such collection"):
        QdrantIndex(client, "passages", index.words)
    upload(index, client, "passages")
    with pytest.raises(ConfigError, match="exists already"):
        upload(index, client, "passages")
    with pytest.raises(DataError, match=r"3 passages in passages, 2 in the index"):
        QdrantIndex(client, "passages", build_index(PASSAGES[:2]).words)
    for arguments in ({"k": 0}, {"method": "bm25"}):
        with pytest.raises(ConfigError):
            QdrantIndex(client, "passages", index.words).search(["Who?"], **arguments)
    client.create_collection("other", vectors_config={})
    with pytest.raises(DataError, match="did not make this collection"):
        QdrantIndex(client, "other", index.words)
    monkeypatch.setattr(qdrant, "ENCODER_SHA256", "0" * 64)
    with pytest.raises(ModelError, match="different encoder"):
        QdrantIndex(client, "passages", index.words)


def test_without_the_client_the_remedy_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "qdrant_client", None)
    monkeypatch.setattr(qdrant.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ConfigError, match=r"qa-lesson\[qdrant\]"):
        upload(build_index(PASSAGES), None, "passages")
