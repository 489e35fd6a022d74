"""What a recipe leaves open is chosen from the model and the data, and what it names is kept."""

import shutil

import pytest

from qa_lesson.corpus import load_training
from qa_lesson.encoder import has_trained_head, load_qa_model, load_tokenizer
from qa_lesson.errors import ModelError
from qa_lesson.runs import TrainingConfig
from qa_lesson.schema import Answer, Example
from qa_lesson.training.open_settings import choose_settings, longest_answer


def example(answer: str) -> Example:
    return Example(id="q", question="What?", context=f"It says: {answer}.", answers=(Answer(answer, 9),))


def test_a_new_head_learns_ten_times_as_fast_as_the_body():
    assert not has_trained_head("embedded")
    chosen = choose_settings(TrainingConfig(), [example("a bell")])
    assert (chosen.learning_rate, chosen.head_learning_rate) == (3e-4, 3e-3)


def test_a_trained_head_learns_at_the_rate_of_the_body(tiny_model_dir):
    assert has_trained_head(tiny_model_dir)
    chosen = choose_settings(TrainingConfig(model=str(tiny_model_dir), learning_rate=1e-4), [example("a bell")])
    assert chosen.head_learning_rate == 1e-4


def test_what_is_named_is_kept(tiny_model_dir):
    config = TrainingConfig(model=str(tiny_model_dir), head_learning_rate=2e-3, max_answer_tokens=7, dropout=None)
    assert choose_settings(config, [example(" ".join(["bell"] * 90))]) == config


def test_the_longest_training_answer_can_be_found():
    long = " ".join(["bell"] * 90)
    assert longest_answer([example("a bell"), example(long), example(long)], "embedded") == 90
    assert longest_answer([example("a bell")], "embedded") == 30
    assert longest_answer([Example(id="q", question="What?", context="Nothing.")], "embedded") == 30


@pytest.mark.parametrize("file", ["tokenizer.json", None], ids=["its own file", "through transformers"])
def test_tokens_are_counted_as_the_models_tokenizer_does(file, tiny_model_dir, tokenizer, tmp_path):
    """Also past the length at which the embedded tokenizer's file cuts texts, and with marks that mean something."""
    folder = shutil.copytree(tiny_model_dir, tmp_path / "model")
    if file is None:
        (folder / "tokenizer.json").rename(folder / "elsewhere.json")
        (folder / "vocab.txt").write_text("\n".join(tokenizer.convert_ids_to_tokens(range(len(tokenizer)))))
    answers = {answer.text for example in load_training() for answer in example.answers}
    for text in [
        *sorted(answers, key=len)[-20:],
        "a" * 300,
        "bell " * 200,
        "[CLS] Ünïcode ßtraße 中文\t[SEP] naïve—dash" * 3,
    ]:
        counted = len(tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"])
        for model in ("embedded", str(folder)):
            assert longest_answer([example(text)], model) == max(30, counted), text


def test_a_damaged_tokenizer_is_one_message(tiny_model_dir, tmp_path):
    folder = shutil.copytree(tiny_model_dir, tmp_path / "model")
    (folder / "tokenizer.json").write_text("{")
    with pytest.raises(ModelError, match="the tokenizer cannot be loaded"):
        longest_answer([example("bell " * 40)], str(folder))


def test_the_recipe_of_the_course_is_what_it_was():
    chosen = choose_settings(TrainingConfig(), load_training())
    assert (chosen.head_learning_rate, chosen.max_answer_tokens) == (3e-3, 30)


@pytest.mark.parametrize("load", [load_tokenizer, load_qa_model, has_trained_head])
def test_a_hub_id_that_cannot_be_loaded_offline_says_what_switches_it_on(load, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelError, match="unset HF_HUB_OFFLINE"):
        load("nobody/no-such-model")
