"""Choose one option."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, ClassVar, Final, Literal, Self

from markupsafe import Markup
from pydantic import model_validator

from qa_lesson.errors import ConfigError, QuestionFaultError, shorten
from qa_lesson.quiz.kinds.choices import ChoiceQuestion
from qa_lesson.quiz.kinds.shared.asked_record import Asked
from qa_lesson.quiz.kinds.shared.fields import check_distinct
from qa_lesson.quiz.kinds.shared.html_pieces import inline, strong_line
from qa_lesson.quiz.kinds.shared.marks import Mark, Response, check_known, given_text
from qa_lesson.quiz.kinds.shared.response_checks import check_offered, fault_of_text
from qa_lesson.quiz.kinds.shared.wording import Lint

MOST_AT_ONE_POSITION: Final = 0.45
"""Share of the questions of a quiz whose key may be at one position, in quizzes with `FEWEST_FOR_A_PATTERN` or more."""
FEWEST_FOR_A_PATTERN: Final = 6
MOST_LONGEST: Final = 0.4
"""Share of the questions of a quiz whose key may be the longest option; one question alone is no pattern."""
_NEEDS_OPTIONS: Final = re.compile(r"\b(which|these|following|statements?)\b", re.IGNORECASE)


class Single(ChoiceQuestion):
    """Choose one option."""

    kind: Literal["single"]
    instruction: ClassVar[str] = "Choose one."

    @model_validator(mode="after")
    def _one_is_correct(self) -> Self:
        check_distinct([option.id for option in self.options], "option")
        if (n := sum(option.correct for option in self.options)) != 1:
            raise QuestionFaultError(
                f"{n} options are marked correct", "mark exactly one with correct: true, or use kind: multi"
            )
        return self

    @property
    def key(self) -> str:
        """The id of the right option."""
        return next(option.id for option in self.options if option.correct)

    def mark(self, response: Response) -> Mark:
        """Mark an option id."""
        chosen = given_text(response, "choose one option").strip()
        feedback = self.feedback_by_option()
        check_known([chosen], feedback)
        correct = chosen == self.key
        return Mark(float(correct), correct, feedback[chosen], feedback if correct else {chosen: feedback[chosen]})

    @classmethod
    def recorded(cls, shown: Asked, response: Any) -> Any:
        """The id of an option."""
        if not isinstance(response, str):
            raise ConfigError("the answer is no text", received=shorten(repr(response)))
        check_offered([response], [option.id for option in shown.options or ()])
        return response

    def response_fault(self, response: Any) -> str | None:
        """Anything but the id of an option, or an empty text."""
        fault = fault_of_text(response)
        if fault is None and response not in {"", *(option.id for option in self.options)}:
            return f"{shorten(response)} is not offered"
        return fault

    def answer_html(self) -> Markup:
        """The right option."""
        return strong_line(next(inline(option.text) for option in self.options if option.correct))

    def card_front(self) -> Markup:
        """The options if the prompt cannot do without them: to recall an answer teaches more than to recognize it."""
        return super().card_front() if _NEEDS_OPTIONS.search(self.prompt) else Markup()

    @classmethod
    def quiz_lints(cls, questions: Sequence[Self], *, shuffled: bool) -> Lint:
        """Keys that give themselves away by their length or their position."""
        longest = [question.id for question in questions if question._key_is_longest()]
        if len(longest) > 1 and len(longest) / len(questions) > MOST_LONGEST:
            what = f"the key is the longest option in {len(longest)} of {len(questions)} single questions"
            most = f"{100 * MOST_LONGEST:.0f}%"
            yield what, f"shorten keys or lengthen others until it is at most {most}: {', '.join(longest)}"
        if shuffled or len(questions) < FEWEST_FOR_A_PATTERN:
            return
        positions = Counter([option.correct for option in question.options].index(True) for question in questions)
        position, n = positions.most_common(1)[0]
        if n / len(questions) > MOST_AT_ONE_POSITION:
            what = f"the key is option {position + 1} in {n} of {len(questions)} single questions"
            yield what, f"move keys until no position has more than {100 * MOST_AT_ONE_POSITION:.0f}%"

    def _key_is_longest(self) -> bool:
        lengths = {option.id: len(option.text.replace("`", "")) for option in self.options}
        return lengths.pop(self.key) > max(lengths.values())
