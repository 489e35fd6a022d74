import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_lesson.corpus import load_corpus
from qa_lesson.leakage.passages import NEAR_JACCARD, match_passages
from qa_lesson.leakage.text import jaccard, ngrams, words


@pytest.fixture(scope="module")
def passages():
    return list(dict.fromkeys(example.context for example in load_corpus("test")))


def levels(train, test):
    return [(match.train, match.test, match.level) for match in match_passages(train, test)]


def test_an_equal_passage_is_exact_and_one_match(passages):
    assert levels(passages[:3], passages[1:2]) == [(1, 0, "exact passage")]


def test_another_spelling_is_a_normalised_copy(passages):
    assert levels([passages[0].upper().replace(" ", "  ")], passages[:1]) == [(0, 0, "normalised passage")]


def test_a_few_changed_words_are_a_near_duplicate(passages):
    pieces = passages[0].split()
    for place in (5, 20, 35, 50):
        pieces[place] = "something"
    (match,) = match_passages([" ".join(pieces)], passages)
    assert (match.test, match.level) == (0, "near-duplicate passage")
    grams = ngrams(words(" ".join(pieces)), 3), ngrams(words(passages[0]), 3)
    assert match.score == jaccard(*grams) >= NEAR_JACCARD
    assert match.evidence in " ".join(words(passages[0]))


def test_a_passage_inside_a_longer_text_is_contained(passages):
    (match,) = match_passages([" ".join([*passages[10:14], passages[0], *passages[20:24]])], passages[:5])
    assert (match.test, match.level, match.method, match.score) == (0, "contained passage", "13-grams", 1.0)
    assert match.evidence == " ".join(words(passages[0]))


def test_one_sentence_of_it_is_contained(passages):
    sentence = max(passages[0].split(". "), key=len)
    assert len(words(sentence)) >= 13
    (match,) = match_passages([sentence], passages)
    assert (match.test, match.score) == (0, 1.0)


def test_a_short_passage_is_looked_for_as_a_whole(passages):
    ten = " ".join(passages[0].split()[3:14])
    assert 8 <= len(words(ten)) < 13
    (match,) = match_passages([ten], passages)
    assert (match.test, match.level) == (0, "contained passage")
    (turned,) = match_passages(passages[:1], [ten])
    assert turned.score == 1.0
    assert match_passages(["of the boats in the harbour"], ["All of the boats in the harbour are blue."]) == []


def test_a_quotation_in_long_texts_is_no_match(passages):
    quoted = " ".join(passages[0].split()[:14])
    left, right = " ".join([*passages[1:5], quoted]), " ".join([*passages[5:9], quoted])
    assert match_passages([left], [right]) == []


def test_passages_without_words_match_nothing_but_themselves():
    assert match_passages(["...", "A boat."], ["…"]) == [] or levels(["..."], ["…"]) == [(0, 0, "normalised passage")]
    assert match_passages([], ["A boat."]) == []


LINES = st.lists(st.sampled_from("tide boat kelp lamp rope salt wind gull".split()), min_size=9, max_size=30)


@settings(max_examples=40, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=4), st.lists(LINES, min_size=1, max_size=4))
def test_what_is_found_is_what_comparing_every_pair_finds(train, test):
    """Verified against the definition; MinHash may miss a pair near its threshold, but must not invent one."""
    texts = [list(dict.fromkeys(" ".join(line) for line in part)) for part in (train, test)]
    found = {(match.train, match.test): match for match in match_passages(*texts)}
    for i, left in enumerate(texts[0]):
        for j, right in enumerate(texts[1]):
            index = jaccard(ngrams(words(left), 3), ngrams(words(right), 3))
            match = found.get((i, j))
            if left == right:
                assert match is not None
                assert match.level == "exact passage"
            elif match is not None and match.level == "near-duplicate passage":
                assert match.score == index >= NEAR_JACCARD
            if index >= 0.9:
                assert match is not None
