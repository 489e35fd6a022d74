"""Training, validation and test parts that share no document."""

from __future__ import annotations

import random
from collections.abc import Sequence

from qa_lesson.errors import ConfigError, DataError, shorten
from qa_lesson.schema import Example


def split_by_document(
    examples: Sequence[Example], *, validation: float = 0.1, test: float = 0.2, seed: int = 0
) -> dict[str, list[Example]]:
    """Train, validation and test examples such that no document, and no context, is in two of them.

    Documents are shuffled and dealt whole, so the shares are met as nearly as the documents' sizes allow.
    Examples without a document count as one document for each distinct context.

    Args:
        examples: all examples.
        validation, test: wanted share of the questions, fractions; 0 leaves a part empty.
        seed: of the shuffle.

    Raises:
        ConfigError: shares that leave nothing to train on.
        DataError: fewer documents than parts.

    >>> parts = split_by_document([Example(f"q{i}", "Why?", f"Text {i}.") for i in range(10)])
    >>> {name: len(part) for name, part in parts.items()}
    {'train': 7, 'validation': 1, 'test': 2}
    """
    if validation < 0 or test < 0 or validation + test >= 1:
        raise ConfigError(
            "validation and test must be fractions of 0 or more that leave some training data",
            received=f"validation={validation}, test={test}",
            fix="for example validation=0.1, test=0.2",
        )
    groups = document_groups(examples)
    held_out = {name: share for name, share in (("test", test), ("validation", validation)) if share > 0}
    if len(groups) <= len(held_out):
        raise DataError(
            f"{len(groups)} documents cannot be split into {len(held_out) + 1} parts",
            received=", ".join(shorten(examples[group[0]].document or "no title", 30) for group in groups[:5]),
            fix="give each example the document that it comes from, or add documents",
        )
    random.Random(seed).shuffle(groups)
    parts: dict[str, list[int]] = {"train": [], "validation": [], "test": []}
    for done, (name, share) in enumerate(held_out.items()):
        reserved = len(held_out) - done  # one document for each part still to come, training included
        wanted = share * len(examples)
        while len(groups) > reserved and (not parts[name] or wanted - len(parts[name]) > len(groups[-1]) / 2):
            parts[name].extend(groups.pop())
    parts["train"] = [index for group in groups for index in group]
    return {name: [examples[index] for index in sorted(indices)] for name, indices in parts.items()}


def document_groups(examples: Sequence[Example]) -> list[list[int]]:
    """Indices of the examples that must stay together: same document, or same context under two titles."""
    leader: dict[tuple[str, str], int] = {}
    group_of = list(range(len(examples)))

    def root(index: int) -> int:
        while group_of[index] != index:
            index = group_of[index]
        return index

    for index, example in enumerate(examples):
        keys = [("context", " ".join(example.context.split()))]
        keys += [("document", example.document)] if example.document else []
        for key in keys:
            first = root(leader.setdefault(key, index))
            here = root(index)
            group_of[max(first, here)] = min(first, here)
    groups: dict[int, list[int]] = {}
    for index in range(len(examples)):
        groups.setdefault(root(index), []).append(index)
    return list(groups.values())
