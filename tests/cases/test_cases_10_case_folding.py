"""Rows 10 and 17: how an answer differs from its context is told truly, and its place is exact."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_lesson.errors import DataError
from qa_lesson.loading import load_examples, read_examples
from qa_lesson.schema import Answer, Example
from qa_lesson.text.folding import differences, find_alike

INPUTS = Path(__file__).parent / "inputs"
CONTEXT = "İstanbul: Bram keeps the lamp, it\u2019s 10\u00a0km from the Café \u201cNoe\u0301\u201d."


def test_the_row():
    (problem,) = read_examples(INPUTS / "turkish_lower.json").problems
    assert "'The Tower' at 19" in problem.fix


@pytest.mark.parametrize(
    ("context", "answer", "start", "there", "cause"),
    [
        ("İİİ The Tower", "the tower", 4, "'The Tower'", "upper and lower case"),
        ("Straße und STRASSE 5, ﬁn", "strasse 5", 11, "'STRASSE 5'", "upper and lower case"),
        ("İzmir'de", "izmir", 0, "'İzmir'", "upper and lower case"),
        ("at the cafe\u0301.", "café", 7, "'cafe\\u0301'", "Unicode form"),
        ("at the café.", "cafe\u0301", 7, "'caf\\xe9'", "Unicode form"),
        ("it is 10\u00a0km", "10 km", 6, "'10\\xa0km'", "white space"),
        ("it is 10\u202fkm", "10 km", 6, "'10\\u202fkm'", "white space"),
        ("first\r\nsecond", "first\nsecond", 0, "'first\\r\\nsecond'", "white space"),
        ("it\u2019s lit", "it's", 0, "'it\u2019s'", "typographic quotes"),
        ("open 10\u201320", "10-20", 5, "'10\u201320'", "typographic quotes or dashes"),
        ("light\u200bhouse", "lighthouse", 0, "'light\\u200bhouse'", "invisible characters"),
        ("the caf&eacute;", "café", 4, "'caf&eacute;'", "HTML entities"),
        ("ＡＢＣ公司", "ABC", 0, "'\\uff21\\uff22\\uff23'", "Unicode form"),
    ],
)
def test_the_true_cause_and_the_exact_place(context, answer, start, there, cause):
    for given_start in (None, 1):
        record = {"id": "q", "question": "What?", "context": context, "answers": [{"text": answer}]}
        if given_start is not None:
            record["answers"][0]["answer_start"] = given_start
        (problem,) = read_examples([record]).problems
        assert f"the context has {there} at {start}, which differs in" in problem.fix
        assert cause in problem.fix


@given(st.text(alphabet="aİıßﬁe\u0301Ａ \u00a0\r\n\u200b’'\"“–-&;tg🌊x", max_size=30), st.data())
def test_a_place_that_is_found_is_the_wording_itself(context, data):
    first = data.draw(st.integers(0, len(context)))
    last = data.draw(st.integers(first, len(context)))
    for start, end in find_alike(context[first:last].swapcase(), context):
        assert 0 <= start < end <= len(context)
        assert context[start:end].strip()
        assert differences(context[start:end], context[start:end]) == []


@pytest.mark.parametrize("start", [np.int64(10), np.int32(10), np.float64(10.0), "10", " 10 ", "10.0", 10.0])
def test_offsets_that_mean_a_whole_number(start):
    record = {"id": "q", "question": "Who?", "context": CONTEXT}
    for answers in ([{"text": "Bram", "answer_start": start}], {"text": ["Bram"], "answer_start": [start]}):
        (example,) = load_examples([record | {"answers": answers}])
        assert type(example.answers[0].start) is int
        assert example.answers[0] == Answer("Bram", 10)


def test_numpy_offsets_in_the_records_themselves():
    example = Example("q", "Who?", CONTEXT, (Answer("Bram", np.int64(10)),))
    assert type(example.answers[0].start) is int


@pytest.mark.parametrize("start", ["ten", 10.5, True, "1O", [10]])
def test_offsets_that_mean_nothing(start):
    record = {"id": "q", "question": "Who?", "context": CONTEXT, "answers": [{"text": "Bram", "answer_start": start}]}
    with pytest.raises(DataError, match=r"whole number|no text"):
        load_examples([record])


@pytest.mark.parametrize(
    "written",
    [
        "{'text': ['Bram'], 'answer_start': [10]}",
        '{"text": ["Bram"], "answer_start": [10]}',
        "{'text': array(['Bram'], dtype=object), 'answer_start': array([10], dtype=int32)}",
        "[{'text': 'Bram', 'answer_start': 10}]",
        "['Bram']",
    ],
)
def test_answers_in_their_written_form(written, tmp_path):
    frame = pd.DataFrame({"id": ["q"], "question": ["Who?"], "context": [CONTEXT], "answers": [written]})
    assert load_examples(frame)[0].answers == (Answer("Bram", 10),)
    frame.to_csv(tmp_path / "a.csv", index=False)
    assert load_examples(tmp_path / "a.csv")[0].answers == (Answer("Bram", 10),)


def test_a_list_in_the_context_itself_stays_a_text():
    record = {"id": "q", "question": "Which?", "context": "It prints ['Bram'] twice.", "answer": "['Bram']"}
    assert load_examples([record])[0].references == ("['Bram']",)
