"""Commands about data: the embedded corpus."""

from __future__ import annotations

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
