"""The whole bank, exported and imported again, asks the same and marks the same."""

from pathlib import Path

import pytest
from imported_questions import quiz_in, reads
from lms_samples import every_kind, quiz_of, whole_bank

from qa_lesson.grading.lms.canvas_qti import export_canvas
from qa_lesson.grading.lms.moodle_xml import export_moodle
from qa_lesson.grading.lms.reading.question_import import import_questions
from qa_lesson.quiz.kinds.shared.forms import Choices, NumberField, OrderedItems, ShortAnswer
from qa_lesson.quiz.kinds.shared.running import fill
from qa_lesson.quiz.lint.bank_lints import lint_bank

NOT_CARRIED = {"code"}
"""Kinds that come back as free text, and the report says why."""


@pytest.fixture(scope="module")
def moodle(tmp_path_factory):
    path = tmp_path_factory.mktemp("moodle") / "bank.xml"
    export_moodle(path, whole_bank())
    return import_questions(path)


@pytest.fixture(scope="module")
def back_from_moodle(moodle):
    return quiz_in(moodle)


def same_typed(ours, back, of_canvas):
    match ours.form():
        case ShortAnswer() as form:
            other = back.form()
            assert other.accepted == form.accepted
            if not of_canvas:  # it knows neither capitals nor foreseen wrong answers
                assert other.case_sensitive == form.case_sensitive
                assert [text for text, told in form.wrong if told] == [text for text, _ in other.wrong]
        case NumberField() as form:
            other = back.form()
            assert (other.answer, other.margin) == (form.answer, form.margin)
            if not of_canvas:
                assert [one.value for one in other.wrong] == [one.value for one in form.wrong]
                assert [reads(one.feedback) for one in other.wrong] == [reads(one.feedback) for one in form.wrong]


def assert_marked_by_a_person(ours, one, back):
    assert back.kind == "free_text"
    assert "imported code is never run" in one.lost[0]
    assert ours.template.strip() in back.prompt
    assert fill(ours.template, ours.answer).strip() in back.model_answer


def assert_equal(ours, back, *, of_canvas):
    assert back.id == ours.id
    assert back.kind == ours.kind
    assert back.points == ours.points
    assert reads(back.prompt) == reads(ours.prompt)
    assert back.material() == ours.material()
    assert list(map(reads, back.steps)) == list(map(reads, ours.steps))
    assert reads(back.quick_check) == reads(ours.quick_check)
    assert list(map(reads, back.mistakes)) == list(map(reads, ours.mistakes))
    if not of_canvas:  # its quizzes have neither hints nor tags
        assert list(map(reads, back.hints)) == list(map(reads, ours.hints))
        assert (back.objective, back.difficulty) == (ours.objective, ours.difficulty)
    match ours.form():
        case Choices() as form:
            told = [(reads(one.text), one.correct, reads(one.feedback)) for one in form.options]
            assert [(reads(one.text), one.correct, reads(one.feedback)) for one in back.form().options] == told
        case OrderedItems() as form:
            assert [reads(one.text) for one in back.form().items] == [reads(one.text) for one in form.items]
            assert [reads(one.feedback) for one in back.form().items] == [reads(one.feedback) for one in form.items]
        case _:
            same_typed(ours, back, of_canvas)
    if hasattr(ours, "otherwise") and not (of_canvas and ours.kind == "ordering"):
        assert (reads(back.right), reads(back.otherwise)) == (reads(ours.right), reads(ours.otherwise))


OURS = [question for quiz in whole_bank() for question in quiz.questions]


@pytest.mark.parametrize("place", range(len(OURS)), ids=[question.id for question in OURS])
def test_moodle_there_and_back_gives_the_same_question(moodle, back_from_moodle, place):
    ours, one = OURS[place], moodle.questions[place]
    assert one.faults == []
    if ours.kind in NOT_CARRIED:
        assert_marked_by_a_person(ours, one, back_from_moodle.question(ours.id))
        return
    assert_equal(ours, back_from_moodle.question(ours.id), of_canvas=False)


@pytest.fixture(scope="module")
def canvas(tmp_path_factory):
    path = tmp_path_factory.mktemp("canvas") / "bank.zip"
    export_canvas(path, whole_bank())
    return import_questions(path)


@pytest.fixture(scope="module")
def back_from_canvas(canvas):
    return quiz_in(canvas)


@pytest.mark.parametrize("place", range(len(OURS)), ids=[question.id for question in OURS])
def test_canvas_there_and_back_gives_the_same_question(canvas, back_from_canvas, place):
    ours, one = OURS[place], canvas.questions[place]
    assert one.faults == []
    if ours.kind in NOT_CARRIED:
        assert_marked_by_a_person(ours, one, back_from_canvas.question(ours.id))
        return
    assert_equal(ours, back_from_canvas.question(ours.id), of_canvas=True)


def test_what_is_lost_on_the_way_is_told(moodle):
    lost = {one.source.name: one.lost for one in moodle.questions if one.lost and not one.faults}
    typed = {question.id for question in OURS if question.kind == "numeric"}
    carried = {question.id for question in OURS if question.kind not in NOT_CARRIED}
    assert {name for name in lost if name in carried} <= typed
    assert len(moodle.lost) == len(whole_bank())  # its categories


def test_what_is_written_passes_the_lints(moodle, tmp_path):
    path = tmp_path / "bank.yaml"
    path.write_text(moodle.text, encoding="utf-8")
    assert [finding for finding in lint_bank(files=[path]) if not finding.warning] == []


def test_awkward_texts_survive(tmp_path):
    quiz = every_kind()
    export_moodle(tmp_path / "awkward.xml", [quiz])
    back = import_questions(tmp_path / "awkward.xml")
    assert back.title == quiz.title
    for ours, one in zip(quiz.questions, back.questions, strict=True):
        if one.faults:
            assert "the unit is fraction and the answer -120" in one.faults[0]
        elif ours.kind not in NOT_CARRIED:
            assert_equal(ours, quiz_in(back).question(ours.id), of_canvas=False)


def test_the_file_begins_as_the_template_does(moodle):
    template = Path("qa_lesson/grading/handing_out/template.yaml")
    assert moodle.text.splitlines()[0].startswith("# A graded quiz. Keep this file to yourself")
    assert moodle.text.splitlines()[0][:16] == "# A graded quiz."
    assert not template.exists() or template.read_text(encoding="utf-8").startswith("# A graded quiz.")


def test_a_rubric_comes_back_from_moodle(tmp_path):
    levels = [{"points": 0, "text": "Not at all"}, {"points": 1.5, "text": "It names the *tide*"}]
    more = [{"points": 0, "text": "No"}, {"points": 0.5, "text": "Yes"}]
    rubric = [
        {"id": "names", "text": "Names it", "levels": levels},
        {"id": "says-why", "text": "Says why", "levels": more},
    ]
    quiz = quiz_of(
        {
            "id": "why", "kind": "free_text", "points": 2, "prompt": "Why does it sail at noon?", "rubric": rubric,
            "model_answer": "Because of the *tide*:\n\n```\nx = 1\n```",
        },
        name="essays", title="Essays", graded=True,
    )  # fmt: skip
    export_moodle(tmp_path / "essays.xml", [quiz])
    found = import_questions(tmp_path / "essays.xml")
    (ours,), (back,) = quiz.questions, quiz_in(found).questions
    assert found.questions[0].lost == []
    assert (back.prompt, back.points, back.model_answer) == (ours.prompt, ours.points, ours.model_answer)
    assert [(one.text, one.levels) for one in back.rubric] == [(one.text, one.levels) for one in ours.rubric]
