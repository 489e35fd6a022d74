"""Figures of how a model learns: vectors of a word, probabilities of tokens, and steps down the loss of one weight."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import cycle

import numpy as np
import numpy.typing as npt

from qa_lesson.errors import ConfigError
from qa_lesson.look.colors import BLUE, CARD, GREEN, MUTED, ORANGE, TEXT
from qa_lesson.look.theme import DescribedFigure, add_legend, add_title, describe, new_figure

_POINTS = 80  # of the curve of the loss


def plot_similarity(texts: Sequence[str], similarity: npt.ArrayLike, *, word: str) -> DescribedFigure:
    """How similar the vectors of one word are in several texts, as a square of numbers.

    Args:
        texts: n texts that contain the word.
        similarity: (n, n) cosine similarities of its vectors.
        word: for the title.

    Raises:
        ConfigError: the similarities are not n by n.
    """
    values = np.asarray(similarity, dtype=float)
    if values.shape != (len(texts), len(texts)):
        raise ConfigError("one row and one column a text are needed", received=f"{values.shape} for {len(texts)} texts")
    figure, (axes,) = new_figure(height=0.9 + 0.55 * len(texts))
    axes.imshow(values, cmap="Blues", vmin=0, vmax=2, aspect="auto")
    axes.grid(visible=False)
    axes.set_xticks(range(len(texts)), [str(n + 1) for n in range(len(texts))])
    axes.set_yticks(range(len(texts)), [f"{text}  {n + 1}" for n, text in enumerate(texts)])
    for (row, column), value in np.ndenumerate(values):
        axes.text(column, row, f"{value:.2f}", ha="center", va="center", color=TEXT, fontsize=10)
    add_title(axes, f"The same meaning of “{word}” gives similar vectors")
    pairs = [
        f"{texts[row]} and {texts[column]} {values[row, column]:.2f}"
        for row in range(len(texts))
        for column in range(row + 1, len(texts))
    ]
    return describe(figure, f"Cosine similarity of the vectors of {word}: {'; '.join(pairs)}.")


def plot_probabilities(
    tokens: Sequence[str], probabilities: Mapping[str, npt.ArrayLike], *, right: Mapping[str, int] | None = None
) -> DescribedFigure:
    """Bars of the probability that a model gives each token, one row of bars for each name.

    Args:
        tokens: n of them.
        probabilities: n fractions by name, such as "start" and "end".
        right: by the same names, the index of the right token, which is drawn in another color and hatched.

    Raises:
        ConfigError: the number of probabilities is not that of the tokens.
    """
    rows = {name: np.asarray(values, dtype=float) for name, values in probabilities.items()}
    for name, values in rows.items():
        if values.shape != (len(tokens),):
            raise ConfigError(
                "every token needs one probability", received=f"{name}: {values.shape} for {len(tokens)} tokens"
            )
    figure, all_axes = new_figure(n_rows=len(rows), width=8.4, height=0.9 + 1.6 * len(rows))
    top = max(float(values.max()) for values in rows.values())
    said = []
    for axes, (name, values) in zip(all_axes, rows.items(), strict=True):
        bars = axes.bar(range(len(tokens)), values, color=BLUE, width=0.8)
        axes.set_ylim(0, max(0.1, 1.1 * top))
        axes.set_ylabel(name)
        best = int(values.argmax())
        said.append(f"{name}: highest at {tokens[best]} with {values[best]:.0%}")
        if right is not None:
            at = right[name]
            bars[at].set(facecolor=GREEN, edgecolor=CARD, hatch="///")
            said[-1] += f", the right token {tokens[at]} has {values[at]:.0%}"
    all_axes[-1].set_xticks(range(len(tokens)), list(tokens), rotation=90)
    add_title(all_axes[0], "Probability of each token" + (" (hatched: the right one)" if right else ""))
    return describe(figure, f"Probabilities of {len(tokens)} tokens. {'; '.join(said)}.")


def plot_weight_steps(
    loss: Callable[[float], float], *, weight: float, slope: float, rates: Sequence[float]
) -> DescribedFigure:
    """The loss against one weight, and where one gradient step leads with each learning rate.

    Args:
        loss: of a value of the weight, all others unchanged.
        weight: its value now.
        slope: of the loss at this value.
        rates: learning rates, each above 0.
    """
    ends = [weight - rate * slope for rate in rates]
    room = 0.15 * (max(weight, *ends) - min(weight, *ends)) or 1.0
    values = np.linspace(min(weight, *ends) - room, max(weight, *ends) + room, _POINTS)
    figure, (axes,) = new_figure(height=3.8)
    axes.plot(values, [loss(float(value)) for value in values], color=MUTED, linewidth=2, label="loss")
    here = loss(weight)
    reach = (values[-1] - values[0]) / 8
    tangent = np.array([weight - reach, weight + reach])
    axes.plot(tangent, here + slope * (tangent - weight), "--", color=TEXT, linewidth=1.5, label="slope here")
    axes.plot([weight], [here], "o", color=TEXT, markersize=8, label="now")
    looks = cycle([(GREEN, "s"), (BLUE, "^"), (ORANGE, "D")])
    for (color, mark), rate, end in zip(looks, rates, ends, strict=False):
        axes.plot([end], [loss(end)], mark, color=color, markersize=8, label=f"rate {rate:g}")
    axes.set_xlabel("value of the weight")
    axes.set_ylabel("loss")
    add_legend(axes, ncols=6)
    told = "; ".join(f"rate {rate:g}: loss {loss(end):.2f}" for rate, end in zip(rates, ends, strict=True))
    return describe(figure, f"Loss now {here:.2f}, slope {slope:.2f}. After one step with {told}.")
