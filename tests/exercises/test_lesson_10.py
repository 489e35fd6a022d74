import re

import pytest

from qa_lesson.evaluation import roc_auc
from qa_lesson.exercises import check

RIGHT_USES = {"a": "official", "b": "official", "c": "similarity", "d": "exact", "e": "people"}


def unwritten(left, right):
    """As the lesson gives it."""
    ...


def right_auc(accepted, refused):
    return roc_auc([*accepted, *refused], [True] * len(accepted) + [False] * len(refused))


def reversed_auc(accepted, refused):
    return right_auc(refused, accepted)


def ties_lost(accepted, refused):
    return sum(a > r for a in accepted for r in refused) / len(accepted) / len(refused)


def ties_won(accepted, refused):
    return sum(a >= r for a in accepted for r in refused) / len(accepted) / len(refused)


def percent(accepted, refused):
    return 100 * right_auc(accepted, refused)


def side_by_side(accepted, refused):
    pairs = list(zip(accepted, refused, strict=False))
    return sum((a > r) + 0.5 * (a == r) for a, r in pairs) / len(pairs)


def per_answer(accepted, refused):
    return sum((a > r) + 0.5 * (a == r) for a in accepted for r in refused) / (len(accepted) + len(refused))


def numbers(text):
    return {found.rstrip(".,").replace(",", "") for found in re.findall(r"\d[\d,.]*", text)}


def right_guard(prediction, reference):
    left, right = numbers(prediction), numbers(reference)
    return bool(left and right and left != right)


def no_digits_needed(prediction, reference):
    return numbers(prediction) != numbers(reference)


def raw_digits(prediction, reference):
    left, right = set(re.findall(r"\d+", prediction)), set(re.findall(r"\d+", reference))
    return bool(left and right and left != right)


def in_order(prediction, reference):
    left, right = re.findall(r"\d+", prediction), re.findall(r"\d+", reference)
    return bool(left and right and left != right)


def with_full_stop(prediction, reference):
    left, right = ({n.replace(",", "") for n in re.findall(r"\d[\d,.]*", text)} for text in (prediction, reference))
    return bool(left and right and left != right)


def any_shared(prediction, reference):
    left, right = numbers(prediction), numbers(reference)
    return bool(left and right and not left & right)


def whole_text(prediction, reference):
    return prediction != reference


@pytest.mark.parametrize("name", ["auc", "numbers_differ", "uses"])
def test_a_blank_is_not_attempted(name):
    assert check(f"answer_variability.{name}", ...).status == "not attempted"


@pytest.mark.parametrize("name", ["auc", "numbers_differ"])
def test_an_unwritten_function_is_not_attempted(name):
    assert check(f"answer_variability.{name}", unwritten).status == "not attempted"


@pytest.mark.parametrize(
    ("answer", "help_text"),
    [
        (reversed_auc, "both accepted answers score higher"),
        (ties_lost, "equal scores count half"),
        (ties_won, "equal scores count half"),
        (percent, "a fraction"),
        (side_by_side, "every refused one"),
        (per_answer, "both accepted"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_wrong_auc(answer, help_text):
    result = check("answer_variability.auc", answer)
    assert result.status == "not yet"
    assert help_text in result.message


@pytest.mark.parametrize(
    ("answer", "help_text"),
    [
        (no_digits_needed, "only one of them has digits"),
        (raw_digits, "only groups them"),
        (in_order, "order of the numbers"),
        (with_full_stop, "full stop"),
        (any_shared, "one number too many"),
        (whole_text, "only the numbers"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_wrong_guard(answer, help_text):
    result = check("answer_variability.numbers_differ", answer)
    assert result.status == "not yet"
    assert help_text in result.message


@pytest.mark.parametrize(
    ("answer", "help_text"),
    [
        (RIGHT_USES | {"a": "similarity"}, "same script"),
        (RIGHT_USES | {"b": "people"}, "paired and free"),
        (RIGHT_USES | {"c": "people"}, "an order"),
        (RIGHT_USES | {"d": "similarity"}, "no one looks"),
        (RIGHT_USES | {"e": "official"}, "what people accept"),
        (RIGHT_USES | {"e": "F1"}, "not one of the four"),
        ({"a": "official"}, "exactly these keys"),
        ("official", "a dictionary"),
    ],
)
def test_wrong_uses(answer, help_text):
    result = check("answer_variability.uses", answer)
    assert result.status == "not yet"
    assert help_text in result.message


@pytest.mark.parametrize(
    ("name", "answer"), [("auc", right_auc), ("numbers_differ", right_guard), ("uses", RIGHT_USES)]
)
def test_right_answers(name, answer):
    assert check(f"answer_variability.{name}", answer).status == "correct"
