"""Who uploaded a file, as Moodle and Canvas say in the names that they give to what they hand to the instructor.

A learner chooses the name of a file and of folders inside their upload. The LMS puts its own part in front of them, so
only the start of the outermost name counts.

- Moodle: a folder ``Full Name_1234567_assignsubmission_file_``, or the same in front of the file's name. The number is
  the participant's in this assignment, as in the column Identifier of the offline grading worksheet.
- Canvas: ``lastnamefirst_LATE_userid_fileid_name.jsonl``. The number is the user's, as in the column ID of the
  gradebook. ``LATE`` is there if the upload came after the due date.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

_MOODLE: Final = re.compile(r"(?P<name>[^_/]+)_(?P<number>\d{1,18})_assignsubmission_[a-z]+(_|$)")
_CANVAS: Final = re.compile(r"(?P<name>[^_/]+)_(?P<late>LATE_)?(?P<number>\d{1,18})_\d{1,18}_.")
_PLACEHOLDER: Final = re.compile(r"\d")
"""Moodle writes "Participant 1234567" for a name when an assignment is marked blind."""


@dataclass(frozen=True, slots=True)
class Upload:
    """The owner of an upload, the way the LMS names them.

    Args:
        lms: which one.
        number: of the participant (Moodle) or user (Canvas).
        name: as the LMS writes it here: the full name (Moodle), or last and first name in one word (Canvas).
        late: the LMS says that the upload came after its due date.
    """

    lms: Literal["Moodle", "Canvas"]
    number: str
    name: str
    late: bool = False

    @property
    def holder(self) -> tuple[str, str]:
        """The same for all files of one person, and different for different persons."""
        return self.lms, self.number

    def __str__(self) -> str:
        kind = "participant" if self.lms == "Moodle" else "user"
        return f"{self.name} ({self.lms} {kind} {self.number})"


def upload_of(file: str) -> Upload | None:
    """Who uploaded a file; None: no part of its name comes from an LMS.

    Args:
        file: the names of folders, archive and file, separated by ``/``, the outermost first.

    >>> str(upload_of("quiz.zip/Ann Lee_71_assignsubmission_file_/Bob Roe_72_assignsubmission_file_/x.jsonl"))
    'Ann Lee (Moodle participant 71)'
    >>> upload_of("leeann_LATE_301_9001_x.jsonl")
    Upload(lms='Canvas', number='301', name='leeann', late=True)
    >>> upload_of("in/submission-ann-uni-edu-attempt-1.jsonl")
    """
    for part in file.split("/"):
        if found := _MOODLE.match(part):
            return Upload("Moodle", found["number"], found["name"].strip())
        if found := _CANVAS.match(part):
            return Upload("Canvas", found["number"], found["name"], found["late"] is not None)
    return None


def words_of_name(name: str) -> tuple[str, ...]:
    """The words of a name in alphabetical order, without regard to capitals, punctuation and composed letters.

    >>> words_of_name("O'Brien, Anne-Marie") == words_of_name("AnneMarie OBRIEN")
    True
    """
    plain = unicodedata.normalize("NFC", name).casefold()
    return tuple(sorted(re.sub(r"[^\w\s]", "", re.sub(r"[_,;]", " ", plain)).split()))


def spellings(lms: str, name: str) -> Iterator[tuple[str, ...]]:
    """How a person of the roster may be written in an upload of this LMS, as the keys that `written` gives.

    Args:
        lms: "Moodle" or "Canvas".
        name: of the roster.
    """
    if lms == "Moodle":
        yield words_of_name(name)
        return
    parts = re.sub(r"[,;]", " ", unicodedata.normalize("NFC", name).casefold()).split()
    plain = [re.sub(r"[\W_]", "", part) for part in parts]
    yield from {("".join(plain[place:] + plain[:place]),) for place in range(len(plain))}


def written(upload: Upload) -> list[tuple[str, ...]]:
    """The keys under which the owner of an upload may be on the roster, the likeliest first.

    Moodle puts the name of a group and a hyphen in front of a member's name, and either may have hyphens itself.
    """
    if upload.lms == "Canvas":
        return [(re.sub(r"[\W_]", "", unicodedata.normalize("NFC", upload.name).casefold()),)]
    pieces = upload.name.split("-")
    return [words_of_name("-".join(pieces[place:])) for place in range(len(pieces))]


def may_be(upload: Upload, name: str) -> bool:
    """Whether the two names could be the same person's: they share a word, or one of them is not a name.

    Args:
        upload: of someone the roster doesn't have under this very name.
        name: of the roster; may be empty.
    """
    if not name or _PLACEHOLDER.search(upload.name):
        return True
    if upload.lms == "Moodle":
        return bool(set(words_of_name(name)) & set(words_of_name(upload.name.replace("-", " "))))
    return any(len(word) > 1 and word in written(upload)[0][0] for word in words_of_name(name))
