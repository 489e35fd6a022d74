"""What a learner's answers say about what the learner can do, and how little a few answers say.

The first attempt at each question is what counts: later ones come after the feedback. Intervals are Wilson's at 95%,
as everywhere in the course.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from qa_lesson.evaluation import Interval, binomial_interval
from qa_lesson.quiz.bank.draw import draw_questions
from qa_lesson.quiz.bank.models import Quiz
from qa_lesson.quiz.progress.learner_rows import Attempt

FEW = 10
"""Below this many answers a share is called a hint rather than a measurement."""

Advice = Literal["work through", "take its quiz", "not asked"]
"""What a test says about a lesson: something was missed, everything asked was right, nothing was asked."""


@dataclass(frozen=True)
class Tally:
    """Questions answered right at the first attempt.

    Args:
        n_right: of them.
        n: questions answered.
        n_mended: missed at first and right at the latest attempt.
    """

    n_right: int
    n: int
    n_mended: int = 0

    @property
    def n_missed(self) -> int:
        """Questions that were not right at the first attempt."""
        return self.n - self.n_right

    @property
    def interval(self) -> Interval | None:
        """The share of right answers that many more such questions would give, fractions; None without answers."""
        return binomial_interval(self.n_right, self.n) if self.n else None

    @property
    def is_hint(self) -> bool:
        """Whether there are too few answers to rely on."""
        return self.n < FEW


@dataclass(frozen=True)
class ObjectiveMastery:
    """How far an objective is mastered.

    Args:
        quiz: name of the quiz.
        objective: its id in this quiz.
        words: what follows "I can".
        overall: all questions answered.
        by_difficulty: "easy", "medium", "hard" -> the questions of that difficulty; difficulties not met are left out.
        missed_sections: where the lessons tell what was missed at first, each once.
    """

    quiz: str
    objective: str
    words: str
    overall: Tally
    by_difficulty: dict[str, Tally]
    missed_sections: tuple[str, ...] = ()


@dataclass(frozen=True)
class SaidConfidence:
    """Answers given with the same confidence.

    Args:
        said: the confidence, a fraction.
        tally: what came of them.
        verdict: the comparison in words.
    """

    said: float
    tally: Tally
    verdict: str


@dataclass(frozen=True)
class LessonAdvice:
    """What a test says about one lesson.

    Args:
        lesson: stem of the notebook.
        advice: what follows from the answers.
        tally: of the questions that this lesson answers.
        sections: where it tells what was missed, each once.
    """

    lesson: str
    advice: Advice
    tally: Tally
    sections: tuple[str, ...] = ()


@dataclass(frozen=True)
class PoolResult:
    """What a placement or mastery test says.

    Args:
        quiz: its name.
        overall: the questions answered.
        n_open: questions drawn and not answered yet.
        objectives: those met, the weakest first.
        path: one piece of advice a lesson, in their order.
    """

    quiz: str
    overall: Tally
    n_open: int
    objectives: tuple[ObjectiveMastery, ...]
    path: tuple[LessonAdvice, ...]


def first_attempts(attempts: Iterable[Attempt]) -> list[Attempt]:
    """The first attempt at each question, in the order given (oldest first, as `Progress.attempts` gives them)."""
    firsts: dict[tuple[str, str], Attempt] = {}
    for attempt in attempts:
        firsts.setdefault((attempt.quiz, attempt.question), attempt)
    return list(firsts.values())


def tally(attempts: Iterable[Attempt]) -> Tally:
    """Count questions by their first and latest attempt.

    Args:
        attempts: of any questions, oldest first.
    """
    by_question: dict[tuple[str, str], list[Attempt]] = {}
    for attempt in attempts:
        by_question.setdefault((attempt.quiz, attempt.question), []).append(attempt)
    tries = by_question.values()
    return Tally(
        n_right=sum(one[0].correct for one in tries),
        n=len(by_question),
        n_mended=sum(not one[0].correct and one[-1].correct for one in tries),
    )


def tally_by(attempts: Sequence[Attempt], key: Callable[[Attempt], str]) -> dict[str, Tally]:
    """A tally for each value of `key`, in order of first appearance."""
    groups: dict[str, list[Attempt]] = {}
    for attempt in attempts:
        groups.setdefault(key(attempt), []).append(attempt)
    return {name: tally(group) for name, group in groups.items()}


def mastery_by_objective(attempts: Sequence[Attempt], quizzes: Sequence[Quiz]) -> list[ObjectiveMastery]:
    """Every objective that was met, in the order of the quizzes and their objectives.

    Args:
        attempts: oldest first.
        quizzes: give the words and the sections; attempts at other quizzes count too and come last.
    """
    known = {quiz.name: quiz for quiz in quizzes}
    groups: dict[tuple[str, str], list[Attempt]] = {
        (quiz.name, objective): [] for quiz in quizzes for objective in quiz.objectives
    }
    for attempt in attempts:
        groups.setdefault((attempt.quiz, attempt.objective), []).append(attempt)
    return [
        ObjectiveMastery(
            quiz=name,
            objective=objective,
            words=known[name].objectives.get(objective, objective) if name in known else objective,
            overall=tally(group),
            by_difficulty=tally_by(group, lambda attempt: attempt.difficulty),
            missed_sections=_missed(group, _sections(known[name])) if name in known else (),
        )
        for (name, objective), group in groups.items()
        if group
    ]


def what_to_revisit(objectives: Iterable[ObjectiveMastery], n: int = 5) -> list[ObjectiveMastery]:
    """Objectives with something missed, at most `n`: those with missed questions still open first, then the weakest.

    The weakest is the one with the lowest lower bound, and of equal ones that with the lowest upper bound, so that
    0 of 3 comes before 0 of 1.
    """
    missed = [one for one in objectives if one.overall.n_missed]
    return sorted(missed, key=lambda one: (one.overall.n_mended == one.overall.n_missed, *_weakness(one)))[:n]


def confidence_calibration(attempts: Iterable[Attempt]) -> list[SaidConfidence]:
    """What was said against what came out, for each confidence, lowest first; first attempts only.

    The verdict is that it fits where what was said lies within the interval; where there are few answers it says so.
    """
    said = [attempt for attempt in first_attempts(attempts) if attempt.confidence is not None]
    said.sort(key=lambda attempt: attempt.confidence or 0.0)
    found = []
    for confidence, group in groupby(said, key=lambda attempt: attempt.confidence):
        counts, level = tally(list(group)), float(confidence or 0.0)
        found.append(SaidConfidence(level, counts, _verdict(level, counts)))
    return found


def pool_result(quiz: Quiz, attempts: Sequence[Attempt], learner: str, lessons: Sequence[str]) -> PoolResult:
    """What a placement or mastery test says so far.

    Args:
        quiz: the pool.
        attempts: the learner's, oldest first; those at other quizzes are ignored.
        learner: whose questions were drawn.
        lessons: stems of all lessons, in their order.
    """
    mine = [attempt for attempt in attempts if attempt.quiz == quiz.name]
    answered = {attempt.question for attempt in mine}
    objectives = mastery_by_objective(mine, [quiz])
    return PoolResult(
        quiz=quiz.name,
        overall=tally(mine),
        n_open=sum(question.id not in answered for question in draw_questions(quiz, learner)),
        objectives=tuple(sorted(objectives, key=_weakness)),
        path=tuple(_advice(lesson, mine, _sections(quiz)) for lesson in lessons),
    )


def lesson_of(section: str) -> str:
    """The stem of the notebook that a section is in.

    >>> lesson_of("05_metrics.ipynb#1.-When-are-two-answers-the-same?")
    '05_metrics'
    """
    return section.partition("#")[0].removesuffix(".ipynb")


def _advice(lesson: str, attempts: Sequence[Attempt], sections: Mapping[str, str]) -> LessonAdvice:
    about = [attempt for attempt in attempts if lesson_of(sections.get(attempt.question, "")) == lesson]
    if not about:
        return LessonAdvice(lesson, "not asked", tally(about))
    missed = _missed(about, sections)
    return LessonAdvice(lesson, "work through" if missed else "take its quiz", tally(about), missed)


def _sections(quiz: Quiz) -> dict[str, str]:
    return {question.id: question.section for question in quiz.questions}


def _missed(attempts: Iterable[Attempt], sections: Mapping[str, str]) -> tuple[str, ...]:
    """Where the questions are told that were missed at first; `sections` by question of the one quiz concerned."""
    missed = [sections.get(attempt.question) for attempt in first_attempts(attempts) if not attempt.correct]
    return tuple(dict.fromkeys(section for section in missed if section))


def _weakness(one: ObjectiveMastery) -> tuple[float, float]:
    interval = one.overall.interval
    return (interval.low, interval.high) if interval else (1.0, 1.0)


def _verdict(said: float, counts: Tally) -> str:
    interval = counts.interval
    assert interval is not None
    if interval.low <= said <= interval.high:
        return "too few answers to tell" if counts.is_hint else f"fits, as far as {counts.n} answers can tell"
    return "more right than you said" if said < interval.low else "less right than you said"
