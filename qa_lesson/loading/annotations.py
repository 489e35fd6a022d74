"""The file that the annotation widget writes: one line for every save and every deletion, never rewritten.

The first line is the header ``{"qa_lesson_annotations": 1}``. After it, ``{"op": "save", ...record...}`` adds a
question or replaces the one with the same id, ``{"op": "delete", "id": ...}`` takes it out, and ``{"op": "recovered"}``
says that the line before was cut off by a crash and that no one was told that it had been saved.
`qa_lesson.loading.load_examples` reads the file as it is.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from qa_lesson.errors import DataError, shorten
from qa_lesson.journal import Journal, ending_of
from qa_lesson.loading.flat_records import Placed, checked_example, jsonl_records, parse_json
from qa_lesson.schema import Answer, Example
from qa_lesson.storage import storage_error, write_atomically

_HEADER = "qa_lesson_annotations"
_VERSION = 1


def is_annotation_header(raw: Any) -> bool:
    """Whether a record is the first line of an annotation file."""
    return isinstance(raw, Mapping) and _HEADER in raw


def annotation_records(lines: Sequence[Placed]) -> list[Placed]:
    """The questions that stand after all saves and deletions, and the lines that are damaged, each with its place."""
    saved: dict[Any, Placed] = {}
    problems: list[Placed] = []
    for place, raw in lines:
        operation = raw.get("op") if isinstance(raw, Mapping) else None
        if is_annotation_header(raw):
            if raw[_HEADER] != _VERSION:
                error = DataError(
                    "the annotation file is of another version",
                    received=repr(raw[_HEADER]),
                    fix=f"update qa_lesson: this one writes version {_VERSION}",
                )
                problems.append((place, error))
        elif isinstance(raw, DataError):
            problems.append((place, _cut_off() if place == lines[-1][0] else raw))
        elif operation == "save" and isinstance(raw.get("id"), str):
            saved[raw["id"]] = (place, {key: value for key, value in raw.items() if key != "op"})
        elif operation == "delete" and isinstance(raw.get("id"), str) and raw["id"] in saved:
            del saved[raw["id"]]
        elif operation == "recovered":
            if problems and problems[-1][0] == _previous(place):
                problems.pop()
        else:
            error = DataError(
                "the line is neither a save nor the deletion of something saved",
                received=shorten(repr(raw)),
                fix="remove the line; the annotation widget does not write such lines",
            )
            problems.append((place, error))
    return [*saved.values(), *problems]


class AnnotationStore:
    """Saved questions on disk. Whatever a method returns from is on the disk (fsync), and nothing is ever rewritten.

    Args:
        path: the annotation file; it is made with the first save. Drafts go to ``<path>.draft.json`` next to it.

    Raises:
        DataError: the path holds something else, or a line that is damaged.
        StorageError: a line cut off by a crash cannot be marked as such.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.draft_path = self.path.with_name(f"{self.path.name}.draft.json")
        self._entries: dict[str, Example] = {}
        self._size = 0
        self._journal = Journal(self.path, "the annotation file")
        self._refresh()

    def __repr__(self) -> str:
        return f"<annotations: {len(self.examples)} questions>"

    @property
    def examples(self) -> list[Example]:
        """The questions that are saved, oldest first."""
        return list(self._entries.values())

    def save(
        self,
        question: str,
        context: str,
        answer: tuple[int, int] | None,
        *,
        others: Sequence[tuple[int, int]] = (),
        kind: str = "",
        document: str = "",
        replaces: str | None = None,
    ) -> Example:
        """Save a question; another process's saves are taken in first.

        Args:
            question: the question.
            context: the passage.
            answer: start (inclusive) and end (exclusive) of the answer in characters; None for "no answer".
            others: further answers that count as right, in the same units.
            kind: the type of question, for slices; empty if it has none.
            document: what the passage comes from.
            replaces: id of the question that this is a new version of.

        Raises:
            DataError: a blank question or passage, or an answer outside it; nothing is written.
            StorageError: the disk refuses; nothing is half-written.
        """
        spans = dict.fromkeys([answer, *others]) if answer else ()
        answers = [Answer(context[slice(*span)], span[0]) for span in spans]
        record = {
            "op": "save",
            "id": replaces or uuid.uuid4().hex[:12],
            "question": question,
            "context": context,
            "answers": [{"text": span.text, "answer_start": span.start} for span in answers],
            "is_impossible": not answers,
            "document": document,
            **({"type": kind} if kind else {}),
        }
        example = checked_example({key: value for key, value in record.items() if key != "op"})
        self._append(record)
        self._entries[example.id] = example
        return example

    def delete(self, identifier: str) -> None:
        """Take a question out.

        Raises:
            DataError: no such question.
            StorageError: as `save`.
        """
        self._append({"op": "delete", "id": identifier})
        del self._entries[identifier]

    def save_draft(self, draft: Mapping[str, Any]) -> None:
        """Keep what is being written, in one step; an empty mapping removes it.

        Raises:
            StorageError: the disk refuses; the draft before is untouched.
        """
        if draft:
            write_atomically(self.draft_path, json.dumps(draft, ensure_ascii=False) + "\n")
        else:
            self.draft_path.unlink(missing_ok=True)

    def load_draft(self) -> dict[str, Any]:
        """What was being written when the kernel or page went; empty if nothing was.

        Raises:
            DataError: the draft file cannot be read.
        """
        try:
            draft = parse_json(self.draft_path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise DataError(
                f"cannot read the draft: {error}", where=str(self.draft_path), fix="remove the file"
            ) from error
        return draft if isinstance(draft, dict) else {}

    def _refresh(self, *, locked: bool = False) -> None:
        """Take in what the file holds, if it has changed; make its last line whole first."""
        try:
            size = self.path.stat().st_size
        except OSError:
            size = 0
        if size == self._size:
            return None
        content = self._read()
        ending, end = ending_of(content, _is_json)
        if ending != "whole":
            if not locked:  # another process may be writing this very line
                with _writing(self.path), self._journal.locked():
                    return self._refresh(locked=True)
            self._journal.mend(ending, end, mark=_line({"op": "recovered"}) if end else None)
            content = self._read()
        self._take_in(content)

    def _read(self) -> bytes:
        with _writing(self.path):
            content = self._journal.read()
        lines = list(jsonl_records(_text(content)))
        begun = _line({_HEADER: _VERSION}).startswith(content)  # a crash during the very first save
        if not begun and (not lines or not is_annotation_header(lines[0][1])):
            raise DataError(
                "the file is no annotation file",
                where=str(self.path),
                received=shorten(_text(content)[:80]),
                fix="choose a new path; to add to existing data, load both files and put the lists together",
            )
        return content

    def _take_in(self, content: bytes) -> None:
        entries: dict[str, Example] = {}
        for place, record in annotation_records(list(jsonl_records(_text(content)))):
            try:
                example = checked_example(record)
            except DataError as error:
                raise DataError(error.what, where=f"{self.path}, {place}", fix=error.fix) from error
            entries[example.id] = example
        self._entries, self._size = entries, len(content)

    def _append(self, record: Mapping[str, Any]) -> None:
        with _writing(self.path), self._journal.locked():
            self._refresh(locked=True)
            if record["op"] == "delete" and record["id"] not in self._entries:
                raise DataError(
                    "there is no such question", received=repr(record["id"]), fix="it may be deleted already"
                )
            header = _line({_HEADER: _VERSION}) if self._size == 0 else b""
            self._size = self._journal.append(header + _line(record))


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Give an error of the disk its place and a remedy."""
    try:
        yield
    except OSError as error:
        raise storage_error(error, path) from error


def _text(content: bytes) -> str:
    return content.decode("utf-8-sig", "replace")


def _is_json(line: bytes) -> bool:
    return not any(isinstance(record, DataError) for _, record in jsonl_records(_text(line)))


def _line(record: Mapping[str, Any]) -> bytes:
    """One line in ASCII: wherever a crash cuts it off, the file stays valid UTF-8."""
    return json.dumps(record).encode() + b"\n"


def _cut_off() -> DataError:
    return DataError(
        "the last line was cut off while it was written, and no one was told that it was saved",
        fix="open the file with annotate(path) once, which marks the line, or remove the line",
    )


def _previous(place: str) -> str:
    """``line 7`` for ``line 8``."""
    return f"line {int(place.removeprefix('line ')) - 1}"
