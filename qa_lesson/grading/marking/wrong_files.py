"""What was handed in by mistake, in words that say what to ask the learner for."""

from __future__ import annotations

from typing import Final

_ASK: Final = 'ask for the .jsonl file that the page names after "Hand in"'
_STARTS: Final = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a zip archive or an Office document under another name",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"\x1f\x8b": "a gzip archive",
    b"SQLite format 3\0": "a database, such as progress.sqlite itself",
}
_FORMATS: Final = {
    b"qa-lesson bundle": "the bundle with the questions, which you gave out",
    b"qa-lesson key": "a key",
    b"qa-lesson progress": "exported progress of the practice quizzes",
    b"qa-lesson results": "the results of a grading",
}
_LOOKED_AT: Final = 4_000


def wrong_file(content: bytes) -> str | None:
    """Why a file cannot be a submission, if it is something that people hand in by mistake; None: it is not known.

    >>> wrong_file(b"%PDF-1.7 ...")
    'it is a PDF: ask for the .jsonl file that the page names after "Hand in"'
    """
    what = known_as(content)
    return f"it is {what}: {_ASK}" if what else None


def known_as(content: bytes) -> str | None:
    """What a file is, in words, if it is something that people hand in by mistake; None: it is not known."""
    start = content[:_LOOKED_AT].removeprefix(b"\xef\xbb\xbf").lstrip()
    what = next((name for magic, name in _STARTS.items() if content.startswith(magic)), None)
    if what is None and start[:1] == b"<":
        what = "a web page, such as a text typed into the LMS (onlinetext.html)"
    if what is None and start[:1] == b"{":
        what = next((name for text, name in _FORMATS.items() if text in start), None)
        if what is None and b'"nbformat"' in content and b'"cells"' in content:
            what = "the notebook, which holds no answers"
    return what
