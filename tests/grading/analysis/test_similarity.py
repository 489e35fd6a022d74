"""Similar submissions: exact probabilities, no pair lost by screening, quiet in honest classes, loud for copies."""

import csv
import io
import itertools
import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from qa_lesson.errors import StorageError
from qa_lesson.grading.analysis.similarity import (
    LEVEL,
    NOT_WRONG,
    UNANSWERED,
    _agreeing,
    _chances,
    at_least,
    find_similar,
    improbable_pairs,
)
from qa_lesson.grading.formats.results import GradedQuestion, Learner, LearnerResult, QuestionResult, Results
from qa_lesson.grading.formats.rules import Rules
from qa_lesson.grading.pages.similarity_report import similarity_csv, similarity_json, similarity_page, write_similarity


def honest_class(rng, learners=100, questions=30, hard=0.0, unfinished=0.0):
    """Wrong answers of independent learners: strengths and questions differ, and so do the answers that tempt whom."""
    strength, difficulty = rng.normal(0, 1, learners), rng.normal(hard, 1, questions)
    sharpness = np.exp(rng.normal(0, 0.4, questions))
    is_right = rng.random((learners, questions)) < 1 / (1 + np.exp(-sharpness * (strength[:, None] - difficulty)))
    wrong = np.full((learners, questions), NOT_WRONG)
    for question in range(questions):
        pull = rng.normal(0, 1, 3) + np.outer(strength, rng.normal(0, 1, 3))
        chosen = (pull + rng.gumbel(size=pull.shape)).argmax(axis=1)
        wrong[~is_right[:, question], question] = chosen[~is_right[:, question]]
    stops = np.where(rng.random(learners) < unfinished, rng.integers(questions // 3, questions, learners), questions)
    wrong[np.arange(questions) >= stops[:, None]] = UNANSWERED
    return numbered(wrong)


def numbered(wrong):
    """The answers of each question as 0, 1, ... without gaps."""
    wrong = wrong.copy()
    for column in wrong.T:
        given_answers = column >= 0
        column[given_answers] = np.unique(column[given_answers], return_inverse=True)[1]
    return wrong


def reported(wrong):
    return improbable_pairs(wrong, LEVEL / (len(wrong) * (len(wrong) - 1) / 2))


@given(st.lists(st.floats(0, 1), max_size=7), st.integers(0, 8))
def test_at_least_is_the_sum_over_all_outcomes(probabilities, k):
    expected = sum(
        np.prod([p if success else 1 - p for p, success in zip(probabilities, outcome, strict=True)])
        for outcome in itertools.product((0, 1), repeat=len(probabilities))
        if sum(outcome) >= k
    )
    row = np.array(probabilities).reshape(1, -1)
    assert at_least(np.array([k]), row)[0] == pytest.approx(expected, abs=1e-12)


def test_tiny_probabilities_keep_their_digits():
    assert at_least(np.array([30]), np.full((1, 30), 0.01))[0] == pytest.approx(1e-60, rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(
    arrays(np.int64, st.tuples(st.integers(2, 12), st.integers(1, 8)), elements=st.integers(-2, 3)),
    st.floats(0.01, 0.9),
)
def test_screening_loses_no_pair(raw, level):
    wrong = numbered(raw)
    chances = _chances(wrong)
    expected = {}
    for a, b in itertools.combinations(range(len(wrong)), 2):
        same = np.array([((wrong[a] == wrong[b]) & (wrong[a] >= 0)).sum()])
        tails = [
            at_least(same, _agreeing(wrong, chances, np.array([i]), np.array([j])))[0] for i, j in ((a, b), (b, a))
        ]
        if max(tails) <= level:
            expected[a, b] = max(tails)
    found = {(a, b): p for a, b, p, _ in improbable_pairs(wrong, level)}
    assert found == pytest.approx(expected)


def test_screening_is_as_sharp_as_the_p_value_where_all_is_shared():
    """Then the bound that screens is the p-value itself."""
    wrong, pair = with_a_copy(np.random.default_rng(5), 1.0, learners=40)
    p_value = next(p for a, b, p, _ in improbable_pairs(wrong, 0.01) if {a, b} == pair)
    assert any({a, b} == pair for a, b, _, _ in improbable_pairs(wrong, p_value * (1 + 1e-9)))
    assert not any({a, b} == pair for a, b, _, _ in improbable_pairs(wrong, p_value * (1 - 1e-9)))


@settings(max_examples=40, deadline=None)
@given(arrays(np.int64, st.tuples(st.integers(1, 15), st.integers(1, 6)), elements=st.integers(-2, 3)))
def test_chances_are_probabilities(raw):
    wrong = numbered(raw)
    chances = _chances(wrong)
    everyone = np.arange(len(wrong))
    for question, column in enumerate(wrong.T):
        n_answers = column.max() + 1
        total = sum(
            chances.giving(everyone, question, np.full(len(wrong), answer)) for answer in range(max(n_answers, 0))
        )
        if n_answers > 0:
            assert np.all(total >= 0)
            assert np.all(total < 1)
            assert np.all(total[column == UNANSWERED] == 0)


def test_chances_are_the_shares_where_learners_are_alike():
    """40 learners with one wrong answer each, of which a quarter is the rare one."""
    wrong = np.full((40, 4), NOT_WRONG)
    for learner in range(40):
        wrong[learner, learner % 4] = int(learner // 4 % 4 == 0)
    wrong = numbered(wrong)
    chances = _chances(wrong)
    shares = [(wrong[:, 0] == answer).mean() for answer in (0, 1)]
    found = [chances.giving(np.array([0]), 0, np.array([answer]))[0] for answer in (0, 1)]
    assert found == pytest.approx(shares, rel=0.05)


@pytest.mark.parametrize("options", [{}, {"hard": 1.0}, {"unfinished": 0.4}], ids=["plain", "hard", "unfinished"])
def test_honest_classes_are_left_in_peace(options):
    rng = np.random.default_rng(20261125)
    alarms = sum(bool(reported(honest_class(rng, **options))) for _ in range(200 if not options else 60))
    assert alarms <= (10 if not options else 6)


def with_a_copy(rng, share, **options):
    wrong = honest_class(rng, **options)
    source, copier = rng.choice(len(wrong), 2, replace=False)
    copied = rng.random(wrong.shape[1]) < share
    wrong[copier, copied] = wrong[source, copied]
    return numbered(wrong), {int(source), int(copier)}


@pytest.mark.parametrize(("questions", "share", "at_least_found"), [(30, 1.0, 12), (60, 0.7, 13), (60, 1.0, 17)])
def test_copies_are_found(questions, share, at_least_found):
    rng = np.random.default_rng(7)
    found = 0
    for _ in range(20):
        wrong, pair = with_a_copy(rng, share, questions=questions)
        found += any({a, b} == pair for a, b, _, _ in reported(wrong))
    assert found >= at_least_found


def test_a_rare_shared_answer_weighs_more_than_a_popular_one():
    rng = np.random.default_rng(3)
    wrong = np.zeros((60, 10), dtype=int)
    wrong[rng.random(wrong.shape) < 0.4] = NOT_WRONG
    wrong[:, :5][rng.random((60, 5)) < 0.05] = 1
    popular, rare = wrong.copy(), wrong.copy()
    popular[:2, :5] = 0
    rare[:2, :5] = 1

    def p_value(table):
        return next(p for a, b, p, _ in improbable_pairs(numbered(table), 0.999) if (a, b) == (0, 1))

    assert p_value(rare) < p_value(popular) / 100


# ---------------------------------------------------------------- results and report


def results_of(rows, kinds=None, names=None):
    """Results of rows of (response, correct); None: unanswered; "?": under review."""
    kinds = kinds or ["single"] * len(rows[0])
    asked = tuple(GradedQuestion(n, f"q{n}", kind, 1.0) for n, kind in enumerate(kinds, 1))
    learners = []
    for place, row in enumerate(rows):
        told = []
        for question, cell in zip(asked, row, strict=True):
            if cell is None:
                told.append(QuestionResult(question.id, "unanswered"))
            elif cell == "?":
                told.append(QuestionResult(question.id, "needs review", "odd", review="r"))
            else:
                response, correct = cell
                told.append(QuestionResult(question.id, "marked", response, float(correct), float(correct), correct))
        person = Learner(f"s{place:03}", names[place] if names else "")
        learners.append(LearnerResult(person, "graded", len(asked), points=1.0, questions=tuple(told)))
    learners.append(LearnerResult(Learner("absent"), "missing", len(asked)))
    return Results("Exam", "0" * 32, None, Rules(), asked, tuple(learners), ())


def answer_of(code):
    return {NOT_WRONG: ("right", True), UNANSWERED: None}.get(int(code), (f"option-{code}", False))


@pytest.fixture(scope="module")
def class_with_a_copy():
    wrong, pair = with_a_copy(np.random.default_rng(7), 1.0, questions=60)
    names = [f"<b>=cmd|' /C calc'!A{n}</b>" if n in pair else f"=N{n}" for n in range(100)]
    return results_of([[answer_of(code) for code in row] for row in wrong], names=names), wrong, sorted(pair)


def test_the_pair_is_told_with_what_speaks_for_it(class_with_a_copy):
    results, wrong, (a, b) = class_with_a_copy
    found = find_similar(results)
    assert (found.n_learners, found.n_pairs) == (100, 4950)
    (pair,) = found.pairs
    assert (pair.first.id, pair.second.id) == (f"s{a:03}", f"s{b:03}")
    assert pair.both_wrong == pair.same == len(pair.answers) == (wrong[a] >= 0).sum()
    assert pair.expected < pair.same / 2
    assert pair.honest_pairs == pytest.approx(pair.p_value * 4950)
    assert pair.honest_pairs <= LEVEL
    shares = [answer.share for answer in pair.answers]
    assert shares == sorted(shares)
    for answer in pair.answers:
        column = wrong[:, answer.number - 1]
        assert answer.response == f"option-{column[a]}"
        assert answer.share == pytest.approx((column == column[a]).sum() / (column >= 0).sum())
    together = [(x, y) for column in wrong.T for x, y in itertools.combinations(column[column >= 0], 2)]
    assert found.base_rate == pytest.approx(np.mean([x == y for x, y in together]))


def test_the_same_results_give_the_same_report_and_the_order_of_learners_does_not_matter(class_with_a_copy):
    results, _, _ = class_with_a_copy
    found = find_similar(results)
    assert similarity_json(found) == similarity_json(find_similar(results))
    turned = replace(results, learners=results.learners[::-1])
    assert [{p.first.id, p.second.id} for p in find_similar(turned).pairs] == [
        {p.first.id, p.second.id} for p in found.pairs
    ]
    assert find_similar(turned).pairs[0].p_value == pytest.approx(found.pairs[0].p_value)


def test_the_reports_say_what_they_are_and_run_nothing(class_with_a_copy, tmp_path):
    results, _, pair = class_with_a_copy
    found = find_similar(results)
    (tmp_path / "kept.txt").write_text("beside it")
    written = {path.name for path in write_similarity(found, tmp_path).iterdir()}
    assert written == {"kept.txt", "similar.csv", "similar.html", "similar.json"}
    with pytest.raises(StorageError):
        write_similarity(found, tmp_path / "kept.txt")
    page = similarity_page(found)
    assert "Evidence to look at, not a verdict." in page
    assert f"s{pair[0]:03}" in page
    assert "&lt;b&gt;=cmd" in page
    assert "<b>=cmd" not in page
    assert "4,950 pairs" in page
    rows = list(csv.DictReader(io.StringIO(similarity_csv(found))))
    assert [row["first"] for row in rows] == [f"s{pair[0]:03}"]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    record = json.loads(similarity_json(found))
    assert record["note"] == "Evidence to look at, not a verdict."
    assert record["pairs"][0]["learners"] == [f"s{place:03}" for place in pair]
    assert "cmd" not in similarity_json(found)


@pytest.mark.parametrize("n", [0, 1, 2, 3])
def test_very_small_classes_are_no_error(n):
    rows = [[("a", False), ("b", False), None]] * n
    found = find_similar(results_of(rows) if n else Results("Exam", "", None, Rules(), (), (), ()))
    assert found.pairs == ()
    assert "No pair shares more" in similarity_page(found)
    assert similarity_csv(found).count("\n") == 1


def test_only_answers_that_are_the_same_count_as_the_same():
    kinds = ["multi", "ordering", "numeric", "text", "single", "single"]
    first = [(["a", "b"], False), (["a", "b"], False), ("0,5", False), ("A  b", False), ("x", True), "?"]
    second = [(["b", "a"], False), (["b", "a"], False), (0.5, False), ("a B", False), ("x", True), "?"]
    found = find_similar(results_of([first, second], kinds))
    assert found.base_rate == pytest.approx(3 / 4)  # all but the ordering
