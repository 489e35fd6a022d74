"""Questions answered chunk by chunk, from files of any size."""

import json

import datasets
import pytest
from typer.testing import CliRunner

from qa_lesson.answering import QuestionAnswerer
from qa_lesson.cli import app
from qa_lesson.corpus import load_corpus
from qa_lesson.errors import ConfigError, DataError
from qa_lesson.streaming import answer_stream, predict_together, question_stream, write_answers

EXAMPLES = load_corpus("validation")[:23]


@pytest.fixture(scope="module")
def answerer(tiny_model_dir) -> QuestionAnswerer:
    return QuestionAnswerer(tiny_model_dir, max_length=128, stride=16, device="cpu", precision="fp32")


def rows(examples=EXAMPLES) -> list[dict]:
    return [{"id": one.id, "question": one.question, "context": one.context} for one in examples]


@pytest.fixture
def questions(tmp_path):
    path = tmp_path / "questions.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows()), encoding="utf-8")
    return path


@pytest.mark.parametrize("chunk", [1, 5, 23, 100])
def test_chunks_change_no_answer(answerer, chunk):
    whole = answerer.predict(EXAMPLES, n_best=1)
    parts = list(answer_stream(answerer, iter(EXAMPLES), chunk=chunk))
    assert [(one.id, one.text, one.start) for one in parts] == [(one.id, one.text, one.start) for one in whole]
    assert [one.probability for one in parts] == pytest.approx([one.probability for one in whole], rel=1e-4)


def test_a_generator_is_read_chunk_by_chunk(answerer):
    read = []
    stream = answer_stream(answerer, (read.append(one.id) or one for one in EXAMPLES), chunk=4)
    next(stream)
    assert len(read) == 4


def test_one_process_answers_all(answerer):
    assert predict_together(answerer, EXAMPLES, n_best=2) == answerer.predict(EXAMPLES, n_best=2)
    assert predict_together(answerer, []) == []


def test_a_chunk_holds_at_least_one_question(answerer):
    with pytest.raises(ConfigError, match="at least 1"):
        list(answer_stream(answerer, EXAMPLES, chunk=0))


def test_jsonl_parquet_and_arrow_hold_the_same_questions(questions, tmp_path):
    table = datasets.Dataset.from_list(rows())
    table.to_parquet(tmp_path / "questions.parquet")
    table.save_to_disk(tmp_path / "saved")
    (arrow,) = (tmp_path / "saved").glob("*.arrow")
    expected = [(one.id, one.question, one.context) for one in EXAMPLES]
    for path in (questions, tmp_path / "questions.parquet", arrow):
        assert [(one.id, one.question, one.context) for one in question_stream(path)] == expected


def test_bad_lines_are_named_with_their_place(questions):
    lines = questions.read_text(encoding="utf-8").splitlines()
    lines[2], lines[4] = "{broken", json.dumps({"id": "x", "question": "Who?"})
    questions.write_text("\n".join(lines), encoding="utf-8")
    problems = []
    assert len(list(question_stream(questions, on_problem=problems.append))) == len(EXAMPLES) - 2
    assert [problem.where for problem in problems] == ["line 3", "line 5"]
    assert "'context' is missing" in problems[1].what
    with pytest.raises(DataError, match="line 3"):
        list(question_stream(questions))


def test_other_files_are_refused(tmp_path):
    (tmp_path / "a.csv").write_text("id,question,context\n")
    for name in ("a.csv", "absent.jsonl", "absent.parquet"):
        with pytest.raises(DataError):
            list(question_stream(tmp_path / name))


def test_answers_are_written_line_by_line(answerer, tmp_path):
    predictions = answerer.predict(EXAMPLES[:3], n_best=2)
    assert write_answers(tmp_path / "a.jsonl", iter(predictions)) == 3
    lines = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(line["id"], line["text"], len(line["n_best"])) for line in lines] == [
        (one.id, one.text, 2) for one in predictions
    ]


def run(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def test_the_command_answers_a_file(questions, tiny_model_dir, answerer, tmp_path):
    long = json.dumps({"id": "long", "question": "why " * 200, "context": "Because."})
    questions.write_text(questions.read_text(encoding="utf-8") + long + "\n", encoding="utf-8")
    out = tmp_path / "answers.jsonl"
    options = ("--model", tiny_model_dir, "--max-length", 128, "--stride", 16)
    result = run("answer", "--in", questions, "--out", out, *options, "--json")
    assert result.exit_code == 1
    record = json.loads(result.stdout)
    assert (record["n"], record["n_failed"]) == (23, 1)
    assert "'long'" in record["failed"][0]["where"]
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    whole = answerer.predict(EXAMPLES, n_best=1)
    assert [(line["id"], line["text"]) for line in lines] == [(one.id, one.text) for one in whole]
    assert list(lines[0]) == ["id", "text", "start", "end", "probability", "no_answer_score"]


@pytest.mark.parametrize(
    "words",
    [("Who?",), ("--in", "q.jsonl"), ("Who?", "--context", "a.txt", "--in", "q.jsonl", "--out", "a.jsonl"), ()],
)
def test_the_command_takes_one_question_or_a_file(words, tiny_model_dir):
    result = run("answer", *words, "--model", tiny_model_dir)
    assert isinstance(result.exception, ConfigError)
    assert "one question or a file" in str(result.exception)


def test_the_questions_are_not_written_over(questions, tiny_model_dir):
    before = questions.read_bytes()
    assert isinstance(
        run("answer", "--in", questions, "--out", questions, "--model", tiny_model_dir).exception, ConfigError
    )
    assert questions.read_bytes() == before
