"""Questions with contexts and answers: from files and data sets to checked examples, and back.

Every bad record is reported with its place and a remedy; the rest is used only if the caller says so. This room may
import `schema`, `storage` and `errors`.
"""

from __future__ import annotations

from qa_lesson.loading.annotations import AnnotationStore
from qa_lesson.loading.exporting import LABEL_STUDIO_CONFIG, Format, export_examples
from qa_lesson.loading.offsets import from_utf16, to_utf16
from qa_lesson.loading.reading import LoadReport, load_examples, read_examples
from qa_lesson.loading.splitting import split_by_document
from qa_lesson.loading.validation import Remark, ValidationReport, validate
from qa_lesson.loading.writing import write_squad

__all__ = [
    "LABEL_STUDIO_CONFIG",
    "AnnotationStore",
    "Format",
    "LoadReport",
    "Remark",
    "ValidationReport",
    "export_examples",
    "from_utf16",
    "load_examples",
    "read_examples",
    "split_by_document",
    "to_utf16",
    "validate",
    "write_squad",
]
