"""Questions with contexts and answers: files and data sets to checked examples, and back.

Every bad record is reported with its place and a remedy; the rest is used only when the caller says so.
"""

from __future__ import annotations

from qa_lesson.loading.reading import LoadReport, load_examples, read_examples
from qa_lesson.loading.splitting import split_by_document
from qa_lesson.loading.writing import write_squad

__all__ = ["LoadReport", "load_examples", "read_examples", "split_by_document", "write_squad"]
