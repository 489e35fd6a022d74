"""How good answers over a corpus are: exact match and F1, recall of the search, and the causes of the errors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from qa_lesson.errors import PredictionError
from qa_lesson.evaluation import Evaluation, Interval, evaluate_predictions, mean_interval, roc_auc
from qa_lesson.evaluation.intervals import MIN_DOCUMENTS, Unit
from qa_lesson.evaluation.standard_errors import jackknife_error, no_spread_bounds, score_bounds
from qa_lesson.open_corpus.causes import CAUSES, Cause, cause_of, passage_rank
from qa_lesson.open_corpus.corpus_answers import CorpusAnswer
from qa_lesson.schema import Example


@dataclass(frozen=True)
class CauseRow:
    """One cause of errors.

    Args:
        cause: see `cause_of`.
        n: questions.
        share: of all questions, a fraction, with its interval.
        withheld: how many of them got no answer, because the probability was under the threshold.
        examples: ids of the first few, to look at.
    """

    cause: Cause
    n: int
    share: Interval
    withheld: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class CorpusEvaluation:
    """What answers over a corpus are worth; all scores are fractions.

    Args:
        examples: the questions.
        answers: of each, in their order.
        scores: of the answers given, "not in these documents" being the empty answer (v2.0 rules).
    """

    examples: tuple[Example, ...]
    answers: tuple[CorpusAnswer, ...]
    scores: Evaluation

    @property
    def causes(self) -> tuple[Cause | None, ...]:
        """Of each question, None if there is no error."""
        return tuple(cause_of(*pair) for pair in zip(self.examples, self.answers, strict=True))

    @property
    def answered(self) -> float:
        """The share of the questions that got an answer."""
        return sum(one.answered for one in self.answers) / len(self.answers)

    @property
    def risk(self) -> Interval | None:
        """The share of the answers given that have no exact match; None if nothing was answered."""
        wrong, documents = [], []
        for example, answer in zip(self.examples, self.answers, strict=True):
            if answer.answered:
                wrong.append(1 - self.scores.scores[example.id].exact_match)
                documents.append(example.document)
        return share_interval(wrong, documents) if wrong else None

    def recall(self, k: int) -> Interval | None:
        """The share of the answerable questions with a right passage among the first `k`; None without any."""
        own = [(one, answer) for one, answer in zip(self.examples, self.answers, strict=True) if one.is_answerable]
        if not own:
            return None
        found = [float(passage_rank(answer.hits[:k], example) is not None) for example, answer in own]
        return share_interval(found, [example.document for example, _ in own])

    def wrongly_answered(self) -> Interval | None:
        """The share of the unanswerable questions that got an answer; None if there are no such questions."""
        own = [(one, answer) for one, answer in zip(self.examples, self.answers, strict=True) if not one.is_answerable]
        if not own:
            return None
        return share_interval([float(answer.answered) for _, answer in own], [example.document for example, _ in own])

    def cause_rows(self, *, n_examples: int = 3) -> list[CauseRow]:
        """A row for each cause, in the order of the steps; their shares and that of the right outcomes sum to 1."""
        causes = self.causes
        documents = [example.document for example in self.examples]
        rows = []
        for cause in CAUSES:
            own = [i for i, found in enumerate(causes) if found == cause]
            share = share_interval([float(found == cause) for found in causes], documents)
            withheld = sum(not self.answers[i].answered for i in own)
            rows.append(
                CauseRow(cause, len(own), share, withheld, tuple(self.examples[i].id for i in own[:n_examples]))
            )
        return rows

    def as_dict(self, ks: Sequence[int] = (1, 5, 10)) -> dict[str, Any]:
        """For JSON and tables: scores, coverage, risk, recall and the share of each cause, with their intervals."""
        documents = [example.document for example in self.examples]
        per_question = [self.scores.scores[example.id] for example in self.examples]
        depth = max((len(answer.hits) for answer in self.answers), default=0)
        counts = Counter(self.causes)
        return {
            "n": len(self.examples),
            "exact_match": interval_dict(share_interval([one.exact_match for one in per_question], documents)),
            "f1": interval_dict(share_interval([one.f1 for one in per_question], documents)),
            "answered": interval_dict(share_interval([float(one.answered) for one in self.answers], documents)),
            "risk": interval_dict(self.risk),
            "wrongly_answered": interval_dict(self.wrongly_answered()),
            "recall": {str(k): interval_dict(self.recall(k)) for k in ks if k <= depth},
            "n_without_error": counts[None],
            "causes": {
                row.cause: {"n": row.n, "withheld": row.withheld, "share": interval_dict(row.share)}
                for row in self.cause_rows()
            },
        }


def evaluate_corpus_answers(examples: Sequence[Example], answers: Sequence[CorpusAnswer]) -> CorpusEvaluation:
    """Score answers over a corpus against the questions that they answer.

    Args:
        examples: questions with their references and their contexts, which say which passage is right.
        answers: of each, in the same order.

    Raises:
        PredictionError: they do not belong together.
        DataError: no examples, or two with the same id.
    """
    asked = [answer.question for answer in answers]
    if asked != [example.question for example in examples]:
        raise PredictionError(
            "answers and questions do not belong together",
            received=f"{len(answers)} answers, {len(examples)} questions",
            fix="pass the answers to exactly these questions, in the same order",
        )
    texts = {example.id: answer.text or "" for example, answer in zip(examples, answers, strict=True)}
    return CorpusEvaluation(tuple(examples), tuple(answers), evaluate_predictions(examples, texts))


def share_interval(values: Sequence[float], documents: Sequence[str]) -> Interval:
    """The mean with its interval: for new documents, or for new questions on these if there are fewer than 5.

    A single value has the interval from 0 to 1.
    """
    if len(values) < 2:
        return Interval(float(np.mean(values)), 0.0, 1.0, 0.95, len(values), len(values), "question")
    few = len(set(documents)) < MIN_DOCUMENTS
    return mean_interval(values, documents, unit="question" if few else "wider")


def separation(
    probabilities: Sequence[float], answerable: Sequence[bool], documents: Sequence[str], *, confidence: float = 0.95
) -> Interval:
    """How often an answerable question has the higher probability of two: the AUROC, with its jackknife interval.

    Args:
        probabilities: of each question's best answer.
        answerable: whether the corpus answers it.
        documents: of each; the units of the interval, if leaving out any one of them leaves both kinds.
        confidence: nominal coverage.

    Raises:
        DataError: only one kind of question.

    >>> separation([0.9, 0.8, 0.7, 0.1], [True, True, False, False], list("abcd")).estimate
    1.0
    """
    values, kinds = np.array(probabilities), np.array(answerable)
    estimate = roc_auc(values, kinds)
    unit: Unit = "document"
    _, owners = np.unique(np.array(documents), return_inverse=True)
    if owners.max() + 1 < MIN_DOCUMENTS or any(len(set(kinds[owners != one])) < 2 for one in range(owners.max() + 1)):
        unit, owners = "question", np.arange(len(values))
    left = [owners != one for one in range(owners.max() + 1)]
    without = np.array([roc_auc(values[rest], kinds[rest]) if len(set(kinds[rest])) > 1 else estimate for rest in left])
    if 0 < estimate < 1:
        low, high = score_bounds(jackknife_error(estimate, without), confidence)
    else:  # no spread to measure: what could have stayed unseen in so many questions of the rarer kind
        low, high = no_spread_bounds(estimate, 0.0, min(int(kinds.sum()), int((~kinds).sum())), confidence)
    return Interval(estimate, float(low), float(high), confidence, len(values), int(owners.max()) + 1, unit)


def interval_dict(interval: Interval | None) -> dict[str, Any] | None:
    """An interval for JSON."""
    if interval is None:
        return None
    return {
        "estimate": interval.estimate,
        "low": interval.low,
        "high": interval.high,
        "n": interval.n,
        "n_units": interval.n_units,
        "unit": interval.unit,
    }
