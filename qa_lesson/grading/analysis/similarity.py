"""Pairs of learners who gave the same wrong answers more often than chance explains.

Right answers say nothing about copying, so what counts is how many wrong answers two learners share. How many chance
gives is read off the class itself: a nominal response model (Bock 1972) of each question says how probably a learner
gives each wrong answer, from its popularity and from how much of what the learner answered is wrong. So weak
learners agree more often by chance, everybody agrees more often on hard questions and on tempting answers, and a rare
answer weighs more than a popular one. With the wrong answers of a as they are, the number of them that b gives too then
has a Poisson-binomial distribution, and its upper tail is the p-value. Of the two directions, b given a and a given b,
the larger one counts. This is the exact form of Wollack's omega (1997).

A p-value times the number of pairs bounds how often an honest class of this size has such a pair at all (Bonferroni).
Reported is what stays below `LEVEL` there. That holds as far as the answers of honest learners are independent; they
are not where two have learned together, missed the same lesson or share a misunderstanding. So what is reported is
evidence to look at, and no verdict.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

from qa_lesson.grading.formats.results import Learner, QuestionResult, Results
from qa_lesson.quiz.kinds.base import BaseQuestion
from qa_lesson.quiz.kinds.registry import kind_class

LEVEL: Final = 0.05
"""How many pairs an honest class may hold, on average, that are reported."""
NOT_WRONG: Final = -1
UNANSWERED: Final = -2
_COMMON = 5  # learners who give an answer from which on it has a slope of its own
_RIDGE = (0.1, 1.0)  # how strongly levels and slopes are drawn to 0
_BLOCK = 512  # learners that are compared with all others at a time
_CHUNK = 20_000  # pairs whose p-values are computed at a time
_STEPS = 100

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SameAnswer:
    """A question on which both gave the same wrong answer.

    Args:
        number, id: of the question; numbers from 1.
        response: the answer.
        share: of all learners who were wrong on the question, those who gave it too; a fraction.
    """

    number: int
    id: str
    response: Any
    share: float


@dataclass(frozen=True, slots=True)
class SimilarPair:
    """Two learners who agree on wrong answers more often than chance explains.

    Args:
        first, second: the learners, in the order of the results.
        both_wrong: questions that both got wrong.
        same: those where they gave the same wrong answer.
        expected: answers that chance would let them share, on average.
        p_value: how often chance gives as many or more.
        honest_pairs: p-value times pairs: how many pairs of an honest class would agree as much.
        answers: those they agree on, the rarest first.
    """

    first: Learner
    second: Learner
    both_wrong: int
    same: int
    expected: float
    p_value: float
    honest_pairs: float
    answers: tuple[SameAnswer, ...]


@dataclass(frozen=True)
class Similarity:
    """What comparing all pairs of a class found.

    Args:
        title: of the quiz.
        n_learners: who handed something in.
        n_pairs: of these learners.
        base_rate: of two learners who are both wrong on a question, how often they give the same answer there; a
            fraction; None if no one is wrong together with another.
        pairs: the most improbable first.
    """

    title: str
    n_learners: int
    n_pairs: int
    base_rate: float | None
    pairs: tuple[SimilarPair, ...]


def find_similar(results: Results) -> Similarity:
    """Compare all pairs of learners.

    Args:
        results: of a graded quiz; answers under review, and questions that were not asked, count as unanswered. Of a
            group, one learner is compared. Answers to two variants of a question are never the same one.
    """
    people = results.submitters
    kinds = [kind_class(question.kind) for question in results.questions]
    wrong = _coded([list(map(_wrong_answer, one.questions, kinds)) for one in people], len(kinds))
    counts = [np.bincount(column[column >= 0]) for column in wrong.T]
    n_pairs = len(people) * (len(people) - 1) // 2
    pairs = []
    for a, b, p_value, expected in improbable_pairs(wrong, LEVEL / max(n_pairs, 1)):
        answers = []
        for q in np.flatnonzero((wrong[a] == wrong[b]) & (wrong[a] >= 0)):
            share = float(counts[q][wrong[a, q]] / counts[q].sum())
            question = results.questions[q]
            answers.append(SameAnswer(question.number, question.id, people[a].questions[q].response, share))
        pairs.append(
            SimilarPair(
                first=people[a].learner,
                second=people[b].learner,
                both_wrong=int(((wrong[a] >= 0) & (wrong[b] >= 0)).sum()),
                same=len(answers),
                expected=expected,
                p_value=p_value,
                honest_pairs=p_value * n_pairs,
                answers=tuple(sorted(answers, key=lambda answer: (answer.share, answer.number))),
            )
        )
    pairs.sort(key=lambda pair: (pair.p_value, pair.first.id, pair.second.id))
    return Similarity(results.title, len(people), n_pairs, _base_rate(counts), tuple(pairs))


def improbable_pairs(wrong: IntArray, level: float) -> list[tuple[int, int, float, float]]:
    """Pairs with a p-value of at most `level`: their rows, the p-value and the expected number of shared answers.

    Args:
        wrong: of shape (learners, questions): wrong answers as numbers from 0, each question for itself; `NOT_WRONG`
            and `UNANSWERED` otherwise.
        level: between 0 and 1, not corrected for the number of pairs.
    """
    chances = _chances(wrong)
    found = []
    for first, second in _candidates(wrong, chances, -math.log(level)):
        same = ((wrong[first] == wrong[second]) & (wrong[first] >= 0)).sum(axis=1)
        p_value, expected = np.zeros(len(first)), np.zeros(len(first))
        for given, other in ((first, second), (second, first)):
            agreeing = _agreeing(wrong, chances, given, other)
            p_value = np.maximum(p_value, at_least(same, agreeing))
            expected = np.maximum(expected, agreeing.sum(axis=1))
        found += [
            (int(first[i]), int(second[i]), float(p_value[i]), float(expected[i]))
            for i in np.flatnonzero(p_value <= level)
        ]
    return found


def at_least(k: IntArray, probabilities: FloatArray) -> FloatArray:
    """The probability of `k` successes or more in independent trials (Poisson-binomial), exactly.

    Args:
        k: of shape (rows,).
        probabilities: of shape (rows, trials); 0 for trials that do not take place.

    >>> at_least(np.array([0, 1, 2]), np.array([[0.5, 0.2]] * 3)).round(3).tolist()
    [1.0, 0.6, 0.1]
    """
    rows, trials = probabilities.shape
    counts = np.zeros((rows, trials + 1))
    counts[:, 0] = 1.0
    for trial in range(trials):
        p = probabilities[:, trial, None]
        counts[:, 1:] = counts[:, 1:] * (1 - p) + counts[:, :-1] * p
        counts[:, :1] *= 1 - p
    reached = np.arange(trials + 1) >= k[:, None]
    tail: FloatArray = np.minimum(np.where(reached, counts, 0.0).sum(axis=1), 1.0)
    return tail


@dataclass(frozen=True)
class _Chances:
    """A nominal response model: what is needed to tell how probably a learner gives a certain wrong answer.

    The probability of an answer is exp(level + slope x weakness) over the sum of these for all answers, the right one
    included.

    Args:
        weakness: of shape (learners,): the logit of the share of wrong answers, in standard deviations.
        total: of shape (learners, questions): the logarithm of that sum; infinite where they did not answer.
        level, slope: for each question, of shape (answers,).
    """

    weakness: FloatArray
    total: FloatArray
    level: list[FloatArray]
    slope: list[FloatArray]

    def giving(self, learners: IntArray, question: int, answers: IntArray) -> FloatArray:
        """How probably each of `learners` gives the wrong answer in the same position."""
        level, slope = self.level[question][answers], self.slope[question][answers]
        chance: FloatArray = np.exp(level + slope * self.weakness[learners] - self.total[learners, question])
        return chance


def _chances(wrong: IntArray) -> _Chances:
    n_wrong, n_right = (wrong >= 0).sum(axis=1), (wrong == NOT_WRONG).sum(axis=1)
    weakness = np.log((n_wrong + 0.5) / (n_right + 0.5))
    weakness = (weakness - weakness.mean()) / max(weakness.std(), 1e-9) if len(weakness) else weakness
    total, levels, slopes = np.full(wrong.shape, np.inf), [], []
    for question, column in enumerate(wrong.T):
        present = column != UNANSWERED
        counts = np.bincount(column[column >= 0])
        common = np.flatnonzero(counts >= _COMMON)
        place = np.full(len(counts), len(common))
        place[common] = np.arange(len(common))
        kind = np.full(len(column), len(common) + 1)  # the last one is the right answer
        kind[column >= 0] = place[column[column >= 0]]
        fitted = _fit(weakness[present], kind[present], len(common) + 2)
        total[present, question] = np.log(np.exp(_design(weakness[present]) @ fitted).sum(axis=1))
        within = np.where(place < len(common), 1.0, counts / max(counts[place == len(common)].sum(), 1))
        levels.append(fitted[0, place] + np.log(within))
        slopes.append(fitted[1, place])
    return _Chances(weakness, total, levels, slopes)


def _fit(weakness: FloatArray, kind: IntArray, n_kinds: int) -> FloatArray:
    """Level and slope of each kind of answer, of shape (2, kinds), by multinomial logistic regression.

    Slopes are drawn towards 0 a little, so that few learners make no steep one. Each step uses a bound of the
    curvature instead of the curvature (Boehning 1992), which needs no care and always climbs.
    """
    design = _design(weakness)
    given = np.zeros((len(kind), n_kinds))
    given[np.arange(len(kind)), kind] = 1.0
    step = np.linalg.inv(design.T @ design / 2 + np.diag(_RIDGE))
    shares = (given.sum(axis=0) + 0.5) / (len(kind) + 0.5 * n_kinds)
    fitted = np.vstack([np.log(shares), np.zeros(n_kinds)])  # levels of rare answers would take many steps
    for _ in range(_STEPS):
        weight = np.exp(design @ fitted)
        weight /= weight.sum(axis=1, keepdims=True)
        fitted += step @ (design.T @ (given - weight) - np.array(_RIDGE)[:, None] * fitted)
    return fitted


def _design(weakness: FloatArray) -> FloatArray:
    return np.column_stack([np.ones(len(weakness)), weakness])


def _agreeing(wrong: IntArray, chances: _Chances, given: IntArray, other: IntArray) -> FloatArray:
    """How probably each of `other` gives the wrong answers of the one in `given`; 0 if there is none to be given."""
    probabilities = np.zeros((len(given), wrong.shape[1]))
    for question, column in enumerate(wrong.T):
        rows = np.flatnonzero(column[given] >= 0)
        probabilities[rows, question] = chances.giving(other[rows], question, column[given[rows]])
    return probabilities


def _candidates(wrong: IntArray, chances: _Chances, needed: float) -> Iterator[tuple[IntArray, IntArray]]:
    """All pairs whose p-value can be exp(-needed) or less, and few others, some at a time.

    A p-value is at least the probability of just the shared answers that there are, which is a product. Its logarithm
    is a sum over the answers that both gave, so a product of sparse matrices has it for many pairs in one call.
    """
    rows, questions = np.nonzero(wrong >= 0)
    first_column = np.concatenate([[0], np.cumsum([len(one) for one in chances.level])])
    columns = first_column[questions] + wrong[rows, questions]
    surprise = np.zeros(len(rows))
    for question in range(wrong.shape[1]):
        here = questions == question
        surprise[here] = -np.log(chances.giving(rows[here], question, wrong[rows[here], question]))
    shape = (len(wrong), int(first_column[-1]))
    gave = sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=shape)
    surprising = sparse.csr_array((surprise, (rows, columns)), shape=shape)
    for start in range(0, len(wrong), _BLOCK):
        sums = (gave[start : start + _BLOCK] @ surprising[start:].T).tocoo()
        enough = (sums.data >= needed - 1e-6) & (sums.row < sums.col)
        first, second = sums.row[enough].astype(np.int64) + start, sums.col[enough].astype(np.int64) + start
        for part in range(0, len(first), _CHUNK):
            yield first[part : part + _CHUNK], second[part : part + _CHUNK]


def _base_rate(counts: Sequence[IntArray]) -> float | None:
    """Of pairs who are both wrong on a question, the share with the same answer.

    Args:
        counts: for each question, how many gave each wrong answer.
    """
    agreeing = sum(int((one * (one - 1)).sum()) for one in counts)
    together = sum(int(one.sum()) * (int(one.sum()) - 1) for one in counts)
    return agreeing / together if together > 0 else None


def _wrong_answer(answer: QuestionResult, kind: type[BaseQuestion]) -> Any:
    """What makes two wrong answers the same one; `NOT_WRONG` or `UNANSWERED` where there is none."""
    response = answer.response
    if answer.status != "marked":
        return UNANSWERED
    if answer.correct:
        return NOT_WRONG
    if response is None:
        return UNANSWERED
    comparable = kind.comparable_response(response)
    return (answer.variant, comparable) if answer.variant else comparable


def _coded(answers: Sequence[Sequence[Any]], n_questions: int) -> IntArray:
    """Wrong answers as numbers from 0, each question for itself."""
    coded = np.full((len(answers), n_questions), UNANSWERED, dtype=np.int64)
    for question in range(n_questions):
        codes: dict[Any, int] = {}
        for row, given in enumerate(answers):
            answer = given[question]
            is_code = isinstance(answer, int)
            coded[row, question] = answer if is_code else codes.setdefault(answer, len(codes))
    return coded
