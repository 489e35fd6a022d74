"""From the quiz file to the gradebook, with nothing but the commands and the widget."""

import csv
import json
from pathlib import Path

from typer.testing import CliRunner

import qa_lesson.cli  # noqa: F401  the commands
from qa_lesson.cli._app import app
from qa_lesson.grading import take_quiz
from qa_lesson.grading.handing_out.handout import TEMPLATE
from qa_lesson.quiz.bank.files import load_quiz
from qa_lesson.quiz.kinds.code import Code
from qa_lesson.quiz.kinds.multi import Multi
from qa_lesson.quiz.kinds.numeric import Numeric
from qa_lesson.quiz.kinds.ordering import Ordering
from qa_lesson.quiz.kinds.registry import Question
from qa_lesson.quiz.kinds.single import Single
from qa_lesson.quiz.kinds.span import SpanQuestion

LEARNERS = ("ann@uni.edu", "bob@uni.edu", "cyd@uni.edu")


def run(*arguments) -> str:
    result = CliRunner().invoke(app, list(map(str, arguments)), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def right(question: Question):
    if isinstance(question, Single | Multi):
        return question.key if isinstance(question, Single) else sorted(question.key)
    if isinstance(question, Ordering):
        return list(question.key)
    if isinstance(question, SpanQuestion):
        return question.answers[0]
    return str(question.answer) if isinstance(question, Numeric | Code) else question.accept[0]


def answer_by_widget(folder: Path, learner: str, answers: dict) -> str:
    """Sit down, answer, hand in; the receipt."""
    quiz = take_quiz(folder, learner=learner)
    for question, response in answers.items():
        quiz.drafts = {**quiz.drafts, question: response}
    quiz._receive(quiz, {"action": "submit"}, [])
    assert quiz.problem == ""
    return quiz.receipt["hash"]


def test_what_is_answered_in_the_widget_stands_in_the_gradebook(tmp_path):
    quiz = load_quiz(TEMPLATE)
    answers = {question.id: right(question) for question in quiz.questions}
    single = next(question for question in quiz.questions if isinstance(question, Single))
    wrong = next(option.id for option in single.options if not option.correct)
    code = next(question for question in quiz.questions if isinstance(question, Code))
    run("quiz", "bundle", TEMPLATE, "--out", tmp_path / "handout", "--key", tmp_path / "key.json", "--attempts", 1)
    receipts = [
        answer_by_widget(tmp_path / "handout", "ann@uni.edu", answers),
        answer_by_widget(tmp_path / "handout", "bob@uni.edu", {single.id: wrong, code.id: "print('mine')"}),
    ]
    handed_in = tmp_path / "handed_in"
    handed_in.mkdir()
    for path in (tmp_path / "handout").rglob("*.jsonl"):
        path.rename(handed_in / path.name)
    roster = tmp_path / "roster.csv"
    roster.write_text("\n".join(["email", *LEARNERS]) + "\n", encoding="utf-8")
    told = run(
        "grade", handed_in, "--key", tmp_path / "key.json", "--roster", roster, "--out", tmp_path / "out", "--json"
    )
    summary = json.loads(told)
    assert (summary["handed_in"], summary["missing"], summary["need_review"], summary["rejected"]) == (2, 1, 1, 0)
    with (tmp_path / "out" / "gradebook.csv").open(encoding="utf-8", newline="") as file:
        ann, bob, cyd = csv.DictReader(file)
    possible = sum(question.points for question in quiz.questions)
    assert (float(ann["points"]), float(ann["possible"]), ann["status"]) == (possible, possible, "graded")
    assert (bob["points"], bob["status"]) == ("0", "needs review")
    assert (cyd["points"], cyd["status"]) == ("", "missing")
    assert [ann["receipt"], bob["receipt"]] == receipts
