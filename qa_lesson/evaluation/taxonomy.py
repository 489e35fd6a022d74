"""What kind of mistake an answer is: a rough sorting by rules, to know what to look at first.

The rules see places and surfaces, not meaning; read a few answers of each kind before believing the counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal, get_args

from qa_lesson.evaluation.scoring import Evaluation
from qa_lesson.metrics import Rules, score_answer
from qa_lesson.schema import Answer, Example, answer_sentence
from qa_lesson.text.folding import find_alike
from qa_lesson.text.segmentation import is_unspaced, splits_character

ErrorKind = Literal[
    "exact",
    "boundary",
    "wrong type",
    "wrong span, same sentence",
    "wrong sentence",
    "not in the context",
    "missed no-answer",
    "false no-answer",
    "no prediction",
]
"""See `classify_error`."""

SurfaceType = Literal["date", "number", "name", "other"]
"""See `surface_type`."""

_MONTHS = "January February March April May June July August September October November December"
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
_DATE_WORD = re.compile(rf"\b({'|'.join([*_MONTHS.split(), *_DAYS.split()])})s?\b")
_YEAR = re.compile(r"(?<![\d.,])(1\d|20)\d\ds?(?![\d%]|[.,]\d)")
_MONEY_OR_UNIT = re.compile(r"[$£€¥%]|\d\s+(?!to\b|and\b|or\b|until\b)[a-z]")
_NUMBER_WORD = re.compile(
    r"\b(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(thir|four|fif|six|seven|eigh|nine)teen|"
    r"(twen|thir|for|fif|six|seven|eigh|nine)ty|hundred|thousand|million|billion|half|dozen)s?\b",
    re.IGNORECASE,
)
_LEADING = frozenset("a an the in on at by to of for from with and or if when after before because this that".split())


@dataclass(frozen=True)
class ErrorRow:
    """One row of the error table.

    Args:
        kind: of the mistake.
        n: questions.
        share: of all questions, a fraction.
        f1: mean F1 over them, a fraction.
        examples: ids of the first few, to look at.
    """

    kind: ErrorKind
    n: int
    share: float
    f1: float
    examples: tuple[str, ...]


def classify_error(example: Example, prediction: str | None, *, rules: Rules = "v2.0") -> ErrorKind:
    """The kind of mistake, decided by the first rule that holds.

    1. ``"no prediction"``: `prediction` is None.
    2. ``"exact"``: exact match is 1 (also a rightly empty answer).
    3. ``"missed no-answer"``: the question is unanswerable, and something was answered.
    4. ``"false no-answer"``: the question is answerable, and the answer is blank.
    5. ``"not in the context"``: the answer is nowhere in the context (case and white space aside), so it has no
       place: a free wording, or made up.
    6. ``"boundary"``: it overlaps a reference span by at least one character.
    7. ``"wrong type"``: its `surface_type` is that of no reference.
    8. ``"wrong span, same sentence"``: it starts in the sentence where a reference starts.
    9. ``"wrong sentence"``: everything else; the type is right, the place is not.

    A prediction is a text, the way the official scripts take it. If it occurs in several places in the context, the
    one that makes the mildest mistake counts.

    Args:
        example: the question.
        prediction: the answer text, "" for no answer, None for a question that was left out.
        rules: whose exact match decides; pass those of the evaluation.

    >>> example = Example("1", "Who?", "Bram Keating left in May. Ada Orme stayed.", (Answer("Bram Keating", 0),))
    >>> [classify_error(example, text) for text in ("Keating", "May", "Ada Orme", "")]
    ['boundary', 'wrong type', 'wrong sentence', 'false no-answer']
    """
    if prediction is None:
        return "no prediction"
    if score_answer(prediction, example.references, rules=rules).exact_match == 1:
        return "exact"
    if not example.is_answerable:
        return "missed no-answer"
    if not prediction.strip():
        return "false no-answer"
    places = _places(prediction, example.context)
    if not places:
        return "not in the context"
    if any(place.start < answer.end and answer.start < place.end for place in places for answer in example.answers):
        return "boundary"
    if surface_type(prediction) not in {surface_type(text) for text in example.references}:
        return "wrong type"
    if {_sentence(example, place) for place in places} & {_sentence(example, answer) for answer in example.answers}:
        return "wrong span, same sentence"
    return "wrong sentence"


def surface_type(text: str) -> SurfaceType:
    """What an answer looks like, by the first rule that holds; made for English.

    ``"date"``: it has the capitalised name of a month or weekday, or a year (1000 to 2099) without a currency,
    percent sign or a unit after a number. ``"number"``: it has a digit or a number word. ``"name"``: it has a
    capitalised word after leading articles, prepositions and conjunctions are dropped. ``"other"``: the rest.

    >>> [surface_type(text) for text in ("in 1990", "1990 barrels", "the Harbour Office", "the harbour office")]
    ['date', 'number', 'name', 'other']
    """
    if _DATE_WORD.search(text) or (_YEAR.search(text) and not _MONEY_OR_UNIT.search(text)):
        return "date"
    if re.search(r"\d", text) or _NUMBER_WORD.search(text):
        return "number"
    words = re.findall(r"[^\W\d_]+", text)
    while words and words[0].lower() in _LEADING:
        words = words[1:]
    return "name" if any(word[0].isupper() for word in words) else "other"


def error_counts(evaluation: Evaluation) -> dict[ErrorKind, int]:
    """How many questions are of each kind, every kind present, in the order of `ErrorKind`; sums to ``evaluation.n``.

    ``"exact"`` counts exactly the questions whose exact match is 1.
    """
    kinds = list(_kinds(evaluation).values())
    return {kind: kinds.count(kind) for kind in get_args(ErrorKind)}


def error_rows(evaluation: Evaluation, *, n_examples: int = 3) -> list[ErrorRow]:
    """The kinds that occur, commonest first, each with its share, mean F1 and the ids of its first questions."""
    ids: dict[ErrorKind, list[str]] = {}
    for name, kind in _kinds(evaluation).items():
        ids.setdefault(kind, []).append(name)
    rows = [
        ErrorRow(
            kind,
            len(names),
            len(names) / evaluation.n,
            sum(evaluation.scores[name].f1 for name in names) / len(names),
            tuple(names[:n_examples]),
        )
        for kind, names in ids.items()
    ]
    order = list(get_args(ErrorKind))
    return sorted(rows, key=lambda row: (-row.n, order.index(row.kind)))


def _kinds(evaluation: Evaluation) -> dict[str, ErrorKind]:
    return {
        example.id: classify_error(example, evaluation.predictions.get(example.id), rules=evaluation.rules)
        for example in evaluation.examples
    }


def _places(text: str, context: str) -> list[Answer]:
    """Every place where `text` stands in `context` as whole words, whatever its case and white space."""
    return [
        Answer(context[start:end], start)
        for start, end in find_alike(text, context, frozenset({"case", "space", "form"}))
        if not _goes_on(context, start, start - 1) and not _goes_on(context, end, end)
    ]


def _goes_on(context: str, position: int, neighbor: int) -> bool:
    """Whether the word or character at the edge of a place goes on at `neighbor`, outside it."""
    if not 0 < position < len(context):
        return False
    outside = context[neighbor]
    if splits_character(context, position):
        return True
    return (outside.isalnum() or outside == "_") and not is_unspaced(context[position - 1 : position + 1])


def _sentence(example: Example, place: Answer) -> str:
    return answer_sentence(replace(example, answers=(place,)))
