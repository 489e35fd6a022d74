"""What a log says about the model's new questions: are they like the training questions, and are the answers right?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from qa_lesson.documents import Passage, write_passages
from qa_lesson.errors import DataError
from qa_lesson.evaluation.intervals import binomial_interval
from qa_lesson.loading import write_squad
from qa_lesson.schema import Answer, Example
from qa_lesson.serving.service_log import LoggedAnswer, read_log

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qa_lesson.errors import Problem
    from qa_lesson.evaluation import Interval

FAR_SHARE = 0.05
"""The share of training questions that count as unlike the others, and of new questions that are like them."""

_PARTS = 8
_LEAST_PART = 10  # questions; the share of fewer says nothing
_SURE = 0.01  # a change with a smaller p-value is called one


@dataclass(frozen=True)
class LogPart:
    """Consecutive answers of a log.

    Args:
        first, last: times of the first and the last.
        n: how many.
        abstained: share without an answer.
        probability: mean of the answers given; None if there are none.
        wrong: share of "wrong" among the answers that people marked; None if they marked none.
        far: share of questions unlike the training questions; None if those are not known.
    """

    first: str
    last: str
    n: int
    abstained: Interval
    probability: float | None
    wrong: Interval | None
    far: Interval | None


@dataclass(frozen=True)
class LogChange:
    """How something differs between the earlier and the later half of a log.

    Args:
        what: differs.
        earlier, later: its share or mean, a fraction.
        p: how often chance alone makes such a difference, a fraction.
    """

    what: str
    earlier: float
    later: float
    p: float

    @property
    def is_sure(self) -> bool:
        """Whether chance is no good explanation."""
        return self.p < _SURE


@dataclass(frozen=True)
class Watched:
    """What a log says.

    Args:
        answers: all of them, the oldest first.
        marked: for ids of answers whether people said that they are right.
        similarity: of each question to the nearest training question (cosine); None if those are not known.
        limit: a question under this similarity counts as unlike the training questions; None if those are not known.
        problems: lines that could not be read.
    """

    answers: Sequence[LoggedAnswer]
    marked: dict[str, bool]
    similarity: NDArray[np.float64] | None
    limit: float | None
    problems: Sequence[Problem]

    @property
    def is_far(self) -> NDArray[np.bool_]:
        """(N,) whether a question is unlike the training questions; all false if those are not known."""
        if self.similarity is None or self.limit is None:
            return np.zeros(len(self.answers), bool)
        far: NDArray[np.bool_] = self.similarity < self.limit
        return far

    def parts(self) -> list[LogPart]:
        """The log in up to eight parts of equal size."""
        n_parts = max(1, min(_PARTS, len(self.answers) // _LEAST_PART))
        return [self._part(indexes) for indexes in np.array_split(np.arange(len(self.answers)), n_parts)]

    @property
    def whole(self) -> LogPart:
        """The whole log in one part."""
        return self._part(np.arange(len(self.answers)))

    def _part(self, indexes: NDArray[np.int_]) -> LogPart:
        answers = [self.answers[i] for i in indexes]
        given = [one.probability for one in answers if one.text is not None]
        marks = [self.marked[one.id] for one in answers if one.id in self.marked]
        return LogPart(
            first=answers[0].time,
            last=answers[-1].time,
            n=len(answers),
            abstained=binomial_interval(sum(one.text is None for one in answers), len(answers)),
            probability=float(np.mean(given)) if given else None,
            wrong=binomial_interval(marks.count(False), len(marks)) if marks else None,
            far=None if self.similarity is None else binomial_interval(int(self.is_far[indexes].sum()), len(answers)),
        )

    def changes(self) -> list[LogChange]:
        """The later half of the log against the earlier one; none if a half has fewer than ten questions."""
        from scipy import stats

        half = len(self.answers) // 2
        if half < _LEAST_PART:
            return []
        abstained = np.array([one.text is None for one in self.answers])
        shares = [("questions without an answer", abstained)]
        if self.similarity is not None:
            shares.append(("questions unlike the training questions", self.is_far))
        found = []
        for what, flags in shares:
            early, late = flags[:half], flags[half:]
            table = [[int(part.sum()), int((~part).sum())] for part in (early, late)]
            p = float(stats.fisher_exact(table).pvalue)
            found.append(LogChange(what, float(early.mean()), float(late.mean()), p))
        probabilities = np.array([one.probability for one in self.answers])
        p = float(stats.mannwhitneyu(probabilities[:half], probabilities[half:]).pvalue)
        early_mean, late_mean = float(probabilities[:half].mean()), float(probabilities[half:].mean())
        found.append(LogChange("probability of the best candidate, mean", early_mean, late_mean, p))
        return found

    def wrong_answers(self) -> list[LoggedAnswer]:
        """The answers that people marked wrong, the newest first."""
        return [one for one in reversed(self.answers) if self.marked.get(one.id) is False]

    def farthest(self, n: int = 20) -> list[tuple[LoggedAnswer, float]]:
        """The `n` questions that are least like the training questions, with their similarity; each text once."""
        if self.similarity is None:
            return []
        found: dict[str, tuple[LoggedAnswer, float]] = {}
        for i in np.argsort(self.similarity, kind="stable"):
            if self.is_far[i]:
                found.setdefault(self.answers[i].question, (self.answers[i], float(self.similarity[i])))
        return list(found.values())[:n]


def watch_log(path: str | Path, training: Sequence[Example] | None = None) -> Watched:
    """Read a log, and compare its questions with the training questions.

    A question is unlike them if its similarity to the nearest one is lower than that of 95% of the training questions
    to the nearest one of another document.

    Args:
        path: of the log.
        training: what the model was trained on; None to leave the comparison out.

    Raises:
        DataError: the log cannot be read or has no answers.
    """
    answers, marked, problems = read_log(path)
    if not answers:
        raise DataError("the log has no answers yet", where=str(path), fix="ask the service something")
    if not training:
        return Watched(answers, marked, None, None, problems)
    from qa_lesson.semantic import embed

    known = embed([example.question for example in training])
    documents = [example.document for example in training]
    others = documents if len(set(documents)) > 1 else [str(i) for i in range(len(training))]
    same = np.array(others)[:, None] == np.array(others)[None, :]
    among = np.where(same, -1.0, known @ known.T).max(axis=1)
    similarity = (embed([one.question for one in answers]) @ known.T).max(axis=1).astype(np.float64)
    return Watched(answers, marked, similarity, float(np.quantile(among, FAR_SHARE)), problems)


def write_confirmed(watched: Watched, path: str | Path) -> int:
    """Write the answers that people marked right as SQuAD JSON, which `load_examples` reads; the number of them.

    Raises:
        DataError: there are none.
        StorageError: the file cannot be written.
    """
    examples: dict[tuple[str, str], Example] = {}
    for one in watched.answers:
        if watched.marked.get(one.id) and one.text is not None and one.start is not None and one.passage:
            reference = (Answer(one.passage[one.start : one.end], one.start),)
            example = Example(one.id, one.question, one.passage, reference, document=one.document)
            examples[one.question, one.passage] = example
    if not examples:
        raise DataError("no answer in the log is marked right", fix="mark some on the service's page")
    write_squad(list(examples.values()), path)
    return len(examples)


def write_to_annotate(watched: Watched, path: str | Path) -> int:
    """Write the passages of questions that need a person, for `qa-lesson annotate`; the number of them.

    These are the questions whose answer was marked wrong, those without an answer, and those unlike the training
    questions. What was asked is shown as the last heading of the passage.

    Raises:
        DataError: there are none.
        StorageError: the file cannot be written.
    """
    passages: dict[tuple[str, str], Passage] = {}
    for one, is_far in zip(watched.answers, watched.is_far, strict=True):
        verdict = watched.marked.get(one.id)
        needs_person = verdict is False or (verdict is None and (one.text is None or is_far))
        if needs_person and one.passage:
            asked = f"asked: {one.question}"
            passages[one.question, one.passage] = Passage(
                one.id, one.document or "log", one.passage, 0, len(one.passage), 0, (asked,)
            )
    if not passages:
        raise DataError("no question in the log needs a person", fix="come back when more was asked")
    return write_passages(passages.values(), path)
