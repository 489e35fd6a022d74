"""docs/performance.md says what the benchmarks' results say."""

import importlib
import json
from pathlib import Path

import performance_page
import pytest
from performance_page import comparisons, measurements, tables, with_tables

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted(path for path in (ROOT / "benchmarks").glob("[!_]*.py") if path.stem != "run_all")
MACHINE = {"processor": "A CPU", "threads": 2, "device": "cpu"}


def test_the_page_agrees_with_the_results():
    page = performance_page.PAGE.read_text(encoding="utf-8")
    assert page == performance_page.current_page(), "run python tools/performance_page.py"
    for name, result in performance_page.read_results().items():
        for row in result.get("comparisons", []):
            assert f"| {row['what']} (`{name}`) |" in page
            assert f"**{row['ratio']:.1f}**" in page


@pytest.fixture
def run_all(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    return importlib.import_module("run_all")


def result(ratio: float) -> dict:
    row = {"what": "add", "a": ["ours", 1.0], "b": ["loop", ratio], "unit": "s", "ratio": ratio, "target": 2.0}
    return {"sums": {"comparisons": [row], "machine": MACHINE}}


def test_a_missed_target_is_named_and_a_gpu_is_not_invented():
    text = comparisons(result(1.5), {})
    row = "| add (`sums`) | ours: 1 s | loop: 1.5 s | **1.5** | 2, missed | A CPU, 2 threads | not measured |"
    assert text.splitlines()[2:] == [row]
    assert "missed" not in comparisons(result(2.0), {})
    assert comparisons(result(1.5), result(7.0)).endswith("| 7.0 |")


def test_a_limit_is_missed_when_the_value_reaches_it():
    def table(value: float) -> str:
        row = {"what": "import", "value": value, "limit": 0.15, "unit": "s"}
        return measurements({"start": {"measurements": [row], "machine": MACHINE}}, {})

    assert "under 0.15 s |" in table(0.14)
    assert "under 0.15 s, missed |" in table(0.15)


def test_recall_comes_with_its_interval_for_each_split():
    row = {"what": "words", "recall@1": [0.58, 0.512, 0.65], "recall@5": [0.8, 0.7, 0.9]}
    row |= {"recall@10": [0.9, 0.8, 1.0], "MRR": [0.7, 0.6, 0.8]}
    quality = {"test": {"questions": 378, "documents": 9, "rows": [row]}}
    text = performance_page.passages_found({"retrieval_quality": {"passages": 300, "quality": quality}})
    assert "| words | 58.0 (51 to 65) | 80.0 (70 to 90) | 90.0 (80 to 100) | 70.0 (60 to 80) |" in text
    assert "378 test questions of 9 documents:" in text
    assert "All 300 passages" in text
    assert performance_page.passages_found({}) == ""


def test_a_busy_machine_is_named():
    assert performance_page.on_machine({**MACHINE, "load": 2.4}) == "A CPU, 2 threads"
    assert performance_page.on_machine({**MACHINE, "load": 12.0}) == "A CPU, 2 threads, busy"


def test_the_text_around_the_tables_stays():
    page = f"# Title\n\n{performance_page.BEGIN}\nold\n{performance_page.END}\n\nAfter.\n"
    new = with_tables(page, "new")
    assert new == page.replace("old\n", "\nnew\n\n")
    assert with_tables(new, "new") == new
    with pytest.raises(ValueError, match="needs the lines"):
        with_tables("no marks", "new")


def test_without_results_there_is_no_table():
    assert "## Compared" not in tables({}, {})


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_every_benchmark_says_how_long_it_takes(path, run_all):
    assert 0 < run_all.expected_seconds(path) < run_all.LIMIT_SECONDS


def test_all_benchmarks_together_stay_under_half_an_hour(run_all):
    assert sum(run_all.scripts().values()) < run_all.LIMIT_SECONDS


@pytest.mark.parametrize("path", sorted(performance_page.RESULTS.rglob("*.json")), ids=lambda path: path.stem)
def test_what_was_measured_names_its_machine(path):
    result = json.loads(path.read_text(encoding="utf-8"))
    if {"comparisons", "measurements"} & result.keys():
        assert result["machine"]
