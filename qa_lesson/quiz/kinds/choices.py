"""What the kinds with options to choose from share."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final

from markupsafe import Markup
from pydantic import Field, Strict

from qa_lesson.errors import shorten
from qa_lesson.quiz.kinds.base import BaseQuestion
from qa_lesson.quiz.kinds.shared.fields import FileModel, Prose, Slug, Told
from qa_lesson.quiz.kinds.shared.forms import Choices, FormOption
from qa_lesson.quiz.kinds.shared.html_pieces import bullets, named
from qa_lesson.quiz.kinds.shared.marks import Response, Sign
from qa_lesson.quiz.kinds.shared.wording import Lint, plain, repeated, wrong_number_of

_TELLTALE: Final = re.compile(r"(.*-)?(in)?correct(-.*)?|(the-)?(answer|false|key|right|true|wrong)(-\d+)?")


class Option(FileModel):
    """One choice of a single or multi question."""

    id: Slug
    """Says nothing about being right."""
    text: Prose
    correct: Annotated[bool, Strict()] = False
    feedback: Told = ""
    """Why it is right, or why it is wrong and what it would take to be right."""


class ChoiceQuestion(BaseQuestion):
    """A question with options."""

    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=12)]
    """Practice questions have 3 to 6."""

    @classmethod
    def practice_faults(cls, written: Mapping[str, Any]) -> Lint:
        """Too few options to think about, or too many to explain each."""
        yield from wrong_number_of("options", written)

    def asked_parts(self) -> dict[str, Any]:
        """The options sorted by id, so that their order says nothing."""
        parts = self.practice_parts("")
        return {"options": sorted(parts["options"], key=lambda option: str(option["id"]))}

    def practice_parts(self, learner: str) -> dict[str, Any]:
        """The options in the order of the file."""
        return {"options": [{"id": option.id, "text": option.text} for option in self.options]}

    def feedback_by_option(self) -> dict[str, str]:
        """Feedback by option id."""
        return {option.id: option.feedback for option in self.options}

    def feedbacks(self) -> Iterator[tuple[str, str]]:
        """One for each option."""
        yield from ((f"option {option.id}", option.feedback) for option in self.options)

    def labels(self) -> Iterator[tuple[str, str]]:
        """One for each option."""
        yield from ((f"option {option.id}", option.text) for option in self.options)

    def answer_texts(self) -> tuple[str, ...]:
        """The right options."""
        return tuple(option.text for option in self.options if option.correct)

    def key_faults(self) -> Lint:
        """Options that read the same."""
        if same := repeated(option.text for option in self.options):
            yield f"two options read the same: {shorten(same)}", "let the options differ"

    def lints(self) -> Lint:
        """Feedback that repeats its option, and ids that tell which option is right."""
        for option in self.options:
            if plain(option.text) == plain(option.feedback):
                yield f"the feedback of option {option.id} repeats the option", "say why it is right or wrong"
        for option in self.options:
            if _TELLTALE.fullmatch(option.id):
                yield f"the option id {option.id} tells about being right", "name what the option says"

    def response_html(self, response: Response) -> Markup:
        """The chosen options."""
        chosen = response if isinstance(response, list) else [str(response)]
        return Markup("<ul>{}</ul>").format(
            Markup("").join(Markup("<li>{}</li>").format(self.part_html(name)) for name in chosen)
        )

    def part_html(self, name: str) -> Markup:
        """The text of an option."""
        return named(((option.id, option.text) for option in self.options), name)

    def card_front(self) -> Markup:
        """All options."""
        return bullets(option.text for option in self.options)

    def signs(self, response: Response) -> dict[str, Sign]:
        """The chosen options, and of several right ones those that were missed.

        Of a question with one right option only the chosen one is marked, because the key is still to be found. The
        feedback of the others says of every option whether it is right.
        """
        chosen = response if isinstance(response, list) else [response]
        signs: dict[str, Sign] = {}
        for option in self.options:
            if option.id in chosen:
                signs[option.id] = "right" if option.correct else "wrong"
            elif option.correct and self.several_right:
                signs[option.id] = "missed"
        return signs

    def form(self) -> Choices:
        """The options, as they are."""
        options = (FormOption(one.id, one.text, one.feedback, one.correct) for one in self.options)
        return Choices(tuple(options), several=self.several_right)
