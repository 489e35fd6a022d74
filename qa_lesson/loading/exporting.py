"""Examples to the formats of other tools. What is written here, `qa_lesson.loading.load_examples` reads again."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from qa_lesson.errors import ConfigError, DataError, shorten
from qa_lesson.loading.offsets import to_utf16
from qa_lesson.loading.writing import write_squad
from qa_lesson.schema import Example
from qa_lesson.storage import write_atomically

Format = Literal["squad", "label-studio", "haystack", "doccano", "csv"]
"""What `export_examples` writes: SQuAD JSON v2.0, a list of Label Studio tasks, a list of Haystack records, doccano's
JSONL for sequence labeling, or a table separated by commas."""

LABEL_STUDIO_CONFIG = """<View>
  <Header value="$question"/>
  <Labels name="answer" toName="text"><Label value="Answer"/></Labels>
  <Text name="text" value="$text"/>
  <Choices name="no_answer" toName="text" choice="multiple"><Choice value="No answer"/></Choices>
</View>"""
"""The labeling interface of a Label Studio project that shows the exported tasks."""

_TABLE = ("id", "document", "type", "difficulty", "question", "context", "answers", "answer_start", "is_impossible")
_BETWEEN = " | "


def export_examples(examples: Sequence[Example], path: str | Path, form: Format) -> Path:
    """Write examples for another tool, atomically.

    Ids, documents, types and every reference are kept. Difficulty is kept by "squad" and "csv", and paraphrases and
    plausible answers by "squad" alone, because the others have no place for them.

    Args:
        examples: what to write.
        path: the file.
        form: the format, see `Format`. A Label Studio project for it has the interface `LABEL_STUDIO_CONFIG`.

    Raises:
        ConfigError: an unknown format.
        DataError: "csv" and an answer that has `` | `` in it, which separates answers there.
        StorageError: the file cannot be written; what was there before is untouched.
    """
    if form == "squad":
        return write_squad(examples, path)
    if form not in _WRITERS:
        known = ", ".join(["squad", *_WRITERS])
        raise ConfigError("this format is not known", received=repr(form), fix=f"use one of: {known}")
    return write_atomically(path, _WRITERS[form](examples))


def _label_studio(examples: Sequence[Example]) -> str:
    """Offsets count as Label Studio does, in UTF-16 units; the text of each region is there to check them by."""
    tasks = []
    for number, example in enumerate(examples, start=1):
        result: list[dict[str, Any]] = []
        for place, answer in enumerate(example.answers, start=1):
            start, end = to_utf16(example.context, answer.start), to_utf16(example.context, answer.end)
            value = {"start": start, "end": end, "text": answer.text, "labels": ["Answer"]}
            result.append(
                {"id": f"{number}-{place}", "from_name": "answer", "to_name": "text", "type": "labels", "value": value}
            )
        if not example.answers:
            value = {"choices": ["No answer"]}
            result.append({"from_name": "no_answer", "to_name": "text", "type": "choices", "value": value})
        data = {"text": example.context, "question": example.question, "question_id": example.id, **_known(example)}
        tasks.append({"id": number, "data": data, "annotations": [{"result": result}]})
    return json.dumps(tasks, ensure_ascii=False, indent=1) + "\n"


def _haystack(examples: Sequence[Example]) -> str:
    records = [
        {
            "id": example.id,
            "question": example.question,
            "documents": [{"content": example.context, "meta": {"name": example.document} if example.document else {}}],
            "answers": [
                {"data": answer.text, "document_offset": {"start": answer.start, "end": answer.end}}
                for answer in example.answers
            ],
            "no_answer": not example.answers,
            **({"type": example.kind} if example.kind else {}),
        }
        for example in examples
    ]
    return json.dumps(records, ensure_ascii=False, indent=1) + "\n"


def _doccano(examples: Sequence[Example]) -> str:
    lines = [
        {
            "id": number,
            "text": example.context,
            "label": [[answer.start, answer.end, "Answer"] for answer in example.answers],
            "question": example.question,
            "question_id": example.id,
            "answers": list(example.references),
            "is_impossible": not example.answers,
            **_known(example),
        }
        for number, example in enumerate(examples, start=1)
    ]
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def _table(examples: Sequence[Example]) -> str:
    file = io.StringIO()
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(_TABLE)
    for example in examples:
        for text in example.references:
            if _BETWEEN in text:
                raise DataError(
                    f"an answer has {_BETWEEN!r} in it, which separates answers in a table",
                    where=f"question {example.id}",
                    received=shorten(text),
                    fix="write another format",
                )
        starts = _BETWEEN.join(str(answer.start) for answer in example.answers)
        known = (example.id, example.document, example.kind or "", example.difficulty or "")
        answers = _BETWEEN.join(example.references)
        impossible = "false" if example.answers else "true"
        rows.writerow([*known, example.question, example.context, answers, starts, impossible])
    return file.getvalue()


def _known(example: Example) -> dict[str, str]:
    fields = {"document": example.document, "type": example.kind}
    return {name: value for name, value in fields.items() if value}


_WRITERS: Mapping[str, Callable[[Sequence[Example]], str]] = {
    "label-studio": _label_studio,
    "haystack": _haystack,
    "doccano": _doccano,
    "csv": _table,
}
