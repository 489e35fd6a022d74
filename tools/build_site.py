"""Build the course as web pages into build/site, from the notebooks as they are committed.

    python tools/build_site.py

Needs docs/site/requirements.txt. Warnings are errors: a link to a heading or a file that is not there fails the build.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import api_reference

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "build" / "site-source"
OUTPUT = ROOT / "build" / "site"
EXPRESS = ROOT / "notebooks" / "express.ipynb"
GLOSSARY = ROOT / "notebooks" / "glossary.ipynb"
_TOGGLE = ' aria-label="Toggle hidden content"'
DARK_STYLE = re.compile(r"<style>body\[data-jp-theme-light=\"false\"\].*?</style>", re.DOTALL)
"""What makes cards dark. On the site they stay light, because pictures without a kernel hold the light colors."""
NOTEBOOK_LINK = re.compile(r'href="([\w/]+)\.ipynb(#[^"]*)?"')
PAGES = {
    "qa_lesson/corpus/CARD.md": "corpus_card.md",
    "docs/lessons.md": "lessons.md",
    "docs/grading.md": "grading.md",
    "docs/grading_reference.md": "grading_reference.md",
    "docs/open_corpus.md": "open_corpus.md",
    "docs/performance.md": "performance.md",
    "docs/scaling.md": "scaling.md",
    "docs/serving.md": "serving.md",
    "CONTRIBUTING.md": "contributing.md",
}


def assemble() -> None:
    """Everything that becomes a page, in one folder."""
    shutil.rmtree(SOURCE, ignore_errors=True)
    shutil.copytree(ROOT / "docs" / "site", SOURCE)
    for path in (*lessons(), *solutions(), GLOSSARY):
        target = SOURCE / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(as_page(json.loads(path.read_text(encoding="utf-8")))), encoding="utf-8")
    for origin, name in PAGES.items():
        shutil.copy(ROOT / origin, SOURCE / name)
    shutil.copytree(ROOT / "docs" / "images", SOURCE / "images")  # of docs/grading.md
    reference = api_reference.write(SOURCE / "api")
    (SOURCE / "_toc.yml").write_text(json.dumps(contents(reference)), encoding="utf-8")  # JSON is YAML
    urls = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["urls"]
    index = SOURCE / "index.md"
    index.write_text(index.read_text(encoding="utf-8").replace("BINDER_ADDRESS", urls["Binder"]), encoding="utf-8")


def as_page(notebook: dict[str, Any]) -> dict[str, Any]:
    """A notebook for readers: results after a prediction are behind a button, checks are left out, imports folded.

    Args:
        notebook: as JSON; it is changed.
    """
    for cell in notebook["cells"]:
        about = cell["metadata"]
        tags = about.setdefault("tags", [])
        if about.get("jupyter", {}).get("outputs_hidden"):
            tags.append("hide-output")
            about["mystnb"] = {"code_prompt_show": "Show the result", "code_prompt_hide": "Hide the result"}
        if "imports" in tags:
            tags.append("hide-input")
            about["mystnb"] = {"code_prompt_show": "Show the imports", "code_prompt_hide": "Hide the imports"}
        if "checks" in tags:
            tags.append("remove-cell")
        for output in cell.get("outputs", []):
            shown = output.get("data", {})
            if "text/html" in shown:  # links in the text are changed by the builder, those in outputs are not
                html = NOTEBOOK_LINK.sub(r'href="\1.html\2"', "".join(shown["text/html"]))
                shown["text/html"] = DARK_STYLE.sub("", html)
    return notebook


def lessons() -> list[Path]:
    """The notebooks of the course, in their order, the eight minutes first."""
    return [EXPRESS, *sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))]


def solutions() -> list[Path]:
    """The notebooks with the solutions of the exercises."""
    return sorted((ROOT / "notebooks" / "solutions").glob("[0-9]*.ipynb"))


def contents(reference: list[str]) -> dict[str, Any]:
    """The table of contents, with the numbers by which the lessons name each other.

    Args:
        reference: files of the API reference, its index first.
    """

    def page(path: Path, title: str) -> dict[str, str]:
        return {"file": str(path.relative_to(ROOT).with_suffix("")), "title": title}

    index, *rooms = (name.removesuffix(".md") for name in reference)
    parts = {
        "Lessons": [
            page(path, first_heading(path) if path == EXPRESS else f"{path.stem[:2]} {first_heading(path)}")
            for path in lessons()
        ],
        "Solutions": [page(path, f"Solutions of {path.stem[:2]}") for path in solutions()],
        "Reference": [
            page(GLOSSARY, "Glossary"),
            *({"file": name.removesuffix(".md")} for name in PAGES.values()),
            {"file": f"api/{index}", "sections": [{"file": f"api/{name}", "title": name} for name in rooms]},
        ],
    }
    chapters = [{"caption": caption, "chapters": pages} for caption, pages in parts.items()]
    return {"format": "jb-book", "root": "index", "parts": chapters}


def first_heading(path: Path) -> str:
    """The title of a notebook."""
    source = "".join(json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"])
    return source.splitlines()[0].removeprefix("# ")


def main() -> int:
    """Assemble, build and move the pages to where they are looked for."""
    assemble()
    book = Path(sys.executable).with_name("jupyter-book")
    command = [str(book), "build", str(SOURCE), "--all", "--warningiserror", "--keep-going", "--quiet"]
    environment = {**os.environ, "PYTHONPATH": str(SOURCE), "PYTHONWARNINGS": "ignore"}
    if code := subprocess.run(command, env=environment, check=False).returncode:
        return code
    shutil.rmtree(OUTPUT, ignore_errors=True)
    shutil.copytree(SOURCE / "_build" / "html", OUTPUT)
    for page in OUTPUT.rglob("*.html"):  # the buttons' own words are their names
        page.write_text(page.read_text(encoding="utf-8").replace(_TOGGLE, ""), encoding="utf-8")
    print(f"the site is in {OUTPUT.relative_to(ROOT)}: open index.html")
    return 0


if __name__ == "__main__":
    sys.exit(main())
