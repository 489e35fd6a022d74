"""The order of passages that helps, and what the questions will let anyone say."""

from types import SimpleNamespace

import pytest

from qa_lesson.documents import Passage
from qa_lesson.errors import ConfigError
from qa_lesson.evaluation import documents_needed, evaluate_predictions, expected_half_width
from qa_lesson.schema import Answer, Example
from qa_lesson.views.annotating.reach import reach_of
from qa_lesson.views.annotating.sheets import PROBES, Sheet, helpful_order, sheets_of


def passages(*names):
    return [Passage(name, name[0], f"Text of {name}.", 0, 9, 4) for name in names]


def question(name, number=1):
    return Example(f"{name}{number}", "Why?", f"Text of {name}.", document=name[0])


def order(*args, **options):
    return [passage.id for passage in helpful_order(*args, **options)]


def test_every_document_comes_once_before_any_comes_twice():
    assert order(passages("a1", "a2", "a3", "b1", "c1", "c2")) == ["a1", "b1", "c1", "a2", "c2", "a3"]


def test_documents_and_passages_without_questions_come_first():
    assert order(passages("a1", "a2", "b1", "b2"), [question("a1"), question("a1", 2), question("b1")]) == [
        "b2", "a2", "b1", "a1",
    ]  # fmt: skip


def test_among_equals_the_passage_comes_first_of_which_the_model_is_least_sure():
    sure = {"Text of a1.": 0.9, "Text of a2.": 0.2, "Text of b1.": 0.1, "Text of b2.": 0.8}
    asked = []

    def answerer(questions, contexts):
        asked.extend(zip(questions, contexts, strict=True))
        return [SimpleNamespace(probability=sure[context]) for context in contexts]

    assert order(passages("a1", "a2", "b1", "b2"), answerer=answerer) == ["b1", "a2", "b2", "a1"]
    assert len(asked) == 4 * len(PROBES)


def test_sheets_of_every_kind():
    sheets = sheets_of(["One.", ("Harbor", "Two."), question("a1"), *passages("b1"), "One."])
    assert sheets == [Sheet("", "One."), Sheet("Harbor", "Two."), Sheet("a", "Text of a1."), Sheet("b", "Text of b1.")]
    with pytest.raises(ConfigError, match="no text"):
        sheets_of([("a", "b", "c")])


def test_the_reach_grows_with_documents():
    def of(n_documents, n_questions):
        return reach_of([question(f"{chr(65 + d)}1", q) for d in range(n_documents) for q in range(n_questions)])

    assert of(1, 30) == "30 questions on 1 document. At least 5 documents are needed for a test with an interval."
    assert "too wide to say anything" in of(7, 2)
    assert of(20, 4) == (
        "80 questions on 20 documents. With 6 documents as the test, the 95% interval of F1 will be about ±24 points."
    )


def test_the_expected_width_is_the_planned_one_turned_round():
    pilot_examples = [
        Example(f"{d}-{q}", "Who?", "Bram keeps it.", (Answer("Bram", 0),), document=str(d))
        for d in range(8) for q in range(6)
    ]  # fmt: skip
    answers = {one.id: "Bram" if (int(one.id[0]) * 3 + int(one.id[2])) % 4 else "it" for one in pilot_examples}
    pilot = evaluate_predictions(pilot_examples, answers)
    needed = documents_needed(pilot, half_width=0.06, questions_per_document=5)
    assert expected_half_width(needed.documents, 5, pilot=pilot) <= 0.06
    assert expected_half_width(needed.documents - 1, 5, pilot=pilot) > 0.06
    for documents, questions in [(1, 5), (5, 0.5)]:
        with pytest.raises(ConfigError, match="at least 2 documents"):
            expected_half_width(documents, questions)
