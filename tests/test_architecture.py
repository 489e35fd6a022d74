"""The package keeps its layers: a module imports only from layers before its own."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "qa_lesson"
LAYERS = [
    {"errors"},
    {"schema", "storage", "hardware", "encoder"},
    {"loading", "metrics", "windows", "semantic"},
    {"corpus", "decoding", "qa_score", "leakage"},
    {"evaluation", "runs"},
    {"training", "answering"},
    {"recordings", "look"},
    {"doctor", "views", "course", "exercises"},
    {"quiz", "report"},
    {"grading"},
    {"cli"},
]
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names.add(node.module or "")
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return {name.split(".")[1] for name in names if name.startswith("qa_lesson.")}


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_one_way(path):
    here = room(path)
    assert here in LEVEL, f"{here} has no layer: add it to LAYERS"
    for other in imported_rooms(path) - {here}:
        assert LEVEL[other] < LEVEL[here], f"{here} must not import {other}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_modules_stay_small(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 420


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
