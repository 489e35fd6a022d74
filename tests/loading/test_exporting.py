"""What is written for other tools comes back as it was; what doccano itself writes is understood."""

import json

import pytest
from hypothesis import example as given_example
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from qa_lesson.cli import app
from qa_lesson.errors import ConfigError, DataError
from qa_lesson.loading import export_examples, load_examples, read_examples
from qa_lesson.loading.exporting import LABEL_STUDIO_CONFIG
from qa_lesson.schema import Answer, Example

FORMATS = ("squad", "label-studio", "haystack", "doccano", "csv")
CONTEXT = 'Bram keeps the light. Bram is 62; he lives on Skelm, "the rock".\nSo he says.'
EXAMPLES = [
    Example(
        "q-1",
        "Who keeps it?",
        CONTEXT,
        (Answer("Bram", 22), Answer("Bram keeps the light", 0)),
        "a.pdf: Light",
        "person",
    ),
    Example("q-2", "Who repairs it?", CONTEXT),
    Example("q-3", 'Where is "it"; why?', CONTEXT, (Answer("Skelm", CONTEXT.index("Skelm")),), "b.txt", "place"),
]


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_keeps_ids_documents_types_and_all_references(form, tmp_path):
    path = export_examples(EXAMPLES, tmp_path / "out.data", form)
    assert load_examples(path) == EXAMPLES
    assert read_examples(path).format.split()[0].casefold() in ("squad", "label", "haystack", "doccano", "table")


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n"), min_size=1, max_size=12)
TEXTS = st.lists(WORDS, min_size=1, max_size=6).map(" ".join).filter(lambda text: text.strip() == text != "")


@st.composite
def examples(draw):
    found = []
    for number in range(draw(st.integers(1, 3))):
        context = draw(TEXTS)
        spans = draw(st.lists(st.tuples(st.integers(0, len(context)), st.integers(0, len(context))), max_size=3))
        answers = [Answer(context[min(span) : max(span)], min(span)) for span in spans]
        answers = [one for one in dict.fromkeys(answers) if one.text.strip() == one.text != ""]
        document = draw(st.sampled_from(["", "a.pdf", "b: c"]))
        kind = draw(st.sampled_from([None, "person"]))
        found.append(Example(f"q{number}", draw(TEXTS), context, tuple(answers), document, kind))
    return found


@pytest.mark.parametrize("form", FORMATS)
@settings(max_examples=60, deadline=None)
@given(found=examples())
@given_example(found=[Example("q", "Where?", "🌊 aa", (Answer("a", 2), Answer("a", 3)))])
def test_what_comes_back_is_what_was_written_or_an_error(form, found, tmp_path_factory):
    path = tmp_path_factory.mktemp("export") / "out"
    if form == "csv" and any(" | " in text for one in found for text in one.references):
        with pytest.raises(DataError, match="separates answers"):
            export_examples(found, path, form)
        return
    export_examples(found, path, form)
    report = read_examples(path)
    written = {one.id: one for one in found}
    assert all(one == written[one.id] for one in report.examples), "never something else"
    if report.problems:
        assert form == "label-studio"
        assert any(ord(character) > 0xFFFF for one in found for character in one.context + one.question) or any(
            "//" in one.context for one in found
        )
    else:
        assert sorted(report.examples, key=lambda one: one.id) == found  # SQuAD groups them by passage


def test_an_unknown_format_and_an_answer_with_the_separator_are_refused(tmp_path):
    with pytest.raises(ConfigError, match="squad, label-studio, haystack, doccano, csv"):
        export_examples(EXAMPLES, tmp_path / "x", "excel")
    bad = [Example("1", "Which?", "a | b", (Answer("a | b", 0),))]
    with pytest.raises(DataError, match="question 1"):
        export_examples(bad, tmp_path / "x", "csv")
    assert not (tmp_path / "x").exists()


def test_the_interface_for_label_studio_names_what_the_tasks_hold(tmp_path):
    tasks = json.loads(export_examples(EXAMPLES, tmp_path / "t.json", "label-studio").read_text(encoding="utf-8"))
    for name in ("question", "text"):
        assert f"${name}" in LABEL_STUDIO_CONFIG
        assert name in tasks[0]["data"]
    for region in (region for task in tasks for region in task["annotations"][0]["result"]):
        assert f'name="{region["from_name"]}" toName="{region["to_name"]}"' in LABEL_STUDIO_CONFIG


RECORD = {"id": 7, "text": "Bram keeps it.", "question": "Who?", "label": [[0, 4, "Answer"]]}


def read(tmp_path, *records):
    path = tmp_path / "doccano.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return read_examples(path)


@pytest.mark.parametrize(
    "record",
    [
        RECORD,
        {"id": 7, "text": "Bram keeps it.", "meta": {"question": "Who?"}, "labels": [[0, 4, "WHO"]]},
        {**RECORD, "label": [[0, 4, "ANSWER"], [5, 10, "verb"]], "Comments": []},
        {
            "id": 7, "text": "Bram keeps it.", "question": "Who?", "relations": [],
            "entities": [{"id": 1, "label": "Answer", "start_offset": 0, "end_offset": 4}],
        },
    ],
)  # fmt: skip
def test_doccano_in_its_shapes(record, tmp_path):
    report = read(tmp_path, record)
    assert report.format == "doccano records (JSONL)"
    assert [(one.id, one.question, one.answers) for one in report.examples] == [("7", "Who?", (Answer("Bram", 0),))]


def test_doccano_no_answer_must_be_labeled(tmp_path):
    (example,) = read(tmp_path, {**RECORD, "label": [[5, 10, "No answer"]]}).examples
    assert not example.is_answerable


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({**RECORD, "label": []}, "no answer is labeled"),
        ({**RECORD, "label": [[0, 4, "who"], [5, 10, "verb"]]}, "no answer is labeled"),
        ({**RECORD, "question": ""}, "has no question"),
        ({**RECORD, "label": [[0, 40, "Answer"]]}, "outside of its text"),
        ({**RECORD, "label": [[None, 4, "Answer"]]}, "no place or no name"),
        ({**RECORD, "text": "🌊 Bram keeps it.", "label": [[2, 6, "Answer"]]}, "count twice"),
        ({**RECORD, "label": [[0, 4, "Answer"], [5, 10, "No answer"]]}, "is_impossible"),
        ({"question": "Who?"}, "no doccano record"),
    ],
)
def test_doccano_records_that_are_not_clear_are_told(record, message, tmp_path):
    good = {**RECORD, "id": 1}
    report = read(tmp_path, good, record)
    assert len(report.examples) == 1
    (problem,) = report.problems
    assert message in problem.what


def test_the_command_converts_and_is_stopped_by_bad_records(tmp_path):
    source, target = export_examples(EXAMPLES, tmp_path / "q.csv", "csv"), tmp_path / "tasks.json"
    result = CliRunner().invoke(app, ["convert", str(source), "--to", "label-studio", "--out", str(target)])
    assert (result.exit_code, result.stdout) == (0, f"3 questions written to {target} as label-studio\n")
    assert load_examples(target) == EXAMPLES
    result = CliRunner().invoke(app, ["convert", str(target), "--to", "doccano", "--out", str(target), "--json"])
    assert result.exit_code != 0, "it never writes over what it reads"
    assert load_examples(target) == EXAMPLES
    source.write_text("question,context,answer\nWho?,Bram keeps it.,Mira\n")
    result = CliRunner().invoke(app, ["convert", str(source), "--out", str(tmp_path / "new.json")])
    assert isinstance(result.exception, DataError)
    assert not (tmp_path / "new.json").exists()
