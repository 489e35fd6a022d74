"""Write the tables of docs/open_corpus.md from benchmarks/results/open_corpus.json.

    python tools/open_corpus_page.py

Everything outside the two marks of the page is written by hand and stays.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from performance_page import markdown, on_machine, with_tables

from qa_lesson.storage import write_atomically

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "benchmarks" / "results" / "open_corpus.json"
PAGE = ROOT / "docs" / "open_corpus.md"
BEGIN, END = "<!-- tables: made by tools/open_corpus_page.py -->", "<!-- end of the tables -->"

Record = dict[str, Any]


def tables(record: Record) -> str:
    """All tables as Markdown."""
    searched = f"{record['searched']} of {record['passages']} passages are read for each question."
    parts = [
        ("From the right passage, and from the whole corpus", f"{scores(record['answering'])}\n\n{searched}"),
        ("Whose errors", causes(record["answering"]["corpus"])),
        ("Answering only when it is sure enough", abstention(record["abstention"])),
        ("Telling questions with an answer from those without", separation(record["separation"])),
    ]
    calibration = (
        f"The calibration error of the probabilities, unanswerable questions included, is "
        f"{100 * record['calibration']['error']:.1f} points. Perfect ones would have "
        f"{100 * record['calibration']['by_chance']:.1f} points by chance."
    )
    text = "\n\n".join(f"## {heading}\n\n{text}" for heading, text in parts)
    return f"{text}\n\n{calibration} Measured on {on_machine(record['machine'])}."


def scores(answering: Record) -> str:
    """Exact match and F1 both ways, with the paired difference."""
    names = {"exact_match": "exact match", "f1": "F1"}
    rows = [
        (name, percent(answering["closed"][metric]), percent(answering["corpus"][metric]), points(answering, metric))
        for metric, name in names.items()
    ]
    recalls = [
        ("right passage first" if k == "1" else f"right passage among the first {k}", "", percent(found), "")
        for k, found in answering["corpus"]["recall"].items()
    ]
    return markdown(("", "from its own passage", "from the corpus", "difference"), [*rows, *recalls])


def causes(corpus: Record) -> str:
    """A row for each cause of errors; they and the questions without an error sum to all."""
    rows = [
        (cause, str(found["n"]), percent(found["share"]))
        for cause, found in corpus["causes"].items()
        if cause not in ("answered, should have abstained", "abstained from a right answer")
    ]
    rows.append(("no error", str(corpus["n_without_error"]), percent(corpus["exact_match"])))
    return markdown(("first step that failed", "questions", "share"), rows)


def abstention(rows: list[Record]) -> str:
    """A row for each stated risk: what the threshold does to the test questions, and to those out of the corpus."""
    found = []
    for row in rows:
        test = row["test"]
        if row["threshold"] is None:
            found.append((f"{100 * row['risk']:.0f}%", "none keeps it", *[""] * 4))
        else:
            cells = (test["answered"], test["risk"], test["wrongly_answered"], row["out_of_corpus_answered"])
            found.append((f"{100 * row['risk']:.0f}%", f"{100 * row['threshold']:.0f}%", *map(percent, cells)))
    headings = (
        "stated risk", "answer from", "test questions answered", "wrong among the answers", "unanswerable answered",
        "out of corpus answered",
    )  # fmt: skip
    return markdown(headings, found)


def separation(record: dict[str, Record]) -> str:
    """AUROC by measure (rows) and kind of question (columns)."""
    kinds = list(record)
    measures = list(record[kinds[0]])
    rows = [(name, *(area(record[kind][name]) for kind in kinds)) for name in measures]
    return markdown(("AUROC of", *kinds), rows)


def percent(interval: Record) -> str:
    """A share with its interval.

    >>> percent({"estimate": 0.5, "low": 0.412, "high": 0.588})
    '50.0% (41.2 to 58.8)'
    """
    low, high = 100 * interval["low"], 100 * interval["high"]
    return f"{100 * interval['estimate']:.1f}% ({low:.1f} to {high:.1f})"


def area(interval: Record) -> str:
    """An area under a curve with its interval."""
    return f"{interval['estimate']:.2f} ({interval['low']:.2f} to {interval['high']:.2f})"


def points(answering: Record, metric: str) -> str:
    """Corpus minus own passage, in points."""
    found = answering["difference"][metric]
    return f"{100 * found['difference']:+.1f} ({100 * found['low']:+.1f} to {100 * found['high']:+.1f})"


def current_page() -> str:
    """The page as the result makes it."""
    record = json.loads(RESULT.read_text(encoding="utf-8"))
    return with_tables(PAGE.read_text(encoding="utf-8"), tables(record), BEGIN, END)


if __name__ == "__main__":
    write_atomically(PAGE, current_page())
    print(f"{PAGE.relative_to(ROOT)} has the tables of {RESULT.relative_to(ROOT)}")
