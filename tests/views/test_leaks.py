import pytest

from qa_lesson.errors import DataError
from qa_lesson.leakage import audit
from qa_lesson.schema import Example
from qa_lesson.views.leaks import plot_cosines, show_findings

TRAIN = [
    Example("a", "Who keeps <the> light?", "Bram keeps it."),
    Example("b", "who keeps the light", "Keepers keep lamps."),
]


def test_findings_are_shown_level_by_level_and_escaped():
    report = audit(TRAIN, [Example("t", "Who keeps <the> light?", "Nobody knows.")], embeddings=False)
    view = show_findings(report)
    assert repr(view) == "<audit: 1 of 1 test questions (100.0%) are touched>"
    assert view.html.index("exact question") < view.html.index("normalised question")
    assert "&lt;the&gt;" in view.html
    assert "<the>" not in view.html
    assert view.html.count('scope="row"') == 2


def test_only_so_many_of_a_level_and_long_texts_cut():
    long = [Example(name, "Who keeps the light " + "on the reef " * 40 + "?", f"Text {name}.") for name in "xyz"]
    report = audit(long[:2], long[2:], embeddings=False)
    assert show_findings(report).html.count('scope="row"') == 1
    assert show_findings(report, per_level=2).html.count('scope="row"') == 2
    assert "..." in show_findings(report).html


def test_the_run_of_words_that_two_passages_share_is_shown():
    copied = "The lamp of Skelm is lit at dusk, and in fog the keeper sounds the horn four times an hour."
    train = [Example("a", "Who sails?", f"Boats sail at dawn, and nobody counts them. {copied}", document="Boats")]
    report = audit(train, [Example("t", "Who sounds it?", copied, document="Skelm")], embeddings=False)
    html = show_findings(report).html
    assert "Boats / Skelm" in html
    assert "both have: lamp of skelm is lit" in html


def test_nothing_found_says_so():
    report = audit(TRAIN, [Example("t", "What is for supper?", "Soup is served.")], embeddings=False)
    assert "Nothing was found; 0 of 1" in show_findings(report).html


def test_cosines_are_told_with_their_shares():
    figure = plot_cosines([0.9, 0.7, 0.5, 0.8], [0.1, 0.2, -0.1, 0.66], threshold=0.66)
    assert "paraphrases: 4 pairs, median 0.75, from 0.50 to 0.90, 75.0% at or above" in figure.alt
    assert "same answer by chance: 4 pairs, median 0.15, from -0.10 to 0.66, 25.0%" in figure.alt
    assert len(figure.figure.axes[0].patches) == 2
    with pytest.raises(DataError, match="no cosines"):
        plot_cosines([], [0.1], threshold=0.5)
