"""Two markers' decisions side by side: how far they agree, and the answers that they differ on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

from qa_lesson.errors import counted
from qa_lesson.grading.formats.marks_journal import AGREED, MarkerDecision, Marks, deciding
from qa_lesson.grading.reviewing.marker_agreement import FEWEST, MarkersAgreement, markers_agreement


def mark_record(decision: MarkerDecision) -> dict[str, Any]:
    """What a decision says of an answer, as the page gets it."""
    levels = None if decision.levels is None else dict(decision.levels)
    return {"levels": levels, "credit": decision.credit, "comment": decision.comment}


class Comparison:
    """The decisions that hold on the answers under review.

    Args:
        marks: what the file says.
        markers: who has marked something, by name.
        reviews: ids of the answers, in the order in which they are shown.
    """

    def __init__(self, marks: Marks, markers: Sequence[str], reviews: Sequence[str]) -> None:
        found = marks.by_review()
        self._markers, self._reviews = markers, reviews
        self._held = {review: {one.marker: one for one in found.get(review, ())} for review in reviews}

    def is_done(self) -> bool:
        """Whether there are several markers and each has marked every answer."""
        return len(self._markers) > 1 and all({*self._markers} <= {*ones} for ones in self._held.values())

    def counts(self) -> dict[str, Any]:
        """How far each marker is, and nothing of what they decided."""
        done = {name: sum(name in ones for ones in self._held.values()) for name in self._markers}
        return {"open": False, "done": done, "total": len(self._reviews)}

    def told(self, marker: str) -> dict[str, Any]:
        """Everything that one of the markers may see: only of answers that they have marked themselves."""
        differing = [review for review in self._reviews if self._is_differing(review, marker)]
        pairs = [self._pair(*pair) for pair in combinations(self._markers, 2) if marker in pair]
        return {**self.counts(), "open": True, "pairs": pairs, "differing": [self._marks(one) for one in differing]}

    def _own(self, review: str) -> Mapping[str, MarkerDecision]:
        return {name: one for name, one in self._held[review].items() if name != AGREED}

    def _is_differing(self, review: str, marker: str) -> bool:
        own = self._own(review)
        return marker in own and deciding([*own.values()]) is None

    def _marks(self, review: str) -> dict[str, Any]:
        together = self._held[review].get(AGREED)
        marks = [{"marker": name, **mark_record(one)} for name, one in sorted(self._own(review).items())]
        return {"review": review, "marks": marks, "agreed": None if together is None else mark_record(together)}

    def _pair(self, first: str, second: str) -> dict[str, Any]:
        both = [ones for ones in self._held.values() if first in ones and second in ones]
        found = markers_agreement(
            [ones[first].credit or 0.0 for ones in both], [ones[second].credit or 0.0 for ones in both]
        )
        share, kappa = (
            None if one is None else [one.estimate, one.low, one.high] for one in (found.share, found.kappa)
        )
        told = {"n": found.n, "same": found.same, "share": share, "kappa": kappa, "note": _note(found)}
        return {"markers": [first, second], **told}


def _note(found: MarkersAgreement) -> str:
    if found.n < FEWEST:
        return f"Kappa needs {FEWEST} answers that both have marked, and so far there are {found.n}."
    if found.kappa is None:
        return "Kappa is not defined here, because the marks hardly differ from answer to answer."
    if found.same == found.n:
        return f"A kappa of 1 on {counted(found.n, 'answer')} proves little: look at the interval of the share."
    return ""
