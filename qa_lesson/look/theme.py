"""One look for all figures, and a text alternative for each of them."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter
from PIL import Image

from qa_lesson.errors import ConfigError
from qa_lesson.look.colors import CARD, GRID, MUTED, TEXT
from qa_lesson.look.html import dark_style

_PIXELS_PER_INCH = 100  # CSS pixels an inch; the picture itself has twice as many
_NARROWEST = 500  # CSS pixels; in a narrower window one scrolls, for smaller the text cannot be read
_PADDING = 0.1  # around the axes, in units of 100 CSS pixels
_SCROLLS = Markup('<div tabindex="0" role="group" aria-label="Figure" style="overflow-x: auto">{}</div>')
_COLOURS = 128  # enough for smooth edges, and a third of the bytes of a true-colour picture


def new_figure(
    n_columns: int = 1, *, n_rows: int = 1, width: float = 7.2, height: float = 3.6
) -> tuple[Figure, list[Axes]]:
    """An empty figure in the course's look and its axes, row by row; axes above one another share their x axis.

    It is not registered with pyplot, so it is neither shown twice nor kept in memory.

    Args:
        n_columns, n_rows: how many axes.
        width, height: of the whole figure, in units of 100 CSS pixels.
    """
    figure = Figure(figsize=(width, height), dpi=_PIXELS_PER_INCH, facecolor=CARD)
    figure.set_layout_engine("constrained", w_pad=_PADDING, h_pad=_PADDING)
    FigureCanvasAgg(figure)
    all_axes = list(figure.subplots(n_rows, n_columns, squeeze=False, sharex="col").flat)
    for axes in all_axes:
        axes.set_facecolor(CARD)
        axes.spines[["top", "right"]].set_visible(False)
        axes.spines[["left", "bottom"]].set_color(MUTED)
        axes.tick_params(colors=TEXT, labelsize=9)
        axes.grid(visible=True, color=GRID, linewidth=0.7)
        axes.set_axisbelow(True)
        for label in (axes.xaxis.label, axes.yaxis.label):
            label.set_color(TEXT)
            label.set_fontsize(10)
    return figure, all_axes


def add_title(axes: Axes, text: str) -> None:
    """A title in the course's look."""
    axes.set_title(text, fontsize=11, color=TEXT, parse_math=False)


def state_finding(figure: Figure, text: str) -> None:
    """Write above a figure what it shows, so that it can be read without the text around it."""
    figure.suptitle(text, fontsize=11, fontweight="bold", color=TEXT, parse_math=False, wrap=True)


def add_legend(axes: Axes, **options: Any) -> None:
    """A legend in the course's look: above the axes, where no curve can run under it, unless `loc` says otherwise."""
    place = {} if "loc" in options else {"loc": "lower center", "bbox_to_anchor": (0.5, 1.0), "ncols": 4}
    axes.legend(**{"fontsize": 9, "labelcolor": TEXT, "frameon": False, **place, **options})


def line(axes: Axes, x: Sequence[float], y: Sequence[float], label: str, colour: str, style: str) -> None:
    """One line with markers; `style` differs from line to line, so that colour alone tells nothing."""
    axes.plot(x, y, style, color=colour, label=label, linewidth=2, markersize=5)


def percent_axis(axes: Axes, *, horizontal: bool = False) -> None:
    """Show fractions from 0 to 1 as percentages."""
    axis = axes.xaxis if horizontal else axes.yaxis
    (axes.set_xlim if horizontal else axes.set_ylim)(0, 1.02)
    axis.set_major_formatter(PercentFormatter(1, decimals=0, symbol="%"))
    axes.tick_params(colors=TEXT)


@dataclass(frozen=True, repr=False)
class DescribedFigure:
    """A figure that a notebook shows as a picture with a text alternative.

    Args:
        figure: the matplotlib figure, for further work on it.
        alt: what the picture says, numbers included.
    """

    figure: Figure
    alt: str

    def __repr__(self) -> str:
        return "<figure>"

    def png(self) -> bytes:
        """The picture, with two pixels for every CSS pixel and at most 128 colours."""
        unpacked = {"compress_level": 0}  # it is packed below
        dots = 2 * _PIXELS_PER_INCH
        self.figure.savefig(buffer := io.BytesIO(), format="png", dpi=dots, facecolor=CARD, pil_kwargs=unpacked)
        picture = Image.open(buffer).convert("RGB")
        picture.quantize(_COLOURS, dither=Image.Dither.NONE).save(packed := io.BytesIO(), "PNG", optimize=True)
        return packed.getvalue()

    def html(self) -> Markup:
        """An ``<img>`` that carries the picture and its text alternative."""
        width = round(self.figure.get_size_inches()[0] * _PIXELS_PER_INCH)
        return Markup(
            '<img alt="{}" class="qa-figure" width="{}" style="max-width: 100%; min-width: {}px; height: auto" '
            'src="data:image/png;base64,{}">'
        ).format(self.alt, width, min(width, _NARROWEST), base64.b64encode(self.png()).decode())

    def _repr_html_(self) -> str:
        return dark_style() + _SCROLLS.format(self.html())


def describe(figure: Figure, text: str) -> DescribedFigure:
    """`figure` with `text` as its text alternative.

    Raises:
        ConfigError: the text is blank.

    >>> figure, _ = new_figure()
    >>> describe(figure, "Nothing is drawn yet.")
    <figure>
    """
    if not text.strip():
        raise ConfigError("a figure needs a text alternative", received=repr(text), fix="say what it shows, in numbers")
    return DescribedFigure(figure, " ".join(text.split()))
