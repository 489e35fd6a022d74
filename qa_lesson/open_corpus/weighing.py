"""Which candidate is the answer, and how probable it is that it is right.

The model is a conditional logit (McFadden 1974): a softmax over the utilities of the distinct answers and of "none of
these is right". Its three numbers are fitted to validation questions by maximum likelihood. So an answer's probability
is lower if another answer is nearly as good, and all are low if no passage seems to answer the question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qa_lesson.errors import DataError
from qa_lesson.metrics import normalize_answer
from qa_lesson.open_corpus.answer_settings import AnswerSettings
from qa_lesson.open_corpus.candidates import Candidate
from qa_lesson.schema import Example

FloatArray = npt.NDArray[np.float64]
_PRIOR = 0.5
"""Of the penalty on weights far from the start. It keeps them finite if all answers are right."""


@dataclass(frozen=True, slots=True)
class OfferedAnswers:
    """The candidates of one validation question as numbers.

    Args:
        features: (C, 2) lead over the no-answer score and retrieval score of each candidate.
        answers: (C,) a number for each distinct answer, counted from 0.
        right: (A,) for each distinct answer, whether it is right.
    """

    features: FloatArray
    answers: npt.NDArray[np.intp]
    right: npt.NDArray[np.bool_]

    def probabilities(self, model_weight: float, retrieval_weight: float, none_utility: float) -> FloatArray:
        """(A + 1,) of each distinct answer, and last of "none of these"."""
        best = np.full(len(self.right) + 1, -np.inf)
        best[-1] = none_utility
        np.maximum.at(best, self.answers, self.features @ np.array([model_weight, retrieval_weight]))
        return _softmax(best)


def utilities_of(candidates: Sequence[Candidate], settings: AnswerSettings) -> list[float]:
    """What makes candidates comparable: higher is better."""
    return [settings.model_weight * one.model_score + settings.retrieval_weight * one.hit.score for one in candidates]


def choice_probabilities(utilities: FloatArray, none_utility: float) -> FloatArray:
    """(A,) the probability of each distinct answer; what is missing to 1 is that of "none of these is right".

    >>> choice_probabilities(np.array([2.0, 2.0, 0.0]), none_utility=2.0).round(2).tolist()
    [0.32, 0.32, 0.04]
    """
    return _softmax(np.append(utilities, none_utility))[:-1]


def offered_answers(example: Example, candidates: Sequence[Candidate]) -> OfferedAnswers:
    """The candidates of a question as numbers; right is what matches a reference exactly (after normalization)."""
    keys = [normalize_answer(one.text) or one.text for one in candidates]
    distinct = list(dict.fromkeys(keys))
    accepted = {normalize_answer(text) or text for text in example.references}
    features = np.array([(one.model_score, one.hit.score) for one in candidates], np.float64).reshape(-1, 2)
    return OfferedAnswers(
        features,
        np.array([distinct.index(key) for key in keys], np.intp),
        np.array([key in accepted for key in distinct], np.bool_),
    )


def fit_choice(questions: Sequence[OfferedAnswers]) -> tuple[float, float, float]:
    """Model weight, retrieval weight and utility of "none of these" with the highest likelihood.

    Raises:
        DataError: no question has a right candidate.
    """
    from scipy import optimize

    n_right = sum(bool(one.right.any()) for one in questions)
    if not n_right:
        raise DataError(
            "the validation questions have no right candidate, so there is nothing to fit",
            received=f"{len(questions)} questions",
            fix="check that the questions are about the documents of the index, and that the model is fine-tuned",
        )
    start = AnswerSettings()
    table = _Table(questions)
    scale = max(1.0, float(np.std(table.features[:, 1])))
    first = np.array([np.log(start.model_weight), np.log(start.retrieval_weight / scale), start.none_utility])

    def loss(values: FloatArray) -> float:
        lost = -table.log_likelihood(float(np.exp(values[0])), float(np.exp(values[1])), float(values[2]))
        return (lost + _PRIOR * float(((values - first) ** 2).sum())) / len(questions)

    found = optimize.minimize(loss, first, method="Nelder-Mead", options={"xatol": 1e-3, "fatol": 1e-6})
    return float(np.exp(found.x[0])), float(np.exp(found.x[1])), float(found.x[2])


class _Table:
    """All candidates of all questions in one array, so that a likelihood is a few operations."""

    def __init__(self, questions: Sequence[OfferedAnswers]) -> None:
        found = [one for one in questions if len(one.answers)]  # the others choose "none of these" at any weights
        n_answers = np.array([len(one.right) for one in found])
        self._first_answer = np.cumsum(n_answers) - n_answers
        owners = np.concatenate([one.answers + at for one, at in zip(found, self._first_answer, strict=True)])
        order = np.argsort(owners, kind="stable")
        self.features = np.concatenate([one.features for one in found])[order]
        self._first_candidate = np.flatnonzero(np.diff(owners[order], prepend=-1))
        self._right = np.concatenate([one.right for one in found])
        self._has_right = np.array([one.right.any() for one in found])

    def log_likelihood(self, model_weight: float, retrieval_weight: float, none_utility: float) -> float:
        utilities = self.features @ np.array([model_weight, retrieval_weight])
        best = np.maximum.reduceat(utilities, self._first_candidate)
        total = np.logaddexp(np.logaddexp.reduceat(best, self._first_answer), none_utility)
        right = np.logaddexp.reduceat(np.where(self._right, best, -np.inf), self._first_answer)
        return float((np.where(self._has_right, right, none_utility) - total).sum())


def _softmax(values: FloatArray) -> FloatArray:
    shifted = np.exp(values - values.max())
    probabilities: FloatArray = shifted / shifted.sum()
    return probabilities
