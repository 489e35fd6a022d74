"""Zip archives that are the same bytes for the same files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Final

_NO_TIME: Final = (1980, 1, 1, 0, 0, 0)  # the earliest that an archive can hold: it says nothing


def archive_bytes(files: Mapping[str, bytes], *, mode: int = 0o600) -> bytes:
    """An archive without times, owners and the name of this machine.

    Args:
        files: contents by their place in the archive, in this order.
        mode: who may read what is unpacked, as chmod has it.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            member = zipfile.ZipInfo(name, _NO_TIME)
            member.external_attr = mode << 16
            archive.writestr(member, content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
