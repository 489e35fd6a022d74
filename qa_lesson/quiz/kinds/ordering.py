"""Put items in order."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Final, Literal, Self

from markupsafe import Markup
from pydantic import Field, model_validator

from qa_lesson.errors import ConfigError, ResponseError, shorten
from qa_lesson.quiz.kinds.base import BaseQuestion
from qa_lesson.quiz.kinds.shared.asked_record import Asked
from qa_lesson.quiz.kinds.shared.fields import FileModel, Prose, Slug, Told, check_distinct
from qa_lesson.quiz.kinds.shared.forms import FormOption, OrderedItems
from qa_lesson.quiz.kinds.shared.html_pieces import bullets, named, numbers
from qa_lesson.quiz.kinds.shared.marks import Mark, Response, check_known, given_ids
from qa_lesson.quiz.kinds.shared.response_checks import fault_of_ids, recorded_ids
from qa_lesson.quiz.kinds.shared.wording import Lint, repeated, typed_feedbacks, wrong_number_of

_ORDINALS: Final = ("first", "second", "third", "fourth", "fifth", "sixth")


class Item(FileModel):
    """One item of an ordering."""

    id: Slug
    text: Prose
    feedback: Told = ""
    """Why it goes where it goes."""


class Ordering(BaseQuestion):
    """Put the items in order; the file has them in the right one."""

    kind: Literal["ordering"]
    instruction: ClassVar[str] = "Put the items in order, first to last."
    items: Annotated[tuple[Item, ...], Field(min_length=2, max_length=12)]
    """Practice questions have 3 to 6."""
    right: Told = ""
    otherwise: Told = ""

    @classmethod
    def practice_faults(cls, written: Mapping[str, Any]) -> Lint:
        """Too few items to think about, or too many to keep in mind."""
        yield from wrong_number_of("items", written)

    @model_validator(mode="after")
    def _items_differ(self) -> Self:
        check_distinct([item.id for item in self.items], "item")
        return self

    @property
    def key(self) -> tuple[str, ...]:
        """The item ids in the right order."""
        return tuple(item.id for item in self.items)

    def mark(self, response: Response) -> Mark:
        """Mark item ids, all or nothing."""
        given = given_ids(response, "put all items in order")
        feedback = {item.id: item.feedback for item in self.items}
        check_known(given, feedback)
        if sorted(given) != sorted(self.key):
            raise ResponseError(
                f"each of the {len(self.key)} items must be used once", received=", ".join(given), fix="use them all"
            )
        n_placed = next((n for n, pair in enumerate(zip(given, self.key, strict=True)) if pair[0] != pair[1]), None)
        if n_placed is None:
            return Mark(1.0, True, self.right, feedback)
        text = next(item.text for item in self.items if item.id == given[n_placed])
        told = f"{self.otherwise}\n\nThe first item out of place is number {n_placed + 1}: {text}"
        return Mark(0.0, False, told, {name: feedback[name] for name in self.key[:n_placed]})

    def mark_unrun(self, response: Response) -> Mark:
        """As `mark`; an order in which items are missing is wrong, which no person has to decide."""
        given = given_ids(response, "put all items in order")
        if sorted(given) != sorted(self.key):
            told = f"{len(set(given) & set(self.key))} of the {len(self.key)} items were placed."
            return Mark(0.0, False, f"{self.otherwise}\n\n{told}".strip())
        return self.mark(response)

    def shuffled(self, seed: str) -> list[str]:
        """The item ids in an order that depends on `seed` and the question alone and is never the right one.

        Args:
            seed: the learner, or what else the order is for.
        """
        right = list(self.key)
        order = sorted(right, key=lambda item: hashlib.sha256(f"{seed}:{self.id}:{item}".encode()).digest())
        return order if order != right else [*right[1:], right[0]]

    def asked_parts(self) -> dict[str, Any]:
        """The items sorted by id, so that their order says nothing."""
        return self._shown(sorted(self.key))

    def practice_parts(self, learner: str) -> dict[str, Any]:
        """The items in an order that stays the same for a learner."""
        return self._shown(self.shuffled(learner))

    def _shown(self, order: list[str]) -> dict[str, Any]:
        texts = {item.id: item.text for item in self.items}
        return {"items": [{"id": name, "text": texts[name]} for name in order]}

    def first_response(self, learner: str) -> Response | None:
        """The order that the page shows."""
        return self.shuffled(learner)

    @classmethod
    def recorded(cls, shown: Asked, response: Any) -> Any:
        """The ids of all items."""
        offered = [item.id for item in shown.items or ()]
        order = recorded_ids(response, offered)
        if len(order) < len(offered):
            raise ConfigError("items are missing in the order", received=", ".join(order), fix="place them all")
        return order

    def response_fault(self, response: Any) -> str | None:
        """Anything but a list of different item ids."""
        return fault_of_ids(response, set(self.key))

    @classmethod
    def response_line(cls, response: Response) -> str:
        """The ids, first to last.

        >>> Ordering.response_line(["x", "y"])
        'x > y'
        """
        return " > ".join(response) if isinstance(response, list) else super().response_line(response)

    def response_html(self, response: Response) -> Markup:
        """The items in the order given."""
        names = response if isinstance(response, list) else []
        return Markup("<ol>{}</ol>").format(
            Markup("").join(Markup("<li>{}</li>").format(self.part_html(name)) for name in names)
        )

    def part_html(self, name: str) -> Markup:
        """The text of an item."""
        return named(((item.id, item.text) for item in self.items), name)

    def answer_html(self) -> Markup:
        """The items in the right order."""
        return numbers(item.text for item in self.items)

    def card_front(self) -> Markup:
        """The items, shuffled."""
        texts = {item.id: item.text for item in self.items}
        return bullets(texts[name] for name in self.shuffled("flashcard"))

    def feedbacks(self) -> Iterator[tuple[str, str]]:
        """One for each item, and two for the whole order."""
        yield from ((f"item {item.id}", item.feedback) for item in self.items)
        yield from typed_feedbacks((), self.right, self.otherwise)

    def labels(self) -> Iterator[tuple[str, str]]:
        """One for each item."""
        yield from ((f"item {item.id}", item.text) for item in self.items)

    def key_faults(self) -> Lint:
        """Items that read the same."""
        if same := repeated(item.text for item in self.items):
            yield f"two items read the same: {shorten(same)}", "let the items differ, or the order is not clear"

    def lints(self) -> Lint:
        """Ids that give the order away."""
        places = [_place(item.id) for item in self.items]
        known = [place for place in places if place is not None]
        if len(known) == len(places) and known == sorted(known):
            ids = ", ".join(item.id for item in self.items)
            yield f"the item ids give the order away: {ids}", "name what each item says"

    def form(self) -> OrderedItems:
        """The items, as they are."""
        items = tuple(FormOption(item.id, item.text, item.feedback) for item in self.items)
        # the seed is part of the exported files, so it never changes
        return OrderedItems(items, tuple(self.shuffled("canvas")), self.right, self.otherwise)


def _place(item_id: str) -> int | None:
    number = re.search(r"\d+", item_id)
    if number:
        return int(number.group())
    ordinal = next((word for word in item_id.split("-") if word in _ORDINALS), None)
    return _ORDINALS.index(ordinal) if ordinal else None
