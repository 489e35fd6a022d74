"""Where a search puts the right passages."""

import pytest

from qa_lesson.corpus import load_corpus
from qa_lesson.documents import Passage
from qa_lesson.errors import ConfigError, DataError
from qa_lesson.retrieval import Hit, build_index, corpus_passages, evaluate_search
from qa_lesson.schema import Example

PASSAGES = [Passage(str(i), f"d{i % 5}", f"text {i}", 0, 6, 2) for i in range(10)]
EXAMPLES = [Example(str(i), str(i), f"text {i}", document=f"d{i % 5}") for i in range(10)]


class Turned:
    """Gives the passages from the one with the question's number on, so the right one is first, then less and less."""

    passages = PASSAGES

    def search(self, questions, *, k=10, method="fused"):
        starts = [int(question) - int(question) // 2 for question in questions]
        return [
            [Hit(PASSAGES[(start + place) % 10], 1 - place / 10, place + 1) for place in range(min(k, 10))]
            for start in starts
        ]


def test_ranks_recall_and_reciprocal_rank_by_hand():
    found = evaluate_search(Turned(), EXAMPLES)
    assert found.ranks == (1, 1, 2, 2, 3, 3, 4, 4, 5, 5)
    assert found.recall(1).estimate == 0.2
    assert found.recall(3).estimate == 0.6
    assert found.recall(100).estimate == 1
    assert found.reciprocal_rank().estimate == pytest.approx((1 + 1 / 2 + 1 / 3 + 1 / 4 + 1 / 5) / 5)
    assert found.recall(1).low < 0.2 < found.recall(1).high
    assert found.recall(1, unit="document").n_units == 5
    assert found.missed == ()


def test_what_is_not_among_the_first_was_missed():
    found = evaluate_search(Turned(), EXAMPLES, depth=3)
    assert found.ranks == (1, 1, 2, 2, 3, 3, None, None, None, None)
    assert [example.id for example in found.missed] == ["6", "7", "8", "9"]
    assert found.reciprocal_rank().estimate == pytest.approx((1 + 1 / 2 + 1 / 3) / 5)
    with pytest.raises(ConfigError, match="depth=5"):
        found.recall(5)


def test_what_cannot_be_evaluated_is_refused():
    with pytest.raises(DataError, match="no questions"):
        evaluate_search(Turned(), [])
    with pytest.raises(DataError, match="question x"):
        evaluate_search(Turned(), [*EXAMPLES, Example("x", "Who?", "Somewhere else.")])


def test_the_course_in_bands():
    """Recall@1 of words, of meaning and of both, among all 300 passages: docs/performance.md has the figures."""
    index = build_index(corpus_passages())
    examples = load_corpus("test")
    words, meaning, fused = (evaluate_search(index, examples, method=name) for name in ("words", "meaning", "fused"))
    assert 0.57 < words.recall(1).estimate < 0.67
    assert 0.57 < meaning.recall(1).estimate < 0.67
    assert 0.69 < fused.recall(1).estimate < 0.79
    assert fused.recall(10).estimate > 0.94
    assert fused.reciprocal_rank().estimate > max(one.reciprocal_rank().estimate for one in (words, meaning)) + 0.05
