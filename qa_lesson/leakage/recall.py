"""What the audit finds of copies that were made by methods which know nothing of its rules.

The leaks that `plant` makes change what the audit looks for, so a recall on them is circular: it says that the audit
does what it was written to do. The copies of `qa_lesson.corpus.foreign_copies` were made by misreading letters, moving
clauses, cutting questions down to search terms and wording them as a translation would, without looking at the rules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from qa_lesson.errors import ConfigError, DataError
from qa_lesson.leakage.checks import audit
from qa_lesson.leakage.report import LEVELS
from qa_lesson.schema import Answer, Example, answer_sentence

Baggage = Literal["passage", "answer", "sentence", "reworded"]
"""What a copied question brings along: its passage; its answer alone, as in a list of questions and answers; the whole
sentence with the answer, given as the answer, as in a chat; the answer in other words (`Example.paraphrases`)."""

_QUESTION_LEVELS = frozenset(level for level in LEVELS if level.endswith("question"))


@dataclass(frozen=True, slots=True)
class CopyRecall:
    """What an audit found of one kind of copy.

    Args:
        kind: how the questions were copied.
        baggage: what they brought along.
        n: copies. With "reworded" those alone whose question has an answer in other words.
        found: copies that the audit paired with their question, at any of the levels for questions.
        traced: copies that it paired with their question or their passage.
        missed: ids of the test questions whose copies were not found.
    """

    kind: str
    baggage: Baggage
    n: int
    found: int
    traced: int
    missed: tuple[str, ...]


def copy_recall(
    train: Sequence[Example],
    test: Sequence[Example],
    copies: Mapping[str, Mapping[str, str]],
    *,
    baggage: Baggage = "passage",
    embeddings: bool = True,
) -> list[CopyRecall]:
    """Put copies of test questions among the training data and audit it: one row a kind, in the order of `copies`.

    `qa_lesson.evaluation.binomial_interval` gives the interval of ``found / n``.

    Args:
        train: honest training examples.
        test: the test questions; those that are copied need an answer.
        copies: for each kind, texts by the id of the test question that they copy.
        baggage: what each copy brings along.
        embeddings: as for `audit`.

    Raises:
        ConfigError: an unknown baggage.
        DataError: a copy of a question that is not in the test data or has no answer, or no copies.

    >>> test = [Example("q", "Who keeps the light?", "Bram does.", (Answer("Bram", 0),), "Skelm")]
    >>> honest = [Example("t", "Who sails the ferry?", "Ada sails it.", (Answer("Ada", 0),), "Orra")]
    >>> rows = copy_recall(honest, test, {"shouted": {"q": "WHO KEEPS THE LIGHT"}}, baggage="answer", embeddings=False)
    >>> rows[0].found, rows[0].n
    (1, 1)
    """
    if baggage not in get_args(Baggage):
        fix = f"use one of {', '.join(get_args(Baggage))}"
        raise ConfigError("unknown baggage", received=repr(baggage), fix=fix)
    by_id = {example.id: example for example in test}
    unknown = [name for texts in copies.values() for name in texts if name not in by_id or not by_id[name].answers]
    if unknown or not any(copies.values()):
        raise DataError(
            "copies must be of test questions that have an answer",
            received=f"{len(unknown)} others, first: {', '.join(unknown[:5])}" if unknown else "no copies",
            fix="give texts by the ids of answerable test questions",
        )
    if baggage == "reworded":
        copies = {
            kind: {name: text for name, text in texts.items() if by_id[name].paraphrases}
            for kind, texts in copies.items()
        }
    sources: dict[str, str] = {}  # id of the test question by id of the copy
    planted = []
    for kind, texts in copies.items():
        for name, text in texts.items():
            planted.append(_copied(by_id[name], text, f"copy-{kind}-{name}", baggage))
            sources[planted[-1].id] = name
    report = audit([*train, *planted], test, embeddings=embeddings)
    found, traced = set(), set()
    for finding in report.findings:
        tied = {copy for copy in finding.train_ids if sources.get(copy) in finding.test_ids}
        traced |= tied
        if finding.level in _QUESTION_LEVELS:
            found |= tied
    rows = []
    for kind, texts in copies.items():
        own = {f"copy-{kind}-{name}": name for name in texts}
        missed = tuple(name for copy, name in own.items() if copy not in found)
        rows.append(CopyRecall(kind, baggage, len(own), len(own) - len(missed), len(own.keys() & traced), missed))
    return rows


def _copied(source: Example, question: str, name: str, baggage: Baggage) -> Example:
    if baggage == "passage":
        return Example(name, question, source.context, source.answers, f"copies: {name}")
    if baggage == "sentence":
        text = answer_sentence(source)
    else:
        text = source.answers[0].text if baggage == "answer" else source.paraphrases[0]
    return Example(name, question, text, (Answer(text, 0),), f"copies: {name}")
