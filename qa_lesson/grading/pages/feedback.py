"""A page for each learner: what was asked, what they answered, what it earned, and what the key says to it.

Only feedback on their own answer is told, so that a page passed on does not give away the rest of the key.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from qa_lesson.errors import counted
from qa_lesson.grading.formats.records import Key
from qa_lesson.grading.formats.results import GradedQuestion, Learner, LearnerResult, QuestionResult, Results
from qa_lesson.look.html import escape
from qa_lesson.look.pages import page, score_boxes
from qa_lesson.look.theme import BLUE, GRID, MUTED
from qa_lesson.quiz.kinds.registry import Question
from qa_lesson.quiz.pages.markdown import render_inline, render_markdown

FOLDER = "feedback"
_STYLE = f"""
section {{ border: 1px solid {GRID}; border-radius: 8px; background: white; padding: 4px 16px 10px; margin: 16px 0; }}
section h2 {{ border: 0; padding: 0; margin: 10px 0 0; font-size: 18px; }}
section, pre, blockquote {{ overflow-wrap: anywhere; }}
pre {{ white-space: pre-wrap; margin: 6px 0; }}
blockquote {{ margin: 6px 0; padding-left: 12px; border-left: 3px solid {GRID}; }}
.told {{ border-left: 3px solid {BLUE}; padding-left: 12px; margin-top: 8px; }}
.label {{ color: {MUTED}; margin: 8px 0 0; }}
table {{ border-collapse: collapse; display: block; overflow-x: auto; }}
th, td {{ border: 1px solid {GRID}; padding: 3px 8px; }}
"""


def page_names(results: Results) -> dict[str, str]:
    """The path of each learner's page in the output folder, by learner id; safe in every file system."""
    return {result.learner.id: f"{FOLDER}/{_file_name(result.learner)}" for result in results.learners}


def _file_name(learner: Learner) -> str:
    readable = re.sub(r"[^a-z0-9]+", "-", learner.id.casefold()).strip("-")[:40] or "learner"
    # different ids may read the same: the digest keeps their pages apart
    return f"{readable}-{hashlib.sha256(learner.id.encode()).hexdigest()[:8]}.html"


class FeedbackPages:
    """Writes the pages; what many learners were asked or answered is rendered once.

    Args:
        results: of a graded quiz.
        key: that it was graded with.
    """

    def __init__(self, results: Results, key: Key) -> None:
        self._results = results
        self._asked = [
            _asked(question, graded) for question, graded in zip(key.questions, results.questions, strict=True)
        ]
        self._questions = key.questions
        self._answered: dict[tuple[int, int], str] = {}

    def page(self, result: LearnerResult) -> str:
        """One learner's page."""
        title = f"{self._results.title}: feedback"
        who = result.learner.name or result.learner.id
        if result.points is None:
            return page(title, who, f"<p>{_NOTHING}</p>", style=_STYLE)
        return page(title, who, _score(result) + "".join(self._parts(result)), style=_STYLE)

    def _parts(self, result: LearnerResult) -> Iterator[str]:
        for place, answer in enumerate(result.questions):
            known = (place, id(answer))
            if known not in self._answered:
                graded = self._results.questions[place]
                self._answered[known] = f"{_answered(self._questions[place], answer, graded)}</section>"
            yield self._asked[place]
            yield self._answered[known]


_NOTHING = (
    "No submission of yours counts. If you handed one in, ask your instructor, and keep the file and the receipt that "
    "you were shown."
)


def _score(result: LearnerResult) -> str:
    points = result.points or 0.0
    note = "some answers are not marked yet" if result.status == "needs review" else f"attempt {result.attempt}"
    boxes = [("Points", f"{points:g} of {result.possible:g}" if points == int(points) else _of(result), note)]
    if result.late_days:
        days = f"{counted(result.late_days, 'day')} late"
        boxes.append(("Late", f"-{result.penalty:.4g}" if result.penalty else "0", days))
    receipt = f'<p class="muted">Receipt of the file that counts: <code>{escape(result.receipt[:16])}</code>...</p>'
    return score_boxes(boxes) + receipt


def _of(result: LearnerResult) -> str:
    return f"{result.points or 0:.2f} of {result.possible:g}"


def _asked(question: Question, graded: GradedQuestion) -> str:
    name = f"q{graded.number}"
    parts = [f'<section aria-labelledby="{name}"><h2 id="{name}">Question {graded.number}</h2>']
    parts.append(render_markdown(question.prompt))
    if (material := question.material()) is not None:
        parts.append(material.html())
    return "".join(parts)


def _answered(question: Question, answer: QuestionResult, graded: GradedQuestion) -> str:
    if answer.status == "unanswered":
        return f'<p class="label">You gave no answer (0 of {graded.points:g} points).</p>'
    response = answer.response if answer.response is not None else ""
    given = f'<p class="label">You answered</p>{question.response_html(response)}'
    if answer.points is None:
        return f"{given}<p><b>Waits for your instructor.</b></p>"
    told = render_markdown(answer.feedback) if answer.feedback else ""
    told += "".join(f"<p>{question.part_html(name)}: {render_inline(text)}</p>" for name, text in _told_apart(answer))
    earned = f"<p><b>{answer.points:.4g} of {graded.points:g} points</b></p>"
    return given + earned + (f'<div class="told">{told}</div>' if told else "")


def _told_apart(answer: QuestionResult) -> list[tuple[str, str]]:
    return [(name, text) for name, text in answer.per_option.items() if text != answer.feedback]
