"""Cells that show every interactive view and widget, for the accessibility checks and the screenshots."""

from __future__ import annotations

SETUP = """
from qa_lesson import QuestionAnswerer, load_corpus
from qa_lesson.course import course_run
from qa_lesson.quiz import dashboard, placement_report, review, show
from qa_lesson.views import annotate, decision_explorer, overlap_explorer, show_answers
from qa_lesson.views import show_trace, threshold_explorer, trace

questions = load_corpus("validation", unanswerable=True)[:12]
answerer = QuestionAnswerer(course_run().model_dir)
predictions = answerer.predict(questions)
# a learner who has answered a few questions, some of them wrongly
for name in ("04_metrics", "placement"):
    for question in show(name).practice.questions[:5]:
        question.value = question.question.options[0].id if question.question.kind == "single" else "1"
        question.confidence = 0.95
        question.check.click()
"""

WIDGETS = {
    "quiz": 'show("05_trust_the_number")',
    "quiz_answered": 'show("04_metrics")',
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
