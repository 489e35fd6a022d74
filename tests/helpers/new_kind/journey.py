# ruff: noqa: T201  what it prints is what it is for
"""Take one question of the new kind through everything that is done with questions, and print what came out as JSON.

Usage: journey.py FOLDER, with the package that knows the kind on the path.
"""

import json
import sys
import zipfile
from pathlib import Path

import qa_lesson
from qa_lesson.errors import QALessonError
from qa_lesson.grading.analysis.flags import flags
from qa_lesson.grading.analysis.item_analysis import analyse_items
from qa_lesson.grading.analysis.similarity import find_similar
from qa_lesson.grading.formats.records import load_key
from qa_lesson.grading.formats.results import load_results
from qa_lesson.grading.handing_out.bundle import build_bundle, load_bundle
from qa_lesson.grading.handing_out.handout import write_handout
from qa_lesson.grading.lms.canvas_qti import export_canvas
from qa_lesson.grading.lms.moodle_xml import export_moodle
from qa_lesson.grading.marking.grade import grade
from qa_lesson.grading.marking.roster import read_roster
from qa_lesson.grading.pages.output import write_grading
from qa_lesson.grading.sitting.graded_widget import take_quiz
from qa_lesson.quiz.answering.marking import mark
from qa_lesson.quiz.bank.files import json_schema, load_quiz
from qa_lesson.quiz.flashcards.cards import make_flashcard
from qa_lesson.quiz.lint.bank_lints import lint_bank
from qa_lesson.quiz.practice.widget import show
from qa_lesson.quiz.progress.attempts import Progress

QUIZ = """\
title: Verdicts
graded: true
objectives: {judge: judge a statement}
questions:
  - id: exact-match
    kind: verdict
    objective: judge
    difficulty: easy
    prompt: Think of **exact match**.
    hints: [Compare two answers that differ in one word.]
    steps: [Take two answers., Compare them word by word.]
    quick_check: It is all or nothing.
    mistakes: [Thinking that it gives half a point.]
    section: 05_metrics.ipynb#1.-When-are-two-answers-the-same?
    statement: Exact match is 0 or 1 & nothing between.
    holds: true
    right: Yes, it has only these two values.
    otherwise: It has only two values, so this is right.
"""


def refused(action, *args) -> str:
    try:
        action(*args)
    except QALessonError as error:
        return error.what
    raise AssertionError(f"{action} took {args}")


def main(folder: Path) -> dict:
    file = folder / "verdicts.yaml"
    file.write_text(QUIZ, encoding="utf-8")
    poor = folder / "poor" / "verdicts.yaml"
    poor.parent.mkdir()
    poor.write_text(
        QUIZ.replace("nothing between.", "nothing between?").replace("Yes, it has", "Yes"), encoding="utf-8"
    )
    quiz = load_quiz(file)
    (question,) = quiz.questions
    told = {
        "package": qa_lesson.__file__,
        "class": type(question).__name__,
        "in the schema": "Verdict" in json_schema()["$defs"],
        "lints": [finding.what for finding in lint_bank(files=[file])],
        "lints of a poor one": [finding.what for finding in lint_bank(files=[poor])],
        "marks": [mark(question, verdict).credit for verdict in ("true", "false")],
        "refused mark": refused(mark, question, "perhaps"),
    }

    widget = show(file, progress=Progress.open(folder / "progress.sqlite"))
    practice = widget.question(0)
    practice.value = "false"
    practice.check.click()
    told["page"] = widget.questions[0]
    told["practice"] = [practice.correct, practice.attempts_left, practice.closed, practice.feedback]

    bundle, key = build_bundle([quiz])
    write_handout(bundle, key, folder=folder / "quiz", key_file=folder / "key.json")
    told["bundle"] = json.loads((folder / "quiz" / "bundle.json").read_text(encoding="utf-8"))["questions"]
    told["bundle comes back"] = load_bundle(folder / "quiz") == bundle
    told["key comes back"] = load_key(folder / "key.json") == key
    for learner, verdict in (("ann", "true"), ("bob", "false")):
        sitting = take_quiz(folder / "quiz", learner=learner, folder=folder / "in")
        told["page of the graded quiz"] = sitting.questions[0]
        told["refused answer"] = refused(sitting.answer, "exact-match", "perhaps")
        sitting.answer("exact-match", verdict)
        sitting.submit()
    (folder / "roster.csv").write_text("id\nann\nbob\n", encoding="utf-8")
    graded = grade([folder / "in"], key, read_roster(folder / "roster.csv"))
    write_grading(graded, key, folder / "out", inputs={})
    results = load_results(folder / "out")
    told["points"] = {one.learner.id: one.points for one in results.learners}
    told["feedback pages"] = {page.name[:3]: page.read_text() for page in (folder / "out" / "feedback").glob("*.html")}
    analysis = analyse_items(results, key)
    told["analysis"] = [(one.label, one.id, one.correct, one.n) for one in analysis.items[0].answers]
    told["flags"] = flags(analysis.items[0])
    told["pairs"] = find_similar(results).n_pairs

    card = make_flashcard(question, quiz.name)
    told["card"] = [card.front, card.back]
    told["moodle"] = export_moodle(folder / "moodle.xml", [quiz]).read_text(encoding="utf-8")
    with zipfile.ZipFile(export_canvas(folder / "canvas.zip", [quiz])) as package:
        told["canvas"] = "".join(package.read(name).decode() for name in package.namelist())
    return told


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]))))
