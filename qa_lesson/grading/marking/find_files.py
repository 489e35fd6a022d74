"""Find the files that were handed in: in folders, in zip archives, or named one by one.

Nothing is unpacked to the disk, no link is followed, and no more of a file is read than a submission can be long. What
cannot be read is told with its reason and the rest goes on.
"""

from __future__ import annotations

import io
import os
import stat
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Final

from qa_lesson.errors import DataError
from qa_lesson.grading.formats.results import NotCounted
from qa_lesson.grading.marking.upload_times import packed_at
from qa_lesson.grading.marking.uploads import Upload, upload_of

MOST_BYTES: Final = 4 * 2**20
"""The longest file that is read. A hundred questions, each changed twenty times, need about a tenth of it."""
MOST_ARCHIVE_BYTES: Final = 2**30
"""The largest archive, and MOST_UNPACKED and MOST_ENTRIES what may be in it."""
MOST_UNPACKED: Final = 4 * 2**30
MOST_ENTRIES: Final = 100_000
MOST_INNER: Final = 100
"""Files in an archive that a learner handed in, inside the archive of the LMS."""


class UnreadableError(Exception):
    """A file cannot be read; the message is the reason, in plain words."""


@dataclass(frozen=True)
class Source:
    """A file that may be a submission.

    Args:
        file: its name in messages: of the folder or archive, and the place in it.
        read: gives its bytes, at most MOST_BYTES; raises UnreadableError.
        upload: who uploaded it, from the name that the LMS gave; None: it came from no LMS.
        packed: the time that an archive has for it: in UTC, or without a zone; None: it has none.
    """

    file: str
    read: Callable[[], bytes]
    upload: Upload | None = None
    packed: datetime | None = None


@dataclass
class Found:
    """What is at the given paths, both lists by name."""

    sources: list[Source] = field(default_factory=list)
    not_counted: list[NotCounted] = field(default_factory=list)

    def skip(self, file: str, reason: str) -> None:
        """Tell a file that is not read."""
        self.not_counted.append(NotCounted(file, reason))


@contextmanager
def find_submissions(paths: Sequence[str | Path]) -> Iterator[Found]:
    """The files at `paths`, to be read inside the block, which keeps archives open.

    Args:
        paths: folders (with all folders in them), zip archives and single files. A path given twice counts once.

    Raises:
        DataError: a path does not exist, or there is no file at all.
    """
    found = Found()
    with ExitStack() as archives:
        for path in sorted({os.path.realpath(path): None for path in map(_existing, paths)}):
            top = Path(path)
            if top.is_dir():
                _search_folder(top, found, archives)
            else:
                within = f"{top.parent.name}/{top.name}"  # named one by one, files still have their folder's name
                _add(top, within if upload_of(top.parent.name) else top.name, found, archives)
        if not found.sources and not found.not_counted:
            raise DataError(
                "there is nothing to grade",
                where=", ".join(map(str, paths)),
                received="no file",
                fix="name the folder, the zip archive or the .jsonl files that learners handed in",
            )
        found.sources.sort(key=lambda source: source.file)
        found.not_counted.sort(key=lambda one: one.file)
        yield found


def _existing(path: str | Path) -> Path:
    if not Path(path).exists():
        raise DataError("there is no such file or folder", where=str(path), fix="check the path of the submissions")
    return Path(path)


def _search_folder(top: Path, found: Found, archives: ExitStack) -> None:
    folders = [(str(top), top.name)]
    while folders:
        folder, label = folders.pop()
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            found.skip(_shown(label), f"the folder cannot be opened: {error.strerror}")
            continue
        for entry in entries:
            name = f"{label}/{entry.name}"
            if _is_lock(entry.name):
                continue
            if entry.is_symlink():
                found.skip(_shown(name), "it is a symbolic link, which is not followed")
            elif entry.name.startswith("."):
                found.skip(_shown(name), "hidden files and folders are not read")
            elif entry.is_dir(follow_symlinks=False):
                folders.append((entry.path, name))
            else:
                _add(Path(entry.path), name, found, archives)


def _add(path: Path, name: str, found: Found, archives: ExitStack) -> None:
    if path.suffix.lower() == ".zip":
        _search_archive(path, name, found, archives)
    else:
        found.sources.append(Source(_shown(name), lambda: _read_file(path), upload_of(_shown(name))))


def _read_file(path: Path) -> bytes:
    # without blocking on a pipe or a device; and a link put there meanwhile is not followed either
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    try:
        with open(path, "rb", opener=lambda name, _: os.open(name, flags)) as file:
            about = os.fstat(file.fileno())
            if not stat.S_ISREG(about.st_mode):
                raise UnreadableError("it is no regular file")
            return _checked(file.read(MOST_BYTES + 1), about.st_size)
    except OSError as error:
        raise UnreadableError(f"it cannot be read: {error.strerror or error}") from error


def _search_archive(path: Path, name: str, found: Found, archives: ExitStack) -> None:
    try:
        if not path.is_file() or path.stat().st_size > MOST_ARCHIVE_BYTES:
            raise UnreadableError(f"the archive is larger than {_megabytes(MOST_ARCHIVE_BYTES)}")
        archive = archives.enter_context(zipfile.ZipFile(path))
        if len(archive.infolist()) > MOST_ENTRIES:
            raise UnreadableError(f"the archive holds more than {MOST_ENTRIES:,} files")
    except UnreadableError as error:
        found.skip(_shown(name), str(error))
        return
    except Exception as error:  # zipfile raises whatever a damaged archive makes it stumble over
        found.skip(_shown(name), f"the zip archive cannot be opened: {error}")
        return
    unpacked = 0
    for entry in archive.infolist():
        place = f"{_shown(name)}/{_shown(entry.filename)}"
        if entry.is_dir() or _is_lock(PurePosixPath(entry.filename).name):
            continue
        reason = _entry_fault(entry)
        if reason is None and (unpacked := unpacked + entry.file_size) > MOST_UNPACKED:
            reason = f"the archive unpacks to more than {_megabytes(MOST_UNPACKED)}"
        if reason is not None:
            found.skip(place, reason)
        elif PurePosixPath(entry.filename).suffix.lower() == ".zip":
            unpacked = _search_inner(archive, entry, place, found, unpacked)
        else:
            read = lambda entry=entry: _read_entry(archive, entry)  # noqa: E731
            found.sources.append(Source(place, read, upload_of(place), packed_at(entry)))


def _search_inner(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, place: str, found: Found, unpacked: int) -> int:
    """The files of an archive that a learner handed in; how much has been unpacked with it."""
    try:
        with zipfile.ZipFile(io.BytesIO(_read_entry(archive, entry))) as inner:
            entries = [one for one in inner.infolist() if not one.is_dir()]
    except UnreadableError as error:
        found.skip(place, str(error))
        return unpacked
    except Exception as error:  # as above
        found.skip(place, f"the zip archive cannot be opened: {error}")
        return unpacked
    if len(entries) > MOST_INNER:
        found.skip(place, f"the archive inside the archive holds more than {MOST_INNER} files")
        return unpacked
    for one in entries:
        name = f"{place}/{_shown(one.filename)}"
        if _is_lock(PurePosixPath(one.filename).name):
            continue
        reason = _entry_fault(one)
        if reason is None and one.filename.lower().endswith(".zip"):
            reason = "it is an archive inside an archive inside an archive"
        if reason is None and (unpacked := unpacked + one.file_size) > MOST_UNPACKED:
            reason = f"the archive unpacks to more than {_megabytes(MOST_UNPACKED)}"
        if reason is not None:
            found.skip(name, reason)
            continue

        def read(one: zipfile.ZipInfo = one) -> bytes:
            with zipfile.ZipFile(io.BytesIO(_read_entry(archive, entry))) as again:
                return _read_entry(again, one)

        found.sources.append(Source(name, read, upload_of(name), packed_at(entry)))  # when the outer one was uploaded
    return unpacked


def lock_name(submission: str) -> str:
    """The name of the empty file that guards a submission while it is written, and is handed in with the folder.

    >>> lock_name("answers.jsonl")
    '.answers.jsonl.lock'
    """
    return f".{submission}.lock"


def _is_lock(name: str) -> bool:
    return name.startswith(".") and name.endswith(".jsonl.lock")


def _entry_fault(entry: zipfile.ZipInfo) -> str | None:
    """Why a file of an archive is not read, as far as the archive's list of contents tells."""
    parts = PurePosixPath(entry.filename.replace("\\", "/")).parts
    if not parts or parts[0] == "/" or ".." in parts or parts[0].endswith(":"):
        return "its name leads out of the archive"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "it is a symbolic link, which is not followed"
    if "__MACOSX" in parts or any(part.startswith(".") for part in parts):
        return "hidden files and folders are not read"
    if entry.flag_bits & 1:
        return "it is encrypted"
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "it is packed in a way that is not read: pack it as an ordinary zip archive"
    if entry.file_size > MOST_BYTES:
        return _too_large(entry.file_size)
    return None


def _read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    try:
        with archive.open(entry) as file:
            return _checked(file.read(MOST_BYTES + 1), entry.file_size)
    except UnreadableError:
        raise
    except Exception as error:  # as above
        raise UnreadableError(f"it cannot be unpacked: {error}") from error


def _checked(content: bytes, size: int) -> bytes:
    if len(content) > MOST_BYTES:
        raise UnreadableError(_too_large(size))
    return content


def _too_large(size: int) -> str:
    return f"it has {_megabytes(size)}, more than the {_megabytes(MOST_BYTES)} that a submission can have"


def _megabytes(size: int) -> str:
    return f"{size / 2**20:,.0f} MB"


def _shown(name: str) -> str:
    """A file name that can be written as UTF-8, whatever bytes it is made of."""
    return name.encode("utf-8", "backslashreplace").decode()
