"""Commands that report on models: a page for one, a comparison of two or of two recipes."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from statistics import fmean, stdev
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from qa_lesson.cli._app import (
    Data,
    Json,
    MaxLength,
    ModelDir,
    Rules,
    SkipBad,
    Split,
    Stride,
    Threshold,
    Unanswerable,
    app,
    interval_in_words,
    interval_record,
    load_or_explain,
)
from qa_lesson.cli._console import print_json, say, show_table, tell
from qa_lesson.cli._outputs import MODEL_CARD, REPORT, Force, Output, check_outputs

if TYPE_CHECKING:
    from qa_lesson.evaluation import PairedComparison, RecipeComparison


@app.command()
def report(
    model: ModelDir,
    output: Annotated[Path, typer.Option("--out", help="The HTML file to write.")],
    data: Data = None,
    split: Split = "test",
    train: Annotated[Path | None, typer.Option(help="Training data, to be audited for leakage.")] = None,
    card: Annotated[Path | None, typer.Option(help="Write a model card (Markdown) here too.")] = None,
    unanswerable: Unanswerable = False,
    threshold: Threshold = None,
    max_length: MaxLength = None,
    stride: Stride = None,
    skip_bad: SkipBad = False,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Score a model and write one self-contained HTML report: intervals, slices, mistakes, calibration, training."""
    from qa_lesson.corpus import load_corpus, load_training
    from qa_lesson.report import assess, write_model_card, write_report

    written = [Output("--out", output, REPORT), Output("--card", card, MODEL_CARD)]
    check_outputs(written, [data, train, model], force)
    if data is None:
        examples = load_corpus(split, unanswerable=unanswerable)
        name = f"the {split.replace('_', ' ')} questions of the embedded corpus"
    else:
        examples, name = load_or_explain(data, skip_bad), data.name
    trained_on = None
    if train is not None:
        trained_on = load_or_explain(train, skip_bad)
    elif data is None and split in ("validation", "test", "out_of_domain"):
        trained_on = load_training(unanswerable=True)
    tell(f"answering {len(examples)} questions ...")
    assessment = assess(
        model, examples, data=name, threshold=threshold, train=trained_on, max_length=max_length, stride=stride
    )
    write_report(assessment, output)
    if card is not None:
        write_model_card(assessment, card)
    record = {
        **assessment.evaluation.totals(),
        **interval_record("exact_match", assessment.exact_match),
        **interval_record("f1", assessment.f1),
        "documents": assessment.n_documents,
        "caveats": assessment.caveats(),
        "report": str(output),
        "model_card": str(card) if card else None,
    }
    if as_json:
        return print_json(record)
    rows = []
    for label, interval in (("exact match", assessment.exact_match), ("F1", assessment.f1)):
        rows.append((label, f"{100 * interval.estimate:.1f}%", interval_in_words(interval)))
    show_table(("score", "value", "interval"), rows)
    for caveat in assessment.caveats():
        say(f"- {caveat}")
    say(f"report in {output}" + (f", model card in {card}" if card else ""))


@app.command("compare")
def compare_predictions(
    data: Annotated[Path, typer.Argument(help="SQuAD JSON or JSONL that all predictions answer.")],
    left: Annotated[list[Path], typer.Option("--left", help="Predictions (JSON); once for each seed of a recipe.")],
    right: Annotated[list[Path], typer.Option("--right", help="The same for what it is compared with.")],
    metric: Annotated[Literal["f1", "exact_match"], typer.Option(help="Which score.")] = "f1",
    rules: Rules = "auto",
    skip_bad: SkipBad = False,
    as_json: Json = False,
) -> None:
    """Compare two models, or two recipes with at least 3 seeds each, on the same questions.

    One file a side compares these two models. Several a side compare the recipes: which one will give the better model
    next time, with seeds and documents as sources of luck.
    """
    from qa_lesson.evaluation import compare_recipes, evaluate_predictions, paired_comparison, read_predictions

    examples = load_or_explain(data, skip_bad)
    sides = [
        [evaluate_predictions(examples, read_predictions(path), rules=rules) for path in paths]
        for paths in (left, right)
    ]
    scores = [[getattr(one.total, metric) for one in side] for side in sides]
    found: PairedComparison | RecipeComparison
    if len(left) == len(right) == 1:
        what = "two models"
        found = paired_comparison(sides[0][0], sides[1][0], metric)
    else:
        what = "two recipes"
        found = compare_recipes(sides[0], sides[1], metric)
    if as_json:
        record = {"compared": what, "metric": metric} | dataclasses.asdict(found)
        return print_json(record | {"left": scores[0], "right": scores[1], "claim": found.claim})
    rows = [
        (name, str(len(values)), f"{100 * fmean(values):.1f}", f"{100 * stdev(values):.1f}" if len(values) > 1 else "")
        for name, values in (("left", scores[0]), ("right", scores[1]))
    ]
    show_table(("", "runs", f"{metric.replace('_', ' ')} %", "standard deviation"), rows, title=what)
    ends = f"[{100 * found.low:+.1f}, {100 * found.high:+.1f}]"
    say(f"left minus right: {100 * found.difference:+.1f} points {ends}, p = {found.p_value:.2g}")
    say(f"The 95% interval is {found.claim}.")
    if what == "two models":
        say("It says nothing about the next run of either recipe: for that, give 3 or more seeds a side.")
