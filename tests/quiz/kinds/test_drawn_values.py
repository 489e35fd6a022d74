"""Numeric questions with parameters: what they become, what is checked, and which braces are theirs."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from personal_quiz import TEXT, personal_quiz
from pydantic import ValidationError

from qa_lesson.errors import BankError
from qa_lesson.quiz.bank.files import load_quiz, parse_quiz
from qa_lesson.quiz.kinds.numeric import Numeric
from qa_lesson.quiz.kinds.shared.drawn_values import Parameter, filled, place_faults, plainly
from qa_lesson.quiz.lint.bank_lints import lint_bank

PAGES = {
    "id": "q", "kind": "numeric", "parameters": {"n": {"from": 10, "to": 50, "step": 5}, "m": {"choices": [3, 7]}},
    "prompt": "{n} pages of {m}", "answer": "10 * n + m", "tolerance": {"abs": 0}, "unit": "pages",
}  # fmt: skip


def question(**changes) -> Numeric:
    return Numeric.model_validate({**PAGES, **changes})


def faults(**changes) -> list[str]:
    return [f"{what}; {fix}" for what, fix in question(**changes).key_faults()]


def test_values_take_their_places_in_every_text():
    one = question(
        right="It is {answer}.", steps=["Ten times {n}."], hints=["Not {m}."], quick_check="{n}", otherwise="{{n}} {x}",
        wrong=[{"value": "10 * (n + m)", "feedback": "Only {m}."}],
    ).drawn({"n": 2, "m": 1})  # fmt: skip
    assert (one.prompt, one.target, one.version) == ("20 pages of 7", 207, "n = 20, m = 7")
    assert (one.right, one.steps, one.hints, one.quick_check) == ("It is 207.", ("Ten times 20.",), ("Not 7.",), "20")
    assert one.otherwise == "{n} {x}"
    assert (one.wrong[0].number, one.wrong[0].feedback) == (270, "Only 7.")
    assert one.mark("207").correct
    assert one.mark("270 pages").feedback == "Only 7."
    assert not one.sizes
    assert one.read_response("n + 1") == 21
    assert one.read_response("port") == "port"


def test_what_is_not_drawn_cannot_be_marked():
    with pytest.raises(TypeError, match="drawn before it is asked"):
        question().mark(103)


@pytest.mark.parametrize(
    ("written", "values"),
    [
        ({"from": 1, "to": 2, "step": 0.5}, ["1", "1.5", "2"]),
        ({"from": 0.1, "to": 0.3, "step": 0.1}, ["0.1", "0.2", "0.3"]),
        ({"from": 8, "to": 10}, ["8", "9", "10"]),
        ({"from": -1, "to": 9, "step": 7}, ["-1", "6"]),
        ({"choices": [100, 0.25]}, ["100", "0.25"]),
    ],
)
def test_ranges_hold_their_ends_and_round_nothing(written, values):
    parameter = Parameter.model_validate(written)
    assert [plainly(parameter.at(place)) for place in range(len(parameter))] == values


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ({"from": 1}, "either from and to, or choices"),
        ({"from": 1, "to": 2, "choices": [1, 2]}, "either from and to, or choices"),
        ({"choices": [1, 2], "step": 1}, "either from and to, or choices"),
        ({"from": 2, "to": 1}, "fewer than two"),
        ({"from": 1, "to": 2, "step": 5}, "fewer than two"),
        ({"choices": [1, 1.0]}, "fewer than two"),
        ({"from": 1, "to": 2, "step": 0}, "greater than 0"),
    ],
)
def test_parameters_without_a_choice_are_refused(written, told):
    with pytest.raises(ValidationError, match=told):
        Parameter.model_validate(written)


@given(
    first=st.integers(-1000, 1000), n=st.integers(2, 500), step=st.sampled_from(["1", "0.1", "0.25", "3"]),
    place=st.floats(0, 1, exclude_max=True),
)  # fmt: skip
def test_every_place_of_a_range_is_a_step_from_its_beginning(first, n, step, place):
    last = first + (n - 1) * Decimal(step)
    parameter = Parameter.model_validate({"from": float(first), "to": float(last), "step": float(step)})
    assert len(parameter) == n
    at = int(place * n)
    assert parameter.at(at) == first + at * Decimal(step)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"prompt": "{n} of {m} and {k}"}, "prompt: {k} is no parameter"),
        ({"prompt": "{n} of {m}, {answer}"}, "prompt: {answer} is no parameter"),
        ({"right": "see {k}"}, "right: {k} is no parameter"),
        ({"prompt": "{n} pages"}, "the parameter m is not in the prompt, so learners cannot know it"),
        ({"prompt": "{n} pages", "answer": "n"}, "the parameter m is not in the prompt, so nothing uses it"),
        ({"answer": "1 / (m - 3)"}, "in 9 of 18 draws, such as n = 10, m = 3: an expression cannot be computed"),
        ({"answer": "n *"}, "an expression cannot be read"),
        ({"answer": "open"}, "cannot be computed"),
        ({"answer": "n / m", "unit": "fraction"}, "in 18 of 18 draws, such as n = 10, m = 3: the unit is fraction"),
        ({"answer": "n - 10"}, ""),
        ({"answer": "n - 10", "tolerance": {"rel": 0.1}}, "in 2 of 18 draws, such as n = 10, m = 3: a relative"),
        ({"wrong": [{"value": "10 * n + 3"}]}, "in 9 of 18 draws, such as n = 10, m = 3: the wrong value 103 is"),
        ({"answer": 5}, "the answer is 5 in all draws"),
        ({"prompt": r"{n} of {m}: $\frac{n}{2}$"}, "in a formula {n} can be TeX's braces"),
        ({"prompt": r"{n} of {m}: $\frac{{n}}{2}$ and $\frac{ {n} }{2}$, {1, 2}, { x }"}, ""),
    ],
)  # fmt: skip
def test_what_any_draw_breaks_is_told_with_its_values(changes, told):
    found = faults(**changes)
    assert len(found) == bool(told), found
    assert told in "".join(found)


def test_large_ranges_are_sampled_the_same_each_time():
    big = {"parameters": {"n": {"from": 0, "to": 100_000}, "m": {"choices": [3, 7]}}, "answer": "1 / (n - 100000)"}
    assert "in 1 of 100 draws, such as n = 100000, m = 7" in faults(**big)[0]
    assert faults(**{**big, "answer": "1 / (m - 3)"}) == faults(**{**big, "answer": "1 / (m - 3)"})


def test_braces_that_are_no_places_stay():
    text = r'{"a": 1} {1, 2} {} { n } {{n}} f"{x!r}" \frac{1}{2}'
    assert filled(text, {"n": "10"}) == text.replace("{{n}}", "{n}")
    assert not list(place_faults("prompt", text, {"n"}))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("graded: true", "lesson: 05_pages", "for graded quizzes only"),
        ("take: 2", "take: 4", "takes 4 of 4 questions"),
        ("take: 2", "take: 0", "take is out of range"),
        ("[w-one, w-two, w-three, w-four]", "[w-one, w-five]", "names w-five, and there is no such question"),
        ("[w-one, w-two, w-three, w-four]", "[w-one, w-two, w-one]", "w-one is in the pool words twice"),
        (", w-four]}", "]}\n  - {id: words, take: 1, questions: [w-four, q-same]}", "two pools have the id words"),
        (", w-four]}", "]}\n  - {id: more, take: 1, questions: [w-four, w-one]}", "in the pool words and in more"),
        ("w-three, w-four]", "q-pages]", "differ in points or difficulty: w-two 1 and medium"),
        ("accept: [four]}", "accept: [four], difficulty: hard}", "w-four 1 and hard"),
        ("parameters: {n: {from: 10, to: 50, step: 5}, m: {choices: [3, 7]}}", "hints: []", "answer is no number: '10"),
        ("m: {choices", "lambda: {choices", "cannot have the name lambda"),
        ("m: {choices", "answer: {choices", "cannot have the name answer"),
        ("m: {choices", "M: {choices", "does not have the right form"),
        ("unit: pages", "unit: pages\n    recompute: 1 + 1", "the answer is an expression itself"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused(old, new, told):
    assert old in TEXT
    with pytest.raises(BankError) as caught:
        personal_quiz(TEXT.replace(old, new))
    assert told in " ".join(map(str, caught.value.findings))


def test_a_sound_quiz_has_no_findings(tmp_path):
    path = tmp_path / "pages.yaml"
    path.write_text(TEXT, encoding="utf-8")
    assert lint_bank(files=[path]) == []
    path.write_text(TEXT.replace("10 * (n + m)", "10 * n + 3"), encoding="utf-8")
    (finding,) = lint_bank(files=[path])
    assert not finding.warning
    assert finding.question == "q-pages"
    assert "n = 10, m = 3" in finding.what


def test_the_quiz_that_the_template_shows_commented_out_works(tmp_path):
    from qa_lesson.grading.handing_out.handout import TEMPLATE

    lines = TEMPLATE.read_text(encoding="utf-8").splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("  # - id: ferry-return"))
    whole = [*lines[:start], *("  " + line[4:] if line.startswith("  # ") else line for line in lines[start:])]
    pools = whole.index("# pools:")
    whole[pools:] = [line[2:] for line in whole[pools:]]

    path = tmp_path / "midterm.yaml"
    path.write_text("\n".join(whole), encoding="utf-8")
    quiz = load_quiz(path)
    assert len(quiz.questions) == 8
    assert [pool.take for pool in quiz.pools] == [1]
    assert [one for one in lint_bank(files=[path]) if not one.warning] == []
    assert parse_quiz("\n".join(whole), Path("other.yaml")).questions == quiz.questions


@pytest.mark.parametrize("values", [
    {"from": 0.0, "to": 1e30}, {"from": 0.0, "to": 1e300, "step": 1e-300}, {"from": -1e300, "to": 1e300},
    {"from": 0.0, "to": 1_000_000.0},
])  # fmt: skip
def test_a_range_that_no_machine_can_count_is_told(values):
    with pytest.raises(ValidationError, match="more than 1,000,000 values"):
        Parameter.model_validate(values)


def test_a_step_that_does_not_divide_the_range_stays_within_it():
    one = Parameter.model_validate({"from": 0.1, "to": 0.95, "step": 0.2})
    assert [plainly(one.at(place)) for place in range(len(one))] == ["0.1", "0.3", "0.5", "0.7", "0.9"]
    assert plainly(Parameter.model_validate({"choices": [0.1, -0.30000000000000004]}).at(1)) == "-0.30000000000000004"
