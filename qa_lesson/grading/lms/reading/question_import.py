"""Bring the questions of another system into a quiz file, with a report of what could not be brought."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from qa_lesson.errors import DataError, shorten
from qa_lesson.grading.formats.tables import table_text
from qa_lesson.grading.lms.reading.converting import ConvertedQuestion, convert_question
from qa_lesson.grading.lms.reading.from_gift import gift_questions
from qa_lesson.grading.lms.reading.from_moodle import moodle_questions
from qa_lesson.grading.lms.reading.from_qti import qti_package, qti_questions
from qa_lesson.grading.lms.reading.naming import QuestionIds
from qa_lesson.grading.lms.reading.quiz_text import quiz_yaml
from qa_lesson.grading.lms.reading.source_files import parse_xml, read_source, source_text, without_namespaces
from qa_lesson.grading.lms.reading.source_questions import SourceFile
from qa_lesson.quiz.bank.files import parse_quiz

_HEADER: Final = ("number", "name", "type", "result", "id", "not_converted", "lost")

Result = Literal["converted", "converted, something lost", "not converted"]


@dataclass(frozen=True)
class ImportedQuiz:
    """What came out of a file.

    Args:
        text: of the quiz file; empty: no question could be converted.
        title: of the quiz.
        format: of the source, by name.
        questions: what became of each, in the order of the file.
        lost: what belongs to no question.
    """

    text: str
    title: str
    format: str
    questions: tuple[ConvertedQuestion, ...]
    lost: tuple[str, ...]

    @property
    def n_converted(self) -> int:
        """Questions of the source that were converted."""
        return sum(not one.faults for one in self.questions)

    @property
    def refused(self) -> tuple[ConvertedQuestion, ...]:
        """Those that could not be."""
        return tuple(one for one in self.questions if one.faults)

    def report(self) -> str:
        """The report as CSV: a row for each question, and one for each thing that belongs to none."""
        rows = [(None, "", self.format, "", "", "", text) for text in self.lost]
        return table_text(_HEADER, [*rows, *self._rows()])

    def _rows(self) -> Iterator[tuple[int | str, ...]]:
        for one in self.questions:
            ids = ", ".join(question["id"] for question in one.questions)
            faults, lost = "; ".join(one.faults), "; ".join(one.lost)
            yield one.source.number, one.source.name, one.source.type, result_of(one), ids, faults, lost


def result_of(question: ConvertedQuestion) -> Result:
    """What became of a question, in words."""
    if question.faults:
        return "not converted"
    return "converted, something lost" if question.lost else "converted"


def import_questions(path: str | Path, title: str | None = None) -> ImportedQuiz:
    """Read a file of questions and make a graded quiz of it.

    Args:
        path: Moodle XML, GIFT, or a QTI 1.2 package or file; its content says which.
        title: of the quiz; None: that of the source, or the file's name.

    Raises:
        DataError: the file is none of these, passes a limit, or holds no question.
    """
    path = Path(path)
    source = read_questions(read_source(path), str(path))
    if not source.questions:
        raise DataError(
            "there is no question in the file", where=str(path), received=source.format, fix="export it again"
        )
    ids = QuestionIds()
    converted = tuple(convert_question(question, ids) for question in source.questions)
    name = " ".join((title or source.title or path.stem).split()) or "Imported quiz"
    fields = [question for one in converted for question in one.questions]
    pools, lost = _pools(source, converted, ids)
    text = quiz_yaml(name, fields, path.name, pools) if fields else ""
    if text:
        parse_quiz(text, Path("imported.yaml"))  # what is written can be read
    return ImportedQuiz(text, name, source.format, converted, (*source.lost, *lost))


def _pools(
    source: SourceFile, converted: Sequence[ConvertedQuestion], ids: QuestionIds
) -> tuple[list[dict[str, Any]], list[str]]:
    """Groups of the source as pools, and what is lost of those that cannot be one."""
    pools: list[dict[str, Any]] = []
    lost: list[str] = []
    for name, take in source.groups.items():
        members = [question for one in converted if one.source.group == name for question in one.questions]
        whole = all(len(one.questions) <= 1 for one in converted if one.source.group == name)
        alike = len({(question["points"], question.get("difficulty")) for question in members}) == 1
        if whole and alike and 0 < take < len(members):
            pool_id = ids.take([f"pool {name}"], len(pools) + 1)
            pools.append({"id": pool_id, "take": take, "questions": [question["id"] for question in members]})
        elif take != len(members):
            lost.append(f"the group {name!r}, which draws {take} questions for each learner: here all are asked")
    return pools, lost


def read_questions(content: bytes, where: str) -> SourceFile:
    """The questions of a file, as the source has them.

    Args:
        content: of the file.
        where: it is, for messages.

    Raises:
        DataError: as `import_questions`.
    """
    return _reader(content)(content, where)


def _reader(content: bytes) -> Callable[[bytes, str], SourceFile]:
    if content.startswith(b"PK\x03\x04"):
        return qti_package
    start = content[:400].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").replace(b"\0", b"")
    return _xml if start.startswith((b"<?xml", b"<quiz", b"<questestinterop", b"<!")) else _gift


def _xml(content: bytes, where: str) -> SourceFile:
    root = without_namespaces(parse_xml(content, where))
    if root.tag == "quiz":
        return moodle_questions(root)
    if root.tag == "questestinterop":
        return qti_questions([root])
    raise DataError(
        "this XML holds no questions that can be read",
        where=where,
        received=f"<{shorten(root.tag, 40)}>",
        fix="give Moodle XML, GIFT, or a QTI 1.2 package",
    )


def _gift(content: bytes, where: str) -> SourceFile:
    found = gift_questions(source_text(content, where))
    if all(question.body is None for question in found.questions):
        raise DataError(
            "this is no file of questions that can be read",
            where=where,
            fix="give Moodle XML, GIFT (questions with answers in braces), or a QTI 1.2 package",
        )
    return found
