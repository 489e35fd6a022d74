"""From the files that were handed in to everyone's grade: which file counts, what lateness costs, what answers earn."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar, cast, get_args
from zoneinfo import ZoneInfo

from qa_lesson.errors import ConfigError, DataError, counted
from qa_lesson.grading.formats.papers import Papers
from qa_lesson.grading.formats.records import Key
from qa_lesson.grading.formats.results import (
    GradedQuestion,
    NotCounted,
    QuestionResult,
    Results,
)
from qa_lesson.grading.formats.rules import AttemptRule, LatePolicy, Rules
from qa_lesson.grading.marking.adjustments import Adjustments
from qa_lesson.grading.marking.allowances import Allowances
from qa_lesson.grading.marking.attribution import Binder, attribute
from qa_lesson.grading.marking.choosing import Chooser, in_utc
from qa_lesson.grading.marking.find_files import Found, Source, UnreadableError, find_submissions
from qa_lesson.grading.marking.marker import Marker
from qa_lesson.grading.marking.reviews import ManualReview
from qa_lesson.grading.marking.roster import Roster
from qa_lesson.grading.marking.submissions import (
    ANOTHER_BUNDLE,
    RejectedError,
    Submission,
    SubmissionReader,
    order_of_hand_in,
)
from qa_lesson.grading.marking.upload_times import UploadTimes
from qa_lesson.grading.marking.worksheet import Worksheet

Item = TypeVar("Item")


class Track(Protocol):
    """Shows how far a loop has come."""

    def __call__(self, sequence: Sequence[Item], description: str) -> Iterable[Item]:
        """The items of `sequence`, one after another."""


def untracked(sequence: Sequence[Item], description: str) -> Iterable[Item]:
    """A loop that shows nothing."""
    return sequence


@dataclass(frozen=True)
class Graded:
    """Results, and what they come from.

    Args:
        results: of everyone on the roster.
        inputs: name and SHA-256 of every file that was read, by name.
        by_hand: answers that a person settled or has to settle, and in how many sound submissions each stands.
    """

    results: Results
    inputs: tuple[tuple[str, str], ...]
    by_hand: tuple[tuple[QuestionResult, int], ...]


def make_rules(
    attempts: str,
    late: str,
    late_rate: float = 0.0,
    partial_credit: bool = True,
    grace_minutes: float = 0.0,
    minutes: float | None = None,
) -> Rules:
    """Rules from words; see `qa_lesson.grading.formats.rules.Rules`.

    Raises:
        ConfigError: a word is none of the known ones, or a number of minutes is negative.
    """
    if grace_minutes < 0 or (minutes is not None and minutes <= 0):
        told = f"grace period {grace_minutes:g}, time limit {minutes}"
        raise ConfigError("minutes are counted from 0", received=told, fix="give a number above 0")
    for what, given, known in (("attempt rule", attempts, AttemptRule), ("late policy", late, LatePolicy)):
        if given not in get_args(known):
            raise ConfigError(
                f"there is no such {what}", received=repr(given), fix=f"use one of: {', '.join(get_args(known))}"
            )
    return Rules(
        cast(AttemptRule, attempts), cast(LatePolicy, late), late_rate, partial_credit, None, grace_minutes, minutes
    )


def grade(
    paths: Sequence[str | Path],
    key: Key,
    roster: Roster,
    *,
    rules: Rules | None = None,
    reviews: Mapping[str, ManualReview] | None = None,
    worksheet: Worksheet | None = None,
    zone: ZoneInfo | None = None,
    adjustments: Adjustments | None = None,
    allowances: Allowances | None = None,
    track: Track = untracked,
) -> Graded:
    """Grade what is at `paths`. One bad file never stops the rest; nothing of a submission is executed.

    Args:
        paths: folders, zip archives and single files.
        key: of the bundle.
        roster: who is in the course.
        rules: attempts, lateness, partial credit.
        reviews: answers settled by hand, by review id.
        worksheet: of Moodle, with the numbers of participants and the times of their submissions.
        zone: of the times of modification in an archive of Moodle, which are then the times of upload; None: the times
            are those of the download, or not known.
        adjustments: what the instructor decided after the fact.
        allowances: extensions, and who works together.
        track: for a progress bar.

    Raises:
        ConfigError: a late rate that does not fit the late policy, a penalty without a deadline, or an extension that
            extends nothing.
        DataError: a path does not exist, there is no file at all, all files belong to another bundle, an archive has
            the times of its download, or an adjustment is about a file that is not there.
    """
    rules = rules or Rules()
    allowances = allowances or Allowances()
    _check(rules, key)
    allowances.check(key, rules.minutes)
    with find_submissions(paths) as found:
        times = UploadTimes(found.sources, zone, worksheet)
        binder = Binder(roster, worksheet)
        papers = Papers(key, [one.id for one in roster.learners])
        submissions, not_counted, inputs = _read_all(found, SubmissionReader(key, papers), times, binder, track)
    _check_bundle(submissions, not_counted, key)
    adjustments = adjustments or Adjustments()
    _check_files(adjustments, found)
    if papers.personal:
        submissions, foreign = _own_bundles(submissions, roster, binder, adjustments, allowances)
        not_counted += foreign
    owned = attribute(submissions, roster, binder, adjustments, allowances)
    not_counted += owned.not_counted
    void = [name for name, (kind, _) in adjustments.questions.items() if kind == "void"]
    marker = Marker(key, reviews or {}, partial_credit=rules.partial_credit, adjustments=adjustments)
    chooser = Chooser(key, rules, marker, papers, void, allowances, owned.by_learner)
    learners = [chooser.result(learner) for learner in track(roster.learners, "marking")]
    not_counted += chooser.not_counted
    variants = papers.variants()
    results = Results(
        title=key.title,
        bundle=key.bundle,
        deadline=in_utc(key.deadline) if key.deadline else None,
        rules=dataclasses.replace(rules, allowed=key.attempts),
        questions=tuple(
            GradedQuestion(
                number,
                question.id,
                question.kind,
                question.points,
                *adjustments.questions.get(question.id, ("", "")),
                variants.get(question.id, {}),
            )
            for number, question in enumerate(key.questions, start=1)
        ),
        learners=tuple(learners),
        not_counted=tuple(sorted(not_counted, key=lambda one: (one.file, one.sha256))),
        bound=dict(sorted(owned.bound.items())),
        adjustments=adjustments.records,
    )
    return Graded(results, tuple(inputs), marker.by_hand())


def _check(rules: Rules, key: Key) -> None:
    if rules.late == "penalty" and not 0 < rules.late_rate <= 1:
        raise ConfigError(
            "a late penalty needs its rate, above 0 and up to 1",
            received=f"rate {rules.late_rate:g}",
            fix="give the share of the possible points that each started day costs, from 0 to 1: "
            f"--late-rate {rules.late_rate / 100:g}, if you meant {rules.late_rate:g}%"
            if 1 < rules.late_rate <= 100
            else "give the share of the possible points that each started day costs, such as --late-rate 0.1",
        )
    if rules.late != "penalty" and rules.late_rate:
        raise ConfigError(
            "there is a late rate without --late penalty",
            received=f"rate {rules.late_rate:g}",
            fix=f"add --late penalty (late submissions are {rules.late}ed now), or leave the rate out",
        )
    if rules.late != "accept" and key.deadline is None:
        raise ConfigError(
            "the quiz has no deadline, so nothing is late",
            received=f"late policy {rules.late}",
            fix="leave --late out, or give the deadline with --deadline",
        )


def _read_all(
    found: Found, reader: SubmissionReader, times: UploadTimes, binder: Binder, track: Track
) -> tuple[list[Submission], list[NotCounted], list[tuple[str, str]]]:
    submissions, not_counted, inputs = [], list(found.not_counted), []
    for source in track(found.sources, "reading"):
        sha256 = ""
        try:
            content = source.read()
            sha256 = hashlib.sha256(content).hexdigest()
            inputs.append((source.file, sha256))
            one = reader.read(content, source.file, sha256)
            submissions.append(dataclasses.replace(one, upload=source.upload, uploaded_at=times.of(source)))
        except UnreadableError as error:
            not_counted.append(NotCounted(source.file, str(error), uploader=_uploader(source, binder)))
        except RejectedError as error:
            who = _uploader(source, binder)
            not_counted.append(
                NotCounted(source.file, error.reason, learner=error.learner, sha256=sha256, uploader=who)
            )
    submissions.sort(key=order_of_hand_in)
    return submissions, not_counted, sorted(inputs)


def _check_bundle(submissions: Sequence[Submission], not_counted: Sequence[NotCounted], key: Key) -> None:
    """Refuse to give no one a grade, if what learners handed in is sound and the key is for another bundle."""
    others = [one for one in not_counted if one.reason.startswith(ANOTHER_BUNDLE)]
    if submissions or not others:
        return
    if key.personal:
        raise DataError(
            f"{counted(len(others), 'submission')} and none of them was made with a bundle of this key and roster",
            where=others[0].file,
            received=others[0].reason,
            fix="give the key and the roster that the bundles were made with: what a learner was asked depends on the "
            "secret in the key and on the learner's id in the roster",
        )
    raise DataError(
        f"the key is for another bundle than {'all ' if len(others) > 1 else ''}{counted(len(others), 'submission')}",
        where=others[0].file,
        received=f"the key has bundle {key.bundle}; {others[0].reason}",
        fix="build the key again with exactly the title, --deadline and --attempts of the learners' bundle, since they "
        "are part of its id (its bundle.json shows them). To grade with another deadline or number of attempts, keep "
        "that key and say so here: --deadline ..., --allowed-attempts ...",
    )


def _own_bundles(
    submissions: Sequence[Submission],
    roster: Roster,
    binder: Binder,
    adjustments: Adjustments,
    allowances: Allowances,
) -> tuple[list[Submission], list[NotCounted]]:
    """The submissions that were made with their learner's own bundle, or that of one they work with; the others."""
    own, foreign = [], []
    for one in submissions:
        claimed = roster.find(one.learner)
        owner = one.paper.learner if one.paper else ""
        if claimed is None or one.file in adjustments.files or allowances.work_together(claimed.id, owner):
            own.append(one)
            continue
        uploader = binder.owner(one.upload) if one.upload else None
        made_for = roster.find(owner) or owner
        foreign.append(
            NotCounted(
                one.file,
                f"it was made with the bundle of {made_for}, but says it is from {claimed}",
                learner=one.learner,
                sha256=one.sha256,
                held_back=True,
                uploader=uploader.id if uploader else "",
            )
        )
    return own, foreign


def _check_files(adjustments: Adjustments, found: Found) -> None:
    names = {source.file for source in found.sources}
    for file in adjustments.files:
        if file not in names:
            raise DataError(
                "an adjustment is about a file that is not there",
                where="the adjustments",
                received=file,
                fix="copy its name from the column file of rejects.csv, and name the same folder or archive as then",
            )


def _uploader(source: Source, binder: Binder) -> str:
    owner = binder.owner(source.upload) if source.upload else None
    return owner.id if owner else ""
