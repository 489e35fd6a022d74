"""A slider beside a number field."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
import ipywidgets  # type: ignore[import-untyped]
import traitlets

from qa_lesson.look.built_widgets import built_widget


class Slider(anywidget.AnyWidget):
    """A slider whose handle has an accessible name, which that of a stock one has not."""

    _esm = built_widget("slider")
    _css = Path(__file__).with_name("slider.css")

    name = traitlets.Unicode().tag(sync=True)
    value = traitlets.Float().tag(sync=True)
    min = traitlets.Float().tag(sync=True)
    max = traitlets.Float().tag(sync=True)
    step = traitlets.Float().tag(sync=True)

    def __repr__(self) -> str:
        return f"<slider {self.name}>"


def named_slider(name: str, value: float, low: float, high: float, step: float) -> tuple[Any, Any]:
    """A slider and a number field with the same value: the field, and a row that holds both.

    `low` and `value` must be multiples of `step`, or the browser shows the next point of the slider's own grid.
    """
    field = ipywidgets.BoundedFloatText(
        value=value, min=low, max=high, step=step, description=name, style={"description_width": "200px"},
        layout=ipywidgets.Layout(width="300px"),
    )  # fmt: skip
    slider = Slider(name=name, value=value, min=low, max=high, step=step)
    ipywidgets.link((field, "value"), (slider, "value"))
    return field, ipywidgets.HBox([field, slider], layout=ipywidgets.Layout(flex_flow="row wrap", align_items="center"))
