from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from qa_lesson.errors import DataError
from qa_lesson.metrics import answer_tokens, score_answer, token_overlap
from qa_lesson.views import compare_tokens, overlap_explorer, show_overlap

WORDS = st.lists(st.sampled_from("the a Paris paris, France is – x–the–y an. U.S. <b> city".split()), max_size=8)
TEXTS = st.one_of(WORDS.map(" ".join), st.text(max_size=30))


class Reader(HTMLParser):
    """Text by the title of the element around it, and the tags that were used."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.by_title, self.open = set(), [], None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.open = dict(attrs).get("title")

    def handle_data(self, data):
        if self.open:
            self.by_title.append((self.open, data))
        self.open = None


def statuses(pieces):
    return [(piece.text, piece.status) for piece in pieces]


def test_one_comparison_by_hand():
    found = compare_tokens("Paris, a big city in France", "Paris is the capital of France")
    assert statuses(found.prediction_pieces) == [
        ("Paris,", "matched"), ("a", "ignored"), ("big", "extra"), ("city", "extra"), ("in", "extra"),
        ("France", "matched"),
    ]  # fmt: skip
    assert statuses(found.reference_pieces) == [
        ("Paris", "matched"), ("is", "missed"), ("the", "ignored"), ("capital", "missed"), ("of", "missed"),
        ("France", "matched"),
    ]  # fmt: skip
    assert found.score == token_overlap("Paris, a big city in France", "Paris is the capital of France")


def test_repeated_tokens_count_as_often_as_both_have_them():
    found = compare_tokens("no no no", "no, no way")
    assert [status for _, status in statuses(found.prediction_pieces)] == ["matched", "matched", "extra"]
    assert [status for _, status in statuses(found.reference_pieces)] == ["matched", "matched", "missed"]


def test_a_word_of_which_normalisation_makes_two():
    assert statuses(compare_tokens("x–the–y", "x–").prediction_pieces) == [("x–", "matched"), ("–y", "extra")]


@given(TEXTS, TEXTS)
@example("ΑΣ ΑΣ.", "ας")
@example("a\x1fb\x85c", "b")
def test_pieces_agree_with_the_metrics(prediction, reference):
    found = compare_tokens(prediction, reference)
    counts = {}
    for pieces, text in ((found.prediction_pieces, prediction), (found.reference_pieces, reference)):
        kept = [piece for piece in pieces if piece.status != "ignored"]
        assert [token for piece in kept for token in answer_tokens(piece.text)] == answer_tokens(text)
        counts[text] = [piece.status for piece in kept]
    predicted = [piece.status for piece in found.prediction_pieces if piece.status != "ignored"]
    expected = [piece.status for piece in found.reference_pieces if piece.status != "ignored"]
    if predicted and expected:
        assert found.score.precision == pytest.approx(predicted.count("matched") / len(predicted))
        assert found.score.recall == pytest.approx(expected.count("matched") / len(expected))
    assert predicted.count("matched") == expected.count("matched")
    assert set(predicted) <= {"matched", "extra"}
    assert set(expected) <= {"matched", "missed"}


@given(TEXTS, TEXTS)
def test_texts_are_escaped(prediction, reference):
    read = Reader(show_overlap(prediction, reference).html)
    assert read.tags <= {"div", "table", "tr", "th", "td", "span", "p", "b", "i"}  # all survive JupyterLab's sanitiser


def test_marks_do_not_rest_on_colour():
    read = Reader(show_overlap("the Paris <script>", "Paris is").html)
    assert read.by_title[:5] == [
        ("ignored", "the"), ("matched", "Paris"), ("extra", "+<script>"), ("matched", "Paris"), ("missed", "−is"),
    ]  # fmt: skip


def test_best_of_several_references():
    shown = show_overlap("at dusk", ["nightfall", "dusk"])
    assert repr(shown) == "<overlap: precision 50.0%, recall 100.0%, F1 66.7%, EM 0>"
    assert "reference 2 (best)" in shown.html
    assert "reference 1 (best)" not in shown.html
    assert "best of 2 references: precision 50.0%, recall 100.0%, F1 66.7%, EM 0" in shown.html


def test_no_answer():
    assert repr(show_overlap("", [])).endswith("F1 100.0%, EM 1>")
    assert repr(show_overlap("Paris", [])).endswith("F1 0.0%, EM 0>")
    assert repr(show_overlap("the", "a", rules="v1.1")).endswith("F1 0.0%, EM 1>")
    with pytest.raises(DataError, match=r"v1\.1"):
        show_overlap("", [], rules="v1.1")


def test_explorer_follows_the_typing():
    explorer = overlap_explorer("Paris is the capital of France")
    assert explorer.prediction.description == "Prediction"
    assert explorer.prediction.continuous_update
    assert "0.0%" in explorer.view.value
    explorer.prediction.value = "The capital of France is Paris"
    score = score_answer(explorer.prediction.value, ["Paris is the capital of France"])
    assert (score.f1, score.exact_match) == (1.0, 0.0)
    assert explorer.view.value == show_overlap(explorer.prediction.value, "Paris is the capital of France").html
    assert explorer.static_html() == explorer.view.value
    assert repr(explorer) == "<overlap explorer>"


def test_several_references_share_one_table_of_scores():
    shown = show_overlap("the old port", ["in the port of Skelm", "the port"]).html
    assert shown.count("<table") == 1
    assert shown.index("reference 1</th>") < shown.index("reference 2 (best)</th>")
    assert show_overlap("the old port", "the port").html.count("<table") == 1
