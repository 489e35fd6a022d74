"""What tells one collection of passages from another."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from qa_lesson.documents import Passage


def passages_fingerprint(passages: Sequence[Passage]) -> str:
    """SHA-256 over the id and the text of every passage, in order. It reads them all: some seconds for a million.

    >>> passage = Passage("a#1", "a", "Bram keeps it.", 0, 14, 4)
    >>> passages_fingerprint([passage]) == passages_fingerprint([passage, passage])
    False
    """
    digest = hashlib.sha256()
    for passage in passages:
        for part in (passage.id, passage.text):
            content = part.encode()
            digest.update(len(content).to_bytes(8, "big") + content)
    return digest.hexdigest()
