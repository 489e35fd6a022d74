"""Is this score good enough for production? Depends on what a wrong and an inexact answer cost."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import ipywidgets  # type: ignore[import-untyped]
from markupsafe import Markup

from qa_lesson.errors import ConfigError
from qa_lesson.look.html import Explorer, card, paragraph, table
from qa_lesson.look.slider import named_slider

Verdict = Literal["yes", "no", "it depends"]


@dataclass(frozen=True, slots=True)
class UseCase:
    """What answers cost in one use, in minutes of somebody's time a question.

    Args:
        name: of the use.
        wrong_cost: of an answer that is wrong, even if it shares words with the right one.
        inexact_cost: of an answer that a person would accept, though it is too long or too short.
        cost_without: of a question that a person answers without the model; the model must stay below it.
        why: the reason for these costs.
    """

    name: str
    wrong_cost: float
    inexact_cost: float
    cost_without: float
    why: str


USE_CASES = (
    UseCase("support search", 10.0, 1.0, 5.0, "people see the passage too and fix a boundary at a glance"),
    UseCase("medical dosage", 10_000.0, 10_000.0, 10.0, "half a dose is a wrong dose, so an inexact answer harms too"),
    UseCase("autocomplete", 0.1, 0.05, 0.2, "a bad suggestion is typed over in seconds"),
)
"""Made-up costs to start from: replace them by your own."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What 1,000 questions cost, in minutes, and what follows from it.

    Args:
        cost_low, cost_high: the bounds: every answer that is not exact is inexact, or every one is wrong.
        cost_by_f1: the cost if as many answers are wrong as F1 is below 100. A guess, not a bound.
        cost_without: the cost without the model.
        verdict, reason: what follows from the bounds.
    """

    cost_low: float
    cost_by_f1: float
    cost_high: float
    cost_without: float
    verdict: Verdict
    reason: str


def decide(em_percent: float, f1_percent: float, use: UseCase) -> Decision:
    """Weigh a score against the costs of a use.

    EM and F1 don't say how many answers are wrong. An answer that shares most of its words with a reference may still
    be wrong ("six months later" for "six weeks later"). In lesson 10 people accept fewer than half of such answers.
    So the bounds of the cost come from exact match alone: at best every other answer is only inexact, at worst every
    one is wrong. (They take exact answers as right.)

    Args:
        em_percent: exact match in percent.
        f1_percent: F1 in percent, at least `em_percent`.
        use: the costs.

    Raises:
        ConfigError: percentages out of range, F1 below exact match, or negative costs.

    >>> decision = decide(60, 85, USE_CASES[0])
    >>> decision.verdict, decision.cost_low, decision.cost_by_f1, decision.cost_high
    ('yes', 400.0, 1750.0, 4000.0)
    """
    if not 0 <= em_percent <= f1_percent <= 100:
        raise ConfigError(
            "EM and F1 must be percentages, and F1 at least EM, because an exact match has F1 100",
            received=f"em_percent={em_percent}, f1_percent={f1_percent}",
            fix="pass percent, not fractions: 60 for 0.60",
        )
    costs = (use.wrong_cost, use.inexact_cost, use.cost_without)
    if not all(math.isfinite(cost) and cost >= 0 for cost in costs):
        raise ConfigError("costs must be finite numbers of at least 0", received=f"{use.name}: {costs}")
    not_exact = 10 * (100 - em_percent)  # of 1,000 answers: a percentage of 1,000 is ten times itself
    below_f1 = 10 * (100 - f1_percent)
    by_f1 = below_f1 * use.wrong_cost + (not_exact - below_f1) * use.inexact_cost
    low, high = sorted((not_exact * use.inexact_cost, not_exact * use.wrong_cost))
    without = 1000 * use.cost_without
    if high <= without:
        verdict: Verdict = "yes"
        reason = f"Even at the upper bound the model costs no more than the {without:,.0f} minutes without it"
    elif low > without:
        verdict = "no"
        reason = f"Even at the lower bound the model costs more than the {without:,.0f} minutes without it"
    else:
        verdict = "it depends"
        reason = (
            f"The {without:,.0f} minutes without the model are between the bounds: read the answers that do not match "
            "exactly and count how many are wrong"
        )
    return Decision(low, by_f1, high, without, verdict, f"{reason} ({use.why})" if use.why else reason)


def decision_explorer(em_percent: float = 60.0, f1_percent: float = 85.0) -> DecisionExplorer:
    """Sliders for EM and F1, fields for the costs, and the verdict for a chosen use.

    Args:
        em_percent, f1_percent: where the sliders stand at first, in percent.

    Raises:
        ConfigError: as `decide`.
    """
    decide(em_percent, f1_percent, USE_CASES[0])
    return DecisionExplorer(em_percent, f1_percent)


class DecisionExplorer(Explorer):
    """See `decision_explorer`. Choosing a `use` fills in its costs; `view` is the HTML with the verdict."""

    def __init__(self, em_percent: float, f1_percent: float) -> None:
        style = {"description_width": "200px"}
        first = USE_CASES[0]
        self.use = ipywidgets.Dropdown(
            options=[use.name for use in USE_CASES],
            description="Use",
            style=style,
            layout={"width": "min(98%, 400px)"},
        )
        self.em_percent, em_row = named_slider("Exact match (percent)", em_percent, 0, 100, 0.1)
        self.f1_percent, f1_row = named_slider("F1 (percent)", f1_percent, 0, 100, 0.1)
        self.wrong_cost = ipywidgets.BoundedFloatText(
            value=first.wrong_cost, min=0, max=1e9, description="Wrong answer (minutes)", style=style
        )
        self.inexact_cost = ipywidgets.BoundedFloatText(
            value=first.inexact_cost, min=0, max=1e9, description="Inexact answer (minutes)", style=style
        )
        self.cost_without = ipywidgets.BoundedFloatText(
            value=first.cost_without, min=0, max=1e9, description="Without the model (minutes)", style=style
        )
        self.view = ipywidgets.HTML(value=self._html())
        self.use.observe(self._fill_in, "value")
        costs = [self.wrong_cost, self.inexact_cost, self.cost_without]
        for field in (self.em_percent, self.f1_percent, *costs):
            field.observe(self._update, "value")
        super().__init__("decision explorer", [self.use, em_row, f1_row, *costs, self.view], self._html)

    def _fill_in(self, _change: object) -> None:
        use = USE_CASES[self.use.index]
        self.wrong_cost.value, self.inexact_cost.value = use.wrong_cost, use.inexact_cost
        self.cost_without.value = use.cost_without
        self._update(None)

    def _update(self, _change: object) -> None:
        self.view.value = self._html()

    def _html(self) -> Markup:
        chosen = USE_CASES[self.use.index]
        costs = (self.wrong_cost.value, self.inexact_cost.value, self.cost_without.value)
        # the stated reason belongs to the stated costs, and falls away with them
        untouched = costs == (chosen.wrong_cost, chosen.inexact_cost, chosen.cost_without)
        use = UseCase(chosen.name, *costs, chosen.why if untouched else "")
        em, f1 = self.em_percent.value, self.f1_percent.value
        try:
            decision = decide(em, f1, use)
        except ConfigError as error:
            return card(paragraph(Markup("<b>{}.</b> {}").format(error.what, error.received)), "No verdict")
        low, high = (f"{cost:,.0f}" for cost in (decision.cost_low, decision.cost_high))
        rows = [
            ["expected cost of 1,000 questions", f"{low if low == high else f'{low} to {high}'} minutes"],
            ["the same without the model", f"{decision.cost_without:,.0f} minutes"],
            ["the cost if F1 counted wrong answers", f"{decision.cost_by_f1:,.0f} minutes"],
            ["wrong", f"0 to {100 - em:.3g} of 100 answers"],
        ]
        content = table(["quantity", "value"], rows, row_headers=True)
        content += paragraph(Markup("<b>Verdict: {}.</b> {}.").format(decision.verdict, decision.reason))
        return card(content, f"{use.name}: EM {em:g}%, F1 {f1:g}%")
