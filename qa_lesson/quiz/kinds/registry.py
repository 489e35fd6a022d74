"""The kinds of question there are: the one place where a kind is registered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, get_args

from pydantic import AfterValidator, Field, SerializeAsAny, ValidatorFunctionWrapHandler, WrapValidator

from qa_lesson.quiz.kinds.base import BaseQuestion
from qa_lesson.quiz.kinds.code import Code
from qa_lesson.quiz.kinds.free_text import FreeText
from qa_lesson.quiz.kinds.multi import Multi
from qa_lesson.quiz.kinds.numeric import Numeric
from qa_lesson.quiz.kinds.ordering import Ordering
from qa_lesson.quiz.kinds.shared.asked_record import Asked
from qa_lesson.quiz.kinds.short_text import Text
from qa_lesson.quiz.kinds.single import Single
from qa_lesson.quiz.kinds.span import SpanQuestion

# a new kind is imported above and added here, and nowhere else
Question = Annotated[
    Single | Multi | Numeric | Text | SpanQuestion | Ordering | Code | FreeText,
    Field(discriminator="kind", title="Question"),
]
"""A question of any kind, the way a quiz file has it."""

CLASSES: tuple[type[BaseQuestion], ...] = get_args(get_args(Question)[0])
"""The class of each kind."""
_BY_NAME: Mapping[str, type[BaseQuestion]] = {
    name: cls for cls in CLASSES for name in get_args(cls.model_fields["kind"].annotation)
}
KINDS = frozenset(_BY_NAME)
"""The name of every kind."""


def kind_class(name: str) -> type[BaseQuestion]:
    """The class of a kind.

    Args:
        name: as in the field `kind` of a question.

    Raises:
        ValueError: there is no such kind.

    >>> kind_class("code").attempts
    3
    """
    if name not in _BY_NAME:
        raise ValueError(f"there is no kind {name!r}: use one of {', '.join(sorted(KINDS))}")
    return _BY_NAME[name]


def _known(name: str) -> str:
    kind_class(name)
    return name


def _asked(record: Any, as_common: ValidatorFunctionWrapHandler) -> Any:
    name = record.get("kind") if isinstance(record, dict) else None
    model = kind_class(name).asked_model if isinstance(name, str) else Asked
    return as_common(record) if model is Asked else model.model_validate(record)


Kind = Annotated[str, AfterValidator(_known)]
"""The name of a kind, in records that hold no question."""
AskedQuestion = SerializeAsAny[Annotated[Asked, WrapValidator(_asked)]]
"""What a bundle holds of a question of any kind."""
