"""How far the questions that are written reach: what their number will let anyone say."""

from __future__ import annotations

from collections.abc import Sequence

from qa_lesson.errors import counted
from qa_lesson.evaluation import expected_half_width
from qa_lesson.schema import Example

TEST_SHARE = 0.3
"""Part of the documents that are taken for the test."""


def reach_of(examples: Sequence[Example], n_documents: int = 0, *, test_share: float = TEST_SHARE) -> str:
    """The count of questions and documents in words, and how wide the test's interval is going to be.

    Args:
        examples: the questions so far.
        n_documents: how many documents there are to write on; 0 if that isn't known.
        test_share: part of the documents that will be the test, a fraction.

    >>> reach_of([Example("1", "Why?", "Because.", document="a")], 12)
    '1 question on 1 of 12 documents. At least 5 documents are needed for a test with an interval.'
    """
    documents = {example.document or example.context for example in examples}
    of_all = f"{len(documents)} of {counted(n_documents, 'document')}" if n_documents else None
    count = f"{counted(len(examples), 'question')} on {of_all or counted(len(documents), 'document')}."
    n_test = round(test_share * len(documents))
    if n_test < 2:
        fewest = next(n for n in range(2, 1000) if round(test_share * n) >= 2)
        return f"{count} At least {fewest} documents are needed for a test with an interval."
    half = expected_half_width(n_test, len(examples) / len(documents))
    points = f"±{100 * half:.0f} points" if half < 0.5 else "too wide to say anything"
    return f"{count} With {n_test} documents as the test, the 95% interval of F1 will be about {points}."
