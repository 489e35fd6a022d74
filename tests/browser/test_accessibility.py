"""axe-core finds nothing serious in our widgets and pages, in light and dark themes."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import pytest
from build_site import PAGES, lessons
from class_files import write_class
from classroom import answer_all, grade, hand_out
from lab_browser import THEMES, WIDTHS, LabPage
from playwright.sync_api import Page, expect
from typer.testing import CliRunner
from widget_cells import SETUP, WIDGETS

import qa_lesson.cli  # noqa: F401  adds the commands
from qa_lesson.cli._app import app
from qa_lesson.corpus import load_corpus
from qa_lesson.quiz import load_quiz
from qa_lesson.report import assess, write_report

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"  # its version: package.json
OURS = ".jp-OutputArea-output"  # what cells show; the rest of the page is JupyterLab's


@pytest.fixture(scope="session")
def axe_source(in_ci: bool) -> str:
    npm = shutil.which("npm")
    if npm is None:
        (pytest.fail if in_ci else pytest.skip)("npm is not on this machine; axe-core comes from there")
    if not AXE.is_file():
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr
    return AXE.read_text(encoding="utf-8")


@pytest.fixture
def check(axe_source: str) -> Callable[[Page, str], None]:
    """Fail on serious and critical findings in the parts of the page that a selector names."""

    def run(page: Page, selector: str) -> None:
        expect(page.locator(selector).first).to_be_attached()
        page.evaluate(axe_source)  # past the content policy of pages that allow no script
        found = page.evaluate(
            "(selector) => axe.run({ include: [[selector]] }, { resultTypes: ['violations'] })", selector
        )
        serious = [
            f"{one['id']} ({one['impact']}): {node['html'][:200]} {node['failureSummary']}"
            for one in found["violations"]
            if one["impact"] in ("serious", "critical")
            for node in one["nodes"]
        ]
        assert not serious, "\n\n".join(serious)

    return run


@pytest.fixture
def check_all(lab: LabPage, check: Callable[[Page, str], None]) -> Callable[[str], None]:
    """`check` in JupyterLab's light and dark theme, in a wide and in a narrow window."""

    def run(selector: str = OURS) -> None:
        lab.hide_file_browser()
        for theme in THEMES:
            lab.use_theme(theme)
            for width in WIDTHS:
                lab.resize(width, 900)
                check(lab.page, selector)
        lab.resize(WIDTHS[0], 900)

    return run


def test_quiz(lab, notebook, check_all):
    lab.open(notebook('from qa_lesson.quiz import show\nshow("metrics")'))
    lab.run_all()
    quiz = load_quiz("metrics")
    widget = lab.page.get_by_role("region", name=quiz.title, exact=True)
    expect(widget).to_be_visible()
    check_all()
    options = quiz.questions[0].options
    wrong, right = (next(one.id for one in options if one.correct is correct) for correct in (False, True))
    widget.locator(f"input[value={wrong}]").check()
    widget.get_by_role("radio", name="certain").check()
    widget.get_by_role("button", name="Check").click()
    expect(widget.locator(".qal-saved")).to_be_visible()
    widget.get_by_role("button", name="Hint").click()
    expect(widget.locator("li.hint")).to_be_visible()
    check_all()
    widget.get_by_role("button", name="Try again").click()
    widget.locator(f"input[value={right}]").check()
    widget.get_by_role("button", name="Check").click()
    expect(widget.locator(".qal-headline")).to_contain_text("Solved")
    widget.get_by_role("button", name="Show the worked steps").click()
    expect(widget.locator(".steps")).to_be_visible()
    check_all()
    for number in range(2, len(quiz.questions) + 1):  # every kind of input
        widget.get_by_role("button", name=f"Question {number},").click()
        expect(widget.locator(".qal-position")).to_contain_text(f"Question {number} of")
        check_all()


def test_views_and_dashboard(lab, notebook, check_all):
    lab.open(notebook(SETUP, *WIDGETS.values()))
    lab.run_all()
    cards = lab.page.get_by_role("region", name="Flashcards")
    expect(cards).to_be_visible()
    for summary in lab.page.locator(f"{OURS} summary:visible").all():
        summary.click()
    annotation = lab.page.get_by_role("region", name="Annotation")
    annotation.get_by_role("textbox", name="Question", exact=True).fill("Which word comes first?")
    first_word = annotation.get_by_role("group").inner_text().split()[0]
    annotation.get_by_role("textbox", name="Answer", exact=True).fill(first_word)
    annotation.get_by_role("button", name="Save", exact=True).click()
    expect(annotation.get_by_role("listitem")).to_be_visible()
    check_all()
    cards.get_by_role("button", name="Show the answer").click()
    expect(cards.get_by_role("group")).to_be_visible()
    for tab in lab.page.get_by_role("tab").filter(has=lab.page.locator(".lm-TabBar-tabLabel")).all():
        if tab.locator("xpath=ancestor::*[contains(@class, 'jp-OutputArea-output')]").count():
            tab.click()
            check_all()


def test_graded_quiz(lab, folder, tmp_path, check_all):
    learners, _ = hand_out(tmp_path)
    shutil.copytree(learners, folder, dirs_exist_ok=True)
    lab.open(folder / "quiz.ipynb")
    lab.run_all()
    widget = lab.page.locator(".qal-quiz")
    widget.get_by_role("textbox").fill("ann@example.org")
    check_all()
    widget.get_by_role("button", name="Begin").click()
    expect(widget.get_by_role("group", name="Is this you?")).to_be_visible()
    check_all()
    widget.get_by_role("button", name="Yes, begin").click()
    expect(widget.locator(".qal-position")).to_be_visible()
    check_all()
    widget.get_by_role("button", name="Hand in …").click()
    expect(widget.get_by_role("group", name="Hand in")).to_be_visible()
    check_all()
    widget.get_by_role("button", name="Hand in now").click()
    expect(widget.locator(".qal-receipt")).to_be_visible()
    check_all()


@pytest.fixture
def pages(context) -> Iterator[Callable[[str], Iterator[Page]]]:
    def as_read(address: str) -> Iterator[Page]:
        """The page in each theme, in a wide and in a narrow window, with nothing folded up."""
        page = context.new_page()
        for theme, width in product(THEMES, WIDTHS):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=theme)
            page.goto(address)
            page.locator("details").evaluate_all("nodes => nodes.forEach((node) => { node.open = true; })")
            yield page

    return as_read


def test_grade_report_and_feedback(pages, check, tmp_path):
    bundle, key = hand_out(tmp_path)
    names = answer_all(bundle, tmp_path / "handed_in", 12)
    results = grade(tmp_path / "handed_in", key, [*names, "absent@example.org"], tmp_path / "results")
    feedback = sorted((results / "feedback").glob("*.html"))
    for path in (results / "report.html", feedback[0], feedback[-1]):
        for page in pages(path.as_uri()):
            check(page, "html")


def test_page_about_a_class(pages, check, tmp_path):
    folder = write_class(tmp_path / "class", 30)
    (folder / "progress" / "damaged.json").write_text("{")
    out = folder / "class.html"
    command = ["class", str(folder / "progress"), "--roster", str(folder / "roster.csv"), "--out", str(out)]
    assert CliRunner().invoke(app, command).exit_code == 1, "the damaged file is named"
    for page in pages(out.as_uri()):
        check(page, "html")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        heat = page.get_by_role("table").filter(has_text="worked through").first
        heat.get_by_role("button", name="worked through").press("Enter")  # the one script that may run
        expect(heat.get_by_role("columnheader", name="worked through")).to_have_attribute("aria-sort", "ascending")
        counts = [int(one.inner_text()) for one in heat.locator("tbody td:last-child").all()]
        assert counts == sorted(counts)
        check(page, "html")


def test_model_report(pages, check, tiny_model_dir, tmp_path):
    shortest = min({example.context for example in load_corpus("test")}, key=len)
    questions = [example for example in load_corpus("test") if example.context == shortest]
    for page in pages(write_report(assess(tiny_model_dir, questions), tmp_path / "report.html").as_uri()):
        check(page, "html")


@pytest.mark.parametrize(
    "name", ["index", *(Path(page).stem for page in PAGES.values()), *(f"notebooks/{path.stem}" for path in lessons())]
)
def test_static_site(pages, check, site, name):
    for page in pages(f"{site}/{name}.html"):
        check(page, "article")
