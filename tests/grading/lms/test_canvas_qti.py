"""The Canvas package keeps to the structure of QTI 1.2, and marks as our own marking does."""

import io
import itertools
import re
import xml.etree.ElementTree as ET
import zipfile
from decimal import Decimal

import pytest
from lms_samples import every_kind, question, quiz_of, whole_bank
from markupsafe import escape

from qa_lesson.errors import BankError, ConfigError, StorageError
from qa_lesson.grading.lms.canvas_qti import canvas_zip, export_canvas
from qa_lesson.grading.lms.qti_items import equation_image
from qa_lesson.quiz.answering.marking import mark
from qa_lesson.quiz.kinds.short_text import Text
from qa_lesson.quiz.kinds.span import SpanQuestion
from qa_lesson.quiz.pages.markdown import plain_text, render_markdown

QTI = "{http://www.imsglobal.org/xsd/ims_qtiasiv1p2}"
CANVAS = "{http://canvas.instructure.com/xsd/cccv1p0}"
PACKAGE = "{http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1}"
TESTS = "varequal|vargte|varlte|not|and|or|other"
# Content models of the QTI 1.2 ASI binding, as far as the package uses its elements: children in their order
CONTENT = {
    "questestinterop": "assessment",
    "assessment": "(qtimetadata )*(section )+",
    "qtimetadata": "(qtimetadatafield )+",
    "qtimetadatafield": "fieldlabel fieldentry",
    "section": "(item )+",
    "item": "(itemmetadata )?presentation (resprocessing )*(itemfeedback )*",
    "itemmetadata": "(qtimetadata )?",
    "presentation": "(material |response_lid |response_str )+",
    "response_lid": "(material )?render_choice",
    "response_str": "(material )?render_fib",
    "render_choice": "(response_label )+",
    "render_fib": "(response_label )+",
    "response_label": "(material )*",
    "material": "(mattext )+",
    "resprocessing": "outcomes (respcondition )+",
    "outcomes": "(decvar )+",
    "respcondition": "conditionvar (setvar )*(displayfeedback )*",
    "conditionvar": f"(({TESTS}) )+",
    "and": f"(({TESTS}) )+",
    "or": f"(({TESTS}) )+",
    "not": f"({TESTS})",
    "itemfeedback": "(flow_mat |material )+",
    "flow_mat": "(material )+",
    **dict.fromkeys(
        "fieldlabel fieldentry mattext decvar setvar displayfeedback varequal vargte varlte other".split(), ""
    ),
}
ATTRIBUTES = {  # required, then optional, with the values that are allowed where these are listed
    "assessment": ({"ident": None}, {"title": None}),
    "section": ({"ident": None}, {}),
    "item": ({"ident": None}, {"title": None}),
    "response_lid": ({"ident": None}, {"rcardinality": {"Single", "Multiple", "Ordered"}}),
    "response_str": ({"ident": None}, {"rcardinality": {"Single", "Multiple", "Ordered"}}),
    "render_fib": ({}, {"fibtype": {"String", "Integer", "Decimal", "Scientific"}}),
    "response_label": ({"ident": None}, {"rshuffle": {"Yes", "No"}}),
    "mattext": ({}, {"texttype": {"text/html", "text/plain"}}),
    "decvar": ({"varname": {"SCORE"}}, {"maxvalue": None, "minvalue": None, "vartype": {"Decimal"}}),
    "respcondition": ({}, {"continue": {"Yes", "No"}}),
    "setvar": ({"varname": {"SCORE"}}, {"action": {"Set", "Add"}}),
    "displayfeedback": ({"linkrefid": None}, {"feedbacktype": {"Response"}}),
    "varequal": ({"respident": None}, {}),
    "vargte": ({"respident": None}, {}),
    "varlte": ({"respident": None}, {}),
    "itemfeedback": ({"ident": None}, {}),
}
SETTINGS = {  # of cccv1p0.xsd, element quiz: name and form
    "title": ".+", "description": "", "shuffle_answers": "true|false", "scoring_policy": "keep_highest|keep_latest",
    "quiz_type": "practice_quiz|assignment", "points_possible": r"\d+(\.\d+)?", "show_correct_answers": "true|false",
    "allowed_attempts": r"-?\d+", "one_question_at_a_time": "true|false", "available": "false",
}  # fmt: skip
KINDS = {
    "single": "multiple_choice_question", "multi": "multiple_answers_question", "numeric": "numerical_question",
    "text": "short_answer_question", "span": "short_answer_question", "ordering": "matching_question",
    "code": "essay_question",
}  # fmt: skip

QUIZZES = [*whole_bank(), every_kind()]
FILES = {
    name: content
    for package in [zipfile.ZipFile(io.BytesIO(canvas_zip(QUIZZES)))]
    for name, content in ((info.filename, package.read(info)) for info in package.infolist())
}


def tag(node):
    return node.tag.removeprefix(QTI)


def metadata(item):
    fields = item.findall(f"{QTI}itemmetadata/{QTI}qtimetadata/{QTI}qtimetadatafield")
    return {field.findtext(f"{QTI}fieldlabel"): field.findtext(f"{QTI}fieldentry") for field in fields}


MANIFEST = ET.fromstring(FILES["imsmanifest.xml"])
ASSESSMENTS = [
    ET.fromstring(FILES[resource.find(f"{PACKAGE}file").get("href")])
    for resource in MANIFEST.iter(f"{PACKAGE}resource")
    if resource.get("type") == "imsqti_xmlv1p2"
]
SAMPLES = [
    (ours, item)
    for quiz, root in zip(QUIZZES, ASSESSMENTS, strict=True)
    for ours, item in zip(quiz.questions, root.iter(f"{QTI}item"), strict=True)
]


def of_kind(*kinds):
    chosen = [sample for sample in SAMPLES if sample[0].kind in kinds]
    return pytest.mark.parametrize(("ours", "item"), chosen, ids=[ours.id for ours, _ in chosen])


def test_the_manifest_names_every_file_once_and_every_dependency_exists():
    assert MANIFEST.tag == f"{PACKAGE}manifest"
    assert [child.tag.removeprefix(PACKAGE) for child in MANIFEST] == ["metadata", "organizations", "resources"]
    resources = MANIFEST.findall(f"{PACKAGE}resources/{PACKAGE}resource")
    names = [resource.get("identifier") for resource in resources]
    listed = [file.get("href") for file in MANIFEST.iter(f"{PACKAGE}file")]
    assert len(set(names)) == len(names) == 2 * len(QUIZZES)
    assert sorted(listed) == sorted(set(FILES) - {"imsmanifest.xml"})
    for resource in resources:
        if resource.get("type") == "imsqti_xmlv1p2":
            assert resource.find(f"{PACKAGE}dependency").get("identifierref") in names
        else:
            assert resource.get("type") == "associatedcontent/imscc_xmlv1p1/learning-application-resource"
            assert resource.get("href") == resource.find(f"{PACKAGE}file").get("href")


@pytest.mark.parametrize("root", ASSESSMENTS, ids=[quiz.name for quiz in QUIZZES])
def test_elements_and_attributes_are_those_of_qti(root):
    assert root.tag == f"{QTI}questestinterop"
    for node in root.iter():
        assert node.tag.startswith(QTI)
        children = "".join(f"{tag(child)} " for child in node)
        assert re.fullmatch(f"{CONTENT[tag(node)].strip()} ?", children), (tag(node), children)
        if children:
            assert not (node.text or "").strip()
        required, optional = ATTRIBUTES.get(tag(node), ({}, {}))
        given = {name for name in node.attrib if not name.startswith("{")}
        assert set(required) <= given <= set(required) | set(optional), tag(node)
        for name, allowed in (required | optional).items():
            assert allowed is None or node.get(name) in allowed | {None}, (tag(node), name)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (r"(</?)outcomes>", r"\1material>"),
        ('rcardinality="Single"', 'rcardinality="Some"'),
        ("<response_label ident=", "<response_label name="),
        ("<render_choice>", "<render_choice>text"),
    ],
)
def test_the_structure_check_sees_faults(right, wrong):
    sound = FILES[next(name for name in FILES if name.count("assessment_") == 2)].decode()
    broken = re.sub(right, wrong, sound)
    assert broken != sound
    with pytest.raises(AssertionError):
        test_elements_and_attributes_are_those_of_qti(ET.fromstring(broken))


def test_identifiers_are_unique_and_valid():
    items = [item.get("ident") for _, item in SAMPLES]
    assert len(set(items)) == len(items)
    for _, item in SAMPLES:
        assert re.fullmatch("[A-Za-z_][A-Za-z0-9_.-]*", item.get("ident"))
        responses = [node.get("ident") for node in item.iter() if tag(node) in ("response_lid", "response_str")]
        assert len(set(responses)) == len(responses)
        for field in item.iter(f"{QTI}response_lid"):
            labels = [label.get("ident") for label in field.iter(f"{QTI}response_label")]
            assert len(set(labels)) == len(labels)
            assert all(re.fullmatch(r"\d{9}", label) for label in labels)
        feedback = [node.get("ident") for node in item.iter(f"{QTI}itemfeedback")]
        assert len(set(feedback)) == len(feedback)


@pytest.mark.parametrize(("ours", "item"), SAMPLES, ids=[ours.id for ours, _ in SAMPLES])
def test_every_reference_has_what_it_refers_to(ours, item):
    labels = {
        field.get("ident"): {label.get("ident") for label in field.iter(f"{QTI}response_label")}
        for field in item.iter()
        if tag(field) in ("response_lid", "response_str")
    }
    for test in [node for node in item.iter() if tag(node) in ("varequal", "vargte", "varlte")]:
        assert test.get("respident") in labels
        if ours.kind in ("single", "multi", "ordering"):
            assert test.text in labels[test.get("respident")]
    shown = {node.get("linkrefid") for node in item.iter(f"{QTI}displayfeedback")}
    assert shown == {node.get("ident") for node in item.iter(f"{QTI}itemfeedback")}


@pytest.mark.parametrize(("ours", "item"), SAMPLES, ids=[ours.id for ours, _ in SAMPLES])
def test_every_question_is_read_back_as_it_was(ours, item):
    told = metadata(item)
    assert told["question_type"] == KINDS[ours.kind]
    assert float(told["points_possible"]) == ours.points
    assert item.get("title") == ours.id
    prompt = item.findtext(f"{QTI}presentation/{QTI}material/{QTI}mattext")
    assert prompt.startswith(render_markdown(ours.prompt, equation_image))
    general = feedback_of(item)["general_fb"]
    for text in (*ours.steps, ours.quick_check, *ours.mistakes):
        assert render_markdown(text, equation_image) in general


def feedback_of(item):
    return {node.get("ident"): "".join(node.itertext()).strip() for node in item.iter(f"{QTI}itemfeedback")}


def holds(test, given):
    """Whether a condition holds for the given answers: a set of ids or texts by field."""
    answers = given.get(test.get("respident"), set())
    match tag(test):
        case "other":
            return True
        case "not":
            return not holds(test[0], given)
        case "and":
            return all(holds(part, given) for part in test)
        case "or":
            return any(holds(part, given) for part in test)
        case "varequal":
            return any(str(answer).casefold() == test.text.casefold() for answer in answers)
        case "vargte":
            return any(Decimal(str(answer)) >= Decimal(test.text) for answer in answers)
        case "varlte":
            return any(Decimal(str(answer)) <= Decimal(test.text) for answer in answers)
    raise AssertionError(tag(test))


def process(item, given):
    """Percent and feedback of QTI's response processing; several tests of one condition are alternatives in Canvas."""
    score, shown = 0.0, []
    for condition in item.iter(f"{QTI}respcondition"):
        if not any(holds(test, given) for test in condition.find(f"{QTI}conditionvar")):
            continue
        for change in condition.findall(f"{QTI}setvar"):
            score = float(change.text) + (score if change.get("action") == "Add" else 0.0)
        shown += [node.get("linkrefid") for node in condition.findall(f"{QTI}displayfeedback")]
        if condition.get("continue") == "No":
            break
    return score, shown


@of_kind("single", "multi")
def test_choices(ours, item):
    ids = dict(
        zip([option.id for option in ours.options], metadata(item)["original_answer_ids"].split(","), strict=True)
    )
    texts = {
        label.get("ident"): label.findtext(f"{QTI}material/{QTI}mattext") for label in item.iter(f"{QTI}response_label")
    }
    for option in ours.options:
        assert texts[ids[option.id]] == render_markdown(option.text, equation_image)
        assert feedback_of(item)[f"{ids[option.id]}_fb"] == render_markdown(option.feedback, equation_image)
    for n in range(1, 2 if ours.kind == "single" else len(ids) + 1):
        for chosen in itertools.combinations(ids, n):
            score, shown = process(item, {"response1": {ids[name] for name in chosen}})
            right = mark(ours, chosen[0] if ours.kind == "single" else list(chosen)).correct
            assert score == (100 if right else 0)
            assert {f"{ids[name]}_fb" for name in chosen} | {"general_fb"} == set(shown)


@of_kind("numeric")
def test_numbers(ours, item):
    assert item.find(f".//{QTI}render_fib").get("fibtype") == "Decimal"
    reach = ours.tolerance.abs if ours.tolerance.abs is not None else ours.tolerance.rel * abs(ours.answer)
    for value in [ours.answer + f * reach for f in (-1.01, -0.99, 0, 0.99, 1.01)] + [12345.0]:
        score, shown = process(item, {"response1": {value}})
        assert score == 100 * mark(ours, value).credit
        assert shown[-1] == ("correct_fb" if score else "general_incorrect_fb")
    assert feedback_of(item)["correct_fb"] == render_markdown(ours.right, equation_image)
    assert feedback_of(item)["general_incorrect_fb"] == render_markdown(ours.otherwise, equation_image)
    lower, upper = (Decimal(item.find(f".//{QTI}{name}").text) for name in ("vargte", "varlte"))
    exact = Decimal(item.find(f".//{QTI}varequal").text)
    assert exact - lower == upper - exact  # no rounding in either


@of_kind("text", "span")
def test_texts(ours: Text | SpanQuestion, item):
    for text in ours.accept if isinstance(ours, Text) else ours.answers:
        assert process(item, {"response1": {" ".join(text.split()).strip("`'\"")}})[0] == 100
    for wrong in ours.wrong:
        assert process(item, {"response1": {wrong.text}})[0] == 0
    assert process(item, {"response1": {"something else"}}) == (0, ["general_fb", "general_incorrect_fb"])


@of_kind("ordering")
def test_orderings_match_places_to_items(ours, item):
    fields = list(item.iter(f"{QTI}response_lid"))
    assert [field.findtext(f"{QTI}material/{QTI}mattext") for field in fields] == [
        str(place) for place in range(1, len(ours.items) + 1)
    ]
    labels = {
        label.findtext(f"{QTI}material/{QTI}mattext"): label.get("ident")
        for label in fields[0].iter(f"{QTI}response_label")
    }
    right = [labels[plain_text(one.text)] for one in ours.items]
    assert list(labels.values()) != right  # the menu must not give it away
    names = [field.get("ident") for field in fields]
    assert process(item, dict(zip(names, [{one} for one in right], strict=True)))[0] == pytest.approx(100, abs=0.05)
    assert process(item, dict(zip(names, [{one} for one in reversed(right)], strict=True)))[0] < 100


@of_kind("code")
def test_code_is_left_to_a_person(ours, item):
    prompt = item.findtext(f"{QTI}presentation/{QTI}material/{QTI}mattext")
    assert escape(ours.template.rstrip()) in prompt
    assert process(item, {"response1": {ours.answer}})[0] == 0
    assert escape(ours.answer) in feedback_of(item)["general_fb"]


@pytest.mark.parametrize("quiz", [every_kind(), every_kind(name="exam", graded=True)], ids=["practice", "graded"])
def test_settings_are_those_that_canvas_knows(quiz):
    package = zipfile.ZipFile(io.BytesIO(canvas_zip([quiz])))
    (name,) = [name for name in package.namelist() if name.endswith("assessment_meta.xml")]
    root = ET.fromstring(package.read(name))
    assert root.tag == f"{CANVAS}quiz"
    assert root.get("identifier") == name.split("/")[0]
    told = {child.tag.removeprefix(CANVAS): child.text or "" for child in root}
    assert set(told) == set(SETTINGS)
    for field, text in told.items():
        assert re.fullmatch(SETTINGS[field], text), field
    assert told["quiz_type"] == ("assignment" if quiz.graded else "practice_quiz")
    assert told["show_correct_answers"] == ("false" if quiz.graded else "true")
    assert float(told["points_possible"]) == sum(question.points for question in quiz.questions)
    assert told["title"] == quiz.title


def test_formulas_are_canvas_images_with_their_latex():
    latex = r"\frac{a}{b} < \text{\"x\"} & 'y'"
    image = ET.fromstring(equation_image(latex, "inline").replace('">', '"/>'))
    assert image.get("class") == "equation_image"
    assert image.get("data-equation-content") == latex
    assert image.get("alt") == f"LaTeX: {latex}"
    assert re.fullmatch(r"/equation_images/[A-Za-z0-9%._~-]+\?scale=1", image.get("src"))


def test_the_same_quizzes_give_the_same_bytes_and_a_changed_text_keeps_its_ids(tmp_path):
    first = export_canvas(tmp_path / "a.zip", QUIZZES).read_bytes()
    assert first == canvas_zip(QUIZZES)
    told = {"right": "r", "otherwise": "o", "accept": ["a"]}
    old, new = (quiz_of(question("text", "q", **told) | {"prompt": prompt}) for prompt in ("old", "new"))
    assert canvas_zip([old]) != canvas_zip([new])
    assert item_idents(old) == item_idents(new) != []


def item_idents(quiz):
    package = zipfile.ZipFile(io.BytesIO(canvas_zip([quiz])))
    return re.findall(r'<item ident="(\w+)"', "".join(package.read(name).decode() for name in package.namelist()))


def test_what_cannot_be_written_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="same name"):
        export_canvas(tmp_path / "a.zip", [every_kind(), every_kind()])
    with pytest.raises(BankError, match=r"U\+0000"):
        canvas_zip([quiz_of(question("text", "q", accept=["a"], right="\0", otherwise="o"))])
    with pytest.raises(StorageError):
        export_canvas(tmp_path / "missing" / "a.zip", [every_kind()])
    assert list(tmp_path.iterdir()) == []
