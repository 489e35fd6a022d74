"""What the files of a class say: lessons, objectives, and the wrong answers that tempt most.

The first attempt at each question is what counts. Shares that say something about more than these learners come with a
95% interval, and there is none from fewer than a few learners.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from qa_lesson.evaluation import Interval, binomial_interval, mean_interval
from qa_lesson.grading.overview.class_progress import ClassProgress
from qa_lesson.grading.overview.shared_files import FirstAnswer
from qa_lesson.quiz.bank.models import Quiz
from qa_lesson.quiz.kinds.registry import Question
from qa_lesson.quiz.kinds.shared.forms import Choices
from qa_lesson.quiz.pages.markdown import plain_text

FEWEST_LEARNERS: Final = 5
"""Least number of learners for a share: fewer cannot show how different learners are."""
FEWEST_ANSWERS: Final = 10
"""Least number of first attempts at a question before one of its wrong answers is called tempting."""
MASTERED: Final = 0.8
"""Least share of right first attempts for an objective to count as mastered by the class."""
CERTAIN: Final = 0.9
"""Least confidence of a learner who counts as certain; the quizzes record 0.95 for that word."""
_LONGEST_ANSWER: Final = 160

Verdict = Literal["not mastered", "mastered", "cannot tell", "too few"]


@dataclass(frozen=True)
class LessonFigures:
    """How far the class is with a lesson.

    Args:
        quiz: name of its quiz.
        lesson: stem of its notebook.
        title: of its quiz.
        n_questions: in its quiz.
        n_worked_through: learners who have answered enough of them.
        n_begun: learners with at least one answer who have not.
        n_sent: learners with a file.
    """

    quiz: str
    lesson: str
    title: str
    n_questions: int
    n_worked_through: int
    n_begun: int
    n_sent: int


@dataclass(frozen=True)
class ObjectiveFigures:
    """How far the class masters an objective.

    Args:
        quiz, lesson: where it belongs.
        objective: its id.
        words: what follows "I can".
        n_learners: who answered at least one of its questions.
        n_answers: their questions.
        n_right: of them at the first attempt.
        interval: of the share, with learners as the units; None if there are too few.
        verdict: about `MASTERED`.
    """

    quiz: str
    lesson: str
    objective: str
    words: str
    n_learners: int
    n_answers: int
    n_right: int
    interval: Interval | None
    verdict: Verdict


@dataclass(frozen=True)
class TemptingAnswer:
    """The wrong answer that was given most to a question.

    Args:
        quiz, lesson, question: its place.
        prompt: of the question, plain text.
        answer: plain text of the option, or what was typed.
        n: learners who gave it at their first attempt.
        n_first: first attempts that are known.
        interval: of its share.
        n_certain: of the `n`, who were certain.
        n_said: of the `n`, who said how sure they were.
    """

    quiz: str
    lesson: str
    question: str
    prompt: str
    answer: str
    n: int
    n_first: int
    interval: Interval
    n_certain: int
    n_said: int


def lesson_figures(progress: ClassProgress) -> tuple[LessonFigures, ...]:
    """A record for each lesson, in their order."""
    sent = progress.sent
    return tuple(
        LessonFigures(
            quiz=quiz.name,
            lesson=quiz.lesson or quiz.name,
            title=quiz.title,
            n_questions=len(quiz.questions),
            n_worked_through=(n := sum(progress.is_worked_through(one, quiz) for one in sent)),
            n_begun=sum(quiz.name in one.lessons for one in sent) - n,
            n_sent=len(sent),
        )
        for quiz in progress.quizzes
    )


def objective_figures(progress: ClassProgress) -> tuple[ObjectiveFigures, ...]:
    """A record for each objective that someone met, the least mastered first; those with too few learners come last."""
    pairs: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for one in progress.sent:
        for place, counts in one.export.tallies.items() if one.export is not None else ():
            pairs.setdefault(place, []).append((counts.n_right, counts.n))
    found = [
        _objective(quiz, objective, words, pairs[quiz.name, objective])
        for quiz in progress.quizzes
        for objective, words in quiz.objectives.items()
        if (quiz.name, objective) in pairs
    ]
    return tuple(sorted(found, key=lambda one: (one.interval is None, one.interval.estimate if one.interval else 0.0)))


def _objective(quiz: Quiz, objective: str, words: str, pairs: Sequence[tuple[int, int]]) -> ObjectiveFigures:
    n_right, n = sum(right for right, _ in pairs), sum(n for _, n in pairs)
    interval = None
    if len(pairs) >= FEWEST_LEARNERS:
        values = [float(place < right) for right, n_own in pairs for place in range(n_own)]
        owners = [str(number) for number, (_, n_own) in enumerate(pairs) for _ in range(n_own)]
        interval = mean_interval(values, owners, unit="document")
    return ObjectiveFigures(
        quiz.name, quiz.lesson or quiz.name, objective, plain_text(words), len(pairs), n, n_right, interval,
        _verdict(interval),
    )  # fmt: skip


def _verdict(interval: Interval | None) -> Verdict:
    if interval is None:
        return "too few"
    if interval.high < MASTERED:
        return "not mastered"
    return "mastered" if interval.low >= MASTERED else "cannot tell"


def tempting_answers(progress: ClassProgress) -> tuple[TemptingAnswer, ...]:
    """The wrong answer given most to each question with enough first attempts, the most tempting first.

    The order is that of the intervals' lower ends, so a share of a few answers doesn't come first by chance.
    """
    firsts: dict[tuple[str, str], list[FirstAnswer]] = {}
    for one in progress.sent:
        for answer in one.export.answers if one.export is not None else ():
            if answer.response is not None:
                firsts.setdefault((answer.quiz, answer.question), []).append(answer)
    found = [
        tempting
        for quiz in progress.quizzes
        for question in quiz.questions
        if len(answers := firsts.get((quiz.name, question.id), [])) >= FEWEST_ANSWERS
        and (tempting := _tempting(quiz, question, answers)) is not None
    ]
    return tuple(sorted(found, key=lambda one: (-one.interval.low, one.quiz, one.question)))


def _tempting(quiz: Quiz, question: Question, answers: Sequence[FirstAnswer]) -> TemptingAnswer | None:
    form = question.form()
    options = {one.id: one for one in form.options} if isinstance(form, Choices) else None
    chosen: dict[str, list[FirstAnswer]] = {}
    for answer in answers:
        if not answer.correct:
            for name in _wrong_parts(answer.response, {*options} if options is not None else None):
                if options is None or not options[name].correct:
                    chosen.setdefault(name, []).append(answer)
    if not chosen:
        return None
    counts = Counter({name: len(group) for name, group in chosen.items()})
    name = min(counts, key=lambda one: (-counts[one], one))
    said = [one.confidence for one in chosen[name] if one.confidence is not None]
    return TemptingAnswer(
        quiz=quiz.name,
        lesson=quiz.lesson or quiz.name,
        question=question.id,
        prompt=plain_text(question.prompt),
        answer=plain_text(options[name].text) if options is not None else _typed(question, chosen[name][0], name),
        n=counts[name],
        n_first=len(answers),
        interval=binomial_interval(counts[name], len(answers)),
        n_certain=sum(one >= CERTAIN for one in said),
        n_said=len(said),
    )


def _typed(question: Question, answer: FirstAnswer, name: str) -> str:
    """What the learner saw of their answer: the items of an order in place of their ids."""
    if not isinstance(answer.response, list) or question.response_fault(answer.response) is not None:
        return name
    parts = (plain_text(str(question.part_html(part).striptags())) for part in answer.response)
    return cut_line(", then ".join(parts), _LONGEST_ANSWER)


def _wrong_parts(response: object, options: set[str] | None) -> Iterator[str]:
    """What was chosen, each option once; for other questions the whole answer as it was typed."""
    parts = response if isinstance(response, list) else [response]
    texts = [part if isinstance(part, str) else f"{part:g}" for part in parts if isinstance(part, str | float | int)]
    if options is not None:
        yield from dict.fromkeys(text for text in texts if text in options)
    elif typed := cut_line(", ".join(texts), _LONGEST_ANSWER):
        yield typed


def cut_line(text: str, width: int) -> str:
    """A text on one line, cut to `width` characters.

    >>> cut_line("a rather   long sentence", 12)
    'a rather...'
    """
    line = " ".join(text.split())
    return line if len(line) <= width else f"{line[: width - 3].rstrip()}..."
