"""Predictions in the shapes that people have them in, as answer texts by question id."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from qa_lesson.errors import PredictionError, Problem, shorten
from qa_lesson.loading.library_values import plain_record, table_rows
from qa_lesson.schema import Prediction

_TEXT_NAMES = ("prediction_text", "text", "answer", "prediction")
_EXAMPLE = (
    """for instance evaluate_predictions(examples, {"q1": "Bram Keating"}), with the ids of the questions; """
    "answers in the order of the questions become that with dict(zip([ex.id for ex in examples], answers))"
)


def predictions_by_id(predictions: Any) -> dict[str, str]:
    """Answer text by question id.

    Understood are: a dictionary of texts, of `Prediction` records, or of dictionaries with the answer as
    ``prediction_text``, ``text`` or ``answer``; a list of `Prediction` records, of such dictionaries with their ``id``
    (the SQuAD metric of `evaluate`), or of pairs of id and text; a data frame or columns of these.

    Raises:
        PredictionError: another shape, no id, two predictions for one id, or one that is not a text.

    >>> predictions_by_id([{"id": "a1", "prediction_text": "Bram", "no_answer_probability": 0.0}])
    {'a1': 'Bram'}
    """
    if isinstance(predictions, Mapping) and "id" in predictions and any(name in predictions for name in _TEXT_NAMES):
        predictions = table_rows(predictions) or [predictions]
    if isinstance(predictions, Mapping):
        return unique_predictions([(_id(name), _text(value)) for name, value in predictions.items()])
    rows = table_rows(predictions)
    if rows is None and (isinstance(predictions, str | bytes) or not isinstance(predictions, Iterable)):
        raise PredictionError(
            "these are no predictions",
            received=f"{type(predictions).__name__} {shorten(repr(predictions))}",
            fix=_EXAMPLE,
        )
    return unique_predictions([_pair(item) for item in (predictions if rows is None else rows)])


def _pair(item: Any) -> tuple[str, Any]:
    if isinstance(item, Prediction):
        return item.id, item.text
    record = plain_record(item)
    if isinstance(record, Mapping) and record.get("id") is not None and any(name in record for name in _TEXT_NAMES):
        return _id(record["id"]), _text(record)
    if isinstance(item, tuple | list) and len(item) == 2 and not isinstance(item[0], Mapping | Prediction):
        return _id(item[0]), _text(item[1])
    raise PredictionError(
        "a prediction does not say which question it answers", received=shorten(repr(item)), fix=_EXAMPLE
    )


def _id(value: Any) -> str:
    """An id as a text; the loaders make texts of whole numbers too."""
    if isinstance(value, str):
        return str(value)
    if hasattr(value, "__index__") and not isinstance(value, bool):
        return str(operator.index(value))
    raise PredictionError(
        "the id of a prediction is neither a text nor a whole number", received=shorten(repr(value)), fix=_EXAMPLE
    )


def _text(value: Any) -> Any:
    """The answer's text, as far as it can be told; anything else as it is."""
    if isinstance(value, Prediction):
        return value.text
    if isinstance(value, list | tuple) and value and isinstance(value[0], Mapping | Prediction):  # n best, best first
        return _text(value[0])
    if isinstance(value, Mapping):
        return next((value[name] for name in _TEXT_NAMES if name in value), value)
    return value


def unique_predictions(
    pairs: Sequence[tuple[str, object]], where: str | None = None, *, bad: dict[str, Problem] | None = None
) -> dict[str, str]:
    """Pairs of question id and answer text as a dictionary.

    Args:
        pairs: id and text of each.
        where: the file, for messages.
        bad: takes the answers that are not a text, by question id; None refuses them.

    Raises:
        PredictionError: an id that occurs twice, or an answer that is not a text.
    """
    result: dict[str, str] = {}
    for name, text in pairs:
        if name in result:
            raise PredictionError(
                f"question {name!r} has two predictions", where=where, fix="keep one: which of them counts is unclear"
            )
        if not isinstance(text, str):
            fix = 'give the answer as a string, and "" for no answer'
            if bad is not None:
                bad[name] = Problem(
                    where or "the predictions", f"the prediction is not a text: {shorten(repr(text))}", fix
                )
                continue
            raise PredictionError(
                f"the prediction for question {name!r} is not a text",
                where=where,
                received=shorten(repr(text)),
                fix=fix,
            )
        result[name] = str(text)
    return result
