"""Fill the blank in a piece of Python."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from typing import Any, ClassVar, Literal, Self

from markupsafe import Markup
from pydantic import model_validator

from qa_lesson.errors import QuestionFaultError, ResponseError
from qa_lesson.quiz.kinds.base import BaseQuestion
from qa_lesson.quiz.kinds.shared.fields import Foreseen, Prose, Told
from qa_lesson.quiz.kinds.shared.forms import Essay
from qa_lesson.quiz.kinds.shared.html_pieces import CodeBlock
from qa_lesson.quiz.kinds.shared.marks import Mark, Response, given_text
from qa_lesson.quiz.kinds.shared.running import BLANK, complaint, fill, same_code
from qa_lesson.quiz.kinds.shared.wording import Lint, typed_feedbacks


class WrongCode(Foreseen):
    """A foreseen wrong filling of the blank."""

    code: Prose


class Code(BaseQuestion):
    """Fill the blank in a piece of Python."""

    kind: Literal["code"]
    instruction: ClassVar[str] = "Write the code that replaces ___."
    attempts: ClassVar[int | None] = 3
    grading_note: ClassVar[str] = "compared with the accepted and the foreseen answers by its syntax tree, never run"
    by_hand: ClassVar[str] = (
        "code of learners is never run. What reads the same as the answer of the key is marked right, the rest waits "
        "for your review."
    )
    template: Prose
    """Python with ___ exactly once."""
    answer: Prose
    accept: tuple[Prose, ...] = ()
    """More code that is right; graded answers are compared with it and never run."""
    check: Told = ""
    """Python asserts, each with a message for the learner; they run after the filled template. Graded: may be empty."""
    right: Told = ""
    wrong: tuple[WrongCode, ...] = ()
    otherwise: Told = ""

    @model_validator(mode="after")
    def _one_blank(self) -> Self:
        if (n := self.template.count(BLANK)) != 1:
            raise QuestionFaultError(f"the template has {n} blanks", f"write {BLANK} exactly once")
        return self

    def mark(self, response: Response) -> Mark:
        """Mark what fills the blank: it runs here, for two seconds at most.

        Raises:
            ResponseError: the blank is not filled, or Python cannot read the code; this is not an attempt.
        """
        given = given_text(response, "fill in the blank").strip()
        if given.strip("_") == "":
            raise ResponseError("the blank is not filled in", received=repr(given), fix="replace it by Python code")
        program = fill(self.template, given)
        wrong_with_it = complaint(program, self.check)
        if wrong_with_it is None:
            return Mark(1.0, True, self.right)
        for wrong in self.wrong:
            if same_code(program, fill(self.template, wrong.code)):
                return Mark(0.0, False, f"{_sentence(wrong_with_it)}\n\n{wrong.feedback}")
        return Mark(0.0, False, f"{_sentence(wrong_with_it)}\n\n{self.otherwise}")

    def mark_unrun(self, response: Response) -> Mark:
        """Compare code with the accepted answer and the foreseen wrong ones.

        Raises:
            ResponseError: it is none of them, which a person has to read.
        """
        program = fill(self.template, str(response))
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # Python's remarks on what learners typed
                if any(same_code(program, fill(self.template, right)) for right in (self.answer, *self.accept)):
                    return Mark(1.0, True, self.right)
                for wrong in self.wrong:
                    if same_code(program, fill(self.template, wrong.code)):
                        return Mark(0.0, False, wrong.feedback)
        except (RecursionError, MemoryError) as error:  # what Python's parser says to code that nests too deeply
            raise ResponseError("Python cannot read this code: it nests too deeply") from error
        raise ResponseError("this code is neither the accepted one nor a foreseen mistake")

    def asked_parts(self) -> dict[str, Any]:
        """The template."""
        return {"template": self.template}

    def material(self) -> CodeBlock:
        """The template."""
        return CodeBlock(self.template)

    def same_answer(self, given: Response, other: Response) -> bool:
        """Compared by the syntax tree."""
        left, right = (fill(self.template, str(code)) for code in (given, other))
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return same_code(left, right)
        except (RecursionError, MemoryError):
            return left == right

    @classmethod
    def is_blank(cls, response: Response) -> bool:
        """Whether nothing but the blank itself is there.

        >>> Code.is_blank(" ___ "), Code.is_blank("__name__")
        (True, False)
        """
        return super().is_blank(response.strip().strip(BLANK[0]) if isinstance(response, str) else response)

    @classmethod
    def response_line(cls, response: Response) -> str:
        """The code in one line; capitals make a difference."""
        return " ".join(str(response).split())

    def answer_html(self) -> Markup:
        """The template with the answer in it."""
        return CodeBlock(fill(self.template, self.answer)).html()

    def feedbacks(self) -> Iterator[tuple[str, str]]:
        """On foreseen wrong code, the right one and all other."""
        yield from typed_feedbacks(self.wrong, self.right, self.otherwise)

    def answer_texts(self) -> tuple[str, ...]:
        """The code that fills the blank."""
        return (self.answer, *self.accept)

    def lints(self) -> Lint:
        """An answer that the template tells, and asserts without a message."""
        if self.answer.strip() in self.template.replace(BLANK, "") and len(self.answer.strip()) > 3:
            yield "the answer is in the template", "let the learner write something new"
        for node in self._asserts():
            if node.msg is None:
                yield (
                    f"an assert has no message for the learner: {ast.unparse(node)}",
                    'add one: assert ..., "recall ..."',
                )

    def _asserts(self) -> list[ast.Assert]:
        try:
            return [node for node in ast.walk(ast.parse(self.check)) if isinstance(node, ast.Assert)]
        except SyntaxError:
            return []

    def key_faults(self) -> Lint:
        """An answer that its check refuses; a check without asserts or that wrong code passes."""
        if not self.check:
            yield from self._unchecked()
            return
        try:
            ast.parse(self.check)
        except SyntaxError as error:
            yield f"the check is no Python: {error.msg} in line {error.lineno}", "fix it"
            return
        if not self._asserts():
            yield "the check asserts nothing", "assert what the filled template must give"
        right = fill(self.template, self.answer)
        try:
            if (told := complaint(right, self.check)) is not None:
                yield f"the answer does not pass its own check: {told}", "fix the answer or the check"
        except ResponseError as error:
            yield f"the answer does not run: {error.what}", "fix the template or the answer"
            return
        yield from self._accepted_code()
        yield from self._wrong_code()

    def _unchecked(self) -> Lint:
        """Where no check runs the code of the key: code that Python cannot read, or that is right and wrong."""
        for code in (*self.answer_texts(), *(wrong.code for wrong in self.wrong)):
            try:
                ast.parse(fill(self.template, code))
            except (SyntaxError, ValueError):
                yield f"Python cannot read the template with {code} in it", "fix the template or the code"
        right = [fill(self.template, code) for code in self.answer_texts()]
        for position, wrong in enumerate(self.wrong, start=1):
            if any(same_code(fill(self.template, wrong.code), code) for code in right):
                yield f"wrong {position} is accepted as well", "remove one of them"

    def _accepted_code(self) -> Lint:
        for position, code in enumerate(self.accept, start=1):
            try:
                if (told := complaint(fill(self.template, code), self.check)) is not None:
                    yield f"accept {position} does not pass the check: {told}", "remove it, or fix the check"
            except ResponseError as error:
                yield f"accept {position} does not run: {error.what}", "write code that Python can read"

    def _wrong_code(self) -> Lint:
        for position, wrong in enumerate(self.wrong, start=1):
            filled = fill(self.template, wrong.code)
            try:
                if complaint(filled, self.check) is None:
                    yield f"wrong {position} passes the check: {wrong.code}", "add an assert that it fails"
            except ResponseError as error:
                yield f"wrong {position} does not run: {error.what}", "foresee code that Python can read"
            if any(same_code(filled, fill(self.template, other.code)) for other in self.wrong[: position - 1]):
                yield f"wrong {position} is the same code as one before it", "remove one of them"

    def form(self) -> Essay:
        """Other systems run no Python, and one accepted spelling would mark right answers wrong: a person marks it."""
        return Essay("code", fill(self.template, self.answer), self.check, self.right, self.otherwise)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."
