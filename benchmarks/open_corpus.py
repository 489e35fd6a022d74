"""Answers over the course's corpus against answers from the right passage, and when to say "not in these documents".

    python benchmarks/open_corpus.py

All passages of the handbook are in the index (training, validation and test). The shared model of the lessons answers
the test questions twice: from their own passage, and from whatever the search finds. The weights and the thresholds are
fitted on the validation questions. Two kinds of questions have no answer there: those on the out-of-domain documents,
which are not in the index, and the unanswerable questions of the test documents.

`tools/open_corpus_page.py` makes the tables of docs/open_corpus.md from the result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from _report import write

from qa_lesson.answering import QuestionAnswerer
from qa_lesson.corpus import load_corpus
from qa_lesson.course import course_run
from qa_lesson.evaluation import (
    calibration_floor,
    evaluate_predictions,
    expected_calibration_error,
    paired_comparison,
    score_interval,
)
from qa_lesson.open_corpus import (
    CorpusAnswer,
    CorpusAnswerer,
    evaluate_corpus_answers,
    offered_by,
    separation,
    settings_for,
)
from qa_lesson.open_corpus.corpus_evaluation import interval_dict, share_interval
from qa_lesson.retrieval import build_index, corpus_passages
from qa_lesson.schema import Example

EXPECTED_SECONDS = 80
RISKS = (0.2, 0.3, 0.4, 0.5)


def main() -> None:
    """Fit on validation, answer the test questions, write the figures."""
    answerer = QuestionAnswerer(course_run().model_dir)
    passages = corpus_passages()
    index = build_index(passages)
    validation = load_corpus("validation", unanswerable=True)
    test = load_corpus("test", unanswerable=True)
    foreign = load_corpus("out_of_domain")

    offered = offered_by(index, answerer, validation)
    documents = [example.document for example in validation]
    settings = {risk: settings_for(offered, documents, risk=risk) for risk in RISKS}
    always = replace(settings[RISKS[0]], threshold=0.0, risk=None)
    ask = CorpusAnswerer(index, answerer, settings=replace(always, n_validation=0))
    answers = ask([example.question for example in test])
    foreign_answers = ask([example.question for example in foreign])

    own = [(one, answer) for one, answer in zip(test, answers, strict=True) if one.is_answerable]
    answerable, given = [one for one, _ in own], [answer for _, answer in own]
    unanswerable = [(one, answer) for one, answer in zip(test, answers, strict=True) if not one.is_answerable]
    closed = evaluate_predictions(answerable, answerer.predict(answerable, n_best=1))
    corpus = evaluate_corpus_answers(answerable, given)
    stated = [answer.probability for answer in answers]
    all_scores = evaluate_corpus_answers(test, answers).scores.scores
    right = [all_scores[example.id].exact_match for example in test]
    write(
        "open_corpus",
        {
            "passages": len(passages),
            "n_validation": len(validation),
            "searched": always.passages,
            "weights": asdict(always.weights),
            "answering": {
                "closed": {metric: interval_dict(score_interval(closed, metric)) for metric in ("exact_match", "f1")},
                "corpus": corpus.as_dict(),
                "difference": {
                    metric: asdict(paired_comparison(corpus.scores, closed, metric)) for metric in ("exact_match", "f1")
                },
            },
            "calibration": {
                "error": expected_calibration_error(stated, right),
                "by_chance": calibration_floor(stated).mean,
            },
            "abstention": [
                {
                    "risk": risk,
                    "threshold": chosen.threshold,
                    "validation_coverage": chosen.validation_coverage,
                    "test": evaluate_corpus_answers(test, at(chosen.threshold, answers)).as_dict(),
                    "out_of_corpus_answered": answered_share(foreign, at(chosen.threshold, foreign_answers)),
                }
                for risk, chosen in settings.items()
            ],
            "separation": {
                "out of corpus": separations(own, list(zip(foreign, foreign_answers, strict=True))),
                "unanswerable": separations(own, unanswerable),
            },
        },
    )


def at(threshold: float | None, answers: Sequence[CorpusAnswer]) -> list[CorpusAnswer]:
    """The same answers with another threshold; None gives none of them."""
    return [replace(one, answered=threshold is not None and one.probability >= threshold) for one in answers]


def answered_share(examples: Sequence[Example], answers: Sequence[CorpusAnswer]) -> dict[str, Any] | None:
    """The share of the questions that got an answer."""
    return interval_dict(
        share_interval([float(one.answered) for one in answers], [example.document for example in examples])
    )


def separations(
    own: Sequence[tuple[Example, CorpusAnswer]], other: Sequence[tuple[Example, CorpusAnswer]]
) -> dict[str, Any]:
    """The AUROC of answerable questions against others, by the probability and by each of its parts alone."""
    both = [*own, *other]
    labels, documents = [True] * len(own) + [False] * len(other), [example.document for example, _ in both]
    measures = {
        "probability": [answer.probability for _, answer in both],
        "lead over the no-answer score": [answer.candidates[0].model_score for _, answer in both],
        "retrieval score": [answer.hits[0].score for _, answer in both],
    }
    return {name: interval_dict(separation(values, labels, documents)) for name, values in measures.items()}


if __name__ == "__main__":
    main()
