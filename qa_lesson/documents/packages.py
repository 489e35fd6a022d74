"""What Office programs write: zip packages, looked at before anything of them is unpacked."""

from __future__ import annotations

import io
import zipfile
import zlib

from qa_lesson.documents.blocks import Unreadable

MOST_UNPACKED = 500_000_000
"""Bytes that a packed document may unpack to; more is taken for a trap."""

_OLD_OFFICE = b"\xd0\xcf\x11\xe0"  # also the wrapping of an encrypted new one


def check_package(content: bytes, part: str, program: str) -> None:
    """Refuse what is not a package of this kind before anything of it is unpacked.

    Args:
        content: of the file.
        part: that every such package has.
        program: which writes such files, for messages.

    Raises:
        Unreadable: another kind of file, encrypted, damaged, or one that unpacks to far more than a document.
    """
    kind = f"{'an' if program[0] in 'AEIOU' else 'a'} {program} file"
    if content.startswith(_OLD_OFFICE):
        raise Unreadable(
            "it is encrypted, or in the format of before 2007", f"open it in {program}, and save it without a password"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            entries = package.infolist()
            damaged = package.testzip() if sum(entry.file_size for entry in entries) <= MOST_UNPACKED else None
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise Unreadable(f"it is not {kind}, or a damaged one", f"open it in {program} and save it again") from error
    if (size := sum(entry.file_size for entry in entries)) > MOST_UNPACKED:
        raise Unreadable(f"it would unpack to {size:,} bytes", "check where it comes from; no document is that large")
    if damaged is not None:
        raise Unreadable(f"it is damaged: {damaged} cannot be unpacked", f"open it in {program} and save it again")
    if part not in {entry.filename for entry in entries}:
        raise Unreadable(f"it is a package, and not {kind}", "check its extension")
