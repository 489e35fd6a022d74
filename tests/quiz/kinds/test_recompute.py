import math
import time

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


@pytest.mark.parametrize("expression", [
    "((9**64)**64)**64 % 7", "9**64**2", "len([0] * 2000000000)", "len(2000000000 * 'a')", "math.factorial(3000000)",
    "math.comb(5000000, 2500000)", "math.perm(9000000)", "len('a'.zfill(3000000000))", "len(' '.join(['a'] * 9))",
    "len('%2000000000d' % 1)", "'a'.__class__", "round(5, -1000000000)", "len(sum([['a'] * 9000] * 9000, []))",
    "math.prod([9**60] * 10000)", "len((1).to_bytes(1000000000))", "len(int.to_bytes(1, 1000000000))",
    "max([3000000], key=math.factorial)", "len('a'.replace('', 'b' * 9999))", "sum([sum([0] * 99999)])",
    "len(read_predictions('/dev/zero'))", "len(load_examples('/dev/zero'))", "len(dict.fromkeys([1]))",
    "calibration_floor([0.5], n_simulations=1000000000)", "len(calibration_bins([0.5], [True], 9999999999))",
    "-" * 100_000 + "1", "(" * 900 + "1" + ")" * 900, "+".join("1" * 900) * 3, "9" * 1000,
])  # fmt: skip
def test_no_expression_takes_long_or_fills_the_memory(expression):
    started = time.process_time()
    with pytest.raises(RecomputeError):
        recompute(expression)
    assert time.process_time() - started < 2


def test_small_uses_of_the_limited_functions_are_those_of_python():
    for expression in ("math.comb(10, 3)", "math.factorial(20)", "math.prod([1.5, 2, 3])", "round(2.345, 2)"):
        assert recompute(expression) == eval(expression, {"math": math})
    assert recompute("sum([1, 2], 3) + sum([0.1] * 10)") == 6 + sum([0.1] * 10)
    assert recompute("len('a b c'.split()) + [1, 1].count(1)") == 5


@given(st.integers(-1000, 1000), st.integers(1, 1000), st.integers(0, 5))
def test_arithmetic_is_that_of_python(a, b, n):
    assert recompute(f"(({a}) - {b}) / {b} + ({a}) ** {n} % {b}") == (a - b) / b + a**n % b
    assert recompute(f"math.hypot({a}, {b})") == math.hypot(a, b)
