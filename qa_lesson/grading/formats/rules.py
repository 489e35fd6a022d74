"""How a quiz was graded, as frozen records: the rules, and what the instructor decided after the fact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from pydantic import ConfigDict, with_config

from qa_lesson.json_files import AS_WRITTEN

AttemptRule = Literal["first", "last", "best"]
LatePolicy = Literal["accept", "reject", "penalty"]

_FINITE: Final = ConfigDict(**AS_WRITTEN, allow_inf_nan=False)


@with_config(_FINITE)
@dataclass(frozen=True, slots=True)
class Adjustment:
    """A decision of the instructor after the fact.

    Args:
        kind: what was decided.
        reason: in one line.
        question, learner: who it is about; empty: not about one.
        what: the answer or file concerned and what it is worth, in words; may be empty.
    """

    kind: Literal["void", "bonus", "accept", "override", "count", "dismiss"]
    reason: str
    question: str = ""
    learner: str = ""
    what: str = ""


@with_config(_FINITE)
@dataclass(frozen=True, slots=True)
class Rules:
    """How it was graded.

    Args:
        attempts: which of several hand-ins counts.
        late: what being late does.
        late_rate: share of the possible points that each started day costs, a fraction; 0 unless late is "penalty".
        partial_credit: False: an answer earns all of its points or none.
        allowed: how many hand-ins of a learner may count; None: as many as they like.
        grace_minutes: after the deadline, in which nothing is late.
        minutes: from opening to handing in; longer ones are told, and lose nothing; None: there is no limit.
    """

    attempts: AttemptRule = "last"
    late: LatePolicy = "accept"
    late_rate: float = 0.0
    partial_credit: bool = True
    allowed: int | None = None
    grace_minutes: float = 0.0
    minutes: float | None = None
