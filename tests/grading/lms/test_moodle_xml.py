"""The Moodle file is read back as Moodle's importer reads it, and marks as Moodle's question types mark."""

import html
import itertools
import re
import xml.etree.ElementTree as ET
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lms_samples import every_kind, option, question, quiz_of, whole_bank
from markupsafe import escape

from qa_lesson.errors import BankError, ConfigError
from qa_lesson.grading.lms.moodle_xml import export_moodle, fraction_text, moodle_xml, tex_formula
from qa_lesson.metrics import normalize_answer
from qa_lesson.quiz.answering.marking import mark
from qa_lesson.quiz.kinds.short_text import Text
from qa_lesson.quiz.kinds.span import SpanQuestion
from qa_lesson.quiz.pages.markdown import render_markdown

MOODLE_FRACTIONS = {  # those of question/engine/bank.php: its importer refuses others
    100, 90, 83.33333, 80, 75, 70, 66.66667, 60, 50, 40, 33.33333, 30, 25, 20, 16.66667, 14.28571, 12.5, 11.11111, 10, 5
}  # fmt: skip
TYPES = {
    "single": "multichoice", "multi": "multichoice", "numeric": "numerical", "text": "shortanswer",
    "span": "shortanswer", "ordering": "ordering", "code": "essay",
}  # fmt: skip


def read(quizzes):
    """Pairs of a question of ours and its element, and the categories in their order."""
    root = ET.fromstring(moodle_xml(quizzes))
    assert root.tag == "quiz"
    nodes = [node for node in root if node.get("type") != "category"]
    ours = [question for quiz in quizzes for question in quiz.questions]
    assert [node.get("type") for node in nodes] == [TYPES[question.kind] for question in ours]
    return list(zip(ours, nodes, strict=True)), [n.findtext("category/text") for n in root.findall("*[category]")]


SAMPLES, _ = read([*whole_bank(), every_kind()])
ids = [f"{question.id}" for question, _ in SAMPLES]


def of_kind(*kinds):
    chosen = [sample for sample in SAMPLES if sample[0].kind in kinds]
    return pytest.mark.parametrize(("ours", "node"), chosen, ids=[question.id for question, _ in chosen])


def moodle(markdown):
    return render_markdown(markdown, tex_formula)


def html_of(node, tag):
    found = node.find(tag)
    assert found.get("format") == "html"
    return found.findtext("text")


@pytest.mark.parametrize(("ours", "node"), SAMPLES, ids=ids)
def test_every_question_is_read_back_as_it_was(ours, node):
    assert node.findtext("name/text") == node.findtext("idnumber") == ours.id
    assert html_of(node, "questiontext").startswith(moodle(ours.prompt))
    assert float(node.findtext("defaultgrade")) == ours.points
    general = html_of(node, "generalfeedback")
    for text in (*ours.steps, ours.quick_check, *ours.mistakes):
        assert moodle(text) in general
    assert [hint.findtext("text") for hint in node.findall("hint")] == [moodle(hint) for hint in ours.hints]
    assert float(node.findtext("penalty")) == pytest.approx(1 / (len(ours.hints) + 1), abs=1e-6)
    assert [tag.text for tag in node.findall("tags/tag/text")] == [ours.objective, ours.difficulty]
    assert node.findtext("hidden") == "0"


class _Balance(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attrs):
        assert tag not in ("script", "style", "iframe", "math")
        if tag not in ("br", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize(("ours", "node"), SAMPLES, ids=ids)
def test_all_html_is_whole_and_harmless(ours, node):
    for part in node.iter():
        if part.get("format") == "html" and part.findtext("text"):
            balance = _Balance()
            balance.feed(part.findtext("text"))
            balance.close()
            assert balance.open == []


@of_kind("single", "multi")
def test_choices_earn_in_moodle_what_they_earn_here(ours, node):
    assert node.findtext("single") == ("true" if ours.kind == "single" else "false")
    answers = node.findall("answer")
    assert [answer.findtext("text") for answer in answers] == [moodle(option.text) for option in ours.options]
    assert [html_of(answer, "feedback") for answer in answers] == [moodle(option.feedback) for option in ours.options]
    fractions = [float(answer.get("fraction")) for answer in answers]
    assert {abs(value) for value in fractions} <= MOODLE_FRACTIONS | {0.0}
    names = [option.id for option in ours.options]
    for n in range(1, 2 if ours.kind == "single" else len(names) + 1):
        for chosen in itertools.combinations(range(len(names)), n):
            earned = min(1.0, max(0.0, sum(fractions[i] for i in chosen) / 100))
            response = names[chosen[0]] if ours.kind == "single" else [names[i] for i in chosen]
            assert earned == pytest.approx(mark(ours, response).credit, abs=1e-6)


def moodle_number(node, value):
    """Fraction and feedback of the first answer that fits, as qtype_numerical does it."""
    for answer in node.findall("answer"):
        text = answer.findtext("text")
        reach = Decimal(answer.findtext("tolerance"))
        if text == "*" or abs(Decimal(repr(value)) - Decimal(text)) <= reach:
            return float(answer.get("fraction")) / 100, html_of(answer, "feedback")
    raise AssertionError("nothing fits")


@of_kind("numeric")
def test_numbers_are_marked_in_moodle_as_here(ours, node):
    assert node.findtext("showunits") == "3"
    assert node.find("units") is None
    assert ours.unit in html.unescape(html_of(node, "questiontext"))
    targets = [ours.answer, *[wrong.value for wrong in ours.wrong]]
    reach = ours.tolerance.abs if ours.tolerance.abs is not None else ours.tolerance.rel * abs(ours.answer)
    # just outside by more than our own slack of one in a billion, well inside, and the values themselves
    values = [t + f * reach for t in targets for f in (-1.01, -0.99, -0.3, 0, 0.3, 0.99, 1.01)] + [12345.678]
    for value in values:
        told = mark(ours, value)
        assert moodle_number(node, value)[0] == told.credit, value
    for target, wrong in zip(targets[1:], ours.wrong, strict=True):
        assert moodle_number(node, target) == (0.0, moodle(wrong.feedback))
    assert moodle_number(node, 12345.678)[1] == moodle(ours.otherwise)
    first = node.find("answer")
    assert float(first.findtext("text")) == ours.answer
    assert float(first.findtext("tolerance")) == pytest.approx(reach, rel=1e-12)
    assert all("e" not in answer.findtext(tag) for answer in node.findall("answer") for tag in ("text", "tolerance"))


@given(st.integers(-200, 200))
def test_no_number_gets_the_feedback_of_another(hundredths):
    """We take the nearest foreseen number, Moodle the first that fits; where they differ, it says the general thing."""
    wrong = [{"value": value, "feedback": f"near {value}"} for value in (0.5, 0.62, 0.55, -1.0)]
    told = {"right": "yes", "otherwise": "no"}
    quiz = quiz_of(
        question("numeric", "q", answer=1.0, tolerance={"abs": 0.1}, unit="points", no_recompute="a test", **told)
        | {"wrong": wrong}
    )
    [(ours, node)], _ = read([quiz])
    value = hundredths / 100
    near = sorted(abs(Decimal(repr(value)) - Decimal(repr(one["value"]))) for one in wrong)
    if near[0] != near[1]:  # halfway either will do
        own = moodle(mark(ours, value).feedback)
        assert moodle_number(node, value)[1] in {own, moodle("no")}
        assert near[0] > 0 or moodle_number(node, value)[1] == own


def moodle_text(node, typed):
    """Fraction and feedback of the first answer that matches, as qtype_shortanswer does it."""
    flags = 0 if node.findtext("usecase") == "1" else re.IGNORECASE
    for answer in node.findall("answer"):
        bits = re.split(r"(?<!\\)\*+", answer.findtext("text"))
        pattern = ".*".join(re.escape(bit.replace(r"\*", "*")) for bit in bits)
        if re.fullmatch(pattern, typed.strip(), flags):
            return float(answer.get("fraction")) / 100, html_of(answer, "feedback")
    raise AssertionError("nothing matches")


@of_kind("text", "span")
def test_texts_are_marked_in_moodle_as_here(ours: Text | SpanQuestion, node):
    accepted = [" ".join(text.split()) for text in (ours.accept if isinstance(ours, Text) else ours.answers)]
    for text in [*accepted, *[normalize_answer(text) for text in accepted if isinstance(ours, SpanQuestion)]]:
        assert mark(ours, text).correct
        assert moodle_text(node, text.strip("`'\"")) == (1.0, moodle(ours.right))
    for wrong in ours.wrong:
        assert moodle_text(node, wrong.text)[0] == 0
        if isinstance(ours, Text):
            assert moodle_text(node, wrong.text)[1] == moodle(mark(ours, wrong.text).feedback)
    assert moodle_text(node, "something else altogether") == (0.0, moodle(ours.otherwise))
    if isinstance(ours, SpanQuestion):
        assert escape(ours.context.split()[-1]) in html_of(node, "questiontext")


def test_an_asterisk_in_an_answer_is_no_wildcard():
    [node] = [node for ours, node in SAMPLES if ours.id == "q-text"]
    assert moodle_text(node, "A*b")[0] == 1
    assert moodle_text(node, "axxb")[0] == 0
    assert [answer.findtext("text") for answer in node.findall("answer")] == [r"a\*b", "<i>", "a", "*"]


@of_kind("ordering")
def test_orderings_are_all_or_nothing_in_the_right_order(ours, node):
    expected = {
        "layouttype": "VERTICAL", "selecttype": "ALL", "selectcount": str(len(ours.items)),
        "gradingtype": "ALL_OR_NOTHING", "showgrading": "SHOW", "numberingstyle": "none",
    }  # fmt: skip
    assert {tag: node.findtext(tag) for tag in expected} == expected
    answers = node.findall("answer")
    assert [answer.findtext("text") for answer in answers] == [moodle(item.text) for item in ours.items]
    assert [float(answer.get("fraction")) for answer in answers] == list(range(1, len(ours.items) + 1))
    assert html_of(node, "correctfeedback") == moodle(ours.right)
    assert html_of(node, "incorrectfeedback") == moodle(ours.otherwise)
    for item in ours.items:
        assert moodle(item.feedback) in html_of(node, "generalfeedback")


@of_kind("code")
def test_code_is_marked_by_a_person_who_sees_solution_and_checks(ours, node):
    assert escape(ours.template.rstrip()) in html_of(node, "questiontext")
    shown = html.unescape(html_of(node, "graderinfo"))
    assert ours.answer in shown
    assert ours.check.rstrip() in shown
    assert ours.answer not in html.unescape(html_of(node, "questiontext"))
    assert node.findall("answer") == []
    assert node.findtext("responseformat") == "monospaced"


def test_awkward_texts_by_hand():
    [node] = [node for ours, node in SAMPLES if ours.id == "q-single"]
    expected = (
        "<p>Is <code>a[b[0]]&gt;c</code> &lt; 3 &amp; \\(x&lt;y'\\), it's &quot;so&quot;? "
        "&lt;b&gt;no&lt;/b&gt; ]]&gt; é € for $5</p>\n<p><em>Choose one.</em></p>"
    )
    assert html_of(node, "questiontext") == expected


@given(st.text(st.characters(blacklist_categories=("Cs",), min_codepoint=32), min_size=1, max_size=60))
def test_any_text_survives_or_is_refused(text):
    quiz = quiz_of(question("single", "q", options=[option("a", True, text), option("b"), option("c")]))
    if re.search("[\ufffe\uffff]", text):
        with pytest.raises(BankError, match=r"U\+FFF"):
            moodle_xml([quiz])
        return
    [(ours, node)], _ = read([quiz])
    assert html_of(node.find("answer"), "feedback") == moodle(ours.options[0].feedback)


def test_each_quiz_has_a_category_and_a_slash_opens_no_other():
    quizzes = [quiz_of(question("text", "q", accept=["a"], right="r", otherwise="o"), name="x", title="He/she")]
    _, categories = read(quizzes)
    assert categories == ["$course$/top/QA fine-tuning/x: He//she"]
    assert re.split("(?<!/)/(?!/)", categories[0]) == ["$course$", "top", "QA fine-tuning", "x: He//she"]


def test_the_same_quizzes_give_the_same_bytes(tmp_path):
    first = export_moodle(tmp_path / "a.xml", whole_bank()).read_bytes()
    assert first == export_moodle(tmp_path / "b.xml", whole_bank()).read_bytes()
    assert first.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
    assert b"<![CDATA[" in first


def test_ids_of_the_bank_are_unique():
    names = [node.findtext("idnumber") for _, node in SAMPLES]
    assert len(set(names)) == len(names)


def test_what_cannot_be_written_is_refused(tmp_path):
    with pytest.raises(BankError, match=r"awkward, q.*\n.*U\+0008"):
        moodle_xml([quiz_of(question("text", "q", accept=["a"], right="\b", otherwise="o"))])
    with pytest.raises(ConfigError, match="same name"):
        export_moodle(tmp_path / "a.xml", [every_kind(), every_kind()])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("n", range(1, 6))
def test_thirds_are_written_as_moodle_knows_them(n):
    assert float(fraction_text(1 / n)) in MOODLE_FRACTIONS
