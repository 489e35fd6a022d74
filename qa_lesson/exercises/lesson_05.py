"""Checks of lesson 05, metrics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qa_lesson.corpus import load_corpus
from qa_lesson.exercises import NotYetError, exercise, expect
from qa_lesson.metrics import answer_tokens, token_overlap

_REFERENCE = "Paris is the capital of France"
_REORDERED = "The capital of France is Paris"


@exercise("metrics.recall")
def check_recall(answer: Any) -> None:
    """A function of prediction and reference that gives the share of the reference's tokens that were predicted."""
    if not callable(answer):
        raise NotYetError("pass the function itself, without parentheses: check(..., recall)")
    cases = [
        (
            "Paris",
            _REFERENCE,
            "a fraction, not percent: 1 of the reference's 5 tokens; divided by the prediction's it is precision",
        ),
        ("Paris is the capital of France and a big city in Europe", _REFERENCE, "every token of it was predicted"),
        ("The CAPITAL!", "capital", "compare normalized tokens: tokens(text) gives them"),
        ("no no no", "no way", "a token counts as often as both sides have it: shared(...) does that"),
        ("one way", "no way no", "a token that the reference has twice counts twice in its length"),
        ("dusk", "dawn", "nothing is shared, so nothing was found"),
    ]
    for prediction, reference, because in cases:
        expected = token_overlap(prediction, reference).recall
        expect(answer(prediction, reference), expected, f"recall({prediction!r}, {reference!r})", because=because)


@exercise("metrics.miscount")
def check_miscount(answer: Any) -> None:
    """The counts of the miscounted example, and the F1 that follows from them."""
    names = ("shared", "predicted", "reference", "f1")
    if not isinstance(answer, Mapping) or set(answer) != set(names):
        raise NotYetError(f"give a dictionary with exactly these keys: {', '.join(names)}")
    n_predicted, n_reference = len(answer_tokens(_REORDERED)), len(answer_tokens(_REFERENCE))
    hints = {
        "predicted": (n_predicted, "count the tokens of the prediction after normalisation: 'the' is dropped"),
        "reference": (n_reference, "count the tokens of the reference after normalisation: 'the' is dropped"),
        "shared": (n_reference, "tick off each token of the reference in the prediction; the order does not count"),
        "f1": (token_overlap(_REORDERED, _REFERENCE).f1, "2 x precision x recall / (precision + recall), a fraction"),
    }
    for name, (expected, because) in hints.items():
        expect(answer[name], expected, name, because=because, tolerance=5e-4)


@exercise("metrics.never_answers")
def check_never_answers(answer: Any) -> None:
    """The F1, a fraction, of a model that never answers the test questions."""
    if isinstance(answer, bool) or not isinstance(answer, int | float):
        raise NotYetError("give one number, for instance 0.5")
    examples = load_corpus("test", unanswerable=True)
    expected = sum(not example.is_answerable for example in examples) / len(examples)
    if abs(answer - expected) <= 5e-4:
        return
    if abs(answer - 100 * expected) <= 0.05:
        raise NotYetError("right, but in percent: scores are fractions between 0 and 1")
    if answer == 0:
        raise NotYetError("it is not 0: on a question without an answer the empty prediction scores 1")
    if abs(answer - (1 - expected)) <= 5e-4:
        raise NotYetError(
            "that is the share of the answerable questions, where an empty prediction scores 0; count the rest"
        )
    raise NotYetError(
        "score 1 for each unanswerable question and 0 for each answerable one, and take the mean over all"
    )
