"""A model as a service."""

from __future__ import annotations

from dataclasses import asdict
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
    interval_in_words,
    load_or_explain,
)
from qa_lesson.cli._console import finish_printing, print_json, say, show_table, tell, warn
from qa_lesson.cli._outputs import (
    ONNX_MODEL,
    OPENVINO_MODEL,
    PASSAGES,
    SERVICE_LOG,
    SQUAD,
    WATCH_PAGE,
    Force,
    Output,
    check_outputs,
)
from qa_lesson.errors import ConfigError, counted

if TYPE_CHECKING:
    from qa_lesson.answering import QuestionAnswerer
    from qa_lesson.open_corpus import CorpusAnswerer


@app.command()
def serve(
    model: ModelDir,
    index: Annotated[
        Path | None, typer.Option(help="Folder that `qa-lesson index` wrote, to answer questions without a context.")
    ] = None,
    settings: Annotated[
        Path | None, typer.Option(help="File that `qa-lesson calibrate` wrote; if not given, the one in the index.")
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen at; 0.0.0.0 lets other machines in.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8000,
    allow_host: Annotated[
        list[str] | None, typer.Option(help="A name of this machine that browsers may use; may be repeated.")
    ] = None,
    log: Annotated[
        Path | None, typer.Option(help="Keep questions, answers and feedback in this file; nothing is kept without.")
    ] = None,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds to wait for an answer.")] = 30.0,
    waiting: Annotated[int, typer.Option(min=1, help="Questions that may wait; beyond it the answer is 429.")] = 256,
    threshold: Threshold = None,
    max_length: MaxLength = None,
    stride: Stride = None,
    precision: Precision = "auto",
    onnx: Annotated[
        bool, typer.Option("--onnx", help="Refuse a --model that is no folder of `qa-lesson export-onnx`.")
    ] = False,
) -> None:
    """Answer questions over HTTP, with a web page, until Ctrl+C or SIGTERM."""
    check_outputs([Output("--log", log, SERVICE_LOG)], [model, index, settings], force=False)
    from qa_lesson.serving.exported_answers import open_answerer

    try:
        from qa_lesson.serving import ServiceLimits, build_app, open_socket, run_service
        from qa_lesson.serving.lifetime import address_of, is_local
        from qa_lesson.serving.service_log import STORED, ServiceLog
    except ImportError as error:
        raise ConfigError(
            f"{error.name or 'a library'} is needed for a service and is not installed",
            fix='run: pip install "qa-lesson[serving]"',
        ) from error

    options: dict[str, Any] = {"max_length": max_length, "stride": stride, "no_answer_threshold": threshold}
    listening = open_socket(host, port)
    if onnx:
        from qa_lesson.serving.onnx_model import OnnxAnswerer

        answerer: QuestionAnswerer = OnnxAnswerer(model, **options)
    else:
        _check_model(model)
        answerer = open_answerer(model, precision=precision, **options)
    kept = None if log is None else ServiceLog(log)
    limits = ServiceLimits(seconds=timeout, waiting_questions=waiting)
    corpus = None if index is None else _from_index(index, answerer, settings)
    n_passages = None if corpus is None else len(corpus.index.passages)
    service = build_app(
        answerer, corpus, name=_name(model), n_passages=n_passages, limits=limits, log=kept, hosts=allow_host or ()
    )
    if kept is not None:
        tell(f"log: {log} keeps {STORED}")
    if not is_local(listening):
        warn("note:", "every machine that reaches this one can use the service: it has no password")
    say(f"{_name(model)} answers at {address_of(listening)} (Ctrl+C stops it)")
    finish_printing()  # a pipe would show it at the end
    run_service(service, listening)


@app.command("export-openvino")
def export_to_openvino(
    model: ModelDir,
    output: Annotated[Path, typer.Option("--out", help="Write the exported model to this folder.")],
    int8: Annotated[
        bool,
        typer.Option("--int8", help="8-bit weights and activations: the fastest, and some answers change."),
    ] = False,
    calibrate: Annotated[
        Path | None,
        typer.Option(
            help="Questions with their contexts, like those that will be asked, to set the 8-bit ranges on. If not "
            "given, the course's training questions, for a model trained on them."
        ),
    ] = None,
    check: Annotated[
        Path | None,
        typer.Option(
            help="Questions to answer before and after: how many answers change and, if they have answers, F1."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Export a model to OpenVINO, which is fast on CPUs; all commands that answer take its folder as --model.

    The logits of an export without --int8 are compared with the original's. With --int8 the original and the export
    answer the questions of --check, or those that it was calibrated on.
    """
    from qa_lesson.runs import evenly_spread
    from qa_lesson.serving import calibration_questions, compare_answers, export_openvino, open_answerer
    from qa_lesson.serving.openvino_model import CALIBRATION_QUESTIONS

    check_outputs([Output("--out", output, OPENVINO_MODEL)], [model, calibrate, check], force=False)
    if calibrate is not None and not int8:
        raise ConfigError("--calibrate sets the ranges of an 8-bit export", fix="add --int8, or leave --calibrate out")
    chosen = None
    if int8:
        given = calibration_questions(model) if calibrate is None else load_or_explain(calibrate, skip_bad=False)
        chosen = evenly_spread(given, CALIBRATION_QUESTIONS)
        tell(f"calibrated on {counted(len(chosen), 'question')} of {calibrate or 'the training of the course'}")
    checked = chosen if check is None else load_or_explain(check, skip_bad=False)
    export_openvino(model, output, int8_for=chosen)
    size = sum(path.stat().st_size for path in output.glob("openvino_model.*")) / 1e6
    found = None
    if checked is not None:
        before = open_answerer(model, precision="fp32", device="cpu")
        found = compare_answers(before, open_answerer(output), checked)
    if as_json:
        return print_json({"out": str(output), "megabytes": round(size, 1), "check": found and asdict(found)})
    if found is not None:
        source = check or "those that it was calibrated on"
        scores = "" if found.f1 is None else f"; F1 {100 * found.f1[0]:.1f}% before, {100 * found.f1[1]:.1f}% after"
        say(f"{found.n_changed} of {counted(found.n, 'answer')} changed ({source}){scores}")
    say(f"{size:.0f} MB in {output}; serve it with: qa-lesson serve --model {output}")


@app.command("export-onnx")
def export(
    model: ModelDir,
    output: Annotated[Path, typer.Option("--out", help="Write the exported model to this folder.")],
    int8: Annotated[bool, typer.Option("--int8", help="8-bit weights: smaller, and some answers change.")] = False,
) -> None:
    """Export a model to ONNX, for `serve` and other programs; its logits are compared with the original's."""
    from qa_lesson.serving.onnx_model import ONNX_FILE, export_onnx

    check_outputs([Output("--out", output, ONNX_MODEL)], [model], force=False)
    export_onnx(model, output, int8=int8)
    size = (output / ONNX_FILE).stat().st_size / 1e6
    say(f"{size:.0f} MB in {output}; serve it with: qa-lesson serve --onnx --model {output}")


@app.command()
def watch(
    log: Annotated[Path, typer.Argument(help="File that `qa-lesson serve --log` wrote.")],
    output: Annotated[Path | None, typer.Option("--out", help="Write a page (HTML) here.")] = None,
    training: Annotated[
        str | None, typer.Option(help='What the model was trained on: a file, or "corpus" for the embedded corpus.')
    ] = None,
    confirmed: Annotated[
        Path | None, typer.Option(help="Write the answers marked right here (SQuAD JSON), to train on.")
    ] = None,
    to_annotate: Annotated[
        Path | None, typer.Option(help="Write the passages of questions that need a person here, for annotate.")
    ] = None,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Show what a service was asked: abstentions, answers marked wrong, drift, and questions unlike the training."""
    from qa_lesson.corpus import load_training
    from qa_lesson.serving.watch_page import write_watch_page
    from qa_lesson.serving.watching import watch_log, write_confirmed, write_to_annotate

    outputs = [
        Output("--out", output, WATCH_PAGE),
        Output("--confirmed", confirmed, SQUAD),
        Output("--to-annotate", to_annotate, PASSAGES),
    ]
    check_outputs(outputs, [log, training], force)
    known = None
    if training is not None:
        known = load_training() if training == "corpus" else load_or_explain(Path(training), skip_bad=False)
    watched = watch_log(log, known)
    for problem in watched.problems:
        warn("left out:", str(problem))
    whole = watched.whole
    written: list[tuple[Path, int]] = []
    if output is not None:
        written.append((write_watch_page(watched, output), whole.n))
    if confirmed is not None:
        written.append((confirmed, write_confirmed(watched, confirmed)))
    if to_annotate is not None:
        written.append((to_annotate, write_to_annotate(watched, to_annotate)))
    if as_json:
        shares = {"abstained": whole.abstained, "marked_wrong": whole.wrong, "unlike_training": whole.far}
        record = {name: None if one is None else [one.estimate, one.low, one.high] for name, one in shares.items()}
        changes = [{**vars(change), "changed": change.is_sure} for change in watched.changes()]
        return print_json({"n": whole.n, **record, "changes": changes})
    named = (("without an answer", whole.abstained), ("marked wrong", whole.wrong), ("unlike training", whole.far))
    rows = [(name, interval_in_words(one)) for name, one in named if one is not None]
    show_table(("share", "value"), rows, title=f"{counted(whole.n, 'question')}, {whole.first} to {whole.last}")
    for change in watched.changes():
        if change.is_sure:
            warn("changed:", f"{change.what}, {100 * change.earlier:.0f}% to {100 * change.later:.0f}%")
    for path, n in written:
        say(f"{counted(n, 'question')} written to {path}")


def _from_index(index: Path, answerer: QuestionAnswerer, settings: Path | None) -> CorpusAnswerer:
    from qa_lesson.open_corpus import load_corpus_answerer, read_settings

    corpus = load_corpus_answerer(index, answerer, settings=None if settings is None else read_settings(settings))
    if not corpus.settings.is_fitted:
        warn(
            "note:", "every question gets an answer, also one that the documents don't answer: see qa-lesson calibrate"
        )
    return corpus


def _check_model(model: str) -> None:
    """Refuse a folder whose tokenizer or weights are not the trained ones."""
    from qa_lesson.encoder import EMBEDDED
    from qa_lesson.training.manifest import check_manifest

    if model == EMBEDDED:
        warn("note:", "the embedded encoder has an untrained head, so its answers are random")
    elif Path(model).is_dir() and check_manifest(Path(model)) is None:
        warn("note:", "the model folder doesn't say which tokenizer it was trained with, so that isn't checked")


def _name(model: str) -> str:
    return Path(model).name if Path(model).is_dir() else model
