"""Explorable pictures: controls to move, and a picture that Python draws anew after each move.

All of them share one small page (`explorable.js`), so they look alike, work with the keyboard and a screen reader, and
can be tested without a browser: set ``picture.stride.value``, then read ``picture.said`` and ``picture.view``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anywidget
import traitlets
from markupsafe import Markup, escape

from qa_lesson.look.built_widgets import built_widget
from qa_lesson.look.controls import Buttons, Control, Setting
from qa_lesson.look.html import card, paragraph
from qa_lesson.look.still import StillBeside
from qa_lesson.look.svg import as_image

RUN_THIS_CELL = "This is a still picture. Run this cell in JupyterLab to move the controls."


@dataclass(frozen=True)
class Drawing:
    """What a picture shows now.

    Args:
        html: the picture.
        said: one or two sentences that say what can be seen, numbers included; they are read aloud after each move.
    """

    html: Markup
    said: str


class Explorable(StillBeside, anywidget.AnyWidget):
    """The base of all explorable pictures: make the controls, call ``super().__init__``, and write `draw`.

    Args:
        name: its heading, and the name of its region for screen readers.
        controls: by id, from top to bottom.
        intro: what to do, above the controls.
    """

    _esm = built_widget("explorable")
    _css = Path(__file__).with_name("explorable.css")

    name = traitlets.Unicode().tag(sync=True)
    intro = traitlets.Unicode().tag(sync=True)
    controls: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    values: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)
    view = traitlets.Unicode().tag(sync=True)
    said = traitlets.Unicode().tag(sync=True)

    def __init__(self, name: str, controls: Mapping[str, Control], intro: str = "") -> None:
        self._controls, self._intro = dict(controls), escape(intro)
        super().__init__(name=name, intro=str(self._intro))
        for control in self._controls.values():
            control.moved = self.redraw
        self.redraw()
        self.observe(self._take, "values")
        self.on_msg(self._receive)

    def __repr__(self) -> str:
        return f"<{self.name}>"

    def draw(self) -> Drawing:
        """The picture for the controls as they are."""
        raise NotImplementedError

    def redraw(self) -> None:
        """Draw again and send it to the page, in one message."""
        drawing = self.draw()
        settings = {id_: one for id_, one in self._controls.items() if isinstance(one, Setting)}
        with self.hold_trait_notifications():
            self.controls = [{"id": id_, **control.spec()} for id_, control in self._controls.items()]
            self.values = {id_: control.value for id_, control in settings.items()}
            self.view, self.said = str(drawing.html), drawing.said
        self._drawing = drawing

    def static_html(self) -> Markup:
        """What it shows now, without controls, for saved notebooks and web pages."""
        shown = as_image(self._drawing.html, self.said)
        return card(self._intro + shown + paragraph(self.said) + paragraph(RUN_THIS_CELL, muted=True), self.name)

    def _take(self, change: Any) -> None:
        settings = {id_: one for id_, one in self._controls.items() if isinstance(one, Setting)}
        moved = {id_: value for id_, value in change["new"].items() if id_ in settings}
        if all(settings[id_].value == value for id_, value in moved.items()):
            return
        for id_, value in moved.items():
            settings[id_].take(value)
        self.redraw()

    def _receive(self, _widget: object, content: Any, _buffers: object) -> None:
        row = self._controls.get(content.get("press"))
        if isinstance(row, Buttons):
            row.click(content.get("at"))
