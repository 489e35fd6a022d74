import json

import pytest

from qa_lesson.corpus import load_corpus
from qa_lesson.loading import load_examples, validate
from qa_lesson.schema import Answer, Example

CONTEXT = "Bram Keating keeps the light on Skelm, an island. He has kept it since 1999."


def example(identifier, question="Who?", answer="Bram Keating", context=CONTEXT, document=""):
    answers = (Answer(answer, context.index(answer)),) if answer else ()
    return Example(identifier, question, context, answers, document=document)


def warnings_of(*examples):
    """The warnings about examples among three healthy ones, as (kind, place, what)."""
    healthy = [example(f"ok{n}", "Who?", "Six", f"Six boats lie in harbour {n}.", f"doc{n}") for n in range(3)]
    return [(warning.kind, warning.where, warning.what) for warning in validate([*healthy, *examples]).warnings]


def test_counts():
    pair = Example("two", "Who keeps it?", CONTEXT, (Answer("Bram Keating", 0), Answer("Bram", 0)), document="Skelm")
    report = validate(
        [pair, example("none", "Until when?", "", document="Skelm"), example("x", context="Bram Keating.")]
    )
    assert report.counts == {
        "records": 3, "documents": 2, "passages": 2, "questions": 3, "answerable": 2, "unanswerable": 1,
        "references": 3,
    }  # fmt: skip
    assert report.format == "a list of records"
    assert repr(report) == "<validation: 3 questions, 0 problems, 1 warnings>"


@pytest.mark.parametrize("split", ["train", "extra_train", "validation", "test", "out_of_domain"])
def test_the_embedded_corpus_is_clean(split):
    report = validate(load_corpus(split, unanswerable=True))
    assert report.ok
    assert report.warnings == ()


def test_repeated_and_contradictory_questions():
    assert warnings_of(example("a"), example("b", "WHO? ", "Bram")) == [
        ("repeated question", "record 5", "the same question as in record 4")
    ]
    ((kind, where, what),) = warnings_of(example("a"), example("b", answer="Skelm"))
    assert (kind, where) == ("contradictory answers", "record 5")
    assert what == (
        "the answer is 'Skelm', but the answer is 'Bram Keating' in record 4 for the same question and context"
    )
    assert warnings_of(example("a"), example("b", answer=""))[0][0] == "contradictory answers"
    assert warnings_of(example("a"), example("b", context=CONTEXT + " True.")) == []


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        ("ram Keating", "starts inside a word"),
        ("Bram Keat", "ends inside a word"),
        ("199", "ends inside a word"),
        ("Bram ", "starts or ends with white space"),
        ("Skelm,", "starts or ends with punctuation"),
        (", an island", "starts or ends with punctuation"),
        ("Bram Keating", None),
        ("1999.", None),
        ("since 1999", None),
    ],
)
def test_answers_at_odd_boundaries(answer, what):
    found = warnings_of(example("a", answer=answer))
    if what is None:
        assert found == []
    else:
        assert found == [("answer at an odd boundary", "record 4", f"answer {answer.strip()!r} {what}")]


def test_scripts_without_spaces_have_no_word_boundaries():
    assert warnings_of(example("a", answer="東京", context="私は東京に住んでいます。")) == []


def test_lengths():
    long_answer = " ".join(["word"] * 25)
    assert warnings_of(example("a", answer=long_answer, context=long_answer)) == [
        ("long answer", "record 4", "an answer has 25 words, about 31 tokens")
    ]
    assert warnings_of(example("a", answer=long_answer[:-5], context=long_answer)) == []
    long_context = " ".join(["word"] * 306) + " end"
    found = warnings_of(example("a", answer="end", context=long_context), example("b", "Why?", "end", long_context))
    assert found == [
        ("context longer than a window", "record 4", "the context has 307 words, with the question about 385 tokens")
    ]
    assert warnings_of(example("a", answer="end", context=long_context.removeprefix("word "))) == []


@pytest.mark.parametrize(
    ("text", "kind", "what"),
    [
        ("Bram <b>keeps</b> it", "HTML", "the context holds '<b>'"),
        ("Bram &amp; Nell", "HTML", "the context holds '&amp;'"),
        ("Bram keeps\x07 it", "invisible character", "the context holds U+0007 at 10"),
        ("\ufeffBram", "invisible character", "the context holds U+FEFF at 0"),
        ("Bram at the cafÃ©", "wrongly decoded text", "the context holds 'Ã©'"),
        ("Bram: theyâ€™re late", "wrongly decoded text", "the context holds 'â€™'"),
        ("Bram at the caf\ufffd", "wrongly decoded text", "the context holds '\ufffd'"),
        ("Bram, café, “naïve” – 20 °C, 10 < 20 > 5, 👩‍🚀", None, None),
    ],
)
def test_damaged_text(text, kind, what):
    found = warnings_of(example("a", answer="Bram", context=text))
    assert found == ([] if kind is None else [(kind, "record 4", what)])
    assert [name for name, *_ in warnings_of(example("a", text + "?"))] == ([] if kind is None else [kind])


def test_what_wrongly_decoded_text_should_read_is_said():
    (warning,) = [w for w in validate([example("a", context="Bram Keating’s cafÃ©")]).warnings if "decoded" in w.kind]
    assert "it should read 'é'" in warning.fix


def test_too_few_documents():
    report = validate([example(str(n), f"Question {n}?", document="Skelm") for n in range(5)])
    assert [(warning.kind, warning.what) for warning in report.warnings] == [
        ("too few documents", "1 document cannot be split into three parts")
    ]


def test_the_text_counts_what_it_does_not_print(tmp_path):
    path = tmp_path / "data.jsonl"
    bad = [{"id": str(n), "question": "Who?", "context": CONTEXT, "answer": "Nell"} for n in range(8)]
    good = {"id": "good", "question": "Who?", "context": CONTEXT, "answer": "Bram Keating"}
    path.write_text("\n".join(map(json.dumps, [*bad, good])))
    report = validate(path)
    assert not report.ok
    text = report.text(shown=3)
    assert text.count("occurs nowhere") == 3
    assert "... and 5 more" in text
    assert "8 bad records (not counted above)" in text
    assert str(report).count("occurs nowhere") == 5
    assert json.loads(json.dumps(report.as_dict()))["counts"]["records"] == 9
    assert report.examples == tuple(load_examples(path, skip_bad=True))


def test_one_thing_is_counted_in_the_singular(tmp_path):
    path = tmp_path / "one.csv"
    path.write_text("document,context,question,answer\nBees,Nela keeps bees.,Who keeps bees?,Nela\n", encoding="utf-8")
    assert "1 question on 1 passage of 1 document;" in str(validate(path))


def test_an_answer_without_offset_that_stands_nowhere_is_said_to_have_no_place(tmp_path):
    path = tmp_path / "one.csv"
    path.write_text("context,question,answer\nNela keeps bees.,Who keeps bees?,Nora\n", encoding="utf-8")
    (problem,) = validate(path).problems
    assert problem.what == "answer 'Nora' cannot be placed"
    assert "occurs nowhere" in problem.fix
