import math

import pytest

from qa_lesson.exercises import check


def verdict(name, answer):
    result = check(f"how_a_model_learns.{name}", answer)
    return result.status, result.message


NAMES = ["softmax", "stable_softmax", "batch_loss", "guessing_among", "roll", "roll_with_momentum"]


@pytest.mark.parametrize("name", NAMES)
def test_blanks(name):
    assert verdict(name, ...) == ("not attempted", "")
    assert verdict(name, lambda *given: ...) == ("not attempted", "")


def softmax(scores):
    powers = [math.exp(score) for score in scores]
    return [power / sum(powers) for power in powers]


def stable(scores):
    return softmax([score - max(scores) for score in scores])


def roll(slope_at, weight, rate, steps, momentum=0.0):
    velocity = 0.0
    for _ in range(steps):
        velocity = momentum * velocity - rate * slope_at(weight)
        weight += velocity
    return weight


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("softmax", softmax),
        ("softmax", stable),
        ("stable_softmax", stable),
        ("batch_loss", lambda starts, ends: sum(-math.log(p) for p in starts + ends) / (2 * len(starts))),
        ("guessing_among", math.exp),
        ("roll", roll),
        ("roll_with_momentum", roll),
    ],
)
def test_right_answers(name, answer):
    assert verdict(name, answer) == ("correct", "")


@pytest.mark.parametrize(
    ("name", "answer", "told"),
    [
        ("softmax", lambda scores: [math.exp(score) for score in scores], "adds up to 2, not to 1"),
        ("softmax", lambda scores: [score / (sum(scores) or 1) for score in scores], "not to 1"),
        ("softmax", lambda scores: [2.0**s / sum(2.0**t for t in scores) for s in scores], "those of math.exp"),
        ("softmax", lambda scores: [1 - s for s in scores], "adds up to"),
        ("softmax", lambda scores: [-math.exp(s) for s in scores], "between 0 and 1"),
        ("softmax", lambda scores: max(softmax(scores)), "return a list"),
        ("softmax", lambda scores: softmax(scores)[:1], "1 numbers"),
        ("stable_softmax", softmax, "math.exp overflows"),
        ("stable_softmax", lambda scores: softmax([min(score, 0) for score in scores]), "expected"),
        ("stable_softmax", lambda scores: softmax([score - 1000 for score in scores]), "every power is 0"),
        ("batch_loss", lambda starts, ends: sum(math.log(p) for p in starts + ends) / 2, "Change the sign"),
        ("batch_loss", lambda starts, ends: sum(-math.log(p) for p in starts + ends), "not their sum"),
        ("batch_loss", lambda starts, ends: -math.log(sum(starts + ends) / (2 * len(starts))), "expected"),
        ("batch_loss", lambda starts, ends: starts, "not a number"),
        ("guessing_among", lambda loss: 10**loss, "a blind guess among"),
        ("roll", lambda slope_at, weight, rate, steps: roll(slope_at, weight, -rate, steps), "uphill"),
        ("roll", lambda slope_at, weight, rate, steps: weight - steps * rate * slope_at(weight), "again after each"),
        ("roll_with_momentum", lambda slope_at, w, rate, n, momentum: roll(slope_at, w, rate, n), "old velocity"),
    ],
)
def test_wrong_answers_are_told_apart(name, answer, told):
    status, message = verdict(name, answer)
    assert status == "not yet"
    assert told in message
