"""Write the tables of docs/performance.md from the benchmarks' results.

    python tools/performance_page.py

The files are those that `make bench` writes into benchmarks/results; those of a GPU are in its folder gpu. Everything
outside the two marks of the page is written by hand and stays.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from qa_lesson.storage import write_atomically

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results"
PAGE = ROOT / "docs" / "performance.md"
LESSON_TIMES_FILE = ROOT / "qa_lesson" / "course" / "lesson_times.json"
LESSON_SECONDS, LESSON_MIB = 12 * 60, 2048
BUSY = 2
"""A machine is busy if so many programs wait for each of its threads, the benchmark among them."""
BEGIN, END = "<!-- tables: made by tools/performance_page.py -->", "<!-- end of the tables -->"
NOT_MEASURED = "not measured"

Record = dict[str, Any]


def read_results(folder: Path = RESULTS) -> dict[str, Record]:
    """The results in a folder by their file's name, in alphabetical order; empty if there is no such folder."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}


def tables(results: dict[str, Record], on_gpu: dict[str, Record]) -> str:
    """All tables as Markdown."""
    parts = [
        ("Compared with what people use instead", comparisons(results, on_gpu)),
        ("Measured against a limit", measurements(results, on_gpu)),
        ("Finding the right passage", passages_found(results)),
        ("Twice the input", growth(results)),
        ("The lessons, from an empty cache", lessons()),
        ("How long the benchmarks take", benchmark_times(results)),
    ]
    return "\n\n".join(f"## {heading}\n\n{text}" for heading, text in parts if text)


def quantity(value: float, unit: str) -> str:
    """A number with its unit, as people write it: 3 s, but 3%."""
    return f"{number(value)}{unit}" if unit == "%" else f"{number(value)} {unit}".rstrip()


def comparisons(results: dict[str, Record], on_gpu: dict[str, Record]) -> str:
    """A row for each comparison of two ways."""
    ratios = {(name, row["what"]): row["ratio"] for name, one in on_gpu.items() for row in one.get("comparisons", [])}
    rows = [
        (
            f"{row['what']} (`{name}`)",
            *(f"{way}: {quantity(value, row['unit'])}" for way, value in (row["a"], row["b"])),
            f"**{row['ratio']:.1f}**",
            _aim(row["target"], row["target"] and row["ratio"] >= row["target"]),
            on_machine(one["machine"]),
            f"{ratios[name, row['what']]:.1f}" if (name, row["what"]) in ratios else NOT_MEASURED,
        )
        for name, one in results.items()
        for row in one.get("comparisons", [])
    ]
    return markdown(("what", "A: ours", "B: the other way", "ratio", "target", "machine", "ratio on a GPU"), rows)


def measurements(results: dict[str, Record], on_gpu: dict[str, Record]) -> str:
    """A row for each value that has a limit, or that tells how large something is."""
    values = {(name, row["what"]): row["value"] for name, one in on_gpu.items() for row in one.get("measurements", [])}
    rows = [
        (
            f"{row['what']} (`{name}`)",
            quantity(row["value"], row["unit"]),
            "" if row["limit"] is None else f"under {quantity(row['limit'], row['unit'])}"
            + ("" if row["value"] < row["limit"] else ", missed"),
            on_machine(one["machine"]),
            quantity(values[name, row["what"]], row["unit"]) if (name, row["what"]) in values else NOT_MEASURED,
        )
        for name, one in results.items()
        for row in one.get("measurements", [])
    ]  # fmt: skip
    return markdown(("what", "value", "target", "machine", "on a GPU"), rows)


def passages_found(results: dict[str, Record]) -> str:
    """How often each search puts the right passage first or near it, with intervals."""
    record = results.get("retrieval_quality")
    if record is None:
        return ""
    names = ("recall@1", "recall@5", "recall@10", "MRR")
    parts = []
    for split, quality in record["quality"].items():
        rows = [(row["what"], *(_share(row[name]) for name in names)) for row in quality["rows"]]
        asked = f"{quality['questions']} {split} questions of {quality['documents']} documents"
        parts.append(f"{asked}:\n\n{markdown(('search', *names), rows)}")
    note = (
        f"All {record['passages']} passages of the course are in the index. Recall is the share of questions whose "
        "passage is among the first 1, 5 or 10, and MRR the mean of 1 / rank. Both are in percent, with 95% intervals "
        "for new documents of the same kind. The weights of the fused search were chosen on the validation questions."
    )
    return "\n\n".join([note, *parts])


def growth(results: dict[str, Record]) -> str:
    """Times at growing sizes."""
    record = results.get("doubling")
    if record is None:
        return ""
    rows = [
        (
            row["what"],
            ", ".join(f"{size:,}" for size in row["sizes"]),
            ", ".join(f"{took:.2f}" for took in row["seconds"]),
            ", ".join(f"{ratio:.2f}" for ratio in row["ratios"]),
        )
        for row in record["rows"]
    ]
    return markdown(("what", "sizes", "seconds", "ratios"), rows) + f"\n\nOn {on_machine(record['machine'])}."


def lessons() -> str:
    """Time and peak memory of each lesson that was measured, as `make times` left them."""
    record = json.loads(LESSON_TIMES_FILE.read_text(encoding="utf-8"))
    costs: dict[str, Record] = record["lessons"]
    if not costs:
        return ""
    rows = [
        (
            f"`{name}`",
            f"{cost['seconds']:.0f}",
            f"{cost['peak_mib']:,.0f}",
            "" if cost["peak_mib"] < LESSON_MIB else "missed",
        )
        for name, cost in costs.items()
    ]
    total = sum(cost["seconds"] for cost in costs.values())
    complete = set(costs) >= {path.stem for path in (ROOT / "notebooks").glob("[0-9]*.ipynb")}
    if complete:
        highest = max(cost["peak_mib"] for cost in costs.values())
        rows.append(("all", f"{total:.0f}", f"{highest:,.0f}", "" if total < LESSON_SECONDS else "missed"))
    aim = f"The aim is {LESSON_SECONDS / 60:.0f} minutes for all lessons, and {LESSON_MIB:,} MiB for each."
    text = markdown(("lesson", "seconds", "peak memory of its kernel, MiB", ""), rows)
    return f"{text}\n\n{aim} On {on_machine(record['machine'])}."


def benchmark_times(results: dict[str, Record]) -> str:
    """What each script of `make bench` took."""
    record = results.get("run_all")
    if record is None:
        return ""
    rows = [(f"`{name}`", f"{took:.0f}") for name, took in record["seconds"].items()]
    total = sum(record["seconds"].values())
    return markdown(("script", "seconds"), [*rows, ("together", f"{total:.0f}")])


def number(value: float) -> str:
    """Three significant digits, and none lost before the point.

    >>> number(1234.4), number(12.345), number(0.01234)
    ('1,234', '12.3', '0.0123')
    """
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def on_machine(machine: Record) -> str:
    """Processor and threads, and whether other programs were in the way."""
    name = f"{machine['processor']}, {machine['threads']} thread{'s' if machine['threads'] > 1 else ''}"
    return f"{name}, busy" if machine.get("load", 0) > BUSY * machine["threads"] else name


def _share(ends: Sequence[float]) -> str:
    estimate, low, high = (100 * value for value in ends)
    return f"{estimate:.1f} ({low:.0f} to {high:.0f})"


def _aim(target: float | None, reached: object) -> str:
    if target is None:
        return ""
    return f"{target:g}" if reached else f"{target:g}, missed"


def markdown(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; an empty text without rows."""
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    if not lines:
        return ""
    return "\n".join(["| " + " | ".join(headings) + " |", "|" + " --- |" * len(headings), *lines])


def with_tables(page: str, text: str, begin: str = BEGIN, end: str = END) -> str:
    """The page with the text between its two marks.

    Raises:
        ValueError: a mark is missing.
    """
    before, _, rest = page.partition(begin)
    _, found, after = rest.partition(end)
    if not found:
        raise ValueError(f"the page needs the lines {begin!r} and {end!r}")
    return f"{before}{begin}\n\n{text}\n\n{end}{after}"


def current_page() -> str:
    """The page as the results make it."""
    text = tables(read_results(), read_results(RESULTS / "gpu"))
    return with_tables(PAGE.read_text(encoding="utf-8"), text)


if __name__ == "__main__":
    write_atomically(PAGE, current_page())
    print(f"{PAGE.relative_to(ROOT)} has the tables of {RESULTS.relative_to(ROOT)}")
