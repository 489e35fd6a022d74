"""Questions as a QTI 1.2 package in the dialect that Canvas imports.

text2qti writes that dialect too, but from a text format of its own, without matching, with whole and half points only,
without numbers near 0, with other quotes than the bank's texts have, and with today's date: so it is written here.

The zip holds ``imsmanifest.xml`` and, for each quiz, a folder with the questions (IMS QTI 1.2) and Canvas's own
settings next to them. Names and dates inside do not depend on when it is made: the same quizzes give the same bytes,
and an import with "overwrite assessment content with matching IDs" brings a newer version of the same questions.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from xml.dom.minidom import Element

from qa_lesson.grading.formats.archives import archive_bytes
from qa_lesson.grading.lms.content import check_quizzes, decimal_text
from qa_lesson.grading.lms.markup import document, element
from qa_lesson.grading.lms.qti_items import ident, item
from qa_lesson.quiz.bank.models import Quiz
from qa_lesson.quiz.kinds.shared.forms import exact
from qa_lesson.storage import file_atomically

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
_CANVAS = "http://canvas.instructure.com/xsd/cccv1p0"
_PACKAGE = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"


def export_canvas(path: str | Path, quizzes: Sequence[Quiz]) -> Path:
    """Write quizzes as one QTI package for Canvas ("Import course content", "QTI .zip file").

    Args:
        path: of the zip.
        quizzes: each becomes a quiz, practice unless it says that it is graded. Pools (placement, mastery) give all
            of their questions.

    Raises:
        ConfigError: two quizzes have the same name.
        BankError: a text holds a character that XML cannot.
        StorageError: the file cannot be written; what was there before is untouched.
    """
    path = Path(path)
    package = canvas_zip(quizzes)
    with file_atomically(path) as unfinished:
        unfinished.write_bytes(package)
    return path


def canvas_zip(quizzes: Sequence[Quiz]) -> bytes:
    """The bytes of the package.

    Raises:
        ConfigError, BankError: as `export_canvas`.
    """
    check_quizzes(quizzes)
    files = {"imsmanifest.xml": _manifest(quizzes)}
    for quiz in quizzes:
        name = ident("assessment", quiz.name)
        files[f"{name}/{name}.xml"] = _assessment(quiz)
        files[f"{name}/assessment_meta.xml"] = _settings(quiz)
    return archive_bytes(files)


def _manifest(quizzes: Sequence[Quiz]) -> bytes:
    resources = []
    for quiz in quizzes:
        name, settings = ident("assessment", quiz.name), ident("settings", quiz.name)
        resources.append(
            element(
                "resource",
                element("file", href=f"{name}/{name}.xml"),
                element("dependency", identifierref=settings),
                identifier=name,
                type="imsqti_xmlv1p2",
            )
        )
        resources.append(
            element(
                "resource",
                element("file", href=f"{name}/assessment_meta.xml"),
                identifier=settings,
                type="associatedcontent/imscc_xmlv1p1/learning-application-resource",
                href=f"{name}/assessment_meta.xml",
            )
        )
    metadata = element("metadata", element("schema", "IMS Content"), element("schemaversion", "1.1.3"))
    root = element(
        "manifest",
        metadata,
        element("organizations"),
        element("resources", *resources),
        identifier=ident("manifest", *[quiz.name for quiz in quizzes]),
        xmlns=_PACKAGE,
    )
    return document(root)


def _assessment(quiz: Quiz) -> bytes:
    items = [item(question, quiz.name) for question in quiz.questions]
    attempts = element("fieldlabel", "cc_maxattempts"), element("fieldentry", _attempts(quiz))
    root = element(
        "questestinterop",
        element(
            "assessment",
            element("qtimetadata", element("qtimetadatafield", *attempts)),
            element("section", *items, ident="root_section"),
            ident=ident("assessment", quiz.name),
            title=quiz.title,
        ),
        xmlns=_QTI,
    )
    root.setAttribute("xmlns:xsi", _XSI)
    root.setAttribute("xsi:schemaLocation", f"{_QTI} {_QTI}p1.xsd")
    return document(root)


def _attempts(quiz: Quiz) -> str:
    return "1" if quiz.graded else "-1"  # -1: as often as one likes


def _settings(quiz: Quiz) -> bytes:
    fields = {
        "title": quiz.title,
        "description": "",
        "shuffle_answers": "true",
        "scoring_policy": "keep_highest",
        "quiz_type": "assignment" if quiz.graded else "practice_quiz",
        "points_possible": decimal_text(sum((exact(question.points) for question in quiz.questions), Decimal())),
        "show_correct_answers": "false" if quiz.graded else "true",
        "allowed_attempts": _attempts(quiz),
        "one_question_at_a_time": "false",
        "available": "false",
    }
    parts: list[Element] = [element(name, text) for name, text in fields.items()]
    return document(element("quiz", *parts, identifier=ident("assessment", quiz.name), xmlns=_CANVAS))
