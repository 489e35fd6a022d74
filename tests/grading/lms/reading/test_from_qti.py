"""QTI 1.2 as Canvas exports it: what its conditions say is the key, and what they can't say here is refused."""

import io
import zipfile

import pytest
from imported_questions import import_text, only, quiz_in, refusal

QTI = 'xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2"'


def field(name: str, value: str) -> str:
    return f"<qtimetadatafield><fieldlabel>{name}</fieldlabel><fieldentry>{value}</fieldentry></qtimetadatafield>"


def item(
    kind: str, presentation: str, *conditions: str, points: str = "2.0", feedback: str = "", title: str = "Question"
) -> str:
    return (
        f'<item ident="i1" title="{title}"><itemmetadata><qtimetadata>{field("question_type", kind)}'
        f"{field('points_possible', points)}</qtimetadata></itemmetadata><presentation><material>"
        f'<mattext texttype="text/html">&lt;p&gt;What is it?&lt;/p&gt;</mattext></material>'
        f"{presentation}</presentation>"
        f"<resprocessing><outcomes/>{''.join(conditions)}</resprocessing>{feedback}</item>"
    )


def labels(*texts: str, several: bool = False, ident: str = "response1", before: str = "") -> str:
    shown = "".join(
        f'<response_label ident="{100 + place}"><material><mattext texttype="text/plain">{text}</mattext></material>'
        "</response_label>"
        for place, text in enumerate(texts)
    )
    cardinality = "Multiple" if several else "Single"
    start = f'<response_lid ident="{ident}" rcardinality="{cardinality}">{before}'
    return f"{start}<render_choice>{shown}</render_choice></response_lid>"


def when(test: str, score: str = "100", action: str = "Set") -> str:
    return (
        f'<respcondition continue="No"><conditionvar>{test}</conditionvar>'
        f'<setvar action="{action}" varname="SCORE">{score}</setvar></respcondition>'
    )


def equal(value: str, ident: str = "response1") -> str:
    return f'<varequal respident="{ident}">{value}</varequal>'


def bounds(low: str, high: str) -> str:
    return f'<vargte respident="response1">{low}</vargte><varlte respident="response1">{high}</varlte>'


TEXT = '<response_str ident="response1" rcardinality="Single"><render_fib/></response_str>'


def canvas(*items: str) -> bytes:
    quiz = (
        f'<questestinterop {QTI}><assessment ident="a" title="Prueba 1"><section ident="root_section">'
        f"{''.join(items)}</section></assessment></questestinterop>"
    )
    file = '<resource type="imsqti_xmlv1p2"><file href="a/a%20b.xml"/></resource>'
    listed = f"<manifest><resources>{file}</resources></manifest>"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("imsmanifest.xml", listed)
        archive.writestr("a/a b.xml", quiz)
        archive.writestr("a/assessment_meta.xml", "<quiz/>")
    return buffer.getvalue()


def test_single_and_true_or_false(tmp_path):
    why = '<flow_mat><material><mattext texttype="text/html">Why so.</mattext></material></flow_mat>'
    told = f'<itemfeedback ident="101_fb">{why}</itemfeedback>'
    shown = (
        f'<respcondition continue="Yes"><conditionvar>{equal("101")}</conditionvar>'
        '<displayfeedback linkrefid="101_fb"/></respcondition>'
    )
    found = import_text(
        tmp_path,
        canvas(
            item("multiple_choice_question", labels("Norte", "Sur", "Este"), shown, when(equal("101")), feedback=told),
            item("true_false_question", labels("Verdadero", "Falso"), when(equal("100")), points="0.5"),
        ),
    )
    first, second = quiz_in(found).questions
    assert (found.title, first.points, second.points) == ("Prueba 1", 2, 0.5)
    assert [(one.text, one.correct, one.feedback) for one in first.options] == [
        ("Norte", False, ""), ("Sur", True, "Why so."), ("Este", False, ""),
    ]  # fmt: skip
    assert [(one.text, one.correct) for one in second.options] == [("Verdadero", True), ("Falso", False)]


def test_multiple_answers(tmp_path):
    key = f"<and>{equal('100')}<not>{equal('101')}</not>{equal('102')}</and>"
    got = only(
        import_text(tmp_path, canvas(item("multiple_answers_question", labels("a", "b", "c", several=True), when(key))))
    )
    assert (got["kind"], [one.get("correct", False) for one in got["options"]]) == ("multi", [True, False, True])


@pytest.mark.parametrize(
    ("key", "why"),
    [
        (f"<or>{equal('100')}{equal('102')}</or>", "more than one choice"),
        (f"<and>{equal('100')}{equal('102')}</and>", "more than one choice"),  # 101 may be chosen or not
        (equal("999"), "do not say which options are right"),
    ],
)
def test_other_conditions_on_several_are_refused(tmp_path, key, why):
    source = canvas(item("multiple_answers_question", labels("a", "b", "c", several=True), when(key)))
    assert why in refusal(import_text(tmp_path, source))


def test_a_part_of_the_points_is_refused(tmp_path):
    source = item("multiple_choice_question", labels("a", "b", "c"), when(equal("100")), when(equal("101"), "50"))
    assert "50%" in refusal(import_text(tmp_path, canvas(source)))


def test_short_answers(tmp_path):
    source = item("short_answer_question", TEXT, when(equal("Mole *") + equal("quay")))
    got = only(import_text(tmp_path, canvas(source)))
    assert (got["kind"], got["accept"]) == ("text", ["Mole *", "quay"])


@pytest.mark.parametrize(
    ("test", "answer", "margin"),
    [
        (f"<or>{equal('5')}<and>{bounds('4.9', '5.1')}</and></or>", 5, 0.1),
        (bounds("1", "2"), 1.5, 0.5),
        (f"<or>{equal('5')}<and>{bounds('5', '5')}</and></or>", 5, 0),
        (equal("-0.25"), -0.25, 0),
    ],
)
def test_numbers(tmp_path, test, answer, margin):
    got = only(import_text(tmp_path, canvas(item("numerical_question", TEXT, when(test)))))
    assert (got["answer"], got["tolerance"]) == (answer, {"abs": margin})


@pytest.mark.parametrize(
    ("conditions", "why"),
    [
        ([when(f"<or>{equal('5')}<and>{bounds('4', '5.5')}</and></or>")], "not the same on both sides"),
        ([when(equal("5")), when(equal("6"))], "several numbers"),
        ([when(equal("five"))], "not those of one number"),
        ([], "no answer of it earns all points"),
    ],
)
def test_other_numbers_are_refused(tmp_path, conditions, why):
    assert why in refusal(import_text(tmp_path, canvas(item("numerical_question", TEXT, *conditions))))


def test_matching(tmp_path):
    def before(text: str) -> str:
        return f'<material><mattext texttype="text/plain">{text}</mattext></material>'

    fields = labels("Baltic", "Atlantic", "Tyrrhenian", ident="r1", before=before("Kiel"))
    fields += labels("Baltic", "Atlantic", "Tyrrhenian", ident="r2", before=before("Brest"))
    conditions = when(equal("100", "r1"), "50.00", "Add"), when(equal("101", "r2"), "50.00", "Add")
    first, second = quiz_in(import_text(tmp_path, canvas(item("matching_question", fields, *conditions)))).questions
    assert (first.prompt, first.key, first.points) == ("What is it?\n\nKiel", "baltic", 1)
    assert (second.prompt, second.key, len(second.options)) == ("What is it?\n\nBrest", "atlantic", 3)


@pytest.mark.parametrize(
    "kind",
    [
        "text_only_question",
        "file_upload_question",
        "calculated_question",
        "fill_in_multiple_blanks_question",
        "hot_spot",
    ],
)
def test_what_has_no_counterpart_is_named(tmp_path, kind):
    good = item("true_false_question", labels("True", "False"), when(equal("100")))
    found = import_text(tmp_path, canvas(item(kind, TEXT), good))
    assert found.questions[0].faults
    assert found.questions[1].faults == []


DRAWN = "<selection_ordering><selection><selection_number>{}</selection_number>{}</selection></selection_ordering>"


def group(number: int, *items: str, points: str = "3") -> str:
    more = f"<selection_extension><points_per_item>{points}</points_per_item></selection_extension>"
    return f'<section ident="g" title="Easy ones">{DRAWN.format(number, more)}{"".join(items)}</section>'


def good(name: str) -> str:
    return item("true_false_question", labels("True", "False"), when(equal("100")), title=name)


def test_a_group_becomes_a_pool(tmp_path):
    found = import_text(tmp_path, canvas(group(2, good("a"), good("b"), good("c")), good("d")))
    quiz = quiz_in(found)
    assert [(pool.id, pool.take, pool.questions) for pool in quiz.pools] == [("pool-easy-ones", 2, ("a", "b", "c"))]
    assert [question.points for question in quiz.questions] == [3, 3, 3, 2]
    assert found.lost == ()


def test_groups_and_banks_that_are_no_pools_are_told(tmp_path):
    bank = f'<section ident="h">{DRAWN.format(1, "<sourcebank_ref>b1</sourcebank_ref>")}</section>'
    found = import_text(
        tmp_path, canvas(group(1, good("a"), item("file_upload_question", TEXT)), bank, group(1, good("d")))
    )
    assert found.lost == ()  # each of them asks as many questions as there were
    assert "random questions of a bank" in found.questions[2].faults[0]
    found = import_text(tmp_path, canvas(group(3, good("a"), good("b"))))
    assert "'Easy ones', which draws 3 questions" in found.lost[0]


def test_a_document_without_its_package_is_read_too(tmp_path):
    source = item("true_false_question", labels("True", "False"), when(equal("100")))
    text = f"<questestinterop {QTI}><assessment title='T'><section>{source}</section></assessment></questestinterop>"
    assert import_text(tmp_path, text).title == "T"
