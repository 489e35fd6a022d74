"""The API reference has every public name, and its text reads as the docstrings do."""

import ast
import importlib
import inspect
import json
import re
from pathlib import Path

import griffe
import pytest
from api_markdown import prose
from api_reference import NOT_FOR_IMPORT, PACKAGE, Writer, read_package

ROOT = Path(__file__).parents[1]
DIRECTIVE = re.compile(r"^:::+\{py:(?:function|class|exception|data)\} (\w+)", re.MULTILINE)


@pytest.fixture(scope="module")
def writer() -> Writer:
    return Writer(read_package(ROOT))


@pytest.fixture(scope="module")
def pages(writer) -> dict[str, str]:
    return writer.pages()


def public(module) -> set[str]:
    """The public names as Python has them once the module is loaded."""
    names = getattr(module, "__all__", None)
    if names is not None:
        return set(names) - {"__version__"}
    own = (item for item in vars(module).items() if not item[0].startswith("_"))
    return {name for name, item in own if getattr(item, "__module__", None) == module.__name__}


def test_every_room_has_a_page(writer):
    rooms = {room.name for room in writer.rooms}
    for path in (ROOT / PACKAGE).iterdir():
        name = path.name.removesuffix(".py")
        if name.startswith(("_", ".")) or not (path.suffix == ".py" or (path / "__init__.py").is_file()):
            continue
        there = any(room == f"{PACKAGE}.{name}" or room.startswith(f"{PACKAGE}.{name}.") for room in rooms)
        assert there != (name in NOT_FOR_IMPORT), f"{name}: it needs a page, or a reason in NOT_FOR_IMPORT"


def test_every_public_name_is_on_the_page_of_its_room(writer, pages):
    for room in writer.rooms:
        module = importlib.import_module(room.name)
        page = pages[f"{room.name.removeprefix(f'{PACKAGE}.')}.md"]
        named = set(DIRECTIVE.findall(page)) | set(re.findall(r"^\| \{py:obj\}`(\w+) <", page, re.MULTILINE))
        assert public(module) <= named, room.name
        assert all(hasattr(module, name) for name in named), room.name


def test_the_names_of_the_package_itself_are_in_the_index(pages):
    module = importlib.import_module(PACKAGE)
    assert set(re.findall(r"^\| \{py:obj\}`(\w+) <", pages["index.md"], re.MULTILINE)) == public(module)


def test_every_name_is_described_once(pages):
    documented = [(page, name) for page, text in pages.items() for name in DIRECTIVE.findall(text)]
    assert len(documented) == len(set(documented)) > 200


def test_what_the_lessons_import_is_in_the_reference(writer):
    described = {f"{room.name}.{name}" for room in writer.rooms for name in room.names}
    described |= {f"{PACKAGE}.{name}" for name in writer.top} | set(writer.places)
    missing = set()
    for path in sorted((ROOT / "notebooks").rglob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] != "code" or PACKAGE not in source:
                continue
            for node in ast.walk(ast.parse(re.sub(r"^[%!].*$", "", source, flags=re.MULTILINE))):
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PACKAGE):
                    imported = {f"{node.module}.{alias.name}" for alias in node.names}
                    missing |= {(path.name, name) for name in imported - described}
    assert missing == set()


def test_names_have_a_docstring(writer):
    for room in writer.rooms:
        for name, item in room.names.items():
            if isinstance(item, griffe.Function | griffe.Class):
                assert item.docstring, f"{room.name}.{name}"


def test_a_signature_is_the_one_that_python_has(writer):
    import qa_lesson.decoding

    (room,) = (room for room in writer.rooms if room.name == "qa_lesson.decoding")
    written = writer.signature(room.names["decode"])
    names = inspect.signature(qa_lesson.decoding.decode).parameters
    assert [name for name in re.findall(r"(\w+): ", written) if name in names] == list(names)
    assert "*, " in written
    assert written.endswith("-> list[~qa_lesson.schema.Prediction]")


def test_names_in_backticks_become_links(writer):
    assert writer.prose("see `decode`") == "see {py:obj}`decode <qa_lesson.decoding.decode>`"
    assert writer.prose("`Prediction.probability`") == "{py:obj}`Prediction.probability <qa_lesson.schema.Prediction>`"
    assert writer.prose("`no_such_name` and ``decode``") == "`no_such_name` and ``decode``"


def test_a_parameter_is_not_a_link(writer):
    assert writer.prose("`key` is kept", known={"key"}) == "`key` is kept"


def test_marks_of_markdown_are_text_in_a_docstring():
    assert prose("__init__ of *this* <b> costs $5", lambda name: None) == (r"\_\_init\_\_ of \*this\* \<b\> costs \$5")
    assert prose('"best" keeps', lambda name: None) == '`"best"` keeps'


def test_examples_become_code():
    assert prose("It adds.\n\n>>> 1 + 1\n2", lambda name: None) == "It adds.\n\n```pycon\n>>> 1 + 1\n2\n```"
