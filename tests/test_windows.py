import sys

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from transformers import DataCollatorWithPadding

from qa_lesson.errors import ConfigError, DataError, ModelError
from qa_lesson.schema import Answer, Example
from qa_lesson.windows import make_windows

CONTEXT = "The light on Skelm was lit in 1871, and Bram Keating keeps it from dusk until the sun is up again."


def example(text: str, context: str = CONTEXT, question: str = "Who keeps the light?") -> Example:
    return Example("q1", question, context, (Answer(text, context.index(text)),))


def labelled_text(windows, row: int) -> str:
    first = windows.offsets[row, windows.start_positions[row], 0]
    last = windows.offsets[row, windows.end_positions[row], 1]
    return windows.examples[windows.example_of[row]].context[first:last]


def test_one_window_by_hand(tokenizer):
    windows = make_windows([example("Bram Keating")], tokenizer)
    assert len(windows) == 1
    ids = windows.inputs["input_ids"][0]
    words = tokenizer.convert_ids_to_tokens(ids)
    assert words[:8] == ["[CLS]", "who", "keeps", "the", "light", "?", "[SEP]", "the"]
    assert words[windows.start_positions[0]] == "bram"
    assert words[windows.end_positions[0]] == "keating"
    assert windows.inputs["token_type_ids"][0] == [0] * 7 + [1] * (len(ids) - 7)
    assert (windows.offsets[0, :7] == -1).all(), "question and special tokens have no context characters"
    assert windows.offsets[0, 7].tolist() == [0, 3]
    assert windows.offsets[0, -1].tolist() == [-1, -1], "the closing [SEP]"


def test_stride_is_what_consecutive_windows_share(tokenizer):
    windows = make_windows([example("Bram Keating")], tokenizer, max_length=20, stride=5)
    assert len(windows) > 1
    for row in range(len(windows) - 1):
        here = {tuple(span) for span in windows.offsets[row] if span[0] >= 0}
        following = {tuple(span) for span in windows.offsets[row + 1] if span[0] >= 0}
        assert len(here & following) == 5
    covered = {tuple(span) for row in windows.offsets for span in row if span[0] >= 0}
    assert len(covered) == len(tokenizer(CONTEXT, add_special_tokens=False)["input_ids"])


def test_a_window_without_the_whole_answer_is_labelled_with_the_null_token(tokenizer):
    windows = make_windows([example("Bram Keating")], tokenizer, max_length=20, stride=5)
    assert 0 < windows.has_answer.sum() < len(windows)
    for row in range(len(windows)):
        if windows.has_answer[row]:
            assert labelled_text(windows, row) == "Bram Keating"
        else:
            assert windows.start_positions[row] == windows.end_positions[row] == windows.null_token[row] == 0
    assert windows.lost_answers == ()


def test_an_answer_longer_than_every_window_is_reported_as_lost(tokenizer):
    windows = make_windows([example(CONTEXT)], tokenizer, max_length=20, stride=5)
    assert windows.lost_answers == ("q1",)
    assert not windows.has_answer.any()


def test_unanswerable_questions_are_labelled_with_the_null_token(tokenizer):
    windows = make_windows([Example("q1", "Who?", CONTEXT)], tokenizer)
    assert not windows.has_answer.any()
    assert windows.lost_answers == ()


WORDS = st.lists(
    st.sampled_from(["lamp", "Zoë", "–", "20 °C", "“naïve”", "1990's", "keeper", "\n", "  ", "日本", "a.b"]),
    min_size=3, max_size=60,
)  # fmt: skip


@pytest.mark.parametrize("name", ["tokenizer", "byte_tokenizer", "unigram_tokenizer"])
def test_labels_cover_the_answer_with_any_tokenizer(name, request):
    tokenizer = request.getfixturevalue(name)

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(WORDS, st.data())
    def check(words, data):
        context = " ".join(words)
        first = data.draw(st.integers(0, len(words) - 1))
        last = data.draw(st.integers(first, min(len(words) - 1, first + 3)))
        text = " ".join(words[first : last + 1]).strip()
        if not text or not context.strip():
            return
        start = len(" ".join(words[:first])) + (1 if first else 0)
        start = context.index(text, start)
        windows = make_windows(
            [Example("q", "Where is it?", context, (Answer(text, start),))], tokenizer, max_length=64, stride=16
        )
        for row in range(len(windows)):
            spans = windows.offsets[row][windows.offsets[row, :, 0] >= 0]
            assert (spans[:, 0] < spans[:, 1]).all()
            for begin, end in spans:
                assert context[begin:end] == context[begin:end].strip(), "no outer space, whatever the tokenizer"
            if windows.has_answer[row]:
                assert text in labelled_text(windows, row), "tokens may reach beyond the answer, never fall short"
        if windows.lost_answers:
            known = tokenizer(text, add_special_tokens=False)["input_ids"]
            assert len(known) > 16 or not known or windows.offsets[..., 0].max() < start

    check()


def test_tokenizers_without_token_types_give_none(byte_tokenizer):
    windows = make_windows([example("Bram Keating")], byte_tokenizer)
    assert set(windows.inputs) == {"input_ids", "attention_mask"}
    assert labelled_text(windows, int(np.flatnonzero(windows.has_answer)[0])) == "Bram Keating"


def test_windows_are_padded_only_to_the_longest_of_their_batch(tokenizer):
    examples = [Example("short", "Who?", "Bram keeps it."), Example("long", "Who?", CONTEXT * 3)]
    windows = make_windows(examples, tokenizer)
    rows = [{name: values[row] for name, values in windows.inputs.items()} for row in range(len(windows))]
    collate = DataCollatorWithPadding(tokenizer)
    assert collate(rows[:1])["input_ids"].shape[1] == windows.lengths[0]
    assert collate(rows)["input_ids"].shape[1] == max(windows.lengths)
    assert set(windows.columns()) == {*windows.inputs, "start_positions", "end_positions", "length"}


def test_errors_before_the_tokenizer_panics(tokenizer):
    with pytest.raises(ConfigError, match="use stride=6 or less"):
        make_windows([example("Bram")], tokenizer, max_length=20, stride=12)
    with pytest.raises(DataError, match=r"question 'q1' is 4\d tokens long"):
        make_windows([example("Bram", question="who " * 40)], tokenizer, max_length=32, stride=4)
    with pytest.raises(DataError, match="no examples"):
        make_windows([], tokenizer)
    with pytest.raises(ConfigError, match="stride=-1"):
        make_windows([example("Bram")], tokenizer, stride=-1)


@pytest.mark.parametrize("max_length", range(10, 40, 3))
def test_every_stride_that_is_let_through_works(tokenizer, max_length):
    for stride in range(max_length):
        try:
            windows = make_windows([example("Bram Keating")], tokenizer, max_length=max_length, stride=stride)
        except ConfigError:
            assert stride >= max_length - 3 - 5
        else:
            assert max(windows.lengths) <= max_length


def test_slow_tokenizers_are_refused(tokenizer, monkeypatch):
    monkeypatch.setattr(type(tokenizer), "is_fast", property(lambda self: False))
    with pytest.raises(ModelError, match="no character offsets"):
        make_windows([example("Bram")], tokenizer)


def test_white_space_is_what_python_calls_so():
    """The table of white space ends after the last such character."""
    from qa_lesson.windows import _IS_SPACE

    spaces = [code for code in range(sys.maxunicode + 1) if chr(code).isspace()]
    assert max(spaces) == len(_IS_SPACE) - 2
    assert np.flatnonzero(_IS_SPACE).tolist() == spaces
