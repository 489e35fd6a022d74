"""Whatever stands in a file, the batch goes on, good files keep their grade, and the outputs can be written."""

import io
import json
import tempfile
import zipfile
from pathlib import Path

from handed_in import RIGHT, as_text, chained, hand_in, make_key, records, submission, write_roster
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa_lesson.grading.formats.results import load_results, results_json
from qa_lesson.grading.marking.grade import Graded, grade
from qa_lesson.grading.marking.roster import read_roster
from qa_lesson.grading.pages.output import write_grading

KEY = make_key()
GOOD = submission("bob").encode()
QUICK = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SLOW = settings(QUICK, max_examples=15)  # with report and pages

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
typed = st.text(st.sampled_from("0123456789.,/%-+eE _=()[]{}'\"\\\n\x00abcxyz½²–−"), max_size=24)
choices = st.lists(st.sampled_from("abcdxyz"), max_size=4)
questions = st.sampled_from([*RIGHT, "q-none"])
answers = st.lists(st.tuples(questions, anything | typed | choices), max_size=6)
edits = st.lists(
    st.tuples(st.integers(0, len(GOOD)), st.integers(0, 6), st.binary(max_size=6) | st.sampled_from([b"\n", b"{}"])),
    min_size=1,
    max_size=5,
)


def graded_with(*contents: bytes, written: bool = False) -> Graded:
    """Ann's good submission is graded beside files of these contents, and everything is written."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        hand_in(folder / "in", "ann")
        for number, content in enumerate(contents):
            (folder / "in" / f"bob{number}.jsonl").write_bytes(content)
        graded = grade([folder / "in"], KEY, read_roster(write_roster(folder / "roster.csv", "ann", "bob")))
        assert graded.results.learners[0].points == 11.0
        counted = [one.file for one in graded.results.handed_in] + [one.file for one in graded.results.not_counted]
        assert len(counted) == 1 + len(contents)
        if written:
            write_grading(graded, KEY, folder / "out", inputs={})
            assert load_results(folder / "out") == graded.results
        return graded


def as_bytes(lines: list[dict]) -> bytes:
    try:
        text = as_text(chained(lines))
    except ValueError:  # NaN: no honest kernel can hash it
        text = as_text([{**line, "hash": ""} for line in lines])
    return text.encode("utf-8", "surrogatepass")


def with_edits(content: bytes, changes: list[tuple[int, int, bytes]]) -> bytes:
    for place, removed, added in changes:
        content = content[:place] + added + content[place + removed :]
    return content


@QUICK
@given(edits)
def test_changed_bytes_never_stop_the_batch_and_never_change_a_grade_unseen(changes):
    content = with_edits(GOOD, changes)
    (bob,) = graded_with(content).results.learners[1:]
    assert bob.points in (None, 11.0)  # rejected, or a change that changes nothing, such as white space


@QUICK
@given(st.lists(st.binary(max_size=60), max_size=3))
def test_arbitrary_bytes_never_stop_the_batch(contents):
    assert graded_with(*contents).results.learners[1].status == "missing"


@QUICK
@given(answers, st.integers(-2, 3), st.sampled_from(["bob", "BOB ", "eve", "=1+1", "\u202egnp", "<b>"]))
def test_well_chained_records_of_any_content_never_stop_the_batch(pairs, attempt, learner):
    lines = records(learner, {}, attempt=attempt)
    for number, (question, response) in enumerate(pairs, start=1):
        lines.insert(number, {**lines[0], "type": "answered", "n": number, "question": question, "response": response})
    lines[-1] = {**lines[-1], "n": len(lines) - 1, "answers": len(pairs)}
    content = as_bytes(lines)
    result = graded_with(content).results.learners[1]
    assert result.points is None or 0 <= result.points <= result.possible


@QUICK
@given(st.dictionaries(st.sampled_from([*RIGHT]), typed, max_size=4))
def test_whatever_is_typed_has_a_mark_or_waits_for_a_review(given_answers):
    texts = {name: value for name, value in given_answers.items() if name in ("q-number", "q-word", "q-span", "q-code")}
    first = graded_with(submission("bob", texts).encode())
    second = graded_with(submission("bob", texts).encode())
    assert results_json(first.results) == results_json(second.results)
    result = first.results.learners[1]
    assert result.status != "missing"
    for answer in result.questions:
        assert (answer.points is None) == (answer.status != "marked")
        assert json.dumps(answer.response, allow_nan=False)


@SLOW
@given(st.text(max_size=30), st.text(min_size=1, max_size=30), st.binary(max_size=20))
def test_outputs_can_be_written_whatever_was_typed(answer, name, junk):
    hostile = as_bytes(records("bob", {"q-word": answer, "q-code": answer, "q-span": f"<script>{answer}"}))
    stranger = as_bytes(records(name, {"q-word": "=1+1"}))
    graded_with(hostile, stranger, junk, written=True)


@QUICK
@given(st.data())
def test_a_changed_zip_never_stops_the_batch(data):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bob.jsonl", GOOD)
        archive.writestr("more/bob.jsonl", GOOD)
    whole = buffer.getvalue()
    places = st.tuples(st.integers(0, len(whole)), st.integers(0, 4), st.binary(max_size=4))
    content = with_edits(whole, data.draw(st.lists(places, min_size=1, max_size=4)))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        hand_in(folder / "in", "ann")
        (folder / "in" / "class.zip").write_bytes(content)
        results = grade([folder / "in"], KEY, read_roster(write_roster(folder / "roster.csv", "ann", "bob"))).results
        assert results.learners[0].points == 11.0
        assert results.learners[1].points in (None, 11.0)
