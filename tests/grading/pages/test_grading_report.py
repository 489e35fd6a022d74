import json
import re

import pytest
from handed_in import DEADLINE, QUESTIONS, RIGHT, hand_in, make_key, write_roster
from html_page import HtmlPage

from qa_lesson.errors import DataError
from qa_lesson.grading.analysis.class_figures import plot_items, plot_scores
from qa_lesson.grading.analysis.flags import flags
from qa_lesson.grading.analysis.item_analysis import analyse_items
from qa_lesson.grading.formats.orders import seen_as
from qa_lesson.grading.formats.rules import Rules
from qa_lesson.grading.marking.grade import grade
from qa_lesson.grading.marking.regrade import compare
from qa_lesson.grading.marking.reviews import ManualReview, review_id
from qa_lesson.grading.marking.roster import read_roster
from qa_lesson.grading.pages.class_report import class_report_html
from qa_lesson.grading.pages.feedback import FeedbackPages, page_names

SCRIPT = '<script>alert("x")</script><img src=//evil.example/x onerror=alert(1)>'
HOSTILE = json.loads(json.dumps(QUESTIONS))
HOSTILE[0]["prompt"] = f"Which **one**? {SCRIPT} [a](javascript:alert(1)) ![b](//evil.example/b.png)"
HOSTILE[0]["options"][0] |= {"text": f"A {SCRIPT}", "feedback": f"No. {SCRIPT}"}
HOSTILE[4]["context"] = f"Bram Keating {SCRIPT}"


@pytest.fixture
def hostile_class(tmp_path):
    """Thirty learners whose answers and names are HTML, one missing, one file of nonsense."""
    names = [f"l{number}" for number in range(30)]
    for number, name in enumerate(names):
        answers = {**RIGHT, "q-one": "abcd"[number % 3], "q-word": SCRIPT if number % 2 else "leakage"}
        if number % 4:
            answers |= {"q-span": SCRIPT, "q-code": SCRIPT, "q-number": SCRIPT}
        hand_in(tmp_path / "in", name, answers)
    (tmp_path / "in" / "<b>&.jsonl").write_text(f'{{"type": "opened", "x": "{SCRIPT}', encoding="utf-8")
    hand_in(tmp_path / "in", "<i>stranger", name="stranger.jsonl")
    roster = write_roster(tmp_path / "roster.csv", *names, "missing<u>")
    roster.write_text(roster.read_text(encoding="utf-8").replace("Name of", "<b>Name</b> of"), encoding="utf-8")
    key = make_key(HOSTILE, title=f"A test {SCRIPT}")
    return grade([tmp_path / "in"], key, read_roster(roster)).results, key


def report_of(results, key, changes=None) -> str:
    analysis = analyse_items(results, key)
    told = {item.question.id: flags(item) for item in analysis.items}
    return class_report_html(results, key, analysis, told, changes, {"python": "3"})


def check_safe(text) -> HtmlPage:
    page = HtmlPage(text)
    assert page.runs == []
    assert all(source.startswith("data:image/png;base64,") for source in page.fetched)
    assert all(anchor.startswith("#") for anchor in page.anchors)
    assert "default-src 'none'" in text
    assert all(page.alts)
    return page


def test_the_report_is_one_whole_file_that_loads_and_runs_nothing(hostile_class):
    results, key = hostile_class
    page = check_safe(report_of(results, key, compare(results, results)))
    assert {f"#{name}" for name in page.ids} >= set(page.anchors)
    assert len(page.alts) == 2
    assert '<script>alert("x")</script>' in page.words  # told as text
    assert "<b>&.jsonl" in page.words
    assert "<i>stranger" in page.words
    assert "missing<u>" in page.words


def test_feedback_pages_load_and_run_nothing(hostile_class):
    results, key = hostile_class
    pages = FeedbackPages(results, key)
    for result in results.learners:
        page = check_safe(pages.page(result))
        assert f"<b>Name</b> of {result.learner.id}" in page.words


def make_results(tmp_path, answers, **options):
    hand_in(tmp_path / "in", "ann", answers, **options.pop("hand_in", {}))
    key = make_key(**options.pop("key", {}))
    results = grade(
        [tmp_path / "in"], key, read_roster(write_roster(tmp_path / "r.csv", "ann", "bob")), **options
    ).results
    return results, FeedbackPages(results, key)


def test_a_learner_reads_what_was_asked_answered_and_earned(tmp_path):
    reviews = {review_id("q-code", "0.5"): ManualReview(0.5, "It *works*.")}
    answers = {"q-one": "a", "q-many": ["a", "b"], "q-number": "0.5", "q-span": "Keating keeps", "q-code": "0.5"}
    results, pages = make_results(tmp_path, {**answers, "q-order": ["x", "z", "y"]}, reviews=reviews)
    parts = re.split("<section", pages.page(results.learners[0]))
    shown = [" ".join(HtmlPage(f"<section{part.partition('</main>')[0]}").words.split()) for part in parts[1:]]
    assert [one.partition("Which")[0][:10] for one in shown] == [f"Question {number}" for number in range(1, 8)]
    seen = seen_as(results, results.learners[0])
    assert list(seen) != [question.id for question in results.questions]  # the order that ann saw
    words = [
        shown[seen[question.id] - 1].removeprefix(f"Question {seen[question.id]}") for question in results.questions
    ]
    assert words[0].endswith("Which one?You answeredText of a0 of 1 pointFeedback on a.")
    assert "1 of the 2 right ones chosen, and 1 that should not be." in words[1]
    assert "Feedback on a." in words[1]
    assert "Feedback on c." not in words[1]
    assert "0.5 fraction0 of 1 pointThat is a half." in words[2]
    assert words[3].endswith("You gave no answer (0 of 1 point).")
    assert "Bram Keating keeps the light.You answeredKeating keeps1.5 of 3 points" in words[4]
    assert "Item xItem zItem y0 of 1 point" in words[5]
    assert "Place of x." in words[5]
    assert "1 of 2 pointsIt works." in words[6]


def test_a_page_tells_no_right_answer_that_was_not_given(tmp_path):
    results, pages = make_results(tmp_path, {"q-one": "a", "q-number": "7", "q-word": "no", "q-code": "1 // 2"})
    text = pages.page(results.learners[0])
    for secret in ("Feedback on b", "leakage", "a quarter", "1 / 2", "Place of y"):
        assert secret not in text


def test_open_late_and_missing_are_told(tmp_path):
    results, pages = make_results(
        tmp_path, {**RIGHT, "q-code": "0.5"}, key={"deadline": DEADLINE}, hand_in={"start": DEADLINE},
        rules=Rules(late="penalty", late_rate=0.1),
    )  # fmt: skip
    ann, bob = (HtmlPage(pages.page(result)).words for result in results.learners)
    assert "7.9 of 11" in ann
    assert "some answers are not marked yet" in ann
    assert "-1.11 day late" in ann
    assert "Waits for your instructor." in ann
    assert "No submission of yours counts." in bob
    assert "0 of" not in bob


def test_pages_have_names_of_their_own_that_any_system_takes(tmp_path):
    ids = ["a@b.c", "a-b.c", "../../etc", "CON", "A" * 200, "ünï", "=1", "a/b"]
    hand_in(tmp_path / "in", "a/b", name="one.jsonl")
    results = grade([tmp_path / "in"], make_key(), read_roster(write_roster(tmp_path / "r.csv", *ids))).results
    names = page_names(results).values()
    assert len({name.casefold() for name in names}) == len(ids)
    assert all(re.fullmatch(r"feedback/[a-z0-9-]{1,60}\.html", name) for name in names)


def test_the_report_says_what_it_does_not_know(tmp_path):
    results, _ = make_results(tmp_path, RIGHT)
    text = HtmlPage(report_of(results, make_key())).words
    assert "With fewer than 20 submissions the questions are not judged." in text
    assert "Fewer than 20 learners handed in: discrimination" in text
    assert "They have no points, which is not 0 points." in text
    assert "It does not show who wrote the file" in text


def test_the_report_of_nobody_stands(tmp_path):
    hand_in(tmp_path / "in", "stranger")
    key = make_key()
    results = grade([tmp_path / "in"], key, read_roster(write_roster(tmp_path / "r.csv", "ann"))).results
    assert "No one handed in a submission that counts." in HtmlPage(report_of(results, key)).words
    with pytest.raises(DataError, match="no scores to draw"):
        plot_scores(results)
    with pytest.raises(DataError, match="no item analysis to draw"):
        plot_items(analyse_items(results, key))


def test_figures_tell_their_numbers(hostile_class):
    results, key = hostile_class
    assert plot_scores(results).alt.startswith("Distribution of 30 scores. Mean ")
    assert "Q1 facility 33.3%, discrimination " in plot_items(analyse_items(results, key)).alt
