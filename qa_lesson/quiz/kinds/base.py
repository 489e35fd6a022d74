"""What every kind of question has, and what each kind must say about itself.

A kind is one class, derived from `BaseQuestion`, in a module of its own, and named in `registry`. Nothing outside this
package knows any kind: the rest of the course calls the methods below. `mark`, `feedbacks`, `answer_html` and `form`
must be written; the others have a default that fits a question whose answer is a short typed text.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Self

from markupsafe import Markup, escape
from pydantic import Field

from qa_lesson.quiz.kinds.shared import asked_record, response_checks
from qa_lesson.quiz.kinds.shared.asked_record import Asked
from qa_lesson.quiz.kinds.shared.fields import (
    Difficulty,
    FileModel,
    Line,
    Needed,
    Prose,
    Section,
    Slug,
    ToldLine,
)
from qa_lesson.quiz.kinds.shared.forms import Form
from qa_lesson.quiz.kinds.shared.html_pieces import CodeBlock, Quotation
from qa_lesson.quiz.kinds.shared.marks import Mark, Response, Sign
from qa_lesson.quiz.kinds.shared.rubric import Criterion
from qa_lesson.quiz.kinds.shared.wording import Lint, plain


class BaseQuestion(FileModel, ABC):
    """The fields of all kinds; a kind adds its own, and `kind` as a `Literal` of one name."""

    id: Slug
    """Never changed once learners have answered it; starts with the number of the lesson, or pl- or ma-."""
    objective: Annotated[str, Needed()] = ""
    """One of the ids under objectives."""
    difficulty: Annotated[Difficulty, Needed()] = "medium"
    points: Annotated[float, Field(strict=True, gt=0, le=100)] = 1.0
    prompt: Prose
    """Markdown; code, fenced code and $formulas$ are shown as such."""
    hints: Annotated[tuple[Prose, ...], Field(max_length=3), Needed()] = ()
    """Each gives a little more away, none gives the answer."""
    steps: Annotated[tuple[Prose, ...], Field(max_length=5), Needed(least=2)] = ()
    """The worked solution."""
    quick_check: ToldLine = ""
    """The answer's reason in one line; the back of the flashcard."""
    mistakes: Annotated[tuple[Line, ...], Field(max_length=3), Needed()] = ()
    """Common mistakes."""
    section: Section = ""
    """Where it is told. In a lesson's quiz: notebook, #, heading with - for its spaces."""
    kind: str

    instruction: ClassVar[str]
    """What a learner is to do, in one sentence."""
    attempts: ClassVar[int | None] = None
    """Wrong answers in practice after which the question closes; None: as many as one likes."""
    several_right: ClassVar[bool] = False
    """Whether an answer has several parts that can each be right, as with "choose all that apply"."""
    grading_note: ClassVar[str] = ""
    """How graded answers are marked, if not as in practice, in words for the instructor's report."""
    by_hand: ClassVar[str] = ""
    """Why graded answers may wait for a person, as sentences for the instructor; empty: they never do."""
    has_key: ClassVar[bool] = True
    """False: a person marks every answer, so the answers say nothing about the key."""
    asked_model: ClassVar[type[Asked]] = Asked
    """What a bundle holds of a question; a kind that shows more derives its own model."""

    # ------------------------------------------------------------------ marking

    @abstractmethod
    def mark(self, response: Response) -> Mark:
        """Mark a response in practice, where the learner's own machine marks it.

        Raises:
            ResponseError: the response cannot be marked; this is not an attempt.
        """

    def mark_unrun(self, response: Response) -> Mark:
        """Mark a response of a stranger, of which nothing is ever run.

        Raises:
            ResponseError: the response cannot be marked, so a person has to.
        """
        return self.mark(response)

    # ------------------------------------------------------------------ versions of it

    @property
    def sizes(self) -> Mapping[str, int]:
        """How many values each parameter may have, by name; empty: all learners are asked the same."""
        return {}

    @property
    def version(self) -> str:
        """The values that were drawn, in words; empty: there is one version only."""
        return ""

    def drawn(self, chosen: Mapping[str, int]) -> Self:
        """One version of the question.

        Args:
            chosen: the place of a value, from 0, for each parameter.
        """
        return self

    def sample(self) -> Self | None:
        """One version of the question, to look at; None if there is something wrong with it."""
        return self

    def read_response(self, response: Response) -> Response:
        """A response that the instructor wrote for all versions, as it reads for this one."""
        return response

    def line_for_all(self, version: BaseQuestion, response: Response) -> str:
        """A response to one version in one line that says the same for all versions.

        Args:
            version: that was answered.
            response: to it.
        """
        return self.response_line(response)

    # ------------------------------------------------------------------ before it is answered

    def asked_parts(self) -> dict[str, Any]:
        """The fields of `asked_model` that belong to this kind, as written; nothing that says what is right."""
        return {}

    def practice_parts(self, learner: str) -> dict[str, Any]:
        """The same in the order in which a practice page shows them to a learner."""
        return self.asked_parts()

    @classmethod
    def page_parts(cls, asked_fields: Mapping[str, Any]) -> dict[str, Any]:
        """What the page's script gets of the fields of `asked_model`: texts as safe HTML."""
        return asked_record.page_parts(asked_fields)

    def first_response(self, learner: str) -> Response | None:
        """The answer that the page starts with; None: there is none until the learner gives one."""
        return None

    def material(self) -> Quotation | CodeBlock | None:
        """What is read together with the prompt, before answering."""
        return None

    # ------------------------------------------------------------------ responses, whatever they are worth

    @classmethod
    def recorded(cls, shown: Asked, response: Any) -> Any:
        """A response as it is recorded in a submission; None for one that says nothing.

        Args:
            shown: what the learner was asked.
            response: from the page, or from the learner's own code; neither None nor empty.

        Raises:
            ConfigError: the question cannot have this response.
        """
        text = response_checks.recorded_text(response)
        return None if cls.is_blank(text) else text

    @classmethod
    def doubt(cls, shown: Asked, response: Response) -> str:
        """Why no one will be able to mark a response, while the learner can still change it; empty: it can be marked.

        It says nothing about being right: all it goes by is what the learner sees.

        Args:
            shown: what the learner was asked.
            response: as `recorded` gave it.
        """
        return ""

    def response_fault(self, response: Any) -> str | None:
        """Why a JSON value in a submission cannot be a response to the question; None if it can be one."""
        return response_checks.fault_of_text(response)

    @classmethod
    def is_blank(cls, response: Response) -> bool:
        """Whether a response takes the answer back.

        >>> BaseQuestion.is_blank("  "), BaseQuestion.is_blank([]), BaseQuestion.is_blank(0.0)
        (True, True, False)
        """
        return not response.strip() if isinstance(response, str) else response == []

    @classmethod
    def comparable_response(cls, response: Response) -> Any:
        """What is equal if two learners gave the same answer."""
        return tuple(response) if isinstance(response, list) else " ".join(str(response).split()).casefold()

    def same_answer(self, given: Response, other: Response) -> bool:
        """Whether two responses say the same, so that what one is worth the other is worth too."""
        return bool(self.comparable_response(given) == self.comparable_response(other))

    @classmethod
    def response_line(cls, response: Response) -> str:
        """A response in one line of plain text. Responses with equal lines are counted together.

        >>> BaseQuestion.response_line(" The  Light"), BaseQuestion.response_line(0.5)
        ('the light', '0.5')
        """
        return " ".join(str(response).split()).casefold()

    def response_html(self, response: Response) -> Markup:
        """A response as the learner's feedback page repeats it."""
        return Markup("<pre><code>{}</code></pre>").format(response)

    def part_html(self, name: str) -> Markup:
        """What the id of an option or item means, where feedback on it is told."""
        return escape(name)

    # ------------------------------------------------------------------ the solution

    @abstractmethod
    def answer_html(self) -> Markup:
        """The right answer as a paragraph, a list or a block of code."""

    def solution(self) -> str:
        """The solution as Markdown, for those who mark answers by hand."""
        return "\n".join(f"{number}. {step}" for number, step in enumerate(self.steps, start=1))

    def criteria(self) -> tuple[Criterion, ...]:
        """The rubric that a person marks an answer by; empty: there is none."""
        return ()

    def card_front(self) -> Markup:
        """What the front of the flashcard shows below the prompt."""
        material = self.material()
        return material.html() if material is not None else Markup()

    # ------------------------------------------------------------------ what would make it a poor question

    @abstractmethod
    def feedbacks(self) -> Iterator[tuple[str, str]]:
        """Place and Markdown text of every feedback."""

    def labels(self) -> Iterator[tuple[str, str]]:
        """Place and Markdown text of what can be chosen or put in order."""
        yield from ()

    def answer_texts(self) -> tuple[str, ...]:
        """Texts that give the answer away when they appear in a hint."""
        return ()

    def given_away(self, hint: str) -> Iterator[str]:
        """The parts of a hint that give the answer away, the way a message shows them."""
        told = plain(self.prompt)
        for text in map(plain, self.answer_texts()):
            # very short texts appear in any sentence
            if len(text) >= 3 and text not in told and re.search(rf"(?<!\w){re.escape(text)}(?!\w)", plain(hint)):
                yield repr(text)

    def key_faults(self) -> Lint:
        """What would mark a right answer as wrong, or a wrong one as right."""
        yield from ()

    def lints(self) -> Lint:
        """What is poor about this question, beyond what is checked for all kinds, though its key is right."""
        yield from ()

    @classmethod
    def practice_faults(cls, written: Mapping[str, Any]) -> Lint:
        """What a practice question needs next to the fields marked as `Needed`.

        Args:
            written: the question as the file has it.
        """
        yield from ()

    @classmethod
    def quiz_lints(cls, questions: Sequence[Self], *, shuffled: bool) -> Lint:
        """What is poor about all questions of this kind in one quiz taken together.

        Args:
            questions: of this kind, in the order of the quiz.
            shuffled: whether each learner gets options in an order of their own.
        """
        yield from ()

    def signs(self, response: Response) -> dict[str, Sign]:
        """How the options of an answered question are marked, by id; empty for kinds without options."""
        return {}

    # ------------------------------------------------------------------ export

    @abstractmethod
    def form(self) -> Form:
        """The question in the form that other systems know; a form of choices is also analysed option by option."""

    @property
    def lms_instruction(self) -> str:
        """The instruction where another system shows the question."""
        return self.instruction
