"""Which questions and values a learner gets: drawn from a secret and the learner's id, everywhere the same.

Each choice is HMAC-SHA256 under the secret, of what is chosen and the learner's id. Without the secret none can be
computed, and the choices of one learner say nothing about those of another.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from qa_lesson.grading.formats.canonical_json import canonical
from qa_lesson.quiz.answering.asked import asked_fields
from qa_lesson.quiz.bank.models import Pool
from qa_lesson.quiz.kinds.registry import Question

SECRET_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Version:
    """A question as a learner is asked it.

    Args:
        question: with the learner's values.
        variant: a short hash of what is asked and of the values; empty for a question that is the same for everyone.
        record: what a bundle holds of it, as canonical JSON; empty where all learners have one bundle.
        chosen: the place of the value of each parameter.
    """

    question: Question
    variant: str
    record: str
    chosen: Mapping[str, int]


class Drawer:
    """Draws for one quiz.

    Args:
        questions: of the quiz file.
        pools: of the quiz file.
        secret: `SECRET_BYTES` bytes, hexadecimal.
    """

    def __init__(self, questions: Sequence[Question], pools: Sequence[Pool], secret: str) -> None:
        self._questions, self._pools = tuple(questions), tuple(pools)
        self._secret = bytes.fromhex(secret)
        self._pooled = frozenset(name for pool in pools for name in pool.questions)
        self._versions: dict[tuple[str, tuple[int, ...]], Version] = {}

    def versions(self, learner: str) -> tuple[Version, ...]:
        """What a learner is asked, in the order of the quiz file.

        Args:
            learner: the id on the roster; capitals and white space around it do not matter.
        """
        name = _plain(learner)
        taken: set[str] = set()
        for pool in self._pools:
            ranked = sorted(pool.questions, key=lambda one: self._mac("pool", name, pool.id, one))
            taken.update(ranked[: pool.take])
        return tuple(
            self.version(question, self._choose(question, name))
            for question in self._questions
            if question.id in taken or question.id not in self._pooled
        )

    def nonce(self, learner: str) -> str:
        """What makes a learner's bundle another one than all others, even with the same questions: 32 hex digits."""
        return self._mac("bundle", _plain(learner)).hex()[:32]

    def version(self, question: Question, chosen: Mapping[str, int]) -> Version:
        """A question with certain values.

        Args:
            question: of the quiz file.
            chosen: the place of the value of each parameter.
        """
        known = question.id, tuple(chosen[name] for name in question.sizes)
        if known not in self._versions:
            concrete = question.drawn(chosen)
            record = canonical(concrete.asked_model(**asked_fields(concrete)).model_dump(mode="json"))
            # with the values: two keys must not share a variant, even where the prompt leaves a value out
            told = f"{record}\n{concrete.version}"
            variant = hashlib.sha256(told.encode()).hexdigest()[:8] if chosen else ""
            self._versions[known] = Version(concrete, variant, record, chosen)
        return self._versions[known]

    def _choose(self, question: Question, learner: str) -> dict[str, int]:
        # 256 bits over a few values: none of them is more probable in any way that shows
        return {
            parameter: int.from_bytes(self._mac("value", learner, question.id, parameter)) % n
            for parameter, n in question.sizes.items()
        }

    def _mac(self, *parts: str) -> bytes:
        return hmac.digest(self._secret, json.dumps(parts).encode(), "sha256")


def _plain(learner: str) -> str:
    return unicodedata.normalize("NFC", learner).strip().casefold()
