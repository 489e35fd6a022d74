"""What Moodle and Canvas give to the instructor of the simulated class: archives with all that happens in one."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from simulated_class import DEADLINE, OTHER_CODE, Learner, sit

ON_MOODLE: Final = 60
"""The first learners hand in on Moodle, all others on Canvas."""
ZONE: Final = ZoneInfo("Europe/Berlin")

# what is special about learners, by number
GROUPS: Final = {"Tern": (0, 1, 2), "Gull": (3, 4, 5)}
DAYS_LATE: Final = {6: 1, 7: 2, 60: 1, 61: 1}
EXTENDED: Final = (8, 62)
EXCUSED: Final = 9
NOTHING: Final = (10, 11, 63)
MORE_ATTEMPTS: Final = {12: 1, 13: 2}  # beyond the first; two are allowed, and the second learner may have three
ZIPPED: Final = 14
EDITED, CUT, PDF, UNFINISHED = 15, 16, 17, 64
DAMAGED: Final = (EDITED, CUT, PDF, UNFINISHED)
FORGERS: Final = (18, 65)
"""They hand in, and upload a second file in the name of the next learner."""
BORROWER: Final = 20
"""Answers the next learner's questions, under their own name."""
OTHER_SPELLING: Final = (22, 40, 67)
"""Their code is right, but not the key's."""


class LmsArchives:
    """Writes what the LMS gives, and the tables of the instructor.

    Args:
        folder: of the instructor; the learners' bundles are in ``for_learners``, by id.
        learners: who take the quiz. What they answer is kept in them.
        rng: decides all that is random.
    """

    def __init__(self, folder: Path, learners: Sequence[Learner], rng: random.Random) -> None:
        self._folder, self._learners, self._rng = folder, learners, rng
        self.n_files = 0

    def write(self) -> None:
        """Let everyone answer and upload: moodle.zip, canvas.zip, worksheet.csv, groups.csv, extensions.csv."""
        sheet = ['Identifier,"Full name","Email address",Status,Grade,"Last modified (submission)"']
        with (
            zipfile.ZipFile(self._folder / "moodle.zip", "w") as moodle,
            zipfile.ZipFile(self._folder / "canvas.zip", "w") as canvas,
        ):
            for one in self._learners:
                uploads, at = self._uploads(one)
                self.n_files += len(uploads)
                if one.number < ON_MOODLE:
                    sheet.append(_into_moodle(moodle, one, uploads, at.astimezone(ZONE)))
                else:
                    _into_canvas(canvas, one, uploads, at)
        self._table("worksheet.csv", sheet)
        members = [(self._learners[number].email, name) for name, group in GROUPS.items() for number in group]
        self._table("groups.csv", ["learner,group", *map(",".join, members)])
        special = dict.fromkeys(EXTENDED, "2026-12-05T18:00+01:00,,,,ill")
        special |= {13: ",1,,,accommodation", EXCUSED: ",,,yes,on leave"}
        rows = [f"{self._learners[number].email},{rest}" for number, rest in special.items()]
        self._table("extensions.csv", ["learner,deadline,extra_attempts,extra_minutes,excused,reason", *rows])

    def _table(self, name: str, lines: Sequence[str]) -> None:
        (self._folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")

    def _uploads(self, one: Learner) -> tuple[list[tuple[str, bytes]], datetime]:
        """What a learner uploads, and when."""
        number = one.number
        at = DEADLINE - timedelta(hours=self._rng.uniform(2, 90))
        if number in DAYS_LATE:
            at = DEADLINE + timedelta(hours=24 * DAYS_LATE[number] - 9)
        elif number in EXTENDED:
            at = DEADLINE + timedelta(days=2)
        if number in NOTHING or number == EXCUSED or any(number in group[1:] for group in GROUPS.values()):
            return [], at
        if number == PDF:
            return [("scan.pdf", b"%PDF-1.7 my answers")], at
        fixed = {"fare": (OTHER_CODE, 1.0)} if number in OTHER_SPELLING else {}
        bundle = self._bundle(self._learners[number + 1] if number == BORROWER else one)
        paths = []
        more = MORE_ATTEMPTS.get(number, 0)
        for _ in range(1 + more):
            own = self._folder / "work" / one.id
            paths.append(sit(one, bundle, own, at, self._rng, extra_attempts=max(0, more - 1), **fixed))
            at += timedelta(minutes=30)
        files = [(path.name, path.read_bytes()) for path in paths]
        if number in DAMAGED or number == BORROWER:
            one.credits = {}
            files = [(name, _damaged(number, content)) for name, content in files]
        if number == ZIPPED:
            files = [("my quiz.zip", _zipped(f"my quiz/{files[0][0]}", files[0][1]))]
        if number in FORGERS:
            victim = self._learners[number + 1]
            weak = Learner(number + 1, victim.name, ability=0)
            forged = sit(weak, self._bundle(victim), self._folder / "forged", at, self._rng)
            files.append((forged.name, forged.read_bytes()))
        return files, at

    def _bundle(self, one: Learner) -> Path:
        return self._folder / "for_learners" / one.id


def canvas_name(one: Learner) -> str:
    """How Canvas writes a name in the names of files."""
    return "".join(reversed(one.name.lower().split()))


def _into_moodle(archive: zipfile.ZipFile, one: Learner, uploads: list[tuple[str, bytes]], at: datetime) -> str:
    """Put uploads into the archive; the learner's line of the worksheet."""
    participant = 7000 + one.number
    for name, content in uploads:
        path = f"{one.name}_{participant}_assignsubmission_file_/{name}"
        archive.writestr(zipfile.ZipInfo(path, at.timetuple()[:6]), content)
    changed = f"{at:%A}, {at.day} {at:%B} {at.year}, {at:%I:%M %p}" if uploads else "-"
    return f'"Participant {participant}","{one.name}",{one.email},,,"{changed}"'


def _into_canvas(archive: zipfile.ZipFile, one: Learner, uploads: list[tuple[str, bytes]], at: datetime) -> None:
    late = "LATE_" if at > DEADLINE else ""
    for place, (name, content) in enumerate(uploads):
        archive.writestr(f"{canvas_name(one)}_{late}{one.id}_{5000 + 10 * one.number + place}_{name}", content)


def _damaged(number: int, content: bytes) -> bytes:
    if number == EDITED:
        return content.replace(b'"answered"', b'"Answered"', 1)
    if number == CUT:
        return content[: len(content) // 2]
    if number == UNFINISHED:
        return b"".join(content.splitlines(keepends=True)[:-1])
    return content


def _zipped(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, content)
    return buffer.getvalue()
