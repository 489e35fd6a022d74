"""Marking many learners' answers: as in the lessons, each distinct answer once, and code without running it."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping

from qa_lesson.errors import DataError, ResponseError
from qa_lesson.grading.formats.drawing import Version
from qa_lesson.grading.formats.records import Key
from qa_lesson.grading.formats.results import QuestionResult, QuestionStatus
from qa_lesson.grading.marking.adjustments import Adjustments
from qa_lesson.grading.marking.reviews import ManualReview, review_id
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
        self._points = {question.id: question.points for question in key.questions}
        self._reviews, self._partial_credit = reviews, partial_credit
        self._adjustments = adjustments or Adjustments()
        self._marked: dict[tuple[str, str, str], QuestionResult] = {}
        self._by_hand: dict[str, tuple[QuestionResult, int]] = {}
        self._not_asked = {name: QuestionResult(name, "not asked") for name in self._points}

    def mark(self, asked: Version, response: Response | None) -> QuestionResult:
        """What an answer is worth; equal answers to the same version give the same record.

        Args:
            asked: the question, as the learner was asked it.
            response: None: unanswered.
        """
        known = (asked.question.id, asked.variant, json.dumps(response))
        if known not in self._marked:
            found = (
                QuestionResult(asked.question.id, "unanswered", variant=asked.variant)
                if response is None
                else self._mark(asked, response)
            )
            self._marked[known] = self._for_all(found)
        result = self._marked[known]
        if result.review:
            self._by_hand[result.review] = (result, self._by_hand.get(result.review, (result, 0))[1] + 1)
        return result

    def not_asked(self, learner: str, question_id: str) -> QuestionResult:
        """The record of a question that a learner was not asked.

        Raises:
            DataError: the instructor has overridden what it is worth.
        """
        if (learner, question_id) in self._adjustments.overrides:
            raise DataError(
                "an adjustment overrides a question that was not asked",
                where="the adjustments",
                received=f"{question_id} of {learner}",
                fix="name one of this learner's questions: responses.csv and the gradebook have them",
            )
        return self._not_asked[question_id]

    def by_hand(self) -> tuple[tuple[QuestionResult, int], ...]:
        """The answers that a person settled or has to settle, and how often each was marked, by question."""
        order = {name: place for place, name in enumerate(self._points)}
        return tuple(
            sorted(self._by_hand.values(), key=lambda pair: (order[pair[0].question], -pair[1], pair[0].review))
        )

    def override(self, learner: str, asked: Version, response: Response | None) -> QuestionResult | None:
        """What one learner's answer is worth if the instructor says so for them alone; None: nothing was said."""
        name = asked.question.id
        found = self._adjustments.overrides.get((learner, name))
        if found is None or name in self._adjustments.questions:
            return None
        credit = found.credit or 0.0
        return QuestionResult(
            name,
            "marked" if response is not None else "unanswered",
            response,
            credit,
            credit * self._points[name],
            credit == 1,
            found.comment or "",
            adjusted=found.reason,
            variant=asked.variant,
        )

    def _for_all(self, result: QuestionResult) -> QuestionResult:
        """The result after a question was voided or its points given to everyone."""
        kind, reason = self._adjustments.questions.get(result.question, ("", ""))
        if not kind:
            return result
        points = 0.0 if kind == "void" else self._points[result.question]
        status: QuestionStatus = "marked" if result.status == "needs review" else result.status
        feedback = "" if result.status == "needs review" else result.feedback
        return dataclasses.replace(result, status=status, points=points, feedback=feedback, review="", adjusted=reason)

    def _mark(self, asked: Version, response: Response) -> QuestionResult:
        question = asked.question
        name = review_id(question.id, response, asked.variant)
        if name in self._reviews:  # also of an answer that the key marks now: a person has the last word
            return self._review(asked, response, "")
        for accepted in self._adjustments.accepted.get(question.id, ()):
            if question.same_answer(response, question.read_response(accepted.response)):
                mark = Mark(accepted.credit, accepted.credit == 1, "")
                found_too = self._result(asked, response, mark, {})
                return dataclasses.replace(found_too, adjusted=accepted.reason)
        try:
            found = question.mark_unrun(response)
        except ResponseError as error:
            return self._review(asked, response, error.what)
        # feedback on options that were not chosen would tell the next attempt what is right
        chosen = response if isinstance(response, list) else ()
        per_option = {name: found.per_option[name] for name in chosen if name in found.per_option}
        return self._result(asked, response, found, per_option)

    def _review(self, asked: Version, response: Response, reason: str) -> QuestionResult:
        name = review_id(asked.question.id, response, asked.variant)
        review = self._reviews.get(name)
        if review is None:
            return QuestionResult(
                asked.question.id, "needs review", response, feedback=reason, review=name, variant=asked.variant
            )
        criteria = asked.question.criteria()
        points = levels_points(criteria, review.levels, f"review {name}") if review.levels else None
        credit = review.credit if points is None else points / asked.question.points
        solved = math.isclose(credit, 1)
        found = self._result(asked, response, Mark(1.0 if solved else credit, solved, review.comment), {}, name)
        return dataclasses.replace(found, levels=review.levels)

    def _result(
        self, asked: Version, response: Response, found: Mark, per_option: Mapping[str, str], review: str = ""
    ) -> QuestionResult:
        credit = found.credit if self._partial_credit else float(found.correct)
        return QuestionResult(
            asked.question.id,
            "marked",
            response,
            credit,
            credit * asked.question.points,
            found.correct,
            found.feedback,
            per_option,
            review,
            variant=asked.variant,
        )
