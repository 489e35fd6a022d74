"""The few forms of question that other systems know: every kind describes itself as one of them to be exported.

`qa_lesson.grading.lms` makes Moodle XML and QTI of a form, without knowing the kind. Texts are Markdown unless a field
says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from qa_lesson.quiz.kinds.shared.rubric import Criterion


@dataclass(frozen=True)
class FormOption:
    """Something to choose, or to put in order.

    Args:
        id: unique in its question.
        text: that is shown.
        feedback: on it.
        correct: whether to choose it; without meaning where items are put in order.
    """

    id: str
    text: str
    feedback: str
    correct: bool = False


@dataclass(frozen=True)
class Choices:
    """Choose one option, or all that apply.

    Args:
        options: in the order of the file.
        several: whether any number of them may be chosen.
    """

    options: tuple[FormOption, ...]
    several: bool


@dataclass(frozen=True)
class FormNumber:
    """A foreseen wrong number.

    Args:
        value: in the question's unit.
        margin: how far an answer may be from it, inclusive.
        feedback: on it.
    """

    value: Decimal
    margin: Decimal
    feedback: str


@dataclass(frozen=True)
class NumberField:
    """Type a number.

    Args:
        answer: the right one.
        margin: how far an answer may be from it, inclusive.
        wrong: foreseen wrong numbers; an answer near several of them is the nearest one.
        right, otherwise: feedback on a right answer, and on one that was not foreseen.
    """

    answer: Decimal
    margin: Decimal
    wrong: tuple[FormNumber, ...]
    right: str
    otherwise: str


@dataclass(frozen=True)
class ShortAnswer:
    """Type a text that is compared letter by letter.

    Args:
        accepted: plain texts that are right, different ones when compared.
        wrong: foreseen wrong plain texts with their feedback; none of them is among `accepted`.
        case_sensitive: whether capitals count.
        right, otherwise: feedback on a right answer, and on one that was not foreseen.
    """

    accepted: tuple[str, ...]
    wrong: tuple[tuple[str, str], ...]
    case_sensitive: bool
    right: str
    otherwise: str

    @classmethod
    def without_repeats(
        cls,
        accepted: Iterable[str],
        wrong: Iterable[tuple[str, str]],
        *,
        right: str,
        otherwise: str,
        case_sensitive: bool = False,
    ) -> ShortAnswer:
        """The same, without the texts that compare equal to an earlier one or to an accepted one.

        >>> ShortAnswer.without_repeats(["Yes", "yes"], [("YES", "?"), ("no", "No.")], right="", otherwise="").wrong
        (('no', 'No.'),)
        """

        def compared(text: str) -> str:
            return text if case_sensitive else text.casefold()

        kept: dict[str, str] = {}
        for text in accepted:
            kept.setdefault(compared(text), text)
        foreseen: dict[str, tuple[str, str]] = {}
        for text, feedback in wrong:
            if compared(text) not in kept:
                foreseen.setdefault(compared(text), (text, feedback))
        return cls(tuple(kept.values()), tuple(foreseen.values()), case_sensitive, right, otherwise)


@dataclass(frozen=True)
class OrderedItems:
    """Put items in order.

    Args:
        items: in the right order.
        offered: their ids in an order that is not the right one, where a system does not shuffle them.
        right, otherwise: feedback on the right order, and on any other.
    """

    items: tuple[FormOption, ...]
    offered: tuple[str, ...]
    right: str
    otherwise: str


@dataclass(frozen=True)
class Essay:
    """Write something that a person marks.

    Args:
        asks_for: one word for what the learner writes, for messages.
        solution: one right answer: code, or Markdown if it is prose.
        checks: what a right answer passes, as code; may be empty.
        right, otherwise: feedback on a right answer, and on any other; may be empty.
        prose: whether the learner writes words and not code.
        lines: height of the field.
        rubric: what the answer is judged by; may be empty.
        rubric_shown: whether learners see the criteria, without their levels, before they answer.
    """

    asks_for: str
    solution: str
    checks: str = ""
    right: str = ""
    otherwise: str = ""
    prose: bool = False
    lines: int = 5
    rubric: tuple[Criterion, ...] = ()
    rubric_shown: bool = False


Form: TypeAlias = Choices | NumberField | ShortAnswer | OrderedItems | Essay


def exact(number: float) -> Decimal:
    """The decimal number that a file says, so that sums with it have no rounding.

    >>> exact(0.1) + exact(0.2)
    Decimal('0.3')
    """
    return Decimal(repr(number))
