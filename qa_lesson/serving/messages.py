"""What the service reads and writes, as OpenAPI describes it. Positions count characters (code points), from 0."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field


class Question(BaseModel):
    """One question or several, with a context, or without one to answer from the service's documents."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={
            "examples": [{"question": "Who keeps the light?", "context": "Bram Keating keeps the light."}]
        },
    )

    question: Annotated[str | list[str], Field(description="One question, or a list of them.")]
    context: Annotated[
        str | list[str] | None,
        Field(description="The text to answer from: one for all questions, or a list with one for each question."),
    ] = None


class AnswerSource(BaseModel):
    """The passage that an answer comes from."""

    document: str
    page: Annotated[int | None, Field(description="Counted from 1; null if the format has no pages.")]
    headings: list[str]
    passage: Annotated[str, Field(description="Its id in the index.")]
    text: str
    start: Annotated[int, Field(description="Where the answer begins in the text (inclusive).")]
    end: Annotated[int, Field(description="Where it ends (exclusive).")]


class RunnerUp(BaseModel):
    """A candidate that is not given as the answer."""

    text: str
    probability: float
    document: str | None = None


class Answered(BaseModel):
    """The answer to one question; `text` is null if there is none."""

    id: Annotated[str | None, Field(description="For feedback; null unless the service keeps a log.")]
    question: str
    text: str | None
    start: Annotated[int | None, Field(description="In the given context (inclusive); null without one.")]
    end: Annotated[int | None, Field(description="In the given context (exclusive); null without one.")]
    probability: Annotated[
        float, Field(description="That it is right, 0 to 1; without an answer, that the first of the runners-up is.")
    ]
    source: AnswerSource | None
    runners_up: list[RunnerUp]


class Answers(BaseModel):
    """The answers to a request's questions, in their order."""

    answers: list[Answered]


class Feedback(BaseModel):
    """What a person says about an answer."""

    model_config = ConfigDict(extra="forbid", strict=True)

    id: Annotated[str, Field(description="Of the answer.", max_length=64)]
    right: bool


class Noted(BaseModel):
    """The feedback is in the log."""

    noted: bool = True


class Health(BaseModel):
    """What the service is made of, and how busy it is."""

    status: str = "ok"
    model: str
    passages: Annotated[int | None, Field(description="In the index; null if there is none.")]
    waiting: Annotated[int, Field(description="Questions that are accepted and not answered.")]
    log: Annotated[bool, Field(description="Whether questions and answers are kept.")]


class Fault(BaseModel):
    """Why a request was refused."""

    what: str
    where: str | None = None
    received: str | None = None
    to_do: str | None = None


class Faults(BaseModel):
    """The body of every response that is not a success."""

    error: Fault


FAULTS: dict[int | str, dict[str, Any]] = {
    status: {"model": Faults, "description": why}
    for status, why in {
        400: "The body is not JSON.",
        403: "Another web page sent the request.",
        413: "The body is too large.",
        415: "The body is not marked as JSON.",
        422: "A field is missing, wrong or too long.",
        429: "Too many questions are waiting; see Retry-After.",
        503: "The answer took too long, or the service is stopping.",
    }.items()
}
"""The ways to refuse, for OpenAPI."""
