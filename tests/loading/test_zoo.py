"""Every format in good health, and a zoo of broken files: each must be reported with its place and a remedy."""

import copy
import json
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_lesson.cli import main
from qa_lesson.errors import DataError
from qa_lesson.loading import load_examples, read_examples, validate

CONTEXT = 'Bram Keating, "the keeper", keeps the light on Skelm.\nHe has kept it since 1999.'
YEAR = CONTEXT.index("1999")
EXPECTED = [
    ("Who keeps the light?", (("Bram Keating", 0),)),
    ("Since when?", (("1999", YEAR),)),
    ("Until when?", ()),
]


def squad():
    questions = [
        {"id": "q1", "question": "Who keeps the light?", "answers": [{"text": "Bram Keating", "answer_start": 0}]},
        {"id": "q2", "question": "Since when?", "answers": [{"text": "1999", "answer_start": YEAR}]},
        {"id": "q3", "question": "Until when?", "answers": [], "is_impossible": True},
    ]
    return {"version": "v2.0", "data": [{"title": "Skelm", "paragraphs": [{"context": CONTEXT, "qas": questions}]}]}


def haystack_annotations():
    content = squad()
    article = content["data"][0]
    del article["title"]
    article["paragraphs"][0]["document_id"] = 17
    for number, question in enumerate(article["paragraphs"][0]["qas"]):
        question["id"] = number
        for answer in question["answers"]:
            answer |= {"document_id": 17, "answer_id": 5, "question_id": number, "answer_category": "SHORT"}
    return content


def records():
    return [
        {"id": "q1", "question": "Who keeps the light?", "context": CONTEXT, "answer": "Bram Keating"},
        {"id": "q2", "question": "Since when?", "context": CONTEXT, "answer": "1999", "answer_start": YEAR},
        {"id": "q3", "question": "Until when?", "context": CONTEXT, "answers": {"text": [], "answer_start": []}},
    ]


def haystack_records():
    answer = {
        "type": "haystack.dataclasses.answer.ExtractedAnswer",
        "init_parameters": {"data": "1999", "score": 1.0, "document_offset": {"start": YEAR, "end": YEAR + 4}},
    }
    return [
        {"query": "Who keeps the light?", "contexts": ["Nobody.", CONTEXT], "answers": ["Bram Keating"]},
        {"question": "Since when?", "documents": [{"content": CONTEXT, "meta": {"name": "a"}}], "answers": [answer]},
        {"question": "Until when?", "document": {"id": "a", "content": CONTEXT}, "answer": None, "no_answer": True},
    ]


def region(identifier, start, text, label="Answer"):
    value = {"start": start, "end": start + len(text), "text": text, "labels": [label]}
    return {"id": identifier, "from_name": "answer", "to_name": "text", "type": "labels", "value": value}


def label_studio():
    """A task with its question, one with a question that the annotator wrote for a region, one without an answer."""
    asked = {"start": YEAR, "end": YEAR + 4, "text": ["Since when?"]}
    textarea = {"id": "r1", "from_name": "ask", "to_name": "text", "type": "textarea", "value": asked}
    choice = {"from_name": "c", "to_name": "text", "type": "choices", "value": {"choices": ["No answer"]}}
    results = [[region("r0", 0, "Bram Keating")], [region("r1", YEAR, "1999"), textarea], [choice]]
    questions = [{"question": "Who keeps the light?"}, {}, {"question": "Until when?"}]
    return [
        {
            "id": number, "data": {"text": CONTEXT, **question}, "predictions": [],
            "annotations": [{"id": 10 + number, "was_cancelled": False, "result": result}],
        }
        for number, (question, result) in enumerate(zip(questions, results, strict=True), 1)
    ]  # fmt: skip


def label_studio_min():
    common = {"text": CONTEXT, "annotator": 1, "annotation_id": 3, "created_at": "2024", "lead_time": 1.5}
    spans = [
        [{"start": 0, "end": 12, "text": "Bram Keating", "labels": ["Answer"]}],
        [{"start": YEAR, "end": YEAR + 4, "text": "1999", "labels": ["Answer"]}],
    ]
    return [
        {"id": 1, "question": "Who keeps the light?", "label": spans[0], **common},
        {"id": 2, "ask": [{"start": YEAR, "end": YEAR + 4, "text": ["Since when?"]}], "label": spans[1], **common},
        {"id": 3, "question": "Until when?", "found": {"choices": ["unanswerable"]}, **common},
    ]


def table(delimiter, header, *rows, newline="\r\n"):
    def cell(text):
        return '"' + text.replace('"', '""') + '"' if set(text) & set(delimiter + '"\n') else text

    return newline.join(delimiter.join(map(cell, row)) for row in ([*header.split()], *rows)) + newline


def lines(items):
    return "".join(json.dumps(item) + "\n" for item in items)


def annotation_lines():
    first, second, third = records()
    return [
        {"qa_lesson_annotations": 1},
        {"op": "save", **first, "question": "Who?"},
        {"op": "save", **second},
        {"op": "save", **second, "id": "gone"},
        {"op": "delete", "id": "gone"},
        {"op": "save", **third},
        {"op": "save", **first},
    ]


ROWS = [
    ("Who keeps the light?", CONTEXT, "Bram Keating", "0", "no"),
    ("Since when?", CONTEXT, "1999", "", "no"),
    ("Until when?", CONTEXT, "", "", "yes"),
]
GOOD = {
    "SQuAD JSON": ("a.json", squad()),
    "Haystack annotations in SQuAD's layout": ("a.json", haystack_annotations()),
    "JSON records": ("a.json", records()),
    "JSONL records": ("a.jsonl", lines(records())),
    "JSONL records by content": ("a.txt", lines(records())),
    "Haystack records (JSON)": ("a.json", haystack_records()),
    "Haystack records (JSONL)": ("a.jsonl", lines(haystack_records())),
    "Label Studio JSON": ("a.json", label_studio()),
    "Label Studio JSON-MIN": ("a.json", label_studio_min()),
    "annotation file": ("a.jsonl", lines(annotation_lines())),
    "table separated by commas": (
        "a.csv", "\ufeff" + table(",", "Question Passage Answer answer-start is_impossible", *ROWS),
    ),
    "table separated by semicolons": ("a.csv", table(";", "query paragraph answer_text start impossible", *ROWS)),
    "table separated by tabs": ("a.txt", table("\t", "question context answers answer_start unanswerable", *ROWS)),
}  # fmt: skip


def write(folder, name, content):
    path = folder / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        text = content if isinstance(content, str) else json.dumps(content)
        path.write_text(text, encoding="utf-8", newline="")
    return path


def command(capsys, *arguments):
    """Exit code and output of the command line."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["qa-lesson", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            main()
    captured = capsys.readouterr()
    return left.value.code or 0, captured.out + captured.err


@pytest.mark.parametrize("name", GOOD)
def test_a_good_file_of_every_format(name, tmp_path, capsys):
    path = write(tmp_path, *GOOD[name])
    examples = load_examples(path)
    found = [(ex.question, tuple((answer.text, answer.start) for answer in ex.answers)) for ex in examples]
    assert sorted(found) == sorted(EXPECTED)
    report = validate(path)
    assert name.startswith(report.format)
    assert report.ok
    code, output = command(capsys, "validate", path)
    assert code == 0
    assert f"read as {report.format}" in output
    assert "0 bad records" in output


def changed(content, change):
    content = copy.deepcopy(content)
    change(content)
    return content


def squad_with(change):
    return changed(squad(), lambda content: change(content["data"][0]["paragraphs"][0], content["data"][0]))


def answer_of(paragraph):
    return paragraph["qas"][1]["answers"][0]


def csv_with(*rows, header="question context answer answer_start"):
    return table(",", header, *rows)


def task_with(change, build=label_studio):
    return changed(build(), lambda tasks: change(tasks[0]))


def result_of(task):
    return task["annotations"][0]["result"]


EMOJI = "🌊🌊 The tide turns at six.\nThe boat leaves at 9."
WINDOWS = "The tide turns at six.\r\nThe boat leaves at 9."
GOOD_ROW = ("Who?", CONTEXT, "Bram Keating", "0")
Q2 = "article 1 ('Skelm'), paragraph 1, question 2 (id 'q2')"
LINE_CUT = lines(records())[:-20]

# file name, content, and what the report must say: place, what is wrong, what to do
ZOO = {
    # not readable at all
    "empty": ("a.json", "", "a.json", "the file is empty", "expected SQuAD JSON"),
    "blank": ("a.csv", "\n \n", "the file is empty"),
    "Excel workbook": ("a.csv", b"PK\x03\x04rest", "an Excel workbook", "save the sheet as CSV"),
    "gzip": ("a.json", b"\x1f\x8b\x08rest", "a gzip archive", "unpack it"),
    "Parquet": ("a.json", b"PAR1rest", "a Parquet file", "from_parquet"),
    "damaged UTF-16": ("a.csv", b"\xff\xfeq\0u\0e", "it is damaged", "not UTF-16", "save it again as UTF-8"),
    "Latin-1": ("a.jsonl", '{"id": "a",\n"question": "Zoë?"}'.encode("latin-1"), "line 2", "0xeb", "save it as UTF-8"),
    "web page": ("a.json.txt", "<!DOCTYPE html><p>Log in", "the file is a web page", "download the data file itself"),
    "prose": ("a.txt", "Once upon a time.", "neither JSON nor a table", "'Once upon a time.'"),
    "JSON cut off": ("a.json", json.dumps(squad())[:-30], "not JSON", "char"),
    "JSON with a key twice": ("a.json", '{"data": [], "data": []}', "the key 'data' occurs twice"),
    "JSON nested too deeply": ("a.json", "[" * 100_000, "nested too deeply"),
    "JSON of another kind": ("a.json", {"items": []}, "another layout", "'items'"),
    "no articles": ("a.json", {"data": []}, "no questions", "read as SQuAD JSON"),
    "no records": ("a.json", [], "no questions", "read as JSON records"),
    # SQuAD
    "offset off by one": (
        "a.json",
        squad_with(lambda p, a: answer_of(p).update(answer_start=YEAR + 1)),
        Q2,
        "'999.",
        f"it occurs at {YEAR}",
    ),
    "offset negative": ("a.json", squad_with(lambda p, a: answer_of(p).update(answer_start=-1)), Q2, f"at {YEAR}"),
    "offset beyond the end": (
        "a.json",
        squad_with(lambda p, a: answer_of(p).update(answer_start=999)),
        Q2,
        "where nothing stands",
        f"it occurs at {YEAR}",
    ),
    "offset is a fraction": (
        "a.json",
        squad_with(lambda p, a: answer_of(p).update(answer_start=YEAR + 0.5)),
        Q2,
        "not a whole number",
    ),
    "offset is a truth value": (
        "a.json",
        squad_with(lambda p, a: answer_of(p).update(answer_start=True)),
        Q2,
        "not a whole number",
    ),
    "answer in other letters": (
        "a.json",
        squad_with(lambda p, a: p["qas"][0]["answers"][0].update(text="bram keating")),
        "question 1 (id 'q1')",
        "copy it letter by letter",
        "'Bram Keating' at 0",
    ),
    "answer with a curly quote": (
        "a.json",
        squad_with(lambda p, a: answer_of(p).update(text="“the keeper”", answer_start=14)),
        Q2,
        "which differs in typographic quotes",
    ),
    "answers forgotten": (
        "a.json",
        squad_with(lambda p, a: p["qas"][1].update(answers=[])),
        Q2,
        '"is_impossible": true',
    ),
    "impossible yet answered": (
        "a.json",
        squad_with(lambda p, a: p["qas"][1].update(is_impossible=True)),
        Q2,
        "yet has answers",
        "plausible_answers",
    ),
    "impossible in quotes": (
        "a.json",
        squad_with(lambda p, a: p["qas"][1].update(is_impossible="false")),
        Q2,
        "neither true nor false",
        "without quotes",
    ),
    "id used twice": ("a.json", squad_with(lambda p, a: p["qas"][1].update(id="q1")), "question 2", "used before"),
    "id is a list": ("a.json", squad_with(lambda p, a: p["qas"][1].update(id=["q2"])), "question 2", "'id' is no text"),
    "id missing": ("a.json", squad_with(lambda p, a: p["qas"][1].pop("id")), "question 2", "'id' is missing"),
    "half an emoji": (
        "a.json",
        squad_with(lambda p, a: p["qas"][1].update(question="Tide \ud83c?")),
        Q2,
        "half of a character at 5",
        "'\\ud83c'",
        "write it anew",
    ),
    "qas is an object": (
        "a.json",
        squad_with(lambda p, a: p.update(qas={})),
        "paragraph 1",
        "'qas' is missing or no list",
    ),
    "a paragraph is a text": (
        "a.json",
        squad_with(lambda p, a: a["paragraphs"].append("text")),
        "paragraph 2",
        "'qas'",
    ),
    # offsets in other units
    "UTF-16 offset": (
        "a.json",
        [
            {
                "id": "1",
                "question": "When?",
                "context": EMOJI,
                "answers": [{"text": "six", "answer_start": EMOJI.index("six") + 2}],
            }
        ],
        "record 1",
        "counted in UTF-16 units, as JavaScript does",
        f"it occurs at {EMOJI.index('six')}, which",
    ),
    "byte offset": (
        "a.json",
        [
            {
                "id": "1",
                "question": "When?",
                "context": EMOJI,
                "answers": [{"text": "six", "answer_start": EMOJI.index("six") + 6}],
            }
        ],
        "record 1",
        "counted in UTF-8 bytes",
        f"it occurs at {EMOJI.index('six')}, which",
    ),
    "Windows offset": (
        "a.json",
        [
            {
                "id": "1",
                "question": "When?",
                "context": EMOJI,
                "answers": [{"text": "9", "answer_start": EMOJI.index("9") + 1}],
            }
        ],
        "two characters for every line end",
        f"it occurs at {EMOJI.index('9')}, which",
    ),
    "Unix offset": (
        "a.json",
        [
            {
                "id": "1",
                "question": "When?",
                "context": WINDOWS,
                "answers": [{"text": "9", "answer_start": WINDOWS.index("9") - 1}],
            }
        ],
        "this context has Windows line ends",
        f"it occurs at {WINDOWS.index('9')}, which",
    ),
    # records
    "JSONL with a broken line": ("a.jsonl", LINE_CUT, "line 3", "not JSON"),
    "JSONL called JSON with a broken line": ("a.json", LINE_CUT, "line 3", "not JSON"),
    "record is a list": ("a.jsonl", lines([*records(), []]), "line 4", "no JSON object"),
    "record with a passage": (
        "a.jsonl",
        lines([{"id": "1", "question": "?", "passage": CONTEXT, "answer": "1999"}]),
        "line 1",
        "'context' is missing",
        "rename 'passage' to 'context'",
    ),
    "record with a misspelt answer": (
        "a.jsonl",
        lines([{"id": "1", "question": "?", "context": "x", "anwser": "x"}]),
        "line 1",
        "'anwser'",
        "no answers",
        "is_impossible",
    ),
    "answer that occurs twice": (
        "a.jsonl",
        lines([{"id": "1", "question": "?", "context": CONTEXT, "answer": "kee"}]),
        "line 1",
        "occurs 2 times",
        "19, 28",
    ),
    "answer and answers": ("a.jsonl", lines([{**records()[0], "answers": ["1999"]}]), "line 1", "keep one of them"),
    "one offset for two texts": (
        "a.jsonl",
        lines([{**records()[2], "answers": {"text": ["Bram", "1999"], "answer_start": [0]}}]),
        "line 1",
        "not one answer_start for each text",
    ),
    "paraphrases as a text": (
        "a.jsonl",
        lines([{**records()[0], "paraphrases": "Bram"}]),
        "line 1",
        "no list of texts",
    ),
    # tables
    "table without a header": ("a.csv", table(",", "Who? Text x"), "line 1", "does not name the columns"),
    "table without answers": ("a.csv", csv_with(header="question context"), "no column for answers"),
    "table with two contexts": (
        "a.csv",
        csv_with(header="question context passage answer"),
        "two columns could be the context",
    ),
    "row too short": ("a.csv", csv_with(GOOD_ROW, ("Who?", "x")), "row 2 (line 4)", "has 2 cells and the header 4"),
    "comma without quotes": (
        "a.csv",
        "question,context,answer\nWho?,Bram, the keeper,Bram\n",
        "row 1 (line 2)",
        "has 4 cells and the header 3",
        "double quotes",
    ),
    "quote never closed": (
        "a.csv",
        csv_with(GOOD_ROW) + 'Who?,"no end,x,0\n' + csv_with(GOOD_ROW),
        "row 2 (line 4)",
        "quotes do not match",
        'twice: ""',
    ),
    "cell without an end": (
        "a.csv",
        csv_with(GOOD_ROW) + 'Who?,"' + "no end " * 30_000,
        "row 2 (line 4)",
        "more than 131072 characters",
        "not closed",
    ),
    "answer cell empty": (
        "a.csv",
        csv_with(("Who?", CONTEXT, "", "")),
        "row 1 (line 2)",
        "answer is empty",
        "is_impossible",
    ),
    "offset cell with a word": (
        "a.csv",
        csv_with(("Who?", CONTEXT, "1999", "end")),
        "row 1",
        "not a whole number",
        "'end'",
    ),
    "offset cell with a fraction": ("a.csv", csv_with(("Who?", CONTEXT, "1999", "1.0")), "row 1", "not a whole number"),
    "answer ambiguous in a table": (
        "a.csv",
        csv_with(("Who?", CONTEXT, "kee", "")),
        "row 1",
        "occurs 2 times",
        "19, 28",
    ),
    "answer elsewhere in a table": ("a.csv", csv_with(("Who?", CONTEXT, "1999", "3")), "row 1", f"it occurs at {YEAR}"),
    "answers and offsets disagree": (
        "a.csv",
        csv_with(("Who?", CONTEXT, "1999 | Bram", "0"), header="question context answers answer_start"),
        "row 1",
        "2 answers and 1 offsets",
        "' | '",
    ),
    "truth cell with a word": (
        "a.csv",
        csv_with(("Who?", CONTEXT, "1999", "maybe"), header="question context answer impossible"),
        "row 1",
        "'maybe'",
        "write true or false",
    ),
    "Label Studio's CSV": (
        "a.csv",
        csv_with(header="text query annotation_id annotator lead_time"),
        "line 1",
        "Label Studio's CSV",
        "export the project as JSON",
    ),
    # Haystack
    "several documents hold the answer": (
        "a.json",
        changed(haystack_records(), lambda r: r[0].update(contexts=[CONTEXT, CONTEXT + "."])),
        "record 1",
        "has 2 documents",
        "is in 2 of them",
        "keep the document",
    ),
    "document without content": (
        "a.json",
        changed(haystack_records(), lambda r: r[1].update(documents=[{"id": 1}])),
        "record 2",
        "no text in 'content'",
    ),
    "wrong label": (
        "a.json",
        changed(haystack_records(), lambda r: r[1].update(is_correct_answer=False)),
        "record 2",
        "answer or document is wrong",
        "correct labels only",
    ),
    "Haystack without answers": (
        "a.json",
        changed(haystack_records(), lambda r: r[0].update(answers=[])),
        "record 1",
        "no answers",
        '"no_answer": true',
    ),
    "Haystack mixed with others": ("a.json", [*haystack_records(), records()[0]], "record 4", "no Haystack record"),
    # Label Studio
    "task not annotated": (
        "a.json",
        task_with(lambda t: t.update(annotations=[])),
        "record 1 (task 1)",
        "no annotation",
    ),
    "task skipped": (
        "a.json",
        task_with(lambda t: t["annotations"][0].update(was_cancelled=True)),
        "record 1 (task 1)",
        "skipped the task",
    ),
    "nothing marked": (
        "a.json",
        task_with(lambda t: result_of(t).clear()),
        "task 1",
        "no answer is marked",
        "'no answer'",
    ),
    "no question": (
        "a.json",
        task_with(lambda t: t["data"].pop("question")),
        "task 1",
        "an answer has no question",
        "a field 'question'",
    ),
    "passage is an address": (
        "a.json",
        task_with(lambda t: t["data"].update(text="s3://bucket/task.txt")),
        "task 1",
        "an address, not the text",
    ),
    "passage in another field": (
        "a.json",
        task_with(lambda t: t["data"].update(body=t["data"].pop("text"))),
        "task 1",
        "has no passage",
        "['body', 'question']",
    ),
    "region elsewhere": (
        "a.json",
        task_with(lambda t: result_of(t)[0]["value"].update(start=4, end=16)),
        "task 1",
        "is not at answer_start 4",
        "it occurs at 0",
    ),
    "region of a picture": (
        "a.json",
        task_with(lambda t: result_of(t)[0].update(type="rectanglelabels")),
        "task 1",
        "'rectanglelabels'",
        "<Text> and <Labels>",
    ),
    "label that is no answer": (
        "a.json",
        task_with(lambda t: result_of(t)[0]["value"].update(labels=["Person"])),
        "task 1",
        "labels ['Person']",
        '"Answer"',
    ),
    "answer and no answer": (
        "a.json",
        task_with(lambda t: result_of(t).append(result_of(label_studio()[2])[0])),
        "task 1",
        "although 'no answer' is chosen",
    ),
    "annotators disagree": (
        "a.json",
        task_with(lambda t: t["annotations"].append({"result": result_of(label_studio()[2])})),
        "task 1",
        "another said that there is none",
        "settle it",
    ),
    "text area of another name": (
        "a.json",
        task_with(
            lambda t: result_of(t).append({"type": "textarea", "from_name": "remark", "value": {"text": ["hm"]}})
        ),
        "task 1",
        "'remark' is neither a question nor an answer",
    ),
    "region without text among emoji": (
        "a.json",
        task_with(lambda t: (t["data"].update(text="🌊 " + CONTEXT), result_of(t)[0]["value"].pop("text"))),
        "task 1",
        "JavaScript counts twice",
        "value.text",
    ),
    "JSON-MIN region elsewhere": (
        "a.json",
        task_with(lambda t: t["label"][0].update(start=5), label_studio_min),
        "record 1 (task 1)",
        "it occurs at 0",
    ),
    "JSON-MIN without a question": (
        "a.json",
        task_with(lambda t: t.pop("question"), label_studio_min),
        "record 1 (task 1)",
        "an answer has no question",
    ),
    # annotation files
    "annotations cut off": ("a.jsonl", lines(annotation_lines())[:-9], "line 7", "was cut off", "annotate(path)"),
    "annotations with a foreign line": (
        "a.jsonl",
        lines([*annotation_lines(), {"op": "sing"}]),
        "line 8",
        "remove the line",
    ),
    "annotations of the future": (
        "a.jsonl",
        lines([{"qa_lesson_annotations": 2}, *annotation_lines()[1:]]),
        "line 1",
        "another version",
        "update qa_lesson",
    ),
    "deletion of nothing": (
        "a.jsonl",
        lines([*annotation_lines(), {"op": "delete", "id": "gone"}]),
        "line 8",
        "neither",
    ),
}


@pytest.mark.parametrize("name", ZOO)
def test_a_broken_file_is_reported_with_its_place_and_a_remedy(name, tmp_path, capsys):
    file_name, content, *expected = ZOO[name]
    path = write(tmp_path, file_name, content)
    with pytest.raises(DataError) as caught:
        load_examples(path)
    message = str(caught.value)
    assert str(path) in message
    for words in expected:
        assert words in message
    code, output = command(capsys, "validate", path)
    assert code == (1 if caught.value.problems else 2)
    assert all(words in output for words in expected)
    try:
        good = read_examples(path).examples
    except DataError:
        return
    for example in good:  # what is kept is what stands in the healthy file, not something made of the damage
        assert all(example.context[answer.start : answer.end] == answer.text for answer in example.answers)
        assert (example.question, tuple((a.text, a.start) for a in example.answers)) in [
            *EXPECTED,
            ("Who?", (("Bram Keating", 0),)),
        ]


def attempt(path):
    """The report on a file, or None and the error that every unreadable file must end in."""
    try:
        return validate(path), None
    except DataError as error:
        return None, error


def nodes(content, path=()):
    """The paths of all values of a JSON document."""
    yield path
    items = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for key, value in items:
        yield from nodes(value, (*path, key))


HEALTHY = [squad(), haystack_annotations(), records(), haystack_records(), label_studio(), label_studio_min()]
JUNK = [None, 0, -1, 2.5, True, "", " ", "x", [], [None], [[]], {}, {"text": 1}, {"text": ["x"]}, "🌊", float("nan")]


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_no_damage_to_one_value_ends_in_another_error(tmp_path_factory, data):
    content = copy.deepcopy(data.draw(st.sampled_from(HEALTHY)))
    path = data.draw(st.sampled_from([path for path in nodes(content) if path]))
    owner = content
    for key in path[:-1]:
        owner = owner[key]
    if data.draw(st.booleans()):
        owner[path[-1]] = data.draw(st.sampled_from(JUNK))
    else:
        del owner[path[-1]]
    file = tmp_path_factory.getbasetemp() / "damaged.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    report, error = attempt(file)
    if report is None:
        assert error.fix
    else:
        assert report.counts["records"] == len(report.examples) + len(report.problems)
        assert all(problem.where and problem.fix for problem in report.problems)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet='",;\t\n\r ax🌊0', max_size=60), st.sampled_from(",;\t"))
def test_no_table_ends_in_another_error(tmp_path_factory, body, delimiter):
    file = tmp_path_factory.getbasetemp() / "damaged.csv"
    file.write_text(delimiter.join(["question", "context", "answer"]) + "\n" + body, encoding="utf-8", newline="")
    report, error = attempt(file)
    if report is None:
        assert "no questions" in str(error)
    else:
        assert report.format.startswith("table")


def test_the_command_prints_json_and_writes_the_good_records(tmp_path, capsys):
    path = write(tmp_path, "a.json", squad_with(lambda p, a: answer_of(p).update(answer_start=0)))
    code, output = command(capsys, "validate", path, "--json", "--out", tmp_path / "good.json")
    record = json.loads(output)
    assert (code, record["ok"], record["written"]) == (1, False, 2)
    assert record["problems"][0]["where"] == Q2
    assert [example.id for example in load_examples(tmp_path / "good.json")] == ["q1", "q3"]
    code, output = command(capsys, "validate", tmp_path / "good.json", "--json")
    assert (code, json.loads(output)["ok"]) == (0, True)
    path = write(tmp_path, "b.jsonl", lines([{"id": "1"}]))
    code, output = command(capsys, "validate", path, "--out", tmp_path / "none.json")
    assert code == 1
    assert "0 records written: there is no good record" in output
    assert not (tmp_path / "none.json").exists()
