"""What every reader of a file gives: blocks of text in reading order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from qa_lesson.errors import DataError
from qa_lesson.text.encoding import decode_text

Kind = Literal["heading", "paragraph", "row"]


class Unreadable(Exception):  # noqa: N818  a finding about a file, listed in the report and not raised to the caller
    """A file gives no text; `reason` says why, `fix` what to do."""

    def __init__(self, reason: str, fix: str) -> None:
        self.reason, self.fix = reason, fix
        super().__init__(f"{reason}; {fix}")


def readable_text(content: bytes) -> tuple[str, str]:
    """The text of a file and its encoding, as `qa_lesson.text.encoding.decode_text` finds it.

    Raises:
        Unreadable: the bytes are no text.
    """
    try:
        return decode_text(content)
    except DataError as error:
        raise Unreadable(error.what, error.fix or "save it as UTF-8") from error


_INVISIBLE = {0xAD: None, 0xFEFF: None, **dict.fromkeys((*range(32), 127), " ")}
"""Soft hyphens and byte-order marks go away, control characters become spaces."""


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph, or a row of a table.

    Args:
        text: one line without leading or trailing white space; never empty.
        kind: of block. A "row" starts with the names of its columns and stays in one piece.
        level: of a heading, 1 for the highest; 0 otherwise.
        page: in a PDF, counted from 1; None elsewhere.
    """

    text: str
    kind: Kind = "paragraph"
    level: int = 0
    page: int | None = None


@dataclass(slots=True)
class Content:
    """The blocks of a file, and what happened on the way.

    Args:
        blocks: in reading order.
        encoding: of a text file, as detected.
        removed: characters that were left out as navigation, headers, footers, scripts and the like, by reason.
        notes: what a person should know, for instance "pages 2 and 3 have no text".
    """

    blocks: list[Block] = field(default_factory=list)
    encoding: str | None = None
    removed: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add(self, text: str, kind: Kind = "paragraph", *, level: int = 0, page: int | None = None) -> None:
        """Append a block; its white space is folded, and nothing is added if no text is left."""
        if folded := " ".join(text.translate(_INVISIBLE).split()):
            self.blocks.append(Block(folded, kind, level, page))

    def remove(self, reason: str, n_characters: int) -> None:
        """Count characters that are left out."""
        if n_characters:
            self.removed[reason] = self.removed.get(reason, 0) + n_characters
