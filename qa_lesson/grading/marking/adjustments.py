"""What the instructor decides after the fact: a faulty question, an answer that deserves more, a file in doubt.

The key and the submissions stay as they are. Each decision has a reason, which the people concerned can read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import Field, TypeAdapter, ValidationError

from qa_lesson.errors import DataError, shorten
from qa_lesson.grading.formats.records import Key
from qa_lesson.grading.formats.rules import Adjustment
from qa_lesson.grading.marking.roster import Roster
from qa_lesson.quiz.bank.yaml_text import QuizText
from qa_lesson.quiz.kinds.registry import Question
from qa_lesson.quiz.kinds.shared.fields import FileModel, Line, Prose
from qa_lesson.quiz.kinds.shared.marks import Response

_EXAMPLE: Final = "adjustments:\n  - void: q-seven\n    reason: Two options were right."
_NO_LIST: Final = ("the file holds no list of adjustments", f"write\n{_EXAMPLE}")
_Credit = Annotated[float, Field(strict=True, ge=0, le=1)]


class _Entry(FileModel):
    reason: Line
    """Why, for the report and for the learners concerned."""


class Void(_Entry):
    """A question that counts for no one: its points are taken off the possible points."""

    void: str


class Bonus(_Entry):
    """A question whose points go to everyone who handed in, whatever they answered."""

    bonus: str


class Accept(_Entry):
    """A further answer that earns points: an option, a text, a number, another order or another piece of code."""

    accept: str
    response: str | float | list[str]
    credit: _Credit = 1.0
    """Share of the question's points."""


class Override(_Entry):
    """What one learner earns on one question."""

    override: str
    learner: str
    credit: _Credit | None = None
    """Share of the question's points; or `points`."""
    points: Annotated[float, Field(strict=True, ge=0)] | None = None
    comment: Prose | None = None
    """Feedback for the learner, in place of the key's."""


class Count(_Entry):
    """A file that was held back and counts after all."""

    count: str
    """Its name, as rejects.csv has it."""
    learner: str


class Dismiss(_Entry):
    """A file that was held back and stays without effect."""

    dismiss: str
    """Its name, as rejects.csv has it."""


_MODELS: Final[Mapping[str, type[_Entry]]] = {
    "void": Void, "bonus": Bonus, "accept": Accept, "override": Override, "count": Count, "dismiss": Dismiss,
}  # fmt: skip
_ADAPTERS: Final = {name: TypeAdapter(model) for name, model in _MODELS.items()}


@dataclass(frozen=True)
class Adjustments:
    """Decisions, each of them checked against key and roster.

    Args:
        questions: "void" or "bonus" by question id.
        accepted: further answers, their credit and the reason, by question id.
        overrides: credit, comment and reason by learner id and question id.
        files: whose a file is (None: it counts for no one) and the reason, by its name in ``rejects.csv``.
        records: all of them in words, in the order of the file.
    """

    questions: Mapping[str, tuple[Literal["void", "bonus"], str]] = field(default_factory=dict)
    accepted: Mapping[str, tuple[Accept, ...]] = field(default_factory=dict)
    overrides: Mapping[tuple[str, str], Override] = field(default_factory=dict)
    files: Mapping[str, tuple[str | None, str]] = field(default_factory=dict)
    records: tuple[Adjustment, ...] = ()


def read_adjustments(path: str | Path, key: Key, roster: Roster) -> Adjustments:
    """Read the instructor's decisions.

    Args:
        path: a YAML file with a list under ``adjustments``; each entry has a reason and one of void, bonus, accept,
            override, count and dismiss.
        key: whose questions they are about.
        roster: whose learners they are about.

    Raises:
        DataError: the file cannot be read, or an entry names something that does not exist, contradicts another one,
            or has a key too many or too few; the message has the line.
    """
    try:
        content = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        what = "is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else f"cannot be read: {error.strerror}"
        raise DataError(f"the file of adjustments {what}", where=str(path), fix="check its path") from error
    text = QuizText.read(content, str(path), _NO_LIST)
    for finding in text.findings:
        place = str(path) if finding.line is None else f"{path}, line {finding.line}"
        raise DataError(f"the adjustments cannot be used: {finding.what}", where=place, fix=finding.fix)
    entries = text.data.get("adjustments") if isinstance(text.data, dict) else None
    if not isinstance(entries, list) or len(text.data) > 1:
        raise DataError(_NO_LIST[0], where=str(path), received=shorten(content), fix=_NO_LIST[1])
    return _Checker(key, roster, text).all(entries)


class _Checker:
    """Turns entries into decisions."""

    def __init__(self, key: Key, roster: Roster, text: QuizText) -> None:
        self._questions = {question.id: question for question in key.questions}
        self._roster, self._text = roster, text
        self._place = 0

    def all(self, entries: Sequence[Any]) -> Adjustments:
        """All entries."""
        questions: dict[str, tuple[Literal["void", "bonus"], str]] = {}
        accepted: dict[str, tuple[Accept, ...]] = {}
        overrides: dict[tuple[str, str], Override] = {}
        files: dict[str, tuple[str | None, str]] = {}
        records = []
        for self._place, raw in enumerate(entries):
            match entry := self._entry(raw):
                case Void() | Bonus():
                    kind: Literal["void", "bonus"] = "void" if isinstance(entry, Void) else "bonus"
                    name = self._question(entry.void if isinstance(entry, Void) else entry.bonus).id
                    self._once(name in questions, f"question {name} is voided or a bonus already")
                    questions[name] = kind, entry.reason
                    records.append(Adjustment(kind, entry.reason, question=name))
                case Accept():
                    question = self._question(entry.accept)
                    self._check_response(question, entry.response)
                    accepted[question.id] = (*accepted.get(question.id, ()), entry)
                    what = f"{question.response_line(entry.response)} earns {entry.credit:g}"
                    records.append(Adjustment("accept", entry.reason, question=question.id, what=what))
                case Override():
                    question, learner = self._question(entry.override), self._learner(entry.learner)
                    self._once((learner, question.id) in overrides, f"{question.id} of {learner} is overridden already")
                    credit = self._credit(entry, question)
                    overrides[learner, question.id] = entry.model_copy(update={"credit": credit})
                    what = f"{credit * question.points:g} of {question.points:g} points"
                    records.append(Adjustment("override", entry.reason, question.id, learner, what))
                case Count() | Dismiss():
                    file = entry.count if isinstance(entry, Count) else entry.dismiss
                    who = self._learner(entry.learner) if isinstance(entry, Count) else None
                    self._once(file in files, f"{file} is decided already")
                    files[file] = who, entry.reason
                    of_file: Literal["count", "dismiss"] = "count" if who else "dismiss"
                    records.append(Adjustment(of_file, entry.reason, learner=who or "", what=file))
        return Adjustments(questions, accepted, overrides, files, tuple(records))

    def _entry(self, raw: Any) -> _Entry:
        kinds = sorted(_MODELS.keys() & raw.keys()) if isinstance(raw, dict) else []
        if len(kinds) != 1:
            what = "an adjustment has several of " if kinds else "an adjustment has none of "
            raise self._error(f"{what}{', '.join(_MODELS)}", f"write\n{_EXAMPLE}", shorten(str(raw)))
        try:
            entry: _Entry = _ADAPTERS[kinds[0]].validate_python(raw)
        except ValidationError as error:
            problem = error.errors(include_url=False)[0]
            name = ".".join(str(step) for step in problem["loc"][:1])
            known = ", ".join(_MODELS[kinds[0]].model_fields)
            what = {
                "missing": f"{name} is missing",
                "extra_forbidden": f"{name} is not a key of {kinds[0]}",
            }.get(problem["type"], f"{name}: {problem['msg']}")
            raise self._error(f"an adjustment cannot be used: {what}", f"{kinds[0]} takes: {known}") from error
        return entry

    def _question(self, name: str) -> Question:
        if name not in self._questions:
            raise self._error("there is no such question", f"use one of {', '.join(self._questions)}", name)
        return self._questions[name]

    def _learner(self, name: str) -> str:
        learner = self._roster.find(name)
        if learner is None:
            raise self._error("there is no such learner on the roster", "write their id, address or login", name)
        return learner.id

    def _check_response(self, question: Question, response: Response) -> None:
        if fault := question.response_fault(response):
            raise self._error(
                f"this cannot be an answer to {question.id}: {fault}",
                "write the id of an option, a list of ids, or what learners type",
                str(response),
            )

    def _credit(self, entry: Override, question: Question) -> float:
        if (entry.credit is None) == (entry.points is None):
            raise self._error("an override needs either credit or points", "write credit: 0.5, or points: 1")
        if entry.points is not None and entry.points > question.points:
            fix = f"{question.id} has {question.points:g}"
            raise self._error("an override gives more points than there are", fix, f"{entry.points:g}")
        return entry.credit if entry.credit is not None else (entry.points or 0.0) / question.points

    def _once(self, repeated: bool, what: str) -> None:
        if repeated:
            raise self._error(what, "keep one of the entries")

    def _error(self, what: str, fix: str, received: str | None = None) -> DataError:
        line = self._text.line_of(("adjustments", self._place))
        return DataError(what, where=f"{self._text.source}, line {line}", received=received, fix=fix)


def told_adjustments(records: Sequence[Adjustment]) -> Iterator[str]:
    """The decisions, a sentence each, for reports."""
    for one in records:
        about = " ".join(part for part in (one.question, one.what and f"({one.what})") if part)
        yield f"{one.kind} {about}{f' for {one.learner}' if one.learner else ''}: {one.reason}"
