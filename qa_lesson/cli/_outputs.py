"""No command writes over what it reads, or over a file that it could not have written itself, unless it is told to.

Every command names its outputs and inputs to `check_outputs` before it reads anything. What a file is, its content
says, not its name.
"""

from __future__ import annotations

import csv
import json
import os
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from qa_lesson.errors import ConfigError, DataError

Force = Annotated[bool, typer.Option("--force", help="Write even over an input, or over a file of another kind.")]


@dataclass(frozen=True)
class Kind:
    """A kind of file that a command writes, or of folder that it replaces as a whole.

    Args:
        name: in messages.
        is_one: whether what is at a path is of this kind.
        folder: a folder is never replaced by force: it may hold more than the command wrote.
    """

    name: str
    is_one: Callable[[Path], bool]
    folder: bool = False

    @property
    def fix(self) -> str:
        """What to do when something else is in the way."""
        other = "choose another folder" if self.folder else "choose another name, or repeat the command with --force"
        return f"{other}; nothing was read or written"


@dataclass(frozen=True)
class Output:
    """One file or folder that a command is going to write; no path, nothing written.

    Args:
        option: how it was asked for.
        path: where.
        kind: what will be written.
    """

    option: str
    path: Path | None
    kind: Kind


def check_outputs(outputs: Sequence[Output], inputs: Iterable[str | Path | None], force: bool) -> None:
    """Make sure that writing the outputs loses nothing; read nothing but what is at the outputs.

    An input counts under any spelling of its path and through symbolic and hard links. A name that is no path, as
    that of a model, does no harm among the inputs.

    Raises:
        ConfigError: an output is an input, or another output, or a folder that holds an input, or a file of another
            kind, and `force` is false.
    """
    if force:
        return
    given = [Path(path) for path in inputs if path is not None and Path(path).exists()]
    wanted = [output for output in outputs if output.path is not None]
    for place, output in enumerate(wanted):
        path = output.path
        assert path is not None
        for other in given:
            if _same(path, other) or (output.kind.folder and other.resolve().is_relative_to(path.resolve())):
                raise ConfigError(
                    "the output would be written over an input",
                    where=f"{output.option} {path}",
                    received=f"{other} is read",
                    fix=output.kind.fix,
                )
        for earlier in wanted[:place]:
            if earlier.path is not None and _same(path, earlier.path):
                raise ConfigError(
                    "two outputs have one name",
                    where=f"{earlier.option} {earlier.path} and {output.option} {path}",
                    fix="give each its own name; nothing was read or written",
                )
        _check_kind(path, output.option, output.kind)


def _check_kind(path: Path, option: str, kind: Kind) -> None:
    if not os.path.lexists(path):
        return
    if path.is_dir() and not kind.folder:
        found = "a folder"
    elif path.exists() and not path.is_file() and not path.is_dir():
        found = "no ordinary file"
    elif _holds(path, kind):
        return
    else:
        found = f"something that is not {kind.name}"
    raise ConfigError(
        "the output would be written over something else",
        where=f"{option} {path}",
        received=found,
        fix=kind.fix,
    )


def _holds(path: Path, kind: Kind) -> bool:
    try:
        if kind.folder:
            return not path.exists() or (path.is_dir() and (not any(path.iterdir()) or kind.is_one(path)))
        return not path.exists() or path.stat().st_size == 0 or kind.is_one(path)
    except (OSError, ValueError, RecursionError, zipfile.BadZipFile, csv.Error):
        return False


def _same(first: Path, second: Path) -> bool:
    try:
        return first.samefile(second)
    except OSError:  # one of them is not there yet
        return _spelled(first) == _spelled(second)


def _spelled(path: Path) -> str:
    """The path as file systems that fold case and accents compare it."""
    return unicodedata.normalize("NFC", str(path.resolve())).casefold()


def _json(path: Path) -> dict[str, Any]:
    record = json.loads(path.read_text(encoding="utf-8-sig"))
    return record if isinstance(record, dict) else {}


def _first_record(path: Path) -> dict[str, Any]:
    with path.open(encoding="utf-8-sig") as file:
        record = json.loads(file.readline())
    return record if isinstance(record, dict) else {}


def _columns(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return next(csv.reader(file), [])


def _is_squad(path: Path) -> bool:
    data = _json(path).get("data")
    return isinstance(data, list) and all(isinstance(one, dict) and "paragraphs" in one for one in data)


def _is_predictions(path: Path) -> bool:
    record = json.loads(path.read_text(encoding="utf-8-sig"))
    return isinstance(record, dict) and all(isinstance(text, str) for text in record.values())


def _is_notebook(path: Path) -> bool:
    return any("take_quiz(" in "".join(cell["source"]) for cell in _json(path).get("cells", []))


def _is_assignment(path: Path) -> bool:
    return any("grade_answer(" in "".join(cell["source"]) for cell in _json(path).get("cells", []))


def _says(*texts: str) -> Callable[[Path], bool]:
    """Whether all the texts are at the beginning of the file."""

    def is_one(path: Path) -> bool:
        with path.open(encoding="utf-8-sig") as file:
            start = file.read(4000)
        return all(text in start for text in texts)

    return is_one


def _has_format(name: str) -> Callable[[Path], bool]:
    return lambda path: _json(path).get("format") == name


def _has_pages(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        return all(name.endswith("feedback.html") for name in archive.namelist())


def _has_members(*names: str) -> Callable[[Path], bool]:
    def is_one(path: Path) -> bool:
        with zipfile.ZipFile(path) as archive:
            return bool({*names} & {*archive.namelist()})

    return is_one


def _is_questions(path: Path) -> bool:
    """Whether questions can be read from a file, in whatever format."""
    from qa_lesson.loading import read_examples

    try:
        return bool(read_examples(path).examples)
    except DataError:
        return False


MODEL = Kind("a model that finetune wrote", lambda path: (path / "qa_lesson_run.json").is_file(), folder=True)
SEED_RUNS = Kind(
    "models that finetune --seeds wrote", lambda path: (path / "qa_lesson_seeds.json").is_file(), folder=True
)
ONNX_MODEL = Kind("a model that export-onnx wrote", lambda path: (path / "model.onnx").is_file(), folder=True)
OPENVINO_MODEL = Kind(
    "a model that export-openvino wrote", lambda path: (path / "openvino_model.xml").is_file(), folder=True
)
SQUAD = Kind("SQuAD JSON", _is_squad)
PREDICTIONS = Kind("a file of predictions", _is_predictions)
ANSWERS = Kind("a file of answers", lambda path: {"id", "text", "no_answer_score"} <= _first_record(path).keys())
QUESTIONS = Kind("a file of questions", _is_questions)
ANNOTATIONS = Kind("an annotation file", lambda path: "qa_lesson_annotations" in _first_record(path))
PASSAGES = Kind("a file of passages", lambda path: {"id", "document", "text"} <= _first_record(path).keys())
SETTINGS = Kind("settings for answers", lambda path: {"weights", "threshold", "risk"} <= _json(path).keys())
INDEX = Kind("an index", lambda path: _json(path / "index.json").get("format") == "qa-lesson index", folder=True)
REPORT = Kind("a report of this package", _says("<!DOCTYPE html>", "default-src 'none'; img-src data:"))
SERVICE_LOG = Kind("the log of a service", lambda path: {"kind", "id"} <= _first_record(path).keys())
WATCH_PAGE = Kind("a page about a log", _says("<!DOCTYPE html>", "<title>What was asked</title>"))
MODEL_CARD = Kind("a model card", _says("---\n", "pipeline_tag: question-answering"))
SCHEMA = Kind("the schema of quiz files", lambda path: _json(path).get("title") == "QuizFile")
TEMPLATE = Kind("the template of a graded quiz", _says("# A graded quiz."))
MARKS = Kind("a file of marks", lambda path: _first_record(path).get("format") == "qa-lesson marks")
KEY = Kind("the key of a graded quiz", _has_format("qa-lesson key"))
BUNDLE = Kind("a graded quiz for learners", _has_format("qa-lesson bundle"))
NOTEBOOK = Kind("the notebook of a graded quiz", _is_notebook)
LEARNER_README = Kind("the README of a graded quiz", _says("with the package qa-lesson", "quiz.ipynb"))
COURSE_SETTINGS = Kind("the settings of a course for an autograder", _says("begun by qa-lesson"))
COURSE_README = Kind("the README of a course for an autograder", _says("Written by qa-lesson"))
ASSIGNMENT = Kind("an assignment that this command wrote", _is_assignment)
PROGRESS = Kind("exported progress", _has_format("qa-lesson progress"))
CLASS_PAGE = Kind("a page about a class", _says("<!DOCTYPE html>", "<title>The class at a glance</title>"))
PARTICIPATION = Kind(
    "a table of participation",
    lambda path: any(name.startswith(("lessons_percent", "Lessons worked through")) for name in _columns(path)),
)
MOODLE_QUIZ = Kind("a quiz in Moodle XML", _says("<?xml", "<quiz>"))
CANVAS_QUIZ = Kind("a QTI package", _has_members("imsmanifest.xml"))
IMPORTED_QUIZ = Kind("a new quiz", lambda path: False)  # an imported quiz has been edited since, so it is kept
IMPORT_REPORT = Kind("a report of an import", lambda path: _columns(path)[-2:] == ["not_converted", "lost"])
FEEDBACK_PAGES = Kind("an archive of feedback pages", _has_pages)
ANKI = Kind("an Anki deck", _has_members("collection.anki2", "collection.anki21"))
CANVAS_GRADES = Kind("grades for Canvas", lambda path: _columns(path)[:2] == ["Student", "ID"])
MOODLE_GRADES = Kind("grades for Moodle", lambda path: any(name.endswith(" (Real)") for name in _columns(path)))
LTI_GRADES = Kind("scores of LTI", lambda path: {"userId", "activityProgress"} <= _first_record(path).keys())
SIMILAR_TABLE = Kind("a table of similar answers", lambda path: {"both_wrong", "same_wrong"} <= {*_columns(path)})
SIMILAR_RECORD = Kind("a record of similar answers", lambda path: "pairs_compared" in _json(path))
