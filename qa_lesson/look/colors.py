"""The course's colors, for figures and HTML alike.

No single text color reaches a contrast of 4.5:1 on both a white and a nearly black page, so figures and cards bring
their own soft, opaque background. The hues follow Okabe and Ito's palette for color-blind readers, darkened until each
reaches 4.5:1 on the card, so they serve for text too. Each has a lightness of its own.

HTML can follow a dark page: `themed` and `css` give each color by name, as a variable that a dark page defines and
whose default is the color of the light card.
"""

CARD = "#f4f5f7"
"""Background of figures and HTML cards."""
TEXT, MUTED, GRID = "#1f2328", "#57606a", "#d0d7de"
BLUE, ORANGE, GREEN, PURPLE = "#003c71", "#a84b00", "#005f42", "#94387a"
BLUE_SOFT, ORANGE_SOFT, GREEN_SOFT = "#cfe3f1", "#fbe7d6", "#b9e6d3"
TRAINING, VALIDATION, TEST = BLUE, ORANGE, GREEN
"""A color means the same split in every figure. Their lightness differs, so they can be told apart in gray."""
BACK_SOFT, PURPLE_SOFT = "#e4e7eb", "#f0d9e9"

_LIGHT = {
    "card": CARD,
    "back": CARD,
    "page": "#ffffff",
    "text": TEXT,
    "muted": MUTED,
    "grid": GRID,
    "soft": BACK_SOFT,
    "blue": BLUE,
    "orange": ORANGE,
    "green": GREEN,
    "purple": PURPLE,
    "blue-soft": BLUE_SOFT,
    "orange-soft": ORANGE_SOFT,
    "green-soft": GREEN_SOFT,
    "purple-soft": PURPLE_SOFT,
}
_DARK = {
    "card": "#22272e",
    "back": "#22272e",
    "page": "#2d333b",
    "text": "#e3e7eb",
    "muted": "#a9b1ba",
    "grid": "#4b535d",
    "soft": "#343b44",
    "blue": "#5aa5e6",
    "orange": "#ffc591",
    "green": "#63d3a6",
    "purple": "#e3a3d0",
    "blue-soft": "#173d57",
    "orange-soft": "#5a3312",
    "green-soft": "#114a37",
    "purple-soft": "#522545",
}
DARK_VARIABLES = "; ".join(f"--qax-{name}: {value}" for name, value in _DARK.items())
"""The variables that a dark page defines, as CSS declarations."""
DARK_PICTURE = "filter: invert(0.86) hue-rotate(180deg)"
"""What makes a picture on a light card one on a dark card, hues kept."""


def themed(name: str) -> str:
    """A color by name, as CSS: that of the page where it defines one, else that of the light card.

    >>> themed("blue-soft")
    'var(--qax-blue-soft, #cfe3f1)'
    """
    return f"var(--qax-{name}, {_LIGHT[name]})"


def css(**properties: str) -> str:
    """Declarations of colors for a ``style`` attribute, each twice: untrusted notebooks drop the one with a variable.

    A value is the name of a color, or a border that ends in one; ``_`` stands for ``-``.

    >>> css(border_bottom="3px solid green")
    'border-bottom: 3px solid #005f42; border-bottom: 3px solid var(--qax-green, #005f42)'
    """
    declarations = []
    for key, value in properties.items():
        rest, _, name = value.rpartition(" ")
        for color in (_LIGHT[name], themed(name)):
            declarations.append(f"{key.replace('_', '-')}: {rest + ' ' if rest else ''}{color}")
    return "; ".join(declarations)
