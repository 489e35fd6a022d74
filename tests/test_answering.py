import shutil

import numpy as np
import pytest
import torch
from transformers import AutoModelForQuestionAnswering, AutoTokenizer

from qa_lesson.answering import QuestionAnswerer
from qa_lesson.corpus import load_corpus
from qa_lesson.errors import ConfigError, DataError, ModelError
from qa_lesson.schema import Example
from qa_lesson.windows import make_windows

CONTEXT = "Bram Keating keeps the light on Skelm, an isle of nine acres, from dusk until sunrise."


@pytest.fixture(scope="module")
def answerer(tiny_model_dir):
    return QuestionAnswerer(tiny_model_dir, max_length=96, stride=24, device="cpu", precision="fp32")


def test_one_and_many(answerer):
    one = answerer("Who keeps the light?", CONTEXT, n_best=4)
    assert one.text == CONTEXT[one.start : one.end]
    assert len(one.n_best) == 4
    assert 1 >= one.probability >= one.n_best[1].probability > 0
    many = answerer(["Who keeps the light?", "Where?"], CONTEXT)
    assert [answer.text for answer in many] == [one.text, answerer("Where?", [CONTEXT][0]).text]
    assert answerer([], []) == []


def test_batches_do_not_change_the_answers(tiny_model_dir, answerer):
    examples = [*load_corpus("validation")[:40], Example("long", "Who?", CONTEXT * 8)]
    single = QuestionAnswerer(tiny_model_dir, max_length=96, stride=24, batch_size=1, device="cpu", precision="fp32")
    for left, right in zip(answerer.predict(examples), single.predict(examples), strict=True):
        assert (left.id, left.text) == (right.id, right.text)
        assert left.no_answer_score == pytest.approx(right.no_answer_score, abs=1e-4)


def test_a_fingerprint_is_of_the_weights_alone(tiny_model_dir, answerer, tmp_path):
    copied = QuestionAnswerer(shutil.copytree(tiny_model_dir, tmp_path / "copy"), precision="bf16", device="cpu")
    assert copied.fingerprint == answerer.fingerprint
    changed = QuestionAnswerer(tiny_model_dir, device="cpu")
    with torch.no_grad():
        changed.model.qa_outputs.bias += 1
    assert changed.fingerprint != answerer.fingerprint


@pytest.mark.parametrize("native", [True, False])
def test_bf16_where_the_hardware_has_it_and_fp32_on_request(native, tiny_model_dir, answerer, monkeypatch):
    monkeypatch.setattr("qa_lesson.answering.supports_bf16", lambda device: native)
    by_default = QuestionAnswerer(tiny_model_dir, max_length=96, stride=24, device="cpu")
    assert by_default.model.dtype == (torch.bfloat16 if native else torch.float32)
    assert answerer.model.dtype == torch.float32
    assert QuestionAnswerer(tiny_model_dir, precision="bf16", device="cpu").model.dtype == torch.bfloat16
    assert QuestionAnswerer("embedded", device="cpu").model.dtype == torch.float32
    examples = load_corpus("validation")[:20]
    windows = make_windows(examples, answerer.tokenizer, max_length=96, stride=24)
    for left, right in zip(by_default.logits(windows), answerer.logits(windows), strict=True):
        assert (left.dtype, left.shape) == (np.float32, right.shape)
        np.testing.assert_allclose(left, right, atol=0.05 if native else 0)


def test_a_model_in_memory_keeps_its_precision_unless_told(tiny_model_dir):
    pair = (
        AutoModelForQuestionAnswering.from_pretrained(tiny_model_dir, dtype="float32"),
        AutoTokenizer.from_pretrained(tiny_model_dir),
    )
    assert QuestionAnswerer(model_and_tokenizer=pair).model.dtype == torch.float32
    assert QuestionAnswerer(model_and_tokenizer=pair, precision="bf16").model.dtype == torch.bfloat16


def test_no_answer_threshold(tiny_model_dir):
    never = QuestionAnswerer(tiny_model_dir, max_length=96, stride=24, no_answer_threshold=-1e9)
    refused = never("Who?", CONTEXT)
    assert (refused.text, refused.start) == ("", None)
    assert refused.n_best[0].text


def test_a_model_in_memory(tiny_model_dir, answerer):
    pair = (
        AutoModelForQuestionAnswering.from_pretrained(tiny_model_dir),
        AutoTokenizer.from_pretrained(tiny_model_dir),
    )
    in_memory = QuestionAnswerer(model_and_tokenizer=pair, max_length=96, stride=24)
    assert in_memory("Who?", CONTEXT).text == answerer("Who?", CONTEXT).text
    assert repr(answerer) == "QuestionAnswerer(bert, cpu)"


def test_tokenizers_without_token_types(byte_tokenizer):
    from transformers import RobertaConfig, RobertaForQuestionAnswering

    config = RobertaConfig(
        vocab_size=len(byte_tokenizer), hidden_size=8, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=16, type_vocab_size=1, pad_token_id=byte_tokenizer.pad_token_id,
    )  # fmt: skip
    pair = (RobertaForQuestionAnswering(config), byte_tokenizer)
    answer = QuestionAnswerer(model_and_tokenizer=pair)("Who keeps the light?", CONTEXT)
    assert answer.text == CONTEXT[answer.start : answer.end]


def test_errors(answerer, tiny_model_dir, tmp_path):
    with pytest.raises(DataError, match="2 questions, 1 contexts"):
        answerer(["a?", "b?"], [CONTEXT])
    with pytest.raises(DataError, match="the question is empty"):
        answerer(" ", CONTEXT)
    with pytest.raises(ConfigError, match="precision must be"):
        QuestionAnswerer(tiny_model_dir, precision="fp16")
    with pytest.raises(ConfigError, match="batch_size"):
        QuestionAnswerer(tiny_model_dir, batch_size=0)
    with pytest.raises(ModelError, match="not a model folder"):
        QuestionAnswerer(tmp_path / "absent")


@pytest.mark.parametrize("damage", ["config.json", "tokenizer_config.json", "model.safetensors", "cut", "not json"])
def test_a_damaged_model_folder_is_one_clear_error(damage, tiny_model_dir, tmp_path):
    import shutil

    folder = shutil.copytree(tiny_model_dir, tmp_path / "model")
    if damage == "cut":
        weights = folder / "model.safetensors"
        weights.write_bytes(weights.read_bytes()[:-1000])
    elif damage == "not json":
        (folder / "config.json").write_text("{")
    else:
        (folder / damage).unlink()
    with pytest.raises(ModelError, match=r"incomplete|cannot be loaded"):
        QuestionAnswerer(folder)


def test_a_model_of_few_positions_reads_shorter_windows(tiny_model_dir):
    answerer = QuestionAnswerer(tiny_model_dir)
    assert (answerer.max_length, answerer.stride) == (128, 42)
    context = "Bram Keating keeps the light. " * 60
    answer = answerer("Who keeps it?", context)
    assert answer.text == context[answer.start : answer.end]
    with pytest.raises(ConfigError, match="128 positions"):
        QuestionAnswerer(tiny_model_dir, max_length=129)
