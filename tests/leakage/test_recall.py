"""Recall of the audit on copies that don't follow its rules: low where it is low, and the lesson says so."""

import pytest

from qa_lesson.corpus import foreign_copies, load_corpus, paraphrased_questions
from qa_lesson.errors import ConfigError, DataError
from qa_lesson.evaluation import binomial_interval
from qa_lesson.leakage import copy_recall
from qa_lesson.schema import Answer, Example

TEST = load_corpus("test")
PASSAGE = "The lamp on Skelm is kept by Bram Keating, who has rowed there every evening since the spring of 1981."
SOURCE = Example("q", "Who keeps the light on Skelm?", PASSAGE, (Answer("Bram Keating", 29),), "Skelm")
HONEST = Example("t", "Who sails the ferry?", "Ada sails it.", (Answer("Ada", 0),), "Orra")
KINDS = {"shouted": {"q": "WHO KEEPS THE LIGHT ON SKELM"}, "strange": {"q": "ferry timetable in winter"}}


def recall(**options):
    return {row.kind: row for row in copy_recall([HONEST], [SOURCE], KINDS, embeddings=False, **options)}


def test_a_copy_counts_as_found_only_with_its_own_question():
    rows = recall(baggage="answer")
    assert (rows["shouted"].found, rows["shouted"].missed) == (1, ())
    assert (rows["strange"].found, rows["strange"].n, rows["strange"].missed) == (0, 1, ("q",))
    assert rows["strange"].traced == 0


def test_the_passage_gives_away_where_the_question_does_not():
    rows = recall(baggage="passage")
    assert (rows["strange"].found, rows["strange"].traced) == (0, 1)
    assert recall(baggage="sentence")["shouted"].found == 1


def test_what_cannot_be_copied_is_refused():
    with pytest.raises(ConfigError, match="passage, answer, sentence, reworded"):
        recall(baggage="nothing")
    with pytest.raises(DataError, match="1 others, first: z"):
        copy_recall([HONEST], [SOURCE], {"odd": {"z": "Who?"}})
    with pytest.raises(DataError, match="no copies"):
        copy_recall([HONEST], [SOURCE], {"odd": {}})


def test_the_foreign_copies_are_of_different_test_questions():
    questions = {example.id: example.question for example in TEST}
    copies = foreign_copies()
    assert set(copies) == {"noisy", "reordered", "shortened", "translated"}
    ids = [name for texts in copies.values() for name in texts]
    assert len(ids) == len(set(ids)) == 64
    for texts in copies.values():
        assert all(text.casefold() != questions[name].casefold() for name, text in texts.items())


LOW = dict.fromkeys(("paraphrased", "noisy", "reordered", "shortened", "translated"), (0, 0.25))
BANDS = [
    (
        "passage",
        {
            "paraphrased": (0.95, 1),
            "noisy": (0.7, 1),
            "reordered": (0.9, 1),
            "shortened": (0.9, 1),
            "translated": (0.85, 1),
        },
    ),
    (
        "answer",
        {
            "paraphrased": (0.72, 0.9),
            "noisy": (0.1, 0.55),
            "reordered": (0.9, 1),
            "shortened": (0.85, 1),
            "translated": (0.7, 1),
        },
    ),
    ("sentence", LOW),
    ("reworded", LOW),
]


@pytest.mark.usefixtures("embedded_once")
@pytest.mark.parametrize(("baggage", "bands"), BANDS)
def test_recall_by_kind_of_copy(baggage, bands):
    kinds = {"paraphrased": paraphrased_questions(), **foreign_copies()}
    rows = copy_recall(load_corpus("train")[:300], TEST, kinds, baggage=baggage)
    shares = {row.kind: binomial_interval(row.found, row.n).estimate for row in rows}
    assert all(low <= shares[kind] <= high for kind, (low, high) in bands.items()), shares
    if baggage == "passage":
        assert all(row.traced == row.n for row in rows), "the passage was copied letter by letter"
    if baggage == "sentence":
        assert all(row.traced >= 0.8 * row.n for row in rows), "the sentence is part of a test passage"
