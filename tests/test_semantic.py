import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_lesson import semantic
from qa_lesson.encoder import encoder_dir, load_tokenizer
from qa_lesson.errors import ConfigError, DataError
from qa_lesson.semantic import DIMENSIONS, answer_similarities, answer_similarity, embed

TEXTS = ["the lighthouse keeper", "eleven o'clock", "forty tonnes of kelp", "20 °C – “naïve”", "no", "x" * 3000]
SHORT = st.sampled_from(["weekly", "once a week", "at noon", "the harbour master", " ", "", "not allowed"])


def test_embed_is_the_mean_of_the_token_vectors_scaled_to_length_one():
    import torch
    from transformers import AutoModel

    tokenizer, model = load_tokenizer(), AutoModel.from_pretrained(encoder_dir()).float()
    for text in TEXTS[:4]:
        with torch.no_grad():
            tokens = model(**tokenizer(text, return_tensors="pt")).last_hidden_state[0]  # (tokens, 384)
        mean = tokens.mean(dim=0).numpy()
        np.testing.assert_allclose(embed([text])[0], mean / np.linalg.norm(mean), atol=1e-5)


def test_embed_keeps_order_whatever_the_batches(monkeypatch):
    monkeypatch.setattr(semantic, "_REMEMBERED", 0)
    alone = np.vstack([embed([text]) for text in TEXTS])
    assert alone.shape == (len(TEXTS), DIMENSIONS)
    assert alone.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(alone, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(embed(TEXTS, batch_size=2), alone, atol=1e-5)
    np.testing.assert_allclose(embed(TEXTS[::-1]), alone[::-1], atol=1e-5)


def test_known_texts_are_not_encoded_again(monkeypatch):
    encoded = []

    def vectors(texts, _batch_size, _progress):
        encoded.append(texts)
        return np.array([np.full(DIMENSIONS, len(text)) for text in texts], np.float32)

    monkeypatch.setattr(semantic, "_encoded", vectors)
    monkeypatch.setattr(semantic, "_vectors", {})
    monkeypatch.setattr(semantic, "_REMEMBERED", 3)
    assert embed(["noon", "dusk", "noon"])[:, 0].tolist() == [4, 4, 4]
    assert embed(["evening", "dusk"])[:, 0].tolist() == [7, 4]
    assert encoded == [["noon", "dusk"], ["evening"]]
    assert embed(["dawn", "dusk"])[:, 0].tolist() == [4, 4]  # the fourth text starts the memory anew
    assert embed(["noon", "dawn"])[:, 0].tolist() == [4, 4]
    assert encoded[2:] == [["dawn"], ["noon"]]
    assert len(embed(["a", "b", "c", "d"])) == 4  # more than is remembered
    assert encoded[4:] == [["a", "b", "c", "d"]]
    assert sorted(semantic._vectors) == ["dawn", "noon"]


def test_embed_of_nothing_is_empty():
    assert embed([]).shape == (0, DIMENSIONS)


@pytest.mark.parametrize("blank", ["", "  \n", None])
def test_embed_names_the_blank_text(blank):
    with pytest.raises(DataError, match=r"text 1 of 3"):
        embed(["noon", blank, "dusk"])


def test_embed_refuses_one_string_and_an_empty_batch():
    with pytest.raises(DataError, match=r"pass \['noon'\]"):
        embed("noon")
    with pytest.raises(ConfigError, match="batch_size=0"):
        embed(["noon"], batch_size=0)


def test_the_best_reference_counts():
    to_each = [answer_similarity("every week", [reference]) for reference in ("at noon", "weekly", "never")]
    assert answer_similarity("every week", ["at noon", "weekly", "never"]) == pytest.approx(max(to_each), abs=1e-6)
    assert to_each[1] == max(to_each)
    assert answer_similarity(" weekly ", ["weekly"]) == pytest.approx(1, abs=1e-6)


def test_empty_answers_follow_the_rule_of_v2():
    assert answer_similarity("", []) == 1
    assert answer_similarity(" ", ["", " "]) == 1, "blank references are left out, then none is left"
    assert answer_similarity("noon", []) == answer_similarity("noon", [""]) == 0
    assert answer_similarity("", ["noon"]) == 0
    assert answer_similarity("noon", ["", "noon"]) == pytest.approx(1, abs=1e-6)


def test_a_negative_cosine_counts_as_zero():
    left, right = "Wednesdays and Sundays", "1,100"
    cosine = float(np.prod(embed([left, right]), axis=0).sum())
    assert answer_similarity(left, [right]) == pytest.approx(max(0, cosine), abs=1e-6)
    assert cosine < -0.05, "else this case shows nothing"


def test_with_the_question_the_compared_strings_start_with_it():
    question, (left, right) = "When does the lamp go out?", ("at dawn", "at sunrise")
    with_question = embed([f"{question} {left}", f"{question} {right}"])
    expected = float(with_question[0] @ with_question[1])
    assert answer_similarity(left, [right], question=question) == pytest.approx(expected, abs=1e-6)
    assert answer_similarity("", [right], question=question) == 0, "the question alone is no answer"


@given(st.lists(st.tuples(SHORT, st.lists(SHORT, max_size=3)), max_size=5))
@settings(max_examples=25, deadline=None)
def test_many_at_once_are_the_same_as_one_by_one(rows):
    predictions, references = [row[0] for row in rows], [row[1] for row in rows]
    found = answer_similarities(predictions, references)
    assert found.shape == (len(rows),)
    assert np.all((found >= 0) & (found <= 1))
    np.testing.assert_allclose(found, [answer_similarity(*row) for row in rows], atol=1e-5)


@given(SHORT, st.lists(SHORT, min_size=1, max_size=3), SHORT.filter(str.strip))
@settings(max_examples=25, deadline=None)
def test_another_reference_never_lowers_the_similarity(prediction, references, another):
    if any(text.strip() for text in references):
        before, after = ([*references], [*references, another])
        assert answer_similarity(prediction, after) >= answer_similarity(prediction, before) - 1e-5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((["noon"], ["noon"]), r"must be a list of answers"),
        ((["noon"], []), r"1 answers, 0 lists of references"),
    ],
)
def test_lists_that_do_not_pair_up(arguments, message):
    with pytest.raises(DataError, match=message):
        answer_similarities(*arguments)


def test_questions_must_pair_up_and_not_be_blank():
    with pytest.raises(DataError, match="2 questions"):
        answer_similarities(["noon"], [["noon"]], questions=["When?", "Who?"])
    with pytest.raises(DataError, match="blank"):
        answer_similarity("noon", ["noon"], question=" ")
