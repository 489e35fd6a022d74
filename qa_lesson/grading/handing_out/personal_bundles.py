"""A bundle for each learner of a roster: a folder and an archive of it, and the one key of them all."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from qa_lesson.errors import ConfigError, DataError
from qa_lesson.grading.formats.archives import archive_bytes
from qa_lesson.grading.formats.records import Key, load_key
from qa_lesson.grading.formats.results import Learner
from qa_lesson.grading.handing_out.bundle import learner_bundle
from qa_lesson.grading.handing_out.handout import INSTALL, check_apart, handed_out, key_text, write_key
from qa_lesson.storage import file_atomically, storage_error

_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,79}(?<![.])")
_DEVICES: Final = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


def write_personal_bundles(
    key: Key,
    learners: Sequence[Learner],
    *,
    folder: Path,
    key_file: Path,
    sources: Sequence[Path] = (),
    force: bool = False,
    install: str = INSTALL,
) -> dict[str, Path]:
    """Write each learner's folder and its archive into `folder`, and the key to `key_file`.

    What a learner gets depends on the key and their id alone: with a longer roster, all others stay as they are.

    Args:
        key: of `qa_lesson.grading.handing_out.bundle.build_personal_key`.
        learners: of the roster.
        folder: made if there is none. It is not handed out as a whole.
        key_file: outside of `folder`.
        sources: files with the key in them, which must not be in `folder` either.
        install: a sentence on how learners get the package.
        force: replace what is at `key_file`, and other bundles.

    Returns:
        The folder of each learner, by id.

    Raises:
        ConfigError: the key or a source would be in the folder, or something else is there already.
        StorageError: a file cannot be written.
    """
    check_apart(folder, (key_file, *sources))
    places = {one.id: folder / folder_name(one.id) for one in learners}
    if not force:
        _check_place(key_file, key_text(key).encode())
        for path, content in _files(key, learners, places, install):
            _check_place(path, content)
    try:
        key_file.parent.mkdir(parents=True, exist_ok=True)
        write_key(key, key_file)
        for path, content in _files(key, learners, places, install):
            path.parent.mkdir(parents=True, exist_ok=True)
            with file_atomically(path) as unfinished:
                unfinished.write_bytes(content)
    except OSError as error:
        raise storage_error(error, folder) from error
    return places


def secret_for(key_file: Path, source: Path | None) -> str | None:
    """The secret that an earlier key has, so that learners keep their questions; None: there is none.

    Args:
        key_file: where the key will be written; a key that is there keeps its secret.
        source: an earlier key; None: none was named.

    Raises:
        ConfigError: `source` has no secret.
        DataError: `source` cannot be read.
    """
    if source is None:
        try:
            found = load_key(key_file).personal if key_file.exists() else None
        except DataError:  # something else, which is replaced only by force
            return None
        return found.secret if found else None
    personal = load_key(source).personal
    if personal is None:
        raise ConfigError(
            "this key has no secret",
            where=str(source),
            fix="name the key of an earlier bundle with pools or parameters, or leave --secret-from out",
        )
    return personal.secret


def folder_name(learner: str) -> str:
    """The name of a learner's folder: their id, if every system can have a folder of that name.

    >>> folder_name("ann@uni.edu"), folder_name("Zoë/1")
    ('ann@uni.edu', 'zo-1-cceb263f')
    """
    if _PLAIN.fullmatch(learner) and not learner.casefold().endswith(".zip") and not _DEVICES.fullmatch(learner):
        return learner
    readable = re.sub(r"[^a-z0-9]+", "-", learner.casefold()).strip("-")[:40].strip("-") or "learner"
    return f"{readable}-{hashlib.sha256(learner.encode()).hexdigest()[:8]}"


def _files(
    key: Key, learners: Sequence[Learner], places: Mapping[str, Path], install: str
) -> Iterator[tuple[Path, bytes]]:
    for learner in learners:
        texts = handed_out(learner_bundle(key, learner.id), install, str(learner))
        place = places[learner.id]
        files = {name: text.encode() for name, text in texts.items()}
        yield from ((place / name, content) for name, content in files.items())
        inside = {f"{place.name}/{name}": content for name, content in files.items()}
        yield place.with_name(f"{place.name}.zip"), archive_bytes(inside, mode=0o644)


def _check_place(path: Path, content: bytes) -> None:
    try:
        same = not path.exists() or path.read_bytes() == content
    except OSError as error:
        raise storage_error(error, path) from error
    if not same:
        raise ConfigError(
            "something else is there already",
            where=str(path),
            fix="choose another place, or replace it with --force (in Python: force=True); the secret of a key that "
            "is replaced stays",
        )
