"""Type a number."""

from __future__ import annotations

import hashlib
import keyword
import math
import operator
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Final, Literal, Self

from markupsafe import Markup
from pydantic import Field, PrivateAttr, model_validator

from qa_lesson.errors import ConfigError, QuestionFaultError, ResponseError
from qa_lesson.quiz.kinds.base import BaseQuestion
from qa_lesson.quiz.kinds.shared.asked_record import Asked
from qa_lesson.quiz.kinds.shared.drawn_values import (
    ANSWER,
    PARAMETER_NAME,
    Parameter,
    Values,
    as_number,
    draw_faults,
    filled,
    plainly,
    sample_values,
    told_values,
    written_faults,
)
from qa_lesson.quiz.kinds.shared.fields import Computed, FileModel, Foreseen, Line, Needed, Told
from qa_lesson.quiz.kinds.shared.forms import FormNumber, NumberField, exact
from qa_lesson.quiz.kinds.shared.html_pieces import strong_line
from qa_lesson.quiz.kinds.shared.marks import Mark, Response
from qa_lesson.quiz.kinds.shared.recompute import RecomputeError, names_in, recompute
from qa_lesson.quiz.kinds.shared.typed_numbers import parse_number, without_unit
from qa_lesson.quiz.kinds.shared.wording import Lint, repeated, typed_feedbacks

_NUMBER: Final = re.compile(r"(?<![\w.,/])-?\d+(?:[.,]\d+)?(?:/\d+)?(?: ?%)?(?![\w/])")

_RESERVED: Final = frozenset({ANSWER, "math"})

_EITHER: Final = (
    "the answer needs either recompute or no_recompute",
    "give a Python expression that computes it, or the reason why there is none",
)


class Tolerance(FileModel):
    """How far a number may be off: either in its own unit, or as a fraction of the answer."""

    abs: Annotated[float, Field(strict=True, ge=0)] | None = None
    rel: Annotated[float, Field(strict=True, gt=0, lt=1)] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.abs is None) == (self.rel is None):
            raise QuestionFaultError(
                "the tolerance needs either abs or rel", "write {abs: 0.005} or {rel: 0.01}, not both"
            )
        return self


class WrongNumber(Foreseen):
    """A foreseen wrong number."""

    value: Computed
    """With parameters: a Python expression over them."""

    @property
    def number(self) -> float:
        """The value, once the parameters are drawn."""
        return _drawn(self.value)


class Numeric(BaseQuestion):
    """Type a number."""

    kind: Literal["numeric"]
    instruction: ClassVar[str] = "Type a number."
    answer: Computed
    """With parameters: a Python expression over them, with qa_lesson's public names and math."""
    parameters: Annotated[dict[Annotated[str, Field(pattern=PARAMETER_NAME)], Parameter], Field(max_length=8)] = Field(
        default_factory=dict, exclude_if=operator.not_
    )
    """Only in graded quizzes. Each learner gets other values, which take the place of {name} in the texts."""
    tolerance: Annotated[Tolerance, Needed()] = Tolerance(rel=1e-6)
    unit: Annotated[Line, Needed()] = "number"
    """Shown next to the field: fraction, percent, questions, tokens ..."""
    recompute: Line | None = None
    """A Python expression over qa_lesson's public names and math that gives the answer."""
    no_recompute: Line | None = None
    """Why the answer cannot be recomputed."""
    right: Told = ""
    wrong: tuple[WrongNumber, ...] = ()
    otherwise: Told = ""
    _values: Values = PrivateAttr(default_factory=dict)

    @model_validator(mode="after")
    def _can_be_recomputed(self) -> Self:
        if self.recompute is not None and self.no_recompute is not None:
            raise QuestionFaultError(*_EITHER)
        written = {"answer": self.answer, **{f"wrong {n}: value": one.value for n, one in enumerate(self.wrong, 1)}}
        for name, value in written.items():
            if isinstance(value, str) and not self.parameters:
                fix = "write a plain number such as 0.005, without quotes or exponent; an expression needs parameters"
                raise QuestionFaultError(f"{name} is no number: {value!r}", fix)
        if self.parameters and self.recompute is not None:
            fix = "remove recompute, and write the expression as the answer"
            raise QuestionFaultError("with parameters the answer is an expression itself", fix)
        if wrong := sorted(name for name in self.parameters if keyword.iskeyword(name) or name in _RESERVED):
            raise QuestionFaultError(f"a parameter cannot have the name {wrong[0]}", "give it another name")
        return self

    @property
    def target(self) -> float:
        """The right number, once the parameters are drawn."""
        return _drawn(self.answer)

    @property
    def sizes(self) -> Mapping[str, int]:
        """How many values each parameter may have."""
        return {name: len(one) for name, one in self.parameters.items()}

    @property
    def version(self) -> str:
        """The values of the parameters, once they are drawn."""
        return told_values(self._values)

    def drawn(self, chosen: Mapping[str, int]) -> Self:
        """The question with values for its parameters."""
        return self._with({name: one.at(chosen[name]) for name, one in self.parameters.items()})

    def sample(self) -> Self | None:
        """The question with the first values; None if its answer cannot be computed with them."""
        try:
            return self.drawn(dict.fromkeys(self.parameters, 0))
        except RecomputeError:
            return None

    def read_response(self, response: Response) -> Response:
        """With parameters, an expression over them is the number that it gives."""
        try:
            return recompute(str(response), _as_numbers(self._values)) if self._values else response
        except RecomputeError:
            return response

    def line_for_all(self, version: BaseQuestion, response: Response) -> str:
        """With parameters, the expression that gives the number, if it was foreseen."""
        line = self.response_line(response)
        if not self.parameters or not isinstance(version, Numeric):
            return line
        try:
            value = parse_number(response, self.unit)
        except ResponseError:
            return line
        if version.accepts(value):
            return str(self.answer)
        pairs = zip(self.wrong, version.wrong, strict=True)
        found = (str(one.value) for one, drawn in pairs if version.is_near(value, drawn.number))
        return next(found, f"{line} with {version.version}")

    def _with(self, values: Values) -> Self:
        """The question with these values.

        Raises:
            RecomputeError: an expression cannot be computed.
        """
        if not self.parameters:
            return self
        numbers = _as_numbers(values)
        answer = _computed(self.answer, numbers)
        shown = {name: plainly(value) for name, value in values.items()}
        told = {**shown, ANSWER: f"{answer:.6g}"}
        wrong = tuple(
            one.model_copy(update={"value": _computed(one.value, numbers), "feedback": filled(one.feedback, told)})
            for one in self.wrong
        )
        texts = {name: filled(getattr(self, name), told) for name in ("quick_check", "right", "otherwise")}
        lists = {
            name: tuple(filled(one, told) for one in getattr(self, name)) for name in ("hints", "steps", "mistakes")
        }
        changed = {"parameters": {}, "prompt": filled(self.prompt, shown), "answer": answer, "wrong": wrong}
        concrete = self.model_copy(update={**changed, **texts, **lists})
        concrete._values = values
        return concrete

    @classmethod
    def practice_faults(cls, written: Mapping[str, Any]) -> Lint:
        """An answer that no one can check."""
        if not {"recompute", "no_recompute"} & written.keys():
            yield _EITHER

    def accepts(self, value: float) -> bool:
        """Whether `value` is right."""
        return self.is_near(value, self.target)

    def is_near(self, value: float, target: float) -> bool:
        """Whether `value` is within the tolerance of `target` (inclusive, whatever rounding does at its edge)."""
        limit = self.tolerance.abs if self.tolerance.abs is not None else (self.tolerance.rel or 0) * abs(target)
        return abs(value - target) <= limit + 1e-9 * max(1.0, abs(target))

    def mark(self, response: Response) -> Mark:
        """Mark a number or what was typed; "0.33", "0,33", "1/3" and "33%" are the same fraction."""
        value = parse_number(response, self.unit)
        if self.accepts(value):
            return Mark(1.0, True, self.right)
        foreseen = [wrong for wrong in self.wrong if self.is_near(value, wrong.number)]
        nearest = min(foreseen, key=lambda wrong: abs(wrong.number - value), default=None)
        return Mark(0.0, False, nearest.feedback if nearest else self.otherwise)

    def asked_parts(self) -> dict[str, Any]:
        """The unit."""
        return {"unit": self.unit}

    @classmethod
    def recorded(cls, shown: Asked, response: Any) -> Any:
        """A finite number, or what was typed."""
        if not _is_number(response):
            return super().recorded(shown, response)
        if not math.isfinite(response):
            raise ConfigError("the answer is no finite number", received=repr(response))
        return response

    @classmethod
    def doubt(cls, shown: Asked, response: Response) -> str:
        """What is typed and is no number."""
        try:
            parse_number(response, shown.unit or "number")
        except ResponseError as error:
            return f"{error.what}: {error.fix}"
        return ""

    def response_fault(self, response: Any) -> str | None:
        """Anything but a number or a text."""
        return None if _is_number(response) else super().response_fault(response)

    @classmethod
    def comparable_response(cls, response: Response) -> Any:
        """The number; what was typed, if it is not a plain one."""
        try:
            return float(str(response).replace(",", "."))
        except ValueError:
            return super().comparable_response(response)

    def same_answer(self, given: Response, other: Response) -> bool:
        """Whether the first number is within the tolerance of the second."""
        try:
            return self.is_near(parse_number(given, self.unit), parse_number(other, self.unit))
        except ResponseError:
            return super().same_answer(given, other)

    def response_html(self, response: Response) -> Markup:
        """What was typed, and the unit."""
        typed = without_unit(response, self.unit) if isinstance(response, str) else response
        return Markup("<pre><code>{}</code> {}</pre>").format(typed, self.unit)

    def answer_html(self) -> Markup:
        """The number and its unit."""
        if isinstance(self.answer, str):
            return Markup("<p><code>{}</code> ({})</p>").format(self.answer, self.unit)
        return strong_line(f"{self.target:.6g} ({self.unit})")

    def card_front(self) -> Markup:
        """The unit."""
        return Markup("<p>(unit: {})</p>").format(self.unit)

    def feedbacks(self) -> Iterator[tuple[str, str]]:
        """On foreseen wrong numbers, the right one and all others."""
        yield from typed_feedbacks(self.wrong, self.right, self.otherwise)

    def given_away(self, hint: str) -> Iterator[str]:
        """A number that is accepted, unless the prompt has it too."""
        in_prompt = set(self._numbers(self.prompt))
        found = (n for n in self._numbers(hint) if self.accepts(n) and n not in in_prompt)
        yield from (f"{n:g}" for n in [next(found, None)] if n is not None)

    def _numbers(self, text: str) -> Iterator[float]:
        for found in _NUMBER.findall(text):
            try:
                yield parse_number(found, self.unit)
            except ResponseError:
                continue

    def key_faults(self) -> Lint:
        """A unit, tolerance or wrong number that does not fit the answer, and an answer that recompute denies."""
        if self.parameters:
            yield from self._drawn_faults()
            return
        if self.unit == "fraction" and abs(self.target) > 1:
            yield f"the unit is fraction and the answer {self.target:g}", "give a fraction, or the unit percent"
        if self.tolerance.rel is not None and self.target == 0:
            yield "a relative tolerance around 0 is none", "use abs"
        for wrong in self.wrong:
            if self.accepts(wrong.number):
                fix = "give another value, or narrow the tolerance"
                yield f"the wrong value {wrong.number:g} is within the tolerance of the answer {self.target:g}", fix
        # with parameters two wrong values may meet by chance, and either feedback fits
        if not self._values and (same := repeated(str(wrong.value) for wrong in self.wrong)):
            yield f"the wrong value {same} occurs twice", "remove one of them"
        if self.recompute is not None:
            yield from self._recomputed(self.recompute)

    def _drawn_faults(self) -> Lint:
        """What is wrong with the parameters: in itself, or with some of their values."""
        told = {name: getattr(self, name) for name in ("quick_check", "right", "otherwise")}
        told |= {name: "\n\n".join(getattr(self, name)) for name in ("hints", "steps", "mistakes")}
        told |= {f"feedback of wrong {n}": wrong.feedback for n, wrong in enumerate(self.wrong, start=1)}
        expressions = [one for one in (self.answer, *(wrong.value for wrong in self.wrong)) if isinstance(one, str)]
        try:
            used = set[str]().union(*map(names_in, expressions))
        except RecomputeError as error:
            yield f"an expression cannot be read: {error}", "write Python, such as n * m / 4"
            return
        yield from written_faults({*self.parameters}, used, self.prompt, told)
        yield from draw_faults(sample_values(self.parameters, self._pick), self._with_faults)

    def _with_faults(self, values: Values) -> tuple[float | None, list[tuple[str, str]]]:
        """The answer with these values, if there is one, and what is wrong then."""
        try:
            version = self._with(values)
        except RecomputeError as error:
            return None, [(f"an expression cannot be computed: {error}", "change the expression or the values")]
        return version.target, list(version.key_faults())

    def _pick(self, draw: int, name: str, n: int) -> int:
        digest = hashlib.sha256(f"{self.id}\n{draw}\n{name}".encode()).digest()
        return int.from_bytes(digest) % n

    def _recomputed(self, expression: str) -> Lint:
        try:
            value = recompute(expression)
        except RecomputeError as error:
            yield f"recompute cannot be evaluated: {error}", "fix the expression, or say why with no_recompute"
            return
        # a key rounded too much would move the whole window of accepted answers
        window = self.tolerance.abs if self.tolerance.abs is not None else self.tolerance.rel or 0.0
        window *= 1 if self.tolerance.abs is not None else abs(value)
        if abs(value - self.target) > max(window / 5, 1e-9 * max(1.0, abs(value))):
            yield f"the answer is {self.target:g}, recompute gives {value:.7g}", f"write answer: {value:.7g}"

    def form(self) -> NumberField:
        """The answer and the foreseen wrong numbers, each with its margin."""
        wrong = (FormNumber(exact(one.number), self._margin(one.number), one.feedback) for one in self.wrong)
        return NumberField(exact(self.target), self._margin(self.target), tuple(wrong), self.right, self.otherwise)

    def _margin(self, target: float) -> Decimal:
        tolerance = self.tolerance
        return exact(tolerance.abs) if tolerance.abs is not None else exact(tolerance.rel or 0.0) * abs(exact(target))

    @property
    def lms_instruction(self) -> str:
        """The unit is part of it, because other systems have no place for a unit next to the field."""
        return f"Type a number only; it is counted in: {self.unit}."


def _is_number(response: Any) -> bool:
    return isinstance(response, int | float) and not isinstance(response, bool)


def _drawn(written: float | str) -> float:
    if isinstance(written, str):
        raise TypeError(f"{written!r} has parameters, which are drawn before it is asked")
    return written


def _computed(written: float | str, numbers: Mapping[str, float]) -> float:
    return recompute(written, numbers) if isinstance(written, str) else written


def _as_numbers(values: Values) -> dict[str, float]:
    return {name: as_number(value) for name, value in values.items()}
