"""What the page gets and does: blind, saved, undone, compared."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from review_samples import (
    ARABIC,
    CODE_ITEMS,
    LONG,
    MARKUP,
    PROSE_ITEMS,
    REVIEW_BUNDLE,
    REVIEW_ITEMS,
    RUBRIC,
    mark_all,
    review_item,
    review_session,
)

from qa_lesson.errors import DataError, StorageError
from qa_lesson.grading.formats.marks_journal import AGREED, deciding, read_marks
from qa_lesson.grading.reviewing.review_session import Decided

PROSE, CODE = PROSE_ITEMS[0].review, CODE_ITEMS[0].review


def answers(session):
    return {one["review"]: one for question in session.page()["questions"] for one in question["answers"]}


def held(session, marker="Ada"):
    decisions = read_marks(session.journal.path, REVIEW_BUNDLE).by_review().items()
    return {review: one for review, found in decisions for one in found if one.marker == marker}


def test_the_page_has_questions_answers_and_what_is_right(tmp_path):
    page = review_session(tmp_path).page()
    assert [one["number"] for one in page["questions"]] == [2, 5]
    prose, code = page["questions"]
    assert prose["prompt"] == "<p>What is <em>leakage</em>?</p>"
    assert "<strong>test questions</strong>" in prose["solution"]
    assert [level["points"] for level in prose["rubric"][0]["levels"]] == [0, 0.5, 1]
    assert prose["rubric"][0]["text"] == "Says <strong>what</strong> leaks"
    assert (code["key"], code["rubric"]) == ("1 / 2", [])
    first, second = prose["answers"][:2]
    assert (first["group"], first["alike"], first["n"]) == (1, 2, 3)  # the same words, other punctuation
    assert (second["group"], second["alike"]) == (1, 2)
    assert {one["response"] for one in prose["answers"]} >= {MARKUP, ARABIC, LONG}
    assert all(one["mark"] is None for question in page["questions"] for one in question["answers"])


def test_a_reason_that_all_answers_have_is_said_once(tmp_path):
    def reasons(*texts, **fields):
        items = tuple(review_item("q", 1, n, f"answer {n}", reason=text, **fields) for n, text in enumerate(texts))
        (tmp_path / "graded.marks.jsonl").unlink(missing_ok=True)
        (question,) = review_session(tmp_path, items=items).page()["questions"]
        return question["reason"], {one["reason"] for one in question["answers"]}

    assert reasons("same", "same") == ("same", {""})
    assert reasons("same", "other") == ("", {"same", "other"})
    assert reasons("one") == ("", {"one"})
    assert reasons("same", "same", rubric=RUBRIC) == ("", {""})


def test_an_earlier_review_is_told_unless_someone_has_marked_it_in_this_file(tmp_path):
    items = (review_item("q", 1, 0, "x", kind="code", credit=0.5), review_item("q", 1, 1, "y", kind="code"))
    ada, bo = review_session(tmp_path, items=items), review_session(tmp_path, "Bo", items=items)
    assert [one["settled"] for one in answers(bo).values()] == [0.5, None]
    ada.decide(Decided(items[0].review, None, 0.5, ""))
    ada.undo()
    assert [one["settled"] for one in answers(bo).values()] == [None, None]  # it may be what Ada thinks of it


def test_a_key_that_the_solution_says_is_not_said_twice(tmp_path):
    texts = [("Seen *it*.", "Seen it."), ("Seen it.", "1 / 2")]
    for number, (solution, key) in enumerate(texts):
        items = (review_item("q", 1, number, "x", solution=solution, key_line=key),)
        (question,) = review_session(tmp_path, items=items).page()["questions"]
        assert question["key"] == ("" if number == 0 else key)


def test_nothing_says_who_wrote_it_unless_names_are_asked_for(tmp_path):
    blind = review_session(tmp_path)
    mark_all(blind, {}, {})
    other = review_session(tmp_path, "Bo")
    mark_all(other, {CODE: 1.0}, {})
    told = [blind.page(), blind.decide(Decided(CODE, None, 0.5, "x")), blind.compare(look=True), blind.undo()]
    assert "secret" not in json.dumps(told)
    seen = answers(review_session(tmp_path, names={"secret-2-0-0": "Zoë"}))
    assert seen[PROSE]["learners"] == ["Zoë", "secret-2-0-1", "secret-2-0-2"]


def test_levels_make_the_credit_once_all_criteria_have_one(tmp_path):
    session = review_session(tmp_path)
    begun = session.decide(Decided(PROSE, {"what": 1}, 1.0, "Go on."))
    assert begun["mark"] == {"levels": {"what": 1}, "credit": None, "comment": "Go on."}
    assert held(session) == {}
    assert session.counts() == (0, len(REVIEW_ITEMS))
    done = session.decide(Decided(PROSE, {"what": 1, "why": 1}, None, "Go on."))
    assert done["mark"]["credit"] == 0.75
    assert held(session)[PROSE].levels == {"what": 1, "why": 1}
    assert session.counts() == (1, len(REVIEW_ITEMS))
    again = review_session(tmp_path)  # the program was started again
    assert answers(again)[PROSE]["mark"] == done["mark"]
    assert again.page()["comments"] == ["Go on."]
    assert again.page()["undo"] == 0


@pytest.mark.parametrize(
    "decided",
    [
        Decided("no-such", None, 1.0, ""),
        Decided(PROSE, {"what": 3}, None, ""),
        Decided(PROSE, {"what": -1}, None, ""),
        Decided(PROSE, {"who": 0}, None, ""),
        Decided(CODE, {"what": 0}, None, ""),
        Decided(CODE, None, 1.5, ""),
        Decided(CODE, None, 1.0, "", agreed=True),
    ],
)
def test_what_makes_no_sense_is_refused_and_not_kept(tmp_path, decided):
    session = review_session(tmp_path)
    with pytest.raises(DataError):
        session.decide(decided)
    assert read_marks(session.journal.path).decisions == ()


def test_the_same_again_is_not_kept_twice(tmp_path):
    session = review_session(tmp_path)
    for _ in range(3):
        assert session.decide(Decided(CODE, None, 0.5, ""))["undo"] == 1
    assert len(read_marks(session.journal.path).decisions) == 1
    assert session.decide(Decided(PROSE, {}, None, ""))["undo"] == 1


def test_undo_goes_back_through_the_whole_session(tmp_path):
    session = review_session(tmp_path)
    session.decide(Decided(CODE, None, 0.5, "Half."))
    session.decide(Decided(CODE, None, 1.0, "All."))
    session.decide(Decided(PROSE, {"what": 0, "why": 0}, None, ""))
    assert session.undo()["review"] == PROSE
    assert PROSE not in held(session)
    assert session.undo()["mark"] == {"levels": None, "credit": 0.5, "comment": "Half."}
    assert held(session)[CODE].credit == 0.5
    last = session.undo()
    assert (last["undo"], last["comments"]) == (0, [])
    assert held(session) == {}
    assert session.undo()["review"] is None


def test_a_typed_comment_is_one_step(tmp_path):
    session = review_session(tmp_path)
    for text in ("W", "We", "Well"):
        session.decide(Decided(CODE, None, None, text, typing=True))
    session.decide(Decided(CODE, None, 1.0, "Well"))
    assert session.undo()["mark"]["comment"] == "Well"
    assert session.undo()["mark"]["comment"] == ""


STEPS = st.lists(
    st.just("undo") | st.tuples(st.sampled_from(range(3)), st.sampled_from([0.0, 0.5, 1.0, None]), st.booleans()),
    max_size=14,
)


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_any_decisions_and_undos_equal_a_stack(tmp_path_factory, steps):
    items = tuple(review_item("q", 1, n, f"answer {n}", kind="code") for n in range(3))
    session = review_session(tmp_path_factory.mktemp("marks"), items=items)
    now, stack = dict.fromkeys(range(3), (None, "")), []
    for step in steps:
        if step == "undo":
            session.undo()
            if stack:
                place, before = stack.pop()
                now[place] = before
            continue
        place, credit, has_comment = step
        new = (credit, "Said." if has_comment else "")
        session.decide(Decided(items[place].review, None, *new))
        if new != now[place]:
            stack.append((place, now[place]))
            now[place] = new
    said = answers(session)
    for place, (credit, comment) in now.items():
        mark = said[items[place].review]["mark"] or {"credit": None, "comment": ""}
        assert (mark["credit"], mark["comment"]) == (credit, comment)
    wanted = {items[place].review: credit for place, (credit, _) in now.items() if credit is not None}
    assert {review: one.credit for review, one in held(session).items()} == wanted


def test_a_mark_that_cannot_be_written_is_not_there(tmp_path, monkeypatch):
    session = review_session(tmp_path)
    session.decide(Decided(CODE, None, 1.0, ""))
    monkeypatch.setattr("os.write", lambda descriptor, content: 0)
    for attempt in (lambda: session.decide(Decided(CODE, None, 0.5, "")), session.undo):
        with pytest.raises(StorageError):
            attempt()
    monkeypatch.undo()
    assert held(session)[CODE].credit == 1
    assert session.undo()["undo"] == 0


def test_markers_do_not_see_each_other_until_both_are_done(tmp_path):
    ada, bo = review_session(tmp_path), review_session(tmp_path, "Bo")
    ada.decide(Decided(CODE, None, 1.0, "From Ada."))
    bo.decide(Decided(CODE, None, 0.5, "From Bo."))
    told = json.dumps([bo.page(), bo.compare(look=False)])
    assert "From Ada." not in told
    assert bo.compare(look=False) == {"open": False, "done": {"Ada": 1, "Bo": 1}, "total": len(REVIEW_ITEMS)}
    with pytest.raises(DataError, match="settled"):
        bo.decide(Decided(CODE, None, 0.75, "", agreed=True))
    mark_all(ada, {CODE: 1.0}, {})
    assert not bo.compare(look=False)["open"]
    mark_all(bo, {CODE: 0.5}, {})
    found = bo.compare(look=False)
    assert found["open"]
    assert [one["review"] for one in found["differing"]] == [CODE]


def test_looking_early_shows_only_answers_that_one_has_marked(tmp_path):
    ada, bo = review_session(tmp_path), review_session(tmp_path, "Bo")
    mark_all(ada, {CODE: 1.0}, {PROSE: {"what": 2, "why": 1}})
    bo.decide(Decided(CODE, None, 0.5, ""))
    found = bo.compare(look=True)
    (pair,) = found["pairs"]
    assert (pair["markers"], pair["n"], pair["same"], pair["kappa"]) == (["Ada", "Bo"], 1, 0, None)
    assert "5 answers" in pair["note"]
    assert [one["review"] for one in found["differing"]] == [CODE]


def test_what_both_agree_on_settles_and_can_be_undone(tmp_path):
    ada, bo = review_session(tmp_path), review_session(tmp_path, "Bo")
    mark_all(ada, {CODE: 1.0}, {PROSE: {"what": 2, "why": 1}})
    mark_all(bo, {CODE: 0.5}, {PROSE: {"what": 1, "why": 1}})
    found = bo.compare(look=False)
    (pair,) = found["pairs"]
    assert (pair["n"], pair["same"]) == (len(REVIEW_ITEMS), len(REVIEW_ITEMS) - 2)
    assert 0 < pair["kappa"][0] < 1
    assert pair["share"][0] == pair["same"] / pair["n"]
    prose, code = found["differing"]
    assert [one["levels"] for one in prose["marks"]] == [{"what": 2, "why": 1}, {"what": 1, "why": 1}]
    assert code["agreed"] is None
    told = bo.decide(Decided(CODE, None, 0.75, "We agree.", agreed=True))
    assert told["agreed"]
    assert bo.compare(look=False)["differing"][1]["agreed"]["credit"] == 0.75
    decisions = read_marks(bo.journal.path).by_review()[CODE]
    assert deciding(decisions).marker == AGREED
    assert answers(bo)[CODE]["mark"]["credit"] == 0.5  # their own mark stays
    assert bo.undo()["agreed"]
    assert deciding(read_marks(bo.journal.path).by_review()[CODE]) is None


def test_full_agreement_says_how_little_it_proves(tmp_path):
    sessions = [review_session(tmp_path, name) for name in ("Ada", "Bo")]
    for session in sessions:
        mark_all(session, {CODE: 1.0}, {PROSE: {"what": 2, "why": 1}})
    (pair,) = sessions[0].compare(look=False)["pairs"]
    assert pair["kappa"][0] == 1
    assert "proves little" in pair["note"]


def test_variants_of_a_question_are_apart(tmp_path):
    items = tuple(review_item("q", 1, n, "same text", variant=name) for n, name in enumerate(["b", "a"]))
    questions = review_session(tmp_path, items=items).page()["questions"]
    assert [one["variant"] for one in questions] == ["a", "b"]
