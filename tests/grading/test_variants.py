"""Grading where each learner was asked other questions: by their own key, and honest about what was not asked."""

import csv
import io
import json
from dataclasses import replace

import pytest
from handed_in import as_text, chained, records
from hypothesis import given, settings
from hypothesis import strategies as st
from personal_quiz import SECRET, TEXT, personal_key, personal_quiz, right_answers, submission
from typer.testing import CliRunner

from qa_lesson.cli import app
from qa_lesson.errors import DataError
from qa_lesson.grading.analysis.flags import flags
from qa_lesson.grading.analysis.item_analysis import analyse_items
from qa_lesson.grading.analysis.similarity import find_similar
from qa_lesson.grading.formats.orders import seen_as
from qa_lesson.grading.formats.results import Learner, load_results, results_json
from qa_lesson.grading.formats.review_items import load_review_items, make_review_items
from qa_lesson.grading.formats.rules import Rules
from qa_lesson.grading.handing_out.bundle import learner_bundle
from qa_lesson.grading.lms.gradebooks import canvas_csv, feedback_text
from qa_lesson.grading.lms.lti import score_lines
from qa_lesson.grading.marking.adjustments import read_adjustments
from qa_lesson.grading.marking.allowances import Allowances
from qa_lesson.grading.marking.grade import grade
from qa_lesson.grading.marking.regrade import compare
from qa_lesson.grading.marking.reviews import ManualReview
from qa_lesson.grading.marking.roster import roster_of
from qa_lesson.grading.pages.feedback import FeedbackPages
from qa_lesson.grading.pages.gradebook import gradebook_csv, needs_review_csv, responses_csv
from qa_lesson.grading.pages.output import write_grading
from qa_lesson.grading.sitting.sitting import Sitting

KEY = personal_key()
PEOPLE = [Learner(name, name.title(), f"{name}@uni.edu") for name in ("ann", "ben", "cem", "dee")]
ROSTER = roster_of(PEOPLE)
POOL = ("w-one", "w-two", "w-three", "w-four")


def graded(folder, texts: dict[str, str], key=KEY, roster=ROSTER, **more):
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    return grade([folder], key, roster, **more)


def adjusted(tmp_path, text: str, key=KEY):
    path = tmp_path / "adjust.yaml"
    path.write_text(f"adjustments:\n{text}", encoding="utf-8")
    return read_adjustments(path, key, ROSTER)


def result_of(found, learner: str):
    return next(one for one in found.results.learners if one.learner.id == learner)


def answer_of(found, learner: str, question: str):
    return next(one for one in result_of(found, learner).questions if one.question == question)


def rows(text: str) -> list[dict]:
    return list(csv.DictReader(io.StringIO(text)))


def asked_of(learner: str, key=KEY) -> list[str]:
    return [question.id for question in key.for_learner(learner).questions]


@pytest.fixture
def everyone(tmp_path):
    return graded(tmp_path / "in", {one.id: submission(KEY, one.id) for one in PEOPLE})


def test_everyone_is_marked_by_their_own_key(everyone):
    assert [one.points for one in everyone.results.learners] == [5, 5, 5, 5]
    assert everyone.results.possible == 5
    assert everyone.results.bundle == KEY.bundle
    assert len({answer_of(everyone, one.id, "q-pages").variant for one in PEOPLE}) == len(
        {KEY.for_learner(one.id).questions[1].prompt for one in PEOPLE}
    )
    for one in PEOPLE:
        given = {answer.question for answer in result_of(everyone, one.id).questions if answer.status == "marked"}
        assert given == {*asked_of(one.id)}
        assert result_of(everyone, one.id).bundle == learner_bundle(KEY, one.id).id


@given(order=st.permutations(PEOPLE), more=st.integers(0, 3))
@settings(max_examples=15, deadline=None)
def test_a_regrade_with_another_roster_order_changes_no_one(tmp_path_factory, order, more):
    folder = tmp_path_factory.mktemp("in")
    texts = {one.id: submission(KEY, one.id) for one in PEOPLE}
    first = graded(folder, texts)
    roster = roster_of([*(Learner(f"new{n}") for n in range(more)), *order])
    again = graded(folder, texts, key=personal_key(secret=SECRET), roster=roster)
    assert {one.learner.id: one for one in first.results.learners} == {
        one.learner.id: one for one in again.results.learners if one.learner in PEOPLE
    }


def test_results_with_variants_are_read_back(everyone, tmp_path):
    (tmp_path / "results.json").write_text(results_json(everyone.results), encoding="utf-8")
    again = load_results(tmp_path)
    assert again == everyone.results
    assert compare(everyone.results, again) == ()


def test_the_address_that_was_typed_leads_to_the_id_of_the_roster(tmp_path):
    found = graded(tmp_path / "in", {"a": submission(KEY, "ann", typed="Ann@UNI.edu")})
    assert result_of(found, "ann").points == 5


def test_with_ones_own_bundle_in_the_notebook(tmp_path):
    (tmp_path / "in").mkdir()
    sitting = Sitting(learner_bundle(KEY, "ann"), "ann@uni.edu", tmp_path / "in")
    for name, value in right_answers(KEY, "ann").items():
        sitting.answer(name, value)
    sitting.submit()
    found = grade([tmp_path / "in"], KEY, ROSTER)
    result = result_of(found, "ann")
    assert result.points == 5
    seen = seen_as(found.results, result)
    assert sorted(seen, key=seen.__getitem__) == [question.id for question in sitting.questions]


def test_anothers_bundle_is_held_back_and_named(tmp_path):
    text = as_text(chained(records("ann", right_answers(KEY, "ben"), bundle=KEY.for_learner("ben").bundle)))
    found = graded(tmp_path / "in", {"ben": submission(KEY, "ben"), "forged": text})
    assert result_of(found, "ann").status == "missing"
    (one,) = found.results.held_back
    assert one.reason == "it was made with the bundle of Ben (ben), but says it is from Ann (ann)"
    decided = adjusted(tmp_path, "  - {count: in/forged.jsonl, learner: ann, reason: I mixed them up.}\n")
    counted = graded(tmp_path / "in", {}, adjustments=decided)
    assert result_of(counted, "ann").points == 5  # by the key of what they were asked


def test_a_bundle_of_nobody_on_the_roster_is_rejected(tmp_path):
    texts = {"ann": submission(KEY, "ann"), "eve": submission(KEY, "eve", typed="ben")}
    found = graded(tmp_path / "in", texts)
    (one,) = found.results.not_counted
    assert one.rejected
    assert one.reason.startswith("it belongs to another bundle, which no learner of the roster was given: ")
    with pytest.raises(DataError, match="none of them was made with a bundle of this key and roster"):
        graded(tmp_path / "in", {}, roster=roster_of([Learner("x", email="ann@uni.edu")]))
    with pytest.raises(DataError, match="none of them was made with a bundle of this key and roster"):
        graded(tmp_path / "in", {}, key=personal_key(secret="00" * 32))


def test_a_question_that_was_not_asked_cannot_be_answered(tmp_path):
    (other, *_) = [name for name in POOL if name not in asked_of("ann")]
    text = submission(KEY, "ann", {**right_answers(KEY, "ann"), other: "one"})
    (one,) = graded(tmp_path / "in", {"ann": text, "ben": submission(KEY, "ben")}).results.not_counted
    assert "answers a question that is not asked" in one.reason
    assert other in one.reason


def test_what_was_not_asked_is_empty_and_not_unanswered(tmp_path):
    found = graded(tmp_path / "in", {"ann": submission(KEY, "ann", {"q-same": "b"}), "ben": submission(KEY, "ben")})
    pages = {one.id: "page.html" for one in PEOPLE}
    row = rows(gradebook_csv(found.results, pages))[0]
    asked, other = asked_of("ann"), [name for name in POOL if name not in asked_of("ann")]
    numbers = {question.id: question.number for question in found.results.questions}
    assert row["points"] == "0"
    assert row["possible"] == "5"
    assert all(row[f"Q{numbers[name]} {name}"] == "" for name in other)
    told = [one for one in rows(responses_csv(found.results)) if one["learner"] == "ann"]
    assert [(one["question"], one["status"]) for one in told] == [
        (name, "marked" if name == "q-same" else "unanswered") for name in asked
    ]
    page = FeedbackPages(found.results, KEY, solutions=True).page(result_of(found, "ann"))
    assert page.count("<h2 id=") == 4
    own = KEY.for_learner("ann").questions[1]
    assert own.prompt in page
    assert own.steps[1] in page
    assert not any(question.prompt in page for question in KEY.questions if question.id in other)
    assert feedback_text(found.results, result_of(found, "ann")).count("Q") == 4
    stats = {item.question.id: item for item in analyse_items(found.results, KEY).items}
    for name in POOL:
        both = [learner for learner in ("ann", "ben") if name in asked_of(learner)]
        assert stats[name].n_answered + stats[name].n_unanswered == len(both)


def test_reviews_are_apart_for_variants(tmp_path):
    texts = {one.id: submission(KEY, one.id, {"q-pages": "about a hundred"}) for one in PEOPLE}
    found = graded(tmp_path / "in", texts)
    variants = {answer_of(found, one.id, "q-pages").variant for one in PEOPLE}
    assert len(found.by_hand) == len(variants) > 1
    told = rows(needs_review_csv(make_review_items(found.results, KEY, found.by_hand)))
    assert {one["prompt"] for one in told} == {KEY.for_learner(one.id).questions[1].prompt for one in PEOPLE}
    write_grading(found, KEY, tmp_path / "out", inputs={})
    items = load_review_items(tmp_path / "out").items
    assert {(one.variant, one.prompt) for one in items} == {
        (answer_of(found, one.id, "q-pages").variant, KEY.for_learner(one.id).questions[1].prompt) for one in PEOPLE
    }
    mine = answer_of(found, "ann", "q-pages").review
    settled = graded(tmp_path / "in", {}, reviews={mine: ManualReview(1.0, "")})
    same = [one.id for one in PEOPLE if answer_of(found, one.id, "q-pages").review == mine]
    assert [one.points for one in settled.results.learners] == [2 if one.id in same else 0 for one in PEOPLE]


def test_void_and_bonus_count_for_those_who_were_asked(tmp_path):
    asked = [one.id for one in PEOPLE if "w-one" in asked_of(one.id)]
    assert 0 < len(asked) < 4
    texts = {one.id: submission(KEY, one.id, {"q-pages": right_answers(KEY, one.id)["q-pages"]}) for one in PEOPLE}
    void = graded(tmp_path / "in", texts, adjustments=adjusted(tmp_path, "  - {void: w-one, reason: Wrong.}\n"))
    bonus = graded(tmp_path / "in", {}, adjustments=adjusted(tmp_path, "  - {bonus: w-one, reason: Wrong.}\n"))
    for one in PEOPLE:
        voided, given = result_of(void, one.id), result_of(bonus, one.id)
        assert (voided.points, voided.possible) == (2, 4 if one.id in asked else 5)
        assert voided.share == pytest.approx(2 / voided.possible)
        assert (given.points, given.possible) == (3 if one.id in asked else 2, 5)
        row = next(row for row in rows(gradebook_csv(void.results, dict.fromkeys([p.id for p in PEOPLE], ""))) if
                   row["learner"] == one.id)  # fmt: skip
        assert row["Q3 w-one"] == ("void" if one.id in asked else "")
        assert row["adjusted"] == ("Q3 void" if one.id in asked else "")
    assert void.results.possible == 5
    for line in rows(canvas_csv(void.results))[1:]:  # a column has one maximum: the share stays right
        learner = next(one.id for one in PEOPLE if one.name == line["Student"])
        assert float(line[void.results.title]) / 5 == pytest.approx(result_of(void, learner).share)
    for line in map(json.loads, score_lines(void.results).splitlines()):
        share = result_of(void, line["userId"]).share
        assert line["scoreGiven"] / line["scoreMaximum"] == pytest.approx(share)


def test_who_has_nothing_left_is_named(tmp_path):
    text = TEXT.split("  - id: q-same")[0] + TEXT[TEXT.index("  - {id: w-one") :]
    key = personal_key(text)
    who = next(one.id for one in PEOPLE if {*asked_of(one.id, key)} == {"w-one", "w-two"} or one is PEOPLE[-1])
    names = asked_of(who, key)
    decided = adjusted(tmp_path, "".join(f"  - {{void: {name}, reason: Wrong.}}\n" for name in names), key)
    with pytest.raises(DataError, match=f"all questions that {who} was asked are voided"):
        graded(tmp_path / "in", {who: submission(key, who, {})}, key=key, adjustments=decided)


def test_an_accepted_answer_is_an_expression_over_the_values(tmp_path):
    values = {one.id: KEY.for_learner(one.id).questions[1] for one in PEOPLE}
    texts = {one.id: submission(KEY, one.id, {"q-pages": values[one.id].target + 1}) for one in PEOPLE}
    assert [one.points for one in graded(tmp_path / "in", texts).results.learners] == [0] * 4
    decided = adjusted(tmp_path, "  - {accept: q-pages, response: 10 * n + m + 1, credit: 0.5, reason: Off by one.}\n")
    found = graded(tmp_path / "in", {}, adjustments=decided)
    assert [one.points for one in found.results.learners] == [1] * 4


def test_an_override_is_about_a_question_that_was_asked(tmp_path):
    asked, other = asked_of("ann")[-1], next(name for name in POOL if name not in asked_of("ann"))
    texts = {"ann": submission(KEY, "ann", {})}
    decided = adjusted(tmp_path, f"  - {{override: {asked}, learner: ann, points: 1, reason: Told me.}}\n")
    assert result_of(graded(tmp_path / "in", texts, adjustments=decided), "ann").points == 1
    decided = adjusted(tmp_path, f"  - {{override: {other}, learner: ann, points: 1, reason: Told me.}}\n")
    with pytest.raises(DataError, match="that was not asked"):
        graded(tmp_path / "in", {}, adjustments=decided)


def test_a_group_answers_the_bundle_of_one(tmp_path):
    groups = Allowances({}, {"ann": "g", "ben": "g"})
    text = submission(KEY, "ben", typed="ann")
    found = graded(tmp_path / "in", {"g": text}, allowances=groups)
    assert [result_of(found, name).points for name in ("ann", "ben")] == [5, 5]
    assert {result_of(found, name).bundle for name in ("ann", "ben")} == {KEY.for_learner("ben").bundle}
    assert asked_of("ben") == [one.question for one in result_of(found, "ann").questions if one.status == "marked"]


def test_a_corrected_key_regrades_the_same_variants(tmp_path):
    texts = {one.id: submission(KEY, one.id) for one in PEOPLE}
    before = graded(tmp_path / "in", texts)
    after = graded(tmp_path / "in", {}, key=personal_key(TEXT.replace("answer: 10 * n + m", "answer: 10 * n + m + 1")))
    assert [one.points for one in after.results.learners] == [3] * 4
    changes = compare(before.results, after.results)
    assert [one.questions for one in changes] == [("Q2: 2 -> 0",)] * 4
    assert [answer.variant for one in before.results.learners for answer in one.questions] == [
        answer.variant for one in after.results.learners for answer in one.questions
    ]


def test_penalties_are_of_ones_own_possible_points(tmp_path):
    from datetime import timedelta

    from handed_in import DEADLINE, START

    key = personal_key(deadline=DEADLINE)
    rules = Rules(late="penalty", late_rate=0.1)
    text = submission(key, "ann", start=START + timedelta(days=1))
    late = graded(tmp_path / "in", {"ann": text}, key=key, rules=rules)
    assert result_of(late, "ann").penalty == pytest.approx(0.5)


CLASS = [Learner(f"s{number:03d}") for number in range(120)]


def test_a_variant_that_is_much_harder_is_told(tmp_path):
    text = TEXT.replace("n: {from: 10, to: 50, step: 5}", "n: {choices: [10, 99]}")
    key = personal_key(text)
    texts = {}
    for number, one in enumerate(CLASS):
        given = right_answers(key, one.id)
        question = key.for_learner(one.id).questions[1]
        if "n = 99, m = 7" in question.version and number % 5:
            given["q-pages"] = question.wrong[0].number
        texts[one.id] = submission(key, one.id, given)
    found = graded(tmp_path / "in", texts, key=key, roster=roster_of(CLASS))
    analysis = analyse_items(found.results, key)
    item = analysis.items[1]
    assert [one.values for one in item.variants if one.harder] == ["n = 99, m = 7"]
    assert sum(one.n for one in item.variants) == 120
    assert any("those with n = 99, m = 7 did much worse" in told for told in flags(item))
    assert {(one.text, one.correct) for one in item.answers} == {("10 * n + m", True), ("10 * (n + m)", False)}
    assert item.facility == pytest.approx(sum(a.credit for r in found.results.learners for a in r.questions[1:2]) / 120)
    assert not [told for told in flags(analysis.items[0]) if "did much worse" in told]


def test_few_answers_to_a_variant_say_nothing(everyone):
    assert analyse_items(everyone.results, KEY).items[1].variants == ()


def test_discrimination_and_reliability_with_pools(tmp_path):
    import numpy as np

    from qa_lesson.grading.analysis.reliability import reliability

    texts, table = {}, []
    for number, one in enumerate(CLASS):
        given = right_answers(KEY, one.id)
        wrong = {name for place, name in enumerate(given) if (number * 7 + place * 3) % 10 < (number % 9)}
        answers = {name: ("b" if name == "q-same" else "no" if name in POOL else 1) if name in wrong else value
                   for name, value in given.items()}  # fmt: skip
        texts[one.id] = submission(KEY, one.id, answers)
        table.append([float("q-same" not in wrong), 2.0 * ("q-pages" not in wrong),
                      float(sum(name in POOL and name not in wrong for name in given))])  # fmt: skip
    found = graded(tmp_path / "in", texts, roster=roster_of(CLASS))
    analysis = analyse_items(found.results, KEY)
    assert analysis.n_pools == 1
    assert analysis.reliability.value == pytest.approx(reliability(np.array(table)).value)
    assert analysis.reliability.n_questions == 3
    item = next(item for item in analysis.items if item.question.id == "w-two")
    pairs = []
    for result in found.results.learners:
        own = next(answer for answer in result.questions if answer.question == "w-two")
        if own.status != "not asked":
            pairs.append((own.points, result.points - own.points))
    assert item.n_answered == len(pairs) < 120
    assert item.discrimination == pytest.approx(float(np.corrcoef(np.array(pairs).T)[0, 1]))
    assert item.facility == pytest.approx(sum(points for points, _ in pairs) / len(pairs))
    assert find_similar(found.results).n_learners == 120


def test_the_same_wrong_number_to_other_values_is_not_the_same_answer(tmp_path):
    texts = {one.id: submission(KEY, one.id, {"q-pages": 1}) for one in PEOPLE}
    found = graded(tmp_path / "in", texts)
    variants = [answer_of(found, one.id, "q-pages").variant for one in PEOPLE]
    same = sum(variants[i] == variants[j] for i in range(4) for j in range(i))
    assert find_similar(found.results).base_rate == pytest.approx(same / 6)


def test_on_the_command_line_from_bundle_to_regrade(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pages.yaml").write_text(TEXT, encoding="utf-8")
    (tmp_path / "roster.csv").write_text("id,name,email\nann,Ann,ann@uni.edu\nben,Ben,ben@uni.edu\n", encoding="utf-8")

    def run(*words: str) -> dict:
        done = CliRunner().invoke(app, [*words, "--json"])
        assert done.exit_code == 0, done.output + repr(done.exception)
        return json.loads(done.stdout)

    run("quiz", "bundle", "pages.yaml", "--roster", "roster.csv", "--out", "o", "--key", "k.json")
    from qa_lesson.grading import load_bundle
    from qa_lesson.grading.formats.records import load_key

    key = load_key("k.json")
    (tmp_path / "in").mkdir()
    for learner in ("ann", "ben"):
        sitting = Sitting(load_bundle(f"o/{learner}"), f"{learner}@uni.edu", tmp_path / "in")
        for name, value in right_answers(key, learner).items():
            sitting.answer(name, value)
        sitting.submit()
    arguments = ["grade", "in", "--key", "k.json", "--roster", "roster.csv"]
    assert run(*arguments, "--out", "first")["mean"] == 1
    later = run(*arguments, "--out", "second", "--deadline", "2026-01-01T00:00Z", "--previous", "first")
    assert (later["handed_in"], later["changed"]) == (2, 0)
    assert "Question 4" in next((tmp_path / "second" / "feedback").glob("ann-*")).read_text(encoding="utf-8")


def test_old_results_still_load(everyone, tmp_path):
    record = json.loads(results_json(everyone.results))
    for one in record["questions"]:
        del one["variants"]
    for one in record["answers"]:
        del one["variant"]
    for one in record["learners"]:
        del one["bundle"]
    (tmp_path / "results.json").write_text(json.dumps(record), encoding="utf-8")
    again = load_results(tmp_path)
    assert again.learners[0] == replace(
        everyone.results.learners[0],
        bundle="",
        questions=tuple(replace(one, variant="") for one in everyone.results.learners[0].questions),
    )


def test_the_quiz_of_the_tests_is_sound():
    assert [list(question.key_faults()) for question in personal_quiz().questions] == [[]] * 6
