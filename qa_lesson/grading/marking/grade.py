"""From the files that were handed in to everyone's grade: which file counts, what lateness costs, what answers earn."""

from __future__ import annotations

import dataclasses
import hashlib
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast, get_args
from zoneinfo import ZoneInfo

from qa_lesson.errors import ConfigError, DataError, counted
from qa_lesson.grading.formats.records import Key
from qa_lesson.grading.formats.results import (
    AttemptRule,
    GradedQuestion,
    LatePolicy,
    Learner,
    LearnerResult,
    NotCounted,
    QuestionResult,
    Results,
    Rules,
)
from qa_lesson.grading.marking.adjustments import Adjustments
from qa_lesson.grading.marking.attribution import Binder, attribute
from qa_lesson.grading.marking.find_files import Found, Source, UnreadableError, find_submissions
from qa_lesson.grading.marking.marker import Marker
from qa_lesson.grading.marking.reviews import ManualReview
from qa_lesson.grading.marking.roster import Roster
from qa_lesson.grading.marking.submissions import ANOTHER_BUNDLE, RejectedError, Submission, SubmissionReader
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


def make_rules(attempts: str, late: str, late_rate: float = 0.0, partial_credit: bool = True) -> Rules:
    """Rules from words.

    Raises:
        ConfigError: a word is none of the known ones.
    """
    for what, given, known in (("attempt rule", attempts, AttemptRule), ("late policy", late, LatePolicy)):
        if given not in get_args(known):
            raise ConfigError(
                f"there is no such {what}", received=repr(given), fix=f"use one of: {', '.join(get_args(known))}"
            )
    return Rules(cast(AttemptRule, attempts), cast(LatePolicy, late), late_rate, partial_credit)


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
    track: Track = untracked,
) -> Graded:
    """Grade what stands at `paths`. One bad file never stops the rest; nothing of a submission is executed.

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
        track: for a progress bar.

    Raises:
        ConfigError: a late rate that does not fit the late policy, or a penalty without a deadline.
        DataError: a path does not exist, there is no file at all, all files belong to another bundle, an archive has
            the times of its download, or an adjustment is about a file that is not there.
    """
    rules = rules or Rules()
    _check(rules, key)
    with find_submissions(paths) as found:
        times = UploadTimes(found.sources, zone, worksheet)
        binder = Binder(roster, worksheet)
        submissions, not_counted, inputs = _read_all(found, key, times, binder, track)
    _check_bundle(submissions, not_counted, key)
    adjustments = adjustments or Adjustments()
    _check_files(adjustments, found)
    owned = attribute(submissions, roster, binder, adjustments)
    not_counted += owned.not_counted
    possible = sum(one.points for one in key.questions if adjustments.questions.get(one.id, ("",))[0] != "void")
    if not possible:
        raise DataError("all questions are voided", where="the adjustments", fix="leave one, or grade nothing")
    marker = Marker(key, reviews or {}, partial_credit=rules.partial_credit, adjustments=adjustments)
    names = [question.id for question in key.questions]
    learners = []
    for learner in track(roster.learners, "marking"):
        standing = _sound(owned.by_learner.get(learner.id, ()), key, rules, not_counted)
        contenders = [_result(learner, one, marker, names, key, possible, rules) for one in standing]
        learners.append(_choose(learner, contenders, standing, possible, rules, not_counted))
    results = Results(
        title=key.title,
        bundle=key.bundle,
        deadline=_in_utc(key.deadline) if key.deadline else None,
        rules=dataclasses.replace(rules, allowed=key.attempts),
        questions=tuple(
            GradedQuestion(
                number,
                question.id,
                question.kind,
                question.points,
                *adjustments.questions.get(question.id, ("", "")),
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
            "a late penalty needs its rate",
            received=f"rate {rules.late_rate:g}",
            fix="give the share of the points that a day costs, such as --late-rate 0.1",
        )
    if rules.late != "penalty" and rules.late_rate:
        raise ConfigError(
            f"there is a late rate, but late submissions are to be {rules.late}ed",
            received=f"rate {rules.late_rate:g}",
            fix="add --late penalty, or leave the rate out",
        )
    if rules.late != "accept" and key.deadline is None:
        raise ConfigError(
            "the quiz has no deadline, so nothing is late",
            received=f"late policy {rules.late}",
            fix="leave --late out, or give the deadline with --deadline",
        )


def _read_all(
    found: Found, key: Key, times: UploadTimes, binder: Binder, track: Track
) -> tuple[list[Submission], list[NotCounted], list[tuple[str, str]]]:
    reader = SubmissionReader(key)
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
    submissions.sort(key=lambda one: (one.handed_in_at, one.attempt, one.receipt, one.file, one.sha256))
    return submissions, not_counted, sorted(inputs)


def _check_bundle(submissions: Sequence[Submission], not_counted: Sequence[NotCounted], key: Key) -> None:
    """Refuse to give nobody a grade, if what learners handed in is sound and the key is for another bundle."""
    others = [one for one in not_counted if one.reason.startswith(ANOTHER_BUNDLE)]
    if submissions or not others:
        return
    raise DataError(
        f"the key is for another bundle than {'all ' if len(others) > 1 else ''}{counted(len(others), 'submission')}",
        where=others[0].file,
        received=f"the key has bundle {key.bundle}; {others[0].reason}",
        fix="build the key again with exactly the title, --deadline and --attempts of the learners' bundle, since they "
        "are part of its id (its bundle.json shows them). To grade with another deadline or number of attempts, keep "
        "that key and say so here: --deadline ..., --allowed-attempts ...",
    )


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


def _not_counted(submission: Submission, reason: str, *, rejected: bool = True) -> NotCounted:
    return NotCounted(submission.file, reason, rejected, submission.learner, submission.sha256)


def _sound(
    submissions: Iterable[Submission], key: Key, rules: Rules, not_counted: list[NotCounted]
) -> list[Submission]:
    """The submissions of one learner that may count, earliest first; the others are told."""
    kept: list[Submission] = []
    names: dict[str, str] = {}
    for one in submissions:
        days = one.late_days(key.deadline)
        if one.receipt in names:
            not_counted.append(_not_counted(one, f"it is the same as {names[one.receipt]}", rejected=False))
        elif key.attempts is not None and max(one.attempt, len(kept) + 1) > key.attempts:
            reason = f"it is attempt {max(one.attempt, len(kept) + 1)}; {key.attempts} may be handed in"
            not_counted.append(_not_counted(one, reason))
        elif days and rules.late == "reject":
            not_counted.append(_not_counted(one, f"it was handed in after the deadline, on day {days} after it"))
        else:
            names[one.receipt] = one.file
            kept.append(one)
    return kept


def _result(
    learner: Learner,
    submission: Submission,
    marker: Marker,
    names: Sequence[str],
    key: Key,
    possible: float,
    rules: Rules,
) -> LearnerResult:
    answers = tuple(
        marker.override(learner.id, name, given) or marker.mark(name, given)
        for name, given in ((name, submission.answers.get(name)) for name in names)
    )
    earned = math.fsum(answer.points for answer in answers if answer.points is not None)
    days = submission.late_days(key.deadline)
    penalty = min(earned, rules.late_rate * days * possible)
    return LearnerResult(
        learner=learner,
        status="needs review" if _is_open(answers) else "graded",
        possible=possible,
        points=earned - penalty,
        penalty=penalty,
        late_days=days,
        attempt=submission.attempt,
        submitted_at=_in_utc(submission.handed_in_at),
        file=submission.file,
        receipt=submission.receipt,
        questions=answers,
    )


def _is_open(answers: Iterable[QuestionResult]) -> bool:
    return any(answer.status == "needs review" for answer in answers)


def _choose(
    learner: Learner,
    contenders: Sequence[LearnerResult],
    submissions: Sequence[Submission],
    possible: float,
    rules: Rules,
    not_counted: list[NotCounted],
) -> LearnerResult:
    """The result that counts; the sound submissions beside it are told."""
    if not contenders:
        return LearnerResult(learner, "missing", possible)
    places: Callable[[int], Any] = {
        "first": lambda place: -place,
        "last": lambda place: place,
        "best": lambda place: (contenders[place].points, -place),
    }[rules.attempts]
    chosen = max(range(len(contenders)), key=places)
    result = contenders[chosen]
    for place, submission in enumerate(submissions):
        if place != chosen:
            reason = f"of {len(contenders)} submissions the {rules.attempts} one counts, {result.file}"
            if submission.attempt == result.attempt:
                reason += f"; both say they are attempt {result.attempt}: ask who wrote them"
            not_counted.append(_not_counted(submission, reason, rejected=False))
    undecided = rules.attempts == "best" and any(one.status == "needs review" for one in contenders)
    return dataclasses.replace(result, handed_in=len(contenders), status="needs review" if undecided else result.status)


def _in_utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
