"""Write the results table of the README from benchmarks/results/recipe.json.

    python tools/results_table.py

Everything outside the two marks of the page is written by hand and stays.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from performance_page import markdown, on_machine, with_tables

from qa_lesson.storage import write_atomically

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "benchmarks" / "results" / "recipe.json"
SPEED = ROOT / "benchmarks" / "results" / "training_step.json"
STEP = "training step, bf16"
PAGE = ROOT / "README.md"
BEGIN, END = "<!-- results: made by tools/results_table.py -->", "<!-- end of the results -->"


def block(record: dict[str, Any], speed: dict[str, Any]) -> str:
    """The table and the sentences with its figures, as Markdown.

    Args:
        record: of benchmarks/recipe.py.
        speed: of benchmarks/training_step.py.
    """
    speeds = dict(way for row in speed["comparisons"] if row["what"].startswith(STEP) for way in (row["a"], row["b"]))
    default, dropout = (record["recipes"][name] for name in ("default recipe", "with dropout 0.1"))
    rows = [_single("untrained head", record["rows"]["untrained head"])]
    rows += [
        _single(f"fine-tuned, seed {seed}", record["rows"][f"default recipe, seed {seed}"])
        for seed in range(default["seeds"])
    ]
    rows.append(
        (
            f"fine-tuned, mean of {default['seeds']} seeds",
            _both({metric: default["test"][metric]["mean"] for metric in ("exact_match", "f1")}),
            f"spread over seeds {_percent(default['test']['f1']['sd'])}",
            _both({metric: default["out_of_domain"][metric]["mean"] for metric in ("exact_match", "f1")}),
        )
    )
    rows.append(_single("AI-assisted annotator", record["rows"]["AI-assisted annotator"]))
    table = markdown(("model", "test (378 questions)", "95% interval of F1", "out of domain (126)"), rows)
    found = record["comparison"]["test"]
    bounds = f"{_signed(found['low'])} to {_signed(found['high'])}"
    difference = f"{_signed(found['difference'])} points of F1 on test, 95% interval {bounds}"
    return f"""{table}

The spread is the standard deviation between runs that differ only in their seed. It is why a difference of two points
between two single runs says little about their recipes. Most recipes train with a dropout of 0.1. Leaving it out
changes the score by {difference} ({default["seeds"]} seeds against {dropout["seeds"]},
seeds and documents as crossed random factors). It makes training faster on a CPU ({on_machine(speed["machine"])}):
{speeds["dropout 0, eager"]:,.0f} tokens a second in place of {speeds["dropout 0.1, sdpa"]:,.0f}."""


def _single(name: str, row: dict[str, Any]) -> tuple[str, str, str, str]:
    test = row["test"]
    interval = f"{_percent(test['f1_low'])} to {_percent(test['f1_high'])}" if "f1_low" in test else ""
    return name, _both(test), interval, _both(row["out_of_domain"])


def _both(scores: dict[str, float]) -> str:
    return f"{_percent(scores['exact_match'])} / {_percent(scores['f1'])}"


def _percent(fraction: float) -> str:
    return f"{100 * fraction:.1f}"


def _signed(fraction: float) -> str:
    return f"{100 * fraction:+.1f}"


def current_page() -> str:
    """The README with the block that the results make.

    Raises:
        ValueError: a mark is missing.
    """
    text = block(*(json.loads(path.read_text(encoding="utf-8")) for path in (RESULT, SPEED)))
    return with_tables(PAGE.read_text(encoding="utf-8"), text, BEGIN, END)


if __name__ == "__main__":
    write_atomically(PAGE, current_page())
    print(f"{PAGE.name} has the table of {RESULT.relative_to(ROOT)}")
