"""What attempts, annotations and submissions are kept with: no kill, full disk or second writer loses any."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_lesson import journal
from qa_lesson.errors import StorageError
from qa_lesson.grading.sitting.submission_file import SubmissionFile
from qa_lesson.journal import Journal, copy_readable, ending_of, locked, move_aside, open_somewhere, temporary_folder
from qa_lesson.loading import AnnotationStore, load_examples
from qa_lesson.quiz.progress.attempts import Progress

REPOSITORY = Path(__file__).parents[1]
BUNDLE = "0123456789abcdef" * 2

ATTEMPTS = """
import sys
from qa_lesson.quiz.progress.attempts import Progress
from qa_lesson.quiz.progress.learner_rows import Attempt
progress = Progress.open(sys.argv[1], "ada")
for n in range(int(sys.argv[3])):
    name = f"{sys.argv[2]}-{n}"
    progress.record(Attempt(learner="ada", quiz="q", question=name, objective="o", difficulty="easy", kind="single",
                            response="x" * (n % 50), credit=1.0, correct=True))
    print(name, flush=True)
"""
ANNOTATIONS = """
import sys
from qa_lesson.loading import AnnotationStore
store = AnnotationStore(sys.argv[1])
for n in range(int(sys.argv[3])):
    name = f"{sys.argv[2]}-{n}"
    store.save(name, "Bram Keating keeps the light. " + "x" * (n % 50), (0, 12))
    print(name, flush=True)
"""
SITTINGS = f"""
import sys
from pathlib import Path
from qa_lesson.grading.sitting.submission_file import SubmissionFile
file = SubmissionFile(Path(sys.argv[1]), "{BUNDLE}", "ann@uni.edu", 1)
file.look()
for n in range(int(sys.argv[3])):
    name = f"{{sys.argv[2]}}-{{n}}"
    file.answer(name, "x" * (n % 50))
    print(name, flush=True)
"""


def attempts_in(path: Path) -> list[str]:
    return [attempt.question for attempt in Progress.open(path, "ada").attempts()]


def annotations_in(path: Path) -> list[str]:
    found = [example.question for example in AnnotationStore(path).examples]
    assert [example.question for example in load_examples(path)] == found
    return found


def answers_in(path: Path) -> list[str]:
    file = SubmissionFile(path, BUNDLE, "ann@uni.edu", 1)
    found = list(file.look().answers)
    assert not [note for note in file.notes if "damaged" in note or "not your" in note]
    return found


USERS = pytest.mark.parametrize(
    ("name", "code", "kept_in"),
    [
        ("progress.sqlite", ATTEMPTS, attempts_in),
        ("own.jsonl", ANNOTATIONS, annotations_in),
        ("work.jsonl", SITTINGS, answers_in),
    ],
    ids=["attempts", "annotations", "sittings"],
)


def start(code: str, path: Path, writer: str, n: int) -> subprocess.Popen:
    command = [sys.executable, "-c", code, str(path), writer, str(n)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@USERS
def test_a_kill_loses_nothing_that_was_reported_as_saved(tmp_path, name, code, kept_in):
    path, told, n_kills = tmp_path / name, [], 6
    for round_ in range(n_kills):
        writer = start(code, path, f"w{round_}", 100_000)
        told += [writer.stdout.readline().strip() for _ in range(1 + round_ * 5)]
        writer.send_signal(signal.SIGKILL)
        told += writer.stdout.read().split("\n")[:-1]
        writer.wait()
        kept = kept_in(path)
        assert set(told) <= set(kept)
        assert len(kept) == len(set(kept)) <= len(told) + round_ + 1  # saved, and killed before it could say so
    assert len(told) >= n_kills


@USERS
def test_three_processes_at_once_lose_nothing(tmp_path, name, code, kept_in):
    path = tmp_path / name
    writers = [start(code, path, f"w{i}", 40) for i in range(3)]
    told = [writer.communicate()[0].split() for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * 3
    assert sorted(kept_in(path)) == sorted(name for names in told for name in names)
    assert len(kept_in(path)) == 120


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@USERS
def test_a_writer_that_is_killed_while_it_holds_the_lock_stops_no_one(tmp_path, name, code, kept_in):
    path = tmp_path / name
    stuck = code.replace("import sys\n", "import sys\nimport os, signal\n", 1)
    if name.endswith(".jsonl"):  # half a line is written, under the lock
        stuck = stuck.replace(
            "import os, signal\n",
            "import os, signal\nwrite = os.write\n"
            "def half(descriptor, content):\n"
            "    if len(sys.argv) > 4 and os.fstat(descriptor).st_size > 400:\n"
            "        write(descriptor, content[:len(content) // 2])\n"
            "        os.kill(os.getpid(), signal.SIGKILL)\n"
            "    return write(descriptor, content)\n"
            "os.write = half\n",
        )
    else:
        stuck = stuck.replace(
            "    progress.record(", "    n == 2 and os.kill(os.getpid(), signal.SIGKILL)\n    progress.record("
        )
    command = [sys.executable, "-c", stuck, str(path), "dead", "100", "kill"]
    result = subprocess.run(command, capture_output=True, text=True, cwd=REPOSITORY)
    assert result.returncode == -signal.SIGKILL
    told = result.stdout.split()
    assert told
    assert kept_in(path) == told
    start(code, path, "next", 2).communicate()
    assert kept_in(path) == [*told, "next-0", "next-1"]


# ---------------------------------------------------------------------------------------------- the journal itself


@pytest.fixture
def lines(tmp_path) -> Journal:
    return Journal(tmp_path / "lines.jsonl", "the file of lines")


def is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(max_size=8), min_size=1, max_size=5), st.data())
def test_a_file_cut_anywhere_keeps_its_whole_lines(tmp_path_factory, texts, data):
    folder = tmp_path_factory.mktemp("cut")
    lines = Journal(folder / "lines.jsonl", "the file of lines")
    content = b"".join(json.dumps([text]).encode() + b"\n" for text in texts)
    cut = data.draw(st.integers(0, len(content)))
    lines.path.write_bytes(content[:cut])
    ending, end = ending_of(content[:cut], is_json)
    aside = lines.mend(ending, end)
    lines.append(b'["more"]\n')
    found = [json.loads(line)[0] for line in lines.read().splitlines()]
    n_whole = content[:cut].count(b"\n") + (ending == "unended")
    assert found == [*texts[:n_whole], "more"]
    assert (aside.read_bytes() if aside else b"") == (content[end:cut] if ending == "torn" else b"")


def test_a_mark_leaves_half_a_record_where_it_is(lines):
    lines.path.write_bytes(b"[1]\n[2")
    assert lines.mend(*ending_of(lines.read(), is_json), mark=b'"ignore the line before"\n') is None
    assert lines.read() == b'[1]\n[2\n"ignore the line before"\n'
    lines.path.write_bytes(b"[1]\n[2]")
    assert lines.mend(*ending_of(lines.read(), is_json), mark=b'"ignore the line before"\n') is None
    assert lines.read() == b"[1]\n[2]\n"
    assert lines.mend(*ending_of(lines.read(), is_json)) is None
    assert lines.read() == b"[1]\n[2]\n"


def test_a_line_and_the_name_of_its_file_are_on_the_disk_before_append_returns(lines, monkeypatch):
    synced = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.fstat(descriptor).st_ino))
    assert lines.append(b"[1]\n") == 4
    assert synced == [lines.path.stat().st_ino, lines.path.parent.stat().st_ino]
    assert lines.append(b"[2]\n") == 8
    assert synced[2:] == [lines.path.stat().st_ino]


@pytest.mark.parametrize("failing", ["write", "fsync"])
def test_what_fails_leaves_the_file_as_it_was(lines, monkeypatch, failing):
    lines.append(b"[1]\n")
    write = os.write

    def full(descriptor, *content):
        if content:
            return write(descriptor, content[0][:2])
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, failing, full)
    with pytest.raises(OSError, match="No space left" if failing == "write" else "Input/output"):
        lines.append(b"[2]\n")
    monkeypatch.undo()
    assert lines.read() == b"[1]\n"


@pytest.mark.skipif(os.name != "posix", reason="rights are not bits there")
def test_a_private_file_is_for_its_owner(tmp_path):
    for private, mode in ((True, 0o600), (False, 0o644)):
        before = os.umask(0o022)
        try:
            Journal(path := tmp_path / str(private), "x", private=private).append(b"[1]\n")
        finally:
            os.umask(before)
        assert path.stat().st_mode & 0o777 == mode


def test_the_lock_keeps_threads_out_and_says_who_waits(lines):
    entered = []

    def enter() -> None:
        try:
            with lines.locked(0.05):
                entered.append("in")
        except StorageError as error:
            entered.append(str(error))

    with lines.locked():
        thread = threading.Thread(target=enter)
        thread.start()
        thread.join()
    assert "another program holds the file of lines" in entered[0]
    assert str(lines.path) in entered[0]
    enter()
    assert entered[1] == "in"


def test_a_lock_makes_no_folder(tmp_path):
    absent = tmp_path / "absent"
    with pytest.raises(FileNotFoundError), locked(absent / "x.lock", absent / "x", "it", 1):
        pass
    assert not absent.exists()


def test_a_disk_without_locks_is_an_error_of_the_disk(lines, monkeypatch):
    class NoLock:
        def __init__(self, *_, **__): ...

        def acquire(self):
            raise NotImplementedError("flock")

    monkeypatch.setattr(journal, "FileLock", NoLock)
    with pytest.raises(OSError, match="cannot lock files"), lines.locked():
        pass


def test_files_moved_aside_in_one_second_are_all_kept(tmp_path):
    path = tmp_path / "x.sqlite"
    asides = []
    for text in "abc":
        path.write_text(text)
        Path(f"{path}-wal").write_text(text.upper())
        asides.append(move_aside(path, "damaged", ("", "-wal")))
    assert [aside.read_text() for aside in asides] == ["a", "b", "c"]
    assert [Path(f"{aside}-wal").read_text() for aside in asides] == ["A", "B", "C"]
    assert not path.exists()


def test_the_first_place_that_opens_is_taken(tmp_path):
    def open_at(place: Path) -> Path:
        if "no" in place.name:
            raise OSError(30, "Read-only file system")
        return place

    named = {"wanted": "w", "fix": "f"}
    assert open_somewhere([tmp_path / "a", tmp_path / "b"], open_at, **named) == (tmp_path / "a", "")
    assert open_somewhere([tmp_path / "no", tmp_path / "b"], open_at, **named) == (
        tmp_path / "b",
        "read-only file system",
    )
    with pytest.raises(StorageError, match="nowhere to save") as caught:
        open_somewhere([tmp_path / "no1", tmp_path / "no2"], open_at, **named)
    assert caught.value.received == "read-only file system"

    def held(place: Path) -> Path:
        raise StorageError("held")

    with pytest.raises(StorageError, match="held"):
        open_somewhere([tmp_path / "a", tmp_path / "b"], held, **named)


def test_the_temporary_folder_is_ours_and_the_same_each_time(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folder = temporary_folder("ours")
    assert folder == temporary_folder("ours") == tmp_path / "ours"
    if hasattr(os, "getuid"):
        monkeypatch.setattr(os, "getuid", lambda: 12345)
        assert temporary_folder("ours") not in (folder, temporary_folder("ours"))


def test_a_copy_never_replaces_what_is_there(tmp_path):
    source, target = tmp_path / "source", tmp_path / "target"
    assert not copy_readable(source, target)
    source.write_text("theirs")
    assert copy_readable(source, target)
    source.write_text("later")
    assert not copy_readable(source, target)
    assert target.read_text() == "theirs"
