r"""The GIFT format cut into questions and answers, before anyone asks what they mean.

The grammar is that of the Moodle documentation's page "GIFT format": questions are parted by empty lines, ``\`` escapes
``~ = # { } :``, and ``\n`` is the end of a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_ESCAPED: Final = re.compile(r"\\([\\~=#{}:n])")
_HIDDEN: Final = {sign: chr(0xE100 + place) for place, sign in enumerate("\\~=#{}:n")}
_SHOWN: Final = str.maketrans({hidden: "\n" if sign == "n" else sign for sign, hidden in _HIDDEN.items()})
_FORMAT: Final = re.compile(r"\s*\[(html|moodle|markdown|plain)\]", re.IGNORECASE)
_TITLE: Final = re.compile(r"::(.*?)::", re.DOTALL)
_LONGEST_NOTE: Final = 1_000
_NOTE: Final = re.compile(r"\[(id|tag):([^\]]+)\]")


@dataclass(frozen=True)
class GiftQuestion:
    """One question of a GIFT file; escaped signs are still hidden in its texts, and `shown` brings them back.

    Args:
        title: between double colons; empty: none.
        format: of all its texts.
        before, after: the text around the braces.
        answers: what is in the braces; None: there are none.
        identifier: of a comment ``[id:...]`` before it.
        tags: of comments ``[tag:...]``.
        fault: why it cannot be read; empty: it can.
    """

    title: str
    format: str
    before: str
    after: str
    answers: str | None
    identifier: str = ""
    tags: tuple[str, ...] = ()
    fault: str = ""


@dataclass(frozen=True)
class GiftAnswer:
    """One answer in braces.

    Args:
        sign: ``=`` or ``~``; empty: it has none.
        weight: percent between percent signs, as written; None: none.
        text: of the answer.
        feedback: behind ``#``.
    """

    sign: str
    weight: str | None
    text: str
    feedback: str


def shown(text: str) -> str:
    r"""A text with its escaped signs, ends of lines and backslashes as they are shown.

    >>> shown(hide(r"1 \= 1 \{a\}\nb"))
    '1 = 1 {a}\nb'
    """
    return text.translate(_SHOWN).strip()


def hide(text: str) -> str:
    """A text whose escaped signs no longer mean anything."""
    return _ESCAPED.sub(lambda found: _HIDDEN[found[1]], text)


def gift_entries(text: str) -> Iterator[GiftQuestion | str]:
    """The questions of a file in their order; a text is the category of those that follow."""
    text = re.sub("[\ue100-\ue10f]", "", text.replace("\r\n", "\n").replace("\r", "\n"))
    notes = ""
    for block in re.split(r"\n[ \t]*\n", f"{text}\n\n"):
        lines = block.split("\n")
        notes += " ".join(line[:_LONGEST_NOTE] for line in lines if line.lstrip().startswith("//"))[:_LONGEST_NOTE]
        rest = "\n".join(line for line in lines if not line.lstrip().startswith("//")).strip()
        while rest.startswith("$CATEGORY:"):
            line, _, rest = rest.partition("\n")
            yield line.removeprefix("$CATEGORY:").strip()
            rest = rest.strip()
        if rest:
            yield _question(hide(rest), notes)
            notes = ""


def _question(text: str, notes: str) -> GiftQuestion:
    title = ""
    if found := _TITLE.match(text):
        title, text = shown(found[1]), text[found.end() :]
    form = ""
    if found := _FORMAT.match(text):
        form, text = found[1].lower(), text[found.end() :]
    marks = _NOTE.findall(notes)
    identifier = next((value.strip() for name, value in marks if name == "id"), "")
    tags = tuple(value.strip() for name, value in marks if name == "tag")
    start, end = text.find("{"), text.rfind("}")
    fault = ""
    if (start < 0) != (end < 0) or end < start or (start >= 0 and text.count("{") != text.count("}")):
        fault = "its braces { } do not match; write \\{ and \\} for braces in a text"
    elif text.count("{") > 1:
        fault = "it has more than one pair of braces; write one question for each"
    if start < 0 or fault:
        return GiftQuestion(title, form, text, "", None, identifier, tags, fault)
    return GiftQuestion(title, form, text[:start], text[end + 1 :], text[start + 1 : end].strip(), identifier, tags)


def split_general(answers: str) -> tuple[str, str]:
    """What is in the braces, and the general feedback at its end.

    >>> split_general("=4 ~5 ####Count.")
    ('=4 ~5', 'Count.')
    """
    before, _, general = answers.partition("####")
    return before.strip(), general.strip()


def gift_answers(answers: str) -> tuple[GiftAnswer, ...]:
    """The answers in braces, one by one.

    >>> [(one.sign, one.weight, one.text, one.feedback) for one in gift_answers("=yes #ok ~%-50%no")]
    [('=', None, 'yes', 'ok'), ('~', '-50', 'no', '')]
    """
    found = []
    for piece in re.split("(?=[=~])", answers):
        if not piece.strip():
            continue
        sign = piece[0] if piece[0] in "=~" else ""
        body = piece[len(sign) :].strip()
        weight = re.match(r"%(-?[\d.]+)%", body)
        body = body[weight.end() :] if weight else body
        text, _, feedback = body.partition("#")
        found.append(GiftAnswer(sign, weight[1] if weight else None, text.strip(), feedback.strip()))
    return tuple(found)
