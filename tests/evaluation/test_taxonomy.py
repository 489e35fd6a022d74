from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_lesson.corpus import load_corpus
from qa_lesson.evaluation import (
    ErrorKind,
    classify_error,
    error_counts,
    error_rows,
    evaluate_predictions,
    surface_type,
)
from qa_lesson.schema import Answer, Example

CONTEXT = (
    "The lamp was lit in May 1921 by Bram Keating, son of Ada Orme. It burned 40 litres a night. "
    "Old  Hugh Marl kept it until 1955, and the keeper slept below. Bram Keating never left."
)


def answerable(*texts: str) -> Example:
    return Example("q1", "Who?", CONTEXT, tuple(Answer(text, CONTEXT.index(text)) for text in texts))


WHO = answerable("Bram Keating")


@pytest.mark.parametrize(
    ("prediction", "kind"),
    [
        (None, "no prediction"),
        ("bram keating", "exact"),
        ("", "false no-answer"),
        ("   ", "false no-answer"),
        ("Keating", "boundary"),
        ("1921 by Bram Keating, son", "boundary"),
        ("May 1921", "wrong type"),
        ("40 litres", "wrong type"),
        ("the keeper", "wrong type"),
        ("Ada Orme", "wrong span, same sentence"),
        ("Hugh Marl", "wrong sentence"),
        ("OLD HUGH\nMarl", "wrong sentence"),
        ("a man called Keating", "not in the context"),
        ("Bram Keat", "not in the context"),
        ("eating", "not in the context"),
    ],
)
def test_kinds_by_hand(prediction, kind):
    assert classify_error(WHO, prediction) == kind


def test_unanswerable_questions():
    example = Example("q1", "Why?", CONTEXT)
    assert classify_error(example, "Ada Orme") == "missed no-answer"
    assert classify_error(example, "") == "exact"


def test_any_reference_will_do():
    example = answerable("Bram Keating", "Old  Hugh Marl")
    assert classify_error(example, "Hugh Marl") == "boundary"
    assert classify_error(answerable("Bram Keating", "May 1921"), "1955") == "wrong sentence", "a date is one type"


def test_of_several_places_the_mildest_counts():
    second = Example("q1", "Who?", CONTEXT, (Answer("Bram Keating never", CONTEXT.rindex("Bram")),))
    assert classify_error(second, "Bram Keating") == "boundary"
    apart = Example("q1", "Who?", "Ada left. Ada met Hugh.", (Answer("Hugh", 18),))
    assert classify_error(apart, "Ada") == "wrong span, same sentence"


def test_the_rules_of_the_evaluation_decide_what_is_exact():
    example = Example("q1", "Which?", "the lamp", (Answer("the", 0), Answer("lamp", 4)))
    assert classify_error(example, "the", rules="v1.1") == "exact"
    assert classify_error(example, "the", rules="v2.0") == "boundary"
    for rules, kind in (("v1.1", "exact"), ("v2.0", "boundary")):
        assert error_counts(evaluate_predictions([example], {"q1": "the"}, rules=rules))[kind] == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("14 March", "date"),
        ("on Wednesdays", "date"),
        ("the 1920s", "date"),
        ("between 1990 and 1995", "date"),
        ("1990 barrels", "number"),
        ("€1990", "number"),
        ("1,990", "number"),
        ("1990%", "number"),
        ("twenty-one nights", "number"),
        ("may", "other"),
        ("everyone", "other"),
        ("The Hague", "name"),
        ("In the harbour", "other"),
        ("keeper Bram", "name"),
        ("“Zoë”", "name"),
    ],
)
def test_surface_types(text, expected):
    assert surface_type(text) == expected


def test_counts_and_rows():
    texts = ["Bram Keating", "Keating", "Keating", "Ada Orme"]
    examples = [Example(f"q{i}", "Who?", CONTEXT, WHO.answers) for i in range(5)]
    evaluation = evaluate_predictions(examples, {f"q{i}": text for i, text in enumerate(texts)}, missing="zero")
    counts = error_counts(evaluation)
    assert list(counts) == list(get_args(ErrorKind))
    assert {kind: n for kind, n in counts.items() if n} == {
        "exact": 1,
        "boundary": 2,
        "wrong span, same sentence": 1,
        "no prediction": 1,
    }
    first, second, *_ = error_rows(evaluation, n_examples=1)
    assert (first.kind, first.n, first.share, first.f1, first.examples) == (
        "boundary", 2, 0.4, pytest.approx(2 / 3), ("q1",),
    )  # fmt: skip
    assert second.kind == "exact", "equals in the order of the kinds"


CORPUS = load_corpus("validation", unanswerable=True)[:60]


@given(st.lists(st.tuples(st.integers(0, 80), st.integers(0, 12)), min_size=60, max_size=60))
def test_every_span_of_the_context_has_a_kind_and_exact_is_exact_match(cuts):
    answers = {
        ex.id: " ".join(ex.context.split()[start : start + length])
        for ex, (start, length) in zip(CORPUS, cuts, strict=True)
    }
    evaluation = evaluate_predictions(CORPUS, answers)
    counts = error_counts(evaluation)
    assert sum(counts.values()) == evaluation.n == sum(row.n for row in error_rows(evaluation))
    assert counts["exact"] == pytest.approx(evaluation.n * evaluation.total.exact_match)
    assert counts["no prediction"] == counts["not in the context"] == 0
