"""Commands about data: the embedded corpus, and the validation of files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from qa_lesson.cli._app import Json, app
from qa_lesson.cli._console import print_json, say, show_table
from qa_lesson.cli._outputs import QUESTIONS, SQUAD, Force, Output, check_outputs
from qa_lesson.errors import counted


@app.command()
def corpus(as_json: Json = False) -> None:
    """Count the embedded corpus: documents, passages, questions, references, lexical overlap."""
    from qa_lesson.corpus import corpus_counts, corpus_kinds

    counts, kinds = corpus_counts(), corpus_kinds()
    if as_json:
        return print_json({"splits": counts, "kinds": kinds})
    for title, rows in (("the embedded corpus", counts), ("answerable questions by answer type", kinds)):
        headings = [str(name).replace("_", " ").replace("passage words", "words a passage") for name in rows[0]]
        cells = [[f"{value:.2f}" if isinstance(value, float) else str(value) for value in row.values()] for row in rows]
        show_table(headings, cells, title=title)
    say(
        "lexical overlap: share of a question's content words that stand in the sentence holding its answer "
        "(0 none, 1 all)",
    )


@app.command()
def validate(
    data: Annotated[Path, typer.Argument(help="SQuAD JSON, JSONL, CSV, TSV, Haystack or Label Studio export.")],
    output: Annotated[Path | None, typer.Option("--out", help="Write the good records here, as SQuAD JSON.")] = None,
    shown: Annotated[int, typer.Option(min=1, help="Problems, and warnings of each kind, to print.")] = 5,
    max_length: Annotated[int, typer.Option(min=1, help="Tokens of the windows that the data is meant for.")] = 384,
    stride: Annotated[int, typer.Option(min=0, help="Context tokens that windows share.")] = 128,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Check a data file: every bad record with its place and remedy, and what deserves a look; exit 1 on a problem."""
    from qa_lesson.loading import validate as validated
    from qa_lesson.loading import write_squad

    check_outputs([Output("--out", output, SQUAD)], [data], force)
    report = validated(data, max_length=max_length, stride=stride)
    n_written = 0
    if output is not None and report.examples:
        write_squad(report.examples, output)
        n_written = len(report.examples)
    if as_json:
        print_json({**report.as_dict(), "written": n_written})
    else:
        say(report.text(shown))
        if output is not None:
            target = f" to {output}" if n_written else ": there is no good record"
            say(f"{n_written} records written{target}")
    if not report.ok:
        raise typer.Exit(1)


@app.command()
def convert(
    data: Annotated[Path, typer.Argument(help="Questions in any format that `qa-lesson validate` reads.")],
    output: Annotated[Path, typer.Option("--out", help="Write them here.")],
    form: Annotated[
        Literal["squad", "label-studio", "haystack", "doccano", "csv"], typer.Option("--to", help="Format to write.")
    ] = "squad",
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Write questions in the format of another tool; bad records stop it."""
    from qa_lesson.loading import export_examples, load_examples

    check_outputs([Output("--out", output, QUESTIONS)], [data], force)
    examples = load_examples(data)
    export_examples(examples, output, form)
    if as_json:
        print_json({"questions": len(examples), "format": form})
    else:
        say(f"{counted(len(examples), 'question')} written to {output} as {form}")
