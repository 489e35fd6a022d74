"""The file to hand in: no saved answer is lost, whatever kills the kernel or damages the file."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import hypothesis
import pytest
from hypothesis import settings
from hypothesis import strategies as st

from qa_lesson.errors import ConfigError, StorageError
from qa_lesson.grading.formats.records import chain_hash
from qa_lesson.grading.sitting import submission_file
from qa_lesson.grading.sitting.submission_file import SubmissionFile, file_name, read_records

BUNDLE = "0123456789abcdef" * 2
LEARNER = "ann@uni.edu"
REPOSITORY = Path(__file__).parents[3]


def opened_at(folder: Path, **named) -> SubmissionFile:
    return SubmissionFile(folder / "work.jsonl", BUNDLE, named.pop("learner", LEARNER), 1, **named)


def records_of(path: Path) -> list[dict]:
    """The records of a file whose chain verifies, checked with the plain definition."""
    previous, found = "", []
    for n, line in enumerate(path.read_bytes().decode().splitlines()):
        record = json.loads(line)
        given = record.pop("hash")
        assert given == chain_hash(record, previous)
        assert record.get("n", 0) == n
        previous = given
        found.append(record)
    return found


def folded(path: Path) -> dict:
    answers = {}
    for record in records_of(path):
        if record["type"] == "answered":
            answers[record["question"]] = record["response"]
    return {question: given for question, given in answers.items() if given is not None}


def asides(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if ".jsonl." in path.name and not path.name.startswith("."))


def test_a_file_opens_answers_and_closes(tmp_path):
    file = opened_at(tmp_path, clock=lambda: "2026-03-01T12:00:00Z")
    assert file.look().answers == {}
    file.answer("q1", "a")
    file.answer("q2", ["x", "y"])
    file.answer("q1", None)
    written = file.submit()
    assert records_of(file.path) == [
        {"type": "opened", "format": "qa-lesson submission", "version": 1, "bundle": BUNDLE, "learner": LEARNER,
         "attempt": 1, "at": "2026-03-01T12:00:00Z"},
        {"type": "answered", "n": 1, "question": "q1", "response": "a", "at": "2026-03-01T12:00:00Z"},
        {"type": "answered", "n": 2, "question": "q2", "response": ["x", "y"], "at": "2026-03-01T12:00:00Z"},
        {"type": "answered", "n": 3, "question": "q1", "response": None, "at": "2026-03-01T12:00:00Z"},
        {"type": "submitted", "n": 4, "answers": 3, "at": "2026-03-01T12:00:00Z"},
    ]  # fmt: skip
    assert written.submitted
    assert written.answers == {"q2": ["x", "y"]}
    assert json.loads(file.path.read_text(encoding="utf-8").splitlines()[-1])["hash"] == written.last
    before = file.path.read_bytes()
    for action in (lambda: file.answer("q1", "b"), file.submit):
        with pytest.raises(ConfigError, match="was handed in"):
            action()
    assert file.path.read_bytes() == before


ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("answer"), st.sampled_from("abc"), st.one_of(st.none(), st.text(max_size=5), st.just(["x"]))),
        st.tuples(st.just("resume")),
        st.tuples(st.just("torn"), st.integers(1, 60)),
        st.tuples(st.just("other notebook"), st.sampled_from("abc"), st.text(max_size=3)),
        st.tuples(st.just("gone")),
        st.tuples(st.just("damage"), st.integers(0, 10_000)),
        st.tuples(st.just("unended")),
    ),
    max_size=14,
)


@settings(max_examples=60, deadline=None)
@hypothesis.given(ACTIONS)
def test_any_sequence_of_events_keeps_every_saved_answer(tmp_path_factory, actions):
    folder = tmp_path_factory.mktemp("sequence")
    file, other = opened_at(folder), opened_at(folder)
    file.look()
    other.look()
    expected: dict = {}
    kept = 0
    for action, *details in actions:
        match action:
            case "answer" | "other notebook":
                chosen = file if action == "answer" else other
                chosen.answer(*details)
                expected = {**expected, details[0]: details[1]}
                file.look()
                other.look()
            case "resume":  # a kernel that was killed, and the cell run again
                file = opened_at(folder)
                file.look()
            case "torn":  # a kernel that was killed while it wrote a record
                line = json.dumps(
                    {"type": "answered", "n": 99, "question": "a", "response": "unsaved", "hash": "0" * 64}
                )
                with file.path.open("ab") as handle:
                    handle.write(line.encode()[: details[0]])
                kept += 1
                file.look()
            case "gone":  # someone deletes the file, and the notebook is still open
                file.path.unlink()
                file.look()
            case "damage":  # a byte is changed, and the notebook is still open
                content = bytearray(file.path.read_bytes())
                content[details[0] % len(content)] ^= 1
                file.path.write_bytes(content)
                file.look()
                kept += 1
            case "unended":  # an editor that takes the last line's end away
                file.path.write_bytes(file.path.read_bytes().rstrip(b"\n"))
        wanted = {question: given for question, given in expected.items() if given is not None}
        assert file.look().answers == wanted
        assert folded(file.path) == wanted
        assert len(asides(folder)) == kept
    assert folded(file.path) == {question: given for question, given in expected.items() if given is not None}


def test_a_file_cut_anywhere_resumes_with_its_whole_records(tmp_path):
    file = opened_at(tmp_path)
    for n, given in enumerate(["a", "é€", ["x"], None, 1.5]):
        file.answer(f"q{n % 3}", given)
    content = file.path.read_bytes()
    lines = content.splitlines(keepends=True)
    for cut in sorted({*range(1, len(content), 7), *(len(content) - n for n in range(1, 4))}):
        folder = tmp_path / str(cut)
        folder.mkdir()
        again = opened_at(folder)
        again.path.write_bytes(content[:cut])
        found = again.look()
        n_whole = sum(cut >= len(b"".join(lines[: n + 1])) - 1 for n in range(len(lines)))  # the line's end may lack
        expected, _, _ = read_records(b"".join(lines[:n_whole]), BUNDLE, LEARNER) if n_whole else (None, 0, "")
        assert found.answers == (expected.answers if expected else {})
        again.answer("more", "y")
        assert folded(again.path) == {**found.answers, "more": "y"}
        whole = len(b"".join(lines[:n_whole]))
        assert [path.read_bytes() for path in asides(folder)] == ([content[whole:cut]] if cut > whole else [])


WRITER = """
import sys
from pathlib import Path
from qa_lesson.grading.sitting.submission_file import SubmissionFile
file = SubmissionFile(Path(sys.argv[1]), sys.argv[2], sys.argv[3], 1)
n = len(file.look().answers)
while True:
    n += 1
    file.answer(f"q{n}", "x" * (n % 50))
    print(n, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_kernel_that_is_killed_loses_no_acknowledged_answer(tmp_path):
    path, acknowledged = tmp_path / "work.jsonl", 0
    for round_ in range(4):
        command = [sys.executable, "-c", WRITER, str(path), BUNDLE, LEARNER]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY)
        seen = 0
        for line in process.stdout:
            seen, acknowledged = seen + 1, int(line)
            if seen > 5 + 7 * round_:
                os.kill(process.pid, signal.SIGKILL)
                break
        acknowledged = max([acknowledged, *map(int, process.stdout.read().split())])
        process.wait()
        answers = opened_at(tmp_path).look().answers
        assert len(answers) in (acknowledged, acknowledged + 1)  # the last one may be saved and not yet told
        assert all(answers[f"q{n}"] == "x" * (n % 50) for n in range(1, acknowledged + 1))
        assert folded(path) == answers


def test_two_notebooks_at_once_keep_one_chain(tmp_path):
    def write(name: str) -> None:
        file = opened_at(tmp_path)
        for n in range(25):
            file.answer(f"{name}{n}", str(n))

    threads = [threading.Thread(target=write, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    path = tmp_path / "work.jsonl"
    assert len(records_of(path)) == 1 + 75
    assert folded(path) == {f"{name}{n}": str(n) for name in "abc" for n in range(25)}
    assert asides(tmp_path) == []


def test_two_processes_at_once_keep_one_chain(tmp_path):
    path = tmp_path / "work.jsonl"
    code = WRITER.replace("while True:", "for _ in range(20):").replace('f"q{n}"', "f'{sys.argv[4]}{n}'")
    command = [sys.executable, "-c", code, str(path), BUNDLE, LEARNER]
    processes = [subprocess.Popen([*command, name], cwd=REPOSITORY, stdout=subprocess.DEVNULL) for name in ("a", "b")]
    assert [process.wait() for process in processes] == [0, 0]
    assert len(records_of(path)) == 41


def test_answers_of_another_notebook_come_with_the_next_look(tmp_path):
    mine, other = opened_at(tmp_path), opened_at(tmp_path)
    mine.look()
    other.answer("q1", "theirs")
    assert mine.answer("q2", "mine").answers == {"q1": "theirs", "q2": "mine"}
    other.submit()
    with pytest.raises(ConfigError, match="was handed in"):
        mine.answer("q2", "late")
    assert mine.written.submitted


def test_a_record_is_on_the_disk_before_the_call_returns(tmp_path, monkeypatch):
    file = opened_at(tmp_path)
    file.look()
    synced = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.fstat(descriptor).st_size))
    file.answer("q1", "a")
    assert synced[-1] == file.path.stat().st_size


def test_a_full_disk_leaves_the_file_as_it_was(tmp_path, monkeypatch):
    file = opened_at(tmp_path)
    file.answer("q1", "a")
    before, write = file.path.read_bytes(), os.write
    monkeypatch.setattr(os, "write", lambda descriptor, content: write(descriptor, content[:10]))
    with pytest.raises(OSError, match="full"):
        file.answer("q1", "b")
    assert file.path.read_bytes() == before
    assert file.written.answers == {"q1": "a"}
    monkeypatch.undo()
    assert file.answer("q1", "c").answers == {"q1": "c"}


def damaged(path: Path, change) -> bytes:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(change(lines)))
    return path.read_bytes()


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        (lambda lines: [*lines[:2], lines[3], lines[2]], 1),  # reordered
        (lambda lines: [*lines[:2], *lines[3:]], 1),  # a line lost
        (lambda lines: [*lines[:3], lines[3].replace(b'"c"', b'"d"')], 2),  # edited
        (lambda lines: [*lines[:3], b"not a record\n"], 2),
        (lambda lines: [*lines, b"\xff\xfe\n"], 3),
        (lambda lines: [*lines, b"[" * 100_000 + b"\n"], 3),
        (lambda lines: [lines[0].replace(b'"attempt":1', b'"attempt":2'), *lines[1:]], 0),
        (lambda lines: lines[1:], 0),
    ],
)
def test_a_damaged_file_is_kept_and_its_whole_part_taken_over(tmp_path, change, kept):
    file = opened_at(tmp_path)
    for n, given in enumerate("abc"):
        file.answer(f"q{n}", given)
    content = damaged(file.path, change)
    again = opened_at(tmp_path)
    answers = again.look().answers
    assert answers == {f"q{n}": given for n, given in enumerate("abc"[:kept])}
    (aside,) = asides(tmp_path)
    assert aside.read_bytes() == content
    assert aside.name.startswith("work.jsonl.")
    assert aside.name in again.notes[0]
    assert folded(again.path) == answers


def test_a_damaged_file_is_mended_from_what_the_notebook_knows(tmp_path):
    file = opened_at(tmp_path)
    for n, given in enumerate("abc"):
        file.answer(f"q{n}", given)
    damaged(file.path, lambda lines: [lines[0], b"{}\n"])
    assert file.look().answers == {"q0": "a", "q1": "b", "q2": "c"}
    assert "with 3 of your answers" in file.notes[0]


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\n", b"a,b\n1,2\n", b"\x89PNG\r\n\x1a\n", b"no newline",
    ],
)  # fmt: skip
def test_a_foreign_file_is_kept(tmp_path, content):
    file = opened_at(tmp_path)
    file.path.write_bytes(content)
    file.answer("q1", "a")
    assert folded(file.path) == {"q1": "a"}
    assert [path.read_bytes() for path in asides(tmp_path)] == ([content] if content.strip() else [])


@pytest.mark.parametrize("other", [{"learner": "bob@uni.edu"}, {"bundle": "f" * 32}])
def test_the_file_of_someone_else_is_kept(tmp_path, other):
    theirs = SubmissionFile(tmp_path / "work.jsonl", **{"bundle": BUNDLE, "learner": LEARNER, "attempt": 1, **other})
    theirs.answer("q1", "theirs")
    content = theirs.path.read_bytes()
    mine = opened_at(tmp_path)
    assert mine.look().answers == {}
    (aside,) = asides(tmp_path)
    assert aside.read_bytes() == content
    assert "not your submission" in mine.notes[0]


def test_capitals_and_a_carriage_return_make_no_stranger(tmp_path):
    file = opened_at(tmp_path, learner="Ann@Uni.edu")
    file.answer("q1", "a")
    file.path.write_bytes(b"\xef\xbb\xbf" + file.path.read_bytes().replace(b"\n", b"\r\n"))
    assert opened_at(tmp_path).look().answers == {"q1": "a"}
    assert file_name(BUNDLE, "Ann@Uni.edu", 1) == file_name(BUNDLE, "ann@uni.edu", 1)
    assert asides(tmp_path) == []


def test_names_of_files_differ_by_learner_bundle_and_attempt_and_are_plain():
    learners = ["a@b.c", "a-b.c", "ab.c", "Ödön", "../../etc/passwd", "x" * 254, "12345", "日本"]
    names = {file_name(bundle, learner, n) for bundle in (BUNDLE, "f" * 32) for learner in learners for n in (1, 2)}
    assert len(names) == 32
    assert all(name.isascii() and not set(name) & set('/\\:*?"<>| ') and len(name) < 90 for name in names)


def test_a_file_stops_before_it_is_too_long_to_be_graded(tmp_path, monkeypatch):
    monkeypatch.setattr(submission_file, "MOST_BYTES", 6_000)
    file = opened_at(tmp_path)
    file.answer("q1", "a")
    n = 0
    while file.path.stat().st_size < 6_000 - submission_file._ROOM_TO_CLOSE - 400:
        n += 1
        file.answer("q1", "x" * n)
    with pytest.raises(StorageError, match="as long as it may be"):
        file.answer("q1", "x" * 500)
    assert file.submit().submitted
    assert file.path.stat().st_size <= 6_000


def test_a_lock_that_another_program_holds_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(submission_file, "_LOCK_SECONDS", 0.1)
    file = opened_at(tmp_path)
    file.look()
    with file._locked(), pytest.raises(StorageError, match="another program holds"):
        opened_at(tmp_path).answer("q1", "a")
    assert opened_at(tmp_path).answer("q1", "a").answers == {"q1": "a"}
