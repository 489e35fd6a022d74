"""What the instructor settles by hand: answers that no program should judge, above all code."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from qa_lesson.errors import DataError, shorten
from qa_lesson.grading.formats.canonical_json import canonical
from qa_lesson.grading.formats.marks_journal import deciding, is_marks_file, read_marks
from qa_lesson.grading.formats.tables import check_unchanged, read_table
from qa_lesson.quiz.kinds.shared.marks import Response


@dataclass(frozen=True, slots=True)
class ManualReview:
    """What an answer is worth, according to a person.

    Args:
        credit: share of the question's points, a fraction.
        comment: for the learner, Markdown; may be empty.
        levels: which level of each criterion of the rubric, counted from 0, by the criterion's id; may be empty. If
            each criterion has one, the levels decide what the answer earns.
    """

    credit: float
    comment: str
    levels: Mapping[str, int] = field(default_factory=dict)


def review_id(question: str, response: Response, variant: str = "") -> str:
    """The id of an answer to be reviewed: 16 hexadecimal digits; equal answers to a question have the same.

    Args:
        question: its id.
        response: the answer.
        variant: see `qa_lesson.grading.formats.results.QuestionResult`.

    >>> review_id("01-blank", "x = 1"), review_id("01-blank", "x = 1", "5ab69b08")
    ('98c2e43f69f1b647', '478011c30e0c06fa')
    """
    record = {"question": question, "response": response, **({"variant": variant} if variant else {})}
    return hashlib.sha256(canonical(record).encode()).hexdigest()[:16]


def read_reviews(path: str | Path, bundle: str | None = None) -> Mapping[str, ManualReview]:
    """Reviews by id, from the file that ``qa-lesson review`` keeps or a CSV with credits.

    Args:
        path: a file of marks, or a CSV with the columns review and credit (0 to 1; empty: not settled yet), and
            optionally comment. The decimal point may be a comma. Answers that two markers disagree on are left out.
        bundle: id of the bundle that a file of marks must be for; None takes any.

    Raises:
        DataError: a column is missing, a credit is no fraction, one review has two credits, or marks are damaged or
            for another bundle.
    """
    if is_marks_file(path):
        decided = {review: deciding(found) for review, found in read_marks(path, bundle).by_review().items()}
        return {
            review: ManualReview(one.credit, one.comment, one.levels or {})
            for review, one in decided.items()
            if one is not None and one.credit is not None
        }
    header, rows = read_table(path, "the reviews", lambda names: len({"review", "credit"}.intersection(names)))
    missing = [name for name in ("review", "credit") if name not in header]
    if missing:
        raise DataError(
            f"the reviews have no column {missing[0]!r}",
            where=str(path),
            received=f"columns {', '.join(header)}",
            fix="fill in the column credit of needs_review.csv and keep the others",
        )
    reviews: dict[str, ManualReview] = {}
    for number, row in enumerate(rows, start=1):
        if not row["credit"]:
            continue
        place = f"{path}, row {number}"
        check_unchanged(row, ["review"], place)
        review = ManualReview(_credit(row["credit"], place), row.get("comment", ""))
        if reviews.setdefault(row["review"], review) != review:
            raise DataError(
                "an answer is reviewed twice, and differently",
                where=place,
                received=row["review"],
                fix="keep one of the rows",
            )
    return reviews


def _credit(text: str, place: str) -> float:
    try:
        credit = float(text.replace(",", "."))
    except ValueError:
        credit = math.nan
    if not 0 <= credit <= 1:
        raise DataError(
            "the credit is no share of the points",
            where=place,
            received=shorten(text),
            fix="write a number from 0 (worth nothing) to 1 (right), such as 0.5",
        )
    return credit
