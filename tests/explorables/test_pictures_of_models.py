"""Windows and scores that become a span: what the controls change, and what is said about it."""

import pytest

from qa_lesson.encoder import load_tokenizer
from qa_lesson.errors import DataError
from qa_lesson.explorables import windows_explorer
from qa_lesson.explorables.span_picture import SpanExplorer
from qa_lesson.schema import Answer, Example

CONTEXT = " ".join(f"Ship {n} left the old port at dawn." for n in range(14)) + " Bram Keating kept the light."
EXAMPLE = Example("q1", "Who kept the light?", CONTEXT, (Answer("Bram Keating", CONTEXT.index("Bram")),))


@pytest.fixture(scope="module")
def tokenizer():
    return load_tokenizer()


def test_windows_follow_the_sliders(tokenizer):
    picture = windows_explorer(EXAMPLE, tokenizer, max_length=40, stride=8)
    assert len(picture.windows) > 3
    assert "Neighbors share 8 tokens" in picture.said
    n_windows = len(picture.windows)
    picture.stride.value = 20
    assert len(picture.windows) > n_windows
    picture.max_length.value = 1000
    assert len(picture.windows) == 1
    assert picture.said.startswith("1 window for")
    assert "The whole answer is in window 1." in picture.said
    assert "Bram Keating" in picture.view


def test_windows_without_room_to_advance_are_explained(tokenizer):
    picture = windows_explorer(EXAMPLE, tokenizer, max_length=20, stride=30)
    assert picture.windows is None
    assert "no room for a stride of 30" in picture.said
    picture.stride.value = 2
    assert picture.windows is not None


def test_a_cut_answer_is_named(tokenizer):
    long = Example("q2", "What left?", CONTEXT, (Answer(CONTEXT[:200], 0),))
    picture = windows_explorer(long, tokenizer, max_length=24, stride=2)
    assert "No window holds the whole answer" in picture.said
    none = Example("q3", "What left?", CONTEXT, ())
    assert "answer" not in windows_explorer(none, tokenizer).said


def scores():
    return SpanExplorer("Who?", ["bram", "##bo", "kept", "it"], [4.0, 1.0, 0.0, -1.0], [1.0, 3.0, 0.0, 2.0])


def test_the_best_span_follows_the_scores():
    picture = scores()
    assert picture.best == (0, 1)
    assert "“brambo”: start score 4.0 of token 1 plus end score 3.0 of token 2 is 7.0" in picture.said
    picture.token.value = 4
    assert (picture.start.value, picture.end.value) == (-1.0, 2.0), "the sliders show the scores of the chosen token"
    picture.start.value = 8
    assert picture.best == (3, 3)
    assert "comes before the highest start score" in picture.said
    picture.token.value = 1
    assert picture.start.value == 4.0
    picture.reset.click(0)
    assert picture.best == (0, 1)


def test_choosing_a_token_in_the_page_does_not_write_the_old_scores_into_it():
    picture = scores()
    picture.values = {**picture.values, "token": 3}
    assert picture.values == {"token": 3, "start": 0.0, "end": 0.0}
    assert picture.scores == ([4.0, 1.0, 0.0, -1.0], [1.0, 3.0, 0.0, 2.0])


@pytest.mark.parametrize(
    ("tokens", "start", "end"),
    [(["a"], [1.0], [1.0]), (["a", "b"], [1.0], [1.0, 2.0]), (["a", "b"], [1.0, float("nan")], [1.0, 2.0])],
)
def test_scores_that_do_not_fit_are_refused(tokens, start, end):
    with pytest.raises(DataError):
        SpanExplorer("?", tokens, start, end)
