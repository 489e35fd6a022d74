"""The graph of neighbors: how much it finds, and what happens without the package for it."""

import numpy as np
import pytest
from quick_vectors import quick_embed

from qa_lesson.documents import Passage
from qa_lesson.errors import ConfigError
from qa_lesson.retrieval import build_index, load_index, nearest, passage_index
from qa_lesson.retrieval.nearest import NearestVectors
from qa_lesson.semantic import DIMENSIONS

WORDS = "light ferry kelp noon shed keeper sails dries opens canteen tide gauge quay bell lamp rope".split()


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(passage_index, "embed", quick_embed)


@pytest.fixture
def passages():
    rng = np.random.default_rng(3)
    texts = [" ".join(rng.choice(WORDS, 12)) for _ in range(600)]
    return [Passage(str(i), "Skelm", text, 0, len(text), 12) for i, text in enumerate(texts)]


def clustered(n, rng, centers, noise=2.5):
    vectors = centers[rng.integers(len(centers), size=n)] + noise * rng.normal(size=(n, DIMENSIONS))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def test_candidates_hold_almost_all_of_the_ten_nearest():
    """Recall@10 against exact search, on 5,000 vectors in 60 clusters: 0.983 when this was written."""
    rng = np.random.default_rng(7)
    centers = rng.normal(size=(60, DIMENSIONS))
    vectors, asked = clustered(5000, rng, centers), clustered(100, rng, centers)
    graph = NearestVectors.build(vectors)
    exact = np.argsort(-(asked @ vectors.T), axis=1)[:, :10]
    found = [
        len({*graph.rows(one, 100).tolist()} & {*best.tolist()}) / 10 for one, best in zip(asked, exact, strict=True)
    ]
    assert np.mean(found) > 0.98


@pytest.mark.parametrize("method", ["words", "meaning", "fused"])
def test_a_graph_gives_almost_the_same_hits_in_the_same_order(passages, method):
    exact, quick = build_index(passages, exact=True), build_index(passages, exact=False)
    assert (exact.exact, quick.exact) == (True, False)
    questions = ["Who keeps the light?", "When does the ferry sail?", "kelp in the shed", "zebra"]
    same = 0
    for left, right in zip(*(one.search(questions, method=method) for one in (exact, quick)), strict=True):
        shared = {hit.passage.id: hit.score for hit in left}
        assert all(shared.get(hit.passage.id, hit.score) == hit.score for hit in right), "scores are exact"
        same += sum(hit.passage.id in shared for hit in right)
    assert same >= (30 if method == "words" else 38), "of 40, and by words none for the last question"


def test_a_graph_is_saved_and_the_same_passages_give_the_same_bytes(passages, tmp_path):
    first = build_index(passages, exact=False)
    first.save(tmp_path / "first")
    build_index(passages, exact=False).save(tmp_path / "second")
    names = [tmp_path / name / "vectors.usearch" for name in ("first", "second")]
    assert names[0].read_bytes() == names[1].read_bytes()
    loaded = load_index(tmp_path / "first")
    assert not loaded.exact
    questions = ["light on the quay", "tide gauge"]
    assert loaded.search(questions, k=20) == first.search(questions, k=20)
    loaded.save(tmp_path / "third")
    assert (tmp_path / "third" / "vectors.usearch").read_bytes() == names[0].read_bytes()


def test_many_passages_get_a_graph(passages, monkeypatch):
    assert build_index(passages).exact
    monkeypatch.setattr(nearest, "EXACT_UP_TO", 500)
    assert not build_index(passages).exact
    assert build_index(passages, exact=True).exact


def test_without_the_package_search_is_exact_and_says_what_it_costs(passages, monkeypatch, tmp_path):
    with_graph = build_index(passages, exact=False).save(tmp_path / "index")
    monkeypatch.setattr(nearest, "EXACT_UP_TO", 500)
    monkeypatch.setattr(nearest.importlib.util, "find_spec", lambda name: None)
    with pytest.warns(UserWarning, match=r"all 600 passages, about 0.00012 s each(.|\n)*qa-lesson\[large\]"):
        assert build_index(passages).exact
    with pytest.warns(UserWarning, match="all 600 passages"):
        index = load_index(with_graph)
    assert index.exact
    assert len(index.search(["light"])[0]) == 10
    with pytest.raises(ConfigError, match=r"usearch(.|\n)*qa-lesson\[large\]"):
        build_index(passages, exact=False)
