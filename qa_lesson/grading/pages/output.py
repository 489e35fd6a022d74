"""The output folder of a grading: tables, report, feedback pages and a manifest, written as a whole or not at all.

The same input gives the same bytes: nothing in the files tells when or where they were written.
"""

from __future__ import annotations

import dataclasses
import hashlib
import importlib.metadata
import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from qa_lesson.errors import ConfigError
from qa_lesson.grading.analysis.flags import class_flags, flags
from qa_lesson.grading.analysis.item_analysis import ItemAnalysis, analyse_items, analysis_record
from qa_lesson.grading.formats.records import Key
from qa_lesson.grading.formats.results import RESULTS_FILE, results_json
from qa_lesson.grading.formats.review_items import REVIEW_ITEMS_FILE, make_review_items, review_items_json
from qa_lesson.grading.marking.grade import Graded, Track, untracked
from qa_lesson.grading.marking.regrade import MANIFEST_FILE, Change, changes_csv
from qa_lesson.grading.pages.class_report import class_report_html
from qa_lesson.grading.pages.feedback import FOLDER, FeedbackPages, page_names
from qa_lesson.grading.pages.gradebook import (
    gradebook_csv,
    items_csv,
    needs_review_csv,
    options_csv,
    rejects_csv,
    responses_csv,
)
from qa_lesson.storage import folder_atomically

_FORMAT: Final = "qa-lesson grading"
_VERSION: Final = 1


@dataclass(frozen=True)
class WrittenGrades:
    """What was written.

    Args:
        analysis: of the questions.
        flags: everything to look at: in the class, then in the order of the questions.
        files: name and SHA-256 of every file in the folder but the manifest.
    """

    analysis: ItemAnalysis
    flags: tuple[str, ...]
    files: Mapping[str, str]


@dataclass
class _Folder:
    """A folder that is filled, and the hash of everything in it."""

    path: Path
    files: dict[str, str] = field(default_factory=dict)

    def write(self, name: str, text: str) -> None:
        content = text.encode()
        (self.path / name).write_bytes(content)
        self.files[name] = hashlib.sha256(content).hexdigest()


def write_grading(
    graded: Graded,
    key: Key,
    folder: str | Path,
    *,
    inputs: Mapping[str, str | Path],
    changes: Sequence[Change] | None = None,
    solutions: bool = False,
    track: Track = untracked,
) -> WrittenGrades:
    """Write everything about a graded quiz into `folder`, which replaces what an earlier grading wrote there.

    Args:
        graded: of `qa_lesson.grading.marking.grade.grade`.
        key: that it was graded with.
        folder: see `check_output`.
        inputs: the other files that the grades depend on (key, roster, reviews ...), by what they are.
        changes: against an earlier grading; None: not compared.
        solutions: whether feedback pages show the right answers and their steps.
        track: for a progress bar.

    Raises:
        ConfigError: the folder holds something that no grading wrote.
        StorageError: it cannot be written; what was there before is unchanged.
    """
    check_output(folder)
    results = graded.results
    analysis = analyse_items(results, key)
    told = {item.question.id: flags(item) for item in analysis.items}
    pages = page_names(results)
    versions = _versions()
    to_review = make_review_items(results, key, graded.by_hand)
    with folder_atomically(folder) as fresh:
        out = _Folder(fresh)
        out.write("gradebook.csv", gradebook_csv(results, pages))
        out.write("responses.csv", responses_csv(results))
        out.write("item_analysis.csv", items_csv(analysis, told))
        out.write("option_analysis.csv", options_csv(analysis))
        out.write("item_analysis.json", _json({**analysis_record(analysis), "flags": told}))
        out.write("needs_review.csv", needs_review_csv(to_review))
        out.write(REVIEW_ITEMS_FILE, review_items_json(to_review))
        out.write("rejects.csv", rejects_csv(results))
        out.write(RESULTS_FILE, results_json(results))
        if changes is not None:
            out.write("changes.csv", changes_csv(tuple(changes)))
        out.write("report.html", class_report_html(results, key, analysis, told, changes, versions))
        (fresh / FOLDER).mkdir()
        feedback = FeedbackPages(results, key, solutions=solutions)
        for result in track(results.learners, "writing feedback"):
            out.write(pages[result.learner.id], feedback.page(result))
        manifest = {
            "format": _FORMAT,
            "version": _VERSION,
            "title": results.title,
            "bundle": results.bundle,
            "rules": {**dataclasses.asdict(results.rules), "deadline": results.deadline},
            "adjustments": [dataclasses.asdict(one) for one in results.adjustments],
            "versions": versions,
            "inputs": {what: _sha256(path) for what, path in sorted(inputs.items())},
            "submissions": [{"file": name, "sha256": sha256} for name, sha256 in graded.inputs],
            "outputs": dict(sorted(out.files.items())),
        }
        (fresh / MANIFEST_FILE).write_bytes(_json(manifest).encode())
    found = (*class_flags(results), *(text for texts in told.values() for text in texts))
    return WrittenGrades(analysis, found, out.files)


def edited_files(folder: str | Path) -> list[str]:
    """The files of a grading that were changed after they were written, by name.

    Args:
        folder: what ``--out`` named then. Without its manifest nothing is known, and nothing is told.
    """
    folder = Path(folder)
    try:
        wanted = dict(json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))["outputs"])
        present = {name: _sha256(folder / name) for name in wanted if (folder / name).is_file()}
    except (OSError, ValueError, LookupError, TypeError):
        return []
    return sorted(name for name, sha256 in present.items() if sha256 != wanted[name])


def check_output(folder: str | Path, inputs: Sequence[str | Path] = ()) -> None:
    """Make sure that replacing `folder` loses nothing.

    Args:
        folder: must not exist yet, be empty, or hold what a grading wrote and nothing else.
        inputs: files and folders that are read; none may be in it.

    Raises:
        ConfigError: it must not be replaced.
    """
    out = Path(folder).resolve()
    for path in map(Path, inputs):
        if path.resolve().is_relative_to(out):
            raise ConfigError(
                "the output folder would replace what is to be read",
                where=str(folder),
                received=f"{path} stands in it",
                fix="choose another folder for --out, or move the file",
            )
    if not out.exists():
        return
    reason = "it is a file" if out.is_file() else _foreign(out)
    if reason is not None:
        raise ConfigError(
            "the output folder holds something that grading did not write, and would lose it",
            where=str(folder),
            received=reason,
            fix="choose a new folder for --out, or move that file elsewhere",
        )


def _foreign(folder: Path) -> str | None:
    """A file that no grading wrote or that was changed since; None: there is none."""
    present = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if not path.is_dir()}
    if not present:
        return None
    try:
        manifest: Any = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
        if manifest["format"] != _FORMAT:
            raise ValueError(manifest["format"])
        wanted: dict[str, str] = dict(manifest["outputs"])
    except (OSError, ValueError, LookupError, TypeError):
        return f"{min(present)}, and no {MANIFEST_FILE} of a grading"
    for name, path in sorted(present.items()):
        if name != MANIFEST_FILE and name not in wanted:
            return name
        if name != MANIFEST_FILE and _sha256(path) != wanted[name]:
            return f"{name}, which was changed"
    return None


def _sha256(path: str | Path) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def _json(record: Mapping[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _versions() -> dict[str, str]:
    """Of what decides the bytes of the output."""
    names = ("qa-lesson", "numpy", "scipy", "matplotlib", "mistune")
    return {"python": platform.python_version(), **{name: importlib.metadata.version(name) for name in names}}
