"""Cells that show every interactive view and widget, for the accessibility checks and the screenshots."""

from __future__ import annotations

SETUP = """
from pathlib import Path
from qa_lesson import QuestionAnswerer, load_corpus
from qa_lesson.course import course_run
from qa_lesson.grading import build_bundle, take_quiz
from qa_lesson.grading.handing_out.handout import write_handout, write_template
from qa_lesson.explorables import Checkpoint, calibration_explorer, course_map, interval_width_diagram
from qa_lesson.explorables import leakage_explorer, model_diagram, overlap_bars, resampling_explorer
from qa_lesson.explorables import retrieval_explorer, span_explorer, split_diagram, training_explorer, windows_explorer
from qa_lesson.quiz import dashboard, load_quiz, placement_report, predict, review, show
from qa_lesson.recordings import recorded
from qa_lesson.retrieval import build_index, corpus_passages
from qa_lesson.views import annotate, decision_explorer, overlap_explorer, show_answers
from qa_lesson.views import show_trace, threshold_explorer, trace

questions = load_corpus("validation", unanswerable=True)[:12]
answerer = QuestionAnswerer(course_run().model_dir)
predictions = answerer.predict(questions)
first, second = (recorded(f"course_seed_{seed}").evaluation() for seed in (0, 1))
answerable = load_corpus("validation")
longest = max(answerable, key=lambda example: len(example.context))
checkpoints = [
    Checkpoint(n, 3.0 - n, 0.3 * n, {one.id: one.references[0] if n > 1 else "" for one in answerable[:3]})
    for n in (1, 2)
]
guess = predict("shown", "What F1 will the model reach?", unit="points")
guess.value.value = 40
guess.keep.click(0)
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
    "guess": "guess",
    "guess_and_result": "guess.reveal(57.5)",
    "windows": "windows_explorer(longest, answerer.tokenizer)",
    "span": "span_explorer(trace(answerer, questions[0]))",
    "overlap_bars": 'overlap_bars("in the port of Skelm", "the old port")',
    "resampling": 'sets = resampling_explorer(first)\nsets.draws.click("Draw 100")\nsets',
    "calibration": "calibration_explorer([one.probability for one in predictions], [n % 2 for n in range(12)])",
    "training": "training_explorer(checkpoints, answerable[:3])",
    "leakage": "leakage_explorer(first, second, [one.id for one in first.examples][:60])",
    "retrieval": 'retrieval_explorer(build_index(corpus_passages(["validation"])), answerable[:3])',
    "split_diagram": 'split_diagram({name: load_corpus(name) for name in ("train", "validation", "test")})',
    "model_diagram": "model_diagram()",
    "course_map": "course_map()",
    "interval_width": "interval_width_diagram(first)",
    "threshold": "threshold_explorer(questions, predictions)",
    "decision": "decision_explorer(em_percent=60, f1_percent=85)",
    "trace": "show_trace(trace(answerer, questions[0]))",
    "annotation": 'annotate("questions.jsonl", questions[:2])',
    "answers": 'show_answers(questions[:3], {"model": {answer.id: answer.text for answer in predictions}})',
    "dashboard": "dashboard()",
    "placement_report": "placement_report()",
}
"""The source of a cell by the name of what it shows."""
