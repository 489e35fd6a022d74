"""The figures of a class, by hand and against plain Python for made-up classes."""

from collections import Counter
from functools import cache

import numpy as np
import pytest
from class_files import TODAY, attempt, export
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_lesson.evaluation import binomial_interval, mean_interval
from qa_lesson.grading.formats.results import Learner
from qa_lesson.grading.overview.class_mastery import (
    FEWEST_ANSWERS,
    FEWEST_LEARNERS,
    MASTERED,
    lesson_figures,
    objective_figures,
    tempting_answers,
)
from qa_lesson.grading.overview.class_progress import ClassProgress, LearnerProgress, lesson_quizzes
from qa_lesson.grading.overview.needing_help import who_may_need_help
from qa_lesson.grading.overview.shared_files import ExportReader
from qa_lesson.quiz.kinds.shared.forms import Choices
from qa_lesson.quiz.pages.markdown import plain_text

QUIZZES = lesson_quizzes()
METRICS = next(quiz for quiz in QUIZZES if quiz.name == "metrics")
SINGLE = next(one for one in METRICS.questions if isinstance(one.form(), Choices) and not one.form().several)
MULTI = next(
    (quiz, one) for quiz in QUIZZES for one in quiz.questions if isinstance(one.form(), Choices) and one.form().several
)
TYPED = next((quiz, one) for quiz in QUIZZES for one in quiz.questions if not isinstance(one.form(), Choices))
WRONG = [one for one in SINGLE.form().options if not one.correct]
RIGHT = next(one for one in SINGLE.form().options if one.correct)


@cache
def reader() -> ExportReader:
    return ExportReader(QUIZZES, TODAY)


def of_class(*rows: list[dict] | None) -> ClassProgress:
    """A class of learners with these attempts; None: no file."""
    learners = []
    for number, attempts in enumerate(rows):
        learner = Learner(f"l{number}", f"Learner {number}")
        made = None
        if attempts is not None:
            made = reader().read(export(learner.id, attempts).encode(), f"{number}.json", "", None)
        counts: dict[str, tuple[int, int, int]] = {}
        for (quiz, _), one in made.tallies.items() if made else ():
            n, right, since = counts.get(quiz, (0, 0, 0))
            counts[quiz] = n + one.n, right + one.n_right, since + one.n_mended
        learners.append(LearnerProgress(learner, made, counts))
    return ClassProgress(QUIZZES, tuple(learners), (), {}, (), len(rows))


ANSWERS = st.lists(
    st.tuples(st.integers(0, len(METRICS.questions) - 1), st.booleans(), st.sampled_from([None, 1 / 3, 0.95])),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.none() | ANSWERS, min_size=1, max_size=14))
def test_lessons_and_objectives_against_plain_python(drawn):
    rows = [
        None if one is None else [
            attempt("metrics", METRICS.questions[place].id, correct, confidence=said) for place, correct, said in one
        ]
        for one in drawn
    ]  # fmt: skip
    progress = of_class(*rows)
    firsts = []
    for one in drawn:
        first: dict[int, bool] = {}
        for place, correct, _ in one or ():
            first.setdefault(place, correct)
        firsts.append(first)
    n_files = sum(one is not None for one in drawn)
    through = sum(len(first) >= 8 for first in firsts)
    lesson = next(one for one in lesson_figures(progress) if one.quiz == "metrics")
    assert (lesson.n_sent, lesson.n_worked_through) == (n_files, through)
    assert lesson.n_begun == sum(0 < len(first) < 8 for first in firsts)
    found = {one.objective: one for one in objective_figures(progress)}
    for objective in METRICS.objectives:
        places = [place for place, one in enumerate(METRICS.questions) if one.objective == objective]
        owners = [str(n) for n, first in enumerate(firsts) for place in places if place in first]
        values = [float(first[place]) for first in firsts for place in places if place in first]
        if not values:
            assert objective not in found
            continue
        one = found[objective]
        assert (one.n_answers, one.n_right, one.n_learners) == (len(values), sum(values), len(set(owners)))
        if len(set(owners)) < FEWEST_LEARNERS:
            assert (one.interval, one.verdict) == (None, "too few")
            continue
        wanted = mean_interval(values, owners, unit="document")
        assert one.interval.estimate == pytest.approx(np.mean(values))
        assert (one.interval.low, one.interval.high) == pytest.approx((wanted.low, wanted.high))
        verdicts = {"not mastered": wanted.high < MASTERED, "mastered": wanted.low >= MASTERED}
        assert one.verdict == next((name for name, holds in verdicts.items() if holds), "cannot tell")


CHOSEN = st.tuples(st.integers(0, len(SINGLE.form().options) - 1), st.sampled_from([None, 2 / 3, 0.95]))


@settings(max_examples=60, deadline=None)
@given(st.lists(CHOSEN, max_size=25))
def test_the_tempting_option_against_plain_python(drawn):
    options = SINGLE.form().options
    rows = [
        [attempt("metrics", SINGLE.id, options[place].correct, response=options[place].id, confidence=said)]
        for place, said in drawn
    ]
    found = tempting_answers(of_class(*rows)) if rows else ()
    counts = Counter(options[place].id for place, _ in drawn if not options[place].correct)
    if len(drawn) < FEWEST_ANSWERS or not counts:
        assert found == ()
        return
    (one,) = found
    most = max(counts.values())
    name = min(name for name, n in counts.items() if n == most)
    said = [sure for place, sure in drawn if options[place].id == name and sure is not None]
    wanted = binomial_interval(most, len(drawn))
    assert (one.n, one.n_first) == (most, len(drawn))
    assert (one.interval.low, one.interval.high) == (wanted.low, wanted.high)
    assert (one.n_said, one.n_certain) == (len(said), sum(sure > 0.9 for sure in said))
    assert one.answer == next(plain_text(option.text) for option in options if option.id == name)


def test_by_hand():
    wrong, other = WRONG[0], WRONG[1]
    rows = [[attempt("metrics", SINGLE.id, False, response=wrong.id, confidence=0.95)]] * 4
    rows += [[attempt("metrics", SINGLE.id, False, response=other.id)]] * 2
    # later attempts change nothing
    rows += [[attempt("metrics", SINGLE.id, True, response=RIGHT.id), attempt("metrics", SINGLE.id, False)]] * 4
    (one,) = tempting_answers(of_class(*rows))
    assert (one.n, one.n_first, one.n_certain, one.n_said) == (4, 10, 4, 4)
    assert one.interval.estimate == 0.4


def test_of_several_options_each_wrong_one_counts_and_right_ones_never():
    quiz, question = MULTI
    right = [one.id for one in question.form().options if one.correct]
    wrong = [one.id for one in question.form().options if not one.correct]
    rows = [[attempt(quiz.name, question.id, False, response=[*right, wrong[0], wrong[0]])]] * 6
    rows += [[attempt(quiz.name, question.id, False, response=right[:1])]] * 6
    (one,) = tempting_answers(of_class(*rows))
    assert (one.n, one.n_first) == (6, 12)


def test_typed_answers_count_as_they_were_typed_and_strange_ones_do_no_harm():
    quiz, question = TYPED
    strange = [{"a": 1}, [[["x"]]], True, 1e300, "x" * 10_000, "  ", [None], ["a", "b"], 7, "<b>"]
    rows = [[attempt(quiz.name, question.id, False, response=given)] for given in strange]
    rows += [[attempt(quiz.name, question.id, False, response=" seven  words")]] * 3
    (one,) = tempting_answers(of_class(*rows))
    assert (one.answer, one.n, one.n_first) == ("seven words", 3, 13)


def test_an_order_is_told_by_its_items():
    quiz, question = next((quiz, one) for quiz in QUIZZES for one in quiz.questions if one.kind == "ordering")
    order = [item.id for item in question.items][::-1]
    rows = [[attempt(quiz.name, question.id, False, response=order)]] * 10
    (one,) = tempting_answers(of_class(*rows))
    texts = [plain_text(item.text) for item in question.items][::-1]
    assert one.answer.startswith(f"{texts[0]}, then {texts[1]}"[:150])
    rows = [[attempt(quiz.name, question.id, False, response=["no", "such"])]] * 10
    assert tempting_answers(of_class(*rows))[0].answer == "no, such"


def reasons(*rows) -> dict[str, tuple[str, ...]]:
    return {note.learner.id: note.reasons for note in who_may_need_help(of_class(*rows))}


def days(day: str, n: int = 9, **more) -> list[dict]:
    return [attempt("metrics", one.id, True, at=f"{day}T00:00:00", **more) for one in METRICS.questions[:n]]


def test_reasons_by_hand():
    found = reasons(days("2026-03-20"), days("2026-03-06"), days("2026-03-07"), [], None)
    assert set(found) == {"l1", "l3"}
    assert found["l1"] == ("no activity: the last answer was on 2026-03-06, 14 days before the class's latest",)
    assert "no answer" in found["l3"][0]


def test_stuck_needs_two_questions_that_never_came_right():
    one, two = METRICS.questions[:2]
    wrong = [attempt("metrics", one.id, False)] * 3
    assert reasons(wrong) == {}
    both = wrong + [attempt("metrics", two.id, False)] * 4
    assert reasons(both) == {"l0": ("stuck: 2 questions still wrong after 3 or more attempts (lesson 05)",)}
    assert reasons([*both, attempt("metrics", two.id, True)]) == {}


def test_certain_and_wrong_needs_more_than_chance_explains():
    def sure(right: int, wrong: int) -> list[dict]:
        marks = [True] * right + [False] * wrong
        return [
            attempt("metrics", one.id, mark, confidence=0.95)
            for one, mark in zip(METRICS.questions, marks, strict=False)
        ]

    assert reasons(sure(7, 3)) == {}
    assert "4 of 8 answers given as certain" in reasons(sure(4, 4))["l0"][0]


def test_behind_is_measured_by_the_class_and_only_in_one_that_is_large_enough():
    full = [attempt(quiz.name, one.id, True) for quiz in QUIZZES[:4] for one in quiz.questions]
    few = [attempt("metrics", METRICS.questions[0].id, True)]
    assert reasons(*[full] * 5, few) == {}
    assert reasons(*[full] * 10, few) == {
        "l10": ("behind: 0 lessons worked through, and half of those with a file have 4 or more",)
    }
