"""Scoring a model, or a file of predictions."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from qa_lesson.cli._app import (
    Data,
    Json,
    MaxLength,
    ModelDir,
    Precision,
    Rules,
    SkipBad,
    Split,
    Strict,
    Stride,
    Threshold,
    Unanswerable,
    app,
    failed_row,
    failures,
    interval_in_words,
    interval_record,
    load_usable,
    show_failures,
)
from qa_lesson.cli._console import Piece, print_json, say, show_table
from qa_lesson.cli._outputs import PREDICTIONS, Force, Output, check_outputs
from qa_lesson.cli.corpora.corpus_questions import evaluate_over_corpus, show_over_corpus
from qa_lesson.errors import DataError, Problem
from qa_lesson.hardware import is_main_process
from qa_lesson.schema import Example

if TYPE_CHECKING:
    from qa_lesson.answering import QuestionAnswerer
    from qa_lesson.evaluation import Evaluation


@app.command()
def evaluate(
    model: ModelDir,
    split: Split = "test",
    data: Data = None,
    predictions: Annotated[Path | None, typer.Option("--out", help="Write the predictions (JSON) here.")] = None,
    rules: Rules = "v2.0",
    unanswerable: Unanswerable = False,
    threshold: Threshold = None,
    max_length: MaxLength = None,
    stride: Stride = None,
    precision: Precision = "auto",
    skip_bad: SkipBad = False,
    strict: Strict = False,
    index: Annotated[
        Path | None, typer.Option("--index", help="Also answer from all passages of this index, and score that.")
    ] = None,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Score a model on a split of the embedded corpus, or on a file.

    With --index the questions are also answered from the whole index, and every error is put down to the step that
    failed. --out then holds those answers.

    A bad record, or a question too long for the windows, is named and left out of the scores and the predictions, and
    the exit code is 1.
    """
    from qa_lesson.corpus import load_corpus
    from qa_lesson.evaluation import evaluate_predictions
    from qa_lesson.serving.exported_answers import open_answerer
    from qa_lesson.storage import write_atomically
    from qa_lesson.streaming import predict_together

    check_outputs([Output("--out", predictions, PREDICTIONS)], [data, model, index], force)
    bad: list[dict[str, str]] = []
    if data is None:
        examples = load_corpus(split, unanswerable=unanswerable)
    else:
        examples, bad = load_usable(data, skip_bad=skip_bad, strict=strict)
    if threshold is None and not all(example.is_answerable for example in examples):
        threshold = 0.0
    answerer = open_answerer(
        model, max_length=max_length, stride=stride, no_answer_threshold=threshold, precision=precision
    )
    examples, too_long = set_apart(answerer, examples, strict)
    failed = bad + too_long
    started = time.perf_counter()
    answers = predict_together(answerer, examples, n_best=1)
    seconds = time.perf_counter() - started
    result = evaluate_predictions(examples, answers, rules=rules)
    over_corpus = None if index is None else evaluate_over_corpus(index, answerer, examples)
    if predictions is not None and is_main_process():
        texts = result.predictions if over_corpus is None else over_corpus.scores.predictions
        write_atomically(predictions, json.dumps(texts, ensure_ascii=False, indent=1) + "\n")
    extra = {"data": str(data) if data else f"corpus:{split}", "model": model, "seconds": round(seconds, 2)}
    if over_corpus is not None and as_json:
        extra["over_corpus"] = over_corpus.as_dict()
    extra |= failures(failed)
    _print_evaluation(result, extra, as_json, with_interval=True)
    if over_corpus is not None and not as_json:
        show_over_corpus(over_corpus)
    if failed:
        raise typer.Exit(1)


@app.command()
def score(
    predictions: Annotated[Path, typer.Argument(help='JSON: {"question-id": "answer text"}')],
    data: Annotated[Path, typer.Argument(help="SQuAD JSON or JSONL.")],
    rules: Rules = "v2.0",
    missing: Annotated[
        Literal["error", "zero"], typer.Option(help="A question without prediction: an error, or a score of 0.")
    ] = "error",
    questions: Annotated[bool, typer.Option("--questions", help="Also the scores of every question.")] = False,
    skip_bad: SkipBad = False,
    strict: Strict = False,
    as_json: Json = False,
) -> None:
    """Score a file of predictions, as the official SQuAD scripts do.

    A bad record, and a question whose prediction is not a text, is named and left out of the scores, and the exit code
    is 1. A question without any prediction is another matter: see --missing.
    """
    from qa_lesson.evaluation import evaluate_predictions, read_predictions

    examples, failed = load_usable(data, skip_bad=skip_bad, strict=strict)
    unreadable: dict[str, Problem] | None = None if strict else {}
    answers = read_predictions(predictions, bad=unreadable)
    if failed:  # a bad record's question has a prediction too, and nothing to score it against
        known = {example.id for example in examples}
        answers = {name: text for name, text in answers.items() if name in known}
    if unreadable:
        failed = failed + [failed_row(name, problem) for name, problem in unreadable.items()]
        examples = [example for example in examples if example.id not in unreadable]
    result = evaluate_predictions(examples, answers, rules=rules, missing=missing)
    extra: dict[str, Any] = {"questions": result.rows()} if questions else {}
    _print_evaluation(result, extra | failures(failed), as_json)
    if failed:
        raise typer.Exit(1)


def _print_evaluation(result: Evaluation, extra: dict[str, Any], as_json: bool, *, with_interval: bool = False) -> None:
    from qa_lesson.evaluation import reported_interval

    totals = result.totals()
    interval = reported_interval(result) if with_interval and result.n > 1 else None
    if as_json:
        return print_json({**totals, **(interval_record("f1", interval) if interval else {}), **extra})
    note = totals.pop("note", "")
    questions: Sequence[dict[str, Any]] = extra.pop("questions", [])
    failed: Sequence[dict[str, str]] = extra.pop("failed", [])
    if questions:
        cells: list[Sequence[Piece]] = []
        for row in questions:
            answer_text = "(missing)" if row["prediction"] is None else row["prediction"] or "(no answer)"
            references = " | ".join(row["references"]) or "(no answer)"
            scores = (f"{row['exact_match']:.0f}", f"{100 * row['f1']:.1f}")
            cells.append((row["id"], *scores, answer_text, references))
        show_table(("id", "EM", "F1 %", "prediction", "references"), cells)
    show_failures(failed, "left out of the scores")
    values: list[tuple[str, str]] = []
    for name, value in {**totals, **extra}.items():
        is_score = isinstance(value, float) and name != "seconds"
        label = name.replace("_", " ") + (" %" if is_score else "")
        values.append((label, f"{100 * float(value):.2f}" if is_score else str(value)))
    show_table(("", "value"), values)
    if interval:
        say(f"F1 {interval_in_words(interval)}")
    if note:
        say(f"note: {note}")


def set_apart(
    answerer: QuestionAnswerer, examples: Sequence[Example], strict: bool
) -> tuple[list[Example], list[dict[str, str]]]:
    """The questions that the model can take, and what is wrong with each of the others.

    Raises:
        DataError: one is too long and `strict` is true, or all are.
    """
    problems = answerer.too_long(examples)
    if problems and (strict or len(problems) == len(examples)):
        raise DataError.from_problems(list(problems.values()), source="the questions", n_records=len(examples))
    failed = [failed_row(examples[i].id, problem) for i, problem in problems.items()]
    return [one for i, one in enumerate(examples) if i not in problems], failed
