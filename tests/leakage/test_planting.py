import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_lesson.corpus import load_corpus, paraphrased_questions
from qa_lesson.errors import ConfigError, DataError
from qa_lesson.leakage import PLANT_KINDS, key, plant, word_edits, words

TRAIN, TEST = load_corpus("train")[:400], load_corpus("test")
OF_ID = {example.id: example for example in TEST}


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000))
def test_planted_examples_replace_honest_ones_and_each_test_question_is_used_once(seed):
    planted = plant(TRAIN, TEST, kinds=PLANT_KINDS, share=0.4, paraphrases=paraphrased_questions(), seed=seed)
    assert len(planted.train) == len(TRAIN)
    leaks = [example for example in planted.train if example.id.startswith("planted-")]
    assert {example.id for example in leaks} == {name for found in planted.sources.values() for name in found}
    assert len(leaks) == len(planted.test_ids()) == 5 * int(0.4 * len(TEST) / 5)
    honest = [example for example in planted.train if not example.id.startswith("planted-")]
    assert all(example in TRAIN for example in honest)  # every record was checked when it was made: answers stand


def test_each_kind_is_what_it_says():
    planted = plant(TRAIN, TEST, kinds=PLANT_KINDS, share=1.0, paraphrases=paraphrased_questions(), seed=3)
    by_id = {example.id: example for example in planted.train}
    for kind, found in planted.sources.items():
        for name, source_id in found.items():
            leak, source = by_id[name], OF_ID[source_id]
            same_question = leak.question == source.question
            if kind == "passage":
                assert source.context in leak.context
                assert not same_question
                continue
            assert [key(text) for text in leak.references] == [key(text) for text in source.references]
            if kind == "copy":
                assert same_question
                assert leak.context == source.context
            elif kind == "spelling":
                assert not same_question
                assert key(leak.question) == key(source.question)
            elif kind == "words":
                assert not same_question
                assert word_edits(words(leak.question), words(source.question), 3) <= 3
            else:
                assert leak.question == paraphrased_questions()[source_id]


def test_the_same_seed_plants_the_same_leaks():
    assert plant(TRAIN, TEST, seed=1) == plant(TRAIN, TEST, seed=1)
    assert plant(TRAIN, TEST, seed=1).test_ids() != plant(TRAIN, TEST, seed=2).test_ids()
    assert plant(TRAIN, TEST, seed=1).test_ids("copy") < plant(TRAIN, TEST, seed=1).test_ids()


def test_what_cannot_be_planted():
    with pytest.raises(ConfigError, match="kinds of leak"):
        plant(TRAIN, TEST, kinds=["magic"])
    with pytest.raises(ConfigError, match="kinds of leak"):
        plant(TRAIN, TEST, kinds=[])
    with pytest.raises(ConfigError, match="share must be"):
        plant(TRAIN, TEST, share=0)
    with pytest.raises(DataError, match="no room"):
        plant(TRAIN[:10], TEST, share=1.0)
    with pytest.raises(DataError, match="fewer paraphrases"):
        plant(TRAIN, TEST, kinds=["paraphrase"], share=0.9, paraphrases=paraphrased_questions())


def test_paraphrases_are_of_test_questions_and_are_no_near_copies():
    found = paraphrased_questions()
    assert len(found) >= 120
    assert len(set(found.values())) == len(found)
    far = [word_edits(words(text), words(OF_ID[name].question), 3) > 3 for name, text in found.items()]
    assert sum(far) / len(far) > 0.75
