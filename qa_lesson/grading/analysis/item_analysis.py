"""What the answers say about the questions: how hard they are, who they tell apart, and which keys look wrong.

Every statistic is over the learners who answered the question; those who left it out are counted apart, and those who
handed in nothing or were asked other questions of its pool appear nowhere. Only in the score on the other questions
("rest") does no answer earn nothing, as in the grade. Questions with answers that still need review, and those that the
instructor voided or gave to everyone, are left out of the rest and of the reliability. What is said about them is what
the key says.

Where learners were drawn different questions, the rest score is the share of the points that they could have on what
they were asked. For the reliability each pool is one part, worth what a learner earned on the questions drawn from it:
all learners have a score on it, and differences in difficulty within the pool count as errors, which they are for a
learner. A pool with a question that is left out is left out as a whole.
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
from qa_lesson.grading.formats.papers import AskedVersions
from qa_lesson.grading.formats.records import Key
from qa_lesson.grading.formats.results import GradedQuestion, QuestionResult, Results
from qa_lesson.quiz.kinds.shared.forms import Choices
from qa_lesson.quiz.kinds.shared.marks import Response
from qa_lesson.quiz.pages.markdown import plain_text

FEWEST: Final = 20
"""Learners below which correlations and reliability are chance and are not shown."""
STRONG: Final = 0.27
"""Share of the learners with the best rest scores who count as strong (Kelley 1939)."""
FEWEST_OF_VARIANT: Final = 10
"""Answers to a variant below which nothing is said about it."""
MUCH: Final = 0.2
"""How much harder than the others, in points of facility, a variant must be to be told."""
_LEVEL = 0.05
_MOST_ANSWERS = 6  # of a question without options
_ANSWERED: Final = frozenset({"marked", "needs review"})

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
class VariantStats:
    """A question with certain values of its parameters.

    Args:
        variant: as the results name it.
        values: in words.
        n: learners who answered it, at least `FEWEST_OF_VARIANT`.
        facility: mean credit of their answers, a fraction.
        others: mean credit of the answers to all other variants.
        harder: whether fewer solved it than chance explains (Fisher's exact test, 5% for all variants of the question
            together), by `MUCH` or more.
    """

    variant: str
    values: str
    n: int
    facility: float
    others: float
    harder: bool


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
        answers: every option, or the commonest answers; with parameters the expressions that give them.
        variants: with enough answers, the hardest first, for a question with parameters.
    """

    question: GradedQuestion
    n_answered: int
    n_unanswered: int
    n_open: int
    facility: float | None
    discrimination: float | None
    answers: tuple[AnswerStats, ...]
    variants: tuple[VariantStats, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemAnalysis:
    """All questions of a quiz.

    Args:
        n_learners: who handed in.
        suppressed: whether they are too few for correlations and reliability.
        items: in the order of the quiz.
        reliability: None if suppressed, or where it cannot be computed.
        n_pools: that are one part each in the reliability.
    """

    n_learners: int
    suppressed: bool
    items: tuple[ItemStats, ...]
    reliability: Reliability | None
    n_pools: int = 0


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
    worth = np.array([one.points for one in results.questions]) * _asked(rows, points.shape)
    versions = AskedVersions(key, results.questions)
    items = tuple(
        _item(versions, graded, [row[i] for row in rows], points[:, i], _rest(earned, worth, settled, i))
        for i, graded in enumerate(results.questions)
    )
    suppressed = len(rows) < FEWEST
    parts, n_pools = _parts(earned, settled, key)
    found = None if suppressed else reliability(parts)
    return ItemAnalysis(len(rows), suppressed, items, found, n_pools if found else 0)


def _asked(rows: Sequence[Sequence[QuestionResult]], shape: tuple[int, ...]) -> BoolArray:
    return np.array([[answer.status != "not asked" for answer in row] for row in rows], dtype=np.bool_).reshape(shape)


def _rest(earned: FloatArray, worth: FloatArray, settled: BoolArray, i: int) -> FloatArray:
    """Each learner's score on the other questions: points, or their share where not all could have the same points."""
    rest: FloatArray = earned[:, settled].sum(axis=1) - settled[i] * earned[:, i]
    possible = worth[:, settled].sum(axis=1) - settled[i] * worth[:, i]
    here = worth[:, i] > 0
    if not here.any() or np.ptp(possible[here]) < 1e-9:
        return rest
    share: FloatArray = np.divide(rest, possible, out=np.zeros_like(rest), where=possible > 1e-9)
    return share


def _parts(earned: FloatArray, settled: BoolArray, key: Key) -> tuple[FloatArray, int]:
    """What the reliability is computed from, learners x parts, and how many of the parts are pools."""
    place = {question.id: i for i, question in enumerate(key.questions)}
    pools = [[place[name] for name in pool.questions] for pool in (key.personal.pools if key.personal else ())]
    pooled = {i for pool in pools for i in pool}
    whole = [pool for pool in pools if settled[pool].all()]
    alone = [i for i in np.flatnonzero(settled) if i not in pooled]
    return np.column_stack([earned[:, alone], *(earned[:, pool].sum(axis=1) for pool in whole)]), len(whole)


def analysis_record(analysis: ItemAnalysis) -> dict[str, Any]:
    """The analysis as JSON values, without its flags."""
    return dataclasses.asdict(analysis)


def _points(answer: QuestionResult, graded: GradedQuestion) -> float:
    """By the key, also if the instructor has adjusted the question."""
    if graded.adjusted and answer.status in _ANSWERED:
        return math.nan if answer.credit is None else answer.credit * graded.points
    return math.nan if answer.points is None else answer.points


def _item(
    versions: AskedVersions,
    graded: GradedQuestion,
    column: Sequence[QuestionResult],
    points: FloatArray,
    rest: FloatArray,
) -> ItemStats:
    given = np.array([answer.status in _ANSWERED for answer in column], dtype=np.bool_)
    n_answered = int(given.sum())
    n_open = sum(answer.status == "needs review" for answer in column)
    rest = rest[given]
    answers = [answer for answer in column if answer.status in _ANSWERED]
    strong = _strong(rest)
    known = n_answered > 0 and n_open == 0 and not np.isnan(points[given]).any()
    return ItemStats(
        question=graded,
        n_answered=n_answered,
        n_unanswered=sum(answer.status == "unanswered" for answer in column),
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
            for label, name, text, correct, chosen in _choices(versions, graded.id, answers)
        ),
        variants=_variants(versions, answers) if known and graded.variants else (),
    )  # fmt: skip


def _variants(versions: AskedVersions, answers: Sequence[QuestionResult]) -> tuple[VariantStats, ...]:
    from scipy.stats import fisher_exact

    by_variant: dict[str, list[QuestionResult]] = {}
    for answer in answers:
        by_variant.setdefault(answer.variant, []).append(answer)
    enough = [ones for ones in by_variant.values() if FEWEST_OF_VARIANT <= len(ones) < len(answers)]
    n, credit, solved = (
        len(answers),
        sum(one.credit or 0.0 for one in answers),
        sum(bool(one.correct) for one in answers),
    )
    found = []
    for ones in enough:
        facility = sum(one.credit or 0.0 for one in ones) / len(ones)
        others = (credit - facility * len(ones)) / (n - len(ones))
        here = sum(bool(one.correct) for one in ones)
        table = [[here, len(ones) - here], [solved - here, n - len(ones) - solved + here]]
        chance = float(fisher_exact(table, alternative="less").pvalue)
        harder = others - facility >= MUCH and chance <= _LEVEL / len(enough)
        values = versions.of(ones[0]).version
        found.append(VariantStats(ones[0].variant, values, len(ones), facility, others, harder))
    return tuple(sorted(found, key=lambda one: (one.facility, one.values)))


def _choices(
    versions: AskedVersions, question_id: str, answers: Sequence[QuestionResult]
) -> list[tuple[str, str, str, bool | None, BoolArray]]:
    """Label, id, text and rightness of each option or common answer, and which of `answers` chose it."""
    question = versions.version(question_id, "")
    if not question.sizes and isinstance(form := question.form(), Choices):
        chosen = [_ids(answer.response) for answer in answers]
        return [
            (chr(ord("A") + place), option.id, plain_text(option.text), option.correct,
             np.array([option.id in ids for ids in chosen], dtype=np.bool_))
            for place, option in enumerate(form.options)
        ]  # fmt: skip
    given = [
        (question.line_for_all(versions.of(answer), "" if answer.response is None else answer.response), answer.correct)
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
