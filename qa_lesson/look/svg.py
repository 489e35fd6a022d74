"""Small SVG pictures in the course's colors, which follow the theme of the page that shows them."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence

from markupsafe import Markup, escape

from qa_lesson.look.colors import themed


class Svg:
    """A picture that grows piece by piece. Lengths are in units of its width; text is 12 units high.

    Args:
        width, height: of the picture; it is shown up to 1.3 times as wide in CSS pixels.
    """

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self._parts: list[Markup] = []

    def rect(
        self, x: float, y: float, width: float, height: float, fill: str, edge: str = "none", *, dash: str = "",
        thick: float = 1, opacity: float = 1, round_: float = 2,
    ) -> None:  # fmt: skip
        """A box from its upper left corner; `fill` and `edge` are color names or "none"."""
        self._add(
            '<rect x="{}" y="{}" width="{}" height="{}" rx="{}" fill-opacity="{}" stroke-width="{}" '
            'stroke-dasharray="{}" style="fill: {}; stroke: {}"/>',
            _n(x), _n(y), _n(max(width, 0)), _n(max(height, 0)), _n(round_), _n(opacity), _n(thick), dash or "none",
            _color(fill), _color(edge),
        )  # fmt: skip

    def line(self, points: Sequence[tuple[float, float]], color: str, *, thick: float = 2, dash: str = "") -> None:
        """A line through points."""
        self._add(
            '<polyline points="{}" fill="none" stroke-width="{}" stroke-dasharray="{}" stroke-linejoin="round" '
            'style="stroke: {}"/>',
            " ".join(f"{_n(x)},{_n(y)}" for x, y in points), _n(thick), dash or "none", _color(color),
        )  # fmt: skip

    def dot(self, x: float, y: float, radius: float, fill: str, edge: str = "none") -> None:
        """A filled circle."""
        self._add(
            '<circle cx="{}" cy="{}" r="{}" stroke-width="1.5" style="fill: {}; stroke: {}"/>',
            _n(x), _n(y), _n(radius), _color(fill), _color(edge),
        )  # fmt: skip

    def text(
        self, x: float, y: float, text: str, color: str = "text", *, anchor: str = "start", size: float = 12,
        bold: bool = False, turned: bool = False,
    ) -> None:  # fmt: skip
        """A line of text whose baseline starts ("start"), is centered ("middle") or ends ("end") at a point."""
        turn = Markup(' transform="rotate(-90 {} {})"').format(_n(x), _n(y)) if turned else Markup()
        self._add(
            '<text x="{}" y="{}" text-anchor="{}" font-size="{}" font-weight="{}" style="fill: {}"{}>{}</text>',
            _n(x), _n(y), anchor, _n(size), "bold" if bold else "normal", _color(color), turn, text,
        )  # fmt: skip

    def markup(self, alt: str) -> Markup:
        """The picture with a text alternative."""
        frame = (
            '<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{}" viewBox="0 0 {} {}" '
            'font-family="system-ui, sans-serif" style="width: 100%; max-width: {}px; min-width: {}px">{}</svg>'
        )
        widest, narrowest = round(1.3 * self.width), round(min(self.width, 400))
        content = Markup().join(self._parts)
        return Markup(frame).format(alt, _n(self.width), _n(self.height), widest, narrowest, content)

    def _add(self, pattern: str, *values: object) -> None:
        self._parts.append(Markup(pattern).format(*values))


def as_image(html: Markup, alt: str) -> Markup:
    """HTML in which each SVG picture is an ``<img>``, which untrusted notebooks and GitHub show while they drop SVG.

    Args:
        html: made by `Svg` and `Markup` alone.
        alt: of pictures without a text alternative of their own.
    """

    def image(found: re.Match[str]) -> str:
        picture = _fixed(found.group(0))
        told = re.search('aria-label="([^"]*)"', picture)
        size = re.search(r"max-width: (\d+)px; min-width: (\d+)px", picture)
        widest, narrowest = size.groups() if size else ("640", "400")
        code = base64.b64encode(picture.encode()).decode()
        return (
            f'<img alt="{told.group(1) if told else escape(alt)}" class="qa-figure" width="{widest}" '
            f'style="max-width: 100%; min-width: {narrowest}px; height: auto" src="data:image/svg+xml;base64,{code}">'
        )

    return Markup(_fixed(re.sub("<svg.*?</svg>", image, str(html), flags=re.DOTALL)))


def _fixed(html: str) -> str:
    """With the colors of the light card, as no page defines others."""
    return re.sub(r"var\(--qax-[a-z-]+, (#[0-9a-f]+)\)", r"\1", html)


def _color(name: str) -> str:
    return name if name == "none" else themed(name)


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def swatch(fill: str, edge: str, meaning: str, *, dashed: bool = False) -> Markup:
    """A box in a color, and what it means, for `legend`."""
    return Markup(
        '<span style="white-space: nowrap; margin-right: 14px"><span style="display: inline-block; width: 14px; '
        'height: 12px; vertical-align: -1px; background-color: {}; border: 2px {} {}"></span> {}</span>'
    ).format("transparent" if fill == "none" else themed(fill), "dashed" if dashed else "solid", themed(edge), meaning)


def legend(*swatches: Markup) -> Markup:
    """What the colors mean, below a picture."""
    return Markup('<p style="font-size: 13px">{}</p>').format(Markup(" ").join(swatches))
