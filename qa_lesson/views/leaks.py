"""Leaks to look at: the pairs that an audit found, and how far apart paraphrases and chance pairs are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup
from matplotlib.ticker import MaxNLocator

from qa_lesson.errors import DataError
from qa_lesson.leakage import LEVELS, AuditReport
from qa_lesson.look.colors import BLUE, MUTED, ORANGE, TEXT
from qa_lesson.look.html import StaticView, card, paragraph, table
from qa_lesson.look.templating import percent
from qa_lesson.look.theme import DescribedFigure, add_legend, describe, new_figure

_WIDTH = 150  # characters of a text that are shown


def show_findings(report: AuditReport, *, per_level: int = 1) -> StaticView:
    """The first findings of each level with both texts and where they stand, and how many test questions are touched.

    Args:
        report: of `qa_lesson.leakage.audit`.
        per_level: how many pairs to show of each level.
    """
    rows = []
    for level in LEVELS:
        for finding in report.of_level(level)[:per_level]:
            texts = (_shorten(finding.train_text), _shorten(finding.test_text))
            found_by = Markup("{}: {:.2f}").format(finding.method, finding.score)
            common = f"both have: {_shorten(finding.common)}" if finding.common else ""
            for line in filter(None, (finding.where, common)):
                found_by += Markup('<br><span style="color: {}">{}</span>').format(MUTED, line)
            rows.append([level, *texts, found_by])
    touched = f"{len(report.touched())} of {report.n_test} test questions ({percent(report.share)}) are touched"
    if not rows:
        return StaticView(card(paragraph(f"Nothing was found; {touched}.")), f"<audit: {touched}>")
    header = ["level", "in the training data", "in the test data", "found by, and where"]
    content = table(header, rows, row_headers=True)
    return StaticView(card(content + paragraph(f"{len(report.findings)} findings; {touched}.")), f"<audit: {touched}>")


def plot_cosines(paraphrases: Sequence[float], chance: Sequence[float], *, threshold: float) -> DescribedFigure:
    """Two histograms of cosine similarities, with the threshold between them.

    Args:
        paraphrases: of pairs that ask for the same fact.
        chance: of pairs that do not.
        threshold: from which on a pair is taken for a paraphrase.

    Raises:
        DataError: one of the two is empty.
    """
    groups = [("paraphrases", np.asarray(paraphrases), BLUE), ("same answer by chance", np.asarray(chance), ORANGE)]
    figure, (axes,) = new_figure()
    bins = np.linspace(0.0, 1.0, 26)
    told = []
    for name, cosines, colour in groups:
        if not len(cosines):
            raise DataError("there are no cosines to draw", received=name, fix="pass at least one pair")
        shares = np.full(len(cosines), 1 / len(cosines))
        filled = colour == BLUE  # the two differ in shape too, not in colour alone
        axes.hist(
            cosines.clip(0, 1), bins=bins.tolist(), weights=shares, color=colour, label=name,
            histtype="stepfilled" if filled else "step", alpha=0.45 if filled else 1.0, linewidth=2,
        )  # fmt: skip
        above = float(np.mean(cosines >= threshold))
        told.append(
            f"{name}: {len(cosines)} pairs, median {np.median(cosines):.2f}, from {cosines.min():.2f} to "
            f"{cosines.max():.2f}, {percent(above)} at or above the threshold"
        )
    axes.axvline(threshold, color=TEXT, linestyle="--", linewidth=1.5, label=f"threshold {threshold:.2f}")
    axes.yaxis.set_major_locator(MaxNLocator(steps=[1, 2, 5, 10]))  # no halves of a percent: the labels are whole
    axes.yaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f}%")
    axes.set_xlabel("cosine similarity of the two questions")
    axes.set_ylabel("share of the pairs")
    add_legend(axes)
    return describe(figure, f"Cosine similarities of pairs of questions. {'; '.join(told)}. Threshold {threshold:.2f}.")


def _shorten(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _WIDTH else line[: _WIDTH - 3].rstrip() + "..."
