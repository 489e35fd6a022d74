"""Which candidate is the answer, and how probable it is that it is right.

The probability has two parts. One is that the passage answers the question: a conditional logit (McFadden 1974), which
is a softmax over the passages found and "none of these", of the model's lead over its no-answer score and of the
search's score. The other is the model's own: that the span is the answer if the passage has one. Their product puts the
candidates in order. A logistic function of it (Platt 1999) then makes it agree with how often answers are right. All
five numbers are fitted on validation questions by maximum likelihood.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from qa_lesson.errors import DataError
from qa_lesson.json_files import AS_WRITTEN
from qa_lesson.metrics import exact_match
from qa_lesson.open_corpus.candidates import Candidate
from qa_lesson.open_corpus.causes import is_right_passage
from qa_lesson.schema import Example

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
_PRIOR = 0.5
"""Of the penalty on numbers far from the start. It keeps them finite if all answers are right."""
_LEAST = 1e-9  # of a probability, so its logit is finite


@dataclass(frozen=True, slots=True)
class Weights:
    """The numbers that make candidates comparable; the defaults were fitted on the course's validation questions.

    Args:
        model_weight: of a passage's lead over the no-answer score (logits); above 0.
        retrieval_weight: of its retrieval score; above 0.
        none_utility: of "none of these passages"; the higher, the lower all probabilities.
        slope: of the calibration, on the logit scale; above 0.
        intercept: of the calibration.
    """

    model_weight: float = 0.47
    retrieval_weight: float = 26.0
    none_utility: float = 8.5
    slope: float = 0.8
    intercept: float = 0.24

    __pydantic_config__ = AS_WRITTEN

    def passage_probabilities(self, leads: FloatArray, scores: FloatArray) -> FloatArray:
        """(J,) that each passage is the one that answers; what is missing to 1 is that none does.

        Args:
            leads: (J,) the highest lead of a span in each passage.
            scores: (J,) retrieval score of each passage.

        >>> Weights(1.0, 1.0, 2.0).passage_probabilities(np.array([1.0, 0.0]), np.array([1.0, 2.0])).round(2).tolist()
        [0.33, 0.33]
        """
        utilities = np.append(self.model_weight * leads + self.retrieval_weight * scores, self.none_utility)
        shares = np.exp(utilities - utilities.max())
        probabilities: FloatArray = (shares / shares.sum())[:-1]
        return probabilities

    def calibrated(self, probabilities: FloatArray) -> FloatArray:
        """The probability that an answer is right, from the product of both parts; the order stays the same.

        >>> Weights(slope=1.0, intercept=0.0).calibrated(np.array([0.25, 0.5])).round(2).tolist()
        [0.25, 0.5]
        """
        from scipy import special

        known = np.clip(probabilities, _LEAST, 1 - _LEAST)
        found: FloatArray = special.expit(self.intercept + self.slope * special.logit(known))
        return found


@dataclass(frozen=True, slots=True)
class OfferedAnswers:
    """The passages and candidates of one question as numbers.

    Args:
        leads, scores: (J,) as in `Weights.passage_probabilities`.
        right_passages: (J,) whether each passage answers the question.
        passages: (C,) the passage of each candidate, a number from 0 to J - 1.
        span_probabilities: (C,) of each candidate in its passage.
        right_answers: (C,) whether each candidate is an exact match.
    """

    leads: FloatArray
    scores: FloatArray
    right_passages: BoolArray
    passages: npt.NDArray[np.intp]
    span_probabilities: FloatArray
    right_answers: BoolArray

    def joint(self, weights: Weights) -> FloatArray:
        """(C,) the probability of the candidate's passage times that of the candidate in it."""
        found: FloatArray = weights.passage_probabilities(self.leads, self.scores)[self.passages]
        return found * self.span_probabilities

    def best(self, weights: Weights) -> tuple[float, bool]:
        """The joint probability of the best candidate, and whether it is right; 0 and False without candidates."""
        joint = self.joint(weights)
        if not len(joint):
            return 0.0, False
        first = int(joint.argmax())
        return float(joint[first]), bool(self.right_answers[first])


def offered_answers(candidates: Sequence[Candidate], example: Example | None = None) -> OfferedAnswers:
    """The candidates of a question as numbers.

    Args:
        candidates: as `find_candidates` gives them: of one passage after the other.
        example: says what is right; without it nothing is.
    """
    hits = list({one.hit.passage.id: one.hit for one in candidates}.values())
    place = {hit.passage.id: j for j, hit in enumerate(hits)}
    owners = np.array([place[one.hit.passage.id] for one in candidates], np.intp)
    leads = np.full(len(hits), -np.inf)
    np.maximum.at(leads, owners, np.array([one.model_score for one in candidates]))
    references = example.references if example else ()
    return OfferedAnswers(
        leads,
        np.array([hit.score for hit in hits], np.float64),
        np.array([example is not None and is_right_passage(hit.passage, example) for hit in hits], np.bool_),
        owners,
        np.array([one.span_probability for one in candidates], np.float64),
        np.array([any(exact_match(one.text, text) for text in references) for one in candidates], np.bool_),
    )


def fit_weights(questions: Sequence[OfferedAnswers]) -> Weights:
    """The weights with the highest likelihood: first those of the passages, then those of the calibration.

    Raises:
        DataError: no question has a right passage among those found, or none has a right best candidate.
    """
    if not any(one.right_passages.any() for one in questions):
        raise DataError(
            "for none of the questions a passage with its answer was found",
            received=f"{len(questions)} questions",
            fix="check that the contexts of the questions are in the index",
        )
    chosen = _passage_weights([one for one in questions if len(one.leads)])
    best = [one.best(chosen) for one in questions]
    right = np.array([is_right for _, is_right in best])
    if not right.any():
        raise DataError(
            "no question has a right best candidate",
            received=f"{len(questions)} questions",
            fix="check that the model is fine-tuned: qa-lesson evaluate --model MODEL",
        )
    return _calibration(chosen, np.array([joint for joint, _ in best]), right)


def _passage_weights(questions: Sequence[OfferedAnswers]) -> Weights:
    leads, scores = (np.concatenate([getattr(one, name) for one in questions]) for name in ("leads", "scores"))
    right = np.concatenate([one.right_passages for one in questions])
    sizes = np.array([len(one.leads) for one in questions])
    firsts = np.cumsum(sizes) - sizes
    has_right = np.array([one.right_passages.any() for one in questions])
    start = Weights()
    spread = max(float(scores.std()), _LEAST)
    first = np.array([np.log(start.model_weight), -np.log(spread), start.none_utility])

    def loss(values: FloatArray) -> float:
        utilities = np.exp(values[0]) * leads + np.exp(values[1]) * scores
        total = np.logaddexp(np.logaddexp.reduceat(utilities, firsts), values[2])
        own = np.logaddexp.reduceat(np.where(right, utilities, -np.inf), firsts)
        return float((total - np.where(has_right, own, values[2])).sum())

    values = _least(loss, first, len(questions))
    return Weights(float(np.exp(values[0])), float(np.exp(values[1])), float(values[2]))


def _calibration(chosen: Weights, joint: FloatArray, right: BoolArray) -> Weights:
    def loss(values: FloatArray) -> float:
        stated = replace(chosen, slope=float(np.exp(values[0])), intercept=float(values[1])).calibrated(joint)
        stated = np.clip(stated, _LEAST, 1 - _LEAST)
        return float(-np.log(np.where(right, stated, 1 - stated)).sum())

    values = _least(loss, np.zeros(2), len(joint))
    return replace(chosen, slope=float(np.exp(values[0])), intercept=float(values[1]))


def _least(loss: Callable[[FloatArray], float], first: FloatArray, n: int) -> FloatArray:
    """Where the mean loss is lowest, with a little pull to `first`."""
    from scipy import optimize

    def pulled(values: FloatArray) -> float:
        return (loss(values) + _PRIOR * float(((values - first) ** 2).sum())) / n

    values: FloatArray = optimize.minimize(pulled, first, method="L-BFGS-B").x
    return values
