"""The instructor's report: scores, what to look at, every question and its options, and how it was graded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from qa_lesson.errors import counted
from qa_lesson.grading.analysis.class_figures import plot_items, plot_scores
from qa_lesson.grading.analysis.item_analysis import FEWEST, STRONG, AnswerStats, ItemAnalysis, ItemStats
from qa_lesson.grading.analysis.reliability import Reliability
from qa_lesson.grading.formats.records import Key
from qa_lesson.grading.formats.results import LearnerResult, Results
from qa_lesson.grading.marking.regrade import Change, status
from qa_lesson.look.html import escape, percent, table
from qa_lesson.look.pages import fact_table, page, picture, score_boxes, sections, wide
from qa_lesson.quiz.kinds.registry import KINDS, Question, kind_class
from qa_lesson.quiz.pages.markdown import render_markdown

NOTHING = "–"
"""A cell that has no value."""
_MOST_ROWS = 100
_STYLE = """
details { margin: 10px 0; }
summary { cursor: pointer; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; }
"""


def class_report_html(
    results: Results,
    key: Key,
    analysis: ItemAnalysis,
    flags: Mapping[str, Sequence[str]],
    changes: Sequence[Change] | None,
    versions: Mapping[str, str],
) -> str:
    """The report as one HTML page.

    Args:
        results: of a graded quiz.
        key: that it was graded with.
        analysis: of the questions.
        flags: by question id.
        changes: against an earlier grading; None: there is none to compare with.
        versions: of what computed it, by name.
    """
    parts = [
        ("Result", _result(results)),
        ("To look at", _to_look_at(results, flags)),
        ("Questions", _questions(analysis)),
        ("Every question and its answers", _answers(key, analysis, flags)),
        ("Who handed in nothing", _missing(results)),
        ("Files that did not count", _not_counted(results)),
        ("How this was graded", _method(results, versions)),
    ]
    if changes is not None:
        parts.insert(1, ("What the new grading changes", _changes(changes)))
    return page(f"{results.title}: results", f"Bundle {results.bundle}", sections(parts), style=_STYLE)


def _result(results: Results) -> str:
    handed_in, everyone = results.handed_in, len(results.learners)
    n_open = sum(result.status == "needs review" for result in results.handed_in)
    boxes = score_boxes(
        [
            ("Handed in", f"{len(handed_in)}", f"of {counted(everyone, 'learner')}"),
            ("Missing", f"{len(results.missing)}", "not in any mean"),
            ("Need review", f"{n_open}", "see needs_review.csv" if n_open else "all answers are settled"),
        ]
    )
    if not handed_in:
        return f"{boxes}<p>Nobody handed in a submission that counts.</p>"
    shares = np.array([result.share for result in handed_in], dtype=np.float64)
    points = shares * results.possible
    spread = f"standard deviation {points.std(ddof=1):.2f}" if len(points) > 1 else "one learner"
    middle = score_boxes(
        [
            ("Mean", percent(float(shares.mean())), f"{points.mean():.2f} of {results.possible:g} points"),
            ("Median", percent(float(np.median(shares))), spread),
        ]
    )
    open_note = (
        "<p>Answers that need review earn nothing yet, so these numbers may still rise: fill in the column credit of "
        "<code>needs_review.csv</code> and grade again with <code>--reviews</code>.</p>"
        if n_open
        else ""
    )
    return f"{boxes}{middle}{open_note}{picture(plot_scores(results))}"


def _to_look_at(results: Results, flags: Mapping[str, Sequence[str]]) -> str:
    found = [text for question in results.questions for text in flags[question.id]]
    if found:
        return f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in found)}</ul>"
    if len(results.handed_in) < FEWEST:
        return f"<p>With fewer than {FEWEST} submissions the questions are not judged.</p>"
    return "<p>No question looks odd.</p>"


def _questions(analysis: ItemAnalysis) -> str:
    rows = [
        [
            f"Q{item.question.number}", escape(item.question.id), escape(item.question.kind),
            f"{item.question.points:g}", str(item.n_answered), str(item.n_unanswered),
            NOTHING if item.facility is None else percent(item.facility), _decimal(item.discrimination),
        ]
        for item in analysis.items
    ]  # fmt: skip
    header = ["question", "id", "kind", "points", "answered", "left out", "facility", "discrimination"]
    listed = wide(table(header, rows, row_headers=True))
    reading = (
        "<p><b>Facility</b> is the mean credit of those who answered. <b>Discrimination</b> is the correlation of a "
        "question's points with the points on all others: above 0.2 it tells strong learners from weak ones, near 0 it "
        "does not, and below 0 its key is to be doubted.</p>"
    )
    if analysis.suppressed:
        few = (
            f"<p>Fewer than {FEWEST} learners handed in: discrimination, correlations and reliability would be mostly "
            "chance, so they are not shown.</p>"
        )
        return f"{few}{listed}"
    drawn = any(item.facility is not None and item.discrimination is not None for item in analysis.items)
    figure = picture(plot_items(analysis)) if drawn else ""
    return f"{_reliability(analysis.reliability)}{reading}{figure}{listed}"


def _reliability(found: Reliability | None) -> str:
    if found is None:
        return "<p>Reliability cannot be computed: all totals are equal, or fewer than two questions are settled.</p>"
    base = f"{counted(found.n_learners, 'learner')} and {counted(found.n_questions, 'question')}"
    return (
        f"<p><b>Reliability: {found.name} {found.value:.2f}</b>, {100 * found.confidence:.0f} % interval "
        f"{found.low:.2f} to {found.high:.2f} (Feldt), from {base}. It is the share of the differences between "
        "learners that would stay on other questions of this kind: 0.7 serves for a quiz, a decision about a person "
        "asks for 0.8 or more. Questions left out count as 0 here, as in the grade.</p>"
    )


def _answers(key: Key, analysis: ItemAnalysis, flags: Mapping[str, Sequence[str]]) -> str:
    share = f"{100 * STRONG:.0f} %"
    lead = (
        f"<p><b>Strong</b> are the {share} of learners who do best on the other questions, ties included. "
        "<b>Correlation</b> is the point-biserial one of choosing an answer with the points on the other questions: a "
        "right option should have a positive one, a wrong one a negative one. Letters follow the order of the key; "
        "learners see the options shuffled.</p>"
    )
    shown = (
        _answer_table(question, item, flags[question.id])
        for question, item in zip(key.questions, analysis.items, strict=True)
    )
    return lead + "".join(shown)


def _answer_table(question: Question, item: ItemStats, flags: Sequence[str]) -> str:
    rows = [_answer_row(one) for one in item.answers]
    has_options = any(one.label for one in item.answers)
    header = ["", "option"] if has_options else ["commonest answers"]
    header += ["by the key", "learners", "share", "of the strong", "correlation"]
    listed = wide(table(header, rows, row_headers=has_options), "answers") if rows else "<p>Nobody answered it.</p>"
    told = "".join(f"<li>{escape(text)}</li>" for text in flags)
    facility = "" if item.facility is None else f", facility {percent(item.facility)}"
    return (
        f"<details{' open' if flags else ''}><summary><b>Q{item.question.number}</b> {escape(question.id)}{facility}"
        f"</summary>{render_markdown(question.prompt)}{f'<ul>{told}</ul>' if told else ''}"
        f"{listed}</details>"
    )


def _answer_row(one: AnswerStats) -> list[str]:
    by_key = {True: "<b>right</b>", False: "wrong", None: "needs review"}[one.correct]
    text = one.text if len(one.text) <= 300 else f"{one.text[:300]}..."
    return [
        *([one.label] if one.label else []), escape(text), by_key, str(one.n), _share(one.share),
        _share(one.strong_share), _decimal(one.point_biserial),
    ]  # fmt: skip


def _missing(results: Results) -> str:
    if not results.missing:
        return "<p>Everyone on the roster handed in.</p>"
    names = [_who(result) for result in results.missing[:_MOST_ROWS]]
    more = _more(len(results.missing), "learners are", "gradebook.csv")
    return f"<p>They have no points, which is not 0 points.</p><p>{'; '.join(names)}</p>{more}"


def _who(result: LearnerResult) -> str:
    name, own_id = result.learner.name, result.learner.id
    return escape(f"{name} ({own_id})" if name else own_id)


def _not_counted(results: Results) -> str:
    if not results.not_counted:
        return "<p>Every file counted.</p>"
    kinds = Counter("rejected" if one.rejected else "sound, but another one counts" for one in results.not_counted)
    told = "; ".join(f"{n} {kind}" for kind, n in sorted(kinds.items()))
    rows = [[escape(one.file), escape(one.learner) or NOTHING, escape(one.reason)] for one in results.not_counted]
    shown = wide(table(["file", "says it is from", "reason"], rows[:_MOST_ROWS], row_headers=True), "answers")
    return f"<p>{told}.</p>{shown}{_more(len(rows), 'files are', 'rejects.csv')}"


def _more(n: int, what: str, where: str) -> str:
    return f"<p>{n - _MOST_ROWS} more {what} in <code>{where}</code>.</p>" if n > _MOST_ROWS else ""


def _changes(changes: Sequence[Change]) -> str:
    if not changes:
        return "<p>Nobody's grade changes.</p>"
    differences = [change.difference for change in changes if change.difference]
    up, down = sum(one > 0 for one in differences), sum(one < 0 for one in differences)
    rows = [
        [
            escape(f"{change.name} ({change.learner})" if change.name else change.learner),
            _state(change.before), _state(change.after),
            NOTHING if change.difference is None else f"{change.difference:+.4g}",
            escape("; ".join(change.questions)) or NOTHING,
        ]
        for change in changes
    ]  # fmt: skip
    header = ["learner", "before", "now", "difference", "questions"]
    told = (
        f"<p>{counted(len(changes), 'grade')} changed: {up} up, {down} down, {len(changes) - up - down} otherwise.</p>"
    )
    shown = wide(table(header, rows[:_MOST_ROWS], row_headers=True), "answers")
    return f"{told}{shown}{_more(len(rows), 'changes are', 'changes.csv')}"


def _state(result: LearnerResult | None) -> str:
    if result is None or result.points is None:
        return status(result)
    return f"{result.points:.4g}" + (" (needs review)" if result.status == "needs review" else "")


def _method(results: Results, versions: Mapping[str, str]) -> str:
    rules = results.rules
    late = {
        "accept": "accepted",
        "reject": "rejected",
        "penalty": f"minus {percent(rules.late_rate)} of the possible points for each started day",
    }[rules.late]
    values = {
        "attempt that counts": rules.attempts,
        "deadline": results.deadline or "none",
        "late submissions": late,
        "partial credit": "yes" if rules.partial_credit else "no: all points of a question or none",
        **{name: kind_class(name).grading_note for name in sorted(KINDS) if kind_class(name).grading_note},
        "computed with": ", ".join(f"{name} {version}" for name, version in versions.items()),
    }
    limits = (
        "<p>Each submission is a chain of records, every one hashed over the one before. That shows lost, reordered or "
        "edited lines. It does not show who wrote the file, nor a file that was written anew as a whole, and the times "
        "in it are those of the learner's own clock. Hashes of all inputs and outputs are in "
        "<code>manifest.json</code>.</p>"
    )
    return fact_table(values) + limits


def _share(fraction: float | None) -> str:
    return NOTHING if fraction is None else percent(fraction)


def _decimal(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.2f}"
