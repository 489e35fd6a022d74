"""Writing questions on passages, in a browser."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from qa_lesson.cli._app import app, until_ended
from qa_lesson.cli._console import say, tell
from qa_lesson.cli._outputs import ANNOTATIONS, Output, check_outputs
from qa_lesson.errors import counted


@app.command("annotate")
def annotate_passages(
    passages: Annotated[Path, typer.Argument(help="File that `qa-lesson passages` wrote.")],
    output: Annotated[Path, typer.Option("--out", help="Write the questions here; a file of before is gone on with.")],
    model: Annotated[
        str | None, typer.Option("--model", help="Show first what this model, a folder or hub id, is least sure of.")
    ] = None,
    by_heading: Annotated[
        bool, typer.Option("--by-heading", help="Count every highest heading of a file as a document of its own.")
    ] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the page on this machine; 0 takes any.")] = 0,
    browser: Annotated[bool, typer.Option(help="Open the page in the browser.")] = True,
) -> None:
    """Open a page, for this machine only, to write questions on passages; Ctrl+C ends it."""
    check_outputs([Output("--out", output, ANNOTATIONS)], [passages], force=False)

    from qa_lesson.documents import divide_by_heading, read_passages
    from qa_lesson.loading import AnnotationStore
    from qa_lesson.views import annotate
    from qa_lesson.views.annotating.server import AnnotationServer
    from qa_lesson.views.annotating.sheets import helpful_order

    found = read_passages(passages)
    if by_heading:
        found = divide_by_heading(found)
    answerer = None
    if model is not None:
        from qa_lesson.serving.exported_answers import open_answerer

        answerer = open_answerer(model)
    ordered = helpful_order(found, AnnotationStore(output).examples, answerer=answerer)
    widget = annotate(output, ordered)
    with AnnotationServer(widget, port=port) as server:
        documents = len({passage.document for passage in found})
        tell(f"{counted(len(found), 'passage')} of {counted(documents, 'document')}. The page, for this machine alone:")
        say(server.url)
        tell("Every question is saved immediately. Ctrl+C ends this program.")
        if browser:
            webbrowser.open(server.url)
        with until_ended():
            server.serve_forever(poll_interval=0.2)
        tell(f"{counted(len(widget.examples), 'question')} in {output}. {widget.reach}")
