import copy
import json

import datasets
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_lesson.corpus import load_corpus
from qa_lesson.errors import ConfigError, DataError, StorageError
from qa_lesson.loading import load_examples, read_examples, split_by_document, write_squad
from qa_lesson.schema import Answer, Example

CONTEXT = "Bram Keating keeps the light on Skelm. He has kept it since 1999."
GOOD = {
    "version": "v2.0",
    "data": [
        {
            "title": "Skelm",
            "paragraphs": [
                {
                    "context": CONTEXT,
                    "qas": [
                        {"id": "q1", "question": "Who?", "answers": [{"text": "Bram Keating", "answer_start": 0}]},
                        {"id": "q2", "question": "Since when?", "answers": [{"text": "1999", "answer_start": 60}]},
                        {
                            "id": "q3", "question": "Until when?", "is_impossible": True, "answers": [],
                            "plausible_answers": [{"text": "1999", "answer_start": 60}],
                        },
                    ],
                }
            ],
        }
    ],
}  # fmt: skip


def write(path, content):
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def broken(change):
    """A copy of the good file in which `change` has damaged something."""
    data = copy.deepcopy(GOOD)
    change(data, data["data"][0], data["data"][0]["paragraphs"][0], data["data"][0]["paragraphs"][0]["qas"])
    return data


def test_squad_v2(tmp_path):
    examples = load_examples(write(tmp_path / "good.json", GOOD))
    assert [example.id for example in examples] == ["q1", "q2", "q3"]
    assert examples[0].document == "Skelm"
    assert examples[1].answers == (Answer("1999", 60),)
    assert not examples[2].is_answerable
    assert examples[2].plausible == (Answer("1999", 60),)


def test_records_in_jsonl_and_json_with_and_without_offsets(tmp_path):
    records = [
        {"id": 1, "question": "Who?", "context": CONTEXT, "answers": {"text": ["Bram Keating"], "answer_start": [0]}},
        {"id": "2", "question": "Who?", "context": CONTEXT, "answer": "Bram Keating", "document": "Skelm"},
        {"id": "3", "question": "Who?", "context": CONTEXT, "answers": [{"text": "Bram Keating", "answer_start": 0}]},
        {"id": "4", "question": "Until when?", "context": CONTEXT, "answers": {"text": [], "answer_start": []}},
    ]
    lines = "\ufeff" + "\r\n".join(json.dumps(record, ensure_ascii=False) for record in records) + "\n\n"
    for path in (write(tmp_path / "a.jsonl", lines), write(tmp_path / "a.json", records)):
        examples = load_examples(path)
        assert [example.references for example in examples] == [("Bram Keating",)] * 3 + [()]
        assert examples[0].id == "1"


def test_datasets_dataset():
    rows = {
        "id": ["q1", "q2"], "title": ["Skelm", "Skelm"], "question": ["Who?", "Until when?"], "context": [CONTEXT] * 2,
        "answers": [{"text": ["Bram Keating"], "answer_start": [0]}, {"text": [], "answer_start": []}],
    }  # fmt: skip
    dataset = datasets.Dataset.from_dict(rows)
    examples = load_examples(dataset)
    assert [example.references for example in examples] == [("Bram Keating",), ()]
    assert examples[0].document == "Skelm"
    with pytest.raises(DataError, match=r"no column 'context'[\s\S]*rename_column"):
        load_examples(dataset.rename_column("context", "passage"))
    with pytest.raises(DataError, match=r"splits \['train'\]"):
        load_examples(datasets.DatasetDict(train=dataset))


FILES = {
    "not JSON": ("{'data': []}", "not JSON", "line 1 column 2"),
    "cut off": (json.dumps(GOOD)[:-40], "not JSON", "expected SQuAD JSON"),
    "empty file": (" \n", "the file is empty", "expected SQuAD JSON"),
    "a number": ("3", "another layout", "received: int"),
    "other keys": ({"questions": []}, "another layout", "'questions'"),
    "no articles": ({"data": []}, "no questions", "expected SQuAD JSON"),
    "data is no list": ({"data": {}}, "another layout", "'data'"),
    "prose": ("Once upon a time.", "not JSON", "expected SQuAD JSON"),
}


@pytest.mark.parametrize("name", FILES)
def test_files_that_cannot_be_read_at_all(name, tmp_path):
    content, what, hint = FILES[name]
    path = write(tmp_path / "bad.json", content)
    with pytest.raises(DataError) as caught:
        load_examples(path, skip_bad=True)
    assert what in str(caught.value)
    assert hint in str(caught.value)
    assert str(path) in str(caught.value)


def test_missing_file_folder_and_wrong_encoding(tmp_path):
    with pytest.raises(DataError, match="No such file"):
        load_examples(tmp_path / "absent.json")
    with pytest.raises(DataError, match="Is a directory"):
        load_examples(tmp_path)
    (tmp_path / "latin.json").write_bytes('["Zoë"]'.encode("latin-1"))
    with pytest.raises(DataError, match=r"not UTF-8[\s\S]*byte 4[\s\S]*0xeb"):
        load_examples(tmp_path / "latin.json")


RECORDS = {
    "offset": (lambda d, a, p, q: q[1]["answers"][0].update(answer_start=61), "question 2 (id 'q2')", "occurs at 60"),
    "other text": (lambda d, a, p, q: q[1]["answers"][0].update(text="2001"), "'q2'", "nowhere in the context"),
    "duplicate id": (lambda d, a, p, q: q[1].update(id="q1"), "question 2", "used before"),
    "no id": (lambda d, a, p, q: q[1].pop("id"), "question 2", "'id' is missing"),
    "no question": (lambda d, a, p, q: q[1].pop("question"), "question 2", "'question' is missing"),
    "question is a number": (lambda d, a, p, q: q[1].update(question=7), "question 2", "'question' is no text"),
    "blank question": (lambda d, a, p, q: q[1].update(question=" "), "question 2", "question is empty"),
    "empty context": (lambda d, a, p, q: p.update(context=""), "paragraph 1", "context is empty"),
    "no context": (lambda d, a, p, q: p.pop("context"), "paragraph 1", "'context' is missing"),
    "no answers": (lambda d, a, p, q: q[1].update(answers=[]), "question 2", '"is_impossible": true'),
    "answers is a number": (lambda d, a, p, q: q[1].update(answers=5), "question 2", "answers are no list"),
    "answer without text": (lambda d, a, p, q: q[1].update(answers=[{}]), "question 2", "answer has no text"),
    "blank answer": (lambda d, a, p, q: q[1]["answers"][0].update(text=" "), "question 2", "answer is empty"),
    "offset is a text": (lambda d, a, p, q: q[1]["answers"][0].update(answer_start="6o"), "question 2", "whole number"),
    "impossible with answer": (lambda d, a, p, q: q[1].update(is_impossible=True), "question 2", "yet has answers"),
    "plausible elsewhere": (
        lambda d, a, p, q: q[2]["plausible_answers"][0].update(answer_start=1), "question 3", "occurs at 60",
    ),
    "question is a list": (lambda d, a, p, q: q.append([]), "question 4", "no JSON object"),
    "qas missing": (lambda d, a, p, q: a["paragraphs"].append({"context": "x"}), "paragraph 2", "'qas' is missing"),
    "paragraphs missing": (lambda d, a, p, q: d["data"].append({"title": "x"}), "article 2", "'paragraphs' is missing"),
    "article is null": (lambda d, a, p, q: d["data"].append(None), "article 2", "'paragraphs' is missing"),
}  # fmt: skip


@pytest.mark.parametrize("name", RECORDS)
def test_bad_records_are_reported_with_their_place_and_the_rest_is_kept_on_request(name, tmp_path):
    change, place, message = RECORDS[name]
    path = write(tmp_path / "bad.json", broken(change))
    with pytest.raises(DataError) as caught:
        load_examples(path)
    assert place in str(caught.value)
    assert message in str(caught.value)
    assert "skip_bad=True" in str(caught.value)
    report = read_examples(path)
    assert report.n_records == len(report.examples) + len(report.problems)
    if report.examples:
        assert load_examples(path, skip_bad=True) == list(report.examples)


def test_an_answer_without_offset_must_be_unique(tmp_path):
    record = {"id": "1", "question": "What?", "context": CONTEXT, "answer": "ke"}
    with pytest.raises(DataError, match="occurs 3 times in the context"):
        load_examples(write(tmp_path / "a.json", [record]))


def test_one_bad_line_among_thousands(tmp_path):
    record = {"question": "Who?", "context": CONTEXT, "answer": "Bram Keating"}
    lines = [json.dumps({"id": str(i), **record}) for i in range(3000)]
    lines[1233] = lines[1233][:-3]
    lines[2000] = json.dumps({"id": "2000", **record, "answer": "Bram Keatinge"})
    path = write(tmp_path / "many.jsonl", "\n".join(lines))
    with pytest.raises(DataError, match="2 bad records among 3000") as caught:
        load_examples(path)
    assert [problem.where for problem in caught.value.problems] == ["line 1234", "line 2001"]
    assert len(load_examples(path, skip_bad=True)) == 2998


def test_nothing_good_is_an_error_even_when_skipping(tmp_path):
    with pytest.raises(DataError, match="1 bad record among 1"):
        load_examples(write(tmp_path / "a.json", [{"id": "1"}]), skip_bad=True)


def test_writing_and_reading_gives_the_same_examples(tmp_path):
    examples = load_corpus("validation", unanswerable=True)
    assert load_examples(write_squad(examples, tmp_path / "copy.json")) == examples


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = write(tmp_path / "data.json", GOOD)

    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StorageError, match="No space left"):
        write_squad(load_examples(path), path)
    assert json.loads(path.read_text()) == GOOD
    assert [entry.name for entry in tmp_path.iterdir()] == ["data.json"]


@given(st.lists(st.integers(1, 12), min_size=8, max_size=8), st.floats(0, 0.4), st.floats(0, 0.4), st.integers(0, 5))
def test_split_never_parts_a_document_or_a_context(sizes, validation, test, seed):
    """Eight documents, of which 0 and 1, and 4 and 5, have a context in common."""
    examples = [
        Example(
            f"{d}-{q}", "Who?", f"shared {d // 4}" if q == 0 and d % 4 < 2 else f"text {d} {q % 3}", document=str(d)
        )
        for d, size in enumerate(sizes)
        for q in range(size)
    ]
    parts = split_by_document(examples, validation=validation, test=test, seed=seed)
    assert sorted(ex.id for part in parts.values() for ex in part) == sorted(ex.id for ex in examples)
    assert parts["train"]
    assert bool(parts["test"]) == (test > 0)
    for key in ("document", "context"):
        seen = [{getattr(example, key) for example in part} for part in parts.values()]
        assert sum(map(len, seen)) == len(set().union(*seen))


def test_split_meets_the_shares_and_obeys_the_seed():
    examples = [Example(f"{d}-{q}", "Who?", f"text {d}", document=str(d)) for d in range(50) for q in range(7)]
    parts = split_by_document(examples, validation=0.1, test=0.2)
    assert [len(part) for part in parts.values()] == [245, 35, 70]
    assert parts == split_by_document(examples, validation=0.1, test=0.2)
    assert parts != split_by_document(examples, validation=0.1, test=0.2, seed=1)
    with pytest.raises(ConfigError, match="fractions"):
        split_by_document(examples, validation=0.5, test=0.5)
    with pytest.raises(DataError, match="1 documents cannot be split into 3 parts"):
        split_by_document(examples[:7])
