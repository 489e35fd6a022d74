"""The blocks of a document to passages of about a wanted length in tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa_lesson.documents.blocks import Block
from qa_lesson.documents.passage_files import Passage
from qa_lesson.errors import ConfigError

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

FEWEST_TOKENS = 20
"""The shortest wanted length that is accepted."""

_BETWEEN = "\n\n"
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+|(?<=[。！？])")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a block: where it is in the cleaned text, and its length in tokens."""

    start: int
    end: int
    n_tokens: int
    page: int | None


def cleaned_text(blocks: Sequence[Block]) -> str:
    """The text that passages have their places in: the blocks, headings included, with an empty line between them."""
    return _BETWEEN.join(block.text for block in blocks)


def split_blocks(
    blocks: Sequence[Block], document: str, tokenizer: PreTrainedTokenizerBase, *, target: int
) -> list[Passage]:
    """Passages of at most `target` tokens that end where a heading, a paragraph, a row or else a sentence ends.

    Args:
        blocks: of one document.
        document: its name, for the passages' ids.
        tokenizer: of the model that will read the passages.
        target: tokens a passage, special tokens not counted. Only what cannot be divided is longer: nothing, since a
            sentence that is too long is cut between words, and a word between tokens.

    Raises:
        ConfigError: the target is under `FEWEST_TOKENS`.
    """
    if target < FEWEST_TOKENS:
        raise ConfigError(
            f"a passage needs room for {FEWEST_TOKENS} tokens", received=f"tokens={target}", fix="use 100 to 300"
        )
    text = cleaned_text(blocks)
    passages: list[Passage] = []
    path: list[tuple[int, str]] = []
    waiting: list[_Piece] = []

    def flush() -> None:
        if waiting:
            start, end = waiting[0].start, waiting[-1].end
            n_tokens = sum(piece.n_tokens for piece in waiting)
            headings = tuple(name for _, name in path)
            name = f"{document}#{len(passages) + 1}"
            passages.append(Passage(name, document, text[start:end], start, end, n_tokens, headings, waiting[0].page))
            waiting.clear()

    start = 0
    for block in blocks:
        if block.kind == "heading":
            flush()
            path = [(level, name) for level, name in path if level < block.level] + [(block.level, block.text)]
        else:
            pieces = list(_pieces(block, start, tokenizer, target))
            if sum(piece.n_tokens for piece in (*waiting, *pieces)) > target:
                flush()
            for piece in pieces:
                if waiting and sum(one.n_tokens for one in waiting) + piece.n_tokens > target:
                    flush()
                waiting.append(piece)
        start += len(block.text) + len(_BETWEEN)
    flush()
    return passages


def _pieces(block: Block, start: int, tokenizer: PreTrainedTokenizerBase, target: int) -> Iterator[_Piece]:
    """The block whole if it fits, else its sentences in groups of about equal length."""
    encoded = tokenizer(block.text, add_special_tokens=False, return_offsets_mapping=True, verbose=False)
    offsets: list[tuple[int, int]] = encoded["offset_mapping"]
    if len(offsets) <= target:
        yield _Piece(start, start + len(block.text), len(offsets), block.page)
        return
    ends = {match.end() for match in _SENTENCE_END.finditer(block.text)}
    wanted = -(-len(offsets) // -(-len(offsets) // target))  # the same for all groups, so that no stump is left over
    first = 0
    while first < len(offsets):
        limit = min(first + target, len(offsets))
        last = (
            limit
            if limit == len(offsets)
            else _best_cut(block.text, offsets, ends, first, min(first + wanted, limit), limit)
        )
        begin, end = offsets[first][0], len(block.text) if last == len(offsets) else offsets[last][0]
        end = begin + len(block.text[begin:end].rstrip())
        yield _Piece(start + begin, start + end, last - first, block.page)
        first = last


def _best_cut(
    text: str, offsets: Sequence[tuple[int, int]], ends: set[int], first: int, wanted: int, limit: int
) -> int:
    """The token to begin the next group with: after a sentence near `wanted`, else after a word, else at the limit."""
    sentences = [at for at in range(first + 1, limit + 1) if offsets[at][0] in ends]
    if sentences:
        return min(sentences, key=lambda at: abs(at - wanted))
    words = [at for at in range(first + 1, limit + 1) if text[offsets[at][0] - 1 : offsets[at][0]].isspace()]
    return words[-1] if words else limit
