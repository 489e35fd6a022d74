"""A page for each learner: what was asked, what they answered, what it earned, and what the key says to it.

Only feedback on their own answer is told, so that a page passed on does not give away the rest of the key.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import cast

from markupsafe import Markup

from qa_lesson.errors import counted
from qa_lesson.grading.formats.orders import seen_as
from qa_lesson.grading.formats.papers import AskedVersions
from qa_lesson.grading.formats.points import points_text, short_number
from qa_lesson.grading.formats.records import Key
from qa_lesson.grading.formats.results import GradedQuestion, Learner, LearnerResult, QuestionResult, Results
from qa_lesson.look.templating import macros, render
from qa_lesson.quiz.kinds.registry import Question
from qa_lesson.quiz.pages.markdown import render_inline, render_markdown

FOLDER = "feedback"
_PARTS = "grading/pages/templates/feedback_parts.html.jinja"


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
        solutions: whether the right answer and its steps are on the page, once no one can hand in any more.
    """

    def __init__(self, results: Results, key: Key, *, solutions: bool = False) -> None:
        self._results, self._with_solutions = results, solutions
        heading = Markup('<section aria-labelledby="q{0}"><h2 id="q{0}">Question {0}</h2>')
        self._headings = [heading.format(number) for number in range(1, len(key.questions) + 1)]
        self._versions = AskedVersions(key, results.questions)
        self._asked: dict[tuple[str, str], tuple[Markup, Markup]] = {}
        self._answered: dict[tuple[int, int], Markup] = {}

    def page(self, result: LearnerResult) -> Markup:
        """One learner's page."""
        return render(
            "grading/pages/templates/feedback.html.jinja",
            title=f"{self._results.title}: feedback",
            lead=result.learner.name or result.learner.id,
            boxes=None if result.points is None else _boxes(result),
            receipt=result.receipt[:16],
            parts=() if result.points is None else self._parts(result),
        )

    def _parts(self, result: LearnerResult) -> Iterator[Markup]:
        """In the order and with the numbers that the learner saw."""
        seen = seen_as(self._results, result)
        asked = [place for place, answer in enumerate(result.questions) if answer.status != "not asked"]
        order = sorted(asked, key=lambda place: seen[result.questions[place].question])
        for number, place in enumerate(order, start=1):
            answer = result.questions[place]
            known, version = (place, id(answer)), (answer.question, answer.variant)
            if version not in self._asked:
                question = self._versions.of(answer)
                self._asked[version] = _asked(question), _solution(question) if self._with_solutions else Markup()
            prompt, solution = self._asked[version]
            if known not in self._answered:
                graded = self._results.questions[place]
                self._answered[known] = _answered(self._versions.of(answer), answer, graded, solution)
            yield self._headings[number - 1]
            yield prompt
            yield self._answered[known]


def _boxes(result: LearnerResult) -> list[tuple[str, str, str]]:
    points = result.points or 0.0
    note = "some answers are not marked yet" if result.status == "needs review" else f"attempt {result.attempt}"
    boxes = [("Points", f"{short_number(points)} of {result.possible:g}", note)]
    if result.late_days:
        days = f"{counted(result.late_days, 'day')} late"
        boxes.append(("Late", f"-{short_number(result.penalty)}" if result.penalty else "0", days))
    return boxes


def _asked(question: Question) -> Markup:
    material = question.material()
    shown = Markup() if material is None else material.html()
    return cast(Markup, macros(_PARTS).asked(render_markdown(question.prompt), shown))


def _solution(question: Question) -> Markup:
    return cast(
        Markup, macros(_PARTS).solution(question.answer_html(), [render_markdown(step) for step in question.steps])
    )


def _answered(question: Question, answer: QuestionResult, graded: GradedQuestion, solution: Markup) -> Markup:
    given = None
    if answer.status != "unanswered":
        given = question.response_html(answer.response if answer.response is not None else "")
    feedback = render_markdown(answer.feedback) if answer.feedback else Markup()
    told_apart = [(name, text) for name, text in answer.per_option.items() if text != answer.feedback]
    options = [(question.part_html(name), render_inline(text)) for name, text in told_apart]
    changed = graded.reason if graded.adjusted else answer.adjusted
    return cast(
        Markup,
        macros(_PARTS).answered(
            given,
            None if answer.points is None else points_text(answer.points, graded.points),
            points_text(graded.points),
            feedback,
            options,
            graded.adjusted,
            changed,
            solution,
            _reached(question, answer),
        ),
    )


def _reached(question: Question, answer: QuestionResult) -> list[tuple[Markup, Markup, str]]:
    """Each criterion of the rubric that a marker used, the level that the answer reaches, and its points."""
    return [
        (
            render_markdown(criterion.text),
            render_markdown(criterion.levels[answer.levels[criterion.id]].text),
            points_text(criterion.levels[answer.levels[criterion.id]].points, criterion.points),
        )
        for criterion in question.criteria()
        if criterion.id in answer.levels
    ]
