"""Commands that write reports."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qa_lesson.cli._app import Data, Json, MaxLength, ModelDir, SkipBad, Stride, app, load_or_explain
from qa_lesson.cli._console import print_json, say, show_table, tell
from qa_lesson.cli._outputs import MODEL_CARD, REPORT, Force, Output, check_outputs
from qa_lesson.cli.modelling import Split, Threshold, Unanswerable


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
        "exact_match_interval": [assessment.exact_match.low, assessment.exact_match.high],
        "f1_interval": [assessment.f1.low, assessment.f1.high],
        "documents": assessment.n_documents,
        "caveats": assessment.caveats(),
        "report": str(output),
        "model_card": str(card) if card else None,
    }
    if as_json:
        return print_json(record)
    rows = []
    for label, interval in (("exact match", assessment.exact_match), ("F1", assessment.f1)):
        ends = f"{100 * interval.low:.1f} to {100 * interval.high:.1f} %"
        rows.append((label, f"{100 * interval.estimate:.1f} %", ends))
    show_table(("score", "value", "95 % interval"), rows)
    for caveat in assessment.caveats():
        say(f"- {caveat}")
    say(f"report in {output}" + (f", model card in {card}" if card else ""))
