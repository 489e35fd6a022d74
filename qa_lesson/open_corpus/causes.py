"""Whose error it is when a corpus gives a wrong answer: the first step that failed.

**When a passage is the right one.** It has the same text as the question's context, or it contains the context's
sentence with the beginning of an accepted answer (white space apart). So it doesn't matter how the index was cut into
passages. An overlap that lacks the answer's sentence doesn't count.

**When an answer is right.** By its text alone: an exact match with a reference, wherever it was found. The same fact
can be in several passages, and an answer from any of them is as useful.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

from qa_lesson.documents import Passage
from qa_lesson.metrics import exact_match
from qa_lesson.open_corpus.corpus_answers import CorpusAnswer
from qa_lesson.retrieval import Hit
from qa_lesson.schema import Example
from qa_lesson.text.segmentation import sentence_at

Cause = Literal[
    "passage not found",
    "passage found but not chosen",
    "right passage, wrong span",
    "answered, should have abstained",
    "abstained from a right answer",
]
"""See `cause_of`."""

CAUSES: tuple[Cause, ...] = get_args(Cause)


def is_right_passage(passage: Passage, example: Example) -> bool:
    """Whether an answer to the question is in this passage; the rule is at the top of this module.

    >>> from qa_lesson.schema import Answer
    >>> example = Example("q", "Who keeps it?", "It rained. Bram keeps it.", (Answer("Bram", 11),))
    >>> is_right_passage(Passage("a#1", "a", "Bram  keeps it. We left.", 0, 24, 7), example)
    True
    """
    if not example.is_answerable:
        return False
    if passage.text == example.context:
        return True
    text = _spaced(passage.text)
    return any(_spaced(sentence_at(example.context, answer.start)) in text for answer in example.answers)


def passage_rank(hits: Sequence[Hit], example: Example) -> int | None:
    """The place of the first right passage, counted from 1; None if it was not found."""
    return next((place for place, hit in enumerate(hits, start=1) if is_right_passage(hit.passage, example)), None)


def cause_of(example: Example, answer: CorpusAnswer) -> Cause | None:
    """Why a question got a wrong answer, or none although a right one was at hand; None if there is no error.

    The steps are looked at in their order, and the first that failed is the cause:

    - "passage not found": no right passage among those that were searched for answers;
    - "passage found but not chosen": the best candidate comes from another passage;
    - "right passage, wrong span": the best candidate is in a right passage, and not an exact match;
    - "abstained from a right answer": the best candidate is right, and its probability was under the threshold.

    An abstention whose best candidate is wrong keeps the cause of that. So the first three are the same at every
    threshold. On an unanswerable question the only error is to answer: "answered, should have abstained".
    """
    if not example.is_answerable:
        return "answered, should have abstained" if answer.answered else None
    best = answer.candidates[0] if answer.candidates else None
    if best is not None and any(exact_match(best.text, text) for text in example.references):
        return None if answer.answered else "abstained from a right answer"
    if passage_rank(answer.hits, example) is None:
        return "passage not found"
    if best is None or not is_right_passage(best.passage, example):
        return "passage found but not chosen"
    return "right passage, wrong span"


def _spaced(text: str) -> str:
    return " ".join(text.split())
