"""The passages of the embedded corpus, to search in."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from qa_lesson.corpus import Split, load_corpus
from qa_lesson.documents import Passage
from qa_lesson.encoder import load_tokenizer
from qa_lesson.schema import Example


def corpus_passages(splits: Sequence[Split] = ("train", "validation", "test")) -> list[Passage]:
    """The passages of some splits, each once, in the order of the splits.

    Passages of unanswerable questions are included. `Passage.start` and `end` are places in the document's passages,
    joined by an empty line.

    Args:
        splits: of the embedded corpus; the default is the whole handbook, without the documents on other subjects.

    Raises:
        ConfigError: no such split.

    >>> len(corpus_passages())
    300
    """
    tokenizer = load_tokenizer()
    passages: dict[str, Passage] = {}
    ends: dict[str, int] = {}
    for split in splits:
        for example in load_corpus(split, unanswerable=True):
            name = passage_of(example)
            if name in passages:
                continue
            start = ends.get(example.document, -2) + 2
            end = ends[example.document] = start + len(example.context)
            n_tokens = len(tokenizer(example.context, add_special_tokens=False, verbose=False)["input_ids"])
            passages[name] = Passage(name, example.document, example.context, start, end, n_tokens)
    return list(passages.values())


def passage_of(example: Example) -> str:
    """The id of the passage in `corpus_passages` that a question was written for.

    It is made of the document and the text, so it is the same whichever splits are loaded.

    >>> passage_of(load_corpus("test")[0]) == corpus_passages(["test"])[0].id
    True
    """
    return f"{example.document}#{hashlib.sha256(example.context.encode()).hexdigest()[:8]}"
