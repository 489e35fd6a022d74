"""Every question of the bank, those of the pools too, answered through the widget: rightly, and wrongly in every way
that its author foresaw."""

import ast
import functools
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from qa_lesson.metrics import score_answer
from qa_lesson.quiz.bank.files import load_quiz, quiz_names
from qa_lesson.quiz.kinds.code import Code
from qa_lesson.quiz.kinds.multi import Multi
from qa_lesson.quiz.kinds.numeric import Numeric
from qa_lesson.quiz.kinds.ordering import Ordering
from qa_lesson.quiz.kinds.registry import Question
from qa_lesson.quiz.kinds.shared.running import fill
from qa_lesson.quiz.kinds.short_text import Text
from qa_lesson.quiz.kinds.single import Single
from qa_lesson.quiz.kinds.span import SpanQuestion
from qa_lesson.quiz.pages.markdown import render_inline, render_markdown
from qa_lesson.quiz.practice.widget import QuizWidget
from qa_lesson.quiz.progress.attempts import Progress

quiz_of = functools.cache(load_quiz)
BANK = [(name, question.id) for name in quiz_names() for question in quiz_of(name).questions]
CODE = [(name, one) for name, one in BANK if quiz_of(name).question(one).kind == "code"]
NOWHERE = "zebra crossing"
"""An answer that nobody foresaw."""
CODE_ATTEMPTS = 3
FILLINGS = ("None", "unforeseen=None")
"""Code that nobody foresaw: an expression, and an argument of a call."""


@dataclass
class Case:
    """An answer and what it must bring: its credit, the beginning and end of the feedback, feedback by option."""

    response: object
    credit: float
    begins: str = ""
    ends: str = ""
    per_option: dict[str, str] = field(default_factory=dict)


def fits(question: Code, filling: str) -> bool:
    """Whether Python can read the template with this filling."""
    try:
        ast.parse(fill(question.template, filling))
    except SyntaxError:
        return False
    return True


def right_answers(question: Question) -> Iterator[Case]:
    match question:
        case Single():
            told = {option.id: option.feedback for option in question.options}
            yield Case(question.key, 1, told[question.key], per_option=told)
        case Multi():
            told = {option.id: option.feedback for option in question.options}
            n = len(question.key)
            yield Case(sorted(question.key), 1, f"Right: {n} of {n}", per_option=told)
        case Numeric():
            yield Case(question.answer, 1, question.right)
            yield Case(repr(question.answer), 1, question.right)
        case Text():
            for text in question.accept:
                yield Case(text, 1, question.right)
        case SpanQuestion():
            for text in question.answers:
                yield Case(text, 1, question.right)
        case Ordering():
            told = {item.id: item.feedback for item in question.items}
            yield Case([item.id for item in question.items], 1, question.right, per_option=told)
        case Code():
            yield Case(question.answer, 1, question.right)


def wrong_answers(question: Question) -> Iterator[Case]:
    match question:
        case Single():
            for option in question.options:
                if not option.correct:
                    yield Case(option.id, 0, option.feedback, per_option={option.id: option.feedback})
        case Multi():
            told = {option.id: option.feedback for option in question.options}
            n = len(question.key)
            for option in question.options:
                if option.correct and n > 1:  # one too few
                    yield Case(sorted(question.key - {option.id}), (n - 1) / n, f"{n - 1} of the {n}", per_option=told)
                elif not option.correct:  # one too many, and that one alone
                    yield Case(sorted(question.key | {option.id}), (n - 1) / n, f"{n} of the {n}", per_option=told)
                    yield Case([option.id], 0, f"0 of the {n}", per_option=told)
        case Numeric():
            for wrong in question.wrong:
                yield Case(wrong.value, 0, wrong.feedback)
            yield Case(1e9 + 7, 0, question.otherwise)
        case Text():
            for wrong in question.wrong:
                yield Case(wrong.text, 0, wrong.feedback)
            yield Case(NOWHERE, 0, question.otherwise)
        case SpanQuestion():
            for wrong in question.wrong:
                yield Case(wrong.text, score_answer(wrong.text, question.answers).f1, wrong.feedback)
            yield Case(NOWHERE, 0, question.otherwise)
        case Ordering():
            order = [item.id for item in question.items]
            for place in range(len(order) - 1):
                swapped = [*order[:place], order[place + 1], order[place], *order[place + 2 :]]
                in_place = {item.id: item.feedback for item in question.items[:place]}
                yield Case(swapped, 0, question.otherwise, per_option=in_place)
        case Code():
            for wrong in question.wrong:
                yield Case(wrong.code, 0, ends=wrong.feedback)
            yield Case(next(filter(functools.partial(fits, question), FILLINGS)), 0, ends=question.otherwise)


def held_back(question: Question) -> list[str]:
    """What no wrong answer brings to light, as the page would show it: hints, steps, the rule, the mistakes."""
    return [
        *map(render_inline, (*question.hints, question.quick_check, *question.mistakes)),
        *map(render_markdown, question.steps),
    ]


def texts(value: object) -> Iterator[str]:
    """All texts inside a synchronised state."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from texts(one)


@pytest.fixture
def progress(tmp_path):
    return Progress.open(tmp_path / "progress.sqlite", "ada")


def answer(widget: QuizWidget, case: Case, *, correct: bool = False) -> None:
    """Give the answer of `case` to the widget's one question, and look at everything that it brings."""
    question = widget.question(0)
    question.value = case.response
    question.check.click()
    assert question.problem == ""
    assert question.correct is correct, question.feedback
    assert question.mark.credit == pytest.approx(case.credit)
    assert question.feedback.startswith(case.begins)
    assert question.feedback.endswith(case.ends)
    assert question.mark.per_option == case.per_option
    (shown,) = widget.answers
    assert shown["status"] == ("right" if correct else "wrong")
    assert shown["result"]["feedback"] == render_markdown(question.feedback)
    assert shown["result"]["per_option"] == {
        option: render_inline(text) for option, text in case.per_option.items() if text != question.feedback
    }
    recorded = widget.practice.progress.attempts()[-1]
    assert (recorded.response, recorded.correct) == (case.response, correct)
    assert recorded.credit == pytest.approx(case.credit)
    assert question.saved
    assert shown["saved"]


@pytest.mark.parametrize(("name", "question_id"), BANK)
def test_a_right_answer_earns_the_points_and_stays(name, question_id, progress):
    question = quiz_of(name).question(question_id)
    widget = QuizWidget(quiz_of(name), (question,), progress)
    for case in right_answers(question):
        widget.practice.start_again.click()
        answer(widget, case, correct=True)
        asked = widget.question(0)
        assert (asked.points, asked.closed, asked.mastered) == (question.points, True, True)
        assert widget.answers[0]["quick_check"] == render_inline(question.quick_check)
        assert widget.standing.startswith(f"{question.points:g} of {question.points:g} points; 1 of 1")
    again = QuizWidget(quiz_of(name), (question,), progress)
    assert again.answers == widget.answers
    assert again.standing == widget.standing


@pytest.mark.parametrize(("name", "question_id"), BANK)
def test_a_wrong_answer_gets_its_own_feedback_and_no_more(name, question_id, progress):
    question = quiz_of(name).question(question_id)
    widget = QuizWidget(quiz_of(name), (question,), progress)
    cases = list(wrong_answers(question))
    assert cases
    for case in cases:
        widget.practice.start_again.click()
        answer(widget, case)
        state = "\n".join(texts(widget.get_state()))
        assert not [text for text in held_back(question) if text in state]
        assert widget.question(0).points == pytest.approx(case.credit * question.points)
        assert not widget.question(0).mastered
    widget.question(0).try_again.click()
    answer(widget, next(right_answers(question)), correct=True)
    assert not widget.question(0).mastered  # right at last, not at once


@pytest.mark.parametrize(("name", "question_id"), CODE)
def test_a_code_question_closes_after_three_wrong_attempts(name, question_id, progress):
    question = quiz_of(name).question(question_id)
    widget = QuizWidget(quiz_of(name), (question,), progress)
    cases = list(wrong_answers(question))
    for n in range(CODE_ATTEMPTS):
        assert not widget.answers[0]["closed"]
        assert widget.answers[0]["attempts_left"] == CODE_ATTEMPTS - n
        answer(widget, cases[n % len(cases)])
    asked = widget.question(0)
    assert widget.answers[0]["closed"]
    assert widget.answers[0]["mistakes"] == [*map(render_inline, question.mistakes)]
    asked.value = question.answer
    asked.check.click()
    assert asked.problem
    assert asked.points == 0
    assert len(progress.attempts()) == CODE_ATTEMPTS
    widget.practice.start_again.click()
    answer(widget, next(right_answers(question)), correct=True)


SECRET = "what only the kernel may know"
PUBLIC = {"id", "kind", "objective", "difficulty", "points", "prompt", "unit", "context", "template", "section"}


def with_other_secrets(question: Question) -> Question:
    """The same question to look at, with another key and other feedback, hints and steps."""
    changes: dict[str, object] = {}
    for name, value in question:
        if name in PUBLIC:
            continue
        if name == "options":
            told = {"correct": True, "feedback": SECRET}
            changes[name] = tuple(one.model_copy(update=told) for one in value)
        elif name == "items":
            changes[name] = tuple(one.model_copy(update={"feedback": SECRET}) for one in value)
        elif isinstance(value, tuple):  # how many hints there are may be known
            changes[name] = (SECRET,) * len(value)
        elif isinstance(value, str):
            changes[name] = SECRET
        elif isinstance(value, float):
            changes[name] = -value - 1
    return question.model_copy(update=changes)


@pytest.mark.parametrize("name", quiz_names())
def test_before_an_answer_the_page_knows_nothing(name, progress):
    """What is synchronised is the same whatever the key and the feedback are, so it holds nothing of them."""
    quiz = quiz_of(name)
    others = tuple(with_other_secrets(question) for question in quiz.questions)
    state = QuizWidget(quiz, quiz.questions, progress).get_state()
    blind = QuizWidget(quiz, others, progress)
    assert state.keys() == blind.get_state().keys() >= {"questions", "answers", "drafts"}
    for trait in state.keys() - {"layout"}:
        assert state[trait] == blind.get_state()[trait], trait
    assert SECRET not in "\n".join(texts(blind.get_state()))
    blind.question(0).hint.click()
    assert SECRET in "\n".join(texts(blind.get_state()))


def test_the_order_that_is_shown_first_is_never_the_right_one(progress):
    for name, question_id in BANK:
        question = quiz_of(name).question(question_id)
        if isinstance(question, Ordering):
            (shown,) = QuizWidget(quiz_of(name), (question,), progress).questions
            assert [item["id"] for item in shown["items"]] != list(question.key)
