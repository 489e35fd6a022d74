"""Asking a corpus from the command line, with a tiny model that has learned nothing."""

import json

import pytest
from test_cli import fails, run, succeeds

from qa_lesson.corpus import load_corpus
from qa_lesson.loading import write_squad
from qa_lesson.retrieval import build_index, corpus_passages, load_index
from qa_lesson.schema import Answer, Example


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    folder = tmp_path_factory.mktemp("asked") / "index"
    return build_index(corpus_passages(["validation"])[:12]).save(folder)


@pytest.fixture(scope="module")
def answered(index, tiny_model_dir):
    """What the model answers. It has learned nothing, so its own answers are what the questions will ask for."""
    asked = [f"Who keeps list {number}?" for number in range(12)]
    return succeeds("ask", "--index", index, "--model", tiny_model_dir, *asked)


def test_an_answer_has_its_source(answered):
    first = answered["answers"][0]
    answer = first["answer"]
    assert first["question"] == "Who keeps list 0?"
    assert answer["snippet"][answer["snippet_start"] : answer["snippet_end"]] == answer["text"]
    assert {"document", "page", "headings", "passage", "probability", "document_start"} <= answer.keys()
    assert len(first["nearest"]) == answered["settings"]["passages"]


def test_readable_output_of_questions_from_files(index, tiny_model_dir, tmp_path):
    lines, records = tmp_path / "q.txt", tmp_path / "q.jsonl"
    lines.write_text("Who keeps it?\n\nWhen?\n")
    ask = ("ask", "--index", index, "--model", tiny_model_dir, "--in")
    shown = run(*ask, lines)
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.index("Who keeps it?") < shown.stdout.index("other candidates") < shown.stdout.index("When?")
    assert "qa-lesson calibrate" in shown.stderr, "the settings are the defaults"
    records.write_text('{"question": "Who?"}\n{"text": "When?"}\n')
    assert "record 2" in fails(*ask, records)


def test_a_refusal_and_a_question_that_is_too_long(index, tiny_model_dir):
    long = "why " * 600
    result = run("ask", "--index", index, "--model", tiny_model_dir, long, "Who?", "--threshold", "1")
    assert result.returncode == 1, result.stderr
    assert "question 1" in result.stdout
    assert "Not in these documents" in result.stdout
    assert "nearest passages" in result.stdout


def test_what_cannot_be_asked(index, tmp_path, tiny_model_dir):
    assert "not an index" in fails("ask", "--index", tmp_path, "--model", tiny_model_dir, "Who?")
    assert "there is no question" in fails("ask", "--index", index, "--model", tiny_model_dir)


def test_calibrate_leaves_settings_that_ask_and_evaluate_use(index, answered, tiny_model_dir, tmp_path):
    known = {one.id: one for one in load_index(index).passages}
    examples = []
    for number, one in enumerate(answered["answers"]):
        found = one["answer"]
        references = (Answer(found["text"], found["start"]),) if number % 3 else ()
        context = known[found["passage"]].text
        examples.append(Example(str(number), one["question"], context, references, document=f"d{number % 6}"))
    questions = write_squad(examples, tmp_path / "questions.json")
    model = ("--index", index, "--model", tiny_model_dir)
    result = run("calibrate", *model, "--data", questions, "--risk", "0.9", "--json")
    record = json.loads(result.stdout)
    kept = record["settings"]
    assert result.returncode == (1 if kept["threshold"] is None else 0), result.stderr
    assert (kept["risk"], kept["n_validation"], kept["n_documents"]) == (0.9, 12, 6)

    scores = succeeds("evaluate", *model, "--data", questions)["over_corpus"]
    wrong = sum(found["n"] for found in scores["causes"].values())
    assert wrong + scores["n_without_error"] == scores["n"] == 12
    assert scores["recall"]["5"]["estimate"] == 1
    shown = run("evaluate", *model, "--data", questions)
    assert "cause of the error" in shown.stdout
    assert "qa-lesson calibrate" not in shown.stderr, "the settings in the index were used"

    other = build_index(corpus_passages(["validation"])[:3]).save(tmp_path / "other")
    refused = fails("ask", "--index", other, "--model", tiny_model_dir, "--settings", record["out"], "Who?")
    assert "another index" in refused


def test_an_output_that_is_an_input(index, tiny_model_dir, tmp_path):
    data = write_squad(load_corpus("validation")[:5], tmp_path / "data.json")
    message = fails("calibrate", "--index", index, "--model", tiny_model_dir, "--data", data, "--out", data)
    assert "over an input" in message
