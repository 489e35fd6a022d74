import math

import pytest

from qa_lesson.exercises import check

RIGHT = ["fine-tuning", "string search", "retrieval", "prompting", "prompting"]


@pytest.mark.parametrize("blank", [..., None])
@pytest.mark.parametrize("name", ["tool", "break_even"])
def test_a_blank_is_not_attempted(name, blank):
    assert check(f"why_fine_tune.{name}", blank).status == "not attempted"


def test_an_unwritten_function_is_not_attempted():
    def unwritten(setup_cost, own_price, other_price): ...

    assert check("why_fine_tune.break_even", unwritten).status == "not attempted"


def test_the_right_tools():
    assert check("why_fine_tune.tool", RIGHT).status == "correct"
    assert check("why_fine_tune.tool", tuple(RIGHT)).status == "correct"


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (["retrieval", *RIGHT[1:]], "case A, retrieval: retrieval ends at the page"),
        ([*RIGHT[:4], "fine-tuning"], "case E, fine-tuning: a few labelled questions"),
        (["prompting"] * 5, "on a GPU that is not there"),
        (["fine-tuning"] * 5, "case D, fine-tuning: an extractive reader copies one span"),
        (["finetuning", *RIGHT[1:]], "case A: 'finetuning' is none of string search, retrieval"),
        ([..., *RIGHT[1:]], "case A: Ellipsis is none of"),
        (RIGHT[:4], "5 cases, A to E, and 4 choices"),
        ("fine-tuning", "a list of 5 names, not str"),
        (dict.fromkeys("ABCDE", "prompting"), "a list of 5 names, not dict"),
    ],
)
def test_wrong_tools_are_told_why(answer, told):
    result = check("why_fine_tune.tool", answer)
    assert result.status == "not yet"
    assert told in result.message


def test_only_wrong_cases_are_spoken_of():
    message = check("why_fine_tune.tool", ["prompting", *RIGHT[1:]]).message
    assert "case A" in message
    assert "case B" not in message


def right(setup_cost, own_price, other_price):
    saved = other_price - own_price
    return math.floor(setup_cost / saved) + 1 if saved > 0 else math.inf


def test_the_right_break_even():
    assert check("why_fine_tune.break_even", right).status == "correct"


def counting_up(setup_cost, own_price, other_price):
    if other_price <= own_price:
        return math.inf
    questions = 1
    while setup_cost + questions * own_price >= questions * other_price:
        questions += 1
    return questions


def test_another_way_of_writing_it_is_right_too():
    assert check("why_fine_tune.break_even", counting_up).status == "correct"


@pytest.mark.parametrize(
    ("function", "told"),
    [
        (lambda setup, own, other: setup / (other - own), "only the 401st makes the own model cheaper"),
        (lambda setup, own, other: math.ceil(setup / (other - own)), "gave 400, expected 401"),
        (lambda setup, own, other: math.floor(setup / other) + 1, "the difference of the two prices"),
        (lambda setup, own, other: math.floor(setup / (other - own)) + 1, "gave -399, expected infinity"),
        (lambda setup, own, other: right(setup, own, other) if own != other else 1 / 0, "ZeroDivisionError"),
        (lambda setup: 1, "it raised TypeError"),
        (401, "the function itself"),
    ],
)
def test_wrong_break_evens_are_told_why(function, told):
    result = check("why_fine_tune.break_even", function)
    assert result.status == "not yet"
    assert told in result.message
