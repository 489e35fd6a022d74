"""Cells that show every interactive view and widget, for the accessibility checks and the screenshots."""

from __future__ import annotations

SETUP = """
from pathlib import Path
from qa_lesson import QuestionAnswerer, load_corpus
from qa_lesson.course import course_run
from qa_lesson.grading import build_bundle, take_quiz
from qa_lesson.grading.handing_out.handout import write_handout, write_template
from qa_lesson.quiz import dashboard, load_quiz, placement_report, review, show
from qa_lesson.views import annotate, decision_explorer, overlap_explorer, show_answers
from qa_lesson.views import show_trace, threshold_explorer, trace

questions = load_corpus("validation", unanswerable=True)[:12]
answerer = QuestionAnswerer(course_run().model_dir)
predictions = answerer.predict(questions)
# a graded quiz
write_template(Path("ferry.yaml"))
write_handout(*build_bundle([load_quiz("ferry.yaml")]), folder=Path("for_learners"), key_file=Path("key.json"))
# a learner who has answered a few questions, some of them wrongly
for name in ("05_metrics", "placement"):
    for question in show(name).practice.questions[:5]:
        question.value = question.question.options[0].id if question.question.kind == "single" else "1"
        question.confidence = 0.95
        question.check.click()
"""

WIDGETS = {
    "quiz": 'show("how_sure_is_a_score")',
    "quiz_wrong": 'wrong = show("metrics")\nwrong.current = 0\nwrong',
    "quiz_right": """right = show("overfitting")
number, question = next((n, one) for n, one in enumerate(right.practice.questions) if one.question.kind == "single")
question.value = next(option.id for option in question.question.options if option.correct)
question.check.click()
right.current = number
right""",
    "graded_quiz": 'take_quiz("for_learners", learner="ann@example.org")',
    "flashcards": "review(n=2)",
    "overlap": 'overlap_explorer(["in the port of Skelm", "the port"], "the old port")',
    "threshold": "threshold_explorer(questions, predictions)",
    "decision": "decision_explorer(em_percent=60, f1_percent=85)",
    "trace": "show_trace(trace(answerer, questions[0]))",
    "annotation": 'annotate("questions.jsonl", questions[:2])',
    "answers": 'show_answers(questions[:3], {"model": {answer.id: answer.text for answer in predictions}})',
    "dashboard": "dashboard()",
    "placement_report": "placement_report()",
}
"""The source of a cell by the name of what it shows."""
