"""What each learner of a roster was asked: the same for all, or drawn for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from qa_lesson.grading.formats.drawing import Version
from qa_lesson.grading.formats.records import Key
from qa_lesson.grading.formats.results import GradedQuestion, QuestionResult
from qa_lesson.quiz.kinds.registry import Question


@dataclass(frozen=True, slots=True)
class Paper:
    """The questions of one bundle.

    Args:
        bundle: its id.
        learner: id of the one that it was made for; empty: for everyone.
        versions: by question id, in the order of the key.
    """

    bundle: str
    learner: str
    versions: Mapping[str, Version]


class Papers:
    """All papers of a key.

    Args:
        key: of the quiz.
        learners: ids on the roster.
    """

    def __init__(self, key: Key, learners: Iterable[str] = ()) -> None:
        if key.personal is None:
            versions = {question.id: Version(question, "", "", {}) for question in key.questions}
            found = [Paper(key.bundle, "", versions)]
        else:
            found = [
                Paper(bundle, learner, {one.question.id: one for one in versions})
                for learner in learners
                for bundle, versions in [key.draw(learner)]
            ]
        self.personal = key.personal is not None
        self._by_bundle = {paper.bundle: paper for paper in found}
        self._by_learner = {paper.learner: paper for paper in found}

    def of_bundle(self, bundle: object) -> Paper | None:
        """The paper of a bundle; None: it is no bundle of this key and roster."""
        return self._by_bundle.get(bundle) if isinstance(bundle, str) else None

    def of_learner(self, learner: str) -> Paper:
        """The paper of a learner of the roster."""
        return self._by_learner[learner if self.personal else ""]

    def variants(self) -> dict[str, dict[str, Mapping[str, int]]]:
        """Of each question with parameters: its variants, and the places of the values that make them."""
        found: dict[str, dict[str, Mapping[str, int]]] = {}
        for paper in self._by_bundle.values():
            for name, version in paper.versions.items():
                if version.variant:
                    found.setdefault(name, {})[version.variant] = version.chosen
        return {name: dict(sorted(ones.items())) for name, ones in found.items()}


class AskedVersions:
    """Finds what a learner was asked from what the results say about it.

    Args:
        key: of the quiz.
        graded: the questions of the results, in the order of the key.
    """

    def __init__(self, key: Key, graded: Iterable[GradedQuestion]) -> None:
        self._drawer = key.drawer
        self._questions = {question.id: question for question in key.questions}
        self._variants = {one.id: one.variants for one in graded}
        self._found: dict[tuple[str, str], Question] = {}

    def of(self, answer: QuestionResult) -> Question:
        """The question that an answer is to, with the learner's values."""
        return self.version(answer.question, answer.variant)

    def version(self, question_id: str, variant: str) -> Question:
        """A variant of a question; as in the key for an empty or unknown one."""
        known = question_id, variant
        if known not in self._found:
            question, chosen = self._questions[question_id], self._variants.get(question_id, {}).get(variant)
            drawn = self._drawer.version(question, chosen) if self._drawer and chosen else None
            self._found[known] = drawn.question if drawn else question
        return self._found[known]
