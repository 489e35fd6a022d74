"""The table of where the time of the tests goes."""

from test_times import Item, read_report, slowest, table

REPORT = """<?xml version="1.0" encoding="utf-8"?>
<testsuites><testsuite name="pytest" tests="4" time="27.5">
<testcase classname="notebooks.05_metrics.ipynb" name="Cell 0" time="1.25" />
<testcase classname="notebooks.05_metrics.ipynb" name="Cell 1" time="0.5" />
<testcase classname="tests.test_schema" name="test_a[x]" time="0.25" />
<testcase classname="tests.test_schema" name="test_b" time="2.5" />
</testsuite></testsuites>"""


def test_cells_of_a_notebook_are_one_item(tmp_path):
    path = tmp_path / "unit.xml"
    path.write_text(REPORT)
    assert read_report(path) == (
        27.5,
        [
            Item("notebooks.05_metrics.ipynb", 1.75),
            Item("tests.test_schema::test_a[x]", 0.25),
            Item("tests.test_schema::test_b", 2.5),
        ],
    )


def test_the_slowest_come_first():
    items = [Item(f"t{seconds}", seconds) for seconds in (1.0, 3.0, 2.0)]
    assert [item.name for item in slowest(items, 2)] == ["t3.0", "t2.0"]


def test_the_table_has_the_parts_in_the_order_of_make_test():
    text = table({"browser": 90.0, "unit": 30.0}, [Item("t", 3.4)])
    assert text.splitlines() == [
        "| part | minutes |", "| --- | ---: |", "| `make unit` | 0.5 |", "| `make browser` | 1.5 |",
        "| together | 2.0 |", "", "| slowest items | seconds |", "| --- | ---: |", "| t | 3 |",
    ]  # fmt: skip
