"""Overlap, training and leakage: what the controls change, and what is said about it."""

import pytest

from qa_lesson.errors import DataError, PredictionError
from qa_lesson.evaluation import evaluate_predictions
from qa_lesson.explorables import Checkpoint, leakage_explorer, overlap_bars, training_explorer
from qa_lesson.schema import Answer, Example

EXAMPLES = [
    Example(f"q{n}", f"Who keeps light {n}?", "Bram Keating keeps it.", (Answer("Bram Keating", 0),), document=f"d{n}")
    for n in range(4)
]


def answered(*texts):
    return evaluate_predictions(EXAMPLES, dict(zip((one.id for one in EXAMPLES), texts, strict=True)))


def test_words_go_into_the_prediction_and_out_again():
    bars = overlap_bars("in the port of Skelm", "the old port")
    assert bars.words.texts == ["the", "old", "port", "in", "of", "Skelm"]
    assert bars.prediction == "the old port"
    assert "Precision 50.0%, recall 25.0%, F1 33.3%." in bars.said
    assert "precision = shared / prediction = 1 / 2" in bars.view
    bars.words.click("Skelm")
    bars.words.click("old")
    assert bars.prediction == "the port Skelm"
    assert "shares 2 tokens" in bars.said
    assert "Precision 100.0%" in bars.said
    assert (bars.overlap.score.precision, bars.overlap.score.recall) == (1, 0.5)
    for word in ("the", "port", "Skelm"):
        bars.words.click(word)
    assert "nothing to divide" in bars.view


def test_repeated_words_are_chosen_one_by_one():
    bars = overlap_bars("Skelm", "", words=["Skelm", "Skelm"])
    bars.words.click(1)
    assert [button["pressed"] for button in bars.controls[0]["buttons"]] == [False, True]


def checkpoints():
    texts = ("Tove", "Bram", "Bram Keating")
    return [
        Checkpoint(n + 1, 3.0 - n, 0.2 * n, {one.id: text for one in EXAMPLES}, validation_loss=3.2 - n)
        for n, text in enumerate(texts)
    ]


def test_the_scrubber_shows_the_answers_of_a_moment():
    picture = training_explorer(checkpoints(), EXAMPLES)
    assert picture.said == "After epoch 1: training loss 3.00, F1 0.0%. 0 of the 4 answers below are exactly right."
    assert "Tove" in picture.view
    picture.walk.click("Back")
    picture.walk.click("Next")
    assert picture.now.answers["q0"] == "Bram"
    picture.moment.value = 3
    assert "4 of the 4 answers below are exactly right" in picture.said
    assert "Bram Keating" in picture.view
    assert "validation (dashed)" in picture.view


def test_curves_without_answers():
    bare = [Checkpoint(step, 1 / step, 0.5) for step in (1, 2)]
    picture = training_explorer(bare, [], unit="step")
    assert picture.said == "After step 1: training loss 1.00, F1 50.0%."
    assert "<table" not in picture.view


@pytest.mark.parametrize("wrong", [checkpoints()[:1], checkpoints()[::-1], [*checkpoints(), Checkpoint(9, 0.1, 0.5)]])
def test_checkpoints_that_do_not_fit_are_refused(wrong):
    with pytest.raises(DataError):
        training_explorer(wrong, EXAMPLES)


def test_copies_raise_the_score_of_the_copied_questions_alone():
    honest, leaky = answered("Tove", "Tove", "Bram Keating", "Tove"), answered(*["Bram Keating"] * 4)
    picture = leakage_explorer(honest, leaky, ["q0", "q1"])
    assert picture.f1 == picture.f1_untouched == 0.25
    assert "nothing has leaked" in picture.said
    picture.n_copies.value = 2
    assert picture.f1 == 0.75
    assert picture.f1_untouched == 0.5
    assert "+50.0 points" in picture.said
    picture.copy.click("Remove all copies")
    assert picture.n_copies.value == 0
    picture.copy.click("Copy one more")
    assert picture.f1 == 0.5


def test_all_questions_copied_leaves_none_untouched():
    picture = leakage_explorer(answered(*["Tove"] * 4), answered(*["Bram"] * 4), [one.id for one in EXAMPLES])
    picture.n_copies.value = 4
    assert picture.f1_untouched is None
    assert "none left" in picture.view


def test_copies_must_be_test_questions():
    same = answered(*["Tove"] * 4)
    for copied in ([], ["q9"]):
        with pytest.raises(DataError, match="must be test questions"):
            leakage_explorer(same, same, copied)
    other = evaluate_predictions(EXAMPLES[:2], {"q0": "", "q1": ""})
    with pytest.raises(PredictionError, match="not of the same questions"):
        leakage_explorer(same, other, ["q0"])
