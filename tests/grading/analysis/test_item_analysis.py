import json
import random
from dataclasses import replace

import numpy as np
import pandas
import pytest
import scipy.stats
from handed_in import QUESTIONS, RIGHT, hand_in, make_key, write_roster
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from qa_lesson.grading.analysis.flags import flags
from qa_lesson.grading.analysis.item_analysis import (
    FEWEST,
    AnswerStats,
    ItemStats,
    analyse_items,
    analysis_record,
    correlation,
)
from qa_lesson.grading.analysis.reliability import reliability
from qa_lesson.grading.formats.results import GradedQuestion
from qa_lesson.grading.marking.grade import grade
from qa_lesson.grading.marking.roster import read_roster

KEY = make_key(QUESTIONS[:6])
WRONG = {
    "q-one": ["a", "c"], "q-many": [["a"], ["a", "b"], ["d"]], "q-number": ["0.5", "7"], "q-word": ["overfitting"],
    "q-span": ["the light", "Keating"], "q-order": [["y", "x", "z"]],
}  # fmt: skip


def made_up_class(folder, n, *, seed=0, key=KEY):
    """Results of `n` learners of all abilities, who leave some questions out."""
    rng = random.Random(seed)
    names = [f"learner{number:03d}" for number in range(n)]
    for name in names:
        ability, answers = rng.random(), {}
        for question in key.questions:
            if rng.random() > 0.1:
                right = rng.random() < ability
                answers[question.id] = RIGHT[question.id] if right else rng.choice(WRONG[question.id])
        hand_in(folder / "in", name, answers)
    return grade([folder / "in"], key, read_roster(write_roster(folder / "roster.csv", *names, "nobody"))).results


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return made_up_class(tmp_path_factory.mktemp("class"), 120)


@pytest.fixture(scope="module")
def frame(results):
    """Points by learner and question, NaN where nothing was answered, from the responses alone."""
    rows = [{answer.question: answer.points for answer in one.questions} for one in results.handed_in]
    return pandas.DataFrame(rows, dtype=float)


def test_facility_and_discrimination_are_those_of_pandas_and_scipy(results, frame):
    for item in analyse_items(results, KEY).items:
        column = frame[item.question.id].dropna()
        rest = frame.drop(columns=item.question.id).fillna(0).sum(axis=1)[column.index]
        assert item.n_answered == len(column)
        assert item.n_unanswered == frame[item.question.id].isna().sum() > 0
        assert item.facility == pytest.approx(column.mean() / item.question.points)
        assert item.discrimination == pytest.approx(scipy.stats.pearsonr(column, rest).statistic)
        assert item.discrimination == pytest.approx(column.corr(rest))


def test_point_biserials_and_strong_shares_are_those_of_scipy(results, frame):
    for item in analyse_items(results, KEY).items:
        given_answers = pandas.Series(
            [next(a.response for a in one.questions if a.question == item.question.id) for one in results.handed_in]
        ).dropna()
        rest = frame.drop(columns=item.question.id).fillna(0).sum(axis=1)[given_answers.index]
        strong = rest >= rest.nlargest(int(np.ceil(0.27 * len(rest)))).min()
        for one in item.answers:
            if not one.id:
                continue
            chosen = given_answers.map(lambda response, name=one.id: name in response)
            assert one.n == chosen.sum()
            assert one.share == pytest.approx(chosen.mean())
            assert one.strong_share == pytest.approx(chosen[strong].mean())
            if one.n:
                expected = scipy.stats.pointbiserialr(chosen, rest).statistic
                assert one.point_biserial == pytest.approx(expected)
            else:
                assert one.point_biserial is None


def test_alpha_is_that_of_its_definition_with_feldts_interval(results, frame):
    found = analyse_items(results, KEY).reliability
    filled = frame.fillna(0)
    k, n = filled.shape[1], len(filled)
    expected = k / (k - 1) * (1 - filled.var().sum() / filled.sum(axis=1).var())
    f = scipy.stats.f(n - 1, (n - 1) * (k - 1))
    assert (found.name, found.n_learners, found.n_questions) == ("Cronbach's alpha", n, k)
    assert found.value == pytest.approx(expected)
    assert [found.low, found.high] == pytest.approx(
        [1 - (1 - expected) * f.ppf(0.975), 1 - (1 - expected) * f.ppf(0.025)]
    )
    assert found.low < found.value < found.high


def test_kr20_of_a_small_table_by_hand():
    # shares right 3/4, 2/4, 1/4; sum of p(1 - p) = 0.625; totals 3, 2, 1, 0 have the variance 1.25
    points = np.array([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]], dtype=float)
    found = reliability(points)
    assert found.name == "KR-20"
    assert found.value == pytest.approx(3 / 2 * (1 - 0.625 / 1.25))
    assert reliability(points * 2).value == pytest.approx(found.value)


def test_feldts_interval_covers_the_truth_about_as_often_as_it_says():
    rng = np.random.default_rng(0)
    k, n, truth = 10, 60, 10 * 0.3 / (1 + 9 * 0.3)  # parallel questions that correlate at 0.3
    covered = 0
    for _ in range(400):
        ability = rng.normal(size=(n, 1)) * np.sqrt(0.3)
        found = reliability(ability + rng.normal(size=(n, k)) * np.sqrt(0.7))
        covered += found.low <= truth <= found.high
    assert 0.92 <= covered / 400 <= 0.98


@given(arrays(np.float64, st.tuples(st.integers(0, 8), st.integers(0, 5)), elements=st.sampled_from([0.0, 0.5, 1.0])))
def test_reliability_is_at_most_1_or_none(points):
    found = reliability(points)
    if found is not None:
        assert found.value <= 1 + 1e-12
        assert found.low <= found.value + 1e-12
        assert np.isfinite([found.value, found.low, found.high]).all()


def test_under_20_learners_only_counts_and_facility_are_told(tmp_path):
    few = analyse_items(made_up_class(tmp_path / "few", FEWEST - 1), KEY)
    assert few.suppressed
    assert few.reliability is None
    for item in few.items:
        assert item.facility is not None
        assert item.discrimination is None
        assert {one.point_biserial for one in item.answers} | {one.strong_share for one in item.answers} == {None}
        assert flags(item) == ()
    enough = analyse_items(made_up_class(tmp_path / "enough", FEWEST + 10), KEY)
    assert not enough.suppressed
    assert enough.reliability is not None


def test_nobody_handed_in(tmp_path):
    hand_in(tmp_path / "in", "stranger")
    results = grade([tmp_path / "in"], KEY, read_roster(write_roster(tmp_path / "r.csv", "ann"))).results
    analysis = analyse_items(results, KEY)
    assert analysis.n_learners == 0
    assert {item.facility for item in analysis.items} == {None}
    assert json.dumps(analysis_record(analysis), allow_nan=False)


def test_questions_under_review_are_left_out_of_everything_but_counts(tmp_path):
    key = make_key()
    names = [f"l{number}" for number in range(40)]
    for number, name in enumerate(names):
        answers = dict(RIGHT) if number % 3 else {**RIGHT, "q-one": "a", "q-word": "no", "q-span": "light"}
        hand_in(tmp_path / "in", name, {**answers, "q-code": "0.5" if number % 2 else "1/2"})
    results = grade([tmp_path / "in"], key, read_roster(write_roster(tmp_path / "r.csv", *names))).results
    analysis = analyse_items(results, key)
    code = analysis.items[-1]
    assert (code.n_answered, code.n_open, code.facility, code.discrimination) == (40, 20, None, None)
    assert flags(code) == ("Q7: 20 answers need review; it is left out of the analysis until then",)
    assert analysis.reliability.n_questions == 6
    rest = [one.points - one.questions[0].points - (one.questions[-1].points or 0) for one in results.handed_in]
    first = [one.questions[0].points for one in results.handed_in]
    assert analysis.items[0].discrimination == pytest.approx(scipy.stats.pearsonr(first, rest).statistic)


def test_options_that_nobody_chose_are_listed(results):
    first = analyse_items(results, KEY).items[0]
    never = [one.label for one in first.answers if one.n == 0]
    assert never == ["D"]
    assert "Q1: no one chose D ('Text of d')" in flags(first)


def test_a_wrong_key_is_found_in_choices_numbers_and_texts(tmp_path):
    right = made_up_class(tmp_path, 150)
    assert not [text for item in analyse_items(right, KEY).items for text in flags(item) if "check the key" in text]
    questions = json.loads(json.dumps(QUESTIONS[:6]))
    for option in questions[0]["options"]:
        option["correct"] = option["id"] == "c"
    questions[2]["answer"] = 7.0
    questions[3]["accept"] = ["overfitting"]
    key = make_key(questions)
    roster = read_roster(tmp_path / "roster.csv")
    found = analyse_items(grade([tmp_path / "in"], key, roster).results, key).items
    assert any(text.startswith("Q1: most strong learners (") and "chose B" in text for text in flags(found[0]))
    assert any("those who do well elsewhere do worse on it" in text for text in flags(found[0]))
    assert any(text.startswith("Q3: most strong learners (") and "'1/4'" in text for text in flags(found[2]))
    assert any("'leakage'; check the key" in text for text in flags(found[3]))
    assert not [text for item in found[4:] for text in flags(item) if "check the key" in text]


ITEM = ItemStats(GradedQuestion(7, "q", "single", 1.0), 100, 0, 0, 0.6, 0.4, ())
B = AnswerStats("B", "b", "beta", False, 40, 0.4, -0.1, 0.1)
A = replace(B, label="A", id="a", text="alpha", correct=True, strong_share=0.5, point_biserial=0.4)
FLAGGED = {
    "nothing": (replace(ITEM, answers=(A, B)), ""),
    "most strong": (replace(ITEM, answers=(A, replace(B, strong_share=0.51))), "most strong learners (51.0%) chose B"),
    "more strong": (replace(ITEM, answers=(replace(A, strong_share=0.3), replace(B, strong_share=0.4))),
                    "more strong learners chose B ('beta') than the right answer"),
    "left out": (replace(ITEM, question=GradedQuestion(7, "q", "multi", 1.0), answers=(replace(A, strong_share=0.2),)),
                 "most strong learners left out A ('alpha'), which is right by the key"),
    "attractive": (replace(ITEM, answers=(A, replace(B, point_biserial=0.2))), "B ('beta') is wrong, but those who"),
    "by chance": (replace(ITEM, n_answered=20, answers=(A, replace(B, point_biserial=0.2))), ""),
    "negative": (replace(ITEM, discrimination=-0.2), "(discrimination -0.20); check the key and wording"),
    "flat": (replace(ITEM, discrimination=0.05), "it hardly tells strong learners from weak ones"),
    "easy": (replace(ITEM, facility=0.96), "nearly everyone got it right (96.0% of the points)"),
    "hard": (replace(ITEM, facility=0.1), "hardly anyone got it right (10.0% of the points)"),
    "left out by many": (replace(ITEM, n_unanswered=50), "33.3% left it out"),
    "never chosen": (replace(ITEM, answers=(A, replace(B, n=0, label="C"), replace(B, n=0, label="D"))),
                     "no one chose C ('beta') or D ('beta')"),
    "few": (replace(ITEM, n_answered=19, facility=0.01), ""),
}  # fmt: skip


@pytest.mark.parametrize("name", FLAGGED)
def test_flags_in_plain_words(name):
    item, wanted = FLAGGED[name]
    found = flags(item)
    if wanted:
        (text,) = found
        assert text.startswith("Q7: ")
        assert wanted in text
    else:
        assert found == ()


def test_correlation_of_constants_or_of_few_is_none():
    many = np.arange(30.0)
    assert correlation(many, many) == pytest.approx(1)
    assert correlation(many, np.full(30, 0.1 + 0.2)) is None
    assert correlation(many[:19], many[:19]) is None


def test_where_half_of_the_learners_tie_nobody_is_strong(tmp_path):
    names = [f"l{number}" for number in range(30)]
    for name in names:
        hand_in(tmp_path / "in", name, {question.id: RIGHT[question.id] for question in KEY.questions})
    results = grade([tmp_path / "in"], KEY, read_roster(write_roster(tmp_path / "r.csv", *names))).results
    analysis = analyse_items(results, KEY)
    assert {one.strong_share for item in analysis.items for one in item.answers} == {None}
    assert analysis.reliability is None
