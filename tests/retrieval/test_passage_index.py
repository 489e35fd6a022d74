"""The index of passages: what it finds, the order of the hits, and what it refuses."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from quick_vectors import quick_embed

from qa_lesson.corpus import load_corpus
from qa_lesson.documents import Passage
from qa_lesson.errors import ConfigError, DataError
from qa_lesson.retrieval import WordIndex, build_index, corpus_passages, load_index, passage_index, passage_of
from qa_lesson.retrieval.passage_index import indexed_text


def passage(name: str, text: str, **more) -> Passage:
    return Passage(name, more.pop("document", "Skelm"), text, 0, len(text), len(text.split()), **more)


PASSAGES = [
    passage("a", "Bram keeps the light."),
    passage("b", "The ferry sails at noon."),
    passage("c", "Kelp dries in the shed."),
    passage("d", "It opens at nine.", headings=("Canteen", "Hours")),
]


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(passage_index, "embed", quick_embed)


@pytest.mark.parametrize("method", ["words", "meaning", "fused"])
def test_the_best_passage_comes_first(method):
    found = build_index(PASSAGES).search(["Who keeps the light?", "When does the ferry sail?"], method=method, k=2)
    assert [hits[0].passage.id for hits in found] == ["a", "b"]
    for hits in found:
        assert [hit.rank for hit in hits] == [*range(1, len(hits) + 1)]
        assert all(first.score >= second.score for first, second in itertools.pairwise(hits))


def test_scores_by_hand():
    index = build_index(PASSAGES)
    texts = [indexed_text(one) for one in PASSAGES]
    words = WordIndex(texts)
    question = "When does the canteen open?"
    covered = words.scores([question])[0] / words.limits([question])[0]
    cosines = quick_embed(texts) @ quick_embed([question])[0]
    for method, wanted in {"words": covered, "meaning": cosines, "fused": 0.6 * covered + 0.4 * cosines}.items():
        (hits,) = index.search([question], method=method)
        assert {hit.passage.id: hit.score for hit in hits} == {
            one.id: pytest.approx(score, abs=1e-6)
            for one, score in zip(PASSAGES, wanted, strict=True)
            if method != "words" or score > 0
        }


def test_what_no_text_can_reach():
    words = WordIndex(["light " * 1000, "ferry", "kelp"])
    limit = words.limits(["light"])[0]
    assert limit == pytest.approx(np.log(1 + 2.5 / 1.5))
    assert 0.99 < words.scores(["light"])[0, 0] / limit < 1, "a word that is repeated often comes near its limit"
    assert words.limits(["zebra"])[0] == pytest.approx(np.log(1 + 3.5 / 0.5)), "an unknown word is the rarest"
    assert words.limits(["?!"])[0] == 0


def test_headings_or_else_the_document_are_indexed():
    assert indexed_text(PASSAGES[3]) == "Canteen > Hours: It opens at nine."
    assert indexed_text(passage("x", "Text.", document="rules/tide_tables.docx")) == "tide tables: Text."
    assert indexed_text(passage("x", "Text.", document="Vol. 2: what's-on")) == "Vol. 2: what's-on: Text."
    assert indexed_text(passage("x", "Text.", document=" ")) == "Text."
    (hits,) = build_index(PASSAGES).search(["canteen"], method="words")
    assert [hit.passage.id for hit in hits] == ["d"]


def test_questions_without_a_known_word():
    index = build_index(PASSAGES)
    assert index.search(["zebra", "?!"], method="words") == [[], []]
    assert [len(hits) for hits in index.search(["zebra", "?!"])] == [4, 4]


def test_many_questions_are_searched_in_parts(monkeypatch):
    questions = ["the light", "a ferry", "kelp", "nine"]
    whole = build_index(PASSAGES).search(questions)
    monkeypatch.setattr(passage_index, "_SCORES_AT_ONCE", 9)
    assert build_index(PASSAGES).search(questions) == whole


def test_progress_is_told_by_batches(monkeypatch):
    monkeypatch.setattr(passage_index, "_TEXTS_AT_ONCE", 3)
    told = []
    build_index([*PASSAGES, passage("e", PASSAGES[0].text)], progress=lambda *numbers: told.append(numbers))
    assert told == [(3, 4), (4, 4)], "a copy is embedded once"


@pytest.mark.parametrize(
    ("passages", "message"),
    [
        ([], "no passages"),
        ([passage("a", " ")], "a passage is blank"),
        ([passage("a", "One."), passage("b", "Two."), passage("a", "Three.")], "2 passages have the same id"),
        ([passage("a", "...", document="")], "no word to find"),
    ],
)
def test_what_cannot_be_indexed_is_refused(passages, message):
    with pytest.raises(DataError, match=message):
        build_index(passages)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"questions": "Who?"}, DataError, "must be a list"),
        ({"questions": ["Who?", " "]}, DataError, r"question 1 of 2(.|\n)*leave it out"),
        ({"questions": ["Who?"], "k": 0}, ConfigError, "k=0"),
        ({"questions": ["Who?"], "method": "bm25"}, ConfigError, "words, meaning, fused"),
    ],
)
def test_what_cannot_be_searched_is_refused(arguments, error, message):
    with pytest.raises(error, match=message):
        build_index(PASSAGES).search(**arguments)
    assert build_index(PASSAGES).search([]) == []


TEXTS = st.text(min_size=1, max_size=30).filter(
    lambda text: text.strip() and not any(0xD800 <= ord(character) < 0xE000 for character in text)
)


@settings(deadline=None, max_examples=40)
@given(st.lists(TEXTS, min_size=1, max_size=12), st.lists(TEXTS, min_size=1, max_size=3), st.integers(1, 15))
def test_any_passages_survive_saving_and_are_found(tmp_path_factory, texts, questions, k):
    passages = [passage(f"{i}-{text}", f"word {text}", page=i or None) for i, text in enumerate(texts)]
    index = build_index(passages)
    folder = tmp_path_factory.mktemp("any") / "index"
    index.save(folder)
    loaded = load_index(folder)
    assert list(loaded.passages) == passages
    for method in ("words", "meaning", "fused"):
        found = index.search(questions, k=k, method=method)
        assert loaded.search(questions, k=k, method=method) == found
        assert [index.search([question], k=k, method=method)[0] for question in questions] == found
        for hits in found:
            assert len(hits) <= min(k, len(passages))
            assert method == "words" or len(hits) == min(k, len(passages))
            order = [(-hit.score, passages.index(hit.passage)) for hit in hits]
            assert order == sorted(set(order)), "falling scores; of equals the earlier first; none twice"
        longer = index.search(questions, k=len(passages), method=method)
        assert [hits[:k] for hits in longer] == found, "a smaller k gives the beginning of a larger one"


@pytest.mark.parametrize("method", ["words", "meaning", "fused"])
def test_copies_have_equal_scores_and_keep_their_order(method):
    passages = [passage(str(i), "Bram keeps the light." if i % 3 else f"Kelp dries in shed {i}.") for i in range(70)]
    (hits,) = build_index(passages).search(["Who keeps the light?"], k=10, method=method)
    assert [hit.passage.id for hit in hits] == [str(i) for i in range(70) if i % 3][:10]
    assert len({hit.score for hit in hits}) == 1


def test_the_passages_of_the_course():
    passages = {one.id: one for one in corpus_passages(["test", "out_of_domain"])}
    for split in ("test", "out_of_domain"):
        for example in load_corpus(split, unanswerable=True):
            right = passages[passage_of(example)]
            assert (right.text, right.document) == (example.context, example.document)
            assert 20 < right.n_tokens < 300
    of_one = [one for one in passages.values() if one.document == "Skelm lighthouse"]
    whole = "\n\n".join(one.text for one in of_one)
    assert all(whole[one.start : one.end] == one.text for one in of_one)
    assert len(passages) == 72
