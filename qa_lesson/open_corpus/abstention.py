"""When to say "not in these documents": a threshold that keeps a stated risk, chosen on validation questions.

The weights are fitted on all validation questions. The threshold is chosen on probabilities that each document's
questions get from weights fitted *without* that document, because a fit looks better on its own questions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from qa_lesson.errors import DataError
from qa_lesson.evaluation import guaranteed_threshold
from qa_lesson.evaluation.intervals import MIN_DOCUMENTS, check_fraction
from qa_lesson.open_corpus.answer_settings import AnswerSettings
from qa_lesson.open_corpus.candidates import PassageSearch, SpanModel, find_candidates
from qa_lesson.open_corpus.fingerprints import passages_fingerprint
from qa_lesson.open_corpus.weighing import FloatArray, OfferedAnswers, fit_weights, offered_answers
from qa_lesson.schema import Example


def fit_abstention(
    index: PassageSearch,
    answerer: SpanModel,
    examples: Sequence[Example],
    *,
    risk: float = 0.2,
    delta: float = 0.1,
    passages: int = 5,
    spans: int = 3,
) -> AnswerSettings:
    """Weights, and the lowest threshold at which at most a fraction `risk` of the answers given is wrong.

    An answer is wrong if it has no exact match, and on an unanswerable question always. The statement holds for
    questions of the same mix: with more unanswerable questions than in `examples`, more of the answers are wrong. It
    holds with confidence ``1 - delta``, for new documents if the examples name at least `MIN_DOCUMENTS` documents, and
    else for new questions on these documents (see `qa_lesson.evaluation.guaranteed_threshold`).

    Args:
        index: all passages, those of the examples included.
        answerer: the model.
        examples: validation questions that trained nothing, with and without answers.
        risk: largest fraction of wrong answers among those given, between 0 and 1 (exclusive).
        delta: how likely the risk may be exceeded, over the choice of validation questions.
        passages: how many passages are searched for answers.
        spans: how many spans of each are candidates.

    Returns:
        Settings for this model and this index. `AnswerSettings.threshold` is None if no threshold keeps the risk.

    Raises:
        DataError: no examples, or none whose answer is found at all.
        ConfigError: a fraction that is not between 0 and 1.
    """
    offered = offered_by(index, answerer, examples, passages=passages, spans=spans)
    settings = settings_for(offered, [example.document for example in examples], risk=risk, delta=delta)
    return replace(
        settings,
        passages=passages,
        spans=spans,
        model=answerer.fingerprint,
        index=passages_fingerprint(index.passages),
    )


def offered_by(
    index: PassageSearch, answerer: SpanModel, examples: Sequence[Example], *, passages: int = 5, spans: int = 3
) -> list[OfferedAnswers]:
    """What the index and the model offer to each question, as numbers to fit on; arguments as `fit_abstention`.

    Raises:
        DataError: no examples.
    """
    if not examples:
        raise DataError("there are no questions to fit on", received="0 examples", fix="pass the validation questions")
    questions = [example.question for example in examples]
    found = find_candidates(questions, index.search(questions, k=passages), answerer, spans=spans)
    return [offered_answers(own, example) for example, own in zip(examples, found, strict=True)]


def settings_for(
    offered: Sequence[OfferedAnswers], documents: Sequence[str], *, risk: float, delta: float = 0.1
) -> AnswerSettings:
    """`fit_abstention` on what was offered, for any model and index: cheap, so several risks can be tried.

    Args:
        offered: of each validation question.
        documents: of each.
        risk, delta: as in `fit_abstention`.
    """
    check_fraction("risk", risk)
    weights = fit_weights(offered)
    owners = documents if len(set(documents)) >= MIN_DOCUMENTS else None
    chosen = guaranteed_threshold(*held_out_outcomes(offered, documents), risk, delta=delta, documents=owners)
    return AnswerSettings(
        weights=weights,
        threshold=chosen.threshold if np.isfinite(chosen.threshold) else None,
        risk=risk,
        delta=delta,
        n_validation=len(offered),
        n_documents=len(set(documents)),
        validation_coverage=chosen.coverage,
    )


def held_out_outcomes(offered: Sequence[OfferedAnswers], documents: Sequence[str]) -> tuple[FloatArray, FloatArray]:
    """(N,) the probability of each question's best answer and whether it is right (1.0 or 0.0).

    The weights come from the questions on the other documents, or from all if there is only one document.

    Args:
        offered: of each question.
        documents: of each.

    Raises:
        DataError: as `fit_weights`, for the questions without one of the documents.
    """
    probability, right = np.zeros(len(offered)), np.zeros(len(offered))
    for name in sorted(set(documents)):
        others = [one for one, document in zip(offered, documents, strict=True) if document != name]
        weights = fit_weights(others or offered)
        for i in (i for i, document in enumerate(documents) if document == name):
            joint, is_right = offered[i].best(weights)
            probability[i], right[i] = float(weights.calibrated(np.array([joint]))[0]), float(is_right)
    return probability, right
