"""The tables of a graded quiz. An empty cell is something missing, never a 0."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from qa_lesson.errors import counted
from qa_lesson.grading.analysis.item_analysis import ItemAnalysis
from qa_lesson.grading.formats.results import GradedQuestion, LearnerResult, NotCounted, QuestionResult, Results
from qa_lesson.grading.formats.review_items import ReviewItem, ReviewItems
from qa_lesson.grading.formats.tables import Cell, table_text
from qa_lesson.quiz.kinds.shared.html_pieces import html_as_text
from qa_lesson.quiz.kinds.shared.marks import Response
from qa_lesson.quiz.pages.markdown import plain_text


def gradebook_csv(results: Results, pages: dict[str, str]) -> str:
    """One row a learner of the roster: status, points, and the points of every question.

    Args:
        results: of a graded quiz.
        pages: file name of the feedback page by learner id.
    """
    header = [
        *"learner name email section status points possible percent penalty late_days attempt handed_in".split(),
        *"submitted_at file receipt feedback note adjusted group allowance minutes".split(),
        *(f"Q{question.number} {question.id}" for question in results.questions),
    ]
    n = len(results.questions)
    notes = learner_notes(results)

    def row(result: LearnerResult) -> list[Cell]:
        who = result.learner
        cells: list[Cell] = [who.id, who.name, who.email, who.section, result.status]
        if result.points is None:
            return [
                *cells,
                None,
                result.possible,
                *[None] * 8,
                pages[who.id],
                notes[who.id],
                None,
                result.group,
                result.allowance,
                None,
                *[None] * n,
            ]
        percent = 100 * result.points / result.possible
        return [
            *cells, result.points, result.possible, round(percent, 2), result.penalty, result.late_days,
            result.attempt, result.handed_in, result.submitted_at, result.file, result.receipt, pages[who.id],
            notes[who.id], adjusted_questions(results, result),
            result.group, result.allowance, result.minutes,
            *map(_question_cell, results.questions, result.questions),
        ]  # fmt: skip

    return table_text(header, map(row, results.learners))


def adjusted_questions(results: Results, result: LearnerResult) -> str:
    """The questions on which a learner did not get what the key gives, and how: "Q1 void; Q4 changed"."""
    return "; ".join(
        f"Q{question.number} {question.adjusted or 'changed'}"
        for question, answer in zip(results.questions, result.questions, strict=True)
        if (question.adjusted or answer.adjusted) and answer.status != "not asked"
    )


def _question_cell(question: GradedQuestion, answer: QuestionResult) -> Cell:
    if answer.status == "not asked":
        return None
    if question.adjusted == "void":
        return "void"
    return "needs review" if answer.status == "needs review" else answer.points


def learner_notes(results: Results) -> dict[str, str]:
    """What the row of a learner doesn't show otherwise, by id: files of theirs that were held back or rejected."""
    ids = {name.casefold(): one.learner.id for one in results.learners for name in (one.learner.email, one.learner.id)}
    found: dict[str, Counter[str]] = {one.learner.id: Counter() for one in results.learners}
    for one in results.not_counted:
        who = one.uploader or ids.get(one.learner.casefold(), "")
        if one.rejected and who in found:
            found[who]["held back" if one.held_back else "rejected"] += 1
    return {
        who: "; ".join(f"{counted(n, 'file')} {what}, see rejects.csv" for what, n in sorted(kinds.items()))
        for who, kinds in found.items()
    }


def responses_csv(results: Results) -> str:
    """One row for each question that each learner who handed in was asked."""
    header = "learner number question kind status response credit points possible correct review variant".split()
    tails = {
        (question.number, id(answer)): _tail(answer, question.points)
        for result in results.handed_in
        for question, answer in zip(results.questions, result.questions, strict=True)
    }

    def rows() -> Iterator[list[Cell]]:
        for result in results.handed_in:
            for question, answer in zip(results.questions, result.questions, strict=True):
                if answer.status == "not asked":
                    continue
                start: list[Cell] = [result.learner.id, question.number, question.id, question.kind]
                yield start + tails[question.number, id(answer)]

    return table_text(header, rows())


def _tail(answer: QuestionResult, possible: float) -> list[Cell]:
    correct = None if answer.correct is None else ("yes" if answer.correct else "no")
    return [
        answer.status, response_cell(answer.response), answer.credit, answer.points, possible, correct, answer.review,
        answer.variant,
    ]  # fmt: skip


def response_cell(response: Response | None) -> Cell:
    """An answer in one cell: ids of several options or items with spaces between them, in the learner's order.

    >>> response_cell(["c", "a"]), response_cell(0.5), response_cell(None)
    ('c a', 0.5, None)
    """
    return " ".join(response) if isinstance(response, list) else response


def needs_review_csv(items: ReviewItems) -> str:
    """One row for each distinct answer that a person has to judge, with the question and what the key says.

    Filled in, it is what ``--reviews`` reads.

    Args:
        items: see `qa_lesson.grading.formats.review_items.make_review_items`.
    """
    header = "review question kind points prompt key submissions reason response credit comment".split()

    def row(item: ReviewItem) -> list[Cell]:
        prompt = f"{plain_text(item.prompt)}\n\n{html_as_text(item.material_html)}".rstrip()
        return [
            item.review, item.question, item.kind, item.points, prompt, item.key_line, item.n_submissions, item.reason,
            response_cell(item.response), None, None,
        ]  # fmt: skip

    return table_text(header, [row(item) for item in items.items if item.credit is None])


def rejects_csv(results: Results) -> str:
    """One row for each file that gave no grade, with the reason."""
    rows: list[list[Cell]] = [
        [one.file, outcome(one), one.learner, one.uploader, one.reason, one.sha256] for one in results.not_counted
    ]
    return table_text(["file", "outcome", "learner", "uploaded_by", "reason", "sha256"], rows)


def outcome(one: NotCounted) -> str:
    """What became of a file that gave no grade, in two words."""
    return "held back" if one.held_back else ("rejected" if one.rejected else "not counted")


def items_csv(analysis: ItemAnalysis, flags: dict[str, tuple[str, ...]]) -> str:
    """One row a question; facility is a fraction.

    Args:
        analysis: of the quiz.
        flags: by question id.
    """
    header = "number question kind points answered unanswered needs_review facility discrimination flags".split()
    rows: list[list[Cell]] = [
        [item.question.number, item.question.id, item.question.kind, item.question.points, item.n_answered,
         item.n_unanswered, item.n_open, item.facility, item.discrimination, " | ".join(flags[item.question.id])]
        for item in analysis.items
    ]  # fmt: skip
    return table_text(header, rows)


def options_csv(analysis: ItemAnalysis) -> str:
    """One row for each option, or each of the commonest typed answers; shares are fractions of those who answered."""
    header = "number question label option text correct learners share point_biserial strong_share".split()
    rows: list[list[Cell]] = [
        [item.question.number, item.question.id, one.label, one.id, one.text,
         None if one.correct is None else ("yes" if one.correct else "no"),
         one.n, one.share, one.point_biserial, one.strong_share]
        for item in analysis.items
        for one in item.answers
    ]  # fmt: skip
    return table_text(header, rows)
