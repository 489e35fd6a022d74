import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_lesson.errors import DataError, StorageError
from qa_lesson.loading import AnnotationStore, load_examples
from qa_lesson.schema import Answer

PASSAGE = "🌊 Bram Keating keeps the light."
BRAM = (2, 14)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "own.jsonl"


def test_saved_questions_are_examples(path):
    store = AnnotationStore(path)
    assert repr(store) == "<annotations: 0 questions>"
    first = store.save("Who keeps it?", PASSAGE, BRAM, document="Skelm")
    second = store.save("Until when?", PASSAGE, None)
    assert first.answers == (Answer("Bram Keating", 2),)
    assert not second.is_answerable
    assert load_examples(path) == [first, second] == AnnotationStore(path).examples == store.examples


def test_editing_and_deleting_append_and_never_rewrite(path):
    store = AnnotationStore(path)
    first, second = store.save("Who?", PASSAGE, BRAM), store.save("What?", PASSAGE, None)
    before = path.read_bytes()
    edited = store.save("Who keeps it?", PASSAGE, BRAM, replaces=first.id)
    store.delete(second.id)
    assert path.read_bytes().startswith(before)
    assert edited.id == first.id
    assert load_examples(path) == [edited] == AnnotationStore(path).examples
    with pytest.raises(DataError, match="no such question"):
        store.delete(second.id)


def test_what_cannot_be_an_example_is_not_written(path):
    store = AnnotationStore(path)
    for question, passage, answer in [(" ", PASSAGE, BRAM), ("Who?", "", None), ("Who?", PASSAGE, (99, 104))]:
        with pytest.raises(DataError):
            store.save(question, passage, answer)
    assert not path.exists()


@given(st.integers(1, 400))
def test_a_crash_at_any_byte_loses_at_most_what_was_not_confirmed(tmp_path_factory, n_lost):
    path = tmp_path_factory.getbasetemp() / "crash.jsonl"
    path.unlink(missing_ok=True)
    store = AnnotationStore(path)
    kept = store.save("Who?", PASSAGE, BRAM)
    confirmed = path.stat().st_size
    lost = store.save("Since when?", PASSAGE, None)
    whole = path.read_bytes()
    path.write_bytes(whole[: max(confirmed, len(whole) - n_lost)])
    after = AnnotationStore(path)
    third = after.save("Really?", PASSAGE, None)
    survivors = [kept, lost, third] if n_lost == 1 else [kept, third]  # only the line end was missing
    assert after.examples == survivors
    assert load_examples(path) == survivors


def test_a_full_disk_is_an_error_and_leaves_whole_lines(path, monkeypatch):
    store = AnnotationStore(path)
    first = store.save("Who?", PASSAGE, BRAM)
    before = path.read_bytes()
    write = os.write

    def full(descriptor, content):
        if len(content) > 10:
            return write(descriptor, content[:10])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(StorageError, match="No space left"):
            store.save("Since when?", PASSAGE, None)
    assert path.read_bytes() == before
    assert store.examples == [first]
    assert store.save("Since when?", PASSAGE, None) in load_examples(path)


def test_two_stores_on_one_file_see_each_other(path):
    one, two = AnnotationStore(path), AnnotationStore(path)
    first = one.save("Who?", PASSAGE, BRAM)
    second = two.save("What?", PASSAGE, None)
    one.delete(second.id)
    assert one.examples == [first] == load_examples(path)


def test_other_files_are_not_touched(tmp_path):
    path = tmp_path / "data.jsonl"
    path.write_text(json.dumps({"id": "1", "question": "Who?", "context": PASSAGE, "answer": "Bram Keating"}))
    before = path.read_bytes()
    with pytest.raises(DataError, match="no annotation file"):
        AnnotationStore(path)
    assert path.read_bytes() == before
    with pytest.raises(StorageError, match="No such file"):
        AnnotationStore(tmp_path / "absent" / "own.jsonl").save("Who?", PASSAGE, BRAM)


def test_a_damaged_line_stops_with_its_place(path):
    store = AnnotationStore(path)
    store.save("Who?", PASSAGE, BRAM)
    text = path.read_text().replace('"answer_start": 2', '"answer_start": 3')
    path.write_text(text + " ")
    with pytest.raises(DataError, match=r"own.jsonl, line 2"):
        AnnotationStore(path)


def test_drafts(path):
    store = AnnotationStore(path)
    assert store.load_draft() == {}
    store.save_draft({"question": "Wh", "passage": PASSAGE})
    assert AnnotationStore(path).load_draft() == {"question": "Wh", "passage": PASSAGE}
    assert store.draft_path.name == "own.jsonl.draft.json"
    store.save_draft({})
    assert store.load_draft() == {}
    store.draft_path.write_text("{")
    with pytest.raises(DataError, match="cannot read the draft"):
        store.load_draft()


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_a_byte_order_mark_and_carriage_returns_change_nothing(path, line_end):
    """As Notepad saves it."""
    first = AnnotationStore(path).save("Who?", PASSAGE, BRAM)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", line_end))
    store = AnnotationStore(path)
    second = store.save("Since when?", PASSAGE, None)
    assert store.examples == [first, second] == load_examples(path) == AnnotationStore(path).examples


@pytest.mark.parametrize("kept", range(1, len('{"qa_lesson_annotations": 1}') + 1))
def test_a_crash_during_the_very_first_save_leaves_a_file_that_opens(path, kept):
    AnnotationStore(path).save("Who?", PASSAGE, BRAM)
    path.write_bytes(path.read_bytes()[:kept])
    again = AnnotationStore(path).save("Who?", PASSAGE, BRAM)
    assert load_examples(path) == [again] == AnnotationStore(path).examples


def test_a_question_that_another_notebook_deleted_is_not_deleted_twice(path):
    one, two = AnnotationStore(path), AnnotationStore(path)
    first = one.save("Who?", PASSAGE, BRAM)
    two.delete(first.id)
    with pytest.raises(DataError, match="no such question"):
        one.delete(first.id)
    assert path.read_text().count('"delete"') == 1
    assert AnnotationStore(path).examples == []
