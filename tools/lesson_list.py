"""List the lessons with what is in them: the table of docs/lessons.md.

    python tools/lesson_list.py

Words are those of the text, code cells those that a learner sees, minutes those of `make times`. A prediction is a
prompt whose result is hidden until the learner has guessed it. An explorable is a picture with controls.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from performance_page import markdown, with_tables

from qa_lesson import explorables
from qa_lesson.course import lesson_times
from qa_lesson.quiz import load_quiz
from qa_lesson.quiz.bank.files import quiz_names

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "lessons.md"
BEGIN, END = "<!-- table: made by tools/lesson_list.py -->", "<!-- end of the table -->"
HEADINGS = (
    "lesson", "words", "code cells", "measured minutes", "predictions", "exercises", "with hints and a solution",
    "explorables", "figures", "quiz questions",
)  # fmt: skip
PICTURES = re.compile(rf"\b(?:{'|'.join(explorables.__all__)})\(")


def row(path: Path) -> list[str]:
    """The cells of a lesson's row."""
    notebook = nbformat.read(path, as_version=4)
    prose = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    code = [
        cell for cell in notebook.cells if cell.cell_type == "code" and "checks" not in cell.metadata.get("tags", [])
    ]
    exercises = [cell for cell in code if re.search(r"^check\(", cell.source, re.MULTILINE)]
    helped = sum(text.count("<summary>Hint 2</summary>") for text in prose)
    measured = lesson_times().get(path.stem)
    name = re.sub(r"^\d\d_", "", path.stem)
    title = prose[0].splitlines()[0].removeprefix("# ")
    return [
        f"{path.stem[:2]} {title}" if path.stem[0].isdigit() else title,
        f"{sum(len(re.sub(r'<[^>]+>|`[^`]*`', ' ', text).split()) for text in prose):,}",
        str(len(code)),
        "not measured" if measured is None else f"{measured.seconds / 60:.1f}",
        str(sum(text.count("**Predict before you run") for text in prose)),
        str(len(exercises)),
        str(helped),
        str(sum(len(PICTURES.findall(calls(cell))) for cell in code)),
        str(sum(_has_figure(cell) for cell in code)),
        str(len(load_quiz(name).questions)) if name in quiz_names() else "0",
    ]


def calls(cell: NotebookNode) -> str:
    """The source of a cell without its import statements."""
    body = [node for node in ast.parse(cell.source).body if not isinstance(node, ast.Import | ast.ImportFrom)]
    return "\n".join(ast.unparse(node) for node in body)


def _has_figure(cell: NotebookNode) -> bool:
    return any(
        "image/png" in output.get("data", {}) or "<img" in str(output.get("data", {}).get("text/html", ""))
        for output in cell.outputs
    )


def table() -> str:
    """The table as Markdown."""
    lessons = sorted(path for path in (ROOT / "notebooks").glob("*.ipynb") if path.stem != "glossary")
    return markdown(HEADINGS, map(row, lessons))


def page() -> str:
    """The page with the table of today."""
    return with_tables(PAGE.read_text(encoding="utf-8"), table(), BEGIN, END)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)} lists the lessons")
