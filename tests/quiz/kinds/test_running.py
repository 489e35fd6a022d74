import threading

import pytest

from qa_lesson.errors import ResponseError
from qa_lesson.quiz.kinds.shared.running import complaint, fill, same_code


def test_what_a_check_says_and_what_code_raises_is_told():
    assert complaint("x = 1", 'assert x == 1, "x should be 1"') is None
    assert complaint("x = 2", 'assert x == 1, "x should be 1"') == "x should be 1"
    assert complaint("x = 2", "assert x == 1") == "A check of the result failed"
    assert complaint("x = 1 / 0", "assert x") == "It raised ZeroDivisionError: division by zero"
    assert complaint("raise SystemExit(3)", "assert True") == "It raised SystemExit: 3"
    assert complaint("import no_such_module", "assert True") == (
        "It raised ModuleNotFoundError: No module named 'no_such_module'"
    )


@pytest.mark.parametrize(
    "code",
    [
        "while True: pass",
        "while True:\n    try:\n        x = 1\n    except Exception:\n        pass",
        "def f(): return f\nwhile f(): f()",
    ],
)
def test_code_that_does_not_end_is_stopped(code):
    before = threading.active_count()
    assert "did not end within 0.2 seconds" in complaint(code, "assert True", seconds=0.2)
    assert threading.active_count() == before


def test_a_check_that_does_not_end_is_stopped_too():
    assert "did not end" in complaint("x = 1", "while x: pass", seconds=0.2)


def test_code_runs_in_a_namespace_of_its_own():
    assert complaint("left_behind = 1", "assert left_behind") is None
    assert "NameError" in complaint("pass", "assert left_behind")
    assert complaint("import math\nx = math.tau", "from math import pi\nassert x == 2 * pi") is None


def test_code_that_python_cannot_read_is_no_attempt():
    with pytest.raises(ResponseError, match="Python cannot read this"):
        complaint("return", "assert True")
    with pytest.raises(ResponseError, match="Python cannot read this"):
        complaint("x = (1", "assert True")
    with pytest.raises(ResponseError, match="Python cannot read this"):
        complaint("x = '\0'", "assert True")


def test_a_filling_of_several_lines_keeps_the_indent_of_the_blank():
    template = "def f(x):\n    ___\n    return y"
    assert fill(template, "  y = x\n  y += 1\n") == "def f(x):\n    y = x\n    y += 1\n    return y"
    assert fill("x = [___]", "1, 2") == "x = [1, 2]"


def test_the_same_code_differs_in_looks_alone():
    assert same_code("x = (a/b)", "x = a / b")
    assert same_code("x = 'a'", 'x = "a"')
    assert not same_code("x = a / b", "x = b / a")
    assert same_code("x = (", "x = (")
    assert not same_code("x = (", "x = [")
