"""Whatever stands in a file, a reader takes it or refuses it with an error of ours.

Real small files are damaged at random: bytes for every reader, values for those of JSON. The draws are the same every
time; `make fuzz` draws many more, and others each time. What has failed once is kept in ``regressions/``.
"""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from read_anything import SAMPLES, byte_edits, good_file, node_edits, read_with, with_bytes, with_nodes

from qa_lesson.errors import QALessonError

REGRESSIONS = sorted((Path(__file__).parent / "regressions").glob("*/*"))
LONG = int(os.environ.get("QA_LESSON_FUZZ", "0"))  # examples for each reader and way
BOUNDED = settings(
    max_examples=LONG or 100,
    derandomize=not LONG,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
TEXTS = {"csv", "roster", "reviews", "archive", "quiz", "document table"}
TEXTS |= {"adjustments", "extensions", "groups", "worksheet"}
AS_JSON = sorted(set(SAMPLES) - TEXTS)


def check(reader: str, content: bytes) -> None:
    refused = None
    try:
        read_with(reader, content)
    except QALessonError as error:
        refused = error
    assert refused is None or (refused.what and refused.fix), "an error says what is wrong and what to do"


@pytest.mark.parametrize("reader", SAMPLES)
def test_the_good_file_is_read(reader):
    read_with(reader, good_file(reader))


@pytest.mark.parametrize("reader", SAMPLES)
def test_damaged_bytes(reader):
    @BOUNDED
    @given(byte_edits)
    def run(edits):
        check(reader, with_bytes(good_file(reader), edits))

    run()


@pytest.mark.parametrize("reader", AS_JSON)
def test_damaged_values(reader):
    @BOUNDED
    @given(node_edits)
    def run(edits):
        check(reader, with_nodes(good_file(reader), edits))

    run()


@pytest.mark.parametrize("path", REGRESSIONS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_failed_once(path):
    check(path.parent.name.replace("_table", " table"), path.read_bytes())
