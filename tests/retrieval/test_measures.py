import pytest

from qa_lesson.corpus import load_corpus
from qa_lesson.errors import ConfigError, DataError
from qa_lesson.evaluation import evaluate_predictions, mean_interval, score_interval
from qa_lesson.retrieval import mean_reciprocal_rank, recall_at

RANKS = [1, 2, None, 1, 4, 1, 1, 3, 1, 1]
DOCUMENTS = list("aabbccddee")


def test_recall_and_reciprocal_ranks_by_hand():
    assert [recall_at(RANKS, DOCUMENTS, k).estimate for k in (1, 2, 3, 10)] == [0.6, 0.7, 0.8, 0.9]
    expected = (6 * 1 + 1 / 2 + 1 / 4 + 1 / 3) / 10
    assert mean_reciprocal_rank(RANKS, DOCUMENTS).estimate == pytest.approx(expected)


def test_intervals_are_over_documents_and_hold_the_estimate():
    found = recall_at(RANKS, DOCUMENTS)
    assert (found.n, found.wider) == (10, True)
    assert found.low < found.estimate < found.high
    assert recall_at(RANKS, DOCUMENTS, unit="document").n_units == 5
    with pytest.raises(DataError, match="at least 5 documents"):
        recall_at(RANKS, ["a"] * 10)


def test_the_interval_of_a_score_is_that_of_its_values():
    examples = load_corpus("test")
    given = {example.id: example.references[0] for example in examples[::2]}
    evaluation = evaluate_predictions(examples, given | {example.id: "" for example in examples[1::2]})
    values = [evaluation.scores[example.id].f1 for example in examples]
    assert mean_interval(values, [example.document for example in examples]) == score_interval(evaluation)


def test_what_cannot_be_measured_is_refused():
    with pytest.raises(ConfigError, match="k=0"):
        recall_at(RANKS, DOCUMENTS, 0)
    with pytest.raises(DataError, match=r"question 1,(.|\n)*rank 0"):
        recall_at([1, 0], ["a", "b"])
    with pytest.raises(DataError, match="one value between 0 and 1"):
        recall_at(RANKS, DOCUMENTS[1:])
    with pytest.raises(DataError, match="one value between 0 and 1"):
        mean_interval([0.5, 60.0], ["a", "b"])
