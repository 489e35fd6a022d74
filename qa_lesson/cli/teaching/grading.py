"""The command that grades what learners handed in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from qa_lesson.cli._app import Json, app
from qa_lesson.cli._console import print_json, say, show_table, track, warn
from qa_lesson.errors import counted

if TYPE_CHECKING:
    from qa_lesson.grading.formats.results import Results
    from qa_lesson.grading.marking.regrade import Change
    from qa_lesson.grading.pages.output import WrittenGrades


_MOST_NAMED = 10


class _ReviewsUsed(NamedTuple):
    """What became of the reviews: ids without effect, and how many answers two markers disagree on."""

    unused: list[str]
    disputed: int


@app.command()
def grade(
    submissions: Annotated[list[Path], typer.Argument(help="Folders, zip archives and single files.")],
    key: Annotated[Path, typer.Option("--key", help="The key of the bundle.")],
    roster: Annotated[Path, typer.Option("--roster", help="CSV with the column id, email or both.")],
    output: Annotated[Path, typer.Option("--out", help="The folder to write; an earlier grading in it is replaced.")],
    attempts: Annotated[str, typer.Option(help="Which of several submissions counts: first, last or best.")] = "last",
    late: Annotated[str, typer.Option(help="After the deadline: accept, reject or penalty.")] = "accept",
    late_rate: Annotated[
        float, typer.Option(help="With --late penalty: share of the possible points that each started day costs.")
    ] = 0.0,
    partial_credit: Annotated[
        bool, typer.Option("--partial-credit/--no-partial-credit", help="Whether half-right answers earn something.")
    ] = True,
    reviews: Annotated[
        Path | None,
        typer.Option("--reviews", help="What qa-lesson review kept, or needs_review.csv with its credits filled in."),
    ] = None,
    grace: Annotated[
        float, typer.Option("--grace", help="Minutes after the deadline in which nothing is late yet.")
    ] = 0.0,
    time_limit: Annotated[
        float | None,
        typer.Option("--time-limit", help="Minutes from opening to handing in; who took longer is told, no more."),
    ] = None,
    extensions: Annotated[
        Path | None,
        typer.Option(
            "--extensions",
            help="CSV: learner, deadline, extra_attempts, extra_minutes, excused, reason.",
        ),
    ] = None,
    groups: Annotated[
        Path | None, typer.Option("--groups", help="CSV: learner, group. A submission of one counts for all of them.")
    ] = None,
    adjust: Annotated[
        Path | None,
        typer.Option(
            "--adjust", help="YAML with what you decided after the fact: void, bonus, accept, override, count, dismiss."
        ),
    ] = None,
    deadline: Annotated[
        str | None,
        typer.Option(help="Another deadline than the key's, with its zone: 2026-12-01T18:00+01:00; or none."),
    ] = None,
    allowed_attempts: Annotated[
        int | None,
        typer.Option("--allowed-attempts", min=0, help="Another number than the key's; 0: as many as they like."),
    ] = None,
    solutions: Annotated[
        bool,
        typer.Option(
            "--solutions", help="Feedback pages show right answers and steps: when no one can hand in any more."
        ),
    ] = False,
    previous: Annotated[
        Path | None, typer.Option("--previous", help="The folder of an earlier grading: tells who changes.")
    ] = None,
    worksheet: Annotated[
        Path | None,
        typer.Option("--worksheet", help="Moodle's offline grading worksheet: whose each participant number is."),
    ] = None,
    upload_zone: Annotated[
        str | None,
        typer.Option(
            "--upload-zone",
            help="The times in Moodle's archive and worksheet are those of the uploads, in this zone: Europe/Berlin.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Grade a quiz: gradebook, report, item analysis, feedback pages, and what did not count and why.

    Submissions are data: nothing in them is executed. A file that cannot be graded is listed in rejects.csv, and the
    exit code is then 1. So is one that someone else uploaded than the learner it names: it is held back.
    """
    from qa_lesson.grading.formats.marks_journal import disputed, is_marks_file, read_marks
    from qa_lesson.grading.formats.records import load_key, parse_deadline
    from qa_lesson.grading.marking.adjustments import read_adjustments
    from qa_lesson.grading.marking.allowances import Allowances, read_extensions, read_groups
    from qa_lesson.grading.marking.grade import grade as grade_all
    from qa_lesson.grading.marking.grade import make_rules
    from qa_lesson.grading.marking.regrade import compare, load_previous
    from qa_lesson.grading.marking.reviews import read_reviews
    from qa_lesson.grading.marking.roster import read_roster
    from qa_lesson.grading.marking.worksheet import parse_zone, read_worksheet
    from qa_lesson.grading.pages.output import check_output, write_grading

    given = {
        "key": key,
        "roster": roster,
        "reviews": reviews,
        "worksheet": worksheet,
        "adjustments": adjust,
        "extensions": extensions,
        "groups": groups,
    }
    files = {name: path for name, path in given.items() if path is not None}
    rules = make_rules(attempts, late, late_rate, partial_credit, grace, time_limit)
    check_output(output, [*submissions, *files.values(), *([previous] if previous else [])])
    the_key = load_key(key)
    if deadline is not None:
        due = None if deadline == "none" else parse_deadline(deadline)
        the_key = the_key.model_copy(update={"deadline": due})
    if allowed_attempts is not None:
        the_key = the_key.model_copy(update={"attempts": allowed_attempts or None})
    before = load_previous(previous, the_key.bundle) if previous else None
    if previous:
        files["previous"] = previous / "manifest.json"
    settled = read_reviews(reviews, the_key.bundle) if reviews else {}
    differing = disputed(read_marks(reviews)) if reviews and is_marks_file(reviews) else ()
    zone = parse_zone(upload_zone) if upload_zone else None
    people = read_roster(roster)
    sheet = read_worksheet(worksheet, people, zone) if worksheet else None
    allowances = Allowances(
        read_extensions(extensions, people) if extensions else {}, read_groups(groups, people) if groups else {}
    )
    decided = read_adjustments(adjust, the_key, people) if adjust else None
    graded = grade_all(
        submissions,
        the_key,
        people,
        rules=rules,
        reviews=settled,
        worksheet=sheet,
        zone=zone,
        adjustments=decided,
        allowances=allowances,
        track=track,
    )
    changes = compare(before, graded.results) if before else None
    written = write_grading(graded, the_key, output, inputs=files, changes=changes, solutions=solutions, track=track)
    by_hand = {answer.review for answer, _ in graded.by_hand}
    used = _ReviewsUsed(sorted(settled.keys() - by_hand), len(by_hand.intersection(differing)))
    if as_json:
        print_json(_summary(graded.results, written, changes, used, output))
    else:
        _tell(graded.results, written, changes, used, output)
    if any(one.rejected for one in graded.results.not_counted):
        raise typer.Exit(1)


def _summary(
    results: Results, written: WrittenGrades, changes: Sequence[Change] | None, used: _ReviewsUsed, output: Path
) -> dict[str, Any]:
    shares = [result.share for result in results.handed_in if result.share is not None]
    found = written.analysis.reliability
    return {
        "title": results.title,
        "learners": len(results.learners),
        "handed_in": len(results.handed_in),
        "missing": len(results.missing),
        "excused": sum(result.status == "excused" for result in results.learners),
        "need_review": sum(result.status == "needs review" for result in results.handed_in),
        "held_back": len(results.held_back),
        "rejected": sum(one.rejected and not one.held_back for one in results.not_counted),
        "mean": sum(shares) / len(shares) if shares else None,
        "reliability": None if found is None else {"name": found.name, "value": found.value},
        "flags": list(written.flags),
        "changed": None if changes is None else len(changes),
        "reviews_not_used": used.unused,
        "reviews_disputed": used.disputed,
        "out": str(output),
    }


def _tell(
    results: Results, written: WrittenGrades, changes: Sequence[Change] | None, used: _ReviewsUsed, output: Path
) -> None:
    from qa_lesson.grading.marking.adjustments import told_adjustments

    summary = _summary(results, written, changes, used, output)
    for one in results.held_back[:_MOST_NAMED]:
        warn("held back:", f"{one.file}: {one.reason}")
    if len(results.held_back) > _MOST_NAMED:
        warn(f"{len(results.held_back) - _MOST_NAMED} more files held back,", "see rejects.csv")
    labels = (
        ("handed in", "handed_in"),
        ("missing", "missing"),
        ("excused", "excused"),
        ("need review", "need_review"),
    )
    told = [(label, str(summary[name])) for label, name in labels if name != "excused" or summary[name]]
    show_table(("", "learners"), told, title=results.title)
    if summary["mean"] is not None:
        waiting = "; answers that need review count as 0 until then" if summary["need_review"] else ""
        say(f"mean {100 * summary['mean']:.1f}% of the points, of those who handed in{waiting}")
    for text in written.flags:
        say(f"- {text}")
    if changes is not None:
        say(f"{counted(len(changes), 'grade')} changed, see changes.csv")
    for text in told_adjustments(results.adjustments):
        say(f"adjusted: {text}")
    if summary["rejected"]:
        warn(f"{counted(summary['rejected'], 'file')} rejected,", "see rejects.csv")
    if used.disputed:
        warn(f"markers disagree on {counted(used.disputed, 'answer')}, which keep waiting:", "see qa-lesson review")
    if used.unused:
        warn(
            f"{counted(len(used.unused), 'review')} without effect: no one gave this answer, or its question is "
            "adjusted:",
            ", ".join(used.unused),
        )
    say(f"written to {output}: open report.html first")
    for number, text in enumerate(_next_steps(results, summary, output), start=1):
        say(f"{number}. {text}")


def _next_steps(results: Results, summary: dict[str, Any], output: Path) -> Iterator[str]:
    """What to do, the most urgent first."""
    if summary["held_back"]:
        yield "ask whose the files are that were held back; then count or dismiss them with --adjust"
    if summary["rejected"]:
        yield "ask those whose files were rejected for another one: rejects.csv says what is wrong with each"
    if summary["need_review"]:
        yield (
            f"mark the answers that wait for you: qa-lesson review {output}; then grade again with --reviews "
            f"{output}.marks.jsonl (or fill in the column credit of needs_review.csv and save it elsewhere)"
        )
    if summary["flags"]:
        yield 'check what the report has under "To look at"; correct the key, or decide with --adjust'
    if summary["handed_in"] > summary["need_review"]:
        yield "export the grades, and return the feedback: qa-lesson grades moodle|canvas|lti|feedback"
