"""Files that only grow and that no crash empties: what attempts, annotations and submissions are kept with.

Annotations and submissions are text, one record a line, and use `Journal`. Attempts are in a SQLite file, which looks
after its own pages. They share the rest with the other two: the lock, moving a file aside, and the place to use when
the one that was asked for cannot be written to. Nothing here knows what a record says.
"""

from __future__ import annotations

import errno
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TypeVar

from filelock import FileLock, Timeout

from qa_lesson.errors import StorageError

Result = TypeVar("Result")
Ending = Literal["whole", "unended", "torn"]
"""How a file ends: with a line end; with a record that lacks it; with half a record, the way a crash leaves it."""
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""What some editors put before UTF-8."""

_NO_FOLDER_SYNC = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EBADF})  # some network disks


class Journal:
    """A text file to which whole lines are added. Each method but `read` belongs inside `locked`.

    Args:
        path: the file; it is made with the first line. Its lock is ``.<name>.lock``, in the same folder.
        what: what the file is, in messages: "the file of your answers".
        private: whether only its owner may read it.
    """

    def __init__(self, path: Path, what: str, *, private: bool = False) -> None:
        self.path, self.what = path, what
        self._mode = 0o600 if private else 0o666

    def locked(self, seconds: float = 20) -> AbstractContextManager[None]:
        """Hold the lock of the file; see `locked`."""
        return locked(self.path.with_name(f".{self.path.name}.lock"), self.path, self.what, seconds)

    def read(self) -> bytes:
        """The content; empty if there is no file.

        Raises:
            OSError: the file cannot be read.
        """
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            return b""

    def append(self, content: bytes) -> int:
        """Add whole lines: all of them are on the disk when this returns, or none is in the file if it fails.

        Returns:
            The new size in bytes.

        Raises:
            OSError: the disk is full or the file cannot be written.
        """
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)  # else Windows writes \r\n
        descriptor = os.open(self.path, flags, self._mode)
        try:
            before = os.fstat(descriptor).st_size
            try:
                if os.write(descriptor, content) < len(content):
                    raise OSError(errno.ENOSPC, f"{os.strerror(errno.ENOSPC)}: the disk is full")
                sync(descriptor)
            except OSError:
                with suppress(OSError):  # what remains is half a line, and `mend` knows those
                    os.ftruncate(descriptor, before)
                raise
        finally:
            os.close(descriptor)
        if not before:
            sync_folder(self.path.parent)
        return before + len(content)

    def mend(self, ending: Ending, end: int, mark: bytes | None = None) -> Path | None:
        """Make the last line whole. Half a record was never reported as saved, so it is taken out or marked.

        Args:
            ending: as `ending_of` says.
            end: where the last whole line ends, in bytes.
            mark: a line to write after half a record, which says that it is to be ignored. None cuts it off and keeps
                it in a file of its own.

        Returns:
            The file that keeps what was cut off, if any was.

        Raises:
            OSError: the file cannot be written.
        """
        if ending == "whole":
            return None
        if ending == "unended" or mark is not None:
            self.append(b"\n" + (mark if ending == "torn" and mark else b""))
            return None
        content = self.read()
        aside = free_name(self.path, "partial")
        aside.write_bytes(content[end:])
        with self.path.open("r+b") as file:
            file.truncate(end)
            sync(file.fileno())
        sync_folder(self.path.parent)
        return aside


@contextmanager
def locked(lock: Path, path: Path, what: str, seconds: float) -> Iterator[None]:
    """Hold a lock file that keeps other notebooks, threads and processes out; the system frees it after a kill.

    Args:
        lock: the lock file.
        path: the file that it is for, which messages name.
        what: what that file is, in messages.
        seconds: how long to wait.

    Raises:
        StorageError: another program holds it for longer than that.
        OSError: the folder is missing or cannot be written to.
    """
    if not lock.parent.is_dir():  # FileLock would make it
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(lock.parent))
    holder = FileLock(lock, timeout=seconds)
    try:
        holder.acquire()
    except Timeout:
        raise held(path, what) from None
    except NotImplementedError as error:
        raise OSError(errno.ENOLCK, "the disk cannot lock files", str(lock)) from error
    try:
        yield
    finally:
        holder.release()


def held(path: Path, what: str) -> StorageError:
    """The error of a file that another program holds."""
    return StorageError(
        f"another program holds {what}",
        where=str(path),
        fix="close other notebooks and programs that have it open, then try again",
    )


def ending_of(content: bytes, is_record: Callable[[bytes], bool]) -> tuple[Ending, int]:
    r"""How the content ends, and where its last whole line does, in bytes.

    Args:
        content: of the file.
        is_record: whether what follows the last line end is a whole record.

    >>> ending_of(b"[1]\n[2]\n", lambda tail: tail.endswith(b"]"))
    ('whole', 8)
    >>> ending_of(b"[1]\n[2", lambda tail: tail.endswith(b"]"))
    ('torn', 4)
    """
    end = content.rfind(b"\n") + 1
    tail = content[end:]
    if not tail.strip():
        return "whole", end
    return ("unended" if is_record(tail) else "torn"), end


def move_aside(path: Path, state: str, suffixes: Sequence[str] = ("",)) -> Path:
    """Rename a file that is damaged or belongs to something else, so that a new one can be begun; nothing is lost.

    Args:
        path: the file.
        state: goes into the new name.
        suffixes: of files that belong to it and move along, "" for the file itself.

    Raises:
        OSError: the folder cannot be written to.
    """
    aside = free_name(path, state)
    for suffix in suffixes:
        if (source := Path(f"{path}{suffix}")).exists():
            source.rename(f"{aside}{suffix}")
    sync_folder(path.parent)
    return aside


def free_name(path: Path, state: str) -> Path:
    """A name next to `path` that no file has, made of its name, the state and the time in UTC."""
    name = f"{path.name}.{state}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    aside, count = path.with_name(name), 1
    while aside.exists():
        count += 1
        aside = path.with_name(f"{name}-{count}")
    return aside


def open_somewhere(
    places: Iterable[Path], open_at: Callable[[Path], Result], *, wanted: str, fix: str
) -> tuple[Result, str]:
    """What opens at the first place that can be written to.

    Args:
        places: the best first.
        open_at: opens a place, or raises an OSError that is no StorageError if the next one should be tried.
        wanted: the places, in the message.
        fix: what to do if there is none.

    Returns:
        What `open_at` gave, and why it is not at the first place, beginning with a small letter; "" if it is.

    Raises:
        StorageError: no place can be written to, or what `open_at` raised.
    """
    problem, remaining = "", iter(places)
    while True:
        try:
            place = next(remaining, None)
            if place is None:
                break
            return open_at(place), problem
        except StorageError:
            raise
        except OSError as error:
            reason = error.strerror or str(error)
            problem = problem or reason[:1].lower() + reason[1:]
    raise StorageError("there is nowhere to save your answers", where=wanted, received=problem, fix=fix)


def temporary_folder(name: str) -> Path:
    """Our own folder among the system's temporary ones, the same one each time.

    Raises:
        OSError: it cannot be made.
    """
    folder = Path(tempfile.gettempdir()) / name
    folder.mkdir(mode=0o700, exist_ok=True)
    if hasattr(os, "getuid") and folder.lstat().st_uid != os.getuid():
        return Path(tempfile.mkdtemp(prefix=f"{name}-"))  # someone else made it first: do not trust it
    return folder


def copy_readable(source: Path, target: Path, suffixes: Sequence[str] = ("",)) -> bool:
    """Copy a file that can be read but not written; False if there is none, or the target is there already.

    Args:
        source: the file.
        target: the new file.
        suffixes: of files that belong to it; the file itself ("") last, so it counts as there only once it is whole.
    """
    if target.exists():
        return False
    try:
        if not source.is_file():
            return False
        for suffix in suffixes:
            if (part := Path(f"{source}{suffix}")).exists():
                Path(f"{target}{suffix}").write_bytes(part.read_bytes())
    except OSError:
        return False
    return True


def sync(descriptor: int) -> None:
    """Wait until what was written is on the disk."""
    os.fsync(descriptor)
    if sys.platform == "darwin":  # there an ordinary fsync leaves it in the drive's cache
        import fcntl

        with suppress(OSError):  # not every disk can
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)


def sync_folder(folder: Path) -> None:
    """Wait until the name of a new or renamed file is on the disk too; not every system can."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:
            raise
    finally:
        os.close(descriptor)
