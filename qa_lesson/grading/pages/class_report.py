"""The instructor's report: scores, what to look at, every question and its options, and how it was graded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from markupsafe import Markup

from qa_lesson.errors import counted
from qa_lesson.grading.analysis.class_figures import plot_items, plot_scores
from qa_lesson.grading.analysis.flags import class_flags
from qa_lesson.grading.analysis.item_analysis import FEWEST, STRONG, AnswerStats, ItemAnalysis, ItemStats
from qa_lesson.grading.formats.records import Key
from qa_lesson.grading.formats.results import Learner, LearnerResult, Results
from qa_lesson.grading.marking.adjustments import told_adjustments
from qa_lesson.grading.marking.regrade import Change, status
from qa_lesson.grading.pages.gradebook import learner_notes
from qa_lesson.look.templating import percent, render
from qa_lesson.quiz.kinds.registry import KINDS, Question, kind_class
from qa_lesson.quiz.pages.markdown import render_markdown

NOTHING = "–"
"""A cell that has no value."""
_MOST_ROWS = 100


def class_report_html(
    results: Results,
    key: Key,
    analysis: ItemAnalysis,
    flags: Mapping[str, Sequence[str]],
    changes: Sequence[Change] | None,
    versions: Mapping[str, str],
) -> Markup:
    """The report as one HTML page.

    Args:
        results: of a graded quiz.
        key: that it was graded with.
        analysis: of the questions.
        flags: by question id.
        changes: against an earlier grading; None: there is none to compare with.
        versions: of what computed it, by name.
    """
    differences = [change.difference for change in changes or () if change.difference]
    drawn = any(item.facility is not None and item.discrimination is not None for item in analysis.items)
    notes = learner_notes(results)
    n_open = sum(result.status == "needs review" for result in results.handed_in)
    return render(
        "grading/pages/templates/class_report.html.jinja",
        title=f"{results.title}: results",
        lead=f"Bundle {results.bundle}",
        most_rows=_MOST_ROWS,
        fewest=FEWEST,
        strong=STRONG,
        results=results,
        n_open=n_open,
        counts=_counts(results, n_open),
        middle=_middle(results),
        scores_figure=plot_scores(results) if results.handed_in else None,
        changes=None if changes is None else [_change_row(change) for change in changes],
        n_up=sum(one > 0 for one in differences),
        n_down=sum(one < 0 for one in differences),
        odd=[*class_flags(results), *(text for question in results.questions for text in flags[question.id])],
        analysis=analysis,
        reliability=analysis.reliability,
        questions=[_question_row(item) for item in analysis.items],
        items_figure=plot_items(analysis) if drawn and not analysis.suppressed else None,
        answer_tables=[
            _answer_table(question, item, flags[question.id])
            for question, item in zip(key.questions, analysis.items, strict=True)
        ],
        held_back=[(one.file, one.uploader or NOTHING, one.learner, one.reason) for one in results.held_back],
        adjustments=list(told_adjustments(results.adjustments)),
        allowances=[
            (_who(one.learner), one.group or NOTHING, one.allowance or NOTHING)
            for one in results.learners
            if one.allowance or one.group
        ],
        missing_names=[_who(result.learner) for result in results.missing if not notes[result.learner.id]],
        without_grade=[
            f"{_who(result.learner)}: {notes[result.learner.id]}"
            for result in results.missing
            if notes[result.learner.id]
        ],
        reject_kinds=_reject_kinds(results),
        rejects=[(one.file, one.learner or NOTHING, one.reason) for one in results.not_counted if not one.held_back],
        rules=_rules(results, versions),
    )


def _counts(results: Results, n_open: int) -> list[tuple[str, str, str]]:
    n_excused = sum(result.status == "excused" for result in results.learners)
    return [
        ("Handed in", f"{len(results.handed_in)}", f"of {counted(len(results.learners), 'learner')}"),
        ("Missing", f"{len(results.missing)}", "not in any mean"),
        *([("Excused", f"{n_excused}", "not in any mean")] if n_excused else []),
        ("Need review", f"{n_open}", "see needs_review.csv" if n_open else "all answers are settled"),
    ]


def _middle(results: Results) -> list[tuple[str, str, str]]:
    if not results.handed_in:
        return []
    shares = np.array([result.share for result in results.handed_in], dtype=np.float64)
    points = shares * results.possible
    spread = f"standard deviation {points.std(ddof=1):.2f}" if len(points) > 1 else "one learner"
    so_far = " so far" if any(result.status == "needs review" for result in results.handed_in) else ""
    return [
        (f"Mean{so_far}", percent(float(shares.mean())), f"{points.mean():.2f} of {results.possible:g} points"),
        (f"Median{so_far}", percent(float(np.median(shares))), spread),
    ]


def _question_row(item: ItemStats) -> list[str]:
    return [
        f"Q{item.question.number}", item.question.id, item.question.kind,
        item.question.adjusted or f"{item.question.points:g}",
        str(item.n_answered), str(item.n_unanswered), _share(item.facility), _decimal(item.discrimination),
    ]  # fmt: skip


def _answer_table(question: Question, item: ItemStats, flags: Sequence[str]) -> dict[str, object]:
    return {
        "number": item.question.number,
        "id": question.id,
        "facility": item.facility,
        "prompt": render_markdown(question.prompt),
        "flags": flags,
        "has_options": any(one.label for one in item.answers),
        "rows": [_answer_row(one) for one in item.answers],
    }


def _answer_row(one: AnswerStats) -> list[str]:
    by_key = {True: Markup("<b>right</b>"), False: "wrong", None: "needs review"}[one.correct]
    text = one.text if len(one.text) <= 300 else f"{one.text[:300]}..."
    return [
        *([one.label] if one.label else []), text, by_key, str(one.n), _share(one.share), _share(one.strong_share),
        _decimal(one.point_biserial),
    ]  # fmt: skip


def _who(learner: Learner) -> str:
    return f"{learner.name} ({learner.id})" if learner.name else learner.id


def _reject_kinds(results: Results) -> list[str]:
    kinds = Counter(
        "rejected" if one.rejected else "sound, but another one counts"
        for one in results.not_counted
        if not one.held_back
    )
    return [f"{n} {kind}" for kind, n in sorted(kinds.items())]


def _change_row(change: Change) -> list[str]:
    return [
        f"{change.name} ({change.learner})" if change.name else change.learner,
        _state(change.before),
        _state(change.after),
        NOTHING if change.difference is None else f"{change.difference:+.4g}",
        "; ".join(change.questions) or NOTHING,
    ]


def _state(result: LearnerResult | None) -> str:
    if result is None or result.points is None:
        return status(result)
    return f"{result.points:.4g}" + (" (needs review)" if result.status == "needs review" else "")


def _rules(results: Results, versions: Mapping[str, str]) -> dict[str, object]:
    rules = results.rules
    late = {
        "accept": "accepted",
        "reject": "rejected",
        "penalty": f"minus {percent(rules.late_rate)} of the possible points for each started day",
    }[rules.late]
    return {
        "attempt that counts": rules.attempts,
        "attempts allowed": "any number" if rules.allowed is None else str(rules.allowed),
        "deadline": results.deadline or "none",
        "late submissions": late,
        "grace period": f"{rules.grace_minutes:g} minutes" if rules.grace_minutes else "none",
        "time limit": "none" if rules.minutes is None else f"{rules.minutes:g} minutes by the learner's clock",
        "whose file it is": _bound(results),
        "partial credit": "yes" if rules.partial_credit else "no: all points of a question or none",
        **{name: kind_class(name).grading_note for name in sorted(KINDS) if kind_class(name).grading_note},
        "computed with": ", ".join(f"{name} {version}" for name, version in versions.items()),
    }


def _bound(results: Results) -> str:
    """How submissions were bound to learners, in words."""
    told = {
        "id": "by the user id or participant number of the LMS",
        "name": "by the name in the LMS",
        "file": "by what the file says alone, which anyone could write",
        "instructor": "by your decision",
    }
    return "; ".join(f"{results.bound[how]} {words}" for how, words in told.items() if results.bound.get(how)) or "none"


def _share(fraction: float | None) -> str:
    return NOTHING if fraction is None else percent(fraction)


def _decimal(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.2f}"
