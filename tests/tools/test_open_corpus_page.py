"""docs/open_corpus.md says what the benchmark measured, and its sentences fit the figures."""

import json
from dataclasses import astuple

import open_corpus_page
import pytest
from open_corpus_page import abstention, causes, current_page, scores

from qa_lesson.open_corpus import Weights

RECORD = json.loads(open_corpus_page.RESULT.read_text(encoding="utf-8"))


def test_the_page_agrees_with_the_result():
    assert open_corpus_page.PAGE.read_text(encoding="utf-8") == current_page(), "run python tools/open_corpus_page.py"


def test_causes_and_right_answers_sum_to_all_questions():
    corpus = RECORD["answering"]["corpus"]
    assert sum(found["n"] for found in corpus["causes"].values()) + corpus["n_without_error"] == corpus["n"]
    assert corpus["n_without_error"] / corpus["n"] == pytest.approx(corpus["exact_match"]["estimate"])
    assert f"| no error | {corpus['n_without_error']} |" in causes(corpus)


def test_the_difference_is_that_of_the_scores():
    for metric, found in RECORD["answering"]["difference"].items():
        both = (RECORD["answering"][way][metric]["estimate"] for way in ("corpus", "closed"))
        assert next(both) - next(both) == pytest.approx(found["difference"])
    assert "(-" in scores(RECORD["answering"])


def test_what_the_page_says_about_the_figures():
    closed, over_corpus = (RECORD["answering"][way]["exact_match"]["estimate"] for way in ("closed", "corpus"))
    assert 0.75 < over_corpus / closed < 0.85
    corpus = RECORD["answering"]["corpus"]["causes"]
    assert corpus["passage found but not chosen"]["n"] > corpus["passage not found"]["n"]
    for row in RECORD["abstention"]:
        assert (row["threshold"] is None) == (row["risk"] <= 0.3)
    assert RECORD["calibration"]["error"] < 2 * RECORD["calibration"]["by_chance"]
    by = RECORD["separation"]
    assert by["out of corpus"]["probability"]["low"] > 0.8
    assert by["out of corpus"]["retrieval score"]["estimate"] > by["out of corpus"]["probability"]["estimate"]
    assert by["unanswerable"]["probability"]["low"] < 0.5 < by["unanswerable"]["lead over the no-answer score"]["low"]


def test_a_risk_that_cannot_be_kept_is_said():
    assert "| 20% | none keeps it |" in abstention([{"risk": 0.2, "threshold": None, "test": {}}])


def test_the_defaults_are_the_weights_that_were_fitted():
    assert astuple(Weights()) == pytest.approx(tuple(RECORD["weights"].values()), rel=0.1)
