"""A class of 90, from the quiz file to the grades in Moodle and Canvas, as an instructor would do it.

    PYTHONPATH=tools:tests/helpers python tests/browser/semester.py [FOLDER]      (or: make semester)

Prints what happens and checks it: every honest learner has the points that the simulation knows, forged files change
nothing, nothing is lost, and regrading changes exactly those whom it must. What an instructor would have is in FOLDER
afterwards.
"""

from __future__ import annotations

import csv
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from lab_browser import chromium, find_chromium
from lms_archives import (
    BORROWER,
    DAMAGED,
    DAYS_LATE,
    EXCUSED,
    FORGERS,
    GROUPS,
    ON_MOODLE,
    ZONE,
    LmsArchives,
    canvas_name,
)
from marking import DISAGREED, mark_all, other_levels, review_page, settle_together
from playwright.sync_api import Browser
from simulated_class import POSSIBLE, QUIZ, RULES, make_class
from typer.testing import CliRunner

from qa_lesson.cli import app
from qa_lesson.grading.formats.review_items import load_review_items
from qa_lesson.grading.handing_out.bundle import build_personal_key
from qa_lesson.grading.handing_out.handout import write_key
from qa_lesson.quiz.bank.files import load_quiz

N, SEED, RATE = 90, 17, 0.1
SECRET = "17" * 32
MARKS = "graded.marks.jsonl"


class Semester:
    """The instructor's folder, and what the simulation knows.

    Args:
        folder: an empty one.
        write: prints a line of the summary.
    """

    def __init__(self, folder: Path, write: Callable[[str], Any] = print) -> None:
        self.folder, self._write = folder, write
        self._rng = random.Random(SEED)
        self.learners = make_class(N, self._rng)
        self.n_files = 0
        self._began = time.perf_counter()

    def tell(self, text: str) -> None:
        """A line of the summary, with the seconds since the beginning."""
        self._write(f"{time.perf_counter() - self._began:5.1f} s  {text}")

    def run(self, *words: str | Path, code: int = 0) -> str:
        """A command of an instructor; what it printed."""
        done = CliRunner().invoke(app, [str(word) for word in words])
        assert done.exit_code == code, f"{words}: {done.exit_code}\n{done.output}\n{done.exception!r}"
        return done.stdout

    def table(self, name: str) -> list[dict[str, str]]:
        """The rows of a CSV file."""
        with (self.folder / name).open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    def prepare(self) -> None:
        """The roster, the quiz, and a bundle for each learner."""
        rows = ["Student,ID,SIS User ID,SIS Login ID,Section,Email address", "    Points Possible,,,,,"]
        for one in self.learners:
            first, last = one.name.split()
            section = "A" if one.number < ON_MOODLE else "B"
            rows.append(f'"{last}, {first}",{one.id},s{one.number:03},{one.email},{section},{one.email}')
        (self.folder / "roster.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
        quiz = self.folder / "midterm.yaml"
        self.run("quiz", "new", quiz)
        quiz.write_text(QUIZ, encoding="utf-8")
        self.run("quiz", "lint", quiz)
        earlier = self.folder / "earlier_key.json"  # its secret makes this class the same every time
        write_key(build_personal_key([load_quiz(quiz)], secret=SECRET), earlier)
        place = ["--out", self.folder / "for_learners", "--key", self.folder / "key.json"]
        roster = ["--roster", self.folder / "roster.csv", "--secret-from", earlier]
        told = json.loads(self.run("quiz", "bundle", quiz, *roster, *place, *RULES, "--json"))
        assert (told["learners"], told["points"]) == (N, POSSIBLE)
        asked = {(self.folder / "for_learners" / one.id / "bundle.json").read_bytes() for one in self.learners}
        assert len(asked) == N
        self.tell(f"handed out: {N} different bundles of {told['questions']} questions, {told['points']:g} points")

    def answer(self) -> None:
        """Everyone answers and uploads."""
        archives = LmsArchives(self.folder, self.learners, self._rng)
        archives.write()
        self.n_files = archives.n_files
        self.tell(f"handed in: {self.n_files} files, {ON_MOODLE} learners on Moodle, {N - ON_MOODLE} on Canvas")

    def grade(self, out: str, *more: str | Path) -> dict[str, Any]:
        """Grade both archives; what the command says."""
        folder = self.folder
        words = [folder / "moodle.zip", folder / "canvas.zip", "--key", folder / "key.json", "--out", folder / out]
        words += ["--roster", folder / "roster.csv", "--worksheet", folder / "worksheet.csv", "--upload-zone", ZONE.key]
        words += ["--extensions", folder / "extensions.csv", "--groups", folder / "groups.csv"]
        words += ["--late", "penalty", "--late-rate", str(RATE), "--json", *more]
        return json.loads(self.run("grade", *words, code=1))  # 1: files were held back and rejected

    def expected(self) -> dict[str, float]:
        """The points of all who have some, by id, as the simulation knows them."""
        speaker = {member: group[0] for group in GROUPS.values() for member in group}
        found = {}
        for one in self.learners:
            who = self.learners[speaker.get(one.number, one.number)]
            if who.credits:
                found[one.id] = max(0.0, who.earned() - RATE * POSSIBLE * DAYS_LATE.get(one.number, 0))
        return found

    def check_points(self, out: str) -> dict[str, float]:
        """Everyone with a grade has the points that the simulation knows, and no one else has a grade."""
        expected = self.expected()
        rows = self.table(f"{out}/gradebook.csv")
        graded = {row["learner"]: float(row["points"]) for row in rows if row["status"] == "graded"}
        assert len(rows) == N
        assert graded.keys() == expected.keys(), graded.keys() ^ expected.keys()
        wrong = {name: (graded[name], points) for name, points in expected.items() if abs(graded[name] - points) > 1e-9}
        assert not wrong, wrong
        return expected

    def grade_first(self) -> None:
        """Grade; every file is accounted for, and the forged and damaged ones are named."""
        told = self.grade("graded")
        rejects = self.table("graded/rejects.csv")
        files: dict[str, list[str]] = {}
        for row in rejects:
            files.setdefault(row["outcome"], []).append(row["file"])
        held, rejected = files.get("held back", []), files.get("rejected", [])
        self._check_names(held, (*FORGERS, BORROWER))
        self._check_names(rejected, DAMAGED)
        rows = self.table("graded/gradebook.csv")
        counted = {row["file"] for row in rows if row["file"]}
        assert len(counted) + len(rejects) == self.n_files
        assert [row["learner"] for row in rows if row["status"] == "excused"] == [self.learners[EXCUSED].id]
        assert told["handed_in"] == len(self.expected())
        self.tell(
            f"graded: {told['handed_in']} learners have a submission, {told['missing']} have none, 1 is excused; "
            f"{len(held)} files held back, {len(rejected)} rejected; {told['need_review']} learners wait for a person"
        )

    def _check_names(self, files: list[str], numbers: tuple[int, ...]) -> None:
        """Each of these learners, and no other, uploaded one of the files."""
        assert len(files) == len(numbers), files
        for one in (self.learners[number] for number in numbers):
            start = f"moodle.zip/{one.name}_" if one.number < ON_MOODLE else f"canvas.zip/{canvas_name(one)}_"
            assert sum(file.startswith(start) for file in files) == 1, (start, files)

    def review(self, browser: Browser) -> None:
        """Two people mark all answers blind, each alone, then settle where they differ."""
        graded = self.folder / "graded"
        n = len(load_review_items(graded).items)
        names = [text for one in self.learners for text in (one.id, one.name, one.email)]
        with review_page(browser, graded, "first") as page:
            mark_all(page, n, names, lambda levels, _: levels)
        with review_page(browser, graded, "second") as page:
            mark_all(page, n, names, other_levels)
            kappa = settle_together(page)
        self.tell(f"marked in the browser: {n} different answers by two people; kappa {kappa}")
        self.tell(f"settled together: {len(DISAGREED)} answers that they had marked differently")

    def grade_marked(self) -> None:
        """Grade with the marks."""
        told = self.grade("marked", "--reviews", self.folder / MARKS)
        assert told["need_review"] == 0
        points = self.check_points("marked")
        late = {row["learner"] for row in self.table("marked/gradebook.csv") if row["late_days"] not in ("", "0")}
        assert late == {self.learners[number].id for number in DAYS_LATE}
        mean = sum(points.values()) / len(points) / POSSIBLE
        self.tell(f"graded with the marks: all {len(points)} have the right points; mean {mean:.0%}, {len(late)} late")

    def repair(self) -> None:
        """Accept a second answer after the fact; that changes exactly the grades of those who gave it."""
        adjustments = self.folder / "adjustments.yaml"
        reason = "The question did not say whether 08:00 itself counts."
        adjustments.write_text(
            f"adjustments:\n  - accept: first\n    response: at-0800\n    credit: 0.5\n    reason: {reason}\n",
            encoding="utf-8",
        )
        before = self.expected()
        for one in self.learners:
            if one.answers.get("first") == "at-0800" and one.credits:
                one.credits["first"] = 0.5
        more = ["--reviews", self.folder / MARKS, "--adjust", adjustments, "--solutions"]
        self.grade("final", *more, "--previous", self.folder / "marked")
        after = self.check_points("final")
        changed = {row["learner"] for row in self.table("final/changes.csv")}
        must = {name for name, points in after.items() if abs(points - before[name]) > 1e-9}
        assert changed == must, changed ^ must
        self.tell(f"regraded: half a point for a second answer changes {len(changed)} grades and no other")

    def give_back(self) -> None:
        """Grades and feedback for Moodle and Canvas."""
        expected, final = self.expected(), self.folder / "final"
        self.run("grades", "moodle", final, "--out", self.folder / "moodle.csv", "--by", "email")
        self.run("grades", "canvas", final, "--out", self.folder / "canvas.csv", "--assignment", "417")
        ids = {one.email: one.id for one in self.learners}
        (column,) = [name for name in self.table("moodle.csv")[0] if name.endswith("(Real)")]
        self._check_exported({ids[row["Email address"]]: row[column] for row in self.table("moodle.csv")}, expected)
        (column,) = [name for name in self.table("canvas.csv")[0] if name.endswith("(417)")]
        cells = {row["ID"]: row[column] for row in self.table("canvas.csv") if row["ID"]}
        assert [name for name, cell in cells.items() if cell == "EX"] == [self.learners[EXCUSED].id]
        self._check_exported({name: cell for name, cell in cells.items() if cell not in ("", "EX")}, expected)
        n_pages = {}
        for lms, more in (("moodle", ["--worksheet", self.folder / "worksheet.csv"]), ("canvas", [])):
            path = self.folder / f"feedback_{lms}.zip"
            self.run("grades", "feedback", final, lms, "--out", path, *more)
            with ZipFile(path) as archive:
                n_pages[lms] = len({*archive.namelist()})
        on_moodle = sum(one.id in expected for one in self.learners[:ON_MOODLE])
        assert n_pages == {"moodle": on_moodle, "canvas": len(expected) - on_moodle}
        self.tell(f"given back: {len(expected)} grades in both gradebooks, {on_moodle} feedback pages for Moodle, "
                  f"{len(expected) - on_moodle} for Canvas")  # fmt: skip

    @staticmethod
    def _check_exported(cells: dict[str, str], expected: dict[str, float]) -> None:
        assert cells.keys() == expected.keys()
        assert all(abs(float(cells[name]) - points) < 1e-6 for name, points in expected.items())


def play(folder: Path, browser: Browser, write: Callable[[str], Any] = print) -> Semester:
    """Everything from the quiz file to the grades.

    Args:
        folder: an empty one.
        browser: for the review page.
        write: prints a line of the summary.
    """
    semester = Semester(folder, write)
    semester.prepare()
    semester.answer()
    semester.grade_first()
    semester.review(browser)
    semester.grade_marked()
    semester.repair()
    semester.give_back()
    return semester


def main() -> None:
    """Play it in the folder that is named, or in one that is removed again."""
    executable = find_chromium()
    if executable is None:
        sys.exit("no Chromium on this machine; install it, for instance with: apt-get install chromium")
    with tempfile.TemporaryDirectory() as own, chromium(executable) as browser:
        folder = Path(sys.argv[1] if len(sys.argv) > 1 else own)
        folder.mkdir(parents=True, exist_ok=True)
        play(folder, browser)


if __name__ == "__main__":
    main()
