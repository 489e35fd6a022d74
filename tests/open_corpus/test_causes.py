"""Whose error it is, on cases made for each cause."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_corpus import FERRY, LIGHT, LOG, PRICE, WHEN, WHO, GivenModel, GivenSearch

from qa_lesson.documents import Passage
from qa_lesson.errors import PredictionError
from qa_lesson.open_corpus import (
    CAUSES,
    AnswerSettings,
    CorpusAnswerer,
    cause_of,
    evaluate_corpus_answers,
    is_right_passage,
    passage_rank,
    separation,
)
from qa_lesson.schema import Answer, Example

EVERYWHERE = {LIGHT.id: 0.0, FERRY.id: 0.0, LOG.id: 0.0}


def asked(example, leads, *, scores=EVERYWHERE, threshold=0.0):
    """The answer to a question, from spans given by passage id."""
    model = GivenModel({(example.question, name): spans for name, spans in leads.items()})
    settings = AnswerSettings(threshold=threshold)
    return CorpusAnswerer(GivenSearch(scores={example.question: scores}), model, settings=settings)(example.question)


CASES = {
    "right": (WHO, asked(WHO, {LIGHT.id: [("Bram", 5.0)]}), None),
    "right, from another passage": (WHO, asked(WHO, {LOG.id: [("bram", 5.0)]}), None),
    "not found": (WHO, asked(WHO, {}, scores={FERRY.id: 0.0}), "passage not found"),
    "nothing found": (WHO, asked(WHO, {}, scores={}), "passage not found"),
    "not chosen": (WHO, asked(WHO, {FERRY.id: [("noon", 5.0)]}), "passage found but not chosen"),
    "wrong span": (WHO, asked(WHO, {LIGHT.id: [("Bram keeps", 5.0)]}), "right passage, wrong span"),
    "withheld": (WHO, asked(WHO, {LIGHT.id: [("Bram", 5.0)]}, threshold=1.0), "abstained from a right answer"),
    "withheld, wrong anyway": (
        WHO, asked(WHO, {FERRY.id: [("noon", 5.0)]}, threshold=1.0), "passage found but not chosen",
    ),
    "answered": (PRICE, asked(PRICE, {}), "answered, should have abstained"),
    "abstained": (PRICE, asked(PRICE, {}, threshold=1.0), None),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_first_step_that_failed(name):
    example, answer, cause = CASES[name]
    assert cause_of(example, answer) == cause


def test_every_cause_has_a_case():
    assert {cause for _, _, cause in CASES.values()} == {None, *CAUSES}


def test_which_passage_is_right():
    sentence = Passage("x#1", "x", "Bram  keeps\nthe light. Then he sleeps.", 0, 38, 9)
    without = Passage("x#2", "x", "It rained.", 0, 10, 3)
    assert is_right_passage(LIGHT, WHO)
    assert is_right_passage(sentence, WHO), "it has the sentence of the answer, spaced differently"
    assert not is_right_passage(without, WHO), "it overlaps the context and has no answer"
    assert not is_right_passage(LOG, WHO), "the same answer in another sentence"
    assert not is_right_passage(FERRY, PRICE), "no passage answers it"


def test_the_place_of_the_right_passage():
    answer = asked(WHO, {}, scores={FERRY.id: 0.9, LIGHT.id: 0.5, LOG.id: 0.1})
    assert passage_rank(answer.hits, WHO) == 2
    assert passage_rank(answer.hits[:1], WHO) is None


def test_scores_by_hand():
    noon = replace(WHEN, id="noon")
    examples = [WHO, noon, WHEN, PRICE]
    answers = [
        asked(WHO, {LIGHT.id: [("Bram", 5.0)]}),
        asked(WHEN, {FERRY.id: [("sails at noon", 5.0)]}),
        asked(WHEN, {LIGHT.id: [("Bram", 5.0)]}, threshold=1.0),
        asked(PRICE, {}),
    ]
    found = evaluate_corpus_answers(examples, answers)
    assert found.causes == (
        None, "right passage, wrong span", "passage found but not chosen", "answered, should have abstained",
    )  # fmt: skip
    record = found.as_dict()
    assert record["exact_match"]["estimate"] == 0.25
    assert record["f1"]["estimate"] == pytest.approx((1 + 0.8 + 0 + 0) / 4)
    assert record["answered"]["estimate"] == 0.75
    assert found.risk.estimate == pytest.approx(2 / 3)
    assert found.wrongly_answered().estimate == 1
    assert found.recall(1).estimate == pytest.approx(1 / 3), "the first passage found is that of WHO"
    assert found.recall(2).estimate == 1
    assert record["recall"].keys() == {"1"}, "only 3 passages were looked at"
    not_chosen = found.cause_rows()[1]
    assert (not_chosen.cause, not_chosen.n, not_chosen.withheld, not_chosen.examples) == (CAUSES[1], 1, 1, ("when",))
    assert record["n_without_error"] == 1


@given(st.lists(st.sampled_from(sorted(CASES)), min_size=1, max_size=20))
def test_outcomes_sum_to_the_total(names):
    examples = [replace(CASES[name][0], id=str(i)) for i, name in enumerate(names)]
    found = evaluate_corpus_answers(examples, [CASES[name][1] for name in names])
    rows = found.cause_rows()
    assert Counter(found.causes) - Counter([None] * len(names)) == Counter({row.cause: row.n for row in rows if row.n})
    assert sum(row.share.estimate for row in rows) + found.as_dict()["n_without_error"] / len(names) == pytest.approx(1)
    assert found.scores.total.exact_match == pytest.approx(1 - sum(row.share.estimate for row in rows))
    assert all(row.share.low <= row.share.estimate <= row.share.high for row in rows)


def test_answers_to_other_questions_are_refused():
    answer = CASES["right"][1]
    with pytest.raises(PredictionError, match="1 answers, 2 questions"):
        evaluate_corpus_answers([WHO, WHEN], [answer])


def test_separation_by_hand():
    documents = list("abcdef")
    found = separation([0.9, 0.3, 0.5, 0.6, 0.2, 0.1], [True, True, True, False, False, False], documents)
    assert found.estimate == pytest.approx(7 / 9)
    assert (found.unit, found.n_units) == ("document", 6)
    assert 0 < found.low < found.estimate < found.high < 1


def test_perfect_separation_has_a_width():
    found = separation([0.9, 0.8, 0.7, 0.1, 0.2], [True, True, True, False, False], list("aabbb"))
    assert (found.estimate, found.high, found.unit) == (1, 1, "question")
    assert found.low < 0.9


def test_an_accepted_answer_elsewhere_in_the_context():
    context = "Bram came. We met Bram at noon."
    example = Example("two", "Who?", context, (Answer("Bram", 0), Answer("Bram", 18)))
    assert is_right_passage(Passage("y#1", "y", "We met Bram at noon.", 0, 20, 6), example)
