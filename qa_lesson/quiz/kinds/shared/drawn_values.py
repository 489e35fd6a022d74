"""Parameters of a question: the values they may have, and their places in its texts.

In the texts of a question with parameters, ``{name}`` is replaced by the value of the parameter of that name, in code
and in formulas too. ``{{name}}`` shows ``{name}``. All other braces stay as they are: ``{1, 2}``, ``{"a": 1}``,
``{ x }``. Questions without parameters are shown as they are written, whatever braces they have.
"""

from __future__ import annotations

import itertools
import math
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Final, Self

from pydantic import ConfigDict, Field, model_validator

from qa_lesson.errors import QuestionFaultError
from qa_lesson.quiz.kinds.shared.fields import FileModel, Number
from qa_lesson.quiz.kinds.shared.forms import exact
from qa_lesson.quiz.kinds.shared.wording import Lint

PARAMETER_NAME: Final = r"^[a-z][a-z0-9_]*$"
ANSWER: Final = "answer"
"""The place of the right number in feedback and steps."""
DRAWS: Final = 100
"""Versions of a question that are checked; all of them, if there are no more."""
MOST_VALUES: Final = 1_000_000
"""Of a parameter."""
_PLACE: Final = re.compile(r"\{\{([A-Za-z_]\w*)\}\}|\{([A-Za-z_]\w*)\}")
_FORMULA: Final = re.compile(r"(?s)\$[^$]+\$")
_ARGUMENT: Final = re.compile(r"(?<=[\w^\]}])(?<!\{)\{([A-Za-z_]\w*)\}(?!\})")

Values = Mapping[str, Decimal]
"""What each parameter is, by its name."""


class Parameter(FileModel):
    """The values that a parameter may have: from a number to another (inclusive) in steps, or one of several."""

    model_config = ConfigDict(serialize_by_alias=True)

    first: Annotated[Number | None, Field(alias="from")] = None
    to: Number | None = None
    step: Annotated[Number, Field(gt=0)] | None = None
    """1 if left out."""
    choices: tuple[Number, ...] | None = None

    @model_validator(mode="after")
    def _has_values(self) -> Self:
        is_range = self.first is not None and self.to is not None
        others = (self.first, self.to, self.step)
        if is_range == (self.choices is not None) or (not is_range and any(one is not None for one in others)):
            raise QuestionFaultError(
                "a parameter needs either from and to, or choices",
                "write {from: 10, to: 50, step: 5} or {choices: [3, 7]}",
            )
        if len(self) > MOST_VALUES:
            raise QuestionFaultError(
                f"a parameter has more than {MOST_VALUES:,} values", "give a smaller range or a larger step"
            )
        if len(self) < 2 or (self.choices is not None and len({*self.choices}) < len(self.choices)):
            raise QuestionFaultError(
                "a parameter has fewer than two different values", "give a larger range, or several different choices"
            )
        return self

    def __len__(self) -> int:
        if self.first is None or self.to is None:
            return len(self.choices or ())
        steps = (exact(self.to) - exact(self.first)) / exact(self.step or 1.0)
        return max(int(min(steps, Decimal(sys.maxsize - 1))) + 1, 0)

    def at(self, place: int) -> Decimal:
        """A value by its place, from 0."""
        if self.first is None:
            return exact((self.choices or ())[place])
        return exact(self.first) + place * exact(self.step or 1.0)


def as_number(value: Decimal) -> float:
    """What expressions compute with: an int where the value is whole."""
    return int(value) if value == value.to_integral_value() else float(value)


def plainly(value: Decimal) -> str:
    """A value as texts show it.

    >>> plainly(Decimal("1E+1")), plainly(Decimal("0.50"))
    ('10', '0.5')
    """
    return f"{value.normalize():f}"


def told_values(values: Values) -> str:
    """All values in one line.

    >>> told_values({"n": Decimal(10), "m": Decimal("0.5")})
    'n = 10, m = 0.5'
    """
    return ", ".join(f"{name} = {plainly(value)}" for name, value in values.items())


def filled(text: str, shown: Mapping[str, str]) -> str:
    r"""A text with the values in their places.

    Args:
        text: of a question with parameters.
        shown: what takes the place of each name.

    >>> filled(r"{n} pages, {1, 2}, $\\frac{{n}}{2}$", {"n": "10"})
    '10 pages, {1, 2}, $\\\\frac{n}{2}$'
    """

    def put(found: re.Match[str]) -> str:
        literal, name = found.groups()
        return f"{{{literal}}}" if literal else shown.get(name, found.group())

    return _PLACE.sub(put, text) if "{" in text else text


def placeholders(text: str) -> set[str]:
    """The names in single braces.

    >>> sorted(placeholders("{n} of {m}, {{k}}, {1}"))
    ['m', 'n']
    """
    return {name for _, name in _PLACE.findall(text) if name}


def place_faults(where: str, text: str, known: set[str]) -> Lint:
    """Braces that name no parameter, or that TeX may take for its own.

    Args:
        where: the text is, for the message.
        text: of a question with parameters.
        known: the names that are replaced in it.
    """
    for name in sorted(placeholders(text) - known):
        fix = f"use one of {', '.join(sorted(known))}, or write {{{{{name}}}}} if braces are meant"
        yield f"{where}: {{{name}}} is no parameter", fix
    arguments = {name for formula in _FORMULA.findall(text) for name in _ARGUMENT.findall(formula)}
    for name in sorted(arguments & known):
        fix = f"write {{{{{name}}}}} for the letter, or {{ {{{name}}} }} for the value"
        yield f"{where}: in a formula {{{name}}} can be TeX's braces around a letter or the value of {name}", fix


def sample_values(parameters: Mapping[str, Parameter], pick: Callable[[int, str, int], int]) -> Iterator[Values]:
    """All combinations of values if there are at most `DRAWS`; otherwise the first, the last and some between.

    Args:
        parameters: by name.
        pick: number of the draw, name of the parameter and number of its values to the place of one of them.
    """
    if math.prod(map(len, parameters.values())) <= DRAWS:
        ranges = [[(name, one.at(place)) for place in range(len(one))] for name, one in parameters.items()]
        yield from map(dict, itertools.product(*ranges))
        return
    yield {name: one.at(0) for name, one in parameters.items()}
    yield {name: one.at(len(one) - 1) for name, one in parameters.items()}
    for draw in range(2, DRAWS):
        yield {name: one.at(pick(draw, name, len(one))) for name, one in parameters.items()}


def written_faults(known: set[str], used: set[str], prompt: str, told: Mapping[str, str]) -> Lint:
    """What is wrong with the places in the texts of a question.

    Args:
        known: names of the parameters.
        used: names in its expressions.
        prompt: of the question.
        told: its other texts, by what they are.
    """
    yield from place_faults("prompt", prompt, known)
    for where, text in told.items():
        yield from place_faults(where, text, known | {ANSWER})
    for name in sorted(known - placeholders(prompt)):
        why = "learners cannot know it" if name in used else "nothing uses it"
        yield f"the parameter {name} is not in the prompt, so {why}", f"write {{{name}}} in the prompt, or remove it"


def draw_faults(draws: Iterable[Values], check: Callable[[Values], tuple[float | None, list[tuple[str, str]]]]) -> Lint:
    """What some values break, each once, with the first values that do.

    Args:
        draws: to try.
        check: gives the answer with these values, if there is one, and what is wrong then.
    """
    faults: dict[str, tuple[str, Values]] = {}
    broken, answers, n = Counter[str](), set[float | None](), 0
    for values in draws:
        n += 1
        answer, found = check(values)
        answers.add(answer)
        for what, fix in found:
            faults.setdefault(fix, (what, values))
        broken.update({fix for _, fix in found})
    for fix, (what, values) in faults.items():
        yield f"in {broken[fix]} of {n} draws, such as {told_values(values)}: {what}", fix
    if not faults and len(answers) == 1:
        yield f"the answer is {answers.pop():g} in all draws", "let the answer depend on the parameters"
