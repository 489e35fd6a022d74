"""The checks of lesson 07: blanks, typical wrong answers with the message that helps, and right answers."""

import pytest

from qa_lesson.exercises import check

CLAIMS = "when_to_trust_an_answer.claims"
BREAK_EVEN = "when_to_trust_an_answer.break_even"


def test_a_blank_value_is_not_attempted():
    assert check(CLAIMS, ...).status == "not attempted"


def test_an_unwritten_function_is_not_attempted():
    assert check(BREAK_EVEN, lambda right, wrong, by_hand: ...).status == "not attempted"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"a", "c"}, "claim a goes too far: A and B answered different questions"),
        ({"b", "c", "e", "f"}, "not shown is not the same as equal"),
        ({"c", "d", "e", "f"}, "lowest of ten slices"),
        ({"c", "f"}, "1 more of the claims hold"),
        (set(), "3 more"),
        ({"x"}, "no claim 'x'"),
        (7, "TypeError"),
    ],
)
def test_wrong_claims(wrong, message):
    result = check(CLAIMS, wrong)
    assert result.status == "not yet"
    assert message in result.message


@pytest.mark.parametrize("right", [{"c", "e", "f"}, ["F", "E", "C"], "cef", "c, e, f"])
def test_right_claims(right):
    assert check(CLAIMS, right).status == "correct"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda r, w, h: (h - r) / (w - r), "take 1 minus it"),
        (lambda r, w, h: 1 - h / w, "right answer to cost nothing"),
        (lambda r, w, h: h / w, "falls when wrong answers get more expensive"),
        (lambda r, w, h: 100 * (w - h) / (w - r), "in percent"),
        (lambda r, w, h: (w - h) / (w + r), "not by their sum"),
        (lambda r, w, h: 0.5, "costs 5.50 minutes on average, and one by hand 4"),
        (lambda r, w, h: 2 / 3, "break_even(0, 10, 2) gave 0.667"),
        (lambda r, w: 0.5, "TypeError"),
    ],
)
def test_wrong_break_even_points(wrong, message):
    result = check(BREAK_EVEN, wrong)
    assert result.status == "not yet"
    assert message in result.message


def test_right_break_even_points():
    assert check(BREAK_EVEN, lambda right, wrong, by_hand: (wrong - by_hand) / (wrong - right)).status == "correct"
    assert check(BREAK_EVEN, lambda right, wrong, by_hand: 1 - (by_hand - right) / (wrong - right)).status == "correct"
