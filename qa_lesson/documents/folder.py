"""A folder of files to passages, with a report of what was read, left out and not readable."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from qa_lesson.documents.blocks import Content, Unreadable
from qa_lesson.documents.cutting import split_blocks
from qa_lesson.documents.html_pages import read_html
from qa_lesson.documents.passage_files import Passage
from qa_lesson.documents.pdf import read_pdf
from qa_lesson.documents.table_files import read_csv, read_xlsx
from qa_lesson.documents.text_files import read_markdown, read_text
from qa_lesson.documents.word import read_docx
from qa_lesson.encoder import EMBEDDED, load_tokenizer
from qa_lesson.errors import ConfigError, DataError, StorageError
from qa_lesson.storage import write_atomically

READERS: dict[str, Callable[[bytes], Content]] = {
    ".txt": read_text, ".text": read_text,
    ".md": read_markdown, ".markdown": read_markdown,
    ".html": read_html, ".htm": read_html, ".xhtml": read_html,
    ".docx": read_docx, ".pdf": read_pdf,
    ".csv": read_csv, ".tsv": read_csv, ".xlsx": read_xlsx,
}  # fmt: skip
"""Which reader reads a file, by its extension in lower case."""

LARGEST_FILE = 200_000_000
"""Bytes; a larger file is named and not read."""

READING_VERSION = 2
"""Raise it when a reader gives other blocks for the same bytes: what was kept of earlier readings is then not used."""

_SIGNATURES = (
    (b"%PDF-", (".pdf",), "a PDF"),
    (b"PK\x03\x04", (".docx", ".xlsx"), "a packed file such as DOCX or XLSX"),
    (b"\xd0\xcf\x11\xe0", (".docx", ".xlsx"), "a file of an old Office program"),
    (b"\x89PNG", (), "a picture"),
    (b"\xff\xd8\xff", (), "a picture"),
    (b"\x1f\x8b", (), "a compressed file"),
    (b"{\\rtf", (), "a rich text file"),
)
_CONTENT = TypeAdapter(Content)
_EXTRA = 'pip install "qa-lesson[documents]"'


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file.

    Args:
        document: its path inside the folder.
        n_passages: how many passages it gave.
        n_characters: of its cleaned text.
        encoding: of a text file.
        removed: characters left out, by reason.
        notes: what a person should know.
        problem: why it could not be read, and what to do; None if it was read.
    """

    document: str
    n_passages: int = 0
    n_characters: int = 0
    encoding: str | None = None
    removed: dict[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class FolderReport:
    """The passages of a folder, and a report on every file in it, both in the order of the files' names."""

    passages: list[Passage]
    files: list[FileReport]

    @property
    def unreadable(self) -> list[FileReport]:
        """The files that gave no text."""
        return [file for file in self.files if file.problem is not None]


def read_folder(
    folder: str | Path,
    *,
    model: str | Path = EMBEDDED,
    target: int = 150,
    kept: str | Path | None = None,
    on_file: Callable[[int, int], None] | None = None,
) -> FolderReport:
    """Read every file of a folder and the folders in it, and cut the text into passages.

    The same files give the same passages, byte for byte. A file that cannot be read is named in the report with its
    reason, and the others go on.

    Args:
        folder: a folder, or one file. Hidden files, and symbolic links out of the folder, are passed over.
        model: whose tokens are counted.
        target: tokens a passage at most, special tokens not counted.
        kept: a folder where the text of each file is kept, so that an unchanged file is not read again.
        on_file: called with the number of files done and of all files, for a progress bar.

    Raises:
        DataError: there is no such folder, or no file in it.
        ConfigError: the target is too short, or the libraries that read documents are not installed.
    """
    root = Path(folder)
    files = [root] if root.is_file() else list(_files(root)) if root.is_dir() else []
    if not files:
        raise DataError(
            "there is no file to read" if root.exists() else "there is no such folder",
            where=str(root),
            fix=f"name a folder that holds files of these kinds: {', '.join(READERS)}",
        )
    tokenizer = load_tokenizer(model)
    passages: list[Passage] = []
    reports = []
    for done, path in enumerate(files, start=1):
        document = path.name if path == root else path.relative_to(root).as_posix()
        try:
            content = _content(path, Path(kept) if kept is not None else None)
            cut = split_blocks(content.blocks, document, tokenizer, target=target)
            if not cut:
                raise Unreadable("it has no running text", "check that it is the right file")
            passages += cut
            n_characters = sum(len(block.text) for block in content.blocks)
            notes = tuple(content.notes)
            reports.append(FileReport(document, len(cut), n_characters, content.encoding, dict(content.removed), notes))
        except Unreadable as error:
            reports.append(FileReport(document, problem=str(error)))
        except ImportError as error:
            raise ConfigError(
                f"{error.name or 'a library'} is needed to read {path.suffix} files and is not installed",
                fix=f"run: {_EXTRA}",
            ) from error
        if on_file is not None:
            on_file(done, len(files))
    return FolderReport(passages, reports)


def _files(root: Path) -> Iterator[Path]:
    inside = root.resolve()
    for folder, names, files in os.walk(root):
        names[:] = sorted(name for name in names if not name.startswith("."))
        for name in sorted(files):
            path = Path(folder) / name
            is_inside = not path.is_symlink() or path.resolve().is_relative_to(inside)
            if not name.startswith((".", "~$")) and is_inside and path.is_file():
                yield path


def _content(path: Path, kept: Path | None) -> Content:
    """The blocks of a file, from `kept` if the same bytes were read before."""
    reader = READERS.get(path.suffix.lower())
    try:
        if (size := path.stat().st_size) > LARGEST_FILE:
            raise Unreadable(f"it has {size:,} bytes, more than {LARGEST_FILE:,}", "split it, or export only its text")
        content = path.read_bytes()
    except OSError as error:
        raise Unreadable(f"it cannot be opened: {error.strerror or error}", "check its permissions") from error
    if reader is None:
        known = ", ".join(READERS)
        raise Unreadable(f"files ending in {path.suffix or 'nothing'} are not read", f"save it as one of: {known}")
    if not content.strip():
        raise Unreadable("it is empty", "check that it was saved whole")
    for signature, suffixes, name in _SIGNATURES:
        if content.startswith(signature) and path.suffix.lower() not in suffixes:
            raise Unreadable(f"its name ends in {path.suffix}, but it is {name}", "give it its true extension")
    if kept is None:
        return reader(content)
    digest = hashlib.sha256(f"{READING_VERSION} {path.suffix.lower()} ".encode() + content).hexdigest()
    return _kept_or_read(kept / f"{digest}.json", reader, content)


def _kept_or_read(place: Path, reader: Callable[[bytes], Content], content: bytes) -> Content:
    try:
        return _CONTENT.validate_json(place.read_bytes())
    except (OSError, ValidationError):  # not read before, or damaged: read it now
        pass
    found = reader(content)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(place, json.dumps(asdict(found), ensure_ascii=False))
    except (OSError, StorageError):  # a full disk costs time only
        pass
    return found
