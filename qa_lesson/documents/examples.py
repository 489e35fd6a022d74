"""Where the example documents are: the papers of a small cinema, and questions about them."""

from __future__ import annotations

from pathlib import Path

from qa_lesson.storage import shipped_folder


def examples_dir() -> Path:
    """The folder with ``documents``, six files of a cinema run by volunteers, and ``questions.jsonl`` about them.

    Four files can be read, one is a scan and one is damaged. In a checkout the folder is next to the package, in an
    installed package inside it.
    """
    return shipped_folder("examples")
