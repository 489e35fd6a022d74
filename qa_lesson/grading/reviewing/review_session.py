"""What the review page works on: the answers that wait for a person, one marker's decisions, and both markers' later.

Nothing here knows of HTTP. The dictionaries are what the page gets as JSON. Unless names are asked for, none of them
has a learner's name or id, and a marker's dictionaries have no decision of another marker until `ReviewSession.compare`
allows it.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

from qa_lesson.errors import DataError
from qa_lesson.grading.formats.marks_journal import AGREED, MarkerDecision, MarksJournal
from qa_lesson.grading.formats.records import utc_now
from qa_lesson.grading.formats.review_items import ReviewItem
from qa_lesson.grading.reviewing.marker_comparison import Comparison, mark_record
from qa_lesson.quiz.kinds.shared.rubric import Criterion
from qa_lesson.quiz.pages.markdown import render_inline, render_markdown

_MOST_COMMENTS = 50  # that the page offers again

Grouping = Callable[[Sequence[ReviewItem]], Sequence[Sequence[ReviewItem]]]
"""Similar answers to one question together: groups, in the order in which they are shown."""


class Decided(NamedTuple):
    """What a marker says on the page.

    Args:
        review: id of the answer.
        levels: place of the level by criterion; None if the question has no rubric.
        credit: share of the points; ignored with a rubric, whose levels decide. None: not decided.
        comment: for the learner.
        typing: part of a comment that is being typed, which is undone together with what was typed before it.
        agreed: both markers say so.
    """

    review: str
    levels: Mapping[str, int] | None
    credit: float | None
    comment: str
    typing: bool = False
    agreed: bool = False


class _Step(NamedTuple):
    """Something that can be undone: which answer, by whom, and what was said before."""

    review: str
    marker: str
    before: MarkerDecision | None
    typing: bool


class ReviewSession:
    """One marker's work on the answers of one quiz, from the start of the program to its end.

    Args:
        title: of the quiz.
        items: the answers.
        journal: where decisions are kept.
        marker: who decides; see `qa_lesson.grading.formats.marks_journal.check_marker`.
        grouping: brings similar answers together.
        names: learners' names by roster id, to show them; None marks blind.
    """

    def __init__(
        self,
        title: str,
        items: Sequence[ReviewItem],
        journal: MarksJournal,
        marker: str,
        *,
        grouping: Grouping,
        names: Mapping[str, str] | None = None,
    ) -> None:
        self.title, self.journal, self.marker = title, journal, marker
        self._names = names
        self._items = {item.review: item for item in items}
        self._questions = _by_question(items, grouping)
        self._steps: list[_Step] = []
        self._is_open = False
        self._lock = threading.Lock()

    def page(self) -> dict[str, Any]:
        """Everything that the page shows: the questions with their answers, and what this marker has said of them."""
        with self._lock:
            mine = self._last(self.marker)
            known = {one.review for one in self.journal.marks().decisions}
            questions = [self._question(groups, mine, known) for groups in self._questions]
            return {
                "title": self.title,
                "marker": self.marker,
                "names": self._names is not None,
                "questions": questions,
                "undo": len(self._steps),
                "comments": self._comments(),
                "markers": len(self._markers()),
            }

    def decide(self, decided: Decided) -> dict[str, Any]:
        """Keep a decision; it is on the disk when this returns.

        Raises:
            DataError: no such answer, a level or criterion that the rubric has not, or a joint decision on an answer
                that fewer than two have marked.
            StorageError: it could not be written.
        """
        with self._lock:
            item = self._item(decided.review)
            levels, credit = _checked(item, decided)
            marker = self._joint(decided.review) if decided.agreed else self.marker
            before = self._last(marker).get(item.review)
            new = MarkerDecision(marker, item.review, levels, credit, decided.comment, utc_now())
            if _same(before, new):
                return self._told(new)
            self.journal.decide(new)
            last = self._steps[-1] if self._steps else None
            goes_on = decided.typing and last is not None and last.typing
            if not (goes_on and last is not None and (last.review, last.marker) == (item.review, marker)):
                self._steps.append(_Step(item.review, marker, before, decided.typing))
            return self._told(new)

    def undo(self) -> dict[str, Any]:
        """Take back the last change of this session.

        Returns:
            As `decide`, with what holds again; ``review`` is None if there was nothing to undo.

        Raises:
            StorageError: it could not be written; nothing was taken back.
        """
        with self._lock:
            if not self._steps:
                return {"review": None, "mark": None, "agreed": False, "undo": 0, "comments": self._comments()}
            step = self._steps[-1]
            before = step.before or MarkerDecision(step.marker, step.review, None, None, "", "")
            again = dataclasses.replace(before, at=utc_now())
            self.journal.decide(again)
            self._steps.pop()
            return self._told(again)

    def compare(self, *, look: bool) -> dict[str, Any]:
        """How far the markers agree, and the answers that they differ on.

        Nothing of another marker is in it until all have marked everything or this marker wants to look. And even then
        only answers that this marker has marked are.

        Args:
            look: they want to see it before all are done.
        """
        with self._lock:
            found = Comparison(self.journal.marks(), self._markers(), self._order())
            self._is_open |= look or found.is_done()
            return found.told(self.marker) if self._is_open else found.counts()

    def counts(self) -> tuple[int, int]:
        """How many answers this marker has decided, and how many there are."""
        mine = self._last(self.marker)
        return sum(self._is_decided(mine, review) for review in self._items), len(self._items)

    # ------------------------------------------------------------------ parts

    def _item(self, review: str) -> ReviewItem:
        if review not in self._items:
            raise DataError("there is no such answer", received=ascii(review)[:60], fix="reload the page")
        return self._items[review]

    def _order(self) -> list[str]:
        return [item.review for groups in self._questions for group in groups for item in group]

    def _last(self, marker: str) -> dict[str, MarkerDecision]:
        return {one.review: one for one in self.journal.marks().decisions if one.marker == marker}

    def _markers(self) -> list[str]:
        """Who has decided something, and this marker, by name."""
        held = self.journal.marks().by_review()
        found = {one.marker for review, ones in held.items() if review in self._items for one in ones}
        return sorted((found | {self.marker}) - {AGREED})

    def _joint(self, review: str) -> str:
        """The marker of joint decisions, if this answer may have one."""
        n = sum(one.marker != AGREED for one in self.journal.marks().by_review().get(review, ()))
        if not self._is_open or n < 2:
            raise DataError(
                "only an answer that two have marked can be settled",
                received=f"marked by {n}",
                fix="mark it first, and open the comparison",
            )
        return AGREED

    def _comments(self) -> list[str]:
        """This marker's comments, the latest first."""
        decisions = self.journal.marks().decisions
        said = (one.comment.strip() for one in reversed(decisions) if one.marker == self.marker)
        held = {one.comment.strip() for one in self._last(self.marker).values()}
        return [text for text in dict.fromkeys(said) if text and text in held][:_MOST_COMMENTS]

    def _told(self, new: MarkerDecision) -> dict[str, Any]:
        return {
            "review": new.review,
            "mark": mark_record(new),
            "agreed": new.marker == AGREED,
            "undo": len(self._steps),
            "comments": self._comments(),
        }

    @staticmethod
    def _is_decided(decisions: Mapping[str, MarkerDecision], review: str) -> bool:
        return review in decisions and decisions[review].credit is not None

    def _question(
        self, groups: Sequence[Sequence[ReviewItem]], mine: Mapping[str, MarkerDecision], known: Collection[str]
    ) -> dict[str, Any]:
        first = groups[0][0]
        reasons = {item.reason for group in groups for item in group}
        reason = reasons.pop() if len(reasons) == 1 and sum(map(len, groups)) > 1 else ""
        solution = render_markdown(first.solution)
        says_the_key = " ".join(solution.striptags().split()).startswith(first.key_line)
        return {
            "number": first.number,
            "variant": first.variant,
            "kind": first.kind,
            "points": first.points,
            "prompt": render_markdown(first.prompt),
            "material": first.material_html,
            "solution": solution,
            "key": "" if says_the_key else first.key_line,
            "reason": "" if first.rubric else reason,  # a rubric says it
            "rubric": [_criterion(one) for one in first.rubric],
            "answers": [
                self._answer(item, mine)
                | {"group": number, "alike": len(group), "reason": "" if reason else item.reason}
                | {"settled": None if item.review in known else item.credit}
                for number, group in enumerate(groups, start=1)
                for item in group
            ],
        }

    def _answer(self, item: ReviewItem, mine: Mapping[str, MarkerDecision]) -> dict[str, Any]:
        said = item.response
        told: dict[str, Any] = {
            "review": item.review,
            "response": said if isinstance(said, list) else str(said),
            "n": item.n_submissions,
            "mark": mark_record(mine[item.review]) if item.review in mine else None,
        }
        if self._names is not None:
            told["learners"] = [self._names.get(learner) or learner for learner in item.learners]
        return told


def _by_question(items: Sequence[ReviewItem], grouping: Grouping) -> list[Sequence[Sequence[ReviewItem]]]:
    asked: dict[tuple[int, str, str], list[ReviewItem]] = {}
    for item in items:
        asked.setdefault((item.number, item.question, item.variant), []).append(item)
    return [grouping(found) for _, found in sorted(asked.items())]


def _criterion(criterion: Criterion) -> dict[str, Any]:
    levels = [{"points": level.points, "text": render_inline(level.text)} for level in criterion.levels]
    return {"id": criterion.id, "text": render_inline(criterion.text), "levels": levels}


def _same(before: MarkerDecision | None, new: MarkerDecision) -> bool:
    nothing = MarkerDecision(new.marker, new.review, None, None, "", "")
    old = before or nothing
    return mark_record(old) == mark_record(new) or (
        before is None and mark_record(new) == {**mark_record(nothing), "levels": {}}
    )


def _checked(item: ReviewItem, decided: Decided) -> tuple[Mapping[str, int] | None, float | None]:
    """Levels and credit as they are kept: with a rubric the levels decide, once every criterion has one."""
    if not item.rubric:
        if decided.levels is not None:
            raise DataError("this question has no rubric", received="levels", fix="reload the page")
        if decided.credit is not None and not 0 <= decided.credit <= 1:
            raise DataError("a credit is a share of the points", received=f"{decided.credit:g}", fix="from 0 to 1")
        return None, decided.credit
    levels, earned = dict(decided.levels or {}), 0.0
    criteria = {one.id: one for one in item.rubric}
    for name, place in levels.items():
        if name not in criteria or not 0 <= place < len(criteria[name].levels):
            raise DataError(
                "the rubric has no such level", received=f"{ascii(name)[:60]}, level {place}", fix="reload the page"
            )
        earned += criteria[name].levels[place].points
    if len(levels) < len(criteria):
        return levels, None
    return levels, min(max(earned / item.points, 0.0), 1.0)
