"""Files of questions as they come from elsewhere: recognized by their content, and read within limits.

XML is parsed without document types, so without entities and without anything outside of the file. Archives are never
unpacked to the disk.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml import DefusedXmlException, DTDForbidden
from defusedxml.ElementTree import DefusedXMLParser

from qa_lesson.errors import DataError, shorten
from qa_lesson.text.encoding import decode_text

MOST_FILE_BYTES: Final = 64 * 2**20
"""The largest file that is read, and the most that an archive may unpack to."""
_MOST_FILES: Final = 5_000
_MOST_ELEMENTS: Final = 1_000_000
_MOST_NESTED: Final = 100
_FIX: Final = "export the questions again, in smaller parts"


class _Limited(TreeBuilder):
    """Builds the tree of a document that is neither endless nor bottomless."""

    def __init__(self) -> None:
        super().__init__()
        self._n = self._depth = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        self._n, self._depth = self._n + 1, self._depth + 1
        if self._n > _MOST_ELEMENTS or self._depth > _MOST_NESTED:
            raise DataError(
                f"the XML has more than {_MOST_ELEMENTS:,} elements, or is nested more than {_MOST_NESTED} deep",
                fix=_FIX,
            )
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        self._depth -= 1
        return super().end(tag)


def read_source(path: str | Path) -> bytes:
    """The bytes of a file.

    Raises:
        DataError: it cannot be read, or is larger than `MOST_FILE_BYTES`.
    """
    path = Path(path)
    try:
        if not path.is_file():
            raise DataError("there is no such file of questions", where=str(path), fix="check its path")
        with path.open("rb") as file:
            content = file.read(MOST_FILE_BYTES + 1)
    except OSError as error:
        what = f"the file cannot be read: {error.strerror or error}"
        raise DataError(what, where=str(path), fix="check its path") from error
    if len(content) > MOST_FILE_BYTES:
        raise DataError(f"the file is larger than {MOST_FILE_BYTES // 2**20} MB", where=str(path), fix=_FIX)
    return content


def parse_xml(content: bytes, where: str) -> Element:
    """The root of an XML document.

    Args:
        content: of the file.
        where: it is, for messages.

    Raises:
        DataError: it is not well formed, has a document type (which entities need), or passes the limits.
    """
    parser = DefusedXMLParser(target=_Limited(), forbid_dtd=True)
    try:
        parser.feed(content)
        root = parser.close()
    except DTDForbidden as error:
        what = "the XML declares a document type, which can define entities"
        raise DataError(
            what, where=where, fix="remove <!DOCTYPE ...>; no export of Moodle or Canvas has one"
        ) from error
    except (ParseError, DefusedXmlException, LookupError, ValueError) as error:
        if isinstance(error, DataError):
            raise DataError(error.what, where=where, fix=error.fix) from error
        what = "the XML cannot be read"
        raise DataError(what, where=where, received=shorten(str(error), 100), fix="export it again") from error
    assert isinstance(root, Element)
    return root


def without_namespaces(root: Element) -> Element:
    """The same tree with plain names."""
    for node in root.iter():
        node.tag = node.tag.rpartition("}")[2]
    return root


class SourceArchive:
    """The files in a zip archive, read one by one.

    Args:
        content: of the archive.
        where: it is, for messages.

    Raises:
        DataError: it is damaged, or passes the limits.
    """

    def __init__(self, content: bytes, where: str) -> None:
        self._where, self._read = where, 0
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
            entries = self._zip.infolist()
        except Exception as error:  # zipfile raises whatever a damaged archive makes it stumble over
            raise self._damaged(error) from error
        if len(entries) > _MOST_FILES:
            raise DataError(f"the archive has more than {_MOST_FILES:,} files", where=where, fix=_FIX)
        self._entries = {entry.filename: entry for entry in entries if not entry.is_dir()}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the files in the archive."""
        return tuple(self._entries)

    def read(self, name: str) -> bytes:
        """One of the files.

        Raises:
            DataError: there is none of this name, its name leads out of the archive, it is encrypted or damaged, or
                the archive unpacks to more than `MOST_FILE_BYTES`.
        """
        plain = posixpath.normpath(name)
        if plain.startswith(("/", "..")) or "\\" in plain or plain[1:2] == ":":
            raise DataError("a name in the archive leads out of it", where=self._where, received=shorten(name))
        entry = self._entries.get(plain)
        if entry is None:
            fix = "export the quiz again, and give the whole archive"
            raise DataError(
                "the archive lacks a file that it lists", where=self._where, received=shorten(name), fix=fix
            )
        left = MOST_FILE_BYTES - self._read
        try:
            if entry.flag_bits & 1:
                raise DataError("the archive is encrypted", where=self._where, fix="export it without a password")
            with self._zip.open(entry) as file:
                content = file.read(left + 1)
        except DataError:
            raise
        except Exception as error:  # as above
            raise self._damaged(error) from error
        if len(content) > left:
            what = f"the archive unpacks to more than {MOST_FILE_BYTES // 2**20} MB"
            raise DataError(what, where=self._where, fix=_FIX)
        self._read += len(content)
        return content

    def _damaged(self, error: Exception) -> DataError:
        told = "it is cut off" if isinstance(error, EOFError | zlib.error) else str(error)
        return DataError(
            "the zip archive cannot be read", where=self._where, received=shorten(told, 80), fix="export it again"
        )


def source_text(content: bytes, where: str) -> str:
    """The text of a GIFT file.

    Raises:
        DataError: its encoding is unknown.
    """
    try:
        text, _ = decode_text(content)
    except DataError as error:
        raise DataError(error.what, where=where, fix="save it as UTF-8") from error
    return text
