"""Row 12: the shapes that people have are taken, or refused with our own error and a working example."""

import datasets
import numpy as np
import pandas as pd
import pytest
import torch

from qa_lesson.answering import QuestionAnswerer
from qa_lesson.decoding import decode
from qa_lesson.errors import ConfigError, DataError, PredictionError
from qa_lesson.evaluation import evaluate_predictions
from qa_lesson.leakage import audit
from qa_lesson.loading import load_examples
from qa_lesson.schema import Prediction
from qa_lesson.windows import make_windows

ROW = {"id": "a1", "question": "Who keeps it?", "context": "Bram keeps the lamp.", "answer": "Bram"}
SQUAD_ROW = {name: ROW[name] for name in ("id", "question", "context")} | {
    "title": "t",
    "answers": {"text": ["Bram"], "answer_start": [0]},
}
REPLY = {"score": 0.9, "start": 0, "end": 4, "answer": "Bram"}


@pytest.mark.parametrize(
    "predictions",
    [
        {"a1": "Bram"},
        {"a1": np.str_("Bram")},
        {"a1": {"text": "Bram"}},
        {"a1": REPLY},
        {"a1": [{"text": "Bram", "probability": 0.9}, {"text": "lamp", "probability": 0.1}]},
        {"a1": Prediction("a1", "Bram", 0, 4, 0.9, 0.0)},
        [{"id": "a1", "prediction_text": "Bram", "no_answer_probability": 0.0}],
        [{"id": "a1", **REPLY}],
        ({"id": "a1", "prediction_text": "Bram"} for _ in range(1)),
        {"id": "a1", "prediction_text": "Bram"},
        {"id": ["a1"], "prediction_text": ["Bram"]},
        [("a1", "Bram")],
        pd.DataFrame([{"id": "a1", "prediction_text": "Bram"}]),
        datasets.Dataset.from_list([{"id": "a1", "prediction_text": "Bram"}]),
        [row for _, row in pd.DataFrame([{"id": "a1", "prediction_text": "Bram"}]).iterrows()],
    ],
)
def test_predictions(predictions):
    assert evaluate_predictions(load_examples([ROW]), predictions).total.exact_match == 1.0


@pytest.mark.parametrize(
    "predictions",
    [["Bram"], "Bram", b"Bram", None, 3, [REPLY], {"a1": None}, {"a1": 3}, {None: "Bram"}, [["Bram"]], {"a1": b"Bram"}],
)  # fmt: skip
def test_predictions_that_say_too_little(predictions):
    with pytest.raises(PredictionError) as caught:
        evaluate_predictions(load_examples([ROW]), predictions)
    assert caught.value.fix


@pytest.mark.parametrize("name", [1, np.int64(1), "1"])
def test_whole_numbers_as_ids(name):
    examples = load_examples([ROW | {"id": name}])
    assert evaluate_predictions(examples, {1: "Bram"}).total.exact_match == 1.0
    assert evaluate_predictions(examples, {np.int32(1): "Bram"}).total.exact_match == 1.0


@pytest.mark.parametrize(
    "source",
    [
        [SQUAD_ROW],
        (SQUAD_ROW,),
        SQUAD_ROW,
        iter([SQUAD_ROW]),
        datasets.Dataset.from_list([SQUAD_ROW]),
        datasets.Dataset.from_list([SQUAD_ROW])[:1],
        pd.DataFrame([SQUAD_ROW]),
        pd.DataFrame([ROW | {"kind": np.nan, "document": pd.NA}]),
        [pd.Series(SQUAD_ROW)],
        [SQUAD_ROW | {"answers": {"text": np.array(["Bram"]), "answer_start": np.array([0])}}],
        [SQUAD_ROW | {"answers": {"text": ("Bram",), "answer_start": (0,)}}],
        {"data": [{"title": "t", "paragraphs": [{"context": ROW["context"], "qas": [
            {"id": "a1", "question": "Who?", "answers": [{"text": "Bram", "answer_start": 0}]}]}]}]},
    ],
)  # fmt: skip
def test_sources_of_examples(source):
    (example,) = load_examples(source)
    assert (example.id, example.references) == ("a1", ("Bram",))


@pytest.mark.parametrize("rows", [[ROW], pd.DataFrame([ROW]), datasets.Dataset.from_list([SQUAD_ROW])])
def test_rows_where_examples_are_expected(rows):
    assert evaluate_predictions(rows, {"a1": "Bram"}).total.f1 == 1.0
    assert audit(rows, rows, embeddings=False).touched() == {"a1"}


def test_references_without_their_contexts():
    with pytest.raises(DataError, match="score_answers"):
        evaluate_predictions([{"id": "a1", "answers": {"text": ["Bram"], "answer_start": [0]}}], {"a1": "Bram"})


@pytest.mark.parametrize("bad", [b"Bram keeps", None, 3, float("nan"), ["a"], "Bram \ud83d keeps"])
@pytest.mark.parametrize("name", ["question", "context", "id"])
def test_values_that_are_no_text(name, bad):
    if (name, bad) == ("id", 3):
        return
    with pytest.raises(DataError) as caught:
        load_examples([ROW | {"answer": None, "is_impossible": True, name: bad}])
    assert caught.value.problems[0].fix


@pytest.fixture(scope="module")
def answerer(tiny_model_dir):
    return QuestionAnswerer(tiny_model_dir, device="cpu")


def test_calls_of_the_former_pipeline(answerer):
    question, context = ROW["question"], ROW["context"]
    expected = answerer(question, context)
    assert expected["answer"] == expected.text
    assert (expected["start"], expected["end"], expected["score"]) == (
        expected.start, expected.end, expected.probability,
    )  # fmt: skip
    one = {"question": question, "context": context}
    for same in (
        answerer(one),
        answerer(question=question, context=context),
        answerer(load_examples([ROW])[0]),
        answerer(pd.Series(one)),
        answerer([one])[0],
        answerer([one, one])[1],
        answerer({"question": [question], "context": [context]})[0],
        answerer((question,), context)[0],
        answerer(np.array([question]), [context])[0],
        answerer.predict([ROW])[0],
    ):
        assert same.text == expected.text
    assert answerer([], []) == []


@pytest.mark.parametrize(
    "arguments",
    [(None, "x"), ("Who?", None), ("Who?",), ("Who?", b"Bram"), ("Who?", 3), ({"question": "Who?"},),
     ("Who?", ["a", "b"]), ("Who?", "  "), ("Who?", "Bram \ud83d"), ([None], "x"), (3, "x"), ([{"text": "Who?"}],)],
)  # fmt: skip
def test_calls_that_say_too_little(answerer, arguments):
    with pytest.raises(DataError) as caught:
        answerer(*arguments)
    assert caught.value.fix


def test_options_of_the_former_pipeline(answerer):
    with pytest.raises(ConfigError, match="top_k is now n_best"):
        answerer(question="Who?", context="Bram keeps it.", top_k=3)


def test_logits_of_any_kind(tokenizer):
    windows = make_windows(load_examples([ROW]), tokenizer)
    logits = torch.zeros(windows.offsets.shape[:2], requires_grad=True)
    expected = decode(logits.detach().numpy(), logits.detach().numpy(), windows)
    for same in (logits, logits.bfloat16(), logits.half(), logits.tolist()):
        assert decode(same, same, windows) == expected
    for bad in ([[0.0], [1.0, 2.0]], "logits", None):
        with pytest.raises(PredictionError):
            decode(bad, bad, windows)


def test_rows_are_no_examples_for_windows(tokenizer):
    with pytest.raises(DataError, match="load_examples"):
        make_windows([ROW], tokenizer)
