"""Where the questions of a quiz are today that had another name when they were answered.

Rows of the progress file never change, so old names stay in it and in what learners exported. They are read as the
names of today. Question ids never change, so nothing else is needed.
"""

from __future__ import annotations

from qa_lesson.quiz.bank.files import quiz_name

_RENAMED = {"trust_the_number": "how_sure_is_a_score", "your_own_model": "your_own_documents"}
_MOVED = dict.fromkeys(
    (
        "05-lowest-slice",
        "05-calibration-gap",
        "05-threshold-where",
        "05-promise",
        "05-sixty-eighty-five",
        "05-good-enough-for",
    ),
    "when_to_trust_an_answer",
)
"""Questions of "05_trust_the_number" that went to the second of its two successors."""


def present_quiz(quiz: str, question: str) -> str:
    """The name of today's quiz with this question.

    Args:
        quiz: the name that was recorded. Names used to begin with the lesson's number.
        question: its id.

    >>> present_quiz("04_metrics", "04-order")
    'metrics'
    >>> present_quiz("05_trust_the_number", "05-promise")
    'when_to_trust_an_answer'
    """
    name = quiz_name(quiz)
    renamed = _RENAMED.get(name, name)
    return _MOVED.get(question, renamed) if name == "trust_the_number" else renamed
