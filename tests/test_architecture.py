"""The package is easy to find a way in, and quick to import. Who may import whom: contracts in pyproject.toml."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "qa_lesson"
LONGEST = 400  # lines of a module
FULL = 15  # modules in a folder


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py")


def test_modules_stay_short():
    lines = {str(path.relative_to(PACKAGE)): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    assert len(lines) > 100
    assert {name: n for name, n in lines.items() if n > LONGEST} == {}, "split it by what a reader looks for"


def test_folders_stay_small():
    folders: dict[str, int] = {}
    for path in modules():
        name = str(path.parent.relative_to(PACKAGE.parent))
        folders[name] = folders.get(name, 0) + 1
    assert len(folders) > 10
    assert {name: n for name, n in folders.items() if n > FULL} == {}, "give some of them a room of their own"


def test_importing_the_package_loads_no_heavy_library():
    code = "import sys, qa_lesson; print(sorted({'torch', 'transformers', 'numpy', 'datasets'} & set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_every_public_name_resolves_and_is_documented():
    import qa_lesson

    for name in qa_lesson.__all__:
        assert getattr(qa_lesson, name).__doc__, name
    with pytest.raises(AttributeError, match="no_such_name"):
        qa_lesson.no_such_name  # noqa: B018


COMMAND = "the command carries the name of what it calls"
SHARED_NAMES = {
    "audit": COMMAND,
    "finetune": COMMAND,
    "grade": COMMAND,
    "validate": COMMAND,
    "main": "what a command line starts with",
}


def test_one_name_has_one_meaning():
    defined: dict[str, list[str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_"):
                defined.setdefault(node.name, []).append(str(path.relative_to(PACKAGE)))
    assert len(defined) > 300
    twice = {name: where for name, where in defined.items() if len(where) > 1}
    assert {name: where for name, where in twice.items() if name not in SHARED_NAMES} == {}, "rename one of them"
    assert sorted(twice) == sorted(SHARED_NAMES), "a name that is defined once needs no reason"


def test_one_module_name_has_one_meaning():
    found: dict[str, list[str]] = {}
    for path in modules():
        if path.name != "__main__.py":
            found.setdefault(path.name, []).append(str(path.relative_to(PACKAGE)))
    assert {name: where for name, where in found.items() if len(where) > 1} == {}, "rename one of them"
