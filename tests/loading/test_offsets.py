import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_lesson.errors import DataError
from qa_lesson.loading import from_utf16, to_utf16
from qa_lesson.loading.offsets import explain_offset

texts = st.text(alphabet="a é🌊\n\r字", max_size=30)


@given(texts, st.data())
def test_from_utf16_undoes_to_utf16(text, data):
    position = data.draw(st.integers(0, len(text)))
    assert from_utf16(text, to_utf16(text, position)) == position


def test_positions_that_are_none():
    assert [from_utf16("a🌊b", offset) for offset in (0, 1, 3, 4)] == [0, 1, 2, 3]
    for offset in (-1, 2, 5):
        with pytest.raises(DataError, match=f"UTF-16 offset {offset} in a text of 4 units"):
            from_utf16("a🌊b", offset)


@given(texts, texts, st.sampled_from(["utf-16-le", "utf-8", "windows"]))
def test_an_offset_in_another_unit_is_recognised(before, after, unit):
    context = before + "tide" + after
    position = len(before)
    if unit == "windows":
        context = context.replace("\r", "")
        position = context.index("tide")
        offset = position + context.count("\n", 0, position)
    else:
        offset = len(before.encode(unit)) // (2 if unit == "utf-16-le" else 1)
    explained = explain_offset(context, "tide", offset)
    assert (explained is None) == (offset == position)
    assert explained is None or f"occurs at {position}, which is {offset} when" in explained


def test_an_offset_that_fits_in_no_unit_is_not_explained():
    assert explain_offset("the tide turns", "tide", 5) is None
    assert explain_offset("the tide turns", "tide", 500) is None
