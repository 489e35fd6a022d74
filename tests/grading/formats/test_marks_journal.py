"""The file of marks: what was decided can be read back, whatever happens between two lines."""

import json
import threading
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_lesson.errors import ConfigError, DataError, StorageError
from qa_lesson.grading.formats.marks_journal import (
    AGREED,
    MarkerDecision,
    MarksJournal,
    check_marker,
    deciding,
    disputed,
    is_marks_file,
    read_marks,
)

BUNDLE = "ab" * 16
AT = "2026-03-02T09:00:00Z"


def decision(marker="Ada", review="r1", credit=0.5, comment="", levels=None):
    return MarkerDecision(marker, review, levels, credit, comment, AT)


def written(path, *decisions):
    journal = MarksJournal(path, BUNDLE)
    for one in decisions:
        journal.decide(one)
    return path


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
DECISIONS = st.builds(
    MarkerDecision,
    marker=st.sampled_from(["Ada", "Bo", AGREED]),
    review=st.sampled_from(["r1", "r2", "r3"]),
    levels=st.none() | st.dictionaries(TEXTS, st.integers(0, 8), max_size=3),
    credit=st.none() | st.sampled_from([0.0, 0.25, 1 / 3, 0.5, 1.0]),
    comment=TEXTS,
    at=st.just(AT),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(DECISIONS, max_size=12))
def test_reading_the_file_replays_every_decision(tmp_path_factory, decisions):
    path = written(tmp_path_factory.mktemp("marks") / "m.jsonl", *decisions)
    found = read_marks(path, BUNDLE)
    assert found.decisions == tuple(decisions)
    last = {}
    for one in decisions:
        last[one.review, one.marker] = one
    holds = {key: one for key, one in last.items() if one.credit is not None}
    assert {(one.review, one.marker): one for held in found.by_review().values() for one in held} == holds


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_kill_in_the_middle_of_a_line_loses_nothing_that_was_saved(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("marks") / "m.jsonl"
    decisions = [decision(review=f"r{n}", comment="é\n" * n, credit=n / 4) for n in range(3)]
    whole = written(path, *decisions).read_bytes()
    kept = data.draw(st.integers(0, len(whole)))
    path.write_bytes(whole[:kept])
    n_whole = whole[:kept].count(b"\n")
    journal = MarksJournal(path, BUNDLE)
    more = decision(review="later")
    journal.decide(more)
    found = read_marks(path, BUNDLE)
    saved = [*decisions[: max(n_whole - 1, 0)]]
    unended = whole[kept : kept + 1] == b"\n" and n_whole >= 1  # the line is whole but for its end
    saved += decisions[n_whole - 1 : n_whole] if unended else []
    assert found.decisions == (*saved, more)
    rest = whole[:kept].rpartition(b"\n")[2]
    asides = list(path.parent.glob("m.jsonl.partial-*"))
    if rest and whole[kept : kept + 1] != b"\n":
        assert [aside.read_bytes() for aside in asides] == [rest]
        assert "cut off" in journal.notes[0]
        assert asides[0].name in journal.notes[0]
    else:
        assert not asides
        assert not journal.notes


def test_a_torn_line_is_left_out_and_counted_by_a_reader(tmp_path):
    path = written(tmp_path / "m.jsonl", decision())
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"marker": "Ad')
    assert read_marks(path).decisions == (decision(),)
    assert read_marks(path).torn == 14
    assert path.read_bytes() == whole + b'{"marker": "Ad'


def test_marks_of_another_bundle_are_refused_and_unchanged(tmp_path):
    path = written(tmp_path / "m.jsonl", decision())
    before = path.read_bytes()
    with pytest.raises(DataError, match="another quiz"):
        MarksJournal(path, "cd" * 16)
    with pytest.raises(DataError, match="another quiz"):
        read_marks(path, "cd" * 16)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "content",
    [
        b"review,credit\nr1,1\n",
        b"{}",
        b"{}\n",
        b'{"format": "qa-lesson results", "version": 1}\n',
        b"\xff\xfe\x00",
        b"[",
    ],
)
def test_another_file_is_refused_and_unchanged(tmp_path, content):
    path = tmp_path / "m.jsonl"
    path.write_bytes(content)
    for attempt in (lambda: MarksJournal(path, BUNDLE), lambda: read_marks(path)):
        with pytest.raises(DataError, match="not a file of marks"):
            attempt()
    assert path.read_bytes() == content
    assert not is_marks_file(path)


def test_a_damaged_line_is_named(tmp_path):
    path = written(tmp_path / "m.jsonl", decision(), decision(review="r2"))
    lines = path.read_text().splitlines(keepends=True)
    for bad in ("{}", "[1]", '{"marker": "Ada"', lines[1].replace("0.5", "1.5"), lines[1].replace("0.5", '"1"')):
        path.write_text("".join([lines[0], bad.strip() + "\n", lines[2]]))
        with pytest.raises(DataError, match="damaged") as caught:
            read_marks(path)
        assert caught.value.where.endswith("line 2")


def test_two_programs_share_a_file(tmp_path):
    path = tmp_path / "m.jsonl"
    journals = [MarksJournal(path, BUNDLE) for _ in range(2)]

    def work(journal, marker):
        for n in range(20):
            journal.decide(decision(marker, f"r{n}"))

    threads = [threading.Thread(target=work, args=pair) for pair in zip(journals, ("Ada", "Bo"), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(journals[0].marks().decisions) == 40
    assert {len(held) for held in read_marks(path).by_review().values()} == {2}


def test_the_header_comes_first_and_text_stays_readable(tmp_path):
    path = written(tmp_path / "m.jsonl", decision(comment="Zoë</script>\u2028", levels={"c": 1}))
    header, line = path.read_text(encoding="utf-8").split("\n")[:2]
    assert json.loads(header) == {"format": "qa-lesson marks", "version": 1, "bundle": BUNDLE}
    assert "Zoë" in line
    assert is_marks_file(path)


def test_half_a_surrogate_pair_does_not_damage_the_file(tmp_path):
    path = written(tmp_path / "m.jsonl", decision(comment="x\ud800y"))
    assert read_marks(path).decisions[0].comment == "x?y"


def test_a_full_disk_adds_nothing(tmp_path, monkeypatch):
    path = tmp_path / "m.jsonl"
    journal = MarksJournal(path, BUNDLE)
    before = path.read_bytes()
    monkeypatch.setattr("os.write", lambda descriptor, content: 3)
    with pytest.raises(StorageError, match="disk is full"):
        journal.decide(decision())
    assert path.read_bytes() == before


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(StorageError, match="cannot write"):
        MarksJournal(tmp_path / "no" / "m.jsonl", BUNDLE)


def test_who_agrees_settles_an_answer_and_who_differs_does_not(tmp_path):
    path = written(
        tmp_path / "m.jsonl",
        decision("Ada", "same", 0.5, "Good."),
        decision("Bo", "same", 0.5 + 1e-12, "Good."),
        decision("Ada", "both", 1, "One."),
        decision("Bo", "both", 1, "Two."),
        decision("Ada", "open", 0.5),
        decision("Bo", "open", 0.75),
        decision("Ada", "settled", 0),
        decision("Bo", "settled", 1),
        decision(AGREED, "settled", 0.25, "We say."),
        decision("Ada", "alone", 1),
        decision("Bo", "back", 1),
        decision("Bo", "back", None),
    )
    marks = read_marks(path)
    held = {review: deciding(found) for review, found in marks.by_review().items()}
    assert held["same"].comment == "Good."
    assert held["both"].comment == "One.\n\nTwo."
    assert held["open"] is None
    assert (held["settled"].credit, held["settled"].comment) == (0.25, "We say.")
    assert held["alone"].credit == 1
    assert "back" not in held
    assert disputed(marks) == ("open",)
    MarksJournal(path, BUNDLE).decide(replace(decision(AGREED, "settled"), credit=None))
    assert disputed(read_marks(path)) == ("open", "settled")
    assert deciding(()) is None


@pytest.mark.parametrize("name", ["", "  ", "agreed", "Agreed", "x" * 61, "a\u202eb", "a\x00b"])
def test_some_names_are_no_marker(name):
    with pytest.raises(ConfigError, match="name"):
        check_marker(name)
