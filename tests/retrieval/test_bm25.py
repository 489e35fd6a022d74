import math

import pytest

from qa_lesson.errors import ConfigError, DataError
from qa_lesson.retrieval import WordIndex

TEXTS = ["Bram keeps the light.", "The keeper of the light sleeps.", "The ferry sails at noon."]


def test_scores_by_hand():
    """Lucene's BM25: idf x tf / (tf + k1 (1 - b + b length / mean length)), with k1 = 1.5 and b = 0.75."""
    index = WordIndex(TEXTS)
    lengths = [4, 6, 5]
    idf = math.log(1 + (3 - 2 + 0.5) / (2 + 0.5))  # "light" is in 2 of 3 texts
    wanted = [idf / (1 + 1.5 * (0.25 + 0.75 * length / 5)) for length in lengths[:2]] + [0.0]
    assert index.scores(["lights?"])[0].tolist() == pytest.approx(wanted, abs=1e-6)
    # a word that is asked twice counts twice
    assert index.scores(["lights, lights"])[0] == pytest.approx([2 * score for score in wanted], abs=1e-6)


def test_stems_meet_and_unknown_words_count_nothing():
    scores = WordIndex(TEXTS).scores(["Who sailed?", "a quite unknown zebra", "?"])
    assert scores.shape == (3, 3)
    assert scores[0].argmax() == 2
    assert scores[0, :2].tolist() == [0.0, 0.0]
    assert not scores[1:].any()


def test_characters_are_words_where_nothing_separates_words():
    index = WordIndex(["灯塔看守人点灯", "渡轮中午启航", "..."])
    assert index.scores(["谁点灯?"]).argmax() == 0


def test_other_languages_have_stemmers():
    assert WordIndex(["Die Fähren fahren."], "german").words("Fähre") == WordIndex(["x"], "german").words("Fähren")
    with pytest.raises(ConfigError, match=r"'klingon'(.|\n)*english"):
        WordIndex(TEXTS, "klingon")


@pytest.mark.parametrize("texts", [[], ["..."], ["", " "]])
def test_nothing_to_search_is_refused(texts):
    with pytest.raises(DataError, match="no word to find"):
        WordIndex(texts)
