"""When to show a flashcard again: FSRS, computed each time from the log of reviews.

FSRS (https://github.com/open-spaced-repetition) models how likely a card is still remembered; a card is due when that
has fallen to 90%. Nothing but the log is kept, so two notebooks cannot disagree about the state of a card.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal, get_args

from fsrs import Card, Rating, Scheduler

from qa_lesson.errors import ConfigError, counted
from qa_lesson.quiz.flashcards.cards import Flashcard
from qa_lesson.quiz.progress.attempts import Progress
from qa_lesson.quiz.progress.learner_rows import Review

Grade = Literal[1, 2, 3, 4]
GRADES: dict[Grade, str] = dict(zip(get_args(Grade), ("Again", "Hard", "Good", "Easy"), strict=True))
"""How well a card was known."""

# without the random spread, which serves those with thousands of cards: the log must always give the same state
_SCHEDULER = Scheduler(enable_fuzzing=False)
_STEPS = (
    (timedelta(hours=1), timedelta(minutes=1), "minute"),
    (timedelta(hours=20), timedelta(hours=1), "hour"),
    (timedelta(days=60), timedelta(days=1), "day"),
    (timedelta(days=720), timedelta(days=30.44), "month"),
    (timedelta.max, timedelta(days=365.25), "year"),
)


def memory(reviews: Iterable[Review]) -> Card | None:
    """What FSRS thinks of a card after its reviews, oldest first; None before the first one."""
    card: Card | None = None
    for review in reviews:
        at = datetime.fromisoformat(review.at).astimezone(UTC)
        card, _ = _SCHEDULER.review_card(card or Card(card_id=0, due=at), Rating(review.rating), at)
    return card


def recall(reviews: Iterable[Review], at: datetime) -> float:
    """How likely a card is still remembered, a fraction, as FSRS has it; it counts whole days since the last review.

    Args:
        reviews: of the card, oldest first.
        at: when, in UTC, not before the last review.

    >>> looked = Review(learner="ada", card="04-recall", rating=3, at="2026-03-01T09:00:00+00:00")
    >>> [round(recall([looked], datetime(2026, 3, day, 9, tzinfo=UTC)), 2) for day in (1, 3, 31)]
    [1.0, 0.91, 0.67]
    """
    card = memory(reviews)
    return 0.0 if card is None else float(_SCHEDULER.get_card_retrievability(card, at))


def due_after(reviews: Sequence[Review], at: datetime) -> dict[Grade, datetime]:
    """When the card would be due again, for each grade that could be given now.

    Args:
        reviews: of the card so far, oldest first.
        at: now, in UTC.
    """
    card = memory(reviews) or Card(card_id=0, due=at)
    return {grade: _SCHEDULER.review_card(card, Rating(grade), at)[0].due for grade in GRADES}


def choose_cards(cards: Sequence[Flashcard], progress: Progress, n: int, at: datetime) -> list[Flashcard]:
    """The cards of a round: those due, longest overdue first; then new ones, of lessons met before those of others.

    A lesson is met when a question of its quiz was answered.

    Args:
        cards: all there are.
        progress: the learner's.
        n: how many at most.
        at: now, in UTC.

    Raises:
        ConfigError: `n` is below 1.
        StorageError: the progress cannot be read.
    """
    if n < 1:
        raise ConfigError("a round has at least one card", received=f"n={n}", fix="use review(n=10)")
    reviewed: dict[str, list[Review]] = {}
    for review in progress.reviews():
        reviewed.setdefault(review.card, []).append(review)
    due_at = {name: card.due for name, reviews in reviewed.items() if (card := memory(reviews)) is not None}
    due = [card for card in cards if card.id in due_at and due_at[card.id] <= at]
    due.sort(key=lambda card: due_at[card.id])
    met = {attempt.quiz for attempt in progress.attempts()}
    new = [card for card in cards if card.id not in due_at]
    return [*due, *sorted(new, key=lambda card: card.quiz not in met)][:n]


def in_words(wait: timedelta) -> str:
    """How long from now, rounded.

    >>> in_words(timedelta(minutes=5.5)), in_words(timedelta(days=1)), in_words(timedelta(days=75))
    ('in 6 minutes', 'in 1 day', 'in 2 months')
    """
    for limit, unit, name in _STEPS:
        if wait < limit:
            n = max(1, round(wait / unit))
            return f"in {counted(n, name)}"
    raise AssertionError("no time span is longer than the last limit")
