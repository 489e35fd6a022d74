"""Chunks of questions, one after the other, or several at once in as many processes."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from qa_lesson.errors import ConfigError, Problem
from qa_lesson.hardware import from_all, n_processes, process_index
from qa_lesson.schema import Example, Prediction

if TYPE_CHECKING:
    from qa_lesson.answering import QuestionAnswerer

CHUNK = 1024
"""Questions at once: enough to find many of like length for a batch, and few enough for a few megabytes."""


def answer_stream(
    answerer: QuestionAnswerer,
    examples: Iterable[Example],
    *,
    n_best: int = 1,
    chunk: int = CHUNK,
    on_problem: Callable[[Problem], None] | None = None,
) -> Iterator[Prediction]:
    """The answers to any number of questions, in their order, with the memory of one chunk a process.

    With several processes (docs/scaling.md) each of them passes the same questions and gets all the answers; the work
    is shared chunk by chunk.

    Args:
        answerer: with the same model in every process.
        examples: any iterable of them; a generator is read chunk by chunk.
        n_best: how many candidate spans each answer carries.
        chunk: how many questions a process answers at once.
        on_problem: called with each question that is too long for the windows, which then has no answer.

    Raises:
        DataError: (unless `on_problem` is given) a question is too long for the windows.
        ConfigError: a chunk below 1.
    """
    if chunk < 1:
        raise ConfigError("chunk must be at least 1", received=f"chunk={chunk}")
    source = iter(examples)
    while turn := list(itertools.islice(source, chunk * n_processes())):
        mine = turn[chunk * process_index() : chunk * (process_index() + 1)]
        problems = answerer.too_long(mine) if on_problem else {}
        usable = [example for place, example in enumerate(mine) if place not in problems]
        answers = answerer.predict(usable, n_best=n_best) if usable else []
        for answered, unusable in from_all((answers, list(problems.values()))):
            if on_problem:
                for problem in unusable:
                    on_problem(problem)
            yield from answered


def predict_together(answerer: QuestionAnswerer, examples: Sequence[Example], *, n_best: int = 5) -> list[Prediction]:
    """`QuestionAnswerer.predict`, its questions shared by all processes: each calls this and gets all the answers.

    Raises:
        DataError, ConfigError: as `QuestionAnswerer.predict`.
    """
    share = max(1, -(-len(examples) // n_processes()))
    return list(answer_stream(answerer, examples, n_best=n_best, chunk=share))
