from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_lesson.errors import ResponseError
from qa_lesson.quiz.answering.marking import mark
from qa_lesson.quiz.bank.files import load_quiz
from qa_lesson.quiz.kinds.shared.typed_numbers import parse_number

QUIZ = load_quiz(Path(__file__).parents[1] / "bank" / "05_metrics.yaml")
RIGHT = {
    "04-word-order": "zero-one",
    "04-equal-strings": ["nineties", "us"],
    "04-one-word": "1/3",
    "04-empty-word": " “A” ",
    "04-keeper": "bram keating.",
    "04-order-of-steps": ["case", "marks", "articles", "spaces"],
    "04-recall-code": "common/(n_reference)",
    "04-boundaries": "boundaries",
}
WRONG = {
    "04-word-order": ("zero-less", 'counts "the"'),
    "04-equal-strings": (["us", "dash"], "1 of the 2 right ones chosen, and 1 that should not be."),
    "04-one-word": (0.2, "That is the recall"),
    "04-empty-word": ("V", "inside a word"),
    "04-keeper": ("the Bram", "Half of the name"),
    "04-order-of-steps": (["case", "articles", "marks", "spaces"], "number 2: drop articles"),
    "04-recall-code": ("n_reference/common", "upside down"),
    "04-boundaries": ("silence", "scores 0 on both"),
}
UNUSABLE = {
    "04-word-order": ["", "nothing", 1.0, ["zero-one"]],
    "04-equal-strings": [[], ["us", "nothing"], "us", [1]],
    "04-one-word": ["", "a third", "1/0", "nan", "inf", float("inf"), True, "0.3.3", "1_0", "1/2/3", "12 tokens"],
    "04-empty-word": ["", "  ", "''", 1.0],
    "04-keeper": ["", "\n", 3.0],
    "04-order-of-steps": [[], ["case"], ["case", "case", "marks", "articles"], ["case", "marks", "spaces", "x"], "no"],
    "04-recall-code": ["", "___", "common /", "return 1", 0.5],
    "04-boundaries": ["Boundaries"],
}  # fmt: skip
EACH = pytest.mark.parametrize("question", QUIZ.questions, ids=lambda question: question.id)


@EACH
def test_a_right_response_earns_all_points(question):
    result = mark(question, RIGHT[question.id])
    assert (result.credit, result.correct) == (1.0, True)
    assert result.feedback


@EACH
def test_a_wrong_response_is_told_why(question):
    response, told = WRONG[question.id]
    result = mark(question, response)
    assert result.credit < 1
    assert not result.correct
    assert told in result.feedback


@EACH
def test_what_cannot_be_marked_is_no_attempt(question):
    for response in UNUSABLE[question.id]:
        with pytest.raises(ResponseError) as raised:
            mark(question, response)
        assert raised.value.fix, response


def test_feedback_by_option():
    single, multi, ordering = (
        QUIZ.question(f"04-{name}") for name in ("word-order", "equal-strings", "order-of-steps")
    )
    assert set(mark(single, "both-one").per_option) == {"both-one"}
    assert set(mark(single, "zero-one").per_option) == {"both-one", "zero-one", "zero-less"}
    assert set(mark(multi, ["us"]).per_option) == {"us", "dash", "nineties", "accent"}
    assert set(mark(ordering, WRONG[ordering.id][0]).per_option) == {"case"}
    assert set(mark(ordering, list(reversed(ordering.key))).per_option) == set()
    assert list(mark(ordering, list(ordering.key)).per_option) == list(ordering.key)


@pytest.mark.parametrize(
    ("chosen", "credit"),
    [
        (["us"], 0.5),
        (["us", "us"], 0.5),
        (["dash"], 0.0),
        (["us", "dash"], 0.0),
        (["us", "nineties", "dash"], 0.5),
        (["us", "nineties", "dash", "accent"], 0.0),
    ],
)
def test_credit_of_a_multi_question(chosen, credit):
    result = mark(QUIZ.question("04-equal-strings"), chosen)
    assert result.credit == credit
    assert not result.correct


def test_a_span_earns_its_f1_and_is_right_on_exact_match_alone():
    question = QUIZ.question("04-keeper")
    assert mark(question, "by Bram Keating").credit == pytest.approx(0.8)
    reordered = mark(question, "Keating Bram")
    assert (reordered.credit, reordered.correct) == (1.0, False)
    assert reordered.feedback == "Take the name and nothing around it.\n\nExact match 0, F1 1.00."
    assert mark(question, "Harrow Point").credit == 0


def test_the_tolerance_is_inclusive_and_the_nearest_wrong_value_is_told():
    question = QUIZ.question("04-one-word")
    exact = question.model_copy(update={"answer": 0.33})
    assert exact.accepts(0.335)  # 0.335 - 0.33 is a little more than 0.005 in floating point
    assert not exact.accepts(0.3351)
    assert "harmonic mean" in mark(question, 0.604).feedback
    assert mark(question, 0.9).feedback == question.otherwise


def test_a_relative_tolerance_is_a_share_of_the_answer():
    question = QUIZ.question("04-one-word")
    tolerance = question.tolerance.model_copy(update={"abs": None, "rel": 0.01})
    wide = question.model_copy(update={"answer": -200.0, "tolerance": tolerance})
    assert wide.accepts(-198.0)
    assert wide.accepts(-202.0)
    assert not wide.accepts(-197.9)


def test_capitals_count_only_where_the_question_says_so():
    question = QUIZ.question("04-empty-word")
    strict = question.model_copy(update={"case_sensitive": True})
    assert mark(question, "THE   letter A").correct
    assert not mark(strict, "A").correct
    assert mark(strict, "a").correct


@pytest.mark.parametrize(
    ("typed", "unit", "value"),
    [
        ("0.33", "fraction", 0.33),
        ("0,33", "fraction", 0.33),
        (".5", "fraction", 0.5),
        ("33 %", "fraction", 0.33),
        ("33%", "percent", 33),
        ("33 per cent", "percent", 33),
        ("7 %", "percentage points", 7),
        ("-1/4", "fraction", -0.25),
        ("\u22120,5", "fraction", -0.5),
        ("1 / 3", "fraction", 1 / 3),
        ("0,125", "fraction", 0.125),
        ("12 tokens", "tokens", 12),
        ("1 token", "tokens", 1),
        ("1 250 000", "tokens", 1_250_000),
        ("1\u202f250", "tokens", 1250),
        ("1,250.5", "tokens", 1250.5),
        ("1,250,000", "tokens", 1_250_000),
        ("2e-5", "learning rate", 2e-5),
        (12, "tokens", 12),
    ],
)
def test_numbers_are_read_as_people_write_them(typed, unit, value):
    assert parse_number(typed, unit) == pytest.approx(value, rel=1e-12)


def test_an_unclear_comma_and_a_misplaced_percent_sign_are_asked_back():
    with pytest.raises(ResponseError, match=r"write 1250 or 1\.250"):
        parse_number("1,250", "tokens")
    with pytest.raises(ResponseError, match="counted in tokens, not in percent"):
        parse_number("12 %", "tokens")


@given(st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: round(value, 2)))
def test_decimal_point_comma_and_percent_agree(value):
    typed = f"{value:.2f}"
    assert parse_number(typed, "fraction") == value
    assert parse_number(typed.replace(".", ","), "fraction") == value
    assert parse_number(f"{typed} %", "fraction") == pytest.approx(value / 100)


NAMES = {question.id: [entry.id for entry in getattr(question, "options", getattr(question, "items", ()))]
         for question in QUIZ.questions}  # fmt: skip
RESPONSES = st.one_of(
    st.sampled_from([question.id for question in QUIZ.questions if question.kind == "single"]).flatmap(
        lambda name: st.tuples(st.just(name), st.sampled_from(NAMES[name]))
    ),
    st.tuples(st.just("04-equal-strings"), st.lists(st.sampled_from(NAMES["04-equal-strings"]), min_size=1)),
    st.tuples(st.just("04-order-of-steps"), st.permutations(NAMES["04-order-of-steps"])),
    st.tuples(st.just("04-one-word"), st.floats(allow_nan=False, allow_infinity=False)),
    st.tuples(st.just("04-empty-word"), st.text(st.characters(categories=["L"]), min_size=1)),
    st.tuples(
        st.just("04-keeper"), st.lists(st.sampled_from(["Bram", "Keating", "by", "the", "."]), min_size=1).map(" ".join)
    ),
)


@given(RESPONSES)
def test_credit_is_a_fraction_and_full_exactly_for_what_is_right(case):
    name, response = case
    question = QUIZ.question(name)
    result = mark(question, response)
    assert 0 <= result.credit <= 1
    assert result.feedback
    if question.kind == "span":
        assert result.credit == 1 or not result.correct
    else:
        assert result.correct == (result.credit == 1)


@given(st.sets(st.sampled_from(NAMES["04-equal-strings"]), min_size=1))
def test_one_more_wrong_choice_never_pays(chosen):
    question = QUIZ.question("04-equal-strings")
    for extra in {"dash", "accent"} - chosen:
        assert mark(question, sorted(chosen | {extra})).credit <= mark(question, sorted(chosen)).credit
