"""Copy a span of a context, the way the models of this course do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal, Self

from markupsafe import Markup
from pydantic import Field, model_validator

from qa_lesson.errors import QuestionFaultError
from qa_lesson.metrics import exact_match, normalize_answer, score_answer
from qa_lesson.quiz.kinds.base import BaseQuestion
from qa_lesson.quiz.kinds.shared.fields import Prose, Told, WrongText
from qa_lesson.quiz.kinds.shared.forms import ShortAnswer
from qa_lesson.quiz.kinds.shared.html_pieces import Quotation, plain_lines, strong_line
from qa_lesson.quiz.kinds.shared.marks import Mark, Response, comparable_text, given_text, visible_text
from qa_lesson.quiz.kinds.shared.wording import Lint, repeated, typed_feedbacks


class SpanQuestion(BaseQuestion):
    """Copy a span of the context."""

    kind: Literal["span"]
    instruction: ClassVar[str] = "Copy the answer from the text: select it with the mouse, or type it."
    context: Prose
    answers: Annotated[tuple[Prose, ...], Field(min_length=1)]
    right: Told = ""
    wrong: tuple[WrongText, ...] = ()
    otherwise: Told = ""

    @model_validator(mode="after")
    def _answers_stand_in_the_context(self) -> Self:
        for answer in self.answers:
            if answer not in self.context:
                raise QuestionFaultError(f"the answer {answer!r} is not in the context", "copy it letter by letter")
        return self

    def mark(self, response: Response) -> Mark:
        """Mark a span: credit is token F1, correct is exact match, both after the official normalization."""
        given = given_text(response, "select or copy the words of the context that answer the question")
        if not any(given.strip() in answer for answer in self.answers):  # a copied span is taken letter by letter
            given = visible_text(given)
        score = score_answer(given, self.answers)
        if score.exact_match == 1:
            return Mark(1.0, True, self.right)
        normalized = normalize_answer(given)
        foreseen = [wrong.feedback for wrong in self.wrong if normalize_answer(wrong.text) == normalized]
        told = foreseen[0] if foreseen else self.otherwise
        return Mark(score.f1, False, f"{told}\n\nExact match 0, F1 {score.f1:.2f}.")

    def asked_parts(self) -> dict[str, Any]:
        """The context."""
        return {"context": self.context}

    def material(self) -> Quotation:
        """The context."""
        return Quotation(self.context)

    def answer_html(self) -> Markup:
        """The first reference."""
        return strong_line(plain_lines(self.answers[0]))

    def feedbacks(self) -> Iterator[tuple[str, str]]:
        """On foreseen wrong spans, the right ones and all others."""
        yield from typed_feedbacks(self.wrong, self.right, self.otherwise)

    def answer_texts(self) -> tuple[str, ...]:
        """All references."""
        return self.answers

    def key_faults(self) -> Lint:
        """A wrong span that is right after normalization, and a reference that is there twice."""
        for wrong in self.wrong:
            if any(exact_match(wrong.text, answer) for answer in self.answers):
                yield (
                    f"the wrong span {wrong.text!r} equals an answer after normalisation",
                    "remove it from one of the lists",
                )
        if same := repeated(self.answers):
            yield f"the answer {same!r} occurs twice", "remove one of them"

    def form(self) -> ShortAnswer:
        """The references, and their forms without articles and punctuation. Our own marking forgives more."""
        return ShortAnswer.without_repeats(
            (text for answer in self.answers for text in (" ".join(answer.split()), normalize_answer(answer))),
            ((comparable_text(wrong.text, case_sensitive=True), wrong.feedback) for wrong in self.wrong),
            right=self.right,
            otherwise=self.otherwise,
        )
