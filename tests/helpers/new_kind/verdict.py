"""Say whether a statement is true: a kind that the course does not have, to show what a new one takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

from markupsafe import Markup
from pydantic import Strict

from qa_lesson.errors import ConfigError, ResponseError
from qa_lesson.quiz.kinds.base import BaseQuestion
from qa_lesson.quiz.kinds.shared.asked_record import Asked
from qa_lesson.quiz.kinds.shared.fields import Prose
from qa_lesson.quiz.kinds.shared.forms import Choices, FormOption
from qa_lesson.quiz.kinds.shared.html_pieces import inline, strong_line
from qa_lesson.quiz.kinds.shared.marks import Mark, Response
from qa_lesson.quiz.kinds.shared.wording import Lint
from qa_lesson.quiz.pages.markdown import render_inline

VERDICTS = ("true", "false")


class AskedVerdict(Asked):
    """The statement comes to the common fields."""

    statement: str


class Verdict(BaseQuestion):
    """Say whether a statement is true."""

    kind: Literal["verdict"]
    instruction: ClassVar[str] = "Say whether it is true."
    attempts: ClassVar[int | None] = 1
    asked_model: ClassVar[type[Asked]] = AskedVerdict
    statement: Prose
    holds: Annotated[bool, Strict()]
    right: Prose
    otherwise: Prose

    @property
    def key(self) -> str:
        """The right verdict."""
        return VERDICTS[0] if self.holds else VERDICTS[1]

    def mark(self, response: Response) -> Mark:
        """Mark ``"true"`` or ``"false"``."""
        if response not in VERDICTS:
            raise ResponseError("this is no verdict", received=repr(response), fix="choose true or false")
        solved = response == self.key
        return Mark(float(solved), solved, self.right if solved else self.otherwise)

    def asked_parts(self) -> dict[str, Any]:
        """The statement."""
        return {"statement": self.statement}

    @classmethod
    def page_parts(cls, asked_fields: Mapping[str, Any]) -> dict[str, Any]:
        """The statement as HTML."""
        return {"statement": render_inline(asked_fields["statement"])}

    @classmethod
    def recorded(cls, shown: Asked, response: Any) -> Any:
        """A verdict."""
        if response not in VERDICTS:
            raise ConfigError("this is no verdict", received=repr(response))
        return response

    def response_fault(self, response: Any) -> str | None:
        """Anything but a verdict."""
        return None if response in VERDICTS else "the answer is no verdict"

    def response_html(self, response: Response) -> Markup:
        """The verdict, with the statement."""
        return Markup("<p>{}: {}</p>").format(inline(self.statement), response)

    def answer_html(self) -> Markup:
        """The right verdict."""
        return strong_line(f"It is {self.key}.")

    def card_front(self) -> Markup:
        """The statement."""
        return Markup("<p>{}</p>").format(inline(self.statement))

    def feedbacks(self) -> Iterator[tuple[str, str]]:
        """Two."""
        yield "right", self.right
        yield "otherwise", self.otherwise

    def labels(self) -> Iterator[tuple[str, str]]:
        """The statement."""
        yield "statement", self.statement

    def lints(self) -> Lint:
        """A question instead of a statement."""
        if self.statement.endswith("?"):
            yield "the statement is a question", "state something"

    def form(self) -> Choices:
        """Two options."""
        told = {True: self.right, False: self.otherwise}
        options = (FormOption(name, name.capitalize(), told[name == self.key], name == self.key) for name in VERDICTS)
        return Choices(tuple(options), several=False)

    @property
    def lms_instruction(self) -> str:
        """Other systems show the statement with the instruction."""
        return f"Is this true? {self.statement}"
