"""Type a word or a short phrase."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from markupsafe import Markup
from pydantic import Field, Strict

from qa_lesson.errors import ResponseError
from qa_lesson.quiz.kinds.base import BaseQuestion
from qa_lesson.quiz.kinds.shared.fields import Prose, Told, WrongText
from qa_lesson.quiz.kinds.shared.forms import ShortAnswer
from qa_lesson.quiz.kinds.shared.html_pieces import plain_lines, strong_line
from qa_lesson.quiz.kinds.shared.marks import Mark, Response, comparable_text, given_text
from qa_lesson.quiz.kinds.shared.wording import Lint, typed_feedbacks


class Text(BaseQuestion):
    """Type a word or a short phrase."""

    kind: Literal["text"]
    instruction: ClassVar[str] = "Type a word or a short phrase."
    accept: Annotated[tuple[Prose, ...], Field(min_length=1)]
    case_sensitive: Annotated[bool, Strict()] = False
    right: Told = ""
    wrong: tuple[WrongText, ...] = ()
    otherwise: Told = ""

    def mark(self, response: Response) -> Mark:
        """Mark what was typed: white space, enclosing quotes and, unless the question says so, capitals don't count."""
        given = comparable_text(given_text(response, "type a word or a short phrase"), self.case_sensitive)
        if not given:
            raise ResponseError("there is no word in it", received=repr(response), fix="type a word or a short phrase")
        if given in {comparable_text(text, self.case_sensitive) for text in self.accept}:
            return Mark(1.0, True, self.right)
        for wrong in self.wrong:
            if given == comparable_text(wrong.text, self.case_sensitive):
                return Mark(0.0, False, wrong.feedback)
        return Mark(0.0, False, self.otherwise)

    def same_answer(self, given: Response, other: Response) -> bool:
        """Compared as the accepted texts are."""
        left, right = (comparable_text(str(text), self.case_sensitive) for text in (given, other))
        return left == right

    def answer_html(self) -> Markup:
        """The first text that is accepted."""
        return strong_line(plain_lines(self.accept[0]))

    def feedbacks(self) -> Iterator[tuple[str, str]]:
        """On foreseen wrong texts, the right ones and all others."""
        yield from typed_feedbacks(self.wrong, self.right, self.otherwise)

    def answer_texts(self) -> tuple[str, ...]:
        """All that is accepted."""
        return self.accept

    def key_faults(self) -> Lint:
        """Texts without a word, and texts that are there twice."""
        accepted = [comparable_text(text, self.case_sensitive) for text in self.accept]
        wrong = [comparable_text(entry.text, self.case_sensitive) for entry in self.wrong]
        if "" in accepted + wrong:
            yield "an accepted or wrong text has no word", "write the word a learner would type"
        for text in sorted(set(accepted) & set(wrong)):
            yield f"{text!r} is both accepted and wrong", "remove it from one of the lists"
        if same := next((text for texts in (accepted, wrong) for text in texts if texts.count(text) > 1), ""):
            yield f"{same!r} occurs twice, for capitals, spaces and quotes do not count", "remove one of them"

    def form(self) -> ShortAnswer:
        """The texts without enclosing quotes. Our own marking forgives more."""
        return ShortAnswer.without_repeats(
            (comparable_text(text, case_sensitive=True) for text in self.accept),
            ((comparable_text(wrong.text, case_sensitive=True), wrong.feedback) for wrong in self.wrong),
            case_sensitive=self.case_sensitive,
            right=self.right,
            otherwise=self.otherwise,
        )
