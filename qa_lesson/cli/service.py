"""A model as a service."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa_lesson.cli._app import MaxLength, ModelDir, Precision, Stride, Threshold, app
from qa_lesson.cli._console import finish_printing, say, tell, warn
from qa_lesson.errors import ConfigError

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
        Path | None, typer.Option(help="When to answer from the index and when not, fitted on validation questions.")
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
) -> None:
    """Answer questions over HTTP, with a web page, until Ctrl+C or SIGTERM."""
    from qa_lesson.answering import QuestionAnswerer

    try:
        from qa_lesson.serving import ServiceLimits, build_app, open_socket, run_service
        from qa_lesson.serving.lifetime import address_of, is_local
        from qa_lesson.serving.service_log import STORED, ServiceLog
    except ImportError as error:
        raise ConfigError(
            f"{error.name or 'a library'} is needed for a service and is not installed",
            fix='run: pip install "qa-lesson[serving]"',
        ) from error

    _check_model(model)
    listening = open_socket(host, port)
    answerer = QuestionAnswerer(
        model, max_length=max_length, stride=stride, no_answer_threshold=threshold, precision=precision
    )
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


def _from_index(index: Path, answerer: QuestionAnswerer, settings: Path | None) -> CorpusAnswerer:
    from qa_lesson.open_corpus import CorpusAnswerer, read_settings
    from qa_lesson.retrieval import load_index

    chosen = None if settings is None else read_settings(settings)
    if chosen is None:
        warn("note:", "without --settings every question gets an answer, also one that the documents don't answer")
    return CorpusAnswerer(load_index(index), answerer, settings=chosen)


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
