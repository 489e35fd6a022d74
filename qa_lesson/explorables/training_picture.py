"""Loss and F1 over the epochs, with a scrubber that shows what the model answered after each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from markupsafe import Markup

from qa_lesson.errors import DataError
from qa_lesson.look.controls import Buttons, Press, Range
from qa_lesson.look.explorable import Drawing, Explorable
from qa_lesson.look.html import paragraph, table
from qa_lesson.look.svg import Svg
from qa_lesson.look.templating import percent
from qa_lesson.metrics import score_answer
from qa_lesson.schema import Example

_WIDTH, _TOP, _BASE = 520, 24, 150
_PANELS = ((46, 240), (306, 500))
_MOST_ANSWERS = 5


@dataclass(frozen=True)
class Checkpoint:
    """How a model is at one moment of its training.

    Args:
        step: when, for instance the number of epochs, or of steps; rising.
        loss: training loss.
        f1: on questions that it is not trained on, a fraction.
        answers: answer text by question id.
        validation_loss: if you have it.
    """

    step: float
    loss: float
    f1: float
    answers: Mapping[str, str] = field(default_factory=dict)
    validation_loss: float | None = None


def training_explorer(
    checkpoints: Sequence[Checkpoint], examples: Sequence[Example], *, unit: str = "epoch"
) -> TrainingExplorer:
    """Move through a training run and read the model's answers at each moment.

    Args:
        checkpoints: at least two, in their order; collect one with the answers after each epoch or every few steps.
        examples: the questions to show, at most 5; the checkpoints have an answer to each.
        unit: what `Checkpoint.step` counts, in the singular.

    Raises:
        DataError: fewer than two checkpoints, steps that do not rise, or a question without an answer.
    """
    return TrainingExplorer(checkpoints, examples, unit)


class TrainingExplorer(Explorable):
    """See `training_explorer`. `moment` is its slider, counted from 1; `now` the checkpoint that it shows."""

    def __init__(self, checkpoints: Sequence[Checkpoint], examples: Sequence[Example], unit: str) -> None:
        steps = [checkpoint.step for checkpoint in checkpoints]
        if len(steps) < 2 or any(later <= earlier for earlier, later in pairwise(steps)):
            raise DataError("a training run needs at least two checkpoints, in rising order", received=f"steps {steps}")
        self._examples = list(examples)[:_MOST_ANSWERS]
        for checkpoint in checkpoints:
            absent = [example.id for example in self._examples if example.id not in checkpoint.answers]
            if absent:
                raise DataError(
                    f"{unit} {checkpoint.step:g} has no answer to {len(absent)} of the questions",
                    received=f"first missing: {absent[0]}",
                    fix="give each checkpoint an answer to each example, empty for “no answer”",
                )
        self._checkpoints, self._unit = list(checkpoints), unit
        self.moment = Range("Moment", 1, 1, len(steps))
        self.walk = Buttons(
            "",
            lambda: [
                Press("Back", lambda: self._go(-1), disabled=self.moment.value == 1),
                Press("Next", lambda: self._go(1), disabled=self.moment.value == len(self._checkpoints)),
            ],
        )
        intro = paragraph("Go through the training run. The answers below are those of the model at that moment.")
        super().__init__("A model learns", {"moment": self.moment, "walk": self.walk}, intro)

    @property
    def now(self) -> Checkpoint:
        """The checkpoint that is shown."""
        return self._checkpoints[int(self.moment.value) - 1]

    def draw(self) -> Drawing:
        """See `Explorable.draw`."""
        now = self.now
        said = f"After {self._unit} {now.step:g}: training loss {now.loss:.2f}, F1 {percent(now.f1)}."
        if self._examples:
            right = sum(
                score_answer(now.answers[example.id], example.references).exact_match == 1 for example in self._examples
            )
            said += f" {right} of the {len(self._examples)} answers below are exactly right."
        return Drawing(self._curves(said) + self._answers(), said)

    def _curves(self, said: str) -> Markup:
        svg = Svg(_WIDTH, 190)
        points = self._checkpoints
        first, last = points[0].step, points[-1].step
        losses = [point.loss for point in points] + [
            point.validation_loss for point in points if point.validation_loss is not None
        ]
        top_loss = max(losses) * 1.05 or 1.0
        at = int(self.moment.value) - 1

        def place(panel: int, step: float, share: float) -> tuple[float, float]:
            left, right = _PANELS[panel]
            return left + (right - left) * (step - first) / (last - first), _BASE - (_BASE - _TOP) * share

        for (left, right), name, low, high in (
            (_PANELS[0], "loss", "0", f"{top_loss:.1f}"),
            (_PANELS[1], "F1", "0%", "100%"),
        ):
            svg.rect(left, _TOP, right - left, _BASE - _TOP, "none", "grid")
            svg.text((left + right) / 2, 14, name, anchor="middle", bold=True)
            svg.text(left - 5, _TOP + 9, high, "muted", anchor="end", size=11)
            svg.text(left - 5, _BASE, low, "muted", anchor="end", size=11)
            svg.text(left, _BASE + 16, f"{first:g}", "muted", anchor="middle", size=11)
            svg.text(right, _BASE + 16, f"{last:g}", "muted", anchor="middle", size=11)
            svg.text((left + right) / 2, _BASE + 16, self._unit, "muted", anchor="middle", size=11)
        curves = [(0, "blue", "", [(point.step, point.loss / top_loss) for point in points])]
        validation = [
            (point.step, point.validation_loss / top_loss) for point in points if point.validation_loss is not None
        ]
        if validation:
            curves.append((0, "orange", "5 3", validation))
            svg.text(_PANELS[0][0], 186, "training", "blue", size=11, bold=True)
            svg.text(_PANELS[0][0] + 60, 186, "validation (dashed)", "orange", size=11, bold=True)
        curves.append((1, "green", "", [(point.step, point.f1) for point in points]))
        for panel, color, dash, values in curves:
            svg.line([place(panel, step, share) for step, share in values], color, dash=dash)
            for number, (step, share) in enumerate(values):
                svg.dot(*place(panel, step, share), 6 if number == at else 2.5, color, "back")
        for panel in (0, 1):
            x, _ = place(panel, points[at].step, 0)
            svg.line([(x, _TOP), (x, _BASE)], "purple", thick=1.5, dash="2 2")
        return svg.markup(said)

    def _answers(self) -> Markup:
        rows = []
        for example in self._examples:
            text = self.now.answers[example.id]
            score = score_answer(text, example.references)
            verdict = "✓ exact" if score.exact_match else f"F1 {percent(score.f1)}"
            shown = text if len(text) <= 90 else f"{text[:88]}…"
            rows.append([example.question, shown or "(no answer)", verdict])
        return table(["question", "answer at this moment", "score"], rows) if rows else Markup()

    def _go(self, steps: int) -> None:
        self.moment.take(self.moment.value + steps)
