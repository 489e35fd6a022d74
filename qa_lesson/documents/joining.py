"""Lines of one paragraph to running text: words that a line end divided become whole again."""

from __future__ import annotations

import re
from collections.abc import Sequence

_DIVIDED = re.compile(r"(?P<head>[^\W\d_]+)-$")
_NEXT_WORD = re.compile(r"[^\W\d_]+")


def joined_lines(lines: Sequence[str], whole: str) -> str:
    """The lines as one text.

    A hyphen at the end of a line goes away if the next line starts in lower case, unless the document writes the word
    with its hyphen elsewhere.

    Args:
        lines: stripped, in order.
        whole: the text of the whole document, where the two spellings are looked up.

    >>> joined_lines(["The light-", "house keeper is well-", "known."], "a well-known man")
    'The lighthouse keeper is well-known.'
    """
    text = ""
    for line in lines:
        if not text:
            text = line
            continue
        divided, following = _DIVIDED.search(text), _NEXT_WORD.match(line)
        if divided and following and line[0].islower():
            spelled = f"{divided['head']}-{following[0]}"
            keeps_hyphen = re.search(rf"(?<!\w){re.escape(spelled)}(?!\w)", whole, re.IGNORECASE) is not None
            text = (text if keeps_hyphen else text[:-1]) + line
        else:
            text = f"{text} {line}"
    return text
