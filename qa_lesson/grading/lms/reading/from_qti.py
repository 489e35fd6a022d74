"""Questions of a QTI 1.2 package, as Canvas exports its classic quizzes and this package writes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from qa_lesson.errors import DataError
from qa_lesson.grading.lms.reading.qti_items_read import qti_question
from qa_lesson.grading.lms.reading.source_files import SourceArchive, parse_xml, without_namespaces
from qa_lesson.grading.lms.reading.source_questions import SourceFile, SourceQuestion

_MANIFEST: Final = "imsmanifest.xml"
_WHOLE: Final = "non_cc_assessments/"
"""Canvas's own files in the export of a whole course; the others in it have less of the same quizzes."""


def qti_package(content: bytes, where: str) -> SourceFile:
    """The questions of a package.

    Args:
        content: of the zip.
        where: it is, for messages.

    Raises:
        DataError: it is damaged, passes a limit, has no manifest, or is a package of QTI 2.1 or later.
    """
    archive = SourceArchive(content, where)
    if _MANIFEST not in archive.names:
        raise DataError(
            "the archive is no QTI package",
            where=where,
            received=f"no {_MANIFEST}",
            fix="in Canvas, choose Settings, Export Course Content, Quiz, and give the zip as it was downloaded",
        )
    manifest = without_namespaces(parse_xml(archive.read(_MANIFEST), f"{where}, {_MANIFEST}"))
    resources = list(manifest.iter("resource"))
    listed = [name for one in resources if (one.get("type") or "").startswith("imsqti_xmlv1p2") for name in _files(one)]
    listed = [name for name in archive.names if name.startswith(_WHOLE)] or listed
    if not listed:
        kinds = sorted({one.get("type") or "" for one in resources})
        later = [kind for kind in kinds if "xmlv2" in kind or "xmlv3" in kind]
        raise DataError(
            "the package holds QTI 2 questions, which are not read" if later else "the package holds no quiz",
            where=where,
            received=", ".join(later or kinds)[:100] or "no resources",
            fix='in Canvas, export it as a classic quiz: "Export for Classic", or move the quiz to a classic one first'
            if later
            else "export the quiz again",
        )
    roots = [without_namespaces(parse_xml(archive.read(name), f"{where}, {name}")) for name in dict.fromkeys(listed)]
    return qti_questions(roots)


def qti_questions(roots: Sequence[Element]) -> SourceFile:
    """The questions of QTI 1.2 documents.

    Args:
        roots: elements ``questestinterop``, without namespaces.
    """
    found = SourceFile("QTI 1.2")
    titles = []
    for root in roots:
        assessment = next((node for node in root.iter() if node.tag in ("assessment", "objectbank")), root)
        titles.append((assessment.get("title") or "").strip())
        grouped = dict(_groups(assessment, found))
        for node in assessment.iter():
            if node.tag == "item":
                question = qti_question(node, len(found.questions) + 1)
                question.group, points = grouped.get(node, ("", None))
                question.points = question.points if points is None else points
                found.questions.append(question)
            elif node.tag == "sourcebank_ref":
                told = "it stands for random questions of a bank, which is not in the file"
                found.questions.append(SourceQuestion(len(found.questions) + 1, "question group", faults=[told]))
    if len(titles) == 1:
        found.title = titles[0]
    else:
        found.lost.extend(f"the quiz {title!r}, whose questions are among the others" for title in titles if title)
    return found


def _files(resource: Element) -> Iterator[str]:
    names = [one.get("href") or "" for one in resource.iter("file")] or [resource.get("href") or ""]
    yield from (unquote(name) for name in names if name.lower().endswith((".xml", ".qti")))


def _groups(assessment: Element, found: SourceFile) -> Iterator[tuple[Element, tuple[str, float | None]]]:
    """The items of groups that draw some of theirs for each learner, with the group and the points that it gives."""
    for section in assessment.iter("section"):
        items = section.findall("item")
        number = (section.findtext("selection_ordering/selection/selection_number") or "").strip()
        if not items or not number.isascii() or not number.isdigit() or len(number) > 6:
            continue
        name = base = section.get("title") or section.get("ident") or "group"
        again = 2
        while name in found.groups:
            name, again = f"{base} {again}", again + 1
        found.groups[name] = int(number)
        points = section.findtext("selection_ordering/selection/selection_extension/points_per_item")
        yield from ((item, (name, _points(points))) for item in items)


def _points(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None
