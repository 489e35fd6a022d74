"""Marking many learners' answers: as in the lessons, each distinct answer once, and code without running it."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping

from qa_lesson.errors import ResponseError
from qa_lesson.grading.formats.records import Key
from qa_lesson.grading.formats.results import QuestionResult, QuestionStatus
from qa_lesson.grading.marking.adjustments import Adjustments
from qa_lesson.grading.marking.reviews import ManualReview, review_id
from qa_lesson.quiz.kinds.registry import Question
from qa_lesson.quiz.kinds.shared.marks import Mark, Response
from qa_lesson.quiz.kinds.shared.rubric import levels_points


class Marker:
    """Marks answers by a key.

    Args:
        key: of the bundle.
        reviews: by review id.
        partial_credit: False: only a solved question earns its points.
        adjustments: of the instructor.
    """

    def __init__(
        self,
        key: Key,
        reviews: Mapping[str, ManualReview],
        *,
        partial_credit: bool = True,
        adjustments: Adjustments | None = None,
    ) -> None:
        self._questions = {question.id: question for question in key.questions}
        self._reviews, self._partial_credit = reviews, partial_credit
        self._adjustments = adjustments or Adjustments()
        self._marked: dict[tuple[str, str], QuestionResult] = {}
        self._by_hand: dict[str, tuple[QuestionResult, int]] = {}
        self._unanswered = {name: self._for_all(QuestionResult(name, "unanswered")) for name in self._questions}

    def mark(self, question_id: str, response: Response | None) -> QuestionResult:
        """What an answer is worth; equal answers give the same record.

        Args:
            question_id: of the key.
            response: None: unanswered.
        """
        if response is None:
            return self._unanswered[question_id]
        known = (question_id, json.dumps(response))
        if known not in self._marked:
            self._marked[known] = self._for_all(self._mark(self._questions[question_id], response))
        result = self._marked[known]
        if result.review:
            self._by_hand[result.review] = (result, self._by_hand.get(result.review, (result, 0))[1] + 1)
        return result

    def by_hand(self) -> tuple[tuple[QuestionResult, int], ...]:
        """The answers that a person settled or has to settle, and how often each was marked, by question."""
        order = {name: place for place, name in enumerate(self._questions)}
        return tuple(
            sorted(self._by_hand.values(), key=lambda pair: (order[pair[0].question], -pair[1], pair[0].review))
        )

    def override(self, learner: str, question_id: str, response: Response | None) -> QuestionResult | None:
        """What one learner's answer is worth if the instructor says so for them alone; None: nothing was said."""
        found = self._adjustments.overrides.get((learner, question_id))
        if found is None or question_id in self._adjustments.questions:
            return None
        question, credit = self._questions[question_id], found.credit or 0.0
        feedback = found.comment or ""
        return QuestionResult(
            question_id,
            "marked" if response is not None else "unanswered",
            response,
            credit,
            credit * question.points,
            credit == 1,
            feedback,
            adjusted=found.reason,
        )

    def _for_all(self, result: QuestionResult) -> QuestionResult:
        """The result after a question was voided or its points given to everyone."""
        kind, reason = self._adjustments.questions.get(result.question, ("", ""))
        if not kind:
            return result
        points = 0.0 if kind == "void" else self._questions[result.question].points
        status: QuestionStatus = "marked" if result.status == "needs review" else result.status
        feedback = "" if result.status == "needs review" else result.feedback
        return dataclasses.replace(result, status=status, points=points, feedback=feedback, review="", adjusted=reason)

    def _mark(self, question: Question, response: Response) -> QuestionResult:
        name = review_id(question.id, response)
        if name in self._reviews:  # also of an answer that the key marks now: a person has the last word
            return self._review(question, response, "")
        for accepted in self._adjustments.accepted.get(question.id, ()):
            if question.same_answer(response, accepted.response):
                mark = Mark(accepted.credit, accepted.credit == 1, "")
                found_too = self._result(question, response, mark, {})
                return dataclasses.replace(found_too, adjusted=accepted.reason)
        try:
            found = question.mark_unrun(response)
        except ResponseError as error:
            return self._review(question, response, error.what)
        # feedback on options that were not chosen would tell the next attempt what is right
        chosen = response if isinstance(response, list) else ()
        per_option = {name: found.per_option[name] for name in chosen if name in found.per_option}
        return self._result(question, response, found, per_option)

    def _review(self, question: Question, response: Response, reason: str) -> QuestionResult:
        name = review_id(question.id, response)
        review = self._reviews.get(name)
        if review is None:
            return QuestionResult(question.id, "needs review", response, feedback=reason, review=name)
        points = levels_points(question.criteria(), review.levels, f"review {name}") if review.levels else None
        credit = review.credit if points is None else points / question.points
        solved = math.isclose(credit, 1)
        found = self._result(question, response, Mark(1.0 if solved else credit, solved, review.comment), {}, name)
        return dataclasses.replace(found, levels=review.levels)

    def _result(
        self, question: Question, response: Response, found: Mark, per_option: Mapping[str, str], review: str = ""
    ) -> QuestionResult:
        credit = found.credit if self._partial_credit else float(found.correct)
        points = credit * question.points
        return QuestionResult(
            question.id, "marked", response, credit, points, found.correct, found.feedback, per_option, review
        )
