"""A question as Moodle, GIFT or QTI have it, before it becomes one of ours."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

TextFormat: TypeAlias = Literal["html", "moodle", "markdown", "plain"]
"""``moodle`` is HTML whose line ends count, as Moodle's "auto-format" has it."""


@dataclass(frozen=True)
class SourceText:
    """A text and what it is written in.

    Args:
        text: as the file has it.
        format: of the text.
        files: names of the files (images, mostly) that the source stores with it.
    """

    text: str = ""
    format: TextFormat = "html"
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class SourceAnswer:
    """One answer that the source foresees.

    Args:
        text: what is chosen or typed.
        share: of the points, 1 for all of them; negative ones cost points.
        feedback: on it.
        margin: how far a number may be off, as written; None: the source has none.
    """

    text: SourceText
    share: float = 0.0
    feedback: SourceText = SourceText()
    margin: str | None = None


@dataclass(frozen=True)
class SourceChoices:
    """Choose one, or several."""

    answers: tuple[SourceAnswer, ...]
    several: bool = False


@dataclass(frozen=True)
class SourceTyped:
    """Type a text. The first answer that fits decides; ``*`` stands for any letters unless `wildcards` is false."""

    answers: tuple[SourceAnswer, ...]
    case_sensitive: bool = False
    wildcards: bool = True


@dataclass(frozen=True)
class SourceNumber:
    """Type a number. The first answer that fits decides; the text ``*`` fits any number.

    Args:
        answers: with their margins.
        units: names and factors; a factor of 1 marks the unit of the answers.
        asks_unit: whether the unit is part of what is marked.
    """

    answers: tuple[SourceAnswer, ...]
    units: tuple[tuple[str, float], ...] = ()
    asks_unit: bool = False


@dataclass(frozen=True)
class SourceFormula:
    """Type a number that is computed from values of the learner's own.

    Args:
        answer: how, and its feedback; the others are foreseen mistakes. Names of values are in braces.
        ranges: least and largest value and the step between them, as written, by name.
        relative: whether margins are shares of the answer.
    """

    answer: SourceNumber
    ranges: tuple[tuple[str, str, str, str], ...]
    relative: bool


@dataclass(frozen=True)
class SourceStatement:
    """True or false.

    Args:
        is_true: the key.
        on_true, on_false: feedback on either answer.
    """

    is_true: bool
    on_true: SourceText = SourceText()
    on_false: SourceText = SourceText()


@dataclass(frozen=True)
class SourcePairs:
    """Match each of some texts with one of others.

    Args:
        pairs: what to match, and what goes with it.
        extra: further choices that go with nothing.
    """

    pairs: tuple[tuple[SourceText, SourceText], ...]
    extra: tuple[SourceText, ...] = ()


@dataclass(frozen=True)
class SourceOrder:
    """Put in order.

    Args:
        items: in the right order, each with feedback.
        whole: whether points are given for the whole order alone, as ours.
    """

    items: tuple[SourceAnswer, ...]
    whole: bool = True


@dataclass(frozen=True)
class SourceEssay:
    """Write a text that a person marks.

    Args:
        marking: notes for the marker.
        monospaced: whether code is asked for.
    """

    marking: SourceText = SourceText()
    monospaced: bool = False


SourceBody: TypeAlias = (
    SourceChoices
    | SourceTyped
    | SourceNumber
    | SourceFormula
    | SourceStatement
    | SourcePairs
    | SourceOrder
    | SourceEssay
)


@dataclass
class SourceQuestion:
    """One question of a file.

    Args:
        number: its place among the questions of the file, from 1.
        type: the source's own name for it.
        name: as the source has it.
        identifier: its own id; empty: it has none.
        prompt: the question.
        points: None: the source does not say.
        body: how it is answered; None: `faults` say why it cannot be converted.
        general: feedback for everyone.
        right, otherwise: feedback on a right answer, and on any other.
        hints: in their order.
        tags: of the source.
        group: each learner gets only some questions of it; empty: everyone gets this one.
        faults: why it cannot be converted.
        lost: what the converted question does not have.
    """

    number: int
    type: str
    name: str = ""
    identifier: str = ""
    prompt: SourceText = SourceText()
    points: float | None = None
    body: SourceBody | None = None
    general: SourceText = SourceText()
    right: SourceText = SourceText()
    otherwise: SourceText = SourceText()
    hints: tuple[SourceText, ...] = ()
    tags: tuple[str, ...] = ()
    group: str = ""
    faults: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


@dataclass
class SourceFile:
    """What a file of questions holds.

    Args:
        format: its name, for messages.
        questions: in the order of the file.
        title: of the quiz; empty: the file has none.
        groups: how many of its questions each learner gets, by the name of a group.
        lost: what belongs to no question, such as categories.
    """

    format: str
    questions: list[SourceQuestion] = field(default_factory=list)
    title: str = ""
    groups: dict[str, int] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
