"""Docstrings as Markdown: code, examples and names in backticks keep their meaning, and nothing else gets one."""

from __future__ import annotations

import re
from collections.abc import Callable

_CODE = re.compile(r'(``.+?``|`[^`]+`|(?<!\w)"[\w./-]*"(?!\w))', re.DOTALL)
_SPECIAL = re.compile(r"[$<>|*{}~#]|__")


def prose(text: str, place: Callable[[str], str | None]) -> str:
    """The text of a docstring as MyST Markdown.

    Args:
        text: with ``code`` and `names` in backticks, quoted values like "best", and examples after ``>>>``.
        place: the dotted path under which a name is documented, or None.
    """
    return "\n\n".join(_block(block, place) for block in text.strip().split("\n\n"))


def _block(block: str, place: Callable[[str], str | None]) -> str:
    if block.lstrip().startswith(">>>"):
        return "\n".join(fenced("pycon", block.splitlines(), 3, "`"))
    parts = _CODE.split(block)
    return "".join(_code(part, place) if number % 2 else _escape(part) for number, part in enumerate(parts))


def _code(part: str, place: Callable[[str], str | None]) -> str:
    """Code, and a link if it is a public name."""
    if part.startswith("``"):
        return part
    if part.startswith('"'):  # a value, whose quotes would become typographic ones in a sentence
        return f"`{part}`"
    found = place(part.strip("`"))
    return f"{{py:obj}}`{part.strip('`')} <{found}>`" if found else part


def _escape(text: str) -> str:
    """Characters with a meaning in Markdown, which docstrings use as they are."""
    return _SPECIAL.sub(lambda match: "".join(f"\\{character}" for character in match.group()), text)


def fenced(head: str, body: list[str], length: int, mark: str = ":") -> list[str]:
    """A directive or a code block; `length` is how many marks fence it, more than those inside it."""
    return [mark * length + head, *body, mark * length]
