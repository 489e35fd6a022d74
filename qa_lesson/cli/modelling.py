"""Commands that train, score and use a model."""

from __future__ import annotations

import codecs
import dataclasses
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
    load_or_explain,
    load_usable,
    show_failures,
)
from qa_lesson.cli._console import Piece, print_json, say, show_table, tell, warn
from qa_lesson.cli._outputs import ANSWERS, MODEL, PREDICTIONS, SEED_RUNS, Force, Output, check_outputs
from qa_lesson.errors import ConfigError, DataError, Problem
from qa_lesson.hardware import is_main_process
from qa_lesson.schema import Example

if TYPE_CHECKING:
    from qa_lesson.answering import QuestionAnswerer
    from qa_lesson.evaluation import Evaluation
    from qa_lesson.training import SeedRuns

MOST_SHOWN = 20
"""So many of the questions that cannot be used are named when a stream of them is answered."""


@app.command()
def finetune(
    data: Data = None,
    validation: Annotated[
        Path | None, typer.Option(help="Validation data; without it --data is split by document.")
    ] = None,
    model: Annotated[str, typer.Option(help='"embedded", a model folder, or a hub id.')] = "embedded",
    output: Annotated[Path | None, typer.Option("--out", help="Where to put the model folder.")] = None,
    epochs: Annotated[int | None, typer.Option(help="Passes over the data, at most.")] = None,
    learning_rate: Annotated[float | None, typer.Option(help="Peak learning rate.")] = None,
    batch_size: Annotated[int | None, typer.Option(help="Windows a step.")] = None,
    max_length: Annotated[int | None, typer.Option(help="Tokens of a window.")] = None,
    stride: Annotated[int | None, typer.Option(help="Context tokens that windows share.")] = None,
    dropout: Annotated[float | None, typer.Option(help="Dropout probability [default: 0].")] = None,
    frozen_layers: Annotated[int | None, typer.Option(help="Lowest layers to keep as they are.")] = None,
    patience: Annotated[int | None, typer.Option(help="Epochs without gain before stopping.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the head, the order and the dropout.")] = None,
    seeds: Annotated[int, typer.Option("--seeds", min=1, help="Train this many seeds, counted from --seed.")] = 1,
    precision: Annotated[
        Literal["auto", "bf16", "fp32"] | None, typer.Option(help="auto: bf16 where the hardware has it.")
    ] = None,
    unanswerable: Unanswerable = False,
    skip_bad: SkipBad = False,
    use_cache: Annotated[bool, typer.Option("--cache/--no-cache", help="Reuse an equal run.")] = True,
    as_json: Json = False,
) -> None:
    """Fine-tune a model; without --data on the embedded corpus.

    With --seeds the recipe is trained several times, --out holds one model folder for each seed (seed-0, seed-1, ...),
    and the table shows how far the runs scatter.
    """
    from qa_lesson.corpus import load_corpus, load_training
    from qa_lesson.loading import split_by_document, write_squad
    from qa_lesson.runs import TrainingConfig
    from qa_lesson.training import finetune as run_finetune
    from qa_lesson.training import finetune_seeds

    check_outputs([Output("--out", output, MODEL if seeds == 1 else SEED_RUNS)], [data, validation, model], force=False)
    chosen = {
        "epochs": epochs, "learning_rate": learning_rate, "batch_size": batch_size, "max_length": max_length,
        "stride": stride, "dropout": dropout, "frozen_layers": frozen_layers, "patience": patience, "seed": seed,
        "precision": precision,
    }  # fmt: skip
    config = TrainingConfig(model=model, **{name: value for name, value in chosen.items() if value is not None})  # type: ignore[arg-type]
    held_out: list[Example] = []
    if data is None:
        train, held = load_training(unanswerable=unanswerable), load_corpus("validation", unanswerable=unanswerable)
    elif validation is not None:
        train, held = load_or_explain(data, skip_bad), load_or_explain(validation, skip_bad)
    else:
        parts = split_by_document(load_or_explain(data, skip_bad), seed=config.seed)
        train, held, held_out = parts["train"], parts["validation"], parts["test"]
    tell(f"training on {len(train)} questions, validating on {len(held)} ...")
    if seeds > 1:
        several = finetune_seeds(train, held, config, n_seeds=seeds, output_dir=output, use_cache=use_cache)
        for one in several.runs if held_out and is_main_process() else ():
            write_squad(held_out, one.model_dir / "held_out.json")
        return _print_seeds(several, as_json)
    run = run_finetune(train, held, config, output_dir=output, use_cache=use_cache)
    test_data = run.model_dir / "held_out.json" if held_out else None
    if test_data is not None and is_main_process():
        write_squad(held_out, test_data)
    if run.lost_answers:
        warn("note:", f"{len(run.lost_answers)} answers fit in no window and were trained as 'no answer'")

    kept = run.kept
    record = {
        "exact_match": kept.exact_match,
        "f1": kept.f1,
        "n": run.n_validation,
        "scored_on": "validation",
        "untrained_f1": run.untrained_f1,
        "best_epoch": run.best.epoch,
        "kept_epoch": kept.epoch,
        "n_train": run.n_train,
        "train_seconds": round(run.train_seconds, 1),
        "device": run.device,
        "bf16": run.bf16,
        "from_cache": run.from_cache,
        "model_dir": str(run.model_dir),
        "test_data": str(test_data) if test_data else None,
        "data_hash": run.data_hash,
        "config": dataclasses.asdict(run.config),
        "versions": run.versions,
        "curve": [dataclasses.asdict(point) for point in run.curve],
    }
    if as_json:
        return print_json(record)
    rows = [("untrained", "", "", "", f"{100 * run.untrained_f1:.1f}")]
    for point in run.curve:
        mark = " (kept)" if point.epoch == kept.epoch else ""
        losses = (f"{point.train_loss:.3f}", f"{point.validation_loss:.3f}")
        rows.append((f"{point.epoch}{mark}", *losses, f"{100 * point.exact_match:.1f}", f"{100 * point.f1:.1f}"))
    headings = ("epoch", "training loss", "validation loss", "EM %", "F1 %")
    show_table(headings, rows, title="validation after each epoch")
    source = "from the cache" if run.from_cache else f"in {run.train_seconds:.0f} s on {run.device}"
    say(f"{run.n_train} questions, {source}; model in {run.model_dir}")
    evaluate_with = f"--data {test_data}" if test_data else "--split test"
    say(
        f"The kept epoch was chosen on these questions, so score it on others: "
        f"qa-lesson evaluate --model {run.model_dir} {evaluate_with}"
    )


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
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Score a model on a split of the embedded corpus, or on a file.

    A bad record, or a question too long for the windows, is named and left out of the scores and the predictions, and
    the exit code is 1.
    """
    from qa_lesson.answering import QuestionAnswerer
    from qa_lesson.corpus import load_corpus
    from qa_lesson.evaluation import evaluate_predictions
    from qa_lesson.storage import write_atomically
    from qa_lesson.streaming import predict_together

    check_outputs([Output("--out", predictions, PREDICTIONS)], [data, model], force)
    bad: list[dict[str, str]] = []
    if data is None:
        examples = load_corpus(split, unanswerable=unanswerable)
    else:
        examples, bad = load_usable(data, skip_bad=skip_bad, strict=strict)
    if threshold is None and not all(example.is_answerable for example in examples):
        threshold = 0.0
    answerer = QuestionAnswerer(
        model, max_length=max_length, stride=stride, no_answer_threshold=threshold, precision=precision
    )
    examples, too_long = set_apart(answerer, examples, strict)
    failed = bad + too_long
    started = time.perf_counter()
    answers = predict_together(answerer, examples, n_best=1)
    seconds = time.perf_counter() - started
    result = evaluate_predictions(examples, answers, rules=rules)
    if predictions is not None and is_main_process():
        write_atomically(predictions, json.dumps(result.predictions, ensure_ascii=False, indent=1) + "\n")
    extra = {"data": str(data) if data else f"corpus:{split}", "model": model, "seconds": round(seconds, 2)}
    extra |= failures(failed)
    _print_evaluation(result, extra, as_json, with_interval=True)
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
    from qa_lesson.answering import QuestionAnswerer

    def load() -> QuestionAnswerer:
        return QuestionAnswerer(
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


def _print_seeds(several: SeedRuns, as_json: bool) -> None:
    if as_json:
        return print_json(several.as_dict())
    rows = []
    for run in several.runs:
        seconds = "cached" if run.from_cache else f"{run.train_seconds:.0f}"
        scores = (f"{100 * run.kept.exact_match:.1f}", f"{100 * run.kept.f1:.1f}")
        rows.append((str(run.config.seed), seconds, str(run.kept.epoch), *scores))
    for name, value in (("mean", several.mean), ("standard deviation", several.spread)):
        rows.append((name, "", "", f"{100 * value('exact_match'):.1f}", f"{100 * value('f1'):.1f}"))
    show_table(("seed", "seconds", "kept epoch", "EM %", "F1 %"), rows, title="validation of each seed's kept epoch")
    best, first = several.best, several.runs[0]
    say(f"Report the recipe as mean and standard deviation over {len(several.runs)} seeds.")
    say(
        f"To deploy: {first.model_dir} (seed {first.config.seed}) was fixed before any score was known. "
        f"{best.model_dir} (seed {best.config.seed}) has the best validation F1, but that F1 was picked for being the "
        "highest, so part of it is luck. If you deploy it, report its score on test questions that chose nothing."
    )


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
