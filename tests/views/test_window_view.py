import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from qa_lesson.errors import DataError
from qa_lesson.look import colors
from qa_lesson.schema import Answer, Example
from qa_lesson.views import plot_windows
from qa_lesson.windows import make_windows

CONTEXT = "The keeper earns $5 a night and $9 on Sundays; on Skelm, an isle of nine acres, that buys bread."
EXAMPLE = Example("q1", "How large is Skelm?", CONTEXT, (Answer("nine acres", CONTEXT.index("nine")),))
OTHER = Example("q2", "Who?", "Nobody at all.")


def cells(shown, colour):
    """The (column, row) of the cells of one colour."""
    (axes,) = shown.figure.axes
    boxes = [box for box in axes.patches if isinstance(box, Rectangle) and to_hex(box.get_facecolor()) == colour]
    return {(round(box.get_x()), round(box.get_y() + 0.34)) for box in boxes}


def test_every_token_is_drawn_once_a_window(tokenizer):
    windows = make_windows([OTHER, EXAMPLE], tokenizer, max_length=24, stride=6)
    shown = plot_windows(windows, tokenizer, "q1")
    rows = [row for row in range(len(windows)) if windows.example_of[row] == 1]
    assert len(rows) > 1
    own, shared, answer = (cells(shown, c) for c in (colors.BLUE_SOFT, colors.ORANGE_SOFT, colors.GREEN_SOFT))
    assert len(own | shared | answer) == sum(int((windows.offsets[row, :, 0] >= 0).sum()) for row in rows)
    # each of the R - 1 overlaps has 6 tokens, seen from both sides; answer tokens keep their own colour
    in_overlap = {
        (column, row) for column, row in answer if any((column, y) in shared | answer for y in (row - 1, row + 1))
    }
    assert len(shared | in_overlap) == 2 * 6 * (len(rows) - 1)
    held = int(windows.has_answer[rows].sum())
    assert len(answer) == 2 * held > 0  # "nine", "acres"


def test_tokens_and_numbers_are_told(tokenizer):
    windows = make_windows([EXAMPLE], tokenizer, max_length=24, stride=6)
    shown = plot_windows(windows, tokenizer, "q1")
    written = [text.get_text() for text in shown.figure.axes[0].texts]
    assert "acres" in written
    assert "$" in written
    assert len(shown.png()) > 1000  # a $ in a token is no formula
    row = int(windows.has_answer.argmax())
    start, end = windows.start_positions[row], windows.end_positions[row]
    assert f"{len(windows)} windows over a context of" in shown.alt
    assert "window 1: context tokens 0 to " in shown.alt
    assert f"answer labelled at tokens {start} to {end} of the window" in shown.alt
    assert "no whole answer, labelled with the null token 0" in shown.alt


def test_unanswerable_and_unknown(tokenizer):
    windows = make_windows([OTHER], tokenizer, max_length=24, stride=6)
    shown = plot_windows(windows, tokenizer, "q2")
    assert "no answer, labelled with the null token" in shown.alt
    assert not cells(shown, colors.ORANGE_SOFT)
    with pytest.raises(DataError, match="'q9'"):
        plot_windows(windows, tokenizer, "q9")


def test_long_contexts_and_other_tokenizers(byte_tokenizer, unigram_tokenizer):
    long = Example("q3", "Who?", CONTEXT * 4)
    for tokenizer in (byte_tokenizer, unigram_tokenizer):
        windows = make_windows([long], tokenizer, max_length=96, stride=16)
        shown = plot_windows(windows, tokenizer, "q3")
        assert f"{len(windows)} windows" in shown.alt
        assert "Sundays" not in [text.get_text() for text in shown.figure.axes[0].texts]  # no room for words
