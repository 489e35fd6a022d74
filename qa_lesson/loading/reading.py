"""Any file or data set of questions to checked examples: finds out by its content what a file is, and says so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa_lesson.errors import DataError, Problem, shorten
from qa_lesson.loading.annotations import annotation_records, is_annotation_header
from qa_lesson.loading.csv_files import is_question_table, opened_table, table_name, table_records
from qa_lesson.loading.doccano import doccano_record, is_doccano
from qa_lesson.loading.flat_records import (
    RECORD_LAYOUT,
    Placed,
    checked_example,
    dataset_records,
    jsonl_records,
    parse_json,
)
from qa_lesson.loading.haystack import haystack_record, is_haystack_record
from qa_lesson.loading.label_studio import is_label_studio, is_label_studio_min, label_studio_records
from qa_lesson.loading.library_values import plain_record, table_rows
from qa_lesson.loading.squad import SQUAD_LAYOUT, is_haystack, squad_records
from qa_lesson.schema import Example
from qa_lesson.text.encoding import decode_text

if TYPE_CHECKING:
    import datasets

_JSONL = (".jsonl", ".ndjson")
_OTHER_FILES = {  # how files start that are often given by mistake
    b"PK\x03\x04": ("an Excel workbook or a zip archive", "save the sheet as CSV (UTF-8), or unpack the archive"),
    b"\x1f\x8b": ("a gzip archive", "unpack it with gunzip"),
    b"PAR1": ("a Parquet file", "pass datasets.Dataset.from_parquet(path)"),
    b"%PDF": ("a PDF document", "extract its text, and write questions about it"),
    b"SQLite format 3": ("a SQLite database", "export the table as CSV"),
}


@dataclass(frozen=True)
class LoadReport:
    """What was read from one source.

    Args:
        source: the file or data set, for messages.
        examples: the good records.
        problems: the bad ones, each with its place and remedy.
        n_records: good and bad together.
        format: what the source was taken for.
        places: where each of the `examples` stands.
    """

    source: str
    examples: tuple[Example, ...]
    problems: tuple[Problem, ...]
    n_records: int
    format: str
    places: tuple[str, ...]


Records = Sequence[Mapping[str, Any] | Example]
"""Records in memory: mappings in the flat layout, or examples."""


def load_examples(source: str | Path | datasets.Dataset | Records, *, skip_bad: bool = False) -> list[Example]:
    """The examples of a file or data set.

    Args:
        source: a file, taken for what its content shows it to be: SQuAD JSON (v1.1 or v2.0), also from Haystack's
            annotation tool; records of one question each, as JSONL, a JSON list or a table (CSV, TSV); Haystack
            evaluation records; an export of Label Studio or doccano; an annotation file of
            `qa_lesson.views.annotate`. Or records in memory: a list or generator of dictionaries, pandas rows or
            examples; one record; a pandas data frame or a dictionary of columns; one split of a `datasets.Dataset`
            with the columns of ``squad`` or ``squad_v2``.
        skip_bad: leave bad records out instead of raising; `read_examples` tells which.

    Raises:
        DataError: the source cannot be read at all, holds no good record, or (unless `skip_bad`) holds a bad one;
            the message lists them.
    """
    report = read_examples(source)
    if report.problems and not (skip_bad and report.examples):
        raise DataError.from_problems(
            report.problems, source=f"{report.source} (read as {report.format})", n_records=report.n_records
        )
    return list(report.examples)


def as_examples(source: Any) -> list[Example]:
    """Examples as they are, or made of the rows, data frame or data set that stand in for them.

    Raises:
        DataError: a row that is no question, as in `load_examples`.
    """
    if isinstance(source, list | tuple | Iterator):
        source = list(source)
        examples = [item for item in source if isinstance(item, Example)]
        if len(examples) == len(source):
            return examples
        first = plain_record(source[0])
        if isinstance(first, Mapping) and "answers" in first and not {"context", "passage"} & set(first):
            raise DataError(
                "these are references without their questions and contexts",
                received=shorten(repr(first)),
                fix="pass the rows of the data set itself, with question and context; texts alone are scored with "
                'score_answers(answers, [row["answers"]["text"] for row in references]) of qa_lesson.metrics',
            )
    elif isinstance(source, str | Path):
        raise DataError(
            "examples are expected here, not a path", received=repr(source), fix=f"pass load_examples({str(source)!r})"
        )
    return load_examples(source)


def read_examples(source: str | Path | datasets.Dataset | Records) -> LoadReport:
    """Read a source as `load_examples` does, but return the bad records next to the good ones.

    Raises:
        DataError: the source cannot be read at all: no such file, no format that is known, no records.
    """
    if isinstance(source, str | Path):
        path = Path(source)
        name = str(path)
        format_name, records = _recognised(path, _text_of(path))
    elif isinstance(source, dict) and isinstance(source.get("data"), list):
        name = "the dictionary"
        format_name, records = _json_format(Path(name), source)
    elif (rows := _rows_in_memory(source)) is not None:
        name, format_name = "the list", "a list of records"
        records = ((f"record {number}", record) for number, record in enumerate(rows, 1))
    else:
        name, format_name, records = "the data set", "datasets.Dataset", dataset_records(source)
    examples: dict[str, Example] = {}
    places: dict[str, str] = {}
    problems: list[Problem] = []
    for place, record in records:
        try:
            example = checked_example(record)
            if example.id in examples:
                raise DataError(f"the id {example.id!r} was used before", fix="give every question its own id")
            examples[example.id], places[example.id] = example, place
        except DataError as error:
            received = f" (received {error.received})" if error.received else ""
            problems.append(Problem(place, error.what + received, error.fix or "correct the record"))
    n_records = len(examples) + len(problems)
    if not n_records:
        raise DataError(
            "there are no questions in it",
            where=f"{name} (read as {format_name})",
            received="0 records",
            fix=SQUAD_LAYOUT if "SQuAD" in format_name else RECORD_LAYOUT,
        )
    return LoadReport(name, tuple(examples.values()), tuple(problems), n_records, format_name, tuple(places.values()))


def _rows_in_memory(source: Any) -> Iterable[Any] | None:
    """The records of a list, a generator, a data frame or columns; one record as the only one; None for a data set."""
    if isinstance(source, list | tuple | Iterator):
        return source
    if hasattr(source, "column_names"):  # a `datasets.DatasetDict` is a dictionary as well
        return None
    rows = table_rows(source)
    return [source] if rows is None and isinstance(source, Mapping | Example) else rows


def _text_of(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(
            f"cannot read the file: {error.strerror}", where=str(path), fix="check the path, and that it is a file"
        ) from error
    for start, (kind, fix) in _OTHER_FILES.items():
        if content.startswith(start):
            raise DataError(f"the file is {kind}", where=str(path), received=repr(content[:4]), fix=fix)
    try:
        text = _decoded(content, path.suffix.lower())
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DataError(
            "the file is not UTF-8 text",
            where=f"{path}, line {line}, byte {error.start}",
            received=f"byte 0x{error.object[error.start]:02x}",
            fix="save it as UTF-8",
        ) from error
    except DataError as error:
        raise DataError(error.what, where=str(path), received=repr(content[:4]), fix=error.fix) from error
    if not text.strip():
        raise DataError("the file is empty", where=str(path), fix="choose another, or " + SQUAD_LAYOUT)
    return text


def _decoded(content: bytes, suffix: str) -> str:
    """UTF-8, what a byte-order mark says, and in tables what spreadsheet programs write: offsets of JSON are never
    those of a guessed encoding.
    """
    if suffix in (".csv", ".tsv", ".txt") or content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return decode_text(content)[0]
    return content.decode("utf-8-sig")


def _recognised(path: Path, text: str) -> tuple[str, Iterable[Placed]]:
    """What the text is, and its records."""
    suffix = path.suffix.lower()
    starts_like_json = text.lstrip()[0] in "{["
    if starts_like_json or suffix in (".json", *_JSONL):
        try:
            content = parse_json(text)
        except ValueError as error:
            if suffix in _JSONL or _is_jsonl(text):
                return _record_format("JSONL", list(jsonl_records(text)))
            raise DataError("the file is not JSON", where=str(path), received=str(error), fix=SQUAD_LAYOUT) from error
        return _json_format(path, content)
    if text.lstrip()[:5].casefold() in ("<!doc", "<html"):
        raise DataError(
            "the file is a web page", where=str(path), received=shorten(text[:80]), fix="download the data file itself"
        )
    table = opened_table(text)
    if not is_question_table(table) and suffix not in (".csv", ".tsv"):
        raise DataError(
            "the file is neither JSON nor a table with columns 'question' and 'context'",
            where=str(path),
            received=shorten(text[:80]),
            fix=f"{SQUAD_LAYOUT}, or a table with a header row",
        )
    try:
        return table_name(table), table_records(table)
    except DataError as error:
        raise DataError(error.what, where=f"{path}, line 1", received=error.received, fix=error.fix) from error


def _json_format(path: Path, content: Any) -> tuple[str, Iterable[Placed]]:
    if isinstance(content, dict) and isinstance(content.get("data"), list):
        articles = content["data"]
        name = "Haystack annotations in SQuAD's layout" if is_haystack(articles) else "SQuAD JSON"
        return name, squad_records(articles)
    if isinstance(content, dict) and (_is_known(content) or path.suffix.lower() in _JSONL):
        return _record_format("JSONL", [("line 1", content)])
    if isinstance(content, list):
        return _record_format("JSON", [(f"record {number}", record) for number, record in enumerate(content, 1)])
    keys = f"an object with keys {', '.join(map(repr, list(content)[:6]))}" if isinstance(content, dict) else ""
    raise DataError(
        "the JSON has another layout",
        where=str(path),
        received=keys or type(content).__name__,
        fix=SQUAD_LAYOUT,
    )


def _record_format(container: str, records: Sequence[Placed]) -> tuple[str, Iterable[Placed]]:
    """The first record that is an object decides what all of them should be."""
    first = next((record for _, record in records if isinstance(record, Mapping)), None)
    if container == "JSONL" and is_annotation_header(first):
        return "annotation file", annotation_records(records)
    if is_label_studio(first):
        return "Label Studio JSON", label_studio_records(records)
    if is_label_studio_min(first):
        return "Label Studio JSON-MIN", label_studio_records(records)
    if is_haystack_record(first):
        return f"Haystack records ({container})", _converted(records, haystack_record)
    if is_doccano(first):
        return f"doccano records ({container})", _converted(records, doccano_record)
    return f"{container} records", records


def _is_known(record: dict[str, Any]) -> bool:
    """Whether a lone object is the only record of a format that has one a line."""
    known = (is_annotation_header, is_label_studio, is_label_studio_min, is_haystack_record, is_doccano)
    return "question" in record or any(is_one(record) for is_one in known)


def _converted(records: Iterable[Placed], convert: Callable[[str, Any], Any]) -> Iterator[Placed]:
    for place, record in records:
        try:
            yield place, record if isinstance(record, DataError) else convert(place, record)
        except DataError as error:
            yield place, error


def _is_jsonl(text: str) -> bool:
    """Whether the first line is an object of its own and not the last."""
    lines = text.strip().split("\n")
    try:
        return len(lines) > 1 and isinstance(parse_json(lines[0]), dict)
    except ValueError:
        return False
