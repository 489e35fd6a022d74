from pathlib import Path

import nbformat
import pytest

from qa_lesson.course import COURSE_MODELS, models_of_this_course
from qa_lesson.errors import ConfigError
from qa_lesson.look.templating import percent
from qa_lesson.recordings import CATALOGUE, recorded

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
CALLS = {"express": "express_run(", "course_model": "course_run(", "small_model": "small_run("}


def test_the_table_has_what_was_recorded():
    view = models_of_this_course("course model", "full recipe")
    assert repr(view) == "<models of this course: course model, full recipe>"
    html = view._repr_html_().replace("&nbsp;", " ")
    for name in ("course_model", "course_seed_0"):
        run = recorded(name)
        assert f"{run.n_train:,} questions" in html
        assert percent(run.evaluation("test").total.f1) in html
    assert "small model" not in html


def test_without_names_every_model_is_listed():
    html = models_of_this_course()._repr_html_()
    assert [model.name for model in COURSE_MODELS if model.name not in html] == []


def test_unknown_names_list_the_known_ones():
    with pytest.raises(ConfigError, match="course model"):
        models_of_this_course("my model")


@pytest.mark.parametrize("model", COURSE_MODELS, ids=lambda model: model.name)
def test_each_model_has_a_recipe_and_lessons(model):
    assert model.recording in CATALOGUE
    assert model.lessons


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_lesson_that_loads_a_shared_model_is_in_the_table(path):
    code = "\n".join(c.source for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code")
    for model in COURSE_MODELS:
        call = CALLS.get(model.recording)
        if call and call in code:
            assert path.stem in model.lessons, f"add {path.stem} to the lessons of the {model.name}"
