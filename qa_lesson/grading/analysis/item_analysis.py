"""What the answers say about the questions: how hard they are, who they tell apart, and which keys look wrong.

Every statistic is over the learners who answered the question; those who left it out are counted apart, and those who
handed in nothing appear nowhere. Only in the score on the other questions ("rest") does no answer earn nothing, as in
the grade. Questions with answers that still need review, and those that the instructor voided or gave to everyone, are
left out of the rest and of the reliability. What is said about them is what the key says.
"""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from qa_lesson.grading.analysis.reliability import FloatArray, Reliability, reliability
from qa_lesson.grading.formats.records import Key
from qa_lesson.grading.formats.results import GradedQuestion, QuestionResult, Results
from qa_lesson.quiz.kinds.registry import Question
from qa_lesson.quiz.kinds.shared.forms import Choices
from qa_lesson.quiz.kinds.shared.marks import Response
from qa_lesson.quiz.pages.markdown import plain_text

FEWEST: Final = 20
"""Learners below which correlations and reliability are chance and are not shown."""
STRONG: Final = 0.27
"""Share of the learners with the best rest scores who count as strong (Kelley 1939)."""
_MOST_ANSWERS = 6  # of a question without options

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class AnswerStats:
    """An option of a question; for questions without options one of the commonest answers.

    Args:
        label: "A", "B", ... in the order of the key; empty for typed answers.
        id: of the option; empty for typed answers.
        text: plain text of the option, or the answer.
        correct: whether the key has it as right; None: under review.
        n: learners who chose or gave it.
        share: of those who answered, a fraction; None if no one did.
        point_biserial: correlation of choosing it with the rest score; None if suppressed or constant.
        strong_share: share of the strong learners who chose it; None if suppressed, or if ties leave no one strong.
    """

    label: str
    id: str
    text: str
    correct: bool | None
    n: int
    share: float | None
    point_biserial: float | None
    strong_share: float | None


@dataclass(frozen=True, slots=True)
class ItemStats:
    """A question in the light of its answers.

    Args:
        question: number, id, kind and points.
        n_answered: learners with an answer that is marked or under review.
        n_unanswered: learners who handed in and left it out.
        n_open: answers that need review; facility and discrimination are None until they are settled.
        facility: mean credit of the answers, a fraction; a high one is an easy question.
        discrimination: correlation of its points with the rest score (item-rest); None if suppressed or constant.
        answers: every option, or the commonest answers.
    """

    question: GradedQuestion
    n_answered: int
    n_unanswered: int
    n_open: int
    facility: float | None
    discrimination: float | None
    answers: tuple[AnswerStats, ...]


@dataclass(frozen=True, slots=True)
class ItemAnalysis:
    """All questions of a quiz.

    Args:
        n_learners: who handed in.
        suppressed: whether they are too few for correlations and reliability.
        items: in the order of the quiz.
        reliability: None if suppressed, or where it cannot be computed.
    """

    n_learners: int
    suppressed: bool
    items: tuple[ItemStats, ...]
    reliability: Reliability | None


def analyse_items(results: Results, key: Key) -> ItemAnalysis:
    """The item analysis of graded results.

    Args:
        results: of `qa_lesson.grading.marking.grade.grade`.
        key: that they were graded with.
    """
    rows = [result.questions for result in results.submitters]
    points = np.array(
        [[_points(answer, graded) for answer, graded in zip(row, results.questions, strict=True)] for row in rows],
        dtype=np.float64,
    )
    points = points.reshape(len(rows), len(results.questions))
    is_open = np.array([[answer.status == "needs review" for answer in row] for row in rows], dtype=np.bool_)
    is_open = is_open.reshape(points.shape)
    adjusted = np.array([bool(graded.adjusted) for graded in results.questions], dtype=np.bool_)
    settled: BoolArray = np.asarray(~is_open.any(axis=0) & ~adjusted)
    earned = np.where(np.isnan(points), 0.0, points)
    total = earned[:, settled].sum(axis=1)
    items = tuple(
        _item(question, graded, [row[i] for row in rows], points[:, i], total - settled[i] * earned[:, i])
        for i, (question, graded) in enumerate(zip(key.questions, results.questions, strict=True))
    )
    suppressed = len(rows) < FEWEST
    return ItemAnalysis(len(rows), suppressed, items, None if suppressed else reliability(earned[:, settled]))


def analysis_record(analysis: ItemAnalysis) -> dict[str, Any]:
    """The analysis as JSON values, without its flags."""
    return dataclasses.asdict(analysis)


def _points(answer: QuestionResult, graded: GradedQuestion) -> float:
    """By the key, also if the instructor has adjusted the question."""
    if graded.adjusted and answer.status != "unanswered":
        return math.nan if answer.credit is None else answer.credit * graded.points
    return math.nan if answer.points is None else answer.points


def _item(
    question: Question, graded: GradedQuestion, column: Sequence[QuestionResult], points: FloatArray, rest: FloatArray
) -> ItemStats:
    given = np.array([answer.status != "unanswered" for answer in column], dtype=np.bool_)
    n_answered = int(given.sum())
    n_open = sum(answer.status == "needs review" for answer in column)
    rest = rest[given]
    answers = [answer for answer in column if answer.status != "unanswered"]
    strong = _strong(rest)
    known = n_answered > 0 and n_open == 0 and not np.isnan(points[given]).any()
    return ItemStats(
        question=graded,
        n_answered=n_answered,
        n_unanswered=len(column) - n_answered,
        n_open=n_open,
        facility=float(points[given].mean()) / graded.points if known else None,
        discrimination=correlation(points[given], rest) if known else None,
        answers=tuple(
            AnswerStats(
                label, name, text, correct,
                n=int(chosen.sum()),
                share=float(chosen.mean()) if n_answered else None,
                point_biserial=correlation(chosen.astype(np.float64), rest),
                strong_share=None if strong is None else float(chosen[strong].mean()),
            )
            for label, name, text, correct, chosen in _choices(question, answers)
        ),
    )  # fmt: skip


def _choices(
    question: Question, answers: Sequence[QuestionResult]
) -> list[tuple[str, str, str, bool | None, BoolArray]]:
    """Label, id, text and rightness of each option or common answer, and which of `answers` chose it."""
    if isinstance(form := question.form(), Choices):
        chosen = [_ids(answer.response) for answer in answers]
        return [
            (chr(ord("A") + place), option.id, plain_text(option.text), option.correct,
             np.array([option.id in ids for ids in chosen], dtype=np.bool_))
            for place, option in enumerate(form.options)
        ]  # fmt: skip
    given = [
        (question.response_line("" if answer.response is None else answer.response), answer.correct)
        for answer in answers
    ]
    commonest = sorted(Counter(given).items(), key=lambda pair: (-pair[1], str(pair[0])))[:_MOST_ANSWERS]
    return [
        ("", "", text, correct, np.array([one == (text, correct) for one in given], dtype=np.bool_))
        for (text, correct), _ in commonest
    ]


def _ids(response: Response | None) -> list[str]:
    return response if isinstance(response, list) else [str(response)]


def correlation(left: FloatArray, right: FloatArray) -> float | None:
    """Pearson's correlation; None for fewer than `FEWEST` pairs, or if one side is constant."""
    if len(left) < FEWEST or np.ptp(left) < 1e-9 or np.ptp(right) < 1e-9:
        return None
    return float(np.clip(np.corrcoef(left, right)[0, 1], -1, 1))


def _strong(rest: FloatArray) -> BoolArray | None:
    """Who has one of the best rest scores, ties included; None for too few learners, or where half of them tie."""
    if len(rest) < FEWEST:
        return None
    strong: BoolArray = rest >= np.sort(rest)[-math.ceil(STRONG * len(rest))] - 1e-9
    return strong if strong.mean() <= 0.5 else None
