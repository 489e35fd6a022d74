"""Every reader of a file with a small good file for it, and ways to damage that file."""

from __future__ import annotations

import contextlib
import copy
import functools
import io
import json
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from graded_results import RESULTS
from handed_in import make_key, submission
from hypothesis import strategies as st

from qa_lesson.documents.blocks import Unreadable
from qa_lesson.documents.passage_files import Passage, read_passages
from qa_lesson.documents.table_files import read_csv
from qa_lesson.evaluation import read_predictions
from qa_lesson.grading.formats.marks_journal import read_marks
from qa_lesson.grading.formats.records import load_key
from qa_lesson.grading.formats.results import load_results, results_json
from qa_lesson.grading.handing_out.bundle import build_bundle, load_bundle
from qa_lesson.grading.marking.adjustments import read_adjustments
from qa_lesson.grading.marking.allowances import read_extensions, read_groups
from qa_lesson.grading.marking.grade import grade
from qa_lesson.grading.marking.reviews import read_reviews
from qa_lesson.grading.marking.roster import Roster, read_roster
from qa_lesson.grading.marking.worksheet import read_worksheet
from qa_lesson.loading import validate
from qa_lesson.loading.annotations import AnnotationStore
from qa_lesson.quiz.bank.files import load_quiz, quizzes_dir
from qa_lesson.quiz.progress.attempts import Progress
from qa_lesson.quiz.progress.learner_rows import Attempt

CONTEXT = "Bram Keating keeps the light. Una Marsh rings the bell."
RECORD = {
    "id": "q1", "question": "Who keeps the light?", "context": CONTEXT, "document": "d",
    "answers": [{"text": "Bram Keating", "answer_start": 0}],
}  # fmt: skip
KEY = make_key()
ROSTER = "id,name,email\nann,Ann,ann@uni.example\nbob,Bob,\n"


MARKS = (
    '{"format": "qa-lesson marks", "version": 1, "bundle": "ab"}\n'
    '{"marker": "Ada", "review": "98", "levels": {"what": 1}, "credit": 0.5, "comment": "Half.", "at": "2026-03-02"}\n'
)
ADJUSTMENTS = """adjustments:
  - {void: q-one, reason: Two were right.}
  - {accept: q-many, response: [a, b], credit: 0.5, reason: Fine.}
  - {override: q-span, learner: ann, points: 1.0, comment: Half., reason: Seen.}
  - {dismiss: in/x.jsonl, reason: A copy.}
"""
EXTENSIONS = (
    "learner,deadline,extra_attempts,extra_minutes,excused,reason\nann,2026-03-05T18:00+01:00,1,30,,ill\nbob,,,,yes,\n"
)
WORKSHEET = (
    'Identifier,"Email address","Last modified (submission)"\n'
    'Participant 71,ann@uni.example,"Monday, 2 March 2026, 6:15 PM"\nParticipant 72,bob,-\n'
)


def _squad() -> Any:
    qas = [
        {"id": "q1", "question": "Who keeps it?", "answers": RECORD["answers"], "is_impossible": False},
        {"id": "q2", "question": "Why?", "answers": [], "is_impossible": True, "plausible_answers": []},
    ]
    return {"version": "v2.0", "data": [{"title": "d", "paragraphs": [{"context": CONTEXT, "qas": qas}]}]}


def _label_studio() -> Any:
    value = {"start": 0, "end": 12, "text": "Bram Keating", "labels": ["Answer"]}
    result = {"id": "r1", "from_name": "label", "to_name": "text", "type": "labels", "value": value}
    data = {"text": CONTEXT, "question": "Who keeps it?", "document": "d"}
    return [{"id": 7, "data": data, "annotations": [{"id": 1, "was_cancelled": False, "result": [result]}]}]


def _label_studio_min() -> Any:
    labels = [{"start": 0, "end": 12, "text": "Bram Keating", "labels": ["Answer"]}]
    return [{"id": 7, "text": CONTEXT, "question": "Who keeps it?", "label": labels, "annotator": 1, "lead_time": 2.5}]


def _haystack() -> Any:
    fields = {
        "query": "Who keeps it?", "data": "Bram Keating", "document": {"id": "1", "content": CONTEXT, "meta": {}},
        "document_offset": {"start": 0, "end": 12}, "score": 1.0, "meta": {},
    }  # fmt: skip
    return [{"type": "haystack.dataclasses.answer.ExtractedAnswer", "init_parameters": fields}]


def _annotations() -> str:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "a.jsonl"
        store = AnnotationStore(path)
        store.save("Who keeps the light?", CONTEXT, (0, 12), document="d")
        store.save("Why?", CONTEXT, None, document="d")
        return path.read_text(encoding="utf-8")


def _progress() -> str:
    with tempfile.TemporaryDirectory() as name:
        progress = Progress.open(Path(name) / "p.sqlite")
        progress.record(
            Attempt(learner=progress.learner, quiz="q", question="04-a", objective="o", difficulty="easy",
                    kind="single", response="a", credit=1.0, correct=True)
        )  # fmt: skip
        return progress.to_json()


def _archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Ann_1_assignsubmission_file/ann.jsonl", submission("ann"))
        archive.writestr("Bob_2/bob.jsonl", submission("bob"))
    return buffer.getvalue()


def _people(path: Path) -> Roster:
    (path.parent / "roster").write_text(ROSTER)
    return read_roster(path.parent / "roster")


def _grade(path: Path) -> None:
    grade([path], KEY, _people(path))


def _import(path: Path) -> None:
    Progress.open(path.with_name("p.sqlite")).import_json(path)


def _quiz() -> str:
    """The first questions of the smallest quiz."""
    text = (quizzes_dir() / "00_start_here.yaml").read_text(encoding="utf-8")
    starts = [place for place in range(len(text)) if text.startswith("\n  - id:", place)]
    return text[: starts[6] + 1] if len(starts) > 6 else text


def _bundle() -> str:
    bundle, _ = build_bundle([load_quiz("start_here")])
    return bundle.model_dump_json()


def _table(path: Path) -> None:
    with contextlib.suppress(Unreadable):  # a finding about one file, which the report of the folder lists
        read_csv(path.read_bytes())


@functools.cache
def good_file(reader: str) -> bytes:
    """A file that the reader takes."""
    made = SAMPLES[reader][1]()
    if isinstance(made, bytes):
        return made
    return (made if isinstance(made, str) else json.dumps(made, indent=1)).encode()


SAMPLES: dict[str, tuple[str, Callable[[], Any], Callable[[Path], object]]] = {
    "squad": ("f.json", _squad, validate),
    "jsonl": ("f.jsonl", lambda: json.dumps(RECORD) + "\n" + json.dumps({**RECORD, "id": "q2"}) + "\n", validate),
    "csv": (
        "f.csv",
        lambda: f'id,question,context,answer\n1,Who?,"{CONTEXT}",Una Marsh\n2,Why?,Bram is.,Bram\n',
        validate,
    ),
    "haystack": ("f.json", _haystack, validate),
    "label_studio": ("f.json", _label_studio, validate),
    "label_studio_min": ("f.json", _label_studio_min, validate),
    "predictions": ("f.json", lambda: {"q1": "Bram Keating", "q2": ""}, read_predictions),
    "roster": ("f.csv", lambda: ROSTER, read_roster),
    "reviews": ("f.csv", lambda: 'review;credit;comment\n98c2e43f69f1b647;0,5;"Half, at least"\nbb;;\n', read_reviews),
    "marks": ("m.jsonl", lambda: MARKS, read_marks),
    "adjustments": ("a.yaml", lambda: ADJUSTMENTS, lambda path: read_adjustments(path, KEY, _people(path))),
    "extensions": ("e.csv", lambda: EXTENSIONS, lambda path: read_extensions(path, _people(path))),
    "groups": ("g.csv", lambda: "learner,group\nann,T\nbob,T\n", lambda path: read_groups(path, _people(path))),
    "worksheet": ("w.csv", lambda: WORKSHEET, lambda path: read_worksheet(path, _people(path), ZoneInfo("UTC"))),
    "results": ("results.json", lambda: results_json(RESULTS), load_results),
    "key": ("key.json", KEY.model_dump_json, load_key),
    "bundle": ("bundle.json", _bundle, load_bundle),
    "submission": ("ann.jsonl", lambda: submission("ann"), _grade),
    "archive": ("in.zip", _archive, _grade),
    "quiz": ("00_start_here.yaml", _quiz, load_quiz),
    "annotations": ("a.jsonl", _annotations, AnnotationStore),
    "progress": ("p.json", _progress, _import),
    "passages": (
        "p.jsonl",
        lambda: json.dumps(asdict(Passage("a#1", "a", CONTEXT, 0, 55, 14, ("Light",)))),
        read_passages,
    ),
    "document table": ("t.csv", lambda: "sep=;\nname;mail\nBram;b@uni.example\n", _table),
}
"""Readers by name: what the file is called, its good content, and what reads it."""


def read_with(reader: str, content: bytes) -> None:
    """Read a file of this content, in a folder of its own."""
    name, _, read = SAMPLES[reader]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        read(path)


ODD_BYTES = [
    b"\x00", b"\xff", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\r\n", b"\n\n", b'"', b"'", b",", b";", b"\t", b"{", b"}",
    b"[", b"]", b":", b"-", b"\\", b"\\ud800", b"\xed\xa0\x80", b"\xe2\x80\xa8", b"\xcc\x81", b"1e999", b"NaN", b"-1",
    b"99999999999999999999999", b"9" * 5000, b"null", b"true", b"[" * 3000, b"&a", b"*a", b"!!python/object:x",
    b"sep=,\n",    b"=1+1", b"PK\x03\x04", b"\x1f\x8b",
]  # fmt: skip
ODD_VALUES = [
    None, True, False, 0, -1, 1, 2**31, 2**63, 2**64, 10**400, 1.5, float("nan"), float("inf"), "", " ", "a", "\x00",
    "\ud800", "1e5", "e\u0301", "\u200b", "x" * 2000, [], [[]], [None], {}, {"a": {}}, [1, "a"], "2026-13-45", "0" * 32,
]  # fmt: skip

byte_edits = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 12), st.sampled_from(ODD_BYTES) | st.binary(max_size=4)),
    min_size=1,
    max_size=4,
)
node_edits = st.lists(
    st.tuples(st.floats(0, 1), st.sampled_from(["replace", "delete", "rename", "repeat"]), st.sampled_from(ODD_VALUES)),
    min_size=1,
    max_size=3,
)


def with_bytes(content: bytes, edits: list[tuple[float, int, bytes]]) -> bytes:
    """The content with bytes replaced; places are shares of its length."""
    for share, removed, added in edits:
        place = int(share * len(content))
        content = content[:place] + added + content[place + removed :]
    return content


def with_nodes(content: bytes, edits: list[tuple[float, str, Any]]) -> bytes:
    """JSON, or lines of it, with values replaced, removed, renamed or repeated."""
    try:
        one = json.loads(content)
        records, is_lines = [one], False
    except ValueError:
        records, is_lines = [json.loads(line) for line in content.splitlines() if line.strip()], True
    for share, how, value in edits:
        nodes = list(_nodes(records))
        parent, key = nodes[min(int(share * len(nodes)), len(nodes) - 1)] if nodes else (records, None)
        if key is None:
            continue
        if how == "replace":
            parent[key] = copy.deepcopy(value)
        elif how == "delete" and parent is not records:
            del parent[key]
        elif how == "rename" and isinstance(parent, dict):
            parent[str(value)] = parent.pop(key)
        elif how == "repeat" and isinstance(parent, list):
            parent.append(json.loads(json.dumps(parent[key])))
    texts = [json.dumps(record) for record in records]
    return ("\n".join(texts) + "\n" if is_lines else texts[0]).encode("utf-8", "surrogatepass")


def _nodes(value: Any) -> Any:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in list(items):
        yield value, key
        yield from _nodes(inner)
