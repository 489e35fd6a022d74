"""Archives that bring the feedback pages back to the learners, named as Moodle and Canvas expect them.

Both find the learner by the numbers in the names that they gave the submissions: Moodle (``mod/assign/feedback/file``)
by the participant's, Canvas ("Re-Upload Submissions") by those of user and file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from qa_lesson.errors import ConfigError, DataError
from qa_lesson.grading.formats.archives import archive_bytes
from qa_lesson.grading.formats.results import LearnerResult, Results

_PAGE: Final = "feedback.html"
_MOODLE: Final = re.compile(r"([^_/]+_\d{1,18}_assignsubmission_file)(_|$)")
_CANVAS: Final = re.compile(r"([^_/]+_(?:LATE_)?\d{1,18}_\d{1,18}_).")
_NOT_IN_NAMES: Final = re.compile(r"[\x00-\x1f/\\:*?\"<>|_]")


@dataclass(frozen=True)
class Returned:
    """An archive of feedback pages.

    Args:
        content: the zip.
        n_pages: how many pages are in it.
        left_out: learners with a settled grade whose number in the LMS is not known.
    """

    content: bytes
    n_pages: int
    left_out: tuple[str, ...]


def feedback_archive(
    results: Results,
    pages: Mapping[str, Path],
    lms: Literal["moodle", "canvas"],
    participants: Mapping[str, str] | None = None,
) -> Returned:
    """The feedback pages of everyone with a settled grade.

    Args:
        results: of a graded quiz.
        pages: the files by learner id.
        lms: where they go.
        participants: Moodle's participant number by learner id, for those whose submission does not have it in its
            name: a member of a group, or who sent the file by e-mail.

    Raises:
        DataError: a page is missing, or no learner's number is known.
    """
    entries: dict[str, Path] = {}
    left_out = []
    for result in results.handed_in:
        if result.status != "graded":
            continue
        name = _name(result, lms, participants or {})
        if name is None or name in entries:  # of a group, the file is only one member's
            left_out.append(result.learner.name or result.learner.id)
        else:
            entries[name] = pages[result.learner.id]
    if not entries:
        raise DataError(
            f"no submission has a name of {lms.capitalize()}, so no one's number is known",
            where="the submissions",
            received=next((one.file for one in results.handed_in), "no submission"),
            fix="grade the archive as it was downloaded, without renaming anything"
            + (", or give the grading worksheet with --worksheet" if lms == "moodle" else ""),
        )
    contents = {}
    for name, path in sorted(entries.items()):
        try:
            contents[name] = path.read_bytes()
        except OSError as error:
            fix = "name the whole folder that qa-lesson grade wrote"
            raise DataError("a feedback page is missing", where=str(path), fix=fix) from error
    return Returned(archive_bytes(contents), len(entries), tuple(left_out))


def check_lms(name: str) -> Literal["moodle", "canvas"]:
    """The name of a system that takes such an archive.

    Raises:
        ConfigError: it is a different one.
    """
    if name == "moodle":
        return "moodle"
    if name == "canvas":
        return "canvas"
    raise ConfigError("feedback goes to moodle or canvas", received=repr(name), fix="use one of these")


def _name(result: LearnerResult, lms: str, participants: Mapping[str, str]) -> str | None:
    """The name of a learner's page in the archive; None: their number is not known."""
    if lms == "canvas":
        found = next((one for part in result.file.split("/") if (one := _CANVAS.match(part))), None)
        return None if found is None else f"{found[1]}{_PAGE}"
    number = participants.get(result.learner.id)
    if number is not None:
        plain = _NOT_IN_NAMES.sub(" ", result.learner.name or result.learner.id).strip()
        return f"{plain}_{number}_assignsubmission_file_/{_PAGE}"
    found = next((one for part in result.file.split("/") if (one := _MOODLE.match(part))), None)
    return None if found is None else f"{found[1]}_/{_PAGE}"
