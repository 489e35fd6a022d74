"""Flashcards say what the questions say, come back when FSRS has them due, and lose no review."""

import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_lesson.errors import ConfigError, StorageError
from qa_lesson.quiz.bank.files import load_quiz, quiz_names
from qa_lesson.quiz.flashcards import flashcard_widget
from qa_lesson.quiz.flashcards.cards import Flashcard, all_flashcards, make_flashcard
from qa_lesson.quiz.flashcards.flashcard_widget import FlashcardReview, review
from qa_lesson.quiz.flashcards.schedule import GRADES, choose_cards, due_after, in_words, memory
from qa_lesson.quiz.pages.markdown import render_inline, render_markdown
from qa_lesson.quiz.progress.attempts import Progress
from qa_lesson.quiz.progress.learner_rows import Attempt, Review

FIXTURE = Path(__file__).parents[1] / "bank" / "05_metrics.yaml"
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def progress(tmp_path):
    return Progress.open(tmp_path / "progress.sqlite")


def cards(*names: str, quiz="metrics") -> list[Flashcard]:
    return [Flashcard(name, quiz, "f1", "easy", f"<p>{name}?</p>", f"<p>{name}!</p>") for name in names]


def look(progress, card, rating, at) -> None:
    progress.record_review(Review(learner=progress.learner, card=card, rating=rating, at=at.isoformat()))


class Clock:
    def __init__(self):
        self.now = START

    def __call__(self):
        return self.now


# ---------------------------------------------------------------- what stands on the cards


def test_every_kind_of_question_makes_a_card():
    questions = load_quiz(FIXTURE).questions
    assert {question.kind for question in questions} == {
        "single", "multi", "numeric", "text", "span", "ordering", "code",
    }  # fmt: skip
    for question in questions:
        card = make_flashcard(question, "05_metrics")
        assert (card.id, card.objective, card.difficulty) == (question.id, question.objective, question.difficulty)
        assert card.front.startswith(render_markdown(question.prompt))
        assert f"<strong>In short:</strong> {render_inline(question.quick_check)}" in card.back
        assert card.back.count("<li>") >= len(question.steps) + len(question.mistakes)


@pytest.mark.parametrize("name", [name for name in quiz_names() if name[0].isdigit()])
def test_a_front_shows_all_options_or_none_and_the_back_the_answer(name):
    for question in load_quiz(name).questions:
        card = make_flashcard(question, name)
        if question.kind in ("single", "multi"):
            items = [f"<li>{render_inline(option.text)}</li>" for option in question.options]
            assert [item in card.front for item in items] == [items[0] in card.front] * len(items)
            right = [render_inline(option.text) for option in question.options if option.correct]
            assert all(text in card.back for text in right)
        elif question.kind == "code":
            assert "___" in card.front
            assert "___" not in card.back
        elif question.kind == "numeric":
            assert f"<strong>{question.answer:.6g} (" in card.back
        elif question.kind == "ordering":
            places = [card.back.index(f"<li>{render_inline(item.text)}</li>") for item in question.items]
            assert places == sorted(places)
            fronts = [card.front.index(f"<li>{render_inline(item.text)}</li>") for item in question.items]
            assert fronts != sorted(fronts)


def test_options_are_shown_where_the_prompt_needs_them():
    single = next(question for question in load_quiz(FIXTURE).questions if question.kind == "single")
    recall = make_flashcard(single.model_copy(update={"prompt": "What comes back?"}), "05_metrics")
    choice = make_flashcard(single.model_copy(update={"prompt": "Which of these comes back?"}), "05_metrics")
    assert recall.front == "<p>What comes back?</p>"
    assert choice.front.count("<li>") == len(single.options)


def test_html_in_the_bank_is_escaped():
    single = next(question for question in load_quiz(FIXTURE).questions if question.kind == "single")
    evil = "<script>alert(1)</script>"
    options = [option.model_copy(update={"text": evil}) for option in single.options]
    changes = {
        "prompt": f"Which? {evil}",
        "options": options,
        "quick_check": evil,
        "steps": (evil,),
        "mistakes": (evil,),
    }
    card = make_flashcard(single.model_copy(update=changes), "05_metrics")
    assert "<script" not in card.front + card.back
    assert (card.front + card.back).count("&lt;script&gt;") == 1 + len(options) + 4


def test_pools_give_no_cards():
    quiz = load_quiz(FIXTURE)
    pool = quiz.model_copy(update={"draw": object()})
    assert [card.id for card in all_flashcards([quiz, pool])] == [question.id for question in quiz.questions]


# ---------------------------------------------------------------- when they come back


def test_better_grades_wait_longer_and_repetition_stretches():
    waits = {grade: due - START for grade, due in due_after([], START).items()}
    assert list(waits.values()) == sorted(waits.values())
    assert waits[1] == timedelta(minutes=1)
    assert waits[3] == timedelta(minutes=10)
    assert waits[4] == timedelta(days=8)  # the default stability of an easy card is 8.3 days
    log, at, gaps = [], START, []
    for _ in range(6):
        log.append(Review(learner="ada", card="c", rating=3, at=at.isoformat()))
        due = memory(log).due
        gaps.append(due - at)
        at = due
    assert gaps[0] == timedelta(minutes=10)
    assert all(2 * left < right for left, right in itertools.pairwise(gaps[1:]))
    lapse = [*log, Review(learner="ada", card="c", rating=1, at=at.isoformat())]
    assert memory(lapse).due - at == timedelta(minutes=10)
    assert memory(lapse).stability < memory(log).stability


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(sorted(GRADES)), st.floats(0, 30)), min_size=1, max_size=8))
def test_the_log_always_gives_the_same_state_and_grades_stay_in_order(steps):
    log, at = [], START
    for grade, days in steps:
        due = due_after(log, at)
        assert sorted(due, key=lambda one: (due[one], one)) == [1, 2, 3, 4]
        assert due[1] > at
        log.append(Review(learner="ada", card="c", rating=grade, at=at.isoformat()))
        assert memory(log).due == due[grade]
        at += timedelta(days=days)
    assert memory(log) == memory(log)


def test_a_round_takes_due_cards_then_new_ones_of_lessons_met(progress):
    deck = cards("a", "b", "c", quiz="why") + cards("d", "e", "f", quiz="data")
    look(progress, "a", 3, START - timedelta(days=9))  # due ten minutes later
    look(progress, "e", 1, START - timedelta(days=10))  # due for longer
    look(progress, "f", 4, START - timedelta(days=1))  # due in a week
    progress.record(
        Attempt(
            learner=progress.learner, quiz="data", question="q", objective="o", difficulty="easy", kind="single",
            response="x", credit=1.0, correct=True,
        )
    )  # fmt: skip
    assert [card.id for card in choose_cards(deck, progress, 10, START)] == ["e", "a", "d", "b", "c"]
    assert [card.id for card in choose_cards(deck, progress, 2, START)] == ["e", "a"]
    later = choose_cards(deck, progress, 10, START + timedelta(days=8))
    assert [card.id for card in later] == ["e", "a", "f", "d", "b", "c"]
    with pytest.raises(ConfigError, match="at least one card"):
        choose_cards(deck, progress, 0, START)


@pytest.mark.parametrize(
    ("wait", "words"),
    [
        (timedelta(seconds=5), "in 1 minute"),
        (timedelta(minutes=10), "in 10 minutes"),
        (timedelta(hours=3), "in 3 hours"),
        (timedelta(days=1), "in 1 day"),
        (timedelta(days=21), "in 21 days"),
        (timedelta(days=91), "in 3 months"),
        (timedelta(days=36500), "in 100 years"),
    ],
)
def test_waits_in_words(wait, words):
    assert in_words(wait) == words


# ---------------------------------------------------------------- a round


def test_a_round_from_first_card_to_last(progress):
    clock = Clock()
    view = FlashcardReview(cards("a", "b"), progress, clock=clock)
    assert view.shown["position"] == "Card 1 of 2, from metrics"
    assert (view.shown["front"], view.shown["back"], view.shown["grades"]) == ("<p>a?</p>", "", [])
    view.show_answer()
    assert view.shown["back"] == "<p>a!</p>"
    assert [one["name"] for one in view.shown["grades"]] == [
        "Again: at the end of this round", "Hard: in 6 minutes", "Good: in 10 minutes", "Easy: in 8 days",
    ]  # fmt: skip
    view.grade(1)
    assert view.shown["status"] == "Saved: again. The card comes back at the end of this round."
    assert (view.current.id, view.shown["back"], view.shown["position"]) == ("b", "", "Card 1 of 2, from metrics")
    view.show_answer()
    clock.now += timedelta(seconds=30)
    view.grade(4)
    assert view.shown["status"] == "Saved: easy. The card comes back in 8 days."
    assert view.current.id == "a"
    view.show_answer()
    view.grade(3)
    assert view.current is None
    assert view.shown["position"] == "That was all: 2 cards known. Run the cell again for more."
    assert [(one.card, one.rating) for one in progress.reviews()] == [("a", 1), ("b", 4), ("a", 3)]
    assert FlashcardReview(cards("a", "b"), progress, clock=clock).shown["position"] == "There is no card to look at."


def test_the_page_uses_the_same_path(progress):
    sent = []
    view = FlashcardReview(cards("a"), progress)
    view.send = lambda message: sent.append(message["done"])
    view._handle_custom_msg({"action": "show"}, [])
    assert view.shown["back"] == "<p>a!</p>"
    view._handle_custom_msg({"action": "grade", "grade": 9}, [])
    assert "show the answer first" in view.shown["problem"]
    view._handle_custom_msg({"action": "grade", "grade": 2}, [])
    assert view.shown["problem"] == ""
    assert [one.rating for one in progress.reviews()] == [2]
    view._handle_custom_msg({"action": "grade", "grade": 2}, [])
    assert "nothing to grade" in view.shown["problem"]
    assert len(progress.reviews()) == 1
    assert sent == ["show", "grade", "grade", "grade"]


def test_a_review_that_cannot_be_saved_keeps_the_card(progress):
    view = FlashcardReview(cards("a", "b"), progress)
    view.send = lambda message: None
    view.show_answer()
    progress.path.unlink()
    view._handle_custom_msg({"action": "grade", "grade": 3}, [])
    assert "cannot be read or written" in view.shown["problem"]
    assert view.shown["status"] == ""
    assert view.current.id == "a"
    with pytest.raises(StorageError):
        view.grade(3)


def test_no_grade_before_the_answer(progress):
    view = FlashcardReview(cards("a"), progress)
    with pytest.raises(ConfigError, match="nothing to grade"):
        view.grade(3)
    assert progress.reviews() == []


def test_repr_fallback_and_note(progress, tmp_path):
    view = FlashcardReview(cards("a"), progress)
    assert repr(view) == "<flashcards>"
    bundle, _ = view._repr_mimebundle_()
    assert bundle["text/plain"] == "<flashcards>"
    assert "Open this notebook in JupyterLab" in bundle["text/html"]
    (tmp_path / "file").write_text("")
    fallen = Progress.open(tmp_path / "file" / "progress.sqlite")
    assert FlashcardReview(cards("a"), fallen).shown["note"] == fallen.note != ""


def test_review_takes_the_bank_and_the_learners_file(monkeypatch, tmp_path):
    monkeypatch.setenv("QA_LESSON_PROGRESS", str(tmp_path / "mine.sqlite"))
    deck = cards(*"abcdefghijkl")
    monkeypatch.setattr(flashcard_widget, "all_flashcards", lambda: deck)
    assert review().shown["position"] == "Card 1 of 10, from metrics"
    view = review(n=3)
    assert view.shown["position"] == "Card 1 of 3, from metrics"
    view.show_answer()
    view.grade(4)
    assert [one.card for one in Progress.open(tmp_path / "mine.sqlite").reviews()] == ["a"]
