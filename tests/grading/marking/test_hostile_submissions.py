"""Each bad file lands among those that do not count, with its reason, and the rest is graded; nothing runs."""

import builtins
import json
import os
import stat
import zipfile
from pathlib import Path

import pytest
from handed_in import (
    DEADLINE,
    RIGHT,
    as_text,
    chained,
    hand_in,
    make_key,
    records,
    submission,
    write_roster,
)

from qa_lesson.errors import DataError
from qa_lesson.grading.formats.results import Results
from qa_lesson.grading.formats.rules import Rules
from qa_lesson.grading.marking import find_files
from qa_lesson.grading.marking.grade import grade
from qa_lesson.grading.marking.roster import read_roster


@pytest.fixture
def folder(tmp_path) -> Path:
    """A folder with one good submission, by ann."""
    hand_in(tmp_path / "in", "ann")
    return tmp_path / "in"


def run(*paths, learners=("ann", "bob"), key=None, **options) -> Results:
    roster = read_roster(write_roster(Path(paths[0]).parent / "roster.csv", *learners))
    return grade(paths, key or make_key(), roster, **options).results


def only_reason(results: Results) -> str:
    """The reason of the one file that does not count; ann's good one does."""
    assert [one.points for one in results.learners if one.learner.id == "ann"] == [11.0]
    (one,) = results.not_counted
    return one.reason


def rewritten(learner: str, change, **options) -> str:
    """A submission whose records are changed before they are hashed: what a forger with the format at hand can do."""
    lines = records(learner, RIGHT, **options)
    change(lines)
    return as_text(chained(lines))


def with_line(number: int, change) -> str:
    """Bob's submission with one line (from 1) of text replaced."""
    lines = submission("bob").splitlines()
    lines[number - 1] = change(lines[number - 1])
    return "\n".join(lines) + "\n"


def without_lines(*numbers: int) -> str:
    lines = submission("bob").splitlines()
    return "\n".join(line for number, line in enumerate(lines, start=1) if number not in numbers) + "\n"


def swapped() -> str:
    lines = submission("bob").splitlines()
    lines[2], lines[3] = lines[3], lines[2]
    return "\n".join(lines) + "\n"


def set_answer(value):
    def change(lines):
        lines[3]["response"] = value  # of q-number

    return change


DAMAGED = {
    "empty": ("", "it is empty"),
    "no JSON": ("hello\n", "line 1 is no record"),
    "a list": ("[1, 2]\n", "line 1 is no record"),
    "cut off in a line": (submission("bob")[:-40], "line 9 is no record (cut off, or no JSON)"),
    "cut off at a line": (without_lines(9), "no closing record"),
    "a line lost": (without_lines(4), "line 4 is not the next record"),
    "its start lost": (without_lines(1), "line 1 does not open one"),
    "reordered": (swapped(), "line 3 is not the next record"),
    "edited": (with_line(3, lambda line: line.replace('["c", "a"]', '["c"]')), "line 3 was changed after it was"),
    "edited time": (with_line(9, lambda line: line.replace("09:08", "09:07")), "line 9 was changed after it was"),
    "no hash": (with_line(2, lambda line: json.dumps({**json.loads(line), "hash": None})), "line 2 was changed"),
    "a line after the end": (submission("bob") + with_line(1, str).splitlines()[0], "line 10 follows the closing"),
    "two in one": (without_lines(9) + submission("bob"), "line 9 opens another submission"),
    "NaN": (with_line(2, lambda line: line.replace('"b"', "NaN")), "NaN is no number"),
    "minus infinity": (with_line(2, lambda line: line.replace('"b"', "-Infinity")), "-Infinity is no number"),
    "a number beyond all": (with_line(2, lambda line: line.replace('"b"', "1e999")), "line 2 is not finite"),
    "a huge integer": (with_line(2, lambda line: line.replace('"b"', "9" * 100_000)), "has 100000 digits"),
    "deep nesting": (with_line(2, lambda line: line.replace('"b"', "[" * 9_999 + "]" * 9_999)), "nested too deeply"),
    "a key twice": (with_line(2, lambda line: line.replace('"n": 1', '"n": 1, "n": 1')), "'n' occurs twice"),
    "another bundle": (submission("bob", bundle="f" * 32), "it belongs to another bundle"),
    "not on the roster": (submission("eve"), "its learner is not on the roster"),
    "an unknown question": (submission("bob", {"q-none": "b"}), "a question that is not asked: \"'q-none'\""),
    "a question that is no text": (submission("bob", {"q-one": "b"}).replace("q-one", "q-two"), "was changed"),
    "an unknown option": (submission("bob", {"q-one": "z"}), "line 2, question q-one: 'z' is not offered"),
    "an unknown item": (submission("bob", {"q-order": ["x", "y", "q"]}), "'q' is not offered"),
    "an option twice": (submission("bob", {"q-many": ["a", "a"]}), "an id occurs twice"),
    "a list for a text": (submission("bob", {"q-word": ["leakage"]}), "the answer is no text"),
    "an object": (submission("bob", {"q-one": {"b": 1}}), "the answer is no text"),
    "true": (submission("bob", {"q-number": True}), "the answer is no text"),
    "half of a character": (
        rewritten("bob", lambda lines: lines[4].update(response="\ud800")).replace("\ud800", "\\ud800"),
        "half of a character",
    ),
    "a long answer": (submission("bob", {"q-word": "x" * 20_001}), "has 20,001 characters"),
    "NaN points": (with_line(2, lambda line: line.replace('"n": 1', '"n": 1, "points": NaN')), "NaN is no number"),
    "no learner": (submission(" "), "does not say who it is from"),
    "attempt 0": (submission("bob", attempt=0), "the number of the attempt is '0'"),
    "attempt true": (submission("bob", attempt=True), "the number of the attempt is 'True'"),
    "no time": (rewritten("bob", lambda lines: lines[2].update(at="yesterday")), "line 3 has no time"),
    "no time zone": (rewritten("bob", lambda lines: lines[2].update(at="2026-03-02T09:00:00")), "line 3 has no time"),
    "before all times": (
        rewritten("bob", lambda lines: lines[2].update(at="0001-01-01T00:00:00+14:00")), "line 3 has no time",
    ),
    "a wrong count": (rewritten("bob", lambda lines: lines[-1].update(answers=99)), "does not count the answers"),
    "a new type": (rewritten("bob", lambda lines: lines[2].update(type="run")), "a record of an unknown type"),
    "a new version": (rewritten("bob", lambda lines: lines[0].update(version=2)), "version '2' of the format"),
    "another format": (rewritten("bob", lambda lines: lines[0].update(format="x")), "does not open one"),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_file_is_rejected_with_its_reason_and_the_rest_is_graded(folder, name):
    content, reason = DAMAGED[name]
    (folder / "bob.jsonl").write_text(content, encoding="utf-8")
    results = run(folder)
    assert reason in only_reason(results)
    assert [one.learner.id for one in results.missing] == ["bob"]
    assert results.not_counted[0].rejected


def test_a_rejected_file_says_whom_it_is_from_where_that_can_be_read(folder):
    (folder / "bob.jsonl").write_text(without_lines(4), encoding="utf-8")
    (one,) = run(folder).not_counted
    assert (one.file, one.learner) == ("in/bob.jsonl", "bob")
    assert len(one.sha256) == 64


def test_bytes_that_are_no_text_are_rejected(folder):
    (folder / "bob.jsonl").write_bytes(b"\xff\xfe\x00" * 50)
    assert "it is not UTF-8 text (byte 1)" in only_reason(run(folder))


def test_line_ends_and_a_byte_order_mark_do_no_harm(folder):
    (folder / "bob.jsonl").write_bytes(b"\xef\xbb\xbf" + submission("bob").replace("\n", "\r\n").encode() + b"\n")
    assert run(folder).not_counted == ()


def test_a_line_of_a_gigabyte_is_not_read(folder):
    path = folder / "bob.jsonl"
    with path.open("wb") as file:
        file.truncate(2**30)  # no bytes on the disk
    assert "it has 1,024 MB, more than the 4 MB" in only_reason(run(folder))


def test_no_more_is_read_than_a_submission_can_have_even_if_the_file_grows(folder, monkeypatch):
    monkeypatch.setattr(find_files, "MOST_BYTES", 1_000)
    (folder / "ann.jsonl").unlink()
    hand_in(folder, "bob")
    assert "more than" in run(folder).not_counted[0].reason


def test_links_pipes_and_hidden_files_are_not_read(folder, tmp_path):
    secret = hand_in(tmp_path / "elsewhere", "bob")
    (folder / "link.jsonl").symlink_to(secret)
    (folder / "folder").symlink_to(secret.parent)
    (folder / ".hidden").mkdir()
    os.mkfifo(folder / "pipe.jsonl")  # opening it the usual way would wait for ever
    results = run(folder)
    reasons = {one.file: one.reason for one in results.not_counted}
    assert "symbolic link" in reasons["in/link.jsonl"]
    assert "symbolic link" in reasons["in/folder"]
    assert "hidden" in reasons["in/.hidden"]
    assert "no regular file" in reasons["in/pipe.jsonl"]
    assert len(results.missing) == 1


def test_the_lock_file_beside_a_submission_is_passed_over(folder, tmp_path):
    (folder / ".ann.jsonl.lock").write_bytes(b"")
    assert run(folder).not_counted == ()
    packed = make_zip(tmp_path / "in.zip", {"ann.jsonl": submission("ann").encode(), "a/.ann.jsonl.lock": b""})
    assert run(packed).not_counted == ()


def test_a_file_name_that_is_no_text_can_be_told(folder):
    Path(os.fsdecode(os.fsencode(folder) + b"/b\xff.jsonl")).write_text("?", encoding="utf-8")
    (one,) = run(folder).not_counted
    assert one.file == "in/b\\udcff.jsonl"


def make_zip(path: Path, entries: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


def test_a_zip_is_read_without_unpacking_it_to_the_disk(tmp_path):
    entries = {"class/ann.jsonl": submission("ann").encode(), "bob.txt": submission("bob").encode()}
    path = make_zip(tmp_path / "in.zip", entries)
    before = sorted(tmp_path.rglob("*"))
    results = run(path)
    assert [one.points for one in results.learners] == [11.0, 11.0]
    assert sorted(tmp_path.rglob("*")) == sorted([*before, tmp_path / "roster.csv"])


@pytest.mark.parametrize("name", ["../bob.jsonl", "/etc/bob.jsonl", "a/../../bob.jsonl", "C:\\bob.jsonl", "..\\bob"])
def test_a_name_that_leads_out_of_the_zip_is_rejected(tmp_path, name):
    good = submission("ann").encode()
    path = make_zip(tmp_path / "in.zip", {"ann.jsonl": good, name: submission("bob").encode()})
    assert "leads out of the archive" in only_reason(run(path))
    assert not (tmp_path.parent / "bob.jsonl").exists()


def test_a_bomb_in_a_zip_is_not_unpacked(tmp_path):
    path = make_zip(tmp_path / "in.zip", {"ann.jsonl": submission("ann").encode(), "bob.jsonl": bytes(50 * 2**20)})
    assert path.stat().st_size < 100_000
    assert "it has 50 MB, more than" in only_reason(run(path))


def test_a_bomb_that_lies_about_its_size_is_not_unpacked(tmp_path):
    path = make_zip(tmp_path / "in.zip", {"bob.jsonl": bytes(50 * 2**20)})
    told = (50 * 2**20).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(told, (1_000).to_bytes(4, "little")))
    (one,) = run(path, learners=["bob"]).not_counted
    assert one.reason.startswith(("it cannot be unpacked", "line 1 is no record"))


def test_many_files_that_unpack_to_too_much_are_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(find_files, "MOST_UNPACKED", 2 * len(submission("ann").encode()) + 500)
    entries = {f"{name}.jsonl": submission(name).encode() for name in ("ann", "bob", "cyd", "dan")}
    results = run(make_zip(tmp_path / "in.zip", entries), learners=["ann", "bob", "cyd", "dan"])
    assert [one.learner.id for one in results.handed_in] == ["ann", "bob"]
    assert {"unpacks to more than" in one.reason for one in results.not_counted} == {True}


def test_links_archives_and_system_files_in_a_zip_are_not_read(tmp_path):
    path = make_zip(
        tmp_path / "in.zip",
        {"ann.jsonl": submission("ann").encode(), "in.ZIP": b"PK", "__MACOSX/._ann.jsonl": b"?", ".x/b.jsonl": b"?"},
    )
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("link.jsonl")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        odd = zipfile.ZipInfo("odd.jsonl")
        odd.compress_type = zipfile.ZIP_LZMA
        archive.writestr(odd, submission("bob"))
    reasons = {one.file.removeprefix("in.zip/"): one.reason for one in run(path).not_counted}
    assert "symbolic link" in reasons["link.jsonl"]
    assert "cannot be opened" in reasons["in.ZIP"]  # a sound one is read
    assert "packed in a way" in reasons["odd.jsonl"]
    assert "hidden" in reasons["__MACOSX/._ann.jsonl"]
    assert "hidden" in reasons[".x/b.jsonl"]


@pytest.mark.parametrize("keep", [100, 0.5, -30])
def test_a_truncated_zip_is_told_and_the_rest_is_graded(folder, keep):
    whole = make_zip(folder.parent / "bob.zip", {"bob.jsonl": submission("bob").encode()}).read_bytes()
    (folder / "bob.zip").write_bytes(whole[: int(keep * len(whole)) if isinstance(keep, float) else keep])
    assert "the zip archive cannot be opened" in only_reason(run(folder))


def test_a_damaged_or_encrypted_file_in_a_zip_is_told(tmp_path):
    path = make_zip(tmp_path / "in.zip", {"ann.jsonl": submission("ann").encode(), "bob.jsonl": b"x" * 5_000})
    content = bytearray(path.read_bytes())
    start = content.index(b"bob.jsonl") + len(b"bob.jsonl")
    content[start : start + 8] = b"\xff" * 8
    path.write_bytes(content)
    assert "it cannot be unpacked" in only_reason(run(path))

    path = make_zip(tmp_path / "in.zip", {"ann.jsonl": submission("ann").encode(), "bob.jsonl": b"x"})
    content = bytearray(path.read_bytes())
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    assert only_reason(run(path)) == "it is encrypted"


def test_two_equal_files_of_one_learner_count_once(folder):
    hand_in(folder, "ann", name="copy.jsonl")
    results = run(folder)
    assert only_reason(results) == "it is the same as in/ann.jsonl"
    assert not results.not_counted[0].rejected
    assert results.learners[0].handed_in == 1


def test_a_late_file_is_rejected_where_the_rules_say_so(folder):
    hand_in(folder, "bob", start=DEADLINE)
    late = run(folder, key=make_key(deadline=DEADLINE), rules=Rules(late="reject"))
    assert only_reason(late) == "it was handed in after the deadline, on day 1 after it"


def test_points_that_a_file_gives_itself_are_not_looked_at(folder):
    def change(lines):
        for line in lines:
            line.update(points=1000, credit=1, correct=True, learner="bob")

    (folder / "bob.jsonl").write_text(rewritten("bob", change), encoding="utf-8")
    assert [one.points for one in run(folder).learners] == [11.0, 11.0]


def test_setting_the_clock_back_before_handing_in_changes_nothing(folder):
    def change(lines):
        lines[-2]["at"] = "2026-03-05T00:00:00Z"  # an answer, long after the deadline

    (folder / "bob.jsonl").write_text(rewritten("bob", change), encoding="utf-8")
    assert [one.late_days for one in run(folder, key=make_key(deadline=DEADLINE)).learners] == [0, 3]


EXPENSIVE = {
    "brackets": "(" * 9_000,
    "signs": "-" * 19_000 + "1",
    "a sum": "+".join(["1"] * 9_000),
    "attributes": "a" + ".b" * 9_000,
    "digits": "9" * 19_000,
    "an import": "__import__('os').system('touch {place}')",
    "writing": "open('{place}', 'w')",
    "a null": "1\0",
    "a form feed": "\f1",
}


@pytest.mark.parametrize("name", EXPENSIVE)
def test_code_is_compared_and_never_run(folder, tmp_path, monkeypatch, name):
    def forbidden(*arguments, **options):
        raise AssertionError("something was executed")

    place = tmp_path / "was_here"
    hand_in(folder, "bob", {"q-code": EXPENSIVE[name].replace("{place}", str(place))})
    roster = read_roster(write_roster(tmp_path / "roster.csv", "ann", "bob"))
    with monkeypatch.context() as patch:
        patch.setattr(builtins, "exec", forbidden)
        patch.setattr(builtins, "eval", forbidden)
        patch.setattr("qa_lesson.quiz.kinds.shared.running.complaint", forbidden)
        patch.setattr("qa_lesson.quiz.kinds.code.complaint", forbidden)
        results = grade([folder], make_key(), roster).results
    bob = results.learners[1]
    assert bob.status == "needs review"
    assert bob.points == 0
    assert not place.exists()


def test_a_path_that_is_not_there_or_an_empty_folder_is_an_error_of_the_instructor(folder, tmp_path):
    with pytest.raises(DataError, match="no such file or folder"):
        run(folder, tmp_path / "none")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="nothing to grade"):
        run(tmp_path / "empty")


def test_every_file_is_accounted_for_exactly_once(folder):
    for number, (content, _) in enumerate(DAMAGED.values()):
        (folder / f"bad{number}.jsonl").write_text(content, encoding="utf-8")
    hand_in(folder / "deep" / "er", "bob")
    hand_in(folder, "bob", {"q-one": "a"}, name="bob2.jsonl", attempt=2)
    results = run(folder)
    named = [one.file for one in results.not_counted] + [one.file for one in results.handed_in]
    present = [f"in/{path.relative_to(folder).as_posix()}" for path in folder.rglob("*") if path.is_file()]
    assert sorted(named) == sorted(present)
