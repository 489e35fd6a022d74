"""Commands about data: the embedded corpus, and the validation of files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from qa_lesson.cli._app import Json, app, out, print_json


@app.command()
def corpus(as_json: Json = False) -> None:
    """Count the embedded corpus: documents, passages, questions, references, lexical overlap."""
    from qa_lesson.corpus import corpus_counts, corpus_kinds

    counts, kinds = corpus_counts(), corpus_kinds()
    if as_json:
        return print_json({"splits": counts, "kinds": kinds})
    for title, rows in (("the embedded corpus", counts), ("answerable questions by answer type", kinds)):
        headings = [str(name).replace("_", " ").replace("passage words", "words a passage") for name in rows[0]]
        table = Table(*headings, title=title)
        for row in rows:
            table.add_row(*(f"{value:.2f}" if isinstance(value, float) else str(value) for value in row.values()))
        out.print(table)
    out.print(
        "lexical overlap: share of a question's content words that stand in the sentence holding its answer "
        "(0 none, 1 all)",
        highlight=False,
        soft_wrap=True,
    )


@app.command()
def validate(
    data: Annotated[Path, typer.Argument(help="SQuAD JSON, JSONL, CSV, TSV, Haystack or Label Studio export.")],
    output: Annotated[Path | None, typer.Option("--out", help="Write the good records here, as SQuAD JSON.")] = None,
    shown: Annotated[int, typer.Option(min=1, help="Problems, and warnings of each kind, to print.")] = 5,
    as_json: Json = False,
) -> None:
    """Check a data file: every bad record with its place and remedy, and what deserves a look; exit 1 on a problem."""
    from qa_lesson.loading import validate as validated
    from qa_lesson.loading import write_squad

    report = validated(data)
    n_written = 0
    if output is not None and report.examples:
        write_squad(report.examples, output)
        n_written = len(report.examples)
    if as_json:
        print_json({**report.as_dict(), "written": n_written})
    else:
        out.print(escape(report.text(shown)), highlight=False, soft_wrap=True)
        if output is not None:
            target = f" to {escape(str(output))}" if n_written else ": there is no good record"
            out.print(f"{n_written} records written{target}", highlight=False, soft_wrap=True)
    if not report.ok:
        raise typer.Exit(1)
