"""Commands that look for what a score should not rest on: leaks from the test data into the training data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from qa_lesson.cli._app import Json, SkipBad, Strict, app, failures, load_usable, show_failures
from qa_lesson.cli._console import print_json, say, show_table
from qa_lesson.errors import counted

_WIDTH = 60  # characters of each text that the table shows


@app.command()
def audit(
    train: Annotated[Path, typer.Argument(help="Training data: SQuAD JSON or JSONL.")],
    test: Annotated[Path, typer.Argument(help="Test data: SQuAD JSON or JSONL.")],
    embeddings: Annotated[
        bool, typer.Option("--embeddings/--no-embeddings", help="Also look for paraphrases (slower).")
    ] = True,
    shown: Annotated[int, typer.Option(min=0, help="How many pairs to show as evidence; --json prints all.")] = 20,
    skip_bad: SkipBad = False,
    strict: Strict = False,
    as_json: Json = False,
) -> None:
    """Look for the test data in the training data: questions, passages, documents. Exit 1 if any is found.

    A bad record is named and not compared, and the exit code is then 1 too.
    """
    from qa_lesson.leakage import audit as run_audit

    training, bad_training = load_usable(train, skip_bad=skip_bad, strict=strict)
    held_out, bad_test = load_usable(test, skip_bad=skip_bad, strict=strict)
    failed = [{**row, "where": f"{path}, {row['where']}"} for path, rows in ((train, bad_training), (test, bad_test))
              for row in rows]  # fmt: skip
    report = run_audit(training, held_out, embeddings=embeddings)
    found = bool(report.findings)
    if as_json:
        print_json(
            {
                "n_train": report.n_train,
                "n_test": report.n_test,
                "embeddings": report.embeddings,
                "touched": len(report.touched()),
                "share": report.share,
                "counts": report.counts(),
                "n_without_paraphrases": report.n_without_paraphrases,
                "findings": report.rows(),
                "given_away": list(report.given_away),
                **failures(failed),
            }
        )
        raise typer.Exit(int(found or bool(failed)))
    show_failures(failed, "not compared")
    if found:
        if shown:
            _show_evidence(report.rows(), shown)
        _show_counts(report.counts())
    say(
        f"{len(report.touched())} of {report.n_test} test questions ({100 * report.share:.1f}%) are touched; "
        f"{len(report.leaking())} of {report.n_train} training questions leak",
    )
    if not embeddings:
        say("paraphrases were not looked for (--no-embeddings)")
    if report.n_without_paraphrases:
        say(
            f"note: paraphrases of {counted(report.n_without_paraphrases, 'test question')} in scripts without spaces "
            "were not looked for: the embedded encoder is English",
        )
    if report.given_away:
        say(
            f"note: {len(report.given_away)} test questions hold their own answer: {', '.join(report.given_away[:5])}"
            f"{' ...' if len(report.given_away) > 5 else ''}",
        )
    raise typer.Exit(int(found or bool(failed)))


def _show_evidence(rows: list[dict[str, Any]], shown: int) -> None:
    """The first pairs of every level, so that a rare level is not crowded out by a common one."""
    of_level: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        of_level.setdefault(row["level"], []).append(row)
    rank = {id(row): place for level in of_level.values() for place, row in enumerate(level)}
    chosen = sorted(rows, key=lambda row: rank[id(row)])[:shown]
    title = f"{len(chosen)} of {len(rows)} findings"
    lines: list[tuple[str, str, str, str]] = []
    for row in sorted(chosen, key=rows.index):
        train, test = (f"{row[f'{part}_id']}: {_shorten(row[f'{part}_text'])}" for part in ("train", "test"))
        lines.append((row["level"], f"{row['score']:.2f}", train, test))
        if row["common"]:  # the two texts may begin quite differently
            lines.append(("", "", f"both have: {_shorten(row['common'])}", ""))
    show_table(("level", "score", "training", "test"), lines, title=title)


def _show_counts(counts: list[dict[str, Any]]) -> None:
    numbers = ("findings", "train_questions", "test_questions")
    rows = [
        (row["level"], *(str(row[name]) for name in numbers), f"{100 * row['share']:.1f}")
        for row in counts
        if row["findings"]
    ]
    show_table(("level", "findings", "training questions", "test questions", "% of the test"), rows, title="by level")


def _shorten(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _WIDTH else line[: _WIDTH - 3].rstrip() + "..."
