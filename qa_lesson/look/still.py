"""A still picture beside each widget: what is seen when the kernel has gone and the widget with it.

JupyterLab prefers the widget to anything else in its output, and says "model not found" when its kernel is no longer
there. So the still picture is an output of its own, before the widget, which hides it as long as it is alive.
"""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from qa_lesson.look.html import dark_style

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
_STILL = Markup('<div class="qa-still">{}{}{}</div>')
# JupyterLab puts "Error displaying widget: model not found" as bare text where the widget was
_NOT_FOUND = Markup(
    "<style>.jp-OutputArea-child:has(.qa-still) + .jp-OutputArea-child .jupyter-widgets:not(:has(> *)) "
    "{ display: none }</style>"
)


class StaticForm:
    """For widgets of anywidget: adds a readable form, for saved notebooks and web pages, to what an output holds."""

    def static_html(self) -> str:
        """What is shown here when no widget can: in saved notebooks and on web pages."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **options: Any) -> Any:
        bundle: Any = super()._repr_mimebundle_(**options)  # type: ignore[misc]
        if bundle is None:
            return None
        data, metadata = bundle
        return {**data, "text/plain": repr(self), "text/html": self.static_html()}, metadata


class StillBeside(StaticForm):
    """For widgets of anywidget: shows their static form first, then the widget."""

    def _ipython_display_(self) -> None:
        from IPython import display

        publish: Any = display.publish_display_data

        bundle = self._repr_mimebundle_()
        if bundle is None:
            return
        data, metadata = bundle
        still, text = Markup(data["text/html"]), {"text/plain": repr(self)}
        publish({**text, "text/html": str(_STILL.format(dark_style(), _NOT_FOUND, still))})
        publish({**text, WIDGET_VIEW: data[WIDGET_VIEW]}, metadata)
