"""Write notebooks/glossary.ipynb from the terms of the package.

    python tools/glossary_notebook.py

The notebook has no code, so it needs no execution. A test checks that it is up to date.
"""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat

from qa_lesson.glossary import Term, glossary_terms

ROOT = Path(__file__).parents[1]
NOTEBOOK = ROOT / "notebooks" / "glossary.ipynb"
INTRODUCTION = """# What do the words mean?

{n} terms that the lessons use, with an example for each. The lessons link to this page where they first use a term.
In any notebook of the course, you can also ask for one of them:

```python
from qa_lesson.glossary import glossary

glossary("stride")
```

{index}"""


def build() -> nbformat.NotebookNode:
    """The notebook: an index, then one cell for each term, in alphabetical order."""
    terms = sorted(glossary_terms().values(), key=lambda term: term.term.casefold())
    index = " · ".join(_link(term.term) for term in terms)
    sources = [INTRODUCTION.format(n=len(terms), index=index), *map(_entry, terms)]
    ids = ["title", *(term.term.lower().replace(" ", "-") for term in terms)]
    cells = [nbformat.v4.new_markdown_cell(source, id=name) for source, name in zip(sources, ids, strict=True)]
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}})


def _entry(term: Term) -> str:
    lines = [f"## {term.term}", term.text]
    if "\n" in term.example:
        lines.append(f"```\n{term.example}\n```")
    else:
        lines.append(f"*Example:* {_plain(term.example)}")
    stem = _lesson_stem(term.lesson)
    place = f"First explained in [lesson {stem[:2]}]({stem}.ipynb)." if stem else ""
    related = f"See also {', '.join(map(_link, term.see))}." if term.see else ""
    lines.append(f"{place} {related}".strip())
    return "\n\n".join(line for line in lines if line)


def _link(name: str) -> str:
    return f"[{name}](#{name.replace(' ', '-')})"


def _lesson_stem(lesson: str) -> str | None:
    """The file of a lesson without its extension; None as long as there is no such lesson."""
    found = sorted(path.stem for path in NOTEBOOK.parent.glob(f"[0-9][0-9]_{lesson}.ipynb"))
    return found[0] if found else None


def _plain(text: str) -> str:
    """Text whose signs Markdown would take for its own, outside of code."""
    parts = text.split("`")
    for n in range(0, len(parts), 2):
        for sign in "[]#*<_":
            parts[n] = parts[n].replace(sign, "\\" + sign)
    return "`".join(parts)


def main() -> int:
    """Write the notebook."""
    NOTEBOOK.write_text(nbformat.writes(build()) + "\n", encoding="utf-8")
    print(f"wrote {NOTEBOOK.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
