"""A graded quiz answered through its widget: saved, shuffled, handed in, and nothing of a key in it."""

import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

from qa_lesson.errors import ConfigError, DataError, StorageError
from qa_lesson.grading import build_bundle, take_quiz
from qa_lesson.grading.formats.records import chain_hash
from qa_lesson.grading.handing_out.handout import TEMPLATE, write_handout
from qa_lesson.grading.marking.submissions import SubmissionReader
from qa_lesson.grading.sitting import sitting as sitting_module
from qa_lesson.grading.sitting.graded_widget import GradedQuiz
from qa_lesson.grading.sitting.sitting import Sitting
from qa_lesson.quiz.bank.files import load_quiz
from qa_lesson.quiz.practice.widget import QuizWidget
from qa_lesson.quiz.progress.learner_names import check_learner

REPOSITORY = Path(__file__).parents[3]
DEADLINE = datetime.fromisoformat("2026-12-01T18:00+01:00")
ANSWERS = {
    "ferry-first": "at-0800",
    "ferry-free": ["resident", "child-of-six"],
    "ferry-minutes": "54",
    "ferry-side": "port",
    "ferry-luggage": "20 kilograms",
    "ferry-boarding": ["bicycles", "cars", "walkers"],
    "ferry-fare": "4 if age < 16 else 8",
}


@pytest.fixture
def handout(tmp_path):
    """The folder that a learner gets, and the key."""
    return hand_out(tmp_path, deadline=DEADLINE, attempts=2)


def hand_out(tmp_path: Path, **rules):
    bundle, key = build_bundle([load_quiz(TEMPLATE)], **rules)
    write_handout(bundle, key, folder=tmp_path / "quiz", key_file=tmp_path / "key.json")
    return tmp_path / "quiz", key


def press(quiz: GradedQuiz, action: str, **more) -> dict:
    """What a press in the browser does; the reply that the page gets."""
    replies = []
    quiz.send = replies.append
    quiz._receive(quiz, {"action": action, **more}, [])
    (reply,) = replies
    assert reply["done"] == action
    return reply


def type_in(quiz: GradedQuiz, question: str, response) -> None:
    """What the page does when a learner answers."""
    quiz.drafts = {**quiz.drafts, question: response}


def lines_of(quiz: GradedQuiz) -> list[dict]:
    previous, found = "", []
    for line in quiz.sitting.path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        given = record.pop("hash")
        assert given == chain_hash(record, previous)
        previous = given
        found.append(record)
    return found


def test_from_bundle_to_a_submission_that_the_instructor_reads(handout):
    folder, key = handout
    quiz = take_quiz(folder)
    assert (quiz.learner, quiz.saved, quiz.receipt) == ("", {}, {})
    press(quiz, "sit_down", learner="ann@uni.edu", sure=True)
    assert quiz.learner == "ann@uni.edu"
    assert quiz.attempt == {"number": 1, "of": 2}
    for question, response in ANSWERS.items():
        type_in(quiz, question, response)
        assert quiz.saved[question] == response
        assert lines_of(quiz)[-1]["response"] == response
    type_in(quiz, "ferry-first", "at-0850")
    press(quiz, "submit")
    assert (quiz.problem, quiz.receipt["late"], quiz.receipt["again"]) == ("", False, True)
    path = folder / quiz.receipt["path"]
    assert path == quiz.sitting.path
    assert lines_of(quiz)[-1] == {"type": "submitted", "n": 9, "answers": 8, "at": quiz.receipt["at"]}
    assert press(quiz, "download") == {
        "done": "download",
        "name": path.name,
        "content": path.read_text(encoding="utf-8"),
    }
    read = SubmissionReader(key).read(path.read_bytes(), path.name, "")
    assert (read.learner, read.attempt, read.receipt) == ("ann@uni.edu", 1, quiz.receipt["hash"])
    assert read.answers == {**ANSWERS, "ferry-first": "at-0850"}


def test_a_new_name_is_confirmed_before_anything_is_written(handout):
    folder, _ = handout
    quiz = take_quiz(folder)
    press(quiz, "sit_down", learner="  ann@uni.edu ")
    assert (quiz.named, quiz.learner, quiz.problem) == ("ann@uni.edu", "", "")
    assert list(folder.glob("*.jsonl")) == []
    press(quiz, "sit_down", learner=quiz.named, sure=True)
    assert (quiz.named, quiz.learner) == ("", "ann@uni.edu")
    type_in(quiz, "ferry-minutes", "54")

    again = take_quiz(folder)
    press(again, "sit_down", learner="Ann@uni.edu")
    assert (again.named, again.saved) == ("", {"ferry-minutes": "54"}), "who answered before is not asked again"
    other = take_quiz(folder)
    press(other, "sit_down", learner="anne@uni.edu")
    assert (other.named, other.learner) == ("anne@uni.edu", "")


def test_a_name_in_the_call_is_not_asked_about(handout):
    quiz = take_quiz(handout[0], learner="ann@uni.edu")
    assert (quiz.named, quiz.learner) == ("", "ann@uni.edu")


def test_nothing_of_the_key_is_in_the_bundle_the_outputs_or_the_state(handout):
    folder, _ = handout
    bank = load_quiz(TEMPLATE)
    quiz = take_quiz(folder, learner="ann@uni.edu")
    for question, response in ANSWERS.items():
        quiz.answer(question, response if question != "ferry-fare" else "8")
    quiz.submit()
    state = quiz.get_state()
    page = {name: value for name, value in state.items() if name not in ("_esm", "_css")}
    data, _ = quiz._repr_mimebundle_()
    shown = {
        "state": json.dumps(page, ensure_ascii=False),
        "program": state["_esm"] + state["_css"],
        "repr": repr(quiz),
        "static": quiz.static_html(),
        "output": json.dumps(data, ensure_ascii=False),
        **{path.name: path.read_bytes().decode() for path in folder.iterdir() if path.is_file()},
    }
    secrets = [text for question in bank.questions for text in _key_texts(question)]
    assert len(secrets) > 60
    names = "answers accept correct feedback hints steps quick_check mistakes tolerance credit section".split()
    for place, content in shown.items():
        for text in secrets:
            assert text not in content, (place, text)
            assert json.dumps(text)[1:-1] not in content, (place, text)
        if place not in ("program", "README.txt"):
            for name in names:
                assert f'"{name}"' not in content or place.startswith("submission"), (place, name)
    # the same looks, so a test that could not fail would not notice
    practice = json.dumps(bank.model_dump(mode="json"), ensure_ascii=False)
    assert all(text in practice or json.dumps(text, ensure_ascii=False)[1:-1] in practice for text in secrets)


def _key_texts(question) -> list[str]:
    """Every text of a question that its bundle does not ask, found in the whole record and not field by field."""
    asked = " ".join(
        str(value) for value in (question.prompt, getattr(question, "context", ""), getattr(question, "template", ""))
    )
    asked += " ".join(part.text for part in (*getattr(question, "options", ()), *getattr(question, "items", ())))
    found = []

    def collect(value) -> None:
        if isinstance(value, dict):
            for entry in value.values():
                collect(entry)
        elif isinstance(value, list):
            for entry in value:
                collect(entry)
        elif isinstance(value, str) and len(value) > 9 and value not in asked and value not in ANSWERS.values():
            found.append(value)

    collect(
        {
            name: value
            for name, value in question.model_dump(mode="json").items()
            if name not in ("id", "options", "items", "unit")
        }
    )
    for part in (*getattr(question, "options", ()), *getattr(question, "items", ())):
        collect(part.feedback)
    return found


def test_the_order_is_the_learners_own_and_stays(handout):
    folder, _ = handout
    orders, first_options = set(), Counter()
    for n in range(60):
        quiz = take_quiz(folder, learner=f"learner {n}", folder=folder / "all")
        ids = [question["id"] for question in quiz.questions]
        assert sorted(ids) == sorted(ANSWERS)
        orders.add(tuple(ids))
        single = next(question for question in quiz.questions if question["id"] == "ferry-first")
        first_options[single["options"][0]["id"]] += 1
    assert len(orders) > 50
    assert len(first_options) == 3
    assert min(first_options.values()) >= 8  # of 60, 20 expected
    again = take_quiz(folder, learner="Learner 3", folder=folder / "all")
    assert again.questions == take_quiz(folder, learner="learner 3", folder=folder / "all").questions


def test_answers_come_back_after_the_kernel_was_restarted(handout):
    folder, _ = handout
    quiz = take_quiz(folder, learner="ann@uni.edu")
    type_in(quiz, "ferry-minutes", "54")
    type_in(quiz, "ferry-free", ["resident"])
    type_in(quiz, "ferry-free", None)
    again = take_quiz(folder / "bundle.json", learner="Ann@Uni.edu")
    assert again.saved == {"ferry-minutes": "54"}
    assert again.drafts["ferry-minutes"] == "54"
    assert again.questions[again.current]["id"] != "ferry-minutes"  # the first one without an answer
    assert take_quiz(folder, learner="bob@uni.edu").saved == {}


def test_attempts_are_counted_and_go_on_with_the_answers(handout):
    folder, _ = handout
    quiz = take_quiz(folder, learner="ann@uni.edu")
    quiz.answer("ferry-minutes", "54")
    first = quiz.submit()
    with pytest.raises(ConfigError, match="handed in"):
        quiz.answer("ferry-minutes", "55")
    type_in(quiz, "ferry-minutes", "56")  # a page that was slow to notice
    assert quiz.sitting.answers == {"ferry-minutes": "54"}
    press(quiz, "begin_again")
    assert (quiz.attempt, quiz.receipt, quiz.saved) == ({"number": 2, "of": 2}, {}, {"ferry-minutes": "54"})
    assert lines_of(quiz)[0]["attempt"] == 2
    second = quiz.submit()
    assert second.path != first.path
    assert not quiz.receipt["again"]
    press(quiz, "begin_again")
    assert "no further attempt" in quiz.problem
    again = take_quiz(folder, learner="ann@uni.edu")
    assert (again.attempt["number"], again.receipt["hash"]) == (2, second.hash)


def test_after_the_deadline_one_can_still_hand_in_and_it_counts_as_late(handout, tmp_path):
    folder, _ = handout
    quiz = take_quiz(folder, learner="ann@uni.edu")
    assert quiz.deadline == "2026-12-01T17:00:00Z"
    for name, at, late in (("on time", "2026-12-01T17:00:00Z", False), ("late", "2026-12-01T17:00:01Z", True)):
        quiz = GradedQuiz(quiz.bundle, tmp_path / name, "ann@uni.edu", clock=lambda at=at: at)
        quiz.answer("ferry-minutes", "54")
        assert quiz.submit().late is late
        assert quiz.receipt["late"] is late


def test_without_rules_there_is_no_deadline_and_no_limit(tmp_path):
    folder, _ = hand_out(tmp_path)
    quiz = take_quiz(folder, learner="ann@uni.edu")
    assert (quiz.deadline, quiz.attempt) == ("", {"number": 1, "of": 0})
    for _ in range(3):
        assert not quiz.submit().late
        quiz.begin_again()
    assert quiz.attempt["number"] == 4


def test_a_learner_may_have_more_attempts_than_the_others(handout):
    quiz = take_quiz(handout[0], learner="ann@uni.edu", extra_attempts=1)
    assert quiz.attempt == {"number": 1, "of": 3}
    for number in (2, 3):
        quiz.submit()
        quiz.begin_again()
        assert quiz.attempt == {"number": number, "of": 3}
    quiz.submit()
    assert quiz.receipt["again"] is False
    with pytest.raises(ConfigError, match="no further attempt"):
        quiz.begin_again()
    assert take_quiz(handout[0], learner="ann@uni.edu").attempt == {"number": 3, "of": 2}


@pytest.mark.parametrize("name", ["", "   ", "ann\n", "a\x00b", "ann\u200b", "ann\u202egro", "x" * 255, "\ud800"])
def test_a_learner_has_a_name_that_can_be_seen(handout, name):
    folder, _ = handout
    if name.strip() == "ann":
        assert check_learner(name) == "ann"
        return
    with pytest.raises(ConfigError, match="to do: type the e-mail"):
        check_learner(name)
    quiz = take_quiz(folder)
    press(quiz, "sit_down", learner=name, sure=True)
    assert quiz.problem
    assert quiz.learner == ""
    assert [path.name for path in folder.iterdir() if path.suffix == ".jsonl"] == []


def test_nothing_is_answered_before_somebody_sits_down(handout):
    quiz = take_quiz(handout[0])
    with pytest.raises(ConfigError, match="no one is answering"):
        quiz.answer("ferry-minutes", "54")
    type_in(quiz, "ferry-minutes", "54")
    assert quiz.saved == {}
    press(quiz, "submit")
    assert "No one is answering" in quiz.problem
    press(quiz, "format the disk")
    assert "unknown" in quiz.problem


@pytest.mark.parametrize(
    ("question", "response", "what"),
    [
        ("ferry-first", "at-0900", "not offered"),
        ("ferry-first", ["at-0850"], "no text"),
        ("ferry-free", "resident", "no list"),
        ("ferry-free", ["resident", "resident"], "no list of different"),
        ("ferry-free", ["resident", 1], "not offered"),
        ("ferry-boarding", ["cars", "walkers"], "missing"),
        ("ferry-minutes", float("nan"), "no finite"),
        ("ferry-minutes", True, "no text"),
        ("ferry-side", {"a": 1}, "no text"),
        ("ferry-side", "x" * 20_001, "more than 20,000"),
        ("ferry-none", "x", "no such question"),
    ],
)
def test_what_cannot_be_an_answer_is_refused_and_nothing_is_written(handout, question, response, what):
    quiz = take_quiz(handout[0], learner="ann@uni.edu")
    with pytest.raises(ConfigError, match=what):
        quiz.answer(question, response)
    type_in(quiz, question, response)
    assert what in quiz.problem.lower()
    assert len(lines_of(quiz)) == 1
    assert quiz.drafts.get(question) is None


@pytest.mark.parametrize(
    ("question", "response", "kept"),
    [
        ("ferry-side", "  ", None), ("ferry-free", [], None), ("ferry-fare", " ___ ", None), ("ferry-first", "", None),
        ("ferry-minutes", 54, 54), ("ferry-minutes", 0, 0), ("ferry-side", "half \ud83d", "half ?"),
        ("ferry-side", "=1+1 <script>\u2028\x00", "=1+1 <script>\u2028\x00"),
    ],
)  # fmt: skip
def test_what_says_nothing_is_no_answer_and_odd_text_is_kept(handout, question, response, kept):
    folder, key = handout
    quiz = take_quiz(folder, learner="ann@uni.edu")
    type_in(quiz, question, response)
    assert quiz.sitting.answers == ({} if kept is None else {question: kept})
    receipt = quiz.submit()
    assert SubmissionReader(key).read(receipt.path.read_bytes(), "x", "").answers == quiz.sitting.answers


def test_an_answer_that_cannot_be_saved_is_told_kept_and_saved_later(handout, monkeypatch):
    quiz = take_quiz(handout[0], learner="ann@uni.edu")
    append = quiz.sitting._file._journal.append
    monkeypatch.setattr(
        quiz.sitting._file._journal, "append", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device"))
    )
    type_in(quiz, "ferry-minutes", "54")
    assert quiz.unsaved == "no space left on device"
    assert (quiz.drafts["ferry-minutes"], quiz.saved) == ("54", {})
    press(quiz, "submit")
    assert "could not be saved" in quiz.problem
    press(quiz, "save")
    assert quiz.unsaved
    monkeypatch.setattr(quiz.sitting._file._journal, "append", append)
    type_in(quiz, "ferry-side", "port")
    assert (quiz.unsaved, quiz.saved) == ("", {"ferry-minutes": "54", "ferry-side": "port"})
    assert quiz.submit().hash


def test_a_submission_from_another_notebook_closes_this_one(handout):
    folder, _ = handout
    mine, other = take_quiz(folder, learner="ann@uni.edu"), take_quiz(folder, learner="ann@uni.edu")
    other.answer("ferry-minutes", "54")
    receipt = other.submit()
    type_in(mine, "ferry-side", "port")
    assert "handed in" in mine.problem
    assert mine.receipt["hash"] == receipt.hash
    assert mine.drafts["ferry-side"] is None


def test_random_ways_through_the_quiz_end_in_a_file_that_verifies(handout):
    folder, key = handout
    rng = random.Random(7)
    choices = {
        "ferry-first": ["at-0800", "at-0820", None],
        "ferry-free": [["student"], ["resident", "student"], []],
        "ferry-minutes": ["1", "54", ""],
        "ferry-boarding": [["cars", "bicycles", "walkers"], ["walkers", "cars", "bicycles"], None],
    }
    for n in range(12):
        expected: dict = {}
        quiz = take_quiz(folder, learner=f"l{n}")
        for _ in range(rng.randrange(25)):
            if rng.random() < 0.2:
                quiz = take_quiz(folder, learner=f"l{n}")
            question = rng.choice(list(choices))
            response = rng.choice(choices[question])
            type_in(quiz, question, response)
            expected[question] = response
        wanted = {question: response for question, response in expected.items() if response}
        assert quiz.saved == wanted
        receipt = quiz.submit()
        read = SubmissionReader(key).read(receipt.path.read_bytes(), "x", "")
        assert (read.answers, read.receipt) == (wanted, receipt.hash)


READ_ONLY = """
import os, sys
from pathlib import Path
from qa_lesson.grading import take_quiz
from qa_lesson.grading.sitting import sitting
sitting.user_data_path = lambda *_, **__: Path(sys.argv[2]) / "data"
if os.getuid() == 0:  # nothing is read-only to root
    os.setuid(65534)
quiz = take_quiz(sys.argv[1], learner="ann@uni.edu")
before = dict(quiz.saved)
quiz.answer("ferry-side", "port")
print(before, quiz.submit().path.parent, *quiz.notes, sep="|")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="folders are not read-only there")
@pytest.mark.parametrize("begun", [True, False])
def test_a_folder_that_is_read_only_falls_back_and_says_so(handout, begun):
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        folder, elsewhere = Path(name) / "quiz", Path(name) / "elsewhere"
        shutil.copytree(handout[0], folder)
        elsewhere.mkdir()
        if begun:
            take_quiz(folder, learner="ann@uni.edu").answer("ferry-minutes", "54")
            for path in folder.iterdir():
                path.chmod(0o444)
        Path(name).chmod(0o755)
        elsewhere.chmod(0o777)
        folder.chmod(0o555)
        command = [sys.executable, "-c", READ_ONLY, str(folder), str(elsewhere)]
        result = subprocess.run(command, capture_output=True, text=True, cwd=REPOSITORY)
        folder.chmod(0o755)
        assert result.returncode == 0, result.stderr
        before, where, note = result.stdout.strip().split("|")
        assert Path(where) == elsewhere / "data" / "submissions"
    assert before == ("{'ferry-minutes': '54'}" if begun else "{}")
    assert note.startswith(f"Your answers cannot be saved in {folder} (permission denied).")
    assert note.endswith("was copied there.") == begun


def test_no_place_to_save_at_all_is_an_error(handout, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    monkeypatch.setattr(sitting_module, "_substitutes", lambda: [tmp_path / "file" / "a", tmp_path / "file" / "b"])
    with pytest.raises(StorageError, match="nowhere to save"):
        take_quiz(handout[0], learner="ann@uni.edu", folder=tmp_path / "file" / "c")


def test_a_damaged_file_is_set_aside_with_a_note_on_the_page(handout):
    folder, _ = handout
    quiz = take_quiz(folder, learner="ann@uni.edu")
    quiz.answer("ferry-minutes", "54")
    quiz.answer("ferry-side", "port")
    path = quiz.sitting.path
    content = path.read_bytes().replace(b'"port"', b'"bow"')
    path.write_bytes(content)
    again = take_quiz(folder, learner="ann@uni.edu")
    assert again.saved == {"ferry-minutes": "54"}
    assert "is damaged" in again.notes[0]
    assert content in [other.read_bytes() for other in folder.iterdir()]


def test_the_widget_is_the_practice_widget_without_a_second_copy_of_it(handout):
    quiz = take_quiz(handout[0])
    assert repr(quiz) == "<graded quiz The ferry to Skelm: 7 questions>"
    assert quiz.get_state()["_css"] == QuizWidget(*_practice()).get_state()["_css"] != ""
    graded, practice = (_modules(widget.get_state()["_esm"]) for widget in (quiz, QuizWidget(*_practice())))
    shared = graded.keys() & practice.keys()
    assert graded.keys() - shared == {"qa_lesson/grading/sitting/view.js"}
    assert practice.keys() - shared == {"qa_lesson/quiz/practice/view.js"}
    assert shared >= {f"qa_lesson/quiz/{source}.js" for source in ("kinds/index", "pages/frame", "pages/kernel")}
    parts = "".join(graded[source] for source in shared)
    defined = re.findall(r"^(?:async )?function (\w+)", parts, flags=re.MULTILINE)
    assert len(defined) > 6
    own = graded["qa_lesson/grading/sitting/view.js"]
    assert not [name for name in defined if re.search(rf"function {name}\b", own)]
    assert "<details>" in quiz.static_html()
    assert "Question 7</summary>" in quiz.static_html()


def _modules(bundle: str) -> dict[str, str]:
    """The sources of a bundle, each with what it gave."""
    _, *pieces = re.split(r"^// (qa_lesson/\S+\.js)\n", bundle, flags=re.MULTILINE)
    return {source: code.strip() for source, code in zip(pieces[::2], pieces[1::2], strict=True)}


def _practice():
    from qa_lesson.quiz.progress.attempts import Progress

    quiz = load_quiz("metrics")
    return quiz, quiz.questions, Progress.open(Path(tempfile.mkdtemp()) / "progress.sqlite")


def test_a_bundle_is_no_practice_quiz_and_the_other_way_round(handout):
    from qa_lesson.errors import BankError
    from qa_lesson.quiz import show as show_practice

    for place in (handout[0], handout[0] / "bundle.json"):
        with pytest.raises(BankError, match=r"from qa_lesson\.grading import take_quiz"):
            show_practice(place)
    with pytest.raises(DataError, match="no JSON"):
        take_quiz(TEMPLATE)


def test_a_sitting_needs_no_widget(handout, tmp_path):
    folder, _ = handout
    bundle = take_quiz(folder).bundle
    sitting = Sitting(bundle, "ann@uni.edu", tmp_path / "mine")
    assert sitting.unanswered == [1, 2, 3, 4, 5, 6, 7]
    sitting.answer(sitting.questions[2].id, ANSWERS[sitting.questions[2].id])
    assert sitting.unanswered == [1, 2, 4, 5, 6, 7]
    n = len(sitting.path.read_bytes())
    sitting.answer(sitting.questions[2].id, ANSWERS[sitting.questions[2].id])  # the same once more adds nothing
    assert len(sitting.path.read_bytes()) == n
    with pytest.raises(ConfigError, match="hand in this one"):
        sitting.begin_again()


DOUBTFUL = {"about a half": "This is no number: type a number such as", "1,250": "The comma can be read in two ways"}


@pytest.mark.parametrize("typed", DOUBTFUL)
def test_what_is_typed_and_is_no_number_is_told_while_it_can_be_changed(handout, typed):
    folder, _ = handout
    quiz = take_quiz(folder, learner="ann@uni.edu")
    quiz.drafts = {**quiz.drafts, "ferry-minutes": typed}
    assert quiz.saved["ferry-minutes"] == typed
    assert quiz.problem.startswith(f"Your answer is saved, but it cannot be marked. {DOUBTFUL[typed]}")
    quiz.drafts = {**quiz.drafts, "ferry-side": "port"}
    assert quiz.problem == ""  # it is told once
    for fine in ("54", "54 min", "7,5", "1/4", "99999"):  # also a wrong one: nothing says what is right
        quiz.drafts = {**quiz.drafts, "ferry-minutes": fine}
        assert (quiz.saved["ferry-minutes"], quiz.problem) == (fine, "")
