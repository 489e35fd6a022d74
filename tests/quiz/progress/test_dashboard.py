"""The dashboard and the test reports say what the answers say, where they are kept, and nothing more."""

import base64
import json
import re

import pytest
from question_pool import pool, question

from qa_lesson.quiz.progress import dashboard_view, pool_views
from qa_lesson.quiz.progress.attempts import Progress
from qa_lesson.quiz.progress.dashboard_view import dashboard
from qa_lesson.quiz.progress.learner_rows import Attempt
from qa_lesson.quiz.progress.pieces import lesson_link, section_link
from qa_lesson.quiz.progress.pool_views import mastery_report, placement_report

SECTION = "05_metrics.ipynb#1.-When-are-two-answers-the-same?"


@pytest.fixture(autouse=True)
def _bank(monkeypatch):
    """A lesson's quiz, a second one without answers, and a pool."""
    lesson = pool({("em-f1", "easy"): 2, ("em-f1", "medium"): 2, ("odd", "hard"): 1}, name="metrics")
    questions = [one.model_copy(update={"section": SECTION}) for one in lesson.questions]
    words = {"em-f1": "compute `EM` and F1", "odd": "spot <b>odd</b> ones"}
    changes = {"draw": None, "lesson": "05_metrics", "questions": tuple(questions), "objectives": words}
    lesson = lesson.model_copy(update=changes)
    other = pool({("x", "easy"): 1}, name="trust").model_copy(update={"draw": None, "lesson": "05_trust"})
    bank = {one.name: one for one in (lesson, other, POOL, POOL.model_copy(update={"name": "mastery"}))}
    monkeypatch.setattr(dashboard_view, "quiz_names", lambda: list(bank))
    monkeypatch.setattr(pool_views, "lesson_stems", lambda: ["05_metrics", "05_trust"])
    for module in (dashboard_view, pool_views):
        monkeypatch.setattr(module, "load_quiz", lambda name: bank[name])
    for name in (
        "BINDER_SERVICE_HOST",
        "BINDER_LAUNCH_HOST",
        "BINDER_REQUEST",
        "JUPYTERHUB_USER",
        "JUPYTERHUB_API_URL",
    ):
        monkeypatch.delenv(name, raising=False)


POOL = pool({("a", "easy"): 3, ("b", "medium"): 4, ("c", "hard"): 3}).model_copy(
    update={
        "questions": tuple(
            question(f"pl-{objective}-{difficulty}-{i}", objective, difficulty).model_copy(
                update={"section": f"{lesson}.ipynb#{i + 1}.-Part"}
            )
            for objective, difficulty, n, lesson in (
                ("a", "easy", 3, "05_metrics"), ("b", "medium", 4, "05_trust"), ("c", "hard", 3, "05_trust"),
            )
            for i in range(n)
        )
    }
)  # fmt: skip


@pytest.fixture
def progress(tmp_path):
    return Progress.open(tmp_path / "progress.sqlite")


def answer(progress, name, correct, *, quiz="metrics", confidence=None, objective="em-f1", difficulty="easy"):
    progress.record(
        Attempt(
            learner=progress.learner, quiz=quiz, question=name, objective=objective, difficulty=difficulty,
            kind="single", response="o0", credit=float(correct), correct=correct, confidence=confidence,
        )
    )  # fmt: skip


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html).replace("&nbsp;", " "))


def test_nothing_answered_yet(progress):
    view = dashboard(progress)
    assert repr(view) == "<dashboard: 0 questions answered>"
    assert "Nothing is answered yet" in view.html
    assert str(progress.path) in view.html
    assert "<img" not in view.html


def test_the_dashboard_counts_first_attempts_and_links_what_was_missed(progress):
    answer(progress, "pl-em-f1-easy-0", True, confidence=0.95)
    answer(progress, "pl-em-f1-medium-0", False, difficulty="medium", confidence=0.95)
    answer(progress, "pl-em-f1-medium-0", True, difficulty="medium", confidence=1 / 3)
    answer(progress, "pl-odd-hard-0", False, objective="odd", difficulty="hard")
    view = dashboard(progress)
    text = text_of(view.html)
    assert repr(view) == "<dashboard: 3 questions answered>"
    # 5 and 1 questions of the lessons, 10 of each pool
    assert "3 questions of 26 answered, 1 right at the first attempt , and 1 of the others since" in text
    assert "metrics: 1 of 3 right at the first attempt I can ..." in text
    assert "compute EM and F1 1 of 1 0 of 1 – 1 of 2 9% to 91%" in text
    assert "compute EM and F1 1 of 2, 1 more since 05 metrics: 1. When are two answers the same?" in text
    assert "spot &lt;b&gt;odd&lt;/b&gt; ones" in view.html
    assert text.index("spot &lt;b&gt;odd&lt;/b&gt; ones 0 of 1") < text.index("compute EM and F1 1 of 2, 1 more since")
    assert 'href="05_metrics.ipynb#1.-When-are-two-answers-the-same?"' in view.html
    assert "95% 1 of 2 9% to 91% less right than you said" in text
    assert "33%" not in text  # said at the second attempt
    images = re.findall(r'<img alt="([^"]+)"', view.html)
    assert len(images) == 2
    assert "metrics (n=3): 33.3%" in images[0]
    assert "hard questions (n=1): 0.0%" in images[0]
    assert "confidence 95.0%: answered right 50.0% of 2" in images[1]


def test_all_right_leaves_nothing_to_revisit(progress):
    answer(progress, "pl-em-f1-easy-0", True)
    text = text_of(dashboard(progress).html)
    assert "every question that you answered was right" in text
    assert "You have not said yet how sure you are" in text


def test_the_learners_own_machine_has_no_download(progress):
    answer(progress, "pl-em-f1-easy-0", True)
    html = dashboard(progress).html
    assert "Download" not in html
    assert "temporary" not in html


@pytest.mark.parametrize(
    ("variable", "said"),
    [("BINDER_SERVICE_HOST", "This machine is temporary"), ("JUPYTERHUB_USER", "This is a shared server")],
)
def test_a_passing_machine_offers_a_download_that_can_be_imported(progress, tmp_path, monkeypatch, variable, said):
    monkeypatch.setenv(variable, "x")
    answer(progress, "pl-em-f1-easy-0", True)
    html = dashboard(progress).html
    assert said in html
    assert "run it again before you leave" in html
    (content,) = re.findall(r'href="data:application/json;base64,([^"]+)" download="qa-lesson-progress.json"', html)
    file = tmp_path / "home.json"
    file.write_bytes(base64.b64decode(content))
    assert json.loads(file.read_text())["learner"] == progress.learner
    home = Progress.open(tmp_path / "home.sqlite")
    assert home.import_json(file) == 1
    assert home.attempts() == progress.attempts()


def test_a_fallback_is_told_with_a_download(tmp_path):
    (tmp_path / "file").write_text("")
    progress = Progress.open(tmp_path / "file" / "progress.sqlite")
    html = dashboard(progress).html
    assert "<b>Note:</b> Your answers cannot be saved in" in html
    assert "Download your progress" in html


def test_a_file_is_named_as_its_owner_knows_it(progress, tmp_path, monkeypatch):
    assert f"<b>{progress.path}</b>" in dashboard(progress).html
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert "<b>~/progress.sqlite</b>" in dashboard(progress).html
    monkeypatch.setenv("QA_LESSON_PROGRESS", str(progress.path))
    assert "<b>progress.sqlite, where QA_LESSON_PROGRESS says</b>" in dashboard(progress).html
    other = Progress.open(tmp_path / "other.sqlite")
    assert "<b>~/other.sqlite</b>" in dashboard(other).html


def test_seven_of_ten_is_told_with_its_uncertainty(progress):
    drawn = [("a", "easy", 3), ("b", "medium", 4), ("c", "hard", 3)]
    for objective, difficulty, n in drawn:
        for i in range(n):
            name = f"pl-{objective}-{difficulty}-{i}"
            answer(progress, name, objective != "c", quiz="placement", objective=objective, difficulty=difficulty)
    view = placement_report(progress)
    text = text_of(view.html)
    assert repr(view) == "<placement: 7 of 10 right, 0 open>"
    assert "7 of 10 questions right at the first attempt. Asked many more" in text
    assert "somewhere between 40% and 89% of them right" in text
    assert "10 questions cannot say more than that: take" in text
    assert text.index("do c 0 of 3") < text.index("do a 3 of 3 44% to 100%") < text.index("do b 4 of 4")
    assert "At most 4 questions an objective" in text
    assert "05 metrics 3 of 3 try its quiz first" in text
    parts = " ".join(f"05 trust: {i}. Part" for i in (1, 2, 3))
    assert f"05 trust 4 of 7 work through it, above all: {parts}" in text


def test_a_report_before_and_halfway(progress):
    view = mastery_report(progress)
    assert repr(view) == "<mastery: 0 of 0 right, 10 open>"
    assert "show(&#39;mastery&#39;)" in view.html
    answer(progress, "pl-a-easy-0", False, quiz="mastery", objective="a")
    view = mastery_report(progress)
    assert repr(view) == "<mastery: 0 of 1 right, 9 open>"
    text = text_of(view.html)
    assert "9 questions still open" in text
    assert "05 metrics 0 of 1 go over it again, above all: 05 metrics: 1. Part" in text
    assert "05 trust – not asked about" in text


def test_links_are_escaped():
    assert 'href="04_a.ipynb#%3Cb%3E&#39;%22-x"' in section_link("04_a.ipynb#<b>'\"-x")
    assert "&lt;b&gt;" in section_link("04_a.ipynb#<b>'\"-x")
    assert 'href="05_metrics.ipynb"' in lesson_link("05_metrics")
