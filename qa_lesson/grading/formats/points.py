"""Points in words: two decimals at most, one point and two points."""

from __future__ import annotations


def short_number(value: float) -> str:
    """A number of points with two decimals at most.

    >>> short_number(2 / 9), short_number(3.0)
    ('0.22', '3')
    """
    return f"{value:.2f}".rstrip("0").rstrip(".")


def points_text(points: float, possible: float | None = None) -> str:
    """Points in words.

    >>> points_text(1.0), points_text(2 / 9, 1.0), points_text(0.0, 2.0)
    ('1 point', '0.22 of 1 point', '0 of 2 points')
    """
    last = points if possible is None else possible
    told = short_number(points) if possible is None else f"{short_number(points)} of {short_number(possible)}"
    return f"{told} point{'' if last == 1 else 's'}"
