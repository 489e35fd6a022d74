"""What a learner does in the lessons, by mouse and by keyboard."""

from __future__ import annotations

import re

from lab_browser import LabPage
from playwright.sync_api import Locator, expect

from qa_lesson import load_corpus, load_examples, score_answer
from qa_lesson.quiz import load_quiz

SMALL_QUIZ = 'from qa_lesson.quiz import show\nshow("metrics")'
FIRST = load_quiz("metrics").questions[0]
RIGHT = next(option.id for option in FIRST.options if option.correct)
WRONG = next(option.id for option in FIRST.options if not option.correct)


def quiz_named(lab: LabPage, title: str) -> Locator:
    return lab.page.get_by_role("region", name=title, exact=True)


def press(quiz: Locator, name: str | re.Pattern[str]) -> None:
    quiz.get_by_role("button", name=name).click()


def answer_somehow(quiz: Locator) -> None:
    """Answer the question in whatever way its inputs ask for, and check."""
    fieldset = quiz.locator("fieldset.qal-answer")
    if fieldset.locator("input[type=radio], input[type=checkbox]").count():
        fieldset.locator("label").first.click()
    elif fieldset.locator("textarea, input").count():
        fieldset.locator("textarea, input").fill("1")
    press(quiz, re.compile("^Check"))
    expect(quiz.locator(".qal-saved")).to_have_text("Saved.")


def test_start_and_placement_test(lab, lesson):
    lab.open(lesson("00_start_here"))
    lab.run_all()
    report = lab.cell("placement_report()")
    expect(report.locator(".jp-OutputArea-output")).to_contain_text("Nothing is answered yet")
    placement = load_quiz("placement")
    quiz = quiz_named(lab, placement.title)
    n = placement.draw.easy + placement.draw.medium + placement.draw.hard
    for number in range(1, n + 1):
        expect(quiz.locator(".qal-position")).to_contain_text(f"Question {number} of {n}")
        answer_somehow(quiz)
        if number < n:
            press(quiz, "Next")
    lab.run_cell("placement_report()")
    expect(report.locator(".jp-OutputArea-output")).to_contain_text(f"of {n} questions right at the first attempt")
    expect(report.locator(".jp-OutputArea-output")).not_to_contain_text("still open")
    expect(report.get_by_role("link", name=re.compile("01")).first).to_be_visible()


def test_overlap_view_and_quiz_of_lesson_05(lab, lesson):
    lab.open(lesson("05_metrics"))
    lab.run_all()
    reference = "Paris is the capital of France"
    cell = lab.cell("overlap_explorer(reference")
    field = cell.get_by_role("textbox", name="Prediction")
    seen = set()
    for text in ("Paris", "the capital of France is Paris", "Paris is the capital of France and a big city in Europe"):
        field.fill(text)
        score = score_answer(text, [reference])
        numbers = tuple(f"{100 * value:.1f}%" for value in (score.precision, score.recall, score.f1))
        expect(cell.locator("tr").last.locator("td")).to_have_text([*numbers, f"{score.exact_match:.0f}"])
        seen.add(numbers)
    assert len(seen) == 3

    quiz = quiz_named(lab, load_quiz("metrics").title)
    quiz.locator(f"input[value={WRONG}]").check()
    press(quiz, "Check")
    expect(quiz.locator(".qal-headline")).to_have_text("Not yet.")
    expect(quiz.get_by_role("button", name="Question 1, not right yet")).to_be_visible()
    press(quiz, "Try again")
    quiz.locator(f"input[value={RIGHT}]").check()
    press(quiz, "Check")
    expect(quiz.locator(".qal-headline")).to_contain_text("Solved")
    expect(quiz.locator(".qal-saved")).to_have_text("Saved.")
    expect(quiz.get_by_role("button", name="Question 1, right")).to_be_visible()


def test_quiz_by_keyboard_only(lab, notebook):
    lab.open(notebook(SMALL_QUIZ, "'last cell'"))
    lab.run_all()
    quiz, keys = quiz_named(lab, load_quiz("metrics").title), lab.page.keyboard
    expect(quiz).to_be_visible()
    cells = lab.page.locator(".jp-Notebook .jp-Cell")
    n_cells = cells.count()

    def tab_to(target: Locator) -> None:
        for _ in range(40):
            if target.evaluate("node => node === document.activeElement"):
                return
            keys.press("Tab")
        raise AssertionError(f"{target} is not reached with Tab")

    lab.cell("show(").locator(".cm-content").click()
    keys.press("Escape")  # from editing to commands, where d d deletes a cell
    options = quiz.locator("fieldset.qal-answer input")
    tab_to(options.first)
    for key in ("d", "d", "a", "b", "x", "ArrowDown", "ArrowDown", "ArrowUp", "Enter"):
        keys.press(key)
    expect(options.nth(1)).to_be_checked()
    keys.press("ArrowUp")
    keys.press("Space")
    expect(options.first).to_be_checked()
    for _ in range([option.id for option in FIRST.options].index(RIGHT)):
        keys.press("ArrowDown")
    expect(quiz.locator(f"input[value={RIGHT}]")).to_be_checked()
    tab_to(quiz.get_by_role("radio", name="I am guessing"))
    keys.press("ArrowDown")
    expect(quiz.get_by_role("radio", name="fairly sure")).to_be_checked()
    tab_to(quiz.get_by_role("button", name="Check"))
    keys.press("Enter")
    expect(quiz.locator(".qal-headline")).to_contain_text("Solved")
    expect(quiz.locator(".qal-feedback")).to_be_focused()
    for key in ("d", "d", "a", "b", "ArrowDown"):
        keys.press(key)
    tab_to(quiz.get_by_role("button", name="Next"))
    keys.press("Space")
    expect(quiz.locator(".qal-position")).to_contain_text("Question 2 of")
    tab_to(quiz.get_by_role("textbox"))
    keys.type("1/5")
    keys.press("Enter")
    expect(quiz.locator(".qal-saved")).to_have_text("Saved.")
    expect(cells).to_have_count(n_cells)
    expect(quiz).to_be_visible()


def test_progress_outlives_page_and_kernel(lab, notebook):
    lab.open(notebook(SMALL_QUIZ))
    lab.run_all()
    quiz = quiz_named(lab, load_quiz("metrics").title)
    quiz.locator(f"input[value={RIGHT}]").check()
    press(quiz, "Check")
    expect(quiz.locator(".qal-saved")).to_have_text("Saved.")
    lab.command("docmanager:save")

    lab.reload()
    answered = quiz.get_by_role("button", name="Question 1, right")
    expect(answered).to_be_visible()  # the kernel lives, so the widget is back by itself

    lab.restart_kernel()
    lab.run_all()
    expect(answered).to_be_visible()
    expect(quiz.locator(".qal-position")).to_contain_text("Question 2 of")
    expect(quiz.locator(".qal-standing")).to_contain_text("1 of 10 questions mastered")


def test_annotation_arrives_in_the_file(lab, notebook, folder):
    example = load_corpus("validation")[0]
    answer = example.answers[0]
    lab.open(
        notebook(
            "from qa_lesson import load_corpus\nfrom qa_lesson.views import annotate\n"
            'annotate("my_questions.jsonl", load_corpus("validation")[:1])'
        )
    )
    lab.run_all()
    widget = lab.page.get_by_role("region", name="Annotation")
    passage = widget.get_by_role("group")
    expect(passage).to_contain_text(answer.text)
    passage.scroll_into_view_if_needed()
    start, end = passage.evaluate(
        """(node, [start, end]) => {
            const at = (position, edge) => {
                const range = document.createRange();
                range.setStart(node.firstChild, position);
                range.setEnd(node.firstChild, position + 1);
                const box = range.getBoundingClientRect();
                return [box[edge], (box.top + box.bottom) / 2];
            };
            return [at(start, "left"), at(end - 1, "right")];
        }""",
        [answer.start, answer.start + len(answer.text)],
    )
    mouse = lab.page.mouse
    mouse.move(*start)
    mouse.down()
    mouse.move(*end, steps=5)
    mouse.up()
    expect(passage.locator("mark")).to_have_text(answer.text)
    widget.get_by_role("textbox", name="Question", exact=True).fill("What stands here?")
    widget.get_by_role("button", name="Save", exact=True).click()
    expect(widget.get_by_role("status")).to_contain_text("saved")
    expect(widget.get_by_role("listitem")).to_contain_text("What stands here?")
    (saved,) = load_examples(folder / "my_questions.jsonl")
    assert (saved.question, saved.context, saved.references) == ("What stands here?", example.context, (answer.text,))
    assert saved.answers[0].start == answer.start
