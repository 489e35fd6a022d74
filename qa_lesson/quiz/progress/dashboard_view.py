"""What a learner knows so far, from all quizzes: figures, tables and where to look again."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from qa_lesson.errors import counted
from qa_lesson.look.html import StaticView, card, paragraph, table
from qa_lesson.look.templating import unbroken
from qa_lesson.quiz.bank.draw import DIFFICULTIES
from qa_lesson.quiz.bank.files import load_quiz, quiz_names
from qa_lesson.quiz.bank.models import Quiz
from qa_lesson.quiz.pages.markdown import plain_text
from qa_lesson.quiz.progress.attempts import Progress
from qa_lesson.quiz.progress.guesses import guesses_html
from qa_lesson.quiz.progress.learner_rows import Attempt
from qa_lesson.quiz.progress.mastery import (
    ObjectiveMastery,
    confidence_calibration,
    first_attempts,
    mastery_by_objective,
    tally,
    tally_by,
    what_to_revisit,
)
from qa_lesson.quiz.progress.path_view import path_card
from qa_lesson.quiz.progress.pieces import (
    NOTHING,
    count_in_words,
    range_in_words,
    saved_where,
    section_links,
)

_FIRST = "The first answer to each question is what counts: later ones come after the feedback."


def dashboard(progress: Progress | None = None) -> StaticView:
    """Mastery by objective and difficulty, calibration of confidence and guesses, what to read again, and the file.

    If the learner has chosen a path, its next step comes first.

    Args:
        progress: by default the learner's own.

    Raises:
        StorageError: the progress cannot be read.
        BankError: a quiz file is not as it should be.
    """
    progress = progress if progress is not None else Progress.open()
    quizzes = [load_quiz(name) for name in quiz_names()]
    attempts = progress.attempts()
    text = f"<dashboard: {counted(tally(attempts).n, 'question')} answered>"
    guesses = progress.guesses()
    if not attempts:
        parts = [path_card(progress, attempts), card(_nothing_yet() + saved_where(progress), "Your progress")]
        parts += [card(guesses_html(guesses), "How well you predict")] if guesses else []
        return StaticView(Markup().join(parts), text)
    objectives = mastery_by_objective(attempts, quizzes)
    parts = [
        path_card(progress, attempts),
        card(_summary(attempts, quizzes) + _figure(attempts, quizzes), "Your progress"),
        card(_objective_tables(objectives, attempts), "What you can do"),
        card(_revisit_table(what_to_revisit(objectives)), "What to look at again"),
        card(_calibration(attempts), "How sure you were"),
        card(guesses_html(guesses), "How well you predict"),
        card(saved_where(progress), "Where this is saved"),
    ]
    return StaticView(Markup().join(parts), text)


def _nothing_yet() -> Markup:
    return paragraph("Nothing is answered yet. Each lesson ends with a quiz: run its cell, answer, and come back.")


def _summary(attempts: Sequence[Attempt], quizzes: Sequence[Quiz]) -> Markup:
    counts = tally(attempts)
    interval = counts.interval
    assert interval is not None  # there are attempts
    asked = sum(len(quiz.questions) for quiz in quizzes if quiz.draw is None)
    asked += sum(quiz.draw.easy + quiz.draw.medium + quiz.draw.hard for quiz in quizzes if quiz.draw is not None)
    mended = f", and {counts.n_mended} of the others since" if counts.n_mended else ""
    done = f"{counted(counts.n, 'question')} of {asked} answered, {counts.n_right} right at the first attempt"
    told = Markup("<b>{}</b>{}. {} On many more questions like these you would get {} right at first (95% interval).")
    return paragraph(told.format(done, mended, _FIRST, range_in_words(interval)))


def _figure(attempts: Sequence[Attempt], quizzes: Sequence[Quiz]) -> Markup:
    from qa_lesson.views.trust import plot_intervals

    order = {quiz.name: place for place, quiz in enumerate(quizzes)}
    by_quiz = tally_by(attempts, lambda attempt: attempt.quiz)
    by_difficulty = tally_by(attempts, lambda attempt: attempt.difficulty)
    rows = {name: by_quiz[name] for name in sorted(by_quiz, key=lambda name: order.get(name, len(order)))}
    rows |= {f"{name} questions": by_difficulty[name] for name in DIFFICULTIES if name in by_difficulty}
    labelled = {f"{label} (n={counts.n})": counts.interval for label, counts in rows.items()}
    known = {label: interval for label, interval in labelled.items() if interval is not None}
    figure = plot_intervals(known, title="Right at the first attempt")
    return figure.html() + paragraph("By quiz and by difficulty, with 95% intervals.")


def _objective_tables(objectives: Sequence[ObjectiveMastery], attempts: Sequence[Attempt]) -> Markup:
    """A table a quiz, folded under a line that sums it up."""
    header = ["I can ...", *DIFFICULTIES, "all", "95% interval"]
    by_quiz = tally_by(attempts, lambda attempt: attempt.quiz)
    parts = []
    for name in dict.fromkeys(one.quiz for one in objectives):
        rows = [_objective_row(one) for one in objectives if one.quiz == name]
        title = f"{name.replace('_', ' ')}: {count_in_words(by_quiz[name])} right at the first attempt"
        folded = Markup("<details><summary>{}</summary>{}</details>")
        parts.append(folded.format(title, table(header, rows, row_headers=True)))
    if any(one.overall.is_hint for one in objectives):
        hint = "A few questions are a hint, not a measurement: the intervals say how little they pin down."
        parts.append(paragraph(hint, muted=True))
    return Markup().join(parts)


def _objective_row(one: ObjectiveMastery) -> list[str]:
    counted = [count_in_words(one.by_difficulty.get(name)) for name in DIFFICULTIES]
    interval = one.overall.interval
    return [
        plain_text(one.words),
        *map(unbroken, counted),
        Markup("<b>{}</b>").format(unbroken(count_in_words(one.overall))),
        unbroken(range_in_words(interval) if interval is not None else NOTHING),
    ]


def _revisit_table(objectives: Sequence[ObjectiveMastery]) -> Markup:
    if not objectives:
        return paragraph("Nothing: every question that you answered was right at the first attempt.")
    rows = [
        [
            plain_text(one.words),
            unbroken(count_in_words(one.overall))
            + (f", {one.overall.n_mended} more since" if one.overall.n_mended else ""),
            section_links(one.missed_sections) or NOTHING,
        ]
        for one in objectives
    ]
    return table(["I can ...", "right at first", "read again"], rows, row_headers=True)


def _calibration(attempts: Sequence[Attempt]) -> Markup:
    said = confidence_calibration(attempts)
    if not said:
        return paragraph("You have not said yet how sure you are. The quizzes ask before they check: try it.")
    from qa_lesson.evaluation import calibration_bins
    from qa_lesson.views.trust import plot_reliability

    told = [(one.confidence, one.correct) for one in first_attempts(attempts) if one.confidence is not None]
    bins = calibration_bins([confidence for confidence, _ in told], [correct for _, correct in told])
    rows = [
        [
            f"{100 * one.said:.0f}%",
            unbroken(count_in_words(one.tally)),
            unbroken(range_in_words(one.tally.interval) if one.tally.interval is not None else NOTHING),
            one.verdict,
        ]
        for one in said
    ]
    found = table(["you said", "right at first", "95% interval", "so"], rows, row_headers=True)
    return found + plot_reliability(bins).html()
