"""No answer is lost to a kernel that is killed, or to others who write at the same moment."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from qa_lesson.quiz import load_quiz, show
from qa_lesson.quiz.progress.attempts import Progress

REPOSITORY = Path(__file__).parents[3]

WRITER = """
import sys
from qa_lesson.quiz.progress.attempts import Progress
from qa_lesson.quiz.progress.learner_rows import Attempt
path, learner, n = sys.argv[1], sys.argv[2], int(sys.argv[3])
progress = Progress.open(path, learner)
for i in range(n):
    attempt = Attempt(id=f"{learner}-{i}", learner=learner, quiz="metrics", question=f"04-q{i % 10}", objective="f1",
                      difficulty="easy", kind="single", response="a", credit=1.0, correct=True, attempt=i // 10 + 1)
    progress.record(attempt)
    print(attempt.id, flush=True)
"""


def value(path: Path, statement: str) -> object:
    """The one value that another program gets from the file."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(statement).fetchone()[0]


def start(*arguments, code=WRITER) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
    )


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / "progress.sqlite"


def test_five_learners_write_at_once_and_nothing_is_lost(path):
    writers = [start(path, f"learner{i}", 200) for i in range(5)]
    told = [writer.communicate()[0].split() for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * 5
    for i, ids in enumerate(told):
        kept = Progress.open(path, f"learner{i}").attempts()
        assert [one.id for one in kept] == ids
        assert len(ids) == 200
    assert value(path, "SELECT count(*) FROM attempts") == 1000
    assert value(path, "PRAGMA journal_mode") == "wal"


@pytest.mark.parametrize("journal", ["wal", "delete"])
def test_kill_loses_no_attempt_that_record_had_returned_from(path, journal):
    if journal == "delete":
        Path(f"{path}-shm").mkdir(parents=True)
    n_kills, told = 25, []
    for i in range(n_kills):
        writer = start(path, f"learner{i}", 100_000)
        for _ in range(1 + i % 7 * 3):
            told.append(writer.stdout.readline().strip())
        writer.send_signal(signal.SIGKILL)
        told += writer.stdout.read().split("\n")[:-1]
        writer.wait()
    kept = {one.id for i in range(n_kills) for one in Progress.open(path, f"learner{i}").attempts()}
    assert len(told) >= sum(1 + i % 7 * 3 for i in range(n_kills))
    assert set(told) <= kept
    assert len(kept) <= len(told) + n_kills  # saved, and killed before it could say so
    assert value(path, "PRAGMA journal_mode") == journal


KERNELS = """
import os, signal, sys, time
from qa_lesson.quiz import Progress, show

class SavedAndThenStuck(Progress):
    def record(self, attempt):
        super().record(attempt)
        print(attempt.id, attempt.question, os.getpid(), flush=True)
        time.sleep(600)  # the answer is saved, its feedback not shown yet: here the kernel is killed

signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for line in sys.stdin:  # one line, one kernel; they start as copies of this process, which has imported everything
    if os.fork() == 0:
        quiz = show("metrics", progress=SavedAndThenStuck.open(sys.argv[1], "ada"))
        quiz.practice.start_again.click()
        question = quiz.question(int(line))
        question.value = "0.125" if question.question.kind == "numeric" else question.question.options[0].id
        question.check.click()
        print("not-saved", question.question.id, os.getpid(), flush=True)
        os._exit(1)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot be copied there")
def test_fifty_kernels_killed_between_answer_and_feedback_lose_no_answer(path):
    quiz = load_quiz("metrics")
    places = [n for n, question in enumerate(quiz.questions) if question.kind in ("numeric", "single")]
    kernels = start(path, code=KERNELS)
    told = []
    for i in range(50):
        print(places[i % len(places)], file=kernels.stdin, flush=True)
        id_, question, process = kernels.stdout.readline().split()
        os.kill(int(process), signal.SIGKILL)
        told.append(id_)
        progress = Progress.open(path, "ada")
        assert [one.id for one in progress.attempts()] == told
        answered = show("metrics", progress=progress).question(question)  # the cell, run again
        assert answered.saved
        assert answered.feedback
    kernels.communicate()
    assert kernels.returncode == 0
    assert len(set(told)) == 50
