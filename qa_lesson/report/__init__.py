"""A model's report on given questions, with intervals, slices and mistakes: one HTML file, and a model card.

This room may import `views`, `look` and the core of the package; only `cli` and notebooks import it.
"""

from __future__ import annotations

from qa_lesson.report.assessment import Assessment, assess
from qa_lesson.report.model_card import model_card, write_model_card
from qa_lesson.report.page import report_html, write_report

__all__ = ["Assessment", "assess", "model_card", "report_html", "write_model_card", "write_report"]
