"""An index of passages, and searching in it."""

from __future__ import annotations

import textwrap
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

import typer

from qa_lesson.cli._app import Json, app
from qa_lesson.cli._console import print_json, progress_bar, say, show_table, tell, warn
from qa_lesson.cli._outputs import INDEX, Force, Output, check_outputs
from qa_lesson.errors import counted

IndexDir = Annotated[Path, typer.Argument(metavar="INDEX", help="Folder that `qa-lesson index` wrote.")]
_SNIPPET = 160
_SEEN_TOKENS = 250  # the encoder reads 256, the headings and two special tokens among them


@app.command()
def index(
    passages: Annotated[Path, typer.Argument(help="File that `qa-lesson passages` wrote.")],
    output: Annotated[Path, typer.Option("--out", help="Write the index to this folder.")],
    language: Annotated[str, typer.Option(help="Of the word stems.")] = "english",
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Make passages searchable, by words and by meaning."""
    check_outputs([Output("--out", output, INDEX)], [passages], force)

    from qa_lesson.documents import read_passages
    from qa_lesson.retrieval import build_index

    found = read_passages(passages)
    with _warnings_told(), progress_bar() as bar:
        task = bar.add_task("embedding", total=len(found))
        built = build_index(
            found, progress=lambda done, total: bar.update(task, completed=done, total=total), language=language
        )
    built.save(output)
    documents = len({passage.document for passage in found})
    n_long = sum(passage.n_tokens > _SEEN_TOKENS for passage in found)
    if n_long:
        text = f"{n_long} of {len(found)} are longer than {_SEEN_TOKENS} tokens; the rest is found by its words alone"
        warn("long passages:", f"{text}. Shorter ones: qa-lesson passages FOLDER --tokens 200")
    if as_json:
        print_json({"index": str(output), "passages": len(found), "documents": documents, "long_passages": n_long})
    else:
        say(f"{counted(len(found), 'passage')} of {counted(documents, 'document')} indexed in {output}")
        tell(f'search it with: qa-lesson search {output} "your question"')


@app.command()
def search(
    folder: IndexDir,
    question: Annotated[str, typer.Argument(help="What to look for.")],
    k: Annotated[int, typer.Option("-k", min=1, help="How many passages at most.")] = 10,
    method: Annotated[
        Literal["words", "meaning", "fused"], typer.Option(help="BM25, the encoder's vectors, or both.")
    ] = "fused",
    as_json: Json = False,
) -> None:
    """Show the passages that fit a question best."""
    from qa_lesson.retrieval import load_index

    with _warnings_told():
        searched = load_index(folder)
    (hits,) = searched.search([question], k=k, method=method)
    if as_json:
        rows = [
            {
                "rank": hit.rank,
                "score": hit.score,
                "id": hit.passage.id,
                "document": hit.passage.document,
                "page": hit.passage.page,
                "headings": hit.passage.headings,
                "start": hit.passage.start,
                "end": hit.passage.end,
                "text": hit.passage.text,
                "snippet": searched.snippet(question, hit.passage),
            }
            for hit in hits
        ]
        print_json({"question": question, "method": method, "passages_searched": len(searched), "hits": rows})
    elif not hits:
        say(f"none of {counted(len(searched), 'passage')} has a word of the question; try --method fused")
    else:
        show_table(
            ("rank", "score", "document", "page", "heading", "passage"),
            [
                (
                    str(hit.rank),
                    f"{hit.score:.3f}",
                    hit.passage.document,
                    "" if hit.passage.page is None else str(hit.passage.page),
                    " > ".join(hit.passage.headings),
                    textwrap.shorten(searched.snippet(question, hit.passage), _SNIPPET, placeholder=" ..."),
                )
                for hit in hits
            ],
        )


@contextmanager
def _warnings_told() -> Iterator[None]:
    """Warnings of the index as notes on stderr, without the line of code that caused them."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        yield
    for one in caught:
        if issubclass(one.category, UserWarning):
            warn("note:", str(one.message))
