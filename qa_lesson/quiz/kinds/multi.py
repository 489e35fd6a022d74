"""Choose all options that apply."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, Self

from markupsafe import Markup
from pydantic import model_validator

from qa_lesson.errors import QuestionFaultError
from qa_lesson.quiz.kinds.choices import ChoiceQuestion
from qa_lesson.quiz.kinds.shared.asked_record import Asked
from qa_lesson.quiz.kinds.shared.fields import check_distinct
from qa_lesson.quiz.kinds.shared.html_pieces import bullets
from qa_lesson.quiz.kinds.shared.marks import Mark, Response, check_known, given_ids
from qa_lesson.quiz.kinds.shared.response_checks import fault_of_ids, recorded_ids


class Multi(ChoiceQuestion):
    """Choose all that apply."""

    kind: Literal["multi"]
    instruction: ClassVar[str] = "Choose all that apply."
    several_right: ClassVar[bool] = True

    @model_validator(mode="after")
    def _some_are_correct(self) -> Self:
        check_distinct([option.id for option in self.options], "option")
        if not 0 < sum(option.correct for option in self.options) < len(self.options):
            raise QuestionFaultError(
                "all options are right, or none is", "mark at least one with correct: true, and not all"
            )
        return self

    @property
    def key(self) -> frozenset[str]:
        """The ids of the right options."""
        return frozenset(option.id for option in self.options if option.correct)

    def mark(self, response: Response) -> Mark:
        """Mark option ids: the credit is (right ones chosen - wrong ones chosen) / right ones, not below 0."""
        chosen = set(given_ids(response, "choose at least one option"))
        feedback = self.feedback_by_option()
        check_known(sorted(chosen), feedback)
        n_right, n_wrong, n_keys = len(chosen & self.key), len(chosen - self.key), len(self.key)
        if chosen == self.key:
            return Mark(1.0, True, f"Right: {n_keys} of {n_keys}, and nothing else.", feedback)
        told = f"{n_right} of the {n_keys} right ones chosen"
        told += f", and {n_wrong} that should not be." if n_wrong else "."
        return Mark(max(0.0, (n_right - n_wrong) / n_keys), False, told, feedback)

    @classmethod
    def recorded(cls, shown: Asked, response: Any) -> Any:
        """Ids of options."""
        return recorded_ids(response, [option.id for option in shown.options or ()])

    def response_fault(self, response: Any) -> str | None:
        """Anything but a list of different option ids."""
        return fault_of_ids(response, {option.id for option in self.options})

    @classmethod
    def comparable_response(cls, response: Response) -> Any:
        """The ids in any order."""
        return tuple(sorted(response)) if isinstance(response, list) else super().comparable_response(response)

    def answer_html(self) -> Markup:
        """The right options."""
        return bullets(option.text for option in self.options if option.correct)
