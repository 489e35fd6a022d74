"""Answering questions with a model."""

from __future__ import annotations

import codecs
import dataclasses
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qa_lesson.cli._app import (
    Json,
    MaxLength,
    ModelDir,
    Precision,
    Stride,
    Threshold,
    app,
    failed_row,
    show_failures,
)
from qa_lesson.cli._console import print_json, say, show_table, warn
from qa_lesson.cli._outputs import ANSWERS, Force, Output, check_outputs
from qa_lesson.errors import ConfigError, DataError, Problem
from qa_lesson.hardware import is_main_process

if TYPE_CHECKING:
    from qa_lesson.answering import QuestionAnswerer

MOST_SHOWN = 20
"""So many of the questions that cannot be used are named when a stream of them is answered."""


@app.command()
def answer(
    model: ModelDir,
    question: Annotated[str | None, typer.Argument(help="The question.")] = None,
    context: Annotated[Path | None, typer.Option(help="Text file to answer it from.")] = None,
    questions: Annotated[
        Path | None, typer.Option("--in", help="Many questions: JSONL, Parquet or Arrow with id, question and context.")
    ] = None,
    output: Annotated[Path | None, typer.Option("--out", help="Where to write their answers (JSONL).")] = None,
    n_best: Annotated[int | None, typer.Option(min=1, help="How many candidates: 3, and 1 for many questions.")] = None,
    threshold: Threshold = None,
    max_length: MaxLength = None,
    stride: Stride = None,
    precision: Precision = "auto",
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Answer a question from a text file, or any number of questions from a file of records.

    Positions count the characters of the context, line ends as they are in the file. Many questions (--in, --out) are
    read and answered chunk by chunk, so a million of them need no more memory than a thousand. One that cannot be
    used is named and left out, and the exit code is 1.
    """
    from qa_lesson.serving.exported_answers import open_answerer

    def load() -> QuestionAnswerer:
        return open_answerer(
            model, max_length=max_length, stride=stride, no_answer_threshold=threshold, precision=precision
        )

    alone = questions is None and output is None
    if questions is not None and output is not None and question is None and context is None:
        check_outputs([Output("--out", output, ANSWERS)], [questions, model], force)
        return _answer_many(load(), questions, output, n_best or 1, as_json)
    if not alone or question is None or context is None:
        raise ConfigError(
            "answer takes one question or a file of them",
            fix='qa-lesson answer "Who keeps it?" --model DIR --context FILE, '
            "or qa-lesson answer --model DIR --in questions.jsonl --out answers.jsonl",
        )
    try:
        content = context.read_bytes()
        text = content.decode("utf-8-sig")  # line ends stay as they are in the file
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(
            "cannot read the context", where=str(context), received=str(error), fix="name a UTF-8 text file"
        ) from error
    if content.startswith(codecs.BOM_UTF8):
        warn("note:", "the file starts with a byte-order mark, which the positions do not count")
    prediction = load()(question, text, n_best=n_best or 3)
    if as_json:
        record = dataclasses.asdict(prediction)
        del record["id"]
        return print_json(record)
    say((prediction.text or "(no answer)", "bold"))
    spans = [(f"{span.probability:.3f}", f"{span.start}-{span.end}", span.text) for span in prediction.n_best]
    show_table(("probability", "characters", "candidate"), spans)


def _answer_many(answerer: QuestionAnswerer, questions: Path, output: Path, n_best: int, as_json: bool) -> None:
    from qa_lesson.storage import file_atomically
    from qa_lesson.streaming import answer_stream, question_stream, write_answers

    failed: list[dict[str, str]] = []
    n_failed = 0

    def leave_out(problem: Problem) -> None:
        nonlocal n_failed
        n_failed += 1
        if len(failed) < MOST_SHOWN:  # a file of any size must not fill the memory with its mistakes
            failed.append(failed_row("", problem))

    started = time.perf_counter()
    source = question_stream(questions, on_problem=leave_out)
    answers = answer_stream(answerer, source, n_best=n_best, on_problem=leave_out)
    if is_main_process():
        with file_atomically(output) as unfinished:
            n = write_answers(unfinished, answers)
            unfinished.chmod(0o644)
    else:
        n = sum(1 for _ in answers)
    record: dict[str, Any] = {"n": n, "n_failed": n_failed, "seconds": round(time.perf_counter() - started, 2)}
    if as_json:
        print_json({**record, "out": str(output), "failed": failed})
    else:
        show_failures(failed, f"left out (the first {MOST_SHOWN})" if n_failed > MOST_SHOWN else "left out")
        say(f"{n:,} answers in {record['seconds']:.0f} s, {n_failed:,} left out; written to {output}")
    if n_failed:
        raise typer.Exit(1)
