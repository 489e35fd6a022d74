"""What an audit found: pairs with their evidence, counts by level, and the training data without them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from qa_lesson.errors import ConfigError
from qa_lesson.schema import Example

Level = Literal[
    "exact question",
    "normalised question",
    "near-duplicate question",
    "paraphrased question",
    "exact passage",
    "normalised passage",
    "near-duplicate passage",
    "contained passage",
    "shared document",
]
"""What leaks, each level harder to see than the one before; of one pair only its first level is reported."""

LEVELS: tuple[Level, ...] = get_args(Level)


@dataclass(frozen=True, slots=True)
class Leak:
    """One thing that training and test data have in common.

    Args:
        level: what it is.
        method: how it was found.
        score: fraction; 1 for copies, else what the method measures: share of unchanged words, cosine, Jaccard index,
            share of the n-grams, share of the document's test passages.
        train_ids, test_ids: every question concerned: one each for a pair of questions, all questions on them for
            passages and documents.
        train_text, test_text: the two texts, as evidence.
        where: the documents.
        common: for passages that are not equal, the longest run of words that both have, normalised.
    """

    level: Level
    method: str
    score: float
    train_ids: tuple[str, ...]
    test_ids: tuple[str, ...]
    train_text: str
    test_text: str
    where: str
    common: str = ""

    @property
    def train_id(self) -> str:
        """The first training question concerned."""
        return self.train_ids[0]

    @property
    def test_id(self) -> str:
        """The first test question concerned."""
        return self.test_ids[0]


@dataclass(frozen=True)
class AuditReport:
    """The result of `qa_lesson.leakage.audit`.

    Args:
        findings: by level, then in the order of the test data.
        given_away: ids of test questions in which their own answer stands; no leak between the parts, so a note only.
        n_train, n_test: questions.
        embeddings: whether paraphrases were looked for.
        n_without_paraphrases: test questions in scripts without spaces, which the English encoder does not know, so
            that no paraphrases of them were looked for.
    """

    findings: tuple[Leak, ...]
    given_away: tuple[str, ...]
    n_train: int
    n_test: int
    embeddings: bool
    n_without_paraphrases: int = 0

    def __repr__(self) -> str:
        return (
            f"<audit of {self.n_train} training and {self.n_test} test questions: {len(self.findings)} findings, "
            f"{len(self.touched())} test questions touched>"
        )

    def of_level(self, *levels: Level) -> tuple[Leak, ...]:
        """The findings of some levels.

        Raises:
            ConfigError: there is no such level.
        """
        _check_levels(levels)
        return tuple(finding for finding in self.findings if finding.level in levels)

    def touched(self, *levels: Level) -> frozenset[str]:
        """Ids of the test questions concerned by some levels, or by any."""
        return frozenset(name for finding in self.of_level(*(levels or LEVELS)) for name in finding.test_ids)

    def leaking(self, *levels: Level) -> frozenset[str]:
        """Ids of the training questions concerned by some levels, or by any."""
        return frozenset(name for finding in self.of_level(*(levels or LEVELS)) for name in finding.train_ids)

    @property
    def share(self) -> float:
        """The share of the test questions that are touched, a fraction."""
        return len(self.touched()) / self.n_test

    def counts(self) -> list[dict[str, Any]]:
        """One row a level: findings, training and test questions concerned, and the share of the test questions."""
        return [
            {
                "level": level,
                "findings": len(self.of_level(level)),
                "train_questions": len(self.leaking(level)),
                "test_questions": len(self.touched(level)),
                "share": len(self.touched(level)) / self.n_test,
            }
            for level in LEVELS
        ]

    def rows(self) -> list[dict[str, Any]]:
        """One row a finding, as plain JSON data."""
        return [
            {
                "level": finding.level,
                "method": finding.method,
                "score": finding.score,
                "train_id": finding.train_id,
                "test_id": finding.test_id,
                "train_questions": len(finding.train_ids),
                "test_questions": len(finding.test_ids),
                "train_text": finding.train_text,
                "test_text": finding.test_text,
                "where": finding.where,
                "common": finding.common,
            }
            for finding in self.findings
        ]


def clean_training(
    train: Sequence[Example], report: AuditReport, *, levels: Collection[Level] | None = None
) -> list[Example]:
    """The training examples that have nothing in common with the test data, in their order.

    Args:
        train: the examples that were audited.
        report: what was found.
        levels: only what leaks at these levels is removed; None for all.

    Raises:
        ConfigError: there is no such level.
    """
    chosen = LEVELS if levels is None else tuple(levels)
    leaking = {name for finding in report.of_level(*chosen) for name in finding.train_ids}
    return [example for example in train if example.id not in leaking]


def _check_levels(levels: Sequence[str]) -> None:
    for level in levels:
        if level not in LEVELS:
            raise ConfigError("no such level", received=repr(level), fix=f"use one of {', '.join(LEVELS)}")
