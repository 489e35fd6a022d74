"""Confidence and a threshold: which answers are accepted, wrong or held back, and what a temperature changes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from markupsafe import Markup

from qa_lesson.evaluation import calibration_bins
from qa_lesson.evaluation.calibration import checked_outcomes, expected_calibration_error
from qa_lesson.look.controls import Range
from qa_lesson.look.explorable import Drawing, Explorable
from qa_lesson.look.html import table
from qa_lesson.look.svg import Svg, legend, swatch
from qa_lesson.look.templating import percent

_WIDTH, _LEFT, _RIGHT = 520, 40, 500
_COLUMNS = 24
_UP, _DOWN = 118, 212  # where right answers end and wrong ones begin
_TINY = 1e-6


def calibration_explorer(confidences: npt.ArrayLike, outcomes: npt.ArrayLike) -> CalibrationExplorer:
    """Drag the threshold and the temperature; accepted, wrong and missed answers move.

    The temperature divides the log-odds of each confidence. For the exact temperature of a model see
    `qa_lesson.evaluation.temperature`.

    Args:
        confidences: (N,) how sure the model is of each answer, fractions.
        outcomes: (N,) 1 for a right answer, 0 for a wrong one; a fraction such as F1 counts as right from 0.5.

    Raises:
        DataError: different lengths, none at all, or values out of range.

    >>> picture = calibration_explorer([0.9, 0.8, 0.6, 0.3], [1, 0, 1, 0])
    >>> picture.threshold.value = 0.7
    >>> picture.counts
    {'accepted right': 1, 'accepted wrong': 1, 'held back right': 1, 'held back wrong': 1}
    """
    return CalibrationExplorer(confidences, outcomes)


class CalibrationExplorer(Explorable):
    """See `calibration_explorer`. `threshold` and `temperature` are its sliders, `counts` what follows from them."""

    def __init__(self, confidences: npt.ArrayLike, outcomes: npt.ArrayLike) -> None:
        given, right = checked_outcomes(confidences, outcomes)
        clipped = np.clip(given, _TINY, 1 - _TINY)
        self._log_odds = np.log(clipped / (1 - clipped))
        self._right = right >= 0.5
        self.threshold = Range("Threshold", 0.5, 0.0, 1.0, 0.01)
        self.temperature = Range("Temperature", 1.0, 0.2, 5.0, 0.1)
        super().__init__("Accept or hold back", {"threshold": self.threshold, "temperature": self.temperature})

    @property
    def confidences(self) -> npt.NDArray[np.float64]:
        """(N,) the confidences at the temperature of the slider."""
        tempered: npt.NDArray[np.float64] = 1 / (1 + np.exp(-self._log_odds / self.temperature.value))
        return tempered

    @property
    def counts(self) -> dict[str, int]:
        """How many answers are accepted (confidence at least the threshold) or held back, right and wrong."""
        accepted = self.confidences >= self.threshold.value
        return {
            f"{what} {name}": int((taken & kind).sum())
            for what, taken in (("accepted", accepted), ("held back", ~accepted))
            for name, kind in (("right", self._right), ("wrong", ~self._right))
        }

    def draw(self) -> Drawing:
        """See `Explorable.draw`."""
        counts, shown = self.counts, self.confidences
        n_accepted = counts["accepted right"] + counts["accepted wrong"]
        said = f"{n_accepted} of {len(shown)} answers are accepted, {counts['accepted wrong']} of them wrong"
        said += f" ({percent(counts['accepted wrong'] / n_accepted)})" if n_accepted else ""
        said += f". {counts['held back right']} right answers are held back. On average the model is "
        said += (
            f"{percent(float(shown.mean()))} sure, and {percent(float(self._right.mean()))} of its answers are right."
        )
        rows = [
            ["accepted", str(counts["accepted right"]), f"{counts['accepted wrong']} ✗"],
            ["held back", f"{counts['held back right']} missed", str(counts["held back wrong"])],
        ]
        return Drawing(
            self._answers(said) + _LEGEND + table(["", "right", "wrong"], rows, row_headers=True) + self._reliability(),
            said,
        )

    def _answers(self, said: str) -> Markup:
        """Right answers piled up above the line, wrong ones below, by confidence."""
        svg = Svg(_WIDTH, 250)
        shown = self.confidences
        threshold = self.threshold.value
        edges = np.linspace(0, 1, _COLUMNS + 1)
        accepted = shown >= threshold
        piles = {
            (right, taken): np.histogram(shown[(self._right == right) & (accepted == taken)], edges)[0]
            for right in (True, False)
            for taken in (True, False)
        }
        tallest = max(1, *(int((piles[right, True] + piles[right, False]).max()) for right in (True, False)))
        wide = (_RIGHT - _LEFT) / _COLUMNS
        unit = min(10.0, (_UP - 20) / tallest)
        for column in range(_COLUMNS):
            x = _LEFT + wide * column
            for right, color in ((True, "green"), (False, "orange")):
                y = float(_UP)
                for taken in (False, True):
                    height = unit * int(piles[right, taken][column])
                    top = y - height if right else y
                    if height:
                        fill = color if taken else f"{color}-soft"
                        svg.rect(x + 1, top, wide - 2, height, fill, color, dash="" if taken else "3 2", round_=1)
                    y = top if right else y + height
        at = _LEFT + (_RIGHT - _LEFT) * threshold
        svg.line([(_LEFT, _UP), (_RIGHT, _UP)], "muted", thick=1)
        svg.line([(at, 14), (at, 222)], "purple", thick=2.5)
        anchor = "start" if threshold < 0.75 else "end"
        svg.text(
            at + (6 if anchor == "start" else -6), 14, f"threshold {threshold:.2f}", "purple", anchor=anchor, bold=True
        )
        svg.text(_LEFT - 6, _UP - 40, "right", "green", anchor="middle", size=11, bold=True, turned=True)
        svg.text(_LEFT - 6, _UP + 40, "wrong", "orange", anchor="middle", size=11, bold=True, turned=True)
        for value in (0, 0.25, 0.5, 0.75, 1):
            x = _LEFT + (_RIGHT - _LEFT) * value
            svg.text(x, 236, f"{100 * value:.0f}%", "muted", anchor="middle", size=11)
        svg.text((_LEFT + _RIGHT) / 2, 249, "confidence", "muted", anchor="middle", size=11)
        return svg.markup(said)

    def _reliability(self) -> Markup:
        """How often answers of a confidence are right, against that confidence."""
        shown = self.confidences
        bins = calibration_bins(shown, self._right.astype(float))
        error = expected_calibration_error(shown, self._right.astype(float))
        svg = Svg(_WIDTH, 200)
        left, right, top, base = 170, 330, 14, 174

        def x(value: float) -> float:
            return left + (right - left) * value

        def y(value: float) -> float:
            return base - (base - top) * value

        svg.rect(left, top, right - left, base - top, "none", "grid")
        svg.line([(left, base), (right, top)], "muted", thick=1.5, dash="4 3")
        svg.line([(x(part.mean_confidence), y(part.mean_outcome)) for part in bins], "blue", thick=2)
        for part in bins:
            svg.dot(x(part.mean_confidence), y(part.mean_outcome), 4, "blue")
        svg.text(left - 8, top + 8, "100%", "muted", anchor="end", size=11)
        svg.text(left - 8, base, "0%", "muted", anchor="end", size=11)
        svg.text(left - 40, (top + base) / 2, "answered right", "muted", anchor="middle", size=11, turned=True)
        svg.text((left + right) / 2, base + 18, "confidence", "muted", anchor="middle", size=11)
        svg.text(right + 14, top + 20, "dashed: as sure", "muted", size=11)
        svg.text(right + 14, top + 35, "as it is right", "muted", size=11)
        svg.text(right + 14, top + 62, f"calibration error {percent(error)}", "blue", size=11, bold=True)
        return svg.markup(f"Reliability: calibration error {percent(error)} at temperature {self.temperature.value:g}.")


_LEGEND = legend(
    swatch("green", "green", "accepted, right"),
    swatch("orange", "orange", "accepted, wrong"),
    swatch("green-soft", "green", "held back, right (missed)", dashed=True),
    swatch("orange-soft", "orange", "held back, wrong", dashed=True),
)
