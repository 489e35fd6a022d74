"""Marking many learners' answers: as in the lessons, each distinct answer once, and code without running it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from qa_lesson.errors import ResponseError
from qa_lesson.grading.formats.records import Key
from qa_lesson.grading.formats.results import QuestionResult
from qa_lesson.grading.marking.reviews import ManualReview, review_id
from qa_lesson.quiz.kinds.registry import Question
from qa_lesson.quiz.kinds.shared.marks import Mark, Response


class Marker:
    """Marks answers by a key.

    Args:
        key: of the bundle.
        reviews: by review id.
        partial_credit: False: only a solved question earns its points.
    """

    def __init__(self, key: Key, reviews: Mapping[str, ManualReview], *, partial_credit: bool = True) -> None:
        self._questions = {question.id: question for question in key.questions}
        self._reviews, self._partial_credit = reviews, partial_credit
        self._marked: dict[tuple[str, str], QuestionResult] = {}
        self._by_hand: dict[str, tuple[QuestionResult, int]] = {}
        self._unanswered = {name: QuestionResult(name, "unanswered") for name in self._questions}

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
            self._marked[known] = self._mark(self._questions[question_id], response)
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

    def _mark(self, question: Question, response: Response) -> QuestionResult:
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
        return self._result(question, response, Mark(review.credit, review.credit == 1, review.comment), {}, name)

    def _result(
        self, question: Question, response: Response, found: Mark, per_option: Mapping[str, str], review: str = ""
    ) -> QuestionResult:
        credit = found.credit if self._partial_credit else float(found.correct)
        points = credit * question.points
        return QuestionResult(
            question.id, "marked", response, credit, points, found.correct, found.feedback, per_option, review
        )
