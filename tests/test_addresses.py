"""The address of the repository stands in one place; what is written elsewhere agrees with it."""

import re
import tomllib
from pathlib import Path

import yaml

import qa_lesson

ROOT = Path(__file__).parents[1]
URLS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["urls"]
REPOSITORY = URLS["Repository"].removeprefix("https://github.com/")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_binder_opens_lesson_00_of_this_repository():
    assert (
        URLS["Binder"] == f"https://mybinder.org/v2/gh/{REPOSITORY}/HEAD?urlpath=lab/tree/notebooks/00_start_here.ipynb"
    )
    assert (ROOT / "notebooks" / "00_start_here.ipynb").is_file()
    assert f"]({URLS['Binder']})" in README


def test_the_readme_names_no_other_repository():
    named = re.findall(r"(?:github\.com|githubusercontent\.com|mybinder\.org/v2/gh|research\.google\.com/github)/"
                       r"([\w-]+/[\w-]+)", README)  # fmt: skip
    assert len(named) >= 3
    assert set(named) == {REPOSITORY}


def test_colab_links_lead_to_notebooks_that_exist():
    paths = re.findall(rf"colab\.research\.google\.com/github/{re.escape(REPOSITORY)}/blob/main/([^\s)]+)", README)
    assert paths
    for path in paths:
        assert (ROOT / path).is_file(), path


def test_every_page_about_the_project_names_this_repository():
    """The templates, the citation and the changelog link to no other place of it."""
    pages = [ROOT / "CITATION.cff", ROOT / "CHANGELOG.md", *(ROOT / ".github").rglob("*.yml")]
    named = {name for page in pages for name in re.findall(r"//github\.com/([\w-]+/[\w-]+)", page.read_text("utf-8"))}
    assert named == {REPOSITORY}
    assert all(url.startswith(URLS["Repository"]) for name, url in URLS.items() if name != "Binder")


def test_the_citation_names_this_version():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert citation["version"] == qa_lesson.__version__
    assert citation["repository-code"] == URLS["Repository"]
