"""The audit on the corpus: nothing between its own splits, and nearly everything that is planted."""

import dataclasses

import pytest

from qa_lesson.corpus import load_corpus, load_training, paraphrased_questions
from qa_lesson.errors import ConfigError, DataError
from qa_lesson.leakage import LEVELS, PLANT_KINDS, audit, clean_training, plant
from qa_lesson.loading import load_examples, split_by_document
from qa_lesson.schema import Answer, Example

ACCEPTED = {
    "copy": {"exact question"},
    "spelling": {"exact question", "normalised question"},
    "words": {"exact question", "normalised question", "near-duplicate question"},
    "paraphrase": set(LEVELS[:4]),
    "passage": {"exact passage", "near-duplicate passage", "contained passage"},
}


pytestmark = pytest.mark.usefixtures("embedded_once")


@pytest.fixture(scope="module")
def train():
    return load_training(unanswerable=True)


@pytest.fixture(scope="module")
def test_part():
    return load_corpus("test")


@pytest.fixture(scope="module")
def planted(train, test_part):
    """Every kind of leak at once, all test questions used."""
    return plant(train, test_part, kinds=PLANT_KINDS, share=1.0, paraphrases=paraphrased_questions(), seed=1)


@pytest.fixture(scope="module")
def report(planted, test_part):
    return audit(planted.train, test_part)


@pytest.mark.parametrize(("kind", "least"), [*((kind, 0.99) for kind in PLANT_KINDS if kind != "paraphrase")])
def test_recall_of_planted_copies(planted, report, kind, least):
    assert recall(planted, report, kind) >= least


def test_recall_of_planted_paraphrases(planted, report):
    assert recall(planted, report, "paraphrase") >= 0.90


def recall(planted, report, kind):
    pairs = {
        (train_id, test_id)
        for finding in report.of_level(*ACCEPTED[kind])
        for train_id in finding.train_ids
        for test_id in finding.test_ids
    }
    wanted = set(planted.sources[kind].items())
    assert len(wanted) == 75
    return len(wanted & pairs) / len(wanted)


def test_precision_of_the_pairs_of_questions(planted, report):
    wanted = {pair for found in planted.sources.values() for pair in found.items()}
    alarms = [finding for finding in report.findings if finding.level.endswith("question")]
    assert sum((alarm.train_id, alarm.test_id) in wanted for alarm in alarms) / len(alarms) >= 0.95


def test_no_honest_passage_is_accused(planted, report):
    hosts = {example.context for example in planted.train if example.id.startswith("planted-")}
    for finding in report.findings:
        if finding.level.endswith("passage"):
            assert finding.train_text in hosts


def test_cleaning_removes_every_leak_and_little_else(planted, report, train):
    cleaned = clean_training(planted.train, report)
    assert not any(example.id.startswith("planted-") for example in cleaned)
    assert len(cleaned) >= 0.9 * (len(train) - 375)
    assert audit(cleaned, load_corpus("test"), embeddings=False).findings == ()


def test_cleaning_by_level_keeps_the_order(planted, report):
    cleaned = clean_training(planted.train, report, levels=["exact question"])
    leaking = report.leaking("exact question")
    assert [example.id for example in cleaned] == [e.id for e in planted.train if e.id not in leaking]
    assert clean_training(planted.train, report, levels=[]) == list(planted.train)
    with pytest.raises(ConfigError, match="no such level"):
        clean_training(planted.train, report, levels=["exact"])


@pytest.mark.parametrize("split", ["test", "out_of_domain"])
def test_no_alarm_between_the_corpus_splits(train, split):
    assert audit(train, load_corpus(split, unanswerable=True)).findings == ()


def test_the_one_alarm_on_the_validation_split_is_real(train):
    """The date of one flood is asked for on two documents: the training data hold the fact, in other words."""
    (finding,) = audit(train, load_corpus("validation", unanswerable=True)).findings
    assert finding.level == "paraphrased question"
    answers = [
        {text for example in part for text in example.references if example.id == name}
        for part, name in ((train, finding.train_id), (load_corpus("validation"), finding.test_id))
    ]
    assert "7 December 1989" in answers[0] & answers[1]


@pytest.mark.parametrize("seed", [0, 1])
def test_no_alarm_on_articles_of_xquad(shared_data, seed):
    examples = load_examples(shared_data / "xquad.en.json")
    parts = split_by_document(examples[:600] if seed == 0 else examples, test=0.4, seed=seed)
    assert audit(parts["train"], parts["test"], embeddings=seed == 0).findings == ()


def test_a_random_split_shares_passages(test_part):
    report = audit(test_part[::2], test_part[1::2], embeddings=False)
    assert len(report.of_level("exact passage")) == 54
    assert len(report.of_level("shared document")) == 9
    assert report.share == 1.0


def test_findings_carry_both_texts_and_where(test_part):
    source = test_part[0]
    twin = dataclasses.replace(source, id="twin", question=source.question.upper())
    report = audit([twin], test_part, embeddings=False)
    question, passage, document = report.findings
    assert (question.level, question.train_text, question.test_text) == (
        "normalised question",
        twin.question,
        source.question,
    )
    assert (passage.level, passage.train_id, len(passage.test_ids)) == ("exact passage", "twin", 7)
    assert passage.train_text == passage.test_text == source.context
    assert (document.level, document.method, len(document.test_ids)) == ("shared document", "title", 42)
    assert source.document in document.where
    row = report.rows()[0]
    assert (row["train_id"], row["test_id"], row["score"]) == ("twin", source.id, 1.0)
    assert report.touched("normalised question") == {source.id}
    assert report.share == 42 / 378


def test_documents_with_other_titles_but_common_passages(test_part):
    moved = [dataclasses.replace(example, document="another edition") for example in test_part[:21]]
    report = audit(moved, test_part, embeddings=False)
    (document,) = report.of_level("shared document")
    assert (document.method, document.score) == ("shared passages", 0.5)
    assert (document.train_text, document.test_text) == ("another edition", test_part[0].document)
    assert audit(moved[:14], test_part, embeddings=False).of_level("shared document") == ()


def test_counts_add_up(report):
    rows = report.counts()
    assert [row["level"] for row in rows] == list(LEVELS)
    assert sum(row["findings"] for row in rows) == len(report.findings)
    assert all(0 <= row["share"] <= 1 for row in rows)
    assert f"{len(report.findings)} findings" in repr(report)


def test_an_answer_in_its_own_question_is_a_note_not_an_alarm():
    context = "The lamp is red at night."
    asked = Example("own", "Is the lamp red or green?", context, (Answer("red", 12),))
    report = audit([Example("other", "Who sails?", "Nobody sails.")], [asked], embeddings=False)
    assert report.findings == ()
    assert report.given_away == ("own",)


@pytest.mark.parametrize("empty", ["training", "test"])
def test_an_empty_part_is_an_error(test_part, empty):
    parts = {"training": test_part, "test": test_part, empty: []}
    with pytest.raises(DataError, match=f"no {empty} examples"):
        audit(parts["training"], parts["test"], embeddings=False)
