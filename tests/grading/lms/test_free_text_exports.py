"""Free text in Moodle and Canvas: an essay, with the rubric and the model answer for the person who marks it."""

import io
import re
import xml.etree.ElementTree as ET
import zipfile

import pytest
from lms_samples import AWKWARD, question, quiz_of

from qa_lesson.grading.lms.canvas_qti import canvas_zip
from qa_lesson.grading.lms.moodle_xml import moodle_xml

RUBRIC = [
    {"id": "one", "text": f"First {AWKWARD}", "levels": [
        {"points": 0, "text": "Nope"}, {"points": 1, "text": AWKWARD},
    ]},
    {"id": "two", "text": "Second", "levels": [
        {"points": 1.5, "text": "Whole"}, {"points": 0.5, "text": "Half"}, {"points": 0, "text": "None"},
    ]},
]  # fmt: skip


def quiz(**fields):
    about = {"points": 2.5, "rubric": RUBRIC, "model_answer": f"Model **answer**. {AWKWARD}", "lines": 12} | fields
    return quiz_of(question("free_text", "q-free", **about), graded=True)


def moodle(**fields):
    return ET.fromstring(moodle_xml([quiz(**fields)])).find("question[@type='essay']")


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def canvas(**fields):
    package = zipfile.ZipFile(io.BytesIO(canvas_zip([quiz(**fields)])))
    texts = [package.read(name).decode() for name in package.namelist() if name.endswith(".xml")]
    return next(text for text in texts if "essay_question" in text)


def test_moodle_gets_an_essay_of_plain_text_with_its_points_and_height():
    node = moodle()
    assert node.findtext("responseformat") == "plain"
    assert (node.findtext("responsefieldlines"), node.findtext("defaultgrade")) == ("12", "2.5")


def test_moodles_marker_sees_the_model_answer_and_the_whole_rubric():
    told = moodle().findtext("graderinfo/text")
    assert "<strong>answer</strong>" in told
    text = words(told)
    for part in ("It is judged by: First", "Second Whole 1.5 points Half 0.5 points None 0 points", "Nope 0 points"):
        assert part in text
    assert "If it is right" not in text


def test_learners_see_the_criteria_and_no_level_before_they_answer():
    text = words(moodle(max_words=80).findtext("questiontext/text"))
    assert "Write your answer in your own words. Use at most 80 words." in text
    assert "Your answer is judged by: First" in text
    assert "Second up to 1.5 points" in text
    for level in ("Nope", "Whole", "Half", "Model"):
        assert level not in text
    assert "judged" not in moodle(rubric_shown=False).findtext("questiontext/text")


@pytest.mark.parametrize("shown", [True, False])
def test_canvas_gets_an_essay_with_the_model_answer_as_its_comment(shown):
    item = canvas(rubric_shown=shown)
    assert "&lt;strong&gt;answer&lt;/strong&gt;" in item
    assert ("Your answer is judged by" in item) is shown
    assert "Whole" not in item, "its comments are for learners, and it has no place for a rubric"
    ET.fromstring(item)
