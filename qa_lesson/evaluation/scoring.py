"""Predictions joined to their questions by id, scored, and summed up.

Nothing is dropped in silence: a prediction for an unknown question is an error, a question without a prediction is
an error too unless the caller says that it scores 0, and then it counts in the totals.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from qa_lesson.errors import DataError, PredictionError, Problem
from qa_lesson.evaluation.prediction_shapes import predictions_by_id, unique_predictions
from qa_lesson.loading.reading import as_examples
from qa_lesson.metrics import Rules, character_f1, mean_score, score_answers
from qa_lesson.schema import Example, Prediction, Score
from qa_lesson.text.segmentation import is_unspaced

Missing = Literal["error", "zero"]
_UNSPACED_NOTE = (
    "The official exact match and F1 split answers at spaces. Some texts are in a script without spaces (Chinese, "
    "Japanese, Thai ...), where they say little. character_f1 counts characters there."
)


@dataclass(frozen=True)
class Evaluation:
    """Scores of one set of predictions; all scores are fractions in [0, 1].

    Args:
        examples: the questions, in their order.
        predictions: answer text by question id; a missing one is absent.
        scores: score by question id, for every question.
        rules: the official script whose rules were used.
    """

    examples: tuple[Example, ...]
    predictions: dict[str, str]
    scores: dict[str, Score]
    rules: Rules

    @property
    def n(self) -> int:
        """Number of questions, missing predictions included."""
        return len(self.examples)

    @property
    def missing(self) -> tuple[str, ...]:
        """Ids of the questions without a prediction, which score 0."""
        return tuple(example.id for example in self.examples if example.id not in self.predictions)

    @property
    def total(self) -> Score:
        """Means over all questions."""
        return mean_score(self.scores.values())

    @property
    def character_f1(self) -> float | None:
        """Mean `qa_lesson.metrics.character_f1` over all questions; None unless a text is in a script without spaces.

        A missing prediction scores 0, as in `total`.
        """
        texts = (text for example in self.examples for text in example.references)
        if not any(map(is_unspaced, (*texts, *self.predictions.values()))):
            return None
        answered = [example for example in self.examples if example.id in self.predictions]
        scores = (character_f1(self.predictions[example.id], example.references) for example in answered)
        return sum(scores) / self.n

    @property
    def note(self) -> str:
        """What must be known to read the scores; empty if there is nothing."""
        return "" if self.character_f1 is None else _UNSPACED_NOTE

    def totals(self) -> dict[str, float | int | str]:
        """What the command line prints; with unanswerable questions also both parts on their own."""
        total = self.total
        result: dict[str, float | int | str] = {
            "exact_match": total.exact_match,
            "f1": total.f1,
            "precision": total.precision,
            "recall": total.recall,
            "n": self.n,
            "n_missing": len(self.missing),
            "rules": self.rules,
        }
        answerable = [self.scores[ex.id] for ex in self.examples if ex.is_answerable]
        unanswerable = [self.scores[ex.id] for ex in self.examples if not ex.is_answerable]
        if answerable and unanswerable:
            for name, part in (("has_answer", answerable), ("no_answer", unanswerable)):
                mean = mean_score(part)
                result |= {f"{name}_exact_match": mean.exact_match, f"{name}_f1": mean.f1, f"{name}_n": len(part)}
        if self.character_f1 is not None:
            result |= {"character_f1": self.character_f1, "note": self.note}
        return result

    def rows(self) -> list[dict[str, object]]:
        """One row a question: id, question, prediction (None if missing), references, scores, slices."""
        return [
            {
                "id": example.id,
                "document": example.document,
                "kind": example.kind,
                "difficulty": example.difficulty,
                "question": example.question,
                "prediction": self.predictions.get(example.id),
                "references": list(example.references),
                "exact_match": self.scores[example.id].exact_match,
                "precision": self.scores[example.id].precision,
                "recall": self.scores[example.id].recall,
                "f1": self.scores[example.id].f1,
            }
            for example in self.examples
        ]


def evaluate_predictions(
    examples: Sequence[Example],
    predictions: Mapping[str, str] | Iterable[Prediction] | Any,
    *,
    rules: Rules | Literal["auto"] = "v2.0",
    missing: Missing = "error",
) -> Evaluation:
    """Score predictions against the examples they answer.

    Args:
        examples: the questions, ids unique; also rows or a `datasets.Dataset`, as for `load_examples`.
        predictions: answer text by question id, or `Prediction` records. Also what other tools give: the SQuAD metric's
            ``[{"id": ..., "prediction_text": ...}]``, and for each id a dictionary with the answer's ``text``.
        rules: the official script to agree with. v2.0 is the default everywhere, so a question scores as it does in
            `score_answer`. To compare with scores that were published for SQuAD v1.1, pass "v1.1": it scores an answer
            of articles and punctuation alone 0. "auto" takes v1.1 if every question is answerable, else v2.0.
        missing: "error", or "zero" to score a question without prediction 0 (also an unanswerable one).

    Raises:
        DataError: no examples, or two with the same id.
        PredictionError: a missing prediction (unless "zero"), one for an unknown id, two for the same id, or one
            that is not a string.

    >>> from qa_lesson.schema import Answer
    >>> example = Example("q1", "Who keeps the light?", "Bram Keating keeps it.", (Answer("Bram Keating", 0),))
    >>> evaluate_predictions([example], {"q1": "Keating"}).total.recall
    0.5
    """
    examples = as_examples(examples)
    if not examples:
        raise DataError("there are no questions to score", received="0 examples", fix="check the data file or split")
    ids = [example.id for example in examples]
    if len(set(ids)) < len(ids):
        twice = sorted(name for name, n in Counter(ids).items() if n > 1)
        raise DataError("question ids are not unique", received=", ".join(twice[:5]), fix="give each question its own")
    answers = predictions_by_id(predictions)
    known_ids = set(ids)
    unknown = [name for name in answers if name not in known_ids]
    if unknown:
        raise PredictionError(
            f"{len(unknown)} of {len(answers)} predictions are for unknown question ids",
            received=", ".join(unknown[:5]),
            fix="score against the data the predictions were made for (a prediction is matched by the question's id)",
        )
    absent = [name for name in ids if name not in answers]
    if absent and missing == "error":
        raise PredictionError(
            f"{len(absent)} of {len(ids)} questions have no prediction",
            received=f"first missing: {', '.join(absent[:5])}",
            fix='predict them, or pass missing="zero" (command line: --missing zero) to score them 0',
        )
    if rules == "auto":
        rules = "v1.1" if all(example.is_answerable for example in examples) else "v2.0"
    answered = [example for example in examples if example.id in answers]
    scored = score_answers(
        [answers[example.id] for example in answered], [example.references for example in answered], rules=rules
    )
    known = dict(zip((example.id for example in answered), scored, strict=True))
    scores = {name: known.get(name, Score(0.0, 0.0, 0.0, 0.0)) for name in ids}
    return Evaluation(tuple(examples), answers, scores, rules)


def read_predictions(path: str | Path, *, bad: dict[str, Problem] | None = None) -> dict[str, str]:
    """Predictions in the official layout: one JSON object, answer text by question id.

    Args:
        path: of the file.
        bad: takes the answers that are not a text, by question id; None refuses them.

    Raises:
        PredictionError: not readable, not JSON, another layout, or an id that occurs twice.
    """
    path = Path(path)
    layout = 'the file must be one JSON object such as {"question-id": "answer text"}'
    try:
        pairs = json.loads(path.read_text(encoding="utf-8-sig"), object_pairs_hook=_Pairs)
    except OSError as error:
        raise PredictionError(
            f"cannot read the predictions: {error.strerror}", where=str(path), fix="check the path"
        ) from error
    except (ValueError, RecursionError) as error:
        raise PredictionError(
            "the predictions are not JSON", where=str(path), received=str(error), fix=layout
        ) from error
    if not isinstance(pairs, _Pairs):
        raise PredictionError(
            "the predictions have another layout", where=str(path), received=type(pairs).__name__, fix=layout
        )
    return unique_predictions(pairs, where=str(path), bad=bad)


class _Pairs(list[tuple[str, object]]):
    """A JSON object as its pairs, so that a key that occurs twice is seen."""
