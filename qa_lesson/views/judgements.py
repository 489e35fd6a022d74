"""Figures of how a score agrees with readers: ROC curves, and right answers against near misses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qa_lesson.errors import ConfigError, DataError
from qa_lesson.evaluation.agreement import RocCurve
from qa_lesson.look.colors import BLUE, GREEN, MUTED, ORANGE, PURPLE
from qa_lesson.look.theme import DescribedFigure, add_legend, add_title, describe, new_figure, percent_axis

_STYLES = ((BLUE, "-"), (ORANGE, "--"), (GREEN, "-."), (PURPLE, ":"))


def plot_roc(panels: Mapping[str, Mapping[str, RocCurve]]) -> DescribedFigure:
    """ROC curves side by side: what passes of the accepted answers, against what passes of the refused ones.

    Args:
        panels: curves by name of the score, by title; each panel has one or more curves, drawn in its order.

    Raises:
        DataError: nothing to draw.
        ConfigError: more curves in a panel than can be told apart.
    """
    if not panels or not all(panels.values()):
        raise DataError("there are no curves to draw", received=f"{len(panels)} panels", fix="pass at least one")
    figure, all_axes = new_figure(len(panels), height=3.9)
    told = []
    for axes, (title, curves) in zip(all_axes, panels.items(), strict=True):
        if len(curves) > len(_STYLES):
            raise ConfigError(
                f"more than {len(_STYLES)} curves cannot be told apart",
                received=f"{len(curves)} curves in {title!r}",
                fix="draw fewer in one panel",
            )
        axes.plot([0, 1], [0, 1], color=MUTED, linewidth=1, label="chance: 0.50")
        for (label, curve), (colour, dash) in zip(curves.items(), _STYLES, strict=False):
            named = f"{label}: {curve.area:.2f}"
            axes.plot(
                curve.refused_passed, curve.accepted_passed, color=colour, linestyle=dash, linewidth=2, label=named
            )
            told.append(f"{title}, {label}: area {curve.area:.2f}")
        percent_axis(axes)
        percent_axis(axes, horizontal=True)
        axes.set(xlabel="refused that pass", ylabel="accepted that pass" if axes is all_axes[0] else "")
        add_title(axes, title)
        add_legend(axes, loc="upper center", bbox_to_anchor=(0.5, -0.2), title="area under the curve", title_fontsize=9)
    return describe(figure, f"ROC curves. {'; '.join(told)}. Chance has area 0.50.")


def plot_minimal_pairs(pairs: Sequence[tuple[float, float]], *, score: str = "similarity") -> DescribedFigure:
    """One mark a question: the score of a right answer in other words against that of a wrong one in the same words.

    Args:
        pairs: (score of the right answer, score of the wrong one), fractions.
        score: its name, for the axes.

    Raises:
        DataError: nothing to draw.
    """
    if not pairs:
        raise DataError("there are no pairs to draw", received="0 pairs", fix="pass at least one")
    fooled = [pair for pair in pairs if pair[1] >= pair[0]]
    sound = [pair for pair in pairs if pair[1] < pair[0]]
    figure, (axes,) = new_figure(width=5.4, height=4.4)
    axes.plot([0, 1], [0, 1], color=MUTED, linewidth=1)
    for group, colour, marker, label in (
        (fooled, ORANGE, "^", f"the wrong answer scores as much or more ({len(fooled)})"),
        (sound, BLUE, "o", f"the right answer scores more ({len(sound)})"),
    ):
        axes.plot(
            [pair[0] for pair in group], [pair[1] for pair in group], marker, color=colour, alpha=0.8, label=label
        )
    percent_axis(axes)
    percent_axis(axes, horizontal=True)
    axes.set(xlabel=f"{score} of the right answer, in other words", ylabel=f"{score} of the wrong answer")
    add_legend(axes, loc="upper center", bbox_to_anchor=(0.45, -0.16))
    return describe(
        figure,
        f"{len(pairs)} questions, each with a right answer in other words and a wrong one in almost the words of the "
        f"reference. The wrong one has the same or a higher {score} in {len(fooled)}, the right one in {len(sound)}.",
    )
