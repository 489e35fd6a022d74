"""Put the worked solution of each exercise behind a click in its lesson, from the notebook with the solutions.

    python tools/solutions_in_lessons.py            (write; run it after you change a solution)
    python tools/solutions_in_lessons.py --check    (only say which lessons are behind; exit code 1)

An exercise is a cell that calls ``check("lesson.name", ...)``. Its solution is the cell of
``notebooks/solutions`` with the same call, and the text above that cell. The block goes to the end of the text above
the exercise.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import nbformat
from nbformat import NotebookNode

ROOT = Path(__file__).parents[1]
CALL = re.compile(r'^check\("([\w.]+)",.*\)\s*$', re.MULTILINE)
HEADING = re.compile(r"^#+ .*\n*", re.MULTILINE)
BLOCK = re.compile(r"\n*<details><summary>(?:Worked s|S)olution</summary>.*?</details>", re.DOTALL)


def solutions_of(notebook: NotebookNode) -> dict[str, str]:
    """The solution of each exercise as Markdown: the reason, then the code without its check.

    Args:
        notebook: one of ``notebooks/solutions``.
    """
    found, prose = {}, ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            prose = HEADING.split(cell.source)[-1]  # what is above it ends the exercise before
        elif call := CALL.search(cell.source):
            code = CALL.sub("", cell.source).strip()
            found[call[1]] = f"{prose.strip()}\n\n```python\n{code}\n```"
    return found


def fill(lesson: NotebookNode, solutions: dict[str, str]) -> list[str]:
    """Put each solution into the lesson.

    Args:
        lesson: is changed.
        solutions: as from `solutions_of`.

    Returns:
        The names of the exercises that got one.
    """
    filled = []
    above: NotebookNode | None = None
    for cell in lesson.cells:
        if cell.cell_type == "markdown":
            above = cell
        elif (call := CALL.search(cell.source)) and call[1] in solutions and above is not None:
            block = f"<details><summary>Solution</summary>\n\n{solutions[call[1]]}\n\n</details>"
            above.source = f"{BLOCK.sub('', above.source).rstrip()}\n\n{block}"
            filled.append(call[1])
    return filled


def main() -> int:
    """Fill, or check, every lesson that has solutions."""
    behind = []
    for path in sorted((ROOT / "notebooks" / "solutions").glob("[0-9]*.ipynb")):
        lesson_path = ROOT / "notebooks" / path.name
        lesson = nbformat.read(lesson_path, as_version=4)
        before = [cell.source for cell in lesson.cells]
        fill(lesson, solutions_of(nbformat.read(path, as_version=4)))
        if before != [cell.source for cell in lesson.cells]:
            behind.append(path.name)
            if "--check" not in sys.argv:
                nbformat.write(lesson, lesson_path)
    for name in behind:
        print(f"notebooks/{name}: {'run tools/solutions_in_lessons.py' if '--check' in sys.argv else 'filled'}")
    return int(bool(behind) and "--check" in sys.argv)


if __name__ == "__main__":
    sys.exit(main())
