"""Whose file it is, which one counts, and who sent none."""

import json
import zipfile

import pytest
from class_files import TODAY, attempt, export
from handed_in import write_roster

from qa_lesson.errors import DataError
from qa_lesson.grading.marking.roster import read_roster
from qa_lesson.grading.overview.class_progress import collect_progress, lesson_quizzes

QUIZZES = lesson_quizzes()
METRICS = next(quiz for quiz in QUIZZES if quiz.name == "metrics")


def answers(n: int, correct: bool = True) -> list[dict]:
    return [attempt("metrics", question.id, correct) for question in METRICS.questions[:n]]


@pytest.fixture
def collect(tmp_path):
    (tmp_path / "in").mkdir()
    roster = read_roster(write_roster(tmp_path / "roster.csv", "ann", "bob", "cem"))

    def run(files: dict[str, str | bytes], *paths):
        for name, content in files.items():
            path = tmp_path / "in" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return collect_progress([*paths] or [tmp_path / "in"], roster, QUIZZES, today=TODAY)

    return run


def sent(progress) -> dict[str, int]:
    return {one.learner.id: one.n_answered for one in progress.sent}


def reasons(progress) -> dict[str, str]:
    return {one.file: one.reason for one in progress.not_counted}


def test_names_ids_and_addresses_bind_a_file_and_the_rest_is_missing(collect):
    found = collect({"a.json": export("ANN", answers(2)), "b.json": export("bob@example.org", answers(3))})
    assert sent(found) == {"ann": 2, "bob": 3}
    assert [one.id for one in found.missing] == ["cem"]
    assert found.not_counted == ()


def test_bad_files_are_named_and_stop_nothing(collect, tmp_path):
    (tmp_path / "in" / "link.json").symlink_to(tmp_path / "roster.csv")
    files = {
        "a.json": export("ann", answers(2)),
        "damaged.json": export("bob", answers(2))[:-30],
        "foreign.pdf": b"%PDF-1.7",
        "huge.json": b" " * (5 * 2**20),
        "bomb.zip": b"PK\x05\x06 not an archive",
        "stranger.json": export("eve", answers(2)),
        "nameless.json": export("", answers(2)),
    }
    found = collect(files, tmp_path / "in")
    assert sent(found) == {"ann": 2}
    told = reasons(found)
    assert set(told) == {f"in/{name}" for name in [*files, "link.json"]} - {"in/a.json"}
    assert "more than the 4 MB" in told["in/huge.json"]
    assert "PDF" in told["in/foreign.pdf"]
    assert "roster" in told["in/stranger.json"]
    assert "--from" in told["in/nameless.json"]
    assert found.n_files == 8


def test_a_moodle_archive_binds_by_its_folders(collect, tmp_path):
    with zipfile.ZipFile(tmp_path / "moodle.zip", "w") as archive:
        place = "Name of {}_{}_assignsubmission_file_/mine.json"
        old = json.loads(export("", answers(4)))
        del old["from"], old["contents"]  # of an earlier version: the uploader's
        archive.writestr(place.format("ann", 71), json.dumps(old))
        archive.writestr(place.format("bob", 72), export("bob", answers(2)))
        archive.writestr(place.format("cem", 73), export("bob", answers(9)))  # Bob's name in Cem's upload
    found = collect({}, tmp_path / "moodle.zip")
    assert sent(found) == {"ann": 4, "bob": 2}
    (held,) = found.not_counted
    assert held.held_back
    assert held.uploader == "cem"


def test_a_canvas_download_binds_by_its_file_names(collect, tmp_path):
    with zipfile.ZipFile(tmp_path / "canvas.zip", "w") as archive:
        archive.writestr("annnameof_301_9001_mine.json", export("ann", answers(4)))
        archive.writestr("bobnameof_LATE_302_9002_mine.json", export("ann", answers(9)))
    found = collect({}, tmp_path / "canvas.zip")
    assert sent(found) == {"ann": 4}
    assert [one.held_back for one in found.not_counted] == [True]


def test_of_several_files_the_fullest_counts_then_the_latest(collect):
    files = {
        "1.json": export("ann", answers(5), exported_at="2026-03-01"),
        "2.json": export("ann", answers(3), exported_at="2026-03-30"),
        "3.json": export("ann", answers(5, correct=False), exported_at="2026-03-02"),
    }
    found = collect(files)
    assert found.sent[0].export.file == "in/3.json"
    assert {one.file: one.rejected for one in found.not_counted} == {"in/1.json": False, "in/2.json": False}
    assert all("in/3.json" in text for text in reasons(found).values())


def test_files_from_one_progress_file_are_told(collect):
    found = collect({name: export(name[:3], answers(2), learner="one id") for name in ("ann.json", "bob.json")})
    assert [[one.id for one in group] for group in found.same_source] == [["ann", "bob"]]
    apart = collect({"ann.json": export("ann", answers(2)), "bob.json": export("bob", answers(2))})
    assert apart.same_source == ()


def test_a_lesson_is_worked_through_from_four_fifths(collect):
    n = len(METRICS.questions)
    assert n == 10
    for answered, through in ((7, 0), (8, 1), (10, 1)):
        found = collect({"a.json": export("ann", answers(answered, correct=False))})
        assert found.n_worked_through(found.sent[0]) == through


def test_no_file_at_all_is_an_error(collect, tmp_path):
    with pytest.raises(DataError, match="nothing"):
        collect({})
    with pytest.raises(DataError, match="no such file"):
        collect({}, tmp_path / "nowhere")
