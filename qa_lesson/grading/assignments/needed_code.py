"""The part of a lesson's code that a piece of code needs: definitions, imports and data, statement by statement.

Names are followed back through the lesson. What a function looks up when it is called counts as of the place where it
is needed, everything else as of its own place.
"""

from __future__ import annotations

import ast
import builtins
import symtable
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_BLOCKS = (ast.For, ast.While, ast.With, ast.If, ast.Try)


@dataclass(frozen=True)
class Statement:
    """A statement at the top level of a notebook; each name of an import is one of its own.

    Args:
        source: the code, with the comments inside and after it.
        place: of its cell in the notebook, from 0.
        order: its own in the notebook, from 0.
    """

    source: str
    place: int
    order: int

    @cached_property
    def node(self) -> ast.stmt:
        """The syntax tree."""
        return ast.parse(self.source).body[0]

    @cached_property
    def is_import(self) -> bool:
        """Whether it is an import."""
        return isinstance(self.node, ast.Import | ast.ImportFrom)

    @cached_property
    def is_definition(self) -> bool:
        """Whether it is a function or a class."""
        return isinstance(self.node, _DEFINITIONS)

    @cached_property
    def binds(self) -> frozenset[str]:
        """The names that it gives a value."""
        table = symtable.symtable(self.source, "cell", "exec")
        return frozenset(one.get_name() for one in table.get_symbols() if one.is_assigned() or one.is_imported())

    @cached_property
    def changes(self) -> frozenset[str]:
        """The names whose value it changes in place, by assigning to an item or attribute."""
        targets: Iterable[ast.expr] = ()
        if isinstance(self.node, ast.Assign):
            targets = self.node.targets
        elif isinstance(self.node, ast.AugAssign):
            targets = [self.node.target]
        found = set()
        for target in targets:
            whole = target
            while isinstance(whole, ast.Subscript | ast.Attribute):
                whole = whole.value
            if whole is not target and isinstance(whole, ast.Name):
                found.add(whole.id)
        return frozenset(found)

    @cached_property
    def uses(self) -> frozenset[str]:
        """The names that it takes from elsewhere, now or in a function when that is called; no builtins."""
        used = _used(symtable.symtable(self.source, "cell", "exec"))
        if self.is_definition or isinstance(self.node, _BLOCKS):
            used -= self.binds  # a function that calls itself, the variable of a loop
        return frozenset(name for name in used if not hasattr(builtins, name))


def statements_of(source: str, place: int, order: int = 0) -> list[Statement]:
    """The statements of a cell, in order; none if it is not plain Python (magics)."""
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return []
    lines = source.splitlines()
    found: list[str] = []
    for number, node in enumerate(body):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                one = (
                    ast.Import([alias])
                    if isinstance(node, ast.Import)
                    else ast.ImportFrom(node.module, [alias], node.level)
                )
                found.append(ast.unparse(one))
            continue
        first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))])
        assert node.end_lineno is not None
        shares_its_line = number + 1 < len(body) and body[number + 1].lineno == node.end_lineno
        found.append(ast.unparse(node) if shares_its_line else "\n".join(lines[first - 1 : node.end_lineno]))
    return [Statement(text, place, order + number) for number, text in enumerate(found)]


def names_needed(statements: Sequence[Statement]) -> set[str]:
    """The names that a piece of code takes from elsewhere."""
    bound: set[str] = set()
    needed: set[str] = set()
    for one in statements:
        needed |= one.uses - bound
        bound |= one.binds
    return needed


def needed_statements(
    names: Iterable[str], earlier: Sequence[Statement], given: frozenset[int] = frozenset()
) -> tuple[list[Statement], set[str]]:
    """The statements of `earlier`, in order, that give `names` their value, with all that these need in turn.

    Args:
        given: the places of cells whose names will be there anyway (the learner's answers), so they aren't followed.

    Returns:
        The statements, and the names that nothing gives.
    """
    end = len(earlier)
    wanted = [(name, end) for name in sorted(names)]
    seen: set[tuple[str, int]] = set()
    kept: dict[int, Statement] = {}
    missing: set[str] = set()
    while wanted:
        name, before = wanted.pop()
        if (name, before) in seen:
            continue
        seen.add((name, before))
        at = next((i for i in range(before - 1, -1, -1) if name in earlier[i].binds), None)
        if at is None:
            missing.add(name)
            continue
        if earlier[at].place in given:
            continue
        for i in [at, *(i for i in range(at + 1, before) if name in earlier[i].changes)]:
            kept[i] = earlier[i]
            later = end if earlier[i].is_definition else i
            wanted += [(used, later) for used in sorted(earlier[i].uses)]
    return [kept[i] for i in sorted(kept)], missing


def _used(table: symtable.SymbolTable) -> set[str]:
    top = table.get_type() == "module"
    found = {one.get_name() for one in table.get_symbols() if one.is_referenced() and (top or one.is_global())}
    for child in table.get_children():
        found |= _used(child)
    return found
