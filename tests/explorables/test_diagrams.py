"""Diagrams say in words what they show, and the retrieval picture follows its controls."""

from pathlib import Path

import pytest

from qa_lesson.corpus import load_corpus
from qa_lesson.errors import DataError
from qa_lesson.explorables import (
    course_map,
    interval_width_diagram,
    model_diagram,
    retrieval_explorer,
    split_diagram,
)
from qa_lesson.recordings import recorded
from qa_lesson.retrieval import build_index, corpus_passages

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


def test_the_split_diagram_counts_documents_and_finds_shared_ones():
    splits = {name: load_corpus(name) for name in ("train", "validation", "test")}
    shown = split_diagram(splits)
    assert "No document is in two splits" in shown.html
    n_documents = len({example.document for example in splits["test"]})
    assert f"test {n_documents} documents, 378 questions" in repr(shown)
    mixed = split_diagram({"train": splits["train"], "test": [*splits["test"], splits["train"][0]]})
    assert "1 document in more than one split" in mixed.html
    with pytest.raises(DataError, match="nothing to draw"):
        split_diagram({"train": splits["train"], "test": []})


def test_the_model_diagram_has_a_text_alternative():
    assert "The span with the highest sum is the answer" in model_diagram().html


def test_the_interval_width_diagram_marks_an_evaluation():
    assert "100 questions 18 points" in interval_width_diagram(0.7).html
    assert "yours: 378" not in interval_width_diagram(0.7).html
    evaluation = recorded("course_seed_0").evaluation()
    assert repr(interval_width_diagram(evaluation)) == "<interval width diagram>"


def test_the_course_map_links_every_lesson():
    html = course_map().html
    for path in NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"):
        assert f'href="{path.name}"' in html


@pytest.fixture(scope="module")
def index():
    return build_index(corpus_passages(["validation"]))


def test_retrieval_follows_question_method_and_number(index):
    questions = load_corpus("validation")[:40:8]
    picture = retrieval_explorer(index, questions)
    assert [hit.rank for hit in picture.hits] == list(range(1, 11))
    ranks = {}
    for question in questions:
        picture.question.value = question.question
        for method in picture.method.options:
            picture.method.value = method
            ranks[question.id, method] = rank = picture.right_rank
            picture.k.value = 10
            assert "the model reads it" in picture.said if rank else "not among the first 10" in picture.said
    assert sum(rank == 1 for rank in ranks.values()) > len(ranks) / 2
    late = next((key for key, rank in ranks.items() if rank and rank > 1), None)
    if late is not None:
        picture.question.value = next(one.question for one in questions if one.id == late[0])
        picture.method.value = late[1]
        picture.k.value = 1
        assert "does not read it" in picture.said
    assert "has the answer" in picture.view


def test_retrieval_needs_a_question(index):
    with pytest.raises(DataError):
        retrieval_explorer(index, [])
