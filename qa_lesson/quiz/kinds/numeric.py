"""Type a number."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Final, Literal, Self

from markupsafe import Markup
from pydantic import Field, model_validator

from qa_lesson.errors import ConfigError, QuestionFaultError, ResponseError
from qa_lesson.quiz.kinds.base import BaseQuestion
from qa_lesson.quiz.kinds.shared.asked_record import Asked
from qa_lesson.quiz.kinds.shared.fields import FileModel, Foreseen, Line, Needed, Number, Told
from qa_lesson.quiz.kinds.shared.forms import FormNumber, NumberField, exact
from qa_lesson.quiz.kinds.shared.html_pieces import strong_line
from qa_lesson.quiz.kinds.shared.marks import Mark, Response
from qa_lesson.quiz.kinds.shared.recompute import RecomputeError, recompute
from qa_lesson.quiz.kinds.shared.typed_numbers import parse_number, without_unit
from qa_lesson.quiz.kinds.shared.wording import Lint, repeated, typed_feedbacks

_NUMBER: Final = re.compile(r"(?<![\w.,/])-?\d+(?:[.,]\d+)?(?:/\d+)?(?: ?%)?(?![\w/])")

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

    value: Number


class Numeric(BaseQuestion):
    """Type a number."""

    kind: Literal["numeric"]
    instruction: ClassVar[str] = "Type a number."
    answer: Number
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

    @model_validator(mode="after")
    def _can_be_recomputed(self) -> Self:
        if self.recompute is not None and self.no_recompute is not None:
            raise QuestionFaultError(*_EITHER)
        return self

    @classmethod
    def practice_faults(cls, written: Mapping[str, Any]) -> Lint:
        """An answer that no one can check."""
        if not {"recompute", "no_recompute"} & written.keys():
            yield _EITHER

    def accepts(self, value: float) -> bool:
        """Whether `value` is right."""
        return self.is_near(value, self.answer)

    def is_near(self, value: float, target: float) -> bool:
        """Whether `value` is within the tolerance of `target` (inclusive, whatever rounding does at its edge)."""
        limit = self.tolerance.abs if self.tolerance.abs is not None else (self.tolerance.rel or 0) * abs(target)
        return abs(value - target) <= limit + 1e-9 * max(1.0, abs(target))

    def mark(self, response: Response) -> Mark:
        """Mark a number or what was typed; "0.33", "0,33", "1/3" and "33%" are the same fraction."""
        value = parse_number(response, self.unit)
        if self.accepts(value):
            return Mark(1.0, True, self.right)
        foreseen = [wrong for wrong in self.wrong if self.is_near(value, wrong.value)]
        nearest = min(foreseen, key=lambda wrong: abs(wrong.value - value), default=None)
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
        return strong_line(f"{self.answer:.6g} ({self.unit})")

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
        if self.unit == "fraction" and abs(self.answer) > 1:
            yield f"the unit is fraction and the answer {self.answer:g}", "give a fraction, or the unit percent"
        if self.tolerance.rel is not None and self.answer == 0:
            yield "a relative tolerance around 0 is none", "use abs"
        for wrong in self.wrong:
            if self.accepts(wrong.value):
                fix = "give another value, or narrow the tolerance"
                yield f"the wrong value {wrong.value:g} is within the tolerance of the answer {self.answer:g}", fix
        if same := repeated(str(wrong.value) for wrong in self.wrong):
            yield f"the wrong value {same} occurs twice", "remove one of them"
        if self.recompute is not None:
            yield from self._recomputed(self.recompute)

    def _recomputed(self, expression: str) -> Lint:
        try:
            value = recompute(expression)
        except RecomputeError as error:
            yield f"recompute cannot be evaluated: {error}", "fix the expression, or say why with no_recompute"
            return
        # a key rounded too much would move the whole window of accepted answers
        window = self.tolerance.abs if self.tolerance.abs is not None else self.tolerance.rel or 0.0
        window *= 1 if self.tolerance.abs is not None else abs(value)
        if abs(value - self.answer) > max(window / 5, 1e-9 * max(1.0, abs(value))):
            yield f"the answer is {self.answer:g}, recompute gives {value:.7g}", f"write answer: {value:.7g}"

    def form(self) -> NumberField:
        """The answer and the foreseen wrong numbers, each with its margin."""
        wrong = (FormNumber(exact(one.value), self._margin(one.value), one.feedback) for one in self.wrong)
        return NumberField(exact(self.answer), self._margin(self.answer), tuple(wrong), self.right, self.otherwise)

    def _margin(self, target: float) -> Decimal:
        tolerance = self.tolerance
        return exact(tolerance.abs) if tolerance.abs is not None else exact(tolerance.rel or 0.0) * abs(exact(target))

    @property
    def lms_instruction(self) -> str:
        """The unit is part of it, because other systems have no place for a unit next to the field."""
        return f"Type a number only; it is counted in: {self.unit}."


def _is_number(response: Any) -> bool:
    return isinstance(response, int | float) and not isinstance(response, bool)
