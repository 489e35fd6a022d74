"""The checks of lesson 12 accept what is right, and say what is wrong."""

import numpy as np
import pytest

from qa_lesson.exercises import check

RIGHT = {
    "A": "index", "B": "tokenizer", "C": "capacity", "D": "test questions", "E": "nothing", "F": "threshold",
}  # fmt: skip


def in_ms(low, high):
    return lambda seconds: tuple(1_000 * np.quantile(seconds, [low, high]))


def test_right_answers():
    assert check("ship_it.waits", in_ms(0.5, 0.95)).status == "correct"
    assert check("ship_it.unlike", lambda new, training, share: new < np.quantile(training, share)).status == "correct"
    assert check("ship_it.day_after", RIGHT).status == "correct"
    assert check("ship_it.waits", lambda seconds: ...).status == "not attempted"


@pytest.mark.parametrize(
    ("waits", "says"),
    [
        (lambda seconds: np.quantile(seconds, [0.5, 0.95]), "milliseconds"),
        (in_ms(0.95, 0.5), "the longer one"),
        (in_ms(0.5, 1.0), "longest of all"),
        (lambda seconds: (1_000 * np.mean(seconds), 1_000 * np.quantile(seconds, 0.95)), "no means"),
        (lambda seconds: 3, "two numbers"),
        (in_ms(0.4, 0.95), "half of the requests"),
        (in_ms(0.5, 0.9), "about 960"),
    ],
)
def test_wrong_waits(waits, says):
    assert says in check("ship_it.waits", waits).message


@pytest.mark.parametrize(
    ("unlike", "says"),
    [
        (lambda new, training, share: new > np.quantile(training, 1 - share), "most similar"),
        (lambda new, training, share: new < np.quantile(training, 1 - share), "not at 1 - share"),
        (lambda new, training, share: new < np.quantile(new, share), "from the training questions"),
        (lambda new, training, share: new < share, "one limit"),
        (lambda new, training, share: True, "for each of the 400"),
    ],
)
def test_wrong_unlike(unlike, says):
    assert says in check("ship_it.unlike", unlike).message


@pytest.mark.parametrize("letter", RIGHT)
def test_wrong_first_steps(letter):
    wrong = "nothing" if RIGHT[letter] != "nothing" else "index"
    assert check("ship_it.day_after", RIGHT | {letter: wrong}).message.startswith(f"{letter}: not")
