"""What the placement and the mastery test say, and which lessons to take next."""

from __future__ import annotations

from markupsafe import Markup

from qa_lesson.errors import counted
from qa_lesson.look.html import StaticView, card, paragraph, table
from qa_lesson.look.templating import unbroken
from qa_lesson.quiz.bank.files import lesson_stems, load_quiz
from qa_lesson.quiz.pages.markdown import plain_text
from qa_lesson.quiz.progress.attempts import Progress
from qa_lesson.quiz.progress.mastery import Advice, PoolResult, pool_result
from qa_lesson.quiz.progress.pieces import (
    NOTHING,
    count_in_words,
    lesson_link,
    range_in_words,
    saved_where,
    section_links,
)

_BEFORE: dict[Advice, str] = {
    "work through": "work through it",
    "take its quiz": "try its quiz first; if that goes well, skim the lesson",
    "not asked": "not asked about: take it in its turn",
}
_AFTER: dict[Advice, str] = {
    "work through": "go over it again",
    "take its quiz": "nothing",
    "not asked": "not asked about",
}


def placement_report(progress: Progress | None = None) -> StaticView:
    """What the placement test says so far: how strong the learner is, how sure that is, and which lessons to take.

    Args:
        progress: by default the learner's own.

    Raises:
        BankError: a quiz file is not as it should be.
        StorageError: the progress cannot be read.
    """
    return _report("placement", _BEFORE, progress)


def mastery_report(progress: Progress | None = None) -> StaticView:
    """What the mastery test says so far, and which lessons to go over again.

    Args:
        progress: by default the learner's own.

    Raises:
        BankError: a quiz file is not as it should be.
        StorageError: the progress cannot be read.
    """
    return _report("mastery", _AFTER, progress)


def _report(quiz_name: str, advice: dict[Advice, str], progress: Progress | None) -> StaticView:
    progress = progress if progress is not None else Progress.open()
    quiz = load_quiz(quiz_name)
    result = pool_result(quiz, progress.attempts(quiz=quiz.name), progress.learner, lesson_stems())
    counts = result.overall
    text = f"<{quiz.name}: {counts.n_right} of {counts.n} right, {result.n_open} open>"
    if not counts.n:
        start = Markup("Nothing is answered yet. Run <i>show({!r})</i>, answer, then run this cell again.")
        return StaticView(card(paragraph(start.format(quiz.name)), quiz.title), text)
    parts = [
        card(_verdict(result), quiz.title),
        card(_objectives(result), "By objective, the weakest first"),
        card(_path(result, advice), "What to do next"),
        card(saved_where(progress), "Where this is saved"),
    ]
    return StaticView(Markup().join(parts), text)


def _verdict(result: PoolResult) -> Markup:
    interval = result.overall.interval
    assert interval is not None  # something is answered
    n = counted(result.overall.n, "question")
    still = f" {counted(result.n_open, 'question')} still open: answer all for a fair result." if result.n_open else ""
    told = Markup(
        "<b>{} of {} right at the first attempt.</b>{} Asked many more questions like these, you would get somewhere "
        "between {} of them right (95% interval). {} cannot say more than that: take the path below as advice."
    )
    between = range_in_words(interval).replace(" to ", " and ")
    return paragraph(told.format(result.overall.n_right, n, still, between, n.capitalize()))


def _objectives(result: PoolResult) -> Markup:
    rows = []
    for one in result.objectives:
        interval = one.overall.interval
        interval_words = range_in_words(interval) if interval is not None else NOTHING
        rows.append([plain_text(one.words), *map(unbroken, (count_in_words(one.overall), interval_words))])
    most = max(one.overall.n for one in result.objectives)
    hint = paragraph(
        f"At most {counted(most, 'question')} an objective: a hint where to look, no measurement.", muted=True
    )
    return table(["I can ...", "right at first", "95% interval"], rows, row_headers=True) + hint


def _path(result: PoolResult, words: dict[Advice, str]) -> Markup:
    rows = []
    for one in result.path:
        to_do = Markup.escape(words[one.advice])
        if one.sections:
            to_do += Markup(", above all:<br>{}").format(section_links(one.sections))
        rows.append([lesson_link(one.lesson), unbroken(count_in_words(one.tally)), to_do])
    return table(["lesson", "right at first", "to do"], rows, row_headers=True)
