"""What pip installs is whole: a lesson on a machine without this checkout finds everything it needs."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from qa_lesson.quiz.bank.files import quiz_name

ROOT = Path(__file__).parents[1]
USE = """
import qa_lesson, sys
assert qa_lesson.__file__.startswith(sys.argv[1]), qa_lesson.__file__
from qa_lesson.corpus import SPLITS, load_corpus
from qa_lesson.documents import examples_dir
from qa_lesson.quiz import load_quiz, quiz_names
from qa_lesson.quiz.practice.widget import QuizWidget
from qa_lesson.recordings import recording, rescues
print(len(SPLITS), sum(len(load_corpus(split)) > 0 for split in SPLITS), *quiz_names())
assert len(list((examples_dir() / "documents").iterdir())) == 6 and (examples_dir() / "questions.jsonl").is_file()
assert all(load_quiz(name).questions for name in quiz_names())
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (path,) = folder.glob("*.whl")
    return zipfile.ZipFile(path)


def test_every_file_of_the_package_is_in_the_wheel(wheel):
    names = set(wheel.namelist())
    command = ["git", "ls-files", "qa_lesson", "quizzes", "examples"]
    tracked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    files = tracked.stdout.split()
    if not files:
        pytest.skip("this is no git checkout, so nobody can say which files belong to the package")
    wanted = {name if name.startswith("qa_lesson/") else f"qa_lesson/{name}" for name in files}
    assert wanted - names == set()


def test_it_works_away_from_the_checkout(wheel, tmp_path):
    installed = tmp_path / "installed"
    wheel.extractall(installed)
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    command = [sys.executable, "-c", USE, str(installed)]
    result = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr[-2000:]
    names = sorted(quiz_name(path.stem) for path in (ROOT / "quizzes").glob("*.yaml"))
    assert sorted(result.stdout.split()[2:]) == names
