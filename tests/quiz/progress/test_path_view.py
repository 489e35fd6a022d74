import pytest

from qa_lesson.course import learning_path
from qa_lesson.quiz.progress.attempts import Progress
from qa_lesson.quiz.progress.dashboard_view import dashboard
from qa_lesson.quiz.progress.learner_rows import Attempt
from qa_lesson.quiz.progress.path_view import choose_path, path_card, step_to_take


@pytest.fixture
def progress(tmp_path):
    return Progress.open(tmp_path / "p.sqlite")


def attempt(quiz: str) -> Attempt:
    return Attempt(
        learner="x", quiz=quiz, question="q", objective="o", difficulty="easy", kind="single", response="a",
        credit=1.0, correct=True, confidence=None, attempt=1, hints_used=0,
    )  # fmt: skip


def test_a_choice_is_saved_by_the_button_alone(progress):
    modes, times, shown, button, *_ = (chooser := choose_path(progress)).children
    assert repr(chooser) == "<path chooser>"
    modes.value, times.value = "project", "45 minutes"
    assert "02_prepare_data.ipynb" in shown.value
    assert progress.chosen_path() is None
    button.click()
    assert progress.chosen_path() == ("project", "45 minutes")
    assert Progress.open(progress.path).chosen_path() == ("project", "45 minutes")
    times.value = "a day"
    button.click()
    assert progress.chosen_path() == ("project", "a day")
    assert choose_path(progress).children[0].value == "project"


def test_another_learner_in_the_same_file_has_no_choice(progress):
    progress.choose_path("why", "a day")
    assert Progress.open(progress.path, learner="someone else").chosen_path() is None


def test_without_a_kernel_all_paths_are_listed(progress):
    html = choose_path(progress).static_html()
    assert html.count("<details>") == 10
    assert html.count("the whole course") == 10
    assert 'href="express.ipynb"' in html


def test_the_step_to_take_is_the_first_lesson_whose_quiz_is_untouched():
    path = learning_path("learn", "45 minutes")
    assert step_to_take(path, []).lesson == "express"
    assert step_to_take(path, [attempt("express")]).lesson == "01_why_fine_tune"
    assert step_to_take(path, [attempt("why_fine_tune"), attempt("express")]) is None


def test_the_dashboard_follows_the_choice(progress):
    assert path_card(progress, []) == ""
    assert "Your path" not in dashboard(progress)._repr_html_()
    progress.choose_path("learn", "45 minutes")
    assert "Next: " in (html := dashboard(progress)._repr_html_())
    assert "Your path: learn, 45 minutes" in html
    assert "every step" in path_card(progress, [attempt("why_fine_tune"), attempt("express")])


def test_a_path_says_what_to_skip_and_what_it_costs(progress):
    shown = choose_path(progress).children[2]
    assert "Skip for now" not in shown.value
    chooser = choose_path(progress)
    chooser.children[1].value = "8 minutes"
    assert "Skip for now" in chooser.children[2].value
    assert "Estimated: 8 minutes." in chooser.children[2].value
