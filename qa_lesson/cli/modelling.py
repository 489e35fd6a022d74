"""Training a model."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from qa_lesson.cli._app import Data, Json, SkipBad, Unanswerable, app, load_or_explain
from qa_lesson.cli._console import print_json, say, show_table, tell, warn
from qa_lesson.cli._outputs import MODEL, SEED_RUNS, Output, check_outputs
from qa_lesson.hardware import is_main_process
from qa_lesson.schema import Example

if TYPE_CHECKING:
    from qa_lesson.runs import TrainingConfig
    from qa_lesson.training import SeedRuns


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
    head_learning_rate: Annotated[
        float | None,
        typer.Option(help="Peak learning rate of the head [default: 0.003 if it is new, --learning-rate if trained]."),
    ] = None,
    max_answer_tokens: Annotated[
        int | None,
        typer.Option(help="Longest answer, in tokens [default: that of the training data, or 30]."),
    ] = None,
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
        "epochs": epochs, "learning_rate": learning_rate, "head_learning_rate": head_learning_rate,
        "max_answer_tokens": max_answer_tokens, "batch_size": batch_size, "max_length": max_length,
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
    _tell_choices(config, run.config)
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


def _tell_choices(asked: TrainingConfig, chosen: TrainingConfig) -> None:
    """Say what a setting that was left open became, where that is not the usual value."""
    if asked.head_learning_rate is None and chosen.head_rate != asked.head_rate:
        tell(
            f"{chosen.model} has a trained question-answering head, so the head learns at the body's rate, "
            f"{chosen.head_rate:g} (--head-learning-rate sets another)"
        )
    if asked.max_answer_tokens is None and chosen.answer_limit != asked.answer_limit:
        tell(f"the longest training answer has {chosen.answer_limit} tokens, so answers may have as many")


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
