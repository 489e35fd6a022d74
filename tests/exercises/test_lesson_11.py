import pytest

from qa_lesson.exercises import check
from qa_lesson.exercises.lesson_11 import NEXT_STEPS
from qa_lesson.loading import from_utf16

OFFSETS = "your_own_documents.to_characters"
STEPS = "your_own_documents.next_step"
CARD = "your_own_documents.model_card"
RIGHT = ["repair", "split again", "collect documents", "report", "annotate"]


def test_offsets_right_and_unconverted():
    assert (
        check(OFFSETS, lambda text, units: len(text.encode("utf-16-le")[: 2 * units].decode("utf-16-le"))).status
        == "correct"
    )
    assert check(OFFSETS, from_utf16).status == "correct"
    same = check(OFFSETS, lambda text, units: units)
    assert same.status == "not yet"
    assert "two units" in same.message
    assert check(OFFSETS, lambda text, units: ...).status == "not attempted"


@pytest.mark.parametrize("position", range(5))
def test_every_wrong_step_is_explained(position):
    assert check(STEPS, RIGHT).status == "correct"
    for other in set(NEXT_STEPS) - {RIGHT[position]}:
        answer = [*RIGHT[:position], other, *RIGHT[position + 1 :]]
        result = check(STEPS, answer)
        assert result.status == "not yet"
        assert result.message.startswith(f"{'ABCDE'[position]}: ")


def test_malformed_steps_are_named():
    assert "list of 5" in check(STEPS, "repair").message
    assert "2 steps" in check(STEPS, ["repair", "report"]).message
    assert "none of" in check(STEPS, ["train", *RIGHT[1:]]).message


@pytest.mark.parametrize("letter", "ace")
def test_claims_that_say_too_much(letter):
    assert f"sentence {letter} says too much" in check(CARD, {letter}).message


def test_claims():
    assert check(CARD, {"b", "d", "f"}).status == "correct"
    assert check(CARD, "bdf").status == "correct"
    assert "2 more" in check(CARD, {"b"}).message
    assert "no sentence" in check(CARD, {"x"}).message
    assert "3 more" in check(CARD, set()).message
