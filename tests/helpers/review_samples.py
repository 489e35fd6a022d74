"""Answers that wait for a person, to two questions: one with a rubric, one without."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from qa_lesson.grading.analysis.answer_groups import answer_groups
from qa_lesson.grading.formats.marks_journal import MarksJournal
from qa_lesson.grading.formats.review_items import ReviewItem
from qa_lesson.grading.reviewing.review_session import Decided, ReviewSession
from qa_lesson.quiz.kinds.shared.rubric import Criterion, Level

REVIEW_BUNDLE = "ab" * 16
RUBRIC = (
    Criterion(
        id="what",
        text="Says **what** leaks",
        levels=(
            Level(points=0, text="Nothing of it"),
            Level(points=0.5, text="Names the test set"),
            Level(points=1, text="The test set is in the training data"),
        ),
    ),
    Criterion(id="why", text="Says why", levels=(Level(points=0, text="No"), Level(points=1, text="Yes"))),
)
MARKUP = "</script><img src=x onerror=\"document.title='hacked'\"><b>bold</b> & {{ 7 * 7 }}"
ARABIC = "التسرب هو أسئلة الاختبار في بيانات التدريب"
LONG = "leak " * 20_000  # 100 KB
PROSE = (
    "The test questions were in the training data, so the model knows the answers.",
    "The test questions were in the training data so the model knows the answers!",
    "The score is wrong.",
    MARKUP,
    ARABIC,
    LONG,
)
CODE = ("0.5", "2**-1")


def review_item(question: str, number: int, place: int, response: str, **fields) -> ReviewItem:
    learners = tuple(f"secret-{number}-{place}-{n}" for n in range(3 if place == 0 else 1))
    given = {
        "review": f"{number}{place:015x}",
        "question": question,
        "number": number,
        "variant": "",
        "kind": "free_text",
        "prompt": "What is *leakage*?",
        "material_html": "",
        "solution": "The model has seen **test questions**.",
        "points": 2.0,
        "rubric": (),
        "key_line": "",
        "response": response,
        "n_submissions": len(learners),
        "learners": learners,
        "reason": "",
    }
    return ReviewItem(**(given | fields))


PROSE_ITEMS = tuple(review_item("leak", 2, place, text, rubric=RUBRIC) for place, text in enumerate(PROSE))
CODE_ITEMS = tuple(
    review_item("half", 5, place, text, kind="code", points=1.0, prompt="Make `half` 0.5.", key_line="1 / 2")
    for place, text in enumerate(CODE)
)
REVIEW_ITEMS = PROSE_ITEMS + CODE_ITEMS


def review_session(
    folder: Path,
    marker: str = "Ada",
    items: tuple[ReviewItem, ...] = REVIEW_ITEMS,
    names: Mapping[str, str] | None = None,
) -> ReviewSession:
    journal = MarksJournal(folder / "graded.marks.jsonl", REVIEW_BUNDLE)
    return ReviewSession("Metrics, graded", items, journal, marker, grouping=answer_groups, names=names)


def mark_all(session: ReviewSession, earned: Mapping[str, float], levels: Mapping[str, Mapping[str, int]]) -> None:
    """Decide on every answer of `REVIEW_ITEMS`: as said, otherwise nothing of it is right."""
    for item in REVIEW_ITEMS:
        nothing = dict.fromkeys((one.id for one in item.rubric), 0) if item.rubric else None
        chosen = levels.get(item.review, nothing)
        credit = None if item.rubric else earned.get(item.review, 0.0)
        session.decide(Decided(item.review, chosen, credit, ""))
