"""Whose submission is it? What the LMS says about an upload, held against what the file says about itself.

A file names its learner, and anyone can write any name into it. The LMS knows who was logged in. So a file from one
person's upload never counts for someone else: it is held back until the instructor has looked at it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Generic, Protocol, TypeVar

from qa_lesson.grading.formats.results import Learner, NotCounted
from qa_lesson.grading.marking.adjustments import Adjustments
from qa_lesson.grading.marking.allowances import Allowances
from qa_lesson.grading.marking.roster import Roster
from qa_lesson.grading.marking.uploads import Upload, may_be, spellings, written
from qa_lesson.grading.marking.worksheet import Worksheet, worksheet_in

_CANVAS_COLUMNS: Final = {"ID", "Section"}
_Holder = tuple[str, str]


class Attributable(Protocol):
    """A file that says who it is from; see `qa_lesson.grading.marking.submissions.Submission` for the names."""

    @property
    def file(self) -> str:
        """Its name."""

    @property
    def sha256(self) -> str:
        """Of its bytes."""

    @property
    def learner(self) -> str:
        """Who it says it is from."""

    @property
    def receipt(self) -> str:
        """The same for two copies."""

    @property
    def upload(self) -> Upload | None:
        """Who uploaded it."""


File = TypeVar("File", bound=Attributable)


@dataclass
class Attribution(Generic[File]):
    """Who gets what.

    Args:
        by_learner: the submissions that may count, by learner id, in their order.
        not_counted: the others, with the reason.
        bound: how many of the submissions that may count were bound to their learner by an "id" of the LMS, by a
            "name" of the LMS, by the "instructor", or by what the "file" says alone.
    """

    by_learner: dict[str, list[File]] = field(default_factory=lambda: defaultdict(list))
    not_counted: list[NotCounted] = field(default_factory=list)
    bound: Counter[str] = field(default_factory=Counter)


class Binder:
    """Finds the learners of uploads.

    Args:
        roster: who is in the course.
        worksheet: of Moodle; None: the roster may be one itself.
    """

    def __init__(self, roster: Roster, worksheet: Worksheet | None = None) -> None:
        self._roster = roster
        self._ids: dict[str, Mapping[str, Learner]] = {
            "Moodle": (worksheet or worksheet_in(roster)).learners,
            "Canvas": {
                one.columns["ID"]: one
                for one in roster.learners
                if one.columns.keys() >= _CANVAS_COLUMNS and one.columns["ID"]
            },
        }
        self._names: dict[str, dict[tuple[str, ...], Learner | None]] = {}

    def owner(self, upload: Upload) -> Learner | None:
        """The learner that the LMS means: by number if numbers are known, otherwise by name; None: not known."""
        return self._ids[upload.lms].get(upload.number) if self.knows_ids(upload) else self._by_name(upload)

    def knows_ids(self, upload: Upload) -> bool:
        """Whether this LMS's numbers are known at all, so that one that is not found is a stranger's."""
        return bool(self._ids[upload.lms])

    def _by_name(self, upload: Upload) -> Learner | None:
        """The one learner with this name; None: no one, or several."""
        names = self._names.setdefault(upload.lms, {})
        if not names:
            for learner in self._roster.learners:
                for spelled in set(spellings(upload.lms, learner.name)) - {(), ("",)}:
                    names[spelled] = None if spelled in names else learner
        for spelled in written(upload):
            if spelled in names:
                return names[spelled]
        return None


def attribute(
    submissions: Sequence[File],
    roster: Roster,
    binder: Binder,
    adjustments: Adjustments | None = None,
    allowances: Allowances | None = None,
) -> Attribution[File]:
    """Bind submissions to learners; what is in doubt is held back.

    1. The number or the name that the LMS gives says whose upload it is. The file must say that it is this learner's.
    2. If neither is on the roster, the file's own word counts, as long as only this one person's uploads say so, and
       no one else's upload was bound to that learner.
    3. A file that came from no LMS counts only if there is no upload of its learner.

    Args:
        submissions: sound ones, in the order that they were handed in.
        roster: who is in the course.
        binder: of the same roster.
        adjustments: with what the instructor decided about files.
        allowances: with the groups, whose members may upload one another's files.
    """
    done: Attribution[File] = Attribution()
    decided = adjustments.files if adjustments else {}
    open_ones = [one for one in submissions if one.file not in decided]
    claims = [roster.find(one.learner) for one in submissions]
    owners, how = _owners(open_ones, [roster.find(one.learner) for one in open_ones], binder)
    holders: dict[str, set[_Holder]] = defaultdict(set)
    for holder, owner in owners.items():
        if owner is not None:
            holders[owner.id].add(holder)
    genuine = _receipts(open_ones, roster, owners)
    for one, claimed in zip(submissions, claims, strict=True):
        if one.file in decided:
            who, why = decided[one.file]
            if who is None:
                done.not_counted.append(_refused(one, f"dismissed by the instructor: {why}", rejected=False))
            else:
                done.by_learner[who].append(one)
                done.bound["instructor"] += 1
            continue
        if one.upload is None:
            if claimed is None:
                done.not_counted.append(_refused(one, "its learner is not on the roster"))
            elif holders[claimed.id]:
                reason = f"it came without the name of an uploader, and {_named(claimed)} has an upload of their own"
                done.not_counted.append(_held(one, reason, claimed))
            else:
                done.by_learner[claimed.id].append(one)
                done.bound["file"] += 1
            continue
        owner = owners[one.upload.holder]
        together = bool(allowances and claimed and owner and allowances.work_together(claimed.id, owner.id))
        reason = _doubt(one.upload, one, owner if together else claimed, owner, holders, binder)
        if owner is None and claimed is None:
            done.not_counted.append(_refused(one, f"its learner is not on the roster; {one.upload} uploaded it"))
        elif reason:
            if claimed is not None and (first := genuine.get(one.receipt)) is not None and first != one.file:
                reason += f"; it is a copy of {first}"
            done.not_counted.append(_held(one, reason, owner))
        elif owner is not None:
            done.by_learner[owner.id].append(one)
            done.bound[how[one.upload.holder]] += 1
    return done


def _owners(
    submissions: Sequence[Attributable], claims: Sequence[Learner | None], binder: Binder
) -> tuple[dict[_Holder, Learner | None], dict[_Holder, str]]:
    """Whose the uploads of each holder are (None: not known), and what says so."""
    owners: dict[_Holder, Learner | None] = {}
    how: dict[_Holder, str] = {}
    claimed_by: dict[_Holder, dict[str, Learner | None]] = defaultdict(dict)
    for one, claimed in zip(submissions, claims, strict=True):
        if (upload := one.upload) is None:
            continue
        claimed_by[upload.holder][claimed.id if claimed else ""] = claimed
        if upload.holder not in owners:
            owners[upload.holder] = binder.owner(upload)
            how[upload.holder] = "id" if binder.knows_ids(upload) else "name"
    taken = {owner.id for owner in owners.values() if owner is not None}
    wanted = Counter(name for holder, owner in owners.items() if owner is None for name in claimed_by[holder])
    for one in submissions:
        if one.upload is None or owners[one.upload.holder] is not None or binder.knows_ids(one.upload):
            continue
        learners = list(claimed_by[one.upload.holder].values())
        if len(learners) > 1 or (sole := learners[0]) is None:
            continue
        if sole.id not in taken and wanted[sole.id] == 1 and may_be(one.upload, sole.name):
            owners[one.upload.holder], how[one.upload.holder] = sole, "file"
    return owners, how


def _doubt(
    upload: Upload,
    one: Attributable,
    claimed: Learner | None,
    owner: Learner | None,
    holders: Mapping[str, set[_Holder]],
    binder: Binder,
) -> str:
    """Why a file of an upload may not count; empty: it may."""
    said = _named(claimed) if claimed else f"{one.learner!r}, who is not on the roster"
    if owner is None:
        if binder.knows_ids(upload):
            return f"{upload} uploaded it, who is not on the roster; it says it is from {said}"
        return f"{upload} uploaded it, and several people of the roster fit; it says it is from {said}"
    if claimed is None or claimed.id != owner.id:
        return f"{_named(owner)} uploaded it, but it says it is from {said}"
    if len(holders[owner.id]) > 1:
        return f"{len(holders[owner.id])} people with uploads have the name of {_named(owner)}: {upload} is one of them"
    return ""


def _receipts(
    submissions: Iterable[Attributable], roster: Roster, owners: Mapping[_Holder, Learner | None]
) -> dict[str, str]:
    """The file with each receipt that came from its own learner."""
    found: dict[str, str] = {}
    for one in submissions:
        claimed, owner = roster.find(one.learner), owners[one.upload.holder] if one.upload else None
        if claimed is not None and owner is not None and owner.id == claimed.id:
            found.setdefault(one.receipt, one.file)
    return found


def _named(learner: Learner) -> str:
    return f"{learner.name} ({learner.id})" if learner.name else learner.id


def _refused(one: Attributable, reason: str, *, rejected: bool = True) -> NotCounted:
    return NotCounted(one.file, reason, rejected, one.learner, one.sha256)


def _held(one: Attributable, reason: str, owner: Learner | None) -> NotCounted:
    return NotCounted(
        one.file, reason, True, one.learner, one.sha256, held_back=True, uploader=owner.id if owner else ""
    )
