"""Files and folders written whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from qa_lesson.errors import StorageError


def shipped_folder(name: str) -> Path:
    """A folder that ships with the package: inside it when installed, next to it in a checkout."""
    package = Path(__file__).parent
    installed = package / name
    return installed if installed.is_dir() else package.parent / name


def write_atomically(path: str | Path, text: str) -> Path:
    """Write `text` (UTF-8) to `path` in one step: a reader sees the old file or the new one, never half of it.

    Raises:
        StorageError: the disk is full, the folder is missing or not writable; the old file is untouched.
    """
    path = Path(path)
    with file_atomically(path) as unfinished:
        with unfinished.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        unfinished.chmod(0o644)
    return path


@contextmanager
def file_atomically(path: str | Path) -> Iterator[Path]:
    """A path to write a file of any kind to; it becomes `path` when the block ends well and vanishes when it does not.

    Raises:
        StorageError: the disk is full, the folder is missing or not writable; what was at `path` is untouched.
    """
    path = Path(path)
    unfinished = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        yield unfinished
        unfinished.replace(path)
    except OSError as error:
        raise storage_error(error, path) from error
    finally:
        with suppress(OSError):  # as where its folder is none: the error above says so
            unfinished.unlink()


@contextmanager
def folder_atomically(path: str | Path) -> Iterator[Path]:
    """A fresh folder to fill; it becomes `path` when the block ends well and vanishes when it does not.

    What stood at `path` before is replaced, and kept if anything fails.

    Raises:
        StorageError: as `write_atomically`.
    """
    path = Path(path).absolute()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}."))
    except OSError as error:
        raise storage_error(error, path) from error
    old = fresh.with_name(f"{fresh.name}.old")
    try:
        yield fresh
        fresh.chmod(0o755)
        if path.exists():
            path.rename(old)
        try:
            fresh.rename(path)
        except OSError:
            if old.exists():
                old.rename(path)
            raise
    except OSError as error:
        raise storage_error(error, path) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def storage_error(error: OSError, path: Path) -> StorageError:
    """The error with its place and a remedy."""
    if isinstance(error, StorageError):
        return error
    return StorageError(
        f"cannot write: {error.strerror or error}",
        where=str(path),
        fix="free some space or choose another place; nothing was half-written and what was there before is unchanged",
    )
