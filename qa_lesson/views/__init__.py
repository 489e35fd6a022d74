"""Figures and interactive views for the lessons, readable in light and dark themes and without seeing colours."""

from __future__ import annotations

from qa_lesson.views.annotation import AnnotationWidget, annotate
from qa_lesson.views.answers import show_answers
from qa_lesson.views.decisions import USE_CASES, Decision, UseCase, decide, decision_explorer
from qa_lesson.views.figures import plot_curves, plot_lengths, plot_threshold_sweep, plot_tradeoff
from qa_lesson.views.judgements import plot_minimal_pairs, plot_roc
from qa_lesson.views.learning import LiveCurves, live_curves, plot_attempts, plot_data_size, show_attempts
from qa_lesson.views.overlap import compare_tokens, overlap_explorer, show_overlap
from qa_lesson.views.theme import DescribedFigure, describe, new_figure
from qa_lesson.views.thresholds import show_no_answer_table, threshold_explorer
from qa_lesson.views.trace import Trace, plot_logits, show_trace, static_trace, trace
from qa_lesson.views.trust import plot_intervals, plot_reliability, plot_risk_coverage, plot_slices
from qa_lesson.views.window_view import plot_windows

__all__ = [
    "USE_CASES",
    "AnnotationWidget",
    "Decision",
    "DescribedFigure",
    "LiveCurves",
    "Trace",
    "UseCase",
    "annotate",
    "compare_tokens",
    "decide",
    "decision_explorer",
    "describe",
    "live_curves",
    "new_figure",
    "overlap_explorer",
    "plot_attempts",
    "plot_curves",
    "plot_data_size",
    "plot_intervals",
    "plot_lengths",
    "plot_logits",
    "plot_minimal_pairs",
    "plot_reliability",
    "plot_risk_coverage",
    "plot_roc",
    "plot_slices",
    "plot_threshold_sweep",
    "plot_tradeoff",
    "plot_windows",
    "show_answers",
    "show_attempts",
    "show_no_answer_table",
    "show_overlap",
    "show_trace",
    "static_trace",
    "threshold_explorer",
    "trace",
]
