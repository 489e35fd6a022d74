"""Label Studio exports (JSON and JSON-MIN) of text projects in which answers are labelled spans.

The passage is the task's ``text`` (or ``context``, ``passage``, ``paragraph``). The question is the task's
``question``, or what the annotator wrote: in a text area that belongs to a region, or in one whose name holds
"question". Answers are labelled regions, or text areas whose name holds "answer". A choice such as "no answer" says
that there is none; other choices and ratings say nothing about the answer and are passed over. The spans that one or
several annotators marked for a question are its acceptable answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qa_lesson.errors import DataError, shorten
from qa_lesson.loading.flat_records import CONTEXT_NAMES, QUESTION_NAMES, Placed
from qa_lesson.loading.library_values import whole_number
from qa_lesson.loading.offsets import places_of_offset

_EXPORT_AGAIN = "export the project as JSON (not CSV, CoNLL or a picture format), with the text itself in the tasks"
_ABOUT_OTHER_THINGS = {"choices", "rating", "number", "datetime"}
_NO_ANSWER = {"no answer", "unanswerable", "not answerable", "impossible", "is impossible", "answer not in text"}
_MIN_FIELDS = {"id", "annotator", "annotation_id", "created_at", "updated_at", "lead_time", "agreement"}


def is_label_studio(raw: Any) -> bool:
    """Whether a record is a task of a full JSON export."""
    return isinstance(raw, Mapping) and isinstance(raw.get("data"), Mapping) and bool(_annotation_key(raw))


def is_label_studio_min(raw: Any) -> bool:
    """Whether a record is a task of a JSON-MIN export."""
    return isinstance(raw, Mapping) and "annotation_id" in raw and "annotator" in raw


def label_studio_records(raws: Sequence[Placed]) -> Iterator[Placed]:
    """The questions of a JSON or JSON-MIN export, in the flat layout; tasks not understood as errors with their place.

    Labels whose name holds "answer" mark answers; where the whole file uses one label only, it does whatever its name.
    """
    tasks: list[tuple[str, Mapping[str, Any] | DataError]] = []
    for place, raw in raws:
        if isinstance(raw, DataError):
            tasks.append((place, raw))
        elif is_label_studio_min(raw):
            tasks.append((f"{place} (task {raw.get('id')!r})", _full_task(raw)))
        elif is_label_studio(raw):
            tasks.append((f"{place} (task {raw.get('id')!r})", raw))
        else:
            error = DataError(
                "the record is no Label Studio task", received=shorten(repr(raw)), fix=f"remove it, or {_EXPORT_AGAIN}"
            )
            tasks.append((place, error))
    names = {name for _, task in tasks if not isinstance(task, DataError) for name in _label_names(task)}
    answer_labels = names if len(names) == 1 else {name for name in names if "answer" in name.casefold()}
    for place, task in tasks:
        if isinstance(task, DataError):
            yield place, task
            continue
        try:
            records = _task_records(task, answer_labels)
        except DataError as error:
            yield place, error
            continue
        yield from ((place, record) for record in records)


@dataclass
class _Work:
    """What one annotator did on one task."""

    spans: list[tuple[str | None, dict[str, Any]]] = field(default_factory=list)
    region_questions: dict[str | None, list[str]] = field(default_factory=dict)
    questions: list[str] = field(default_factory=list)
    typed_answers: list[str] = field(default_factory=list)
    no_answer: bool = False


def _task_records(task: Mapping[str, Any], answer_labels: set[str]) -> list[dict[str, Any]]:
    data = task["data"]
    context = _passage(data)
    asked = next((data[name] for name in QUESTION_NAMES if data.get(name)), None)
    if not isinstance(asked, str | None):
        raise DataError("the question is no text", received=shorten(repr(asked)), fix="import it as a string")
    annotations = task[_annotation_key(task)]
    if not annotations:
        raise DataError("the task has no annotation", fix="annotate it, or leave it out of the export")
    found: dict[str, dict[str, Any]] = {}
    for annotation in annotations:
        if not isinstance(annotation, Mapping) or not isinstance(annotation.get("result"), list):
            raise DataError("an annotation has no 'result'", received=shorten(repr(annotation)), fix=_EXPORT_AGAIN)
        if annotation.get("was_cancelled"):
            raise DataError("the annotator skipped the task", fix="annotate it, or leave it out of the export")
        work = _work(annotation["result"], context, answer_labels)
        for question, answers in _questions(work, asked):
            entry = found.setdefault(question, {"answers": [], "said": set()})
            entry["answers"] += [answer for answer in answers if answer not in entry["answers"]]
            entry["said"].add(bool(answers))
    records = []
    name = data.get("question_id") or task.get("id")
    for number, (question, entry) in enumerate(found.items(), 1):
        if len(entry["said"]) > 1:
            raise DataError(
                "one annotator marked an answer and another said that there is none",
                received=shorten(question),
                fix="settle it in Label Studio",
            )
        records.append(
            {
                "id": str(name) if len(found) == 1 else f"{name}-{number}",
                "question": question,
                "context": context,
                "document": data.get("document") or data.get("title"),
                "type": data.get("type") if isinstance(data.get("type"), str) else None,
                "answers": entry["answers"],
                "is_impossible": not entry["answers"],
            }
        )
    return records


def _questions(work: _Work, asked: str | None) -> list[tuple[str, list[dict[str, Any]]]]:
    """Each question of one annotation with its answers; none for a question without."""
    common = list(dict.fromkeys([*work.questions, *([asked] if asked else [])]))
    if len(common) > 1:
        raise DataError(
            "it is not clear which question the answer belongs to",
            received=", ".join(map(shorten, common)),
            fix='ask one question a task, or set perRegion="true" on the text area for questions',
        )
    grouped: dict[str, list[dict[str, Any]]] = {}
    for region, answer in [*work.spans, *((None, {"text": text}) for text in work.typed_answers)]:
        questions = work.region_questions.get(region) or common
        if not questions:
            raise DataError(
                "an answer has no question",
                received=shorten(answer["text"]),
                fix="import tasks with a field 'question', or write it into a text area named 'question'",
            )
        for question in questions:
            grouped.setdefault(question, []).append(answer)
    if work.no_answer and grouped:
        raise DataError("an answer is marked although 'no answer' is chosen", fix="keep one of them")
    if not grouped:
        if not work.no_answer:
            raise DataError(
                "no answer is marked", fix="mark it, or add the choice 'no answer' for questions that have none"
            )
        if not common:
            raise DataError("the task has no question", fix="import tasks with a field 'question'")
        grouped[common[0]] = []
    return list(grouped.items())


def _work(result: Sequence[Any], context: str, answer_labels: set[str]) -> _Work:
    work = _Work()
    regions = {_region(item) for item in result if isinstance(item, Mapping) and item.get("type") == "labels"}
    for item in result:
        if not isinstance(item, Mapping) or not isinstance(item.get("value"), Mapping):
            raise DataError("a region has no 'value'", received=shorten(repr(item)), fix=_EXPORT_AGAIN)
        value, kind, control = item["value"], str(item.get("type")), str(item.get("from_name")).casefold()
        if kind == "labels":
            labels = value.get("labels")
            if not isinstance(labels, list) or not any(label in answer_labels for label in map(str, labels)):
                raise DataError(
                    "a region's label does not say that it is an answer",
                    received=f"labels {labels}",
                    fix='name the label of answers "Answer", and export projects with other labels separately',
                )
            work.spans.append((_region(item), _span(value, context, f"region {item.get('id', '')!r}")))
        elif kind == "textarea":
            texts = value.get("text")
            texts = [texts] if isinstance(texts, str) else texts
            if not isinstance(texts, list) or not all(isinstance(text, str) and text.strip() for text in texts):
                raise DataError("a text area has no text", received=shorten(repr(value)), fix="fill it, or remove it")
            if _region(item) in regions:
                work.region_questions.setdefault(_region(item), []).extend(texts)
            elif any(name in control for name in QUESTION_NAMES):
                work.questions += texts
            elif "answer" in control:
                work.typed_answers += texts
            else:
                raise DataError(
                    f"the text area {item.get('from_name')!r} is neither a question nor an answer",
                    received=shorten(texts[0] if texts else ""),
                    fix="name it 'question' or 'answer', or let it belong to a region (perRegion)",
                )
        elif kind in _ABOUT_OTHER_THINGS:
            choices = value["choices"] if isinstance(value.get("choices"), list) else []
            work.no_answer |= any(re.sub(r"[\s_-]+", " ", str(choice)).casefold() in _NO_ANSWER for choice in choices)
        else:
            raise DataError(
                f"a region of type {kind!r} is no span of plain text",
                received=shorten(repr(value)),
                fix="label plain text with <Text> and <Labels>",
            )
    return work


def _span(value: Mapping[str, Any], context: str, name: str) -> dict[str, Any]:
    """A region as an answer: at the one place that its text and its offset allow.

    Label Studio counts as JavaScript does, and a browser makes one character of a Windows line end. Which of these
    happened to a file is not written in it. So an offset counts in any unit in which the region's text starts there.
    Large exports leave the text out; it is then cut from the passage if every unit agrees.
    """
    start, end, text = value.get("start"), value.get("end"), value.get("text")
    start, end = whole_number(start), whole_number(end)
    if text is None and isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(context):
        before = context[:end]
        if any(ord(character) > 0xFFFF for character in before):
            raise DataError(
                f"{name} has no text, and the passage has emoji or other characters that JavaScript counts twice",
                received=f"start {start}, end {end}",
                fix="add the text of the region as value.text, so that the offset can be checked",
            )
        if "\r\n" in before:
            raise DataError(
                f"{name} has no text, and the passage has Windows line ends, which browsers count as one character",
                received=f"start {start}, end {end}",
                fix="add the text of the region as value.text, so that the offset can be checked",
            )
        text = context[start:end]
    if not isinstance(text, str) or not isinstance(start, int):
        raise DataError(f"{name} has no text or no place", received=shorten(repr(value)), fix=_EXPORT_AGAIN)
    places = places_of_offset(context, text, start) if text.strip() else {}
    if len(places) > 1:
        raise DataError(
            f"{name} may be at more than one place, because its offset may count in more than one way",
            received=f"start {start}, text {shorten(text)}, which is at {' and at '.join(map(str, sorted(places)))}",
            fix="import the passages with plain line ends (\\n) and without emoji, and label the task again",
        )
    for position, length in places.items():
        return {"text": context[position : position + length], "answer_start": position}
    return {"text": text, "answer_start": start}


def _passage(data: Mapping[str, Any]) -> str:
    names = [name for name in CONTEXT_NAMES if data.get(name) is not None]
    if len(names) != 1:
        raise DataError(
            f"the task has {len(names)} passages" if names else "the task has no passage",
            received=f"data with keys {sorted(map(str, data))}",
            fix=f"give the passage in one of the fields {', '.join(CONTEXT_NAMES)}",
        )
    passage = data[names[0]]
    if not isinstance(passage, str):
        raise DataError("the passage is no text", received=shorten(repr(passage)), fix=_EXPORT_AGAIN)
    if re.fullmatch(r"(\w+://|/data/)\S+", passage.strip()):
        raise DataError("the passage is an address, not the text", received=shorten(passage), fix=_EXPORT_AGAIN)
    return passage


def _region(item: Mapping[str, Any]) -> str | None:
    """What tells regions apart: their id, or in JSON-MIN their place."""
    if "id" in item:
        return repr(item["id"])
    value = item.get("value")
    return repr((value.get("start"), value.get("end"))) if isinstance(value, Mapping) and "start" in value else None


def _annotation_key(task: Mapping[str, Any]) -> str:
    """Old exports call annotations completions."""
    return next((key for key in ("annotations", "completions") if isinstance(task.get(key), list)), "")


def _label_names(task: Mapping[str, Any]) -> Iterator[str]:
    for annotation in task[_annotation_key(task)]:
        result = annotation.get("result") if isinstance(annotation, Mapping) else None
        for item in result if isinstance(result, list) else []:
            value = item.get("value") if isinstance(item, Mapping) else None
            labels = value.get("labels") if isinstance(value, Mapping) else None
            yield from (label for label in labels if isinstance(label, str)) if isinstance(labels, list) else ()


def _full_task(raw: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON-MIN task, which lays annotations and data side by side, in the shape of the full export."""
    data, result = {}, []
    for name, value in raw.items():
        if name in _MIN_FIELDS:
            continue
        items = value if isinstance(value, list) else [value]
        if isinstance(value, Mapping) and "choices" in value:
            result.append({"type": "choices", "from_name": name, "value": value})
        elif isinstance(value, str) and re.sub(r"[\s_-]+", " ", value).casefold() in _NO_ANSWER:
            result.append({"type": "choices", "from_name": name, "value": {"choices": [value]}})
        elif isinstance(value, list) and value and all(isinstance(item, Mapping) for item in items):
            for item in items:
                kind = "labels" if "labels" in item else "textarea" if "text" in item else "unknown"
                result.append({"type": kind, "from_name": name, "value": item})
        elif isinstance(value, list) and value and all(isinstance(item, str) for item in items):
            result.append({"type": "textarea", "from_name": name, "value": {"text": value}})
        elif isinstance(value, str) and "answer" in name.casefold():
            result.append({"type": "textarea", "from_name": name, "value": {"text": [value]}})
        else:
            data[name] = value
    return {"id": raw.get("id"), "data": data, "annotations": [{"result": result}]}
