"""What a learner may try on the graded cell: none of this earns the point. What does is in the last test."""

import subprocess
import sys

import numpy as np
import pytest

from qa_lesson.exercises import NotYetError
from qa_lesson.grading.assignments.graded_cell import grade_answer, plain_copy
from qa_lesson.grading.assignments.lesson_exercises import find_lesson, read_lesson
from qa_lesson.grading.assignments.source_notebook import make_source_notebook

CELLS = {cell["id"]: cell["source"] for cell in make_source_notebook(read_lesson(find_lesson("metrics")), {})["cells"]}
WRONG = "recall = lambda prediction, reference: 0.5\n"
YES = "class Yes:\n    status = 'correct'\n    __eq__ = lambda *_: True\n    __bool__ = lambda *_: True\n"
EVERYTHING = "class Same:\n    __eq__ = lambda *_: True\n    __ne__ = lambda *_: False\n    __hash__ = None\n"
NUMBER = "class Same(float):\n    __sub__ = __rsub__ = lambda *_: 0.0\n    __eq__ = lambda *_: True\n"

ATTACKS = {
    "a wrong answer": "",
    "check redefined": f"{YES}check = grade_answer = lambda *_: Yes()\n",
    "check replaced in its module": f"{YES}import qa_lesson.exercises as e\ne.check = lambda *_: Yes()\n",
    "its module replaced": (
        f"{YES}import sys, types\nfor name in ('qa_lesson.exercises', 'qa_lesson.grading.assignments.graded_cell'):\n"
        "    sys.modules[name] = m = types.ModuleType(name)\n    m.check = m.grade_answer = lambda *_: Yes()\n"
    ),
    "the package replaced": (
        f"{YES}import sys, types\nsys.modules['qa_lesson'] = m = types.ModuleType('qa_lesson')\nm.__path__ = []\n"
        "m.check = m.grade_answer = lambda *_: Yes()\n"
    ),
    "grading replaced": (
        f"{YES}import qa_lesson.grading.assignments.graded_cell as g\ng.grade_answer = lambda *_: Yes()\n"
    ),
    "the registered checks replaced": (
        "import qa_lesson.exercises as e\ne.check('metrics.recall', None)\nimport qa_lesson.exercises.lesson_05\n"
        "e._CHECKS['metrics.recall'] = lambda answer: None\n"
    ),
    "the reference replaced": (
        "import qa_lesson.metrics as m, types\n"
        "m.token_overlap = lambda *_, **__: types.SimpleNamespace(recall=0.5, precision=0.5, f1=0.5)\n"
        "import qa_lesson.exercises.lesson_05 as l\nl.token_overlap = m.token_overlap\n"
    ),
    "results equal to everything": f"{EVERYTHING}recall = lambda *_: Same()\n",
    "numbers equal to everything": f"{NUMBER}recall = lambda *_: Same(0.5)\n",
    "a number equal to everything hidden in NumPy": (
        f"{NUMBER}import numpy as np\nrecall = lambda *_: np.array(Same(0.5), dtype=object)\n"
    ),
    "a number that claims to be NumPy's": (
        "import numpy as np\nclass Same(np.float64):\n    __module__ = 'numpy'\n    __eq__ = lambda *_: True\n"
        "    __sub__ = __rsub__ = lambda *_: 0.0\nrecall = lambda *_: Same(0.5)\n"
    ),
    "abs replaced": "import builtins\nbuiltins.abs = lambda *_: 0\n",
    "isinstance replaced": "import builtins\nbuiltins.isinstance = lambda *_: True\n",
    "bool replaced": "import builtins\nbuiltins.bool = lambda *_: True\n",
    "bool replaced by a class": (
        "import builtins\nclass bool(int):\n    __module__ = 'builtins'\n    __new__ = lambda *_: True\n"
        "builtins.bool = bool\n"
    ),
    "type replaced": "import builtins\nbuiltins.type = lambda *_: float\nbuiltins.abs = lambda *_: 0\n",
    "AssertionError replaced": "import builtins\nbuiltins.AssertionError = AssertionError = Warning\n",
    "assert and result names given": f"{YES}_result = Yes()\nresult = Yes()\n_own = {{}}\n",
    "callable replaced here": "callable = lambda *_: False\n",
    "the answer deleted": "del recall\n",
    "the answer overwritten": "recall = True\n",
    "the exit raised by the answer": "def recall(*_):\n    raise SystemExit(0)\n",
    "an own BaseException": "class E(BaseException): ...\ndef recall(*_):\n    raise E\n",
    "not written": "recall = ...\n",
}


def run(attack, cell="check-metrics-recall", *, last=True):
    """The exit code of an attack followed by the graded cell, in a process of its own, and the error.

    The error is its last line, or the message that follows AssertionError.
    """
    code = f"import os\n{WRONG}{attack}os.write(2, b'ready ')\n{CELLS[cell]}\nraise SystemExit(77)"
    done = subprocess.run([sys.executable, "-"], input=code, capture_output=True, text=True, check=False, timeout=120)
    assert done.stderr.startswith("ready "), done.stderr  # the attack itself came through
    error = done.stderr.splitlines()[-1] if last else done.stderr.rpartition("AssertionError: ")[2]
    return done.returncode, error


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
def test_no_point_for(attack):
    code, error = run(attack)
    assert code == 1, error  # whatever the error is: nbgrader gives nothing for a cell that has one


def test_the_right_answer_gets_it_in_the_same_way():
    setup = CELLS["imports"] + "\n" + CELLS["setup-metrics-recall"] + "\n"
    answer = "def recall(prediction, reference):\n    return shared(prediction, reference) / len(tokens(reference))\n"
    assert run(setup + answer)[0] == 77
    wrong = f"{NUMBER}f1_of_never = Same(0.1)\n"
    assert run(wrong, "check-metrics-never-answers")[0] == 1


def test_what_stays_possible_is_what_the_docs_say():
    """The learner's code runs in the process that grades it: it may read the check's own figures, or break imports."""
    peek = "import sys\nrecall = lambda *_: sys._getframe(3).f_locals['expected']\n"
    assert run(peek)[0] == 77
    imports = (
        f"{YES}import builtins, types\nbuiltins.__import__ = lambda name, *_: "
        "types.SimpleNamespace(modules={}, grade_answer=lambda *_: Yes())\n"
    )
    assert run(imports)[0] == 77


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("lambda prediction, reference: 0.5", "not yet: recall("),
        ("0.5", "not yet: pass the function"),
        ("...", "not a"),
    ],
)
def test_a_wrong_answer_fails_with_the_message_of_the_check(answer, message):
    assert run(f"recall = {answer}\n", last=False)[1].startswith(message)


def test_nothing_that_an_answer_prints_or_warns_of_comes_out(capsys):
    def recall(prediction, reference):
        sys.stderr.write("hello")
        np.float64(1) / np.float64(0)
        return 0.5

    result = grade_answer("metrics.recall", recall)
    assert result.status == "not yet"
    assert capsys.readouterr() == ("", "")


def test_the_package_that_the_notebook_used_is_put_back():
    own = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "qa_lesson"}
    grade_answer("metrics.recall", None, own)
    assert {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "qa_lesson"} == own


def test_usual_values_are_copied_as_they_are():
    from collections import Counter

    values = [1, 0.5, True, None, "a", b"a", (1, {2}), {"a": [np.float64(1)]}, range(3), np.int64(3)]
    assert plain_copy(values) == values
    array = np.arange(3)
    copy = plain_copy(array)
    assert (copy == array).all()
    assert copy is not array
    counted = plain_copy(Counter("aab"))
    assert (type(counted), counted) == (dict, {"a": 2, "b": 1})
    with pytest.raises(NotYetError, match="gives a generator: give plain Python values"):
        plain_copy(one for one in "ab")
