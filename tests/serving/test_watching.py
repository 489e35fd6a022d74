"""What a log says, and what becomes of it: a page, training questions, passages to annotate."""

import json
import re

import pytest
from typer.testing import CliRunner

from qa_lesson.cli import app
from qa_lesson.corpus import load_training
from qa_lesson.documents import read_passages
from qa_lesson.errors import DataError
from qa_lesson.loading import load_examples, write_squad
from qa_lesson.serving.service_log import ServiceLog, read_log
from qa_lesson.serving.watching import watch_log

PASSAGE = "Bram 💡 <b>keeps</b> the light."


def training_questions():
    """Some of the training questions of every document: to embed all takes a minute."""
    return load_training()[::5]


@pytest.fixture
def log_path(tmp_path):
    """Forty questions: the later half is of another kind and gets no answers."""
    log = ServiceLog(tmp_path / "log.jsonl")
    training = training_questions()
    for i in range(20):
        answer = log.note_answer(training[5 * i].question, "Bram", (0, 4), 0.9, PASSAGE, "light.md")
        if i < 6:
            log.note_feedback(answer, right=i % 2 == 0)
    for i in range(20):
        log.note_answer(f"Is <script> number {i} a gluten-free pizza?", None, None, 0.1, PASSAGE, "light.md")
    log.close()
    return log.path


def test_shares_changes_and_far_questions(log_path):
    watched = watch_log(log_path, training_questions())
    whole = watched.whole
    assert (whole.n, whole.abstained.estimate, whole.wrong.estimate, whole.wrong.n) == (40, 0.5, 0.5, 6)
    assert whole.far.estimate == pytest.approx(0.5, abs=0.05)
    assert {change.what: change.is_sure for change in watched.changes()} == {
        "questions without an answer": True,
        "questions unlike the training questions": True,
        "probability of the best candidate, mean": True,
    }
    assert [part.n for part in watched.parts()] == [10] * 4
    assert "pizza" in watched.farthest()[0][0].question
    assert len(watched.wrong_answers()) == 3


def test_questions_like_the_training_questions_are_rarely_far(tmp_path):
    log = ServiceLog(tmp_path / "log.jsonl")
    training = training_questions()
    documents = sorted({example.document for example in training})
    new = [example for example in training if example.document == documents[0]]
    for example in new:
        log.note_answer(example.question, "x", (0, 1), 0.5, "x", "")
    log.close()
    watched = watch_log(log.path, [example for example in training if example.document != documents[0]])
    assert watched.whole.far.estimate < 0.3


def test_without_training_questions_nothing_is_compared(log_path):
    watched = watch_log(log_path)
    assert watched.whole.far is None
    assert watched.farthest() == []


def test_the_command_writes_a_page_and_questions(log_path, tmp_path):
    page, confirmed, todo = (tmp_path / name for name in ("watch.html", "confirmed.json", "todo.jsonl"))
    options = [
        "--out",
        page,
        "--training",
        write_squad(training_questions(), tmp_path / "training.json"),
        "--confirmed",
        confirmed,
        "--to-annotate",
        todo,
    ]
    done = CliRunner().invoke(app, ["watch", *map(str, [log_path, *options])])
    assert done.exit_code == 0, done.output
    assert "changed:" in done.stderr
    html = page.read_text(encoding="utf-8")
    assert "&lt;script&gt;" in html
    assert "<script" not in html
    assert re.search(r'alt="Shares over 4 parts', html)

    examples = load_examples(confirmed)
    assert len(examples) == 3
    assert all(example.answers[0].text == "Bram" for example in examples)
    passages = read_passages(todo)
    assert len(passages) == 3 + 20
    assert all(passage.text == PASSAGE and passage.headings[0].startswith("asked: ") for passage in passages)


def test_json(log_path):
    record = json.loads(CliRunner().invoke(app, ["watch", str(log_path), "--json"]).stdout)
    assert record["n"] == 40
    assert record["abstained"][0] == 0.5
    assert record["unlike_training"] is None


def test_a_line_cut_off_is_left_out_and_named(log_path):
    with log_path.open("a") as file:
        file.write('{"kind": "answer", "id')
    answers, _, problems = read_log(log_path)
    assert len(answers) == 40
    assert [problem.where for problem in problems] == ["line 47"]


def test_what_is_not_a_log(tmp_path):
    path = tmp_path / "letter.txt"
    path.write_text("Dear Bram,\nit rained.\n")
    with pytest.raises(DataError, match="2 bad records"):
        read_log(path)
    path.write_text("")
    with pytest.raises(DataError, match="no answers yet"):
        watch_log(path)
