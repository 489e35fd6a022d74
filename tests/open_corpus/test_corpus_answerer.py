"""Answers over a small corpus, each number worked out by hand."""

import math
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_corpus import FERRY, LIGHT, LOG, GivenModel, GivenSearch

from qa_lesson.documents import Passage
from qa_lesson.errors import ConfigError, DataError
from qa_lesson.metrics import normalize_answer
from qa_lesson.open_corpus import AnswerSettings, CorpusAnswerer, Weights
from qa_lesson.open_corpus.candidates import find_candidates
from qa_lesson.open_corpus.corpus_answers import snippet_around
from qa_lesson.open_corpus.weighing import offered_answers
from qa_lesson.retrieval import Hit
from qa_lesson.schema import Prediction, Span

QUESTION = "Who keeps the light?"
SCORES = {QUESTION: {LIGHT.id: 0.5, FERRY.id: 0.25, LOG.id: 0.75}}
LEADS = {
    (QUESTION, LIGHT.id): [("Bram", 4.0), ("Bram keeps the light", 2.0)],
    (QUESTION, FERRY.id): [("Bram", 1.0), ("noon", -1.0)],
    (QUESTION, LOG.id): [("bram", 2.0), ("May", 1.0)],
}
WEIGHTS = Weights(model_weight=0.5, retrieval_weight=4.0, none_utility=3.0, slope=1.0, intercept=0.0)
SETTINGS = AnswerSettings(weights=WEIGHTS)
# utilities of the passages: light 2 + 2 = 4, ferry 0.5 + 1 = 1.5, log 1 + 3 = 4, none 3
TOTAL = sum(map(math.exp, (4.0, 1.5, 4.0, 3.0)))
SHARE = {name: math.exp(utility) / TOTAL for name, utility in ((LIGHT.id, 4.0), (FERRY.id, 1.5), (LOG.id, 4.0))}


def answerer(settings: AnswerSettings = SETTINGS, leads=LEADS, scores=SCORES) -> CorpusAnswerer:
    return CorpusAnswerer(GivenSearch(scores=scores), GivenModel(leads), settings=settings)


def test_the_best_candidate_wins_over_all_passages():
    answer = answerer()(QUESTION)
    assert [one.text for one in answer.candidates] == ["bram", "May", "Bram keeps the light", "noon"]
    expected = [SHARE[LOG.id] / 2, SHARE[LOG.id] / 4, SHARE[LIGHT.id] / 4, SHARE[FERRY.id] / 4]
    assert [one.probability for one in answer.candidates] == pytest.approx(expected)
    assert answer.passage == LOG, "of equal probabilities the first in the order of the search"
    assert answer.candidates[0].also_in == (LIGHT.id, FERRY.id)
    assert [hit.passage.id for hit in answer.hits] == [LOG.id, LIGHT.id, FERRY.id]
    assert answer.runners_up == answer.candidates[1:]


def test_a_candidate_carries_its_place():
    answer = answerer(leads={**LEADS, (QUESTION, LIGHT.id): [("Bram", 6.0)]})(QUESTION)
    best = answer.best
    assert (answer.text, answer.start, answer.end) == ("Bram", 11, 15)
    assert (best.document_start, best.document_end) == (51, 55)
    assert best.source == "keepers.pdf, page 3, Light > Keepers"
    assert answer.snippet.marked() == "It rained. [Bram] keeps the light."
    assert (best.model_score, best.retrieval_score) == (6.0, 0.5)
    record = answer.as_dict()
    assert record["answer"]["page"] == 3
    assert record["answer"]["snippet"][record["answer"]["snippet_start"] :].startswith("Bram")
    assert [one["passage"] for one in record["nearest"]] == [LOG.id, LIGHT.id, FERRY.id]


def test_no_answer_under_the_threshold():
    probability = answerer()(QUESTION).probability
    exactly, above = (answerer(AnswerSettings(weights=WEIGHTS, threshold=t)) for t in (probability, probability + 1e-9))
    assert exactly(QUESTION).text == "bram"
    withheld = above(QUESTION)
    assert (withheld.text, withheld.start, withheld.passage, withheld.snippet) == (None,) * 4
    assert withheld.probability == probability
    assert withheld.runners_up == withheld.candidates
    assert withheld.as_dict()["answer"] is None
    assert answerer(AnswerSettings(threshold=None))(QUESTION).text is None, "no threshold kept the risk"


def test_of_overlapping_candidates_the_best_is_kept():
    leads = {(QUESTION, LIGHT.id): [("Bram keeps", 5.0), ("Bram", 4.0), ("light", 1.0), ("keeps the light", 0.5)]}
    only = {QUESTION: {LIGHT.id: 0.5}}
    answer = answerer(AnswerSettings(spans=4, weights=WEIGHTS), leads, only)(QUESTION)
    assert [one.text for one in answer.candidates] == ["Bram keeps", "light"]


def test_fewer_passages_and_spans():
    answer = answerer(AnswerSettings(1, 1, WEIGHTS))(QUESTION)
    assert [one.text for one in answer.candidates] == ["bram"]
    assert answer.probability == pytest.approx(math.exp(4) / (math.exp(4) + math.exp(3)) / 2)


def test_nothing_found_is_no_answer():
    answer = answerer(scores={QUESTION: {}})(QUESTION)
    assert (answer.text, answer.probability, answer.candidates, answer.hits) == (None, 0.0, (), ())


def test_several_questions_and_none():
    ask = answerer()
    one, two = ask([QUESTION, "What else?"])
    assert one == ask(QUESTION)
    assert two.question == "What else?"
    assert ask([]) == []


def test_another_threshold_states_no_risk():
    fitted = AnswerSettings(threshold=0.9, risk=0.2)
    looser = answerer(fitted).changed(threshold=0.1, passages=2)
    assert (looser.settings.threshold, looser.settings.passages, looser.settings.risk) == (0.1, 2, None)


@pytest.mark.parametrize("question", ["", "  ", 3])
def test_what_is_not_a_question(question):
    with pytest.raises(DataError, match="empty or not text"):
        answerer()([question])


def test_settings_of_another_model_or_index_are_refused():
    with pytest.raises(ConfigError, match=r"another model.*qa-lesson calibrate"):
        answerer(AnswerSettings(n_validation=5, model="other", index=""))
    with pytest.raises(ConfigError, match="another index"):
        answerer(AnswerSettings(n_validation=5, model="given model", index="other"))


texts = st.text(st.sampled_from("ab .?\né灯"), min_size=1, max_size=40).filter(str.strip)


@st.composite
def corpora(draw):
    """Passages in a document, search scores, and spans with their leads."""
    passages, scores, leads = [], {}, {}
    for number in range(draw(st.integers(1, 4))):
        text = f"{number} {draw(texts)}"
        start = draw(st.integers(0, 9))
        passages.append(Passage(f"d#{number}", "d", text, start, start + len(text), 1))
        scores[f"d#{number}"] = draw(st.floats(-1, 1))
        spans = []
        for _ in range(draw(st.integers(1, 3))):
            first = draw(st.integers(0, len(text) - 1))
            last = draw(st.integers(first + 1, len(text)))
            if text[first:last].strip():
                spans.append((text[first:last], draw(st.floats(-20, 20))))
        leads[QUESTION, f"d#{number}"] = sorted(spans or [(text, 0.0)], key=lambda span: -span[1])
    weights = Weights(
        *(draw(st.floats(low, high)) for low, high in ((0.01, 3), (0.01, 50), (-20, 20), (0.01, 3), (-5, 5)))
    )
    settings = AnswerSettings(weights=weights, threshold=draw(st.floats(0, 1)))
    return CorpusAnswerer(GivenSearch(passages, {QUESTION: scores}), GivenModel(leads, passages), settings=settings)


@given(corpora())
def test_every_answer_is_a_possible_one(ask):
    answer = ask(QUESTION)
    probabilities = [one.probability for one in answer.candidates]
    assert all(0 <= one <= 1 for one in probabilities)
    assert probabilities == sorted(probabilities, reverse=True)
    assert answer.answered == (answer.probability >= ask.settings.threshold)
    document = {one.passage.id: " " * one.passage.start + one.passage.text for one in answer.candidates}
    for one in answer.candidates:
        assert one.passage.text[one.start : one.end] == one.text
        assert document[one.passage.id][one.document_start : one.document_end] == one.text
        snippet = one.snippet
        assert snippet.text[snippet.start : snippet.end] == one.text
        assert snippet.text in one.passage.text


@given(corpora())
def test_merging_keeps_the_best_of_each_answer(ask):
    answer = ask(QUESTION)
    found = find_candidates([QUESTION], [answer.hits], ask.answerer, spans=ask.settings.spans)[0]
    probabilities = ask.settings.weights.calibrated(offered_answers(found).joint(ask.settings.weights))
    for one in answer.candidates:
        copies = [p for copy, p in zip(found, probabilities, strict=True) if copy.text == one.text]
        assert one.probability >= max(copies)
        assert one.passage.id not in one.also_in
    texts = [normalize_answer(one.text) or one.text for one in answer.candidates]
    assert len(texts) == len(set(texts))


def test_a_share_for_no_answer_is_taken_out_of_the_probabilities():
    """Spans with scores 2 and 1 and a null score of 0: the model's probabilities are e^2, e and 1 over their sum."""
    total = math.exp(2) + math.exp(1) + 1
    spans = tuple(Span(LIGHT.text[a:b], a, b, s, math.exp(s) / total) for a, b, s in ((11, 15, 2.0), (0, 2, 1.0)))
    model = SimpleNamespace(
        fingerprint="", no_answer_threshold=0.0,
        predict=lambda examples, n_best: [Prediction("0-0", "Bram", 11, 15, 0.5, -2.0, spans)],
    )  # fmt: skip
    ((first, second),) = find_candidates([QUESTION], [[Hit(LIGHT, 1.0, 1)]], model, spans=2)
    assert first.span_probability == pytest.approx(math.exp(2) / (math.exp(2) + math.exp(1)))
    assert first.span_probability + second.span_probability == pytest.approx(1)


@given(corpora(), st.floats(0, 1), st.floats(0, 1))
def test_a_higher_threshold_answers_no_more(ask, one, other):
    low, high = sorted((one, other))
    assert ask.changed(threshold=low)(QUESTION).answered >= ask.changed(threshold=high)(QUESTION).answered


@given(texts, st.data(), st.integers(1, 60))
def test_a_snippet_holds_the_answer(text, data, longest):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    snippet = snippet_around(text, start, end, longest=longest)
    assert snippet.text[snippet.start : snippet.end] == text[start:end]
    assert len(snippet.text) <= max(longest, end - start)
    place = text.index(snippet.text) if text.count(snippet.text) == 1 else None
    if place is not None:
        assert snippet.cut_before == bool(text[:place].strip())


def test_long_sentences_are_cut_between_words():
    words = " ".join(f"word{i}" for i in range(100))
    start = words.index("word50")
    snippet = snippet_around(words, start, start + 6, longest=40)
    assert snippet.marked("<", ">") == "… word48 word49 <word50> word51 word52 …"
