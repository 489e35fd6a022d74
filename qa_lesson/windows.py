"""Question and context cut into overlapping token windows, with the positions that a model learns.

A context that does not fit next to its question is covered by several windows. *Stride* is used as in Hugging Face
tokenizers: the number of context tokens that two consecutive windows share (not the step between them).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from qa_lesson.errors import ConfigError, DataError, ModelError, shorten
from qa_lesson.schema import Answer, Example
from qa_lesson.text.segmentation import cluster_edges

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

IntArray = npt.NDArray[np.int32]
_FAR = int(np.iinfo(np.int32).max)
_IS_SPACE = np.array([chr(code).isspace() for code in range(0x3002)])
"""By code point. The last entry stands for all later ones, of which none is white space."""


@dataclass(frozen=True)
class Windows:
    """Overlapping windows over the contexts of `examples`; W windows of at most L tokens.

    Args:
        examples: the examples, in the order given.
        inputs: what the model takes (``input_ids``, ``attention_mask``, where the tokenizer has them
            ``token_type_ids``): for each a list of W unpadded token lists.
        example_of: (W,) index into `examples`.
        offsets: (W, L, 2) first character (inclusive) and character after the last (exclusive) of each context
            token; -1 for every other token and for padding.
        null_token: (W,) position of the token that stands for "no answer" (CLS).
        start_positions: (W,) token position where the preferred answer starts (inclusive); the null token where
            the window does not hold the whole answer.
        end_positions: (W,) token position where it ends (inclusive), the same.
    """

    examples: tuple[Example, ...]
    inputs: dict[str, list[list[int]]]
    example_of: IntArray
    offsets: IntArray
    null_token: IntArray
    start_positions: IntArray
    end_positions: IntArray

    def __len__(self) -> int:
        return len(self.example_of)

    @property
    def lengths(self) -> list[int]:
        """Number of tokens of each window."""
        return [len(tokens) for tokens in self.inputs["input_ids"]]

    @property
    def has_answer(self) -> npt.NDArray[np.bool_]:
        """(W,) whether the window holds the whole preferred answer."""
        held: npt.NDArray[np.bool_] = (self.start_positions != self.null_token) | (
            self.end_positions != self.null_token
        )
        return held

    @property
    def lost_answers(self) -> tuple[str, ...]:
        """Ids of answerable examples whose answer fits in no window: they would teach the model "no answer"."""
        held = set(self.example_of[self.has_answer].tolist())
        return tuple(ex.id for i, ex in enumerate(self.examples) if ex.is_answerable and i not in held)

    def columns(self) -> dict[str, list[Any]]:
        """The columns that `transformers.Trainer` trains on, one row a window."""
        return {
            **self.inputs,
            "start_positions": self.start_positions.tolist(),
            "end_positions": self.end_positions.tolist(),
            "length": self.lengths,
        }


def make_windows(
    examples: Sequence[Example],
    tokenizer: PreTrainedTokenizerBase,
    *,
    max_length: int = 384,
    stride: int = 128,
) -> Windows:
    """Cut the examples into windows and label where the preferred answer (the first reference) lies.

    Args:
        examples: at least one.
        tokenizer: any fast tokenizer, with or without token types.
        max_length: tokens of a window, question and special tokens included.
        stride: context tokens that consecutive windows of one example share.

    Raises:
        ModelError: the tokenizer is a slow one, which has no offsets.
        ConfigError: the stride leaves no room to advance.
        DataError: a question is too long for the window, or there are no examples.

    >>> from qa_lesson.encoder import load_tokenizer
    >>> example = Example("q1", "Who keeps the light?", "Bram Keating keeps it.", (Answer("Bram Keating", 0),))
    >>> windows = make_windows([example], load_tokenizer())
    >>> ids = windows.inputs["input_ids"][0]
    >>> load_tokenizer().decode(ids[windows.start_positions[0] : windows.end_positions[0] + 1])
    'bram keating'
    """
    examples = list(examples)
    strange = next((example for example in examples if not isinstance(example, Example)), None)
    if strange is not None:
        raise DataError(
            "windows are cut from examples",
            received=f"{type(strange).__name__} {shorten(repr(strange))}",
            fix="make examples of files, rows and data sets first: make_windows(load_examples(rows), tokenizer)",
        )
    if not examples:
        raise DataError("there are no examples to cut into windows", received="0 examples", fix="pass at least one")
    if not tokenizer.is_fast:
        raise ModelError(
            "the tokenizer gives no character offsets, because it is a slow one",
            received=type(tokenizer).__name__,
            fix="load it with AutoTokenizer.from_pretrained(name); models without a fast tokenizer are not supported",
        )
    _check_room(examples, tokenizer, max_length, stride)

    question_first = tokenizer.padding_side == "right"
    pairs = ([ex.question.strip() for ex in examples], [ex.context for ex in examples])
    encoded = tokenizer(
        *(pairs if question_first else pairs[::-1]),
        truncation="only_second" if question_first else "only_first",
        max_length=max_length,
        stride=stride,
        return_overflowing_tokens=True,
        return_offsets_mapping=False,
    )
    example_of = np.asarray(encoded["overflow_to_sample_mapping"], dtype=np.int32)
    names = [name for name in tokenizer.model_input_names if name in encoded]
    inputs: dict[str, list[list[int]]] = {name: encoded[name] for name in names}

    n_windows, longest = len(example_of), max(map(len, inputs["input_ids"]))
    offsets = np.full((n_windows, longest, 2), -1, dtype=np.int32)
    null_token = np.zeros(n_windows, dtype=np.int32)
    starts, ends = np.zeros(n_windows, dtype=np.int32), np.zeros(n_windows, dtype=np.int32)
    context_sequence = 1 if question_first else 0
    cls = tokenizer.cls_token_id
    contexts: dict[str, _Characters] = {}
    n_windows_of = np.bincount(example_of)
    context_tokens: list[IntArray] = []
    for row, encoding in enumerate(encoded.encodings or []):
        context = examples[example_of[row]].context
        if context not in contexts:
            contexts[context] = _Characters(context)
        sequences = np.array(encoding.sequence_ids, dtype=float)  # None, for special tokens, becomes NaN
        context_tokens.append(np.flatnonzero(sequences == context_sequence).astype(np.int32))
        spans = np.asarray(encoding.offsets, dtype=np.int32).reshape(-1, 2)[context_tokens[row]]
        offsets[row, context_tokens[row]] = contexts[context].visible(spans)
        ids = inputs["input_ids"][row]
        if cls in ids:
            null_token[row] = ids.index(cls)
    for row, tokens in enumerate(context_tokens):
        starts[row] = ends[row] = null_token[row]
        example = examples[example_of[row]]
        if example.answers:
            alone = n_windows_of[example_of[row]] == 1
            first, last = (0, len(example.context)) if alone else _covered(row, example_of, offsets)
            found = _token_span(example.answers[0], offsets[row, tokens], first, last)
            if found is not None:
                starts[row], ends[row] = tokens[found[0]], tokens[found[1]]
    return Windows(tuple(examples), inputs, example_of, offsets, null_token, starts, ends)


def _check_room(examples: Sequence[Example], tokenizer: PreTrainedTokenizerBase, max_length: int, stride: int) -> None:
    """Check what the tokenizer itself answers with a Rust panic or a truncated question."""
    if max_length < 1 or stride < 0:
        raise ConfigError(
            "max_length must be at least 1 and stride at least 0", received=f"max_length={max_length}, stride={stride}"
        )
    special = tokenizer.num_special_tokens_to_add(pair=True)
    # a character of ASCII becomes two tokens at most, so most questions fit for certain
    certain = (max_length - special - stride - 4) // 2
    examples = [ex for ex in examples if len(ex.question) > certain or not ex.question.isascii()]
    if not examples:
        return
    questions = tokenizer([ex.question.strip() for ex in examples], add_special_tokens=False)["input_ids"]
    lengths = [len(tokens) for tokens in questions]
    room = max_length - special - max(lengths)
    longest = examples[lengths.index(max(lengths))]
    if room < 1:
        raise DataError(
            f"question {longest.id!r} is {max(lengths)} tokens long and leaves no room for its context in windows "
            f"of {max_length} tokens ({special} of them special)",
            received=shorten(longest.question),
            fix=f"use max_length={max(lengths) + special + stride + 32} or more, or shorten the question",
        )
    if stride >= room:
        raise ConfigError(
            f"stride {stride} is too large: beside question {longest.id!r} ({max(lengths)} tokens) a window of "
            f"{max_length} tokens has room for {room} context tokens, and consecutive windows cannot share them all",
            received=f"max_length={max_length}, stride={stride}",
            fix=f"use stride={room // 2} or less, or a larger max_length",
        )


class _Characters:
    """A context, and what its characters are: white space, or parts of a grapheme cluster.

    Everything here is computed once a context, however many windows it has.
    """

    def __init__(self, context: str) -> None:
        self._context = context
        codes = np.frombuffer(context.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        self._is_space = _IS_SPACE[np.minimum(codes, len(_IS_SPACE) - 1)]
        edges = cluster_edges(context)
        self._edges = None if edges is None else np.array(edges, dtype=np.int32)

    def visible(self, spans: IntArray) -> IntArray:
        """Token spans that begin and end with whole characters and not with white space; -1 for a token without any.

        Sentencepiece and byte-level tokenizers count the space before a word to its token. A tokenizer that drops
        accents and vowel signs ends its tokens before them.
        """
        spans = spans.copy()
        length = len(self._context)
        if self._edges is not None:
            filled = spans[:, 0] < spans[:, 1]
            spans[filled, 0] = self._edges[0, spans[filled, 0]]
            spans[filled, 1] = self._edges[1, spans[filled, 1] - 1]
        outer = (spans[:, 0] >= spans[:, 1]) | self._is_space[spans[:, 0] % length] | self._is_space[spans[:, 1] - 1]
        for token in np.flatnonzero(outer):
            start, end = spans[token]
            text = self._context[start:end]
            stripped = text.strip()
            start += len(text) - len(text.lstrip())
            spans[token] = (start, start + len(stripped)) if stripped else (-1, -1)
        return spans


def _covered(row: int, example_of: IntArray, offsets: IntArray) -> tuple[int, int]:
    """The characters of which this window misses no token: first (inclusive), and after the last (exclusive).

    A tokenizer drops some characters, for instance zero-width spaces. At the edges of a window they belong to it.
    """
    here = offsets[row][offsets[row, :, 0] >= 0]
    if not len(here):
        return 0, 0
    first, last = 0, _FAR
    if row and example_of[row - 1] == example_of[row]:
        before = offsets[row - 1]
        before = before[(before[:, 0] >= 0) & (before[:, 0] < here[0, 0])]
        first = int(min(before[:, 1].max(), here[0, 0])) if len(before) else int(here[0, 0])
    if row + 1 < len(example_of) and example_of[row + 1] == example_of[row]:
        after = offsets[row + 1]
        after = after[after[:, 1] > here[-1, 1]]
        last = int(max(after[:, 0].min(), here[-1, 1])) if len(after) else int(here[-1, 1])
    return first, last


def _token_span(answer: Answer, spans: IntArray, first: int, last: int) -> tuple[int, int] | None:
    """First and last (inclusive) of the tokens that overlap the answer; None unless the window holds it whole."""
    legal = np.flatnonzero(spans[:, 0] >= 0)
    if len(legal) == 0 or answer.start < first or answer.end > last:
        return None
    overlapping = legal[(spans[legal, 1] > answer.start) & (spans[legal, 0] < answer.end)]
    return (int(overlapping[0]), int(overlapping[-1])) if len(overlapping) else None
