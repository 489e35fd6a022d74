"""Write the API reference of the site: a page for each room of the package, from its docstrings.

    python tools/api_reference.py FOLDER

The package is read and not imported, so this needs neither torch nor the course's environment. `build_site.py` calls
it. The public names of a room are those of its ``__init__.pyi``, else of its ``__all__``, else all that it defines.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import griffe
from api_markdown import fenced, prose

ROOT = Path(__file__).parents[1]
PACKAGE = "qa_lesson"
NOT_FOR_IMPORT = {
    "cli": "its commands are described by `qa-lesson --help`",
    "journal": "keeps the package's own files",
    "look.built_widgets": "has the widgets' JavaScript",
    "qa_score": "is loaded by its path: `evaluate.load`",
    "storage": "keeps the package's own files",
    "text": "takes texts apart for the rooms above it",
}
"""Modules that have no page, and why."""
FURTHER = (
    "corpus.recorded_judge",
    "exercises.faults",
    "leakage.questions",
    "quiz.flashcards.cards",
    "quiz.flashcards.schedule",
)
"""Modules inside a room that lessons import from."""
SECTIONS = {"parameters": "Parameters", "attributes": "Attributes", "raises": "Raises", "returns": "Returns"}


@dataclass(frozen=True)
class Room:
    """A module with public names.

    Args:
        name: dotted, with the package.
        module: as griffe read it.
        names: public name to the object that it is.
    """

    name: str
    module: griffe.Module
    names: dict[str, griffe.Object] = field(default_factory=dict)

    @property
    def first_sentence(self) -> str:
        """What the room is for."""
        return first_sentence(self.module)


def read_package(root: Path = ROOT) -> griffe.Module:
    """The package without importing it."""
    loaded = griffe.load(PACKAGE, search_paths=[str(root)], docstring_parser="google", allow_inspection=False)
    assert isinstance(loaded, griffe.Module)
    return loaded


def public_rooms(package: griffe.Module) -> list[Room]:
    """Every module with a page; a folder that offers nothing of its own is shown as its modules."""
    rooms = []
    for name, module in sorted(package.modules.items()):
        if name in NOT_FOR_IMPORT or name.startswith("_"):
            continue
        names = public_names(module)
        parts = {name: module} if names else {f"{name}.{part}": module[part] for part in sorted(module.modules)}
        shown = [part for path, part in parts.items() if path not in NOT_FOR_IMPORT and not part.name.startswith("_")]
        rooms += [Room(part.path, part, objects(package, part)) for part in shown]
    for name in FURTHER:
        module = package[name]
        rooms.append(Room(module.path, module, objects(package, module)))
    return sorted((room for room in rooms if room.names), key=lambda room: room.name)


def public_names(module: griffe.Module) -> dict[str, str]:
    """Public name to the path where it is defined or imported from."""
    path = Path(str(module.filepath))
    stub = path.with_suffix(".pyi")
    imported = _imported(stub if stub.is_file() else path, module.path)
    if stub.is_file():
        return imported
    own = {name: f"{module.path}.{name}" for name in _defined(path)}
    listed = _listed(path)
    if listed is None:
        return {} if module.is_package and not own else {name: own[name] for name in own if not name.startswith("_")}
    return {name: own.get(name) or imported[name] for name in listed}


def objects(package: griffe.Module, module: griffe.Module) -> dict[str, griffe.Object]:
    """The public names of a module with what they are, in the order of the alphabet."""
    found = {}
    for name, path in sorted(public_names(module).items(), key=lambda item: item[0].lower()):
        target = package[path.removeprefix(f"{PACKAGE}.")]
        found[name] = target.final_target if target.is_alias else target
    return found


def _imported(path: Path, module: str) -> dict[str, str]:
    """Name to dotted path of what a file imports from this package."""
    names = {}
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and (node.level or (node.module or "").startswith(PACKAGE)):
            source = f"{module}.{node.module}" if node.level else node.module
            names |= {alias.asname or alias.name: f"{source}.{alias.name}" for alias in node.names}
    return names


def _defined(path: Path) -> Iterator[str]:
    """The functions, classes and constants at the top level of a file."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.AnnAssign(target=ast.Name(id=name)):
                yield name
            case ast.Assign(targets=[ast.Name(id=name)]) if name != "__all__":
                yield name


def _listed(path: Path) -> list[str] | None:
    """``__all__``, if it is written out."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        match node:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=ast.List() as names):
                return list(ast.literal_eval(names))
    return None


class Writer:
    """Turns rooms into pages in MyST Markdown, whose names link to each other."""

    def __init__(self, package: griffe.Module) -> None:
        self.rooms = public_rooms(package)
        self.top = public_names(package)
        self.places: dict[str, str] = {}  # where an object is defined -> where it is documented
        self.by_name: dict[str, set[str]] = {}
        for room in self.rooms:
            for name, item in room.names.items():
                place = self.places.setdefault(item.path, f"{room.name}.{name}")
                self.by_name.setdefault(name, set()).add(place)
                for member in self._members(item):
                    self.by_name.setdefault(f"{name}.{member.name}", set()).add(f"{place}.{member.name}")

    def pages(self) -> dict[str, str]:
        """File name to text: an index, and a page for each room."""
        pages = {f"{room.name.removeprefix(f'{PACKAGE}.')}.md": self.page(room) for room in self.rooms}
        return {"index.md": self.index(), **pages}

    def index(self) -> str:
        """All rooms with a line on each, and the names of the package itself."""
        lines = [
            "# API reference",
            "",
            "Every public name of the package, from its docstrings. Scores are fractions in [0, 1] everywhere.",
            "The names in the first table can be imported from `qa_lesson` itself.",
            "",
            "## Names of qa_lesson",
            "",
            "| name | what it is |",
            "| --- | --- |",
        ]
        for name, path in sorted(self.top.items(), key=lambda item: item[0].lower()):
            item = self._object(path)
            lines.append(f"| {self.link(name, self.places[item.path])} | {cell(self.prose(first_sentence(item)))} |")
        lines += ["", "## Rooms", "", "| room | what it is for |", "| --- | --- |"]
        for room in self.rooms:
            file = room.name.removeprefix(f"{PACKAGE}.")
            lines.append(f"| [`{room.name}`]({file}.md) | {cell(self.prose(room.first_sentence))} |")
        return "\n".join(lines) + "\n"

    def page(self, room: Room) -> str:
        """One room: what it is for, a table of its names, and each of them."""
        lines = [f"# {room.name}", "", f"```{{py:module}} {room.name}\n```", ""]
        if room.module.docstring:
            lines += [self.prose(room.module.docstring.value, room), ""]
        lines += ["| name | what it is |", "| --- | --- |"]
        for name, item in room.names.items():
            lines.append(
                f"| {self.link(name, self.places[item.path])} | {cell(self.prose(first_sentence(item), room))} |"
            )
        for name, item in room.names.items():
            if self.places[item.path] == f"{room.name}.{name}":
                lines += ["", *self.directive(name, item, room)]
        return "\n".join(lines) + "\n"

    def directive(self, name: str, item: griffe.Object, room: Room, inside: str = "") -> list[str]:
        """The Sphinx directive that documents an object, with its members."""
        if isinstance(item, griffe.Function):
            kind = "py:method" if inside else "py:function"
            return fenced(f"{{{kind}}} {name}{self.signature(item)}", self.body(item, room), 3)
        if isinstance(item, griffe.Class):
            kind = "py:exception" if is_error(item) else "py:class"
            body = self.body(item, room)
            for member in self._members(item):
                body += ["", *self.directive(member.name, member, room, inside=name)]
            return fenced(f"{{{kind}}} {name}{self.signature(item)}", body, 4)
        assert isinstance(item, griffe.Attribute)
        if inside:
            options = [f":type: {self.annotation(item.annotation)}"] if item.annotation else []
            kind = "py:property" if "property" in item.labels else "py:attribute"
            return fenced(f"{{{kind}}} {name}", [*options, "", *self.body(item, room)], 3)
        return fenced(f"{{py:data}} {name}", [*self.value(item), *self.body(item, room)], 3)

    def body(self, item: griffe.Object, room: Room) -> list[str]:
        """The docstring: its text, its examples, and its sections as a field list."""
        if not item.docstring:
            return []
        lines: list[str] = []
        known = {parameter.name for parameter in getattr(item, "parameters", ())}
        for section in item.docstring.parse("google", warnings=False):
            kind = section.kind.value
            if kind == "text":
                lines += [self.prose(section.value, room, known), ""]
            elif kind in SECTIONS:
                lines += [f":{SECTIONS[kind]}:"]
                lines += [f"    - {self._entry(kind, entry, room, known)}" for entry in section.value]
                lines += [""]
            else:
                raise ValueError(f"{item.path}: a docstring section of the kind {kind!r}, which has no form here yet")
        return lines

    def _entry(self, kind: str, entry: Any, room: Room, known: set[str]) -> str:
        text = self.prose(" ".join(entry.description.split()), room, known)
        if kind == "returns":
            return text
        if kind == "raises":
            kinds = [self.prose(f"`{name.strip()}`", room) for name in str(entry.annotation).split(",")]
            return f"{', '.join(kinds)}: {text}"
        return f"`{entry.name}`: {text}"

    def signature(self, item: griffe.Class | griffe.Function) -> str:
        """Parameters and result, with the public types linked."""
        parts, star, before_slash = [], False, False
        for parameter in item.parameters:
            kind = parameter.kind or griffe.ParameterKind.positional_or_keyword
            if parameter.name in ("self", "cls") and not parts:
                continue
            if before_slash and kind is not griffe.ParameterKind.positional_only:
                parts.append("/")
            before_slash = kind is griffe.ParameterKind.positional_only
            if kind is griffe.ParameterKind.keyword_only and not star:
                parts.append("*")
            star = star or kind in (griffe.ParameterKind.keyword_only, griffe.ParameterKind.var_positional)
            marks = {griffe.ParameterKind.var_positional: "*", griffe.ParameterKind.var_keyword: "**"}
            text = marks.get(kind, "") + parameter.name
            if parameter.annotation is not None:
                text += f": {self.annotation(parameter.annotation)}"
            if parameter.default is not None and kind not in marks:
                text += f" = {parameter.default}"
            parts.append(text)
        result = item.returns if isinstance(item, griffe.Function) else None
        arrow = f" -> {self.annotation(result)}" if result is not None else ""
        return f"({', '.join(parts)}){arrow}"

    def annotation(self, annotation: Any) -> str:
        """A type as Sphinx reads it; ``~`` shows the last part of a linked name only."""
        if isinstance(annotation, str):
            return annotation
        return "".join(self._type(part) for part in annotation.iterate(flat=True))

    def _type(self, part: Any) -> str:
        if isinstance(part, str):
            return part
        place = self.places.get(self._defined_at(part.canonical_path))
        return f"~{place}" if place else part.name

    def _defined_at(self, path: str) -> str:
        try:
            return self._object(path).path if path.startswith(f"{PACKAGE}.") else path
        except KeyError:
            return path

    def value(self, item: griffe.Attribute) -> list[str]:
        """Type and value of a constant, as options of its directive."""
        options = []
        if item.annotation is not None:
            options.append(f":type: {self.annotation(item.annotation)}")
        value = "" if item.value is None else str(item.value)
        # YAML takes a colon with a space, or an f-string's braces, for something else
        if 0 < len(value) <= 100 and not any(part in value for part in ("\n", ": {")):
            options.append(f":value: {item.value}")
        return [*options, ""]

    def prose(self, text: str, room: Room | None = None, known: set[str] = frozenset()) -> str:  # type: ignore[assignment]
        """A docstring's text as Markdown, its public names as links."""
        return prose(text, lambda name: None if name in known else self._place(name, room))

    def _place(self, name: str, room: Room | None) -> str | None:
        """Where a name in backticks is documented, if that is certain."""
        name = name.removesuffix("()").removeprefix(f"{PACKAGE}.")
        if any(known.name == f"{PACKAGE}.{name}" for known in self.rooms):
            return f"{PACKAGE}.{name}"
        places = self.by_name.get(name, set())
        if room and f"{room.name}.{name}" in places:
            return f"{room.name}.{name}"
        if not places and "." in name:  # a field, which is described with its class
            places = self.by_name.get(name.rpartition(".")[0], set())
        return next(iter(places)) if len(places) == 1 else None

    @staticmethod
    def link(name: str, place: str) -> str:
        """A link to where a name is documented."""
        return f"{{py:obj}}`{name} <{place}>`"

    def _object(self, path: str) -> griffe.Object:
        package = self.rooms[0].module.package
        found = package[path.removeprefix(f"{PACKAGE}.")]
        return found.final_target if found.is_alias else found

    @staticmethod
    def _members(item: griffe.Object) -> list[griffe.Object]:
        """The documented members of a class; its fields are in its docstring."""
        if not isinstance(item, griffe.Class):
            return []
        members = [member for member in item.members.values() if not member.is_alias and member.docstring]
        return [member for member in members if not member.name.startswith("_") or member.name == "__call__"]


def first_sentence(item: griffe.Object) -> str:
    """The first line of a docstring, or what a constant is."""
    if not item.docstring:
        return f"`{item.value}`" if isinstance(item, griffe.Attribute) and len(str(item.value)) <= 60 else ""
    text = " ".join(item.docstring.value.split("\n\n")[0].split())
    return re.split(r"(?<=[.!?]) (?=[A-Z])", text)[0]


def cell(text: str) -> str:
    """Text that is in one cell of a table."""
    return text.replace("|", "\\|")


def is_error(item: griffe.Class) -> bool:
    """Whether a class is an exception, as far as its name tells."""
    return item.name.endswith("Error")


def write(folder: Path, root: Path = ROOT) -> list[str]:
    """Write all pages and return their file names, the index first."""
    pages = Writer(read_package(root)).pages()
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")
    return list(pages)


if __name__ == "__main__":
    print(*write(Path(sys.argv[1])), sep="\n")
