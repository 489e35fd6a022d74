"""The course's colors, for figures and HTML alike.

No single text color reaches a contrast of 4.5:1 on both a white and a nearly black page, so figures and cards bring
their own soft, opaque background. The hues follow Okabe and Ito's palette for color-blind readers, darkened until each
reaches 4.5:1 on the card, so they serve for text too.
"""

CARD = "#f4f5f7"
"""Background of figures and HTML cards."""
TEXT, MUTED, GRID = "#1f2328", "#57606a", "#d0d7de"
BLUE, ORANGE, GREEN, PURPLE = "#00639c", "#9c4300", "#00704f", "#94387a"
BLUE_SOFT, ORANGE_SOFT, GREEN_SOFT = "#cfe3f1", "#f6ddc9", "#cdeadf"
