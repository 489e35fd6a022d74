"""Which of a learner's submissions counts, and what it is worth: attempts, deadlines, penalties, groups."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from qa_lesson.errors import DataError
from qa_lesson.grading.formats.drawing import Version
from qa_lesson.grading.formats.papers import Paper, Papers
from qa_lesson.grading.formats.records import Key
from qa_lesson.grading.formats.results import Learner, LearnerResult, NotCounted, QuestionResult
from qa_lesson.grading.formats.rules import Rules
from qa_lesson.grading.marking.allowances import Allowance, Allowances
from qa_lesson.grading.marking.marker import Marker
from qa_lesson.grading.marking.submissions import Submission, order_of_hand_in


class Chooser:
    """Gives each learner their result.

    Args:
        key: of the bundle.
        rules: attempts, lateness, time limit.
        marker: of the answers.
        papers: what everyone was asked.
        void: ids of questions that count for no one.
        allowances: what holds for some only.
        by_learner: the submissions that may count, by the id of the learner who uploaded them, earliest first.
    """

    def __init__(
        self,
        key: Key,
        rules: Rules,
        marker: Marker,
        papers: Papers,
        void: Collection[str],
        allowances: Allowances,
        by_learner: Mapping[str, Sequence[Submission]],
    ) -> None:
        self._key, self._rules, self._marker, self._papers = key, rules, marker, papers
        self._void = frozenset(void)
        self._allowances = allowances
        self._names = [question.id for question in key.questions]
        self._submissions: dict[str, list[Submission]] = {}
        for learner, handed_in in by_learner.items():
            self._submissions.setdefault(self._unit(learner), []).extend(handed_in)
        self._standing: dict[str, list[Submission]] = {}
        self.not_counted: list[NotCounted] = []
        """Submissions that do not count, as far as learners were asked for."""

    def result(self, learner: Learner) -> LearnerResult:
        """A learner's result; the submissions next to the one that counts are added to `not_counted`."""
        allowance = self._allowances.of(learner.id)
        unit = self._unit(learner.id)
        group = self._allowances.groups.get(learner.id, "")
        if allowance.excused:
            if not group:
                for one in self._submissions.get(unit, ()):
                    self._refuse(one, "its learner is excused", rejected=False)
            possible = self._possible(self._papers.of_learner(learner.id))
            return LearnerResult(learner, "excused", possible, group=group, allowance=str(allowance))
        is_first = unit not in self._standing
        if is_first:
            handed_in = sorted(self._submissions.get(unit, ()), key=order_of_hand_in)
            self._standing[unit] = self._sound(handed_in, allowance)
        standing = self._standing[unit]
        contenders = [self._marked(learner, one, allowance) for one in standing]
        chosen = self._choose(learner, contenders, standing, told=is_first)
        return dataclasses.replace(chosen, group=group, allowance=str(allowance))

    def _unit(self, learner: str) -> str:
        group = self._allowances.groups.get(learner)
        return f"learner {learner}" if group is None else f"group {group}"

    def _sound(self, submissions: Iterable[Submission], allowance: Allowance) -> list[Submission]:
        """The submissions that may count, earliest first; the others are told."""
        allowed = None if self._key.attempts is None else self._key.attempts + allowance.extra_attempts
        kept: list[Submission] = []
        names: dict[str, str] = {}
        for one in submissions:
            days = self._late_days(one, allowance)
            attempt = max(one.attempt, len(kept) + 1)
            if one.receipt in names:
                self._refuse(one, f"it is the same as {names[one.receipt]}", rejected=False)
            elif allowed is not None and attempt > allowed:
                self._refuse(one, f"it is attempt {attempt}; {allowed} may be handed in")
            elif days and self._rules.late == "reject":
                self._refuse(one, f"it was handed in after the deadline, on day {days} after it")
            else:
                names[one.receipt] = one.file
                kept.append(one)
        return kept

    def _late_days(self, one: Submission, allowance: Allowance) -> int:
        return one.late_days(
            allowance.deadline or self._key.deadline, self._rules.grace_minutes, extended=allowance.deadline is not None
        )

    def _marked(self, learner: Learner, submission: Submission, allowance: Allowance) -> LearnerResult:
        paper = submission.paper or self._papers.of_learner(learner.id)
        answers = tuple(self._answer(learner, paper.versions.get(name), name, submission) for name in self._names)
        possible = self._possible(paper)
        earned = math.fsum(answer.points for answer in answers if answer.points is not None)
        days = self._late_days(submission, allowance)
        penalty = min(earned, self._rules.late_rate * days * possible)
        limit = self._rules.minutes
        over = limit is not None and submission.minutes > limit + allowance.extra_minutes
        return LearnerResult(
            learner=learner,
            status="needs review" if _is_open(answers) else "graded",
            possible=possible,
            points=earned - penalty,
            penalty=penalty,
            late_days=days,
            attempt=submission.attempt,
            submitted_at=in_utc(submission.handed_in_at),
            file=submission.file,
            receipt=submission.receipt,
            questions=answers,
            minutes=round(submission.minutes, 1),
            clock=submission.clock,
            burst=submission.burst,
            typed=submission.learner,
            over_time=over,
            bundle=paper.bundle if self._papers.personal else "",
        )

    def _answer(self, learner: Learner, asked: Version | None, name: str, submission: Submission) -> QuestionResult:
        if asked is None:
            return self._marker.not_asked(learner.id, name)
        given = submission.answers.get(name)
        return self._marker.override(learner.id, asked, given) or self._marker.mark(asked, given)

    def _possible(self, paper: Paper) -> float:
        """The points of the questions of a paper that count.

        Raises:
            DataError: none of them does.
        """
        points = sum(one.question.points for name, one in paper.versions.items() if name not in self._void)
        if not points:
            whom = f"all questions that {paper.learner} was asked" if paper.learner else "all questions"
            fix = "leave one, or give their points to everyone: bonus in place of void"
            raise DataError(f"{whom} are voided", where="the adjustments", fix=fix)
        return points

    def _choose(
        self,
        learner: Learner,
        contenders: Sequence[LearnerResult],
        submissions: Sequence[Submission],
        *,
        told: bool,
    ) -> LearnerResult:
        """The result that counts; the sound submissions next to it are told, once for a group."""
        if not contenders:
            return LearnerResult(learner, "missing", self._possible(self._papers.of_learner(learner.id)))
        rule = self._rules.attempts
        places: Callable[[int], Any] = {
            "first": lambda place: -place,
            "last": lambda place: place,
            "best": lambda place: (contenders[place].points, -place),
        }[rule]
        chosen = max(range(len(contenders)), key=places)
        result = contenders[chosen]
        for place, submission in enumerate(submissions if told else ()):
            if place != chosen:
                reason = f"of {len(contenders)} submissions the {rule} one counts, {result.file}"
                if submission.attempt == result.attempt:
                    reason += f"; both say they are attempt {result.attempt}: ask who wrote them"
                self._refuse(submission, reason, rejected=False)
        undecided = rule == "best" and any(one.status == "needs review" for one in contenders)
        status = "needs review" if undecided else result.status
        return dataclasses.replace(result, handed_in=len(contenders), status=status)

    def _refuse(self, one: Submission, reason: str, *, rejected: bool = True) -> None:
        self.not_counted.append(NotCounted(one.file, reason, rejected, one.learner, one.sha256))


def _is_open(answers: Iterable[QuestionResult]) -> bool:
    return any(answer.status == "needs review" for answer in answers)


def in_utc(at: datetime) -> str:
    """ISO 8601 in UTC, with seconds.

    >>> in_utc(datetime(2026, 3, 2, 18, tzinfo=UTC))
    '2026-03-02T18:00:00Z'
    """
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
