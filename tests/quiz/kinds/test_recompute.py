import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_lesson.quiz.kinds.shared.recompute import RecomputeError, recompute


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1 + 2 * 3 - 4 / 8", 6.5),
        ("-7 // 2 + 7 % 4 + 2 ** 5", 31),
        ('score_answer("Paris", ["Paris is the capital of France"]).recall', 0.2),
        ('len(answer_tokens("a big city")[0:1])', 1),
        ('max({"a": 3}["a"], len([1, 2]), sum((1, 1)))', 3),
        ('token_overlap("the", "a", rules="v1.1").f1', 0),
        ("100 * math.sqrt(0.5 * 0.5 / 100)", 5),
        ("len({1, 1})", 1),
        ('len(load_corpus("test")[0].answers[0].text) ** 0', 1),
        ("float(Answer('Bram', 53).end)", 57),
    ],
)
def test_expressions_over_public_names_give_numbers(expression, value):
    assert recompute(expression) == pytest.approx(value, rel=1e-12)


def test_what_the_rooms_themselves_import_is_not_public():
    with pytest.raises(RecomputeError, match="Counter is no public name"):
        recompute("len(Counter())")


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("1 +", "no Python expression"),
        ("__import__('os')", "no public name"),
        ("open('file')", "no public name"),
        ("eval('1')", "no public name"),
        ("json", "no public name"),
        ("math.__name__", "is not evaluated"),
        ("'{0.__class__}'.format(1)", "is not evaluated"),
        ("[x for x in [1]]", "is not evaluated"),
        ("(lambda: 1)()", "is not evaluated"),
        ("1 if True else 2", "is not evaluated"),
        ("f'{1}'", "is not evaluated"),
        ("1 > 0", "is not evaluated"),
        ("9 ** 9 ** 9", "exponent"),
        ("1 / 0", "ZeroDivisionError"),
        ("score_answer('a', 'a').f1", "references must be a list"),
        ("max(**{'a': 1})", "not evaluated"),
        ("'3'", "no finite number"),
        ("1e300 * 1e300", "no finite number"),
        ("math.nan", "no finite number"),
        ("True", "no finite number"),
        ("[1]", "TypeError"),
    ],
)
def test_anything_else_is_refused(expression, told):
    with pytest.raises(RecomputeError, match=told):
        recompute(expression)


@given(st.integers(-1000, 1000), st.integers(1, 1000), st.integers(0, 5))
def test_arithmetic_is_that_of_python(a, b, n):
    assert recompute(f"(({a}) - {b}) / {b} + ({a}) ** {n} % {b}") == (a - b) / b + a**n % b
    assert recompute(f"math.hypot({a}, {b})") == math.hypot(a, b)
