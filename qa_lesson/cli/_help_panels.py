"""The order of the commands in ``qa-lesson --help``: that of the work, in groups."""

from __future__ import annotations

import typer

PANELS = {
    "Documents and questions": ("passages", "annotate", "validate", "convert", "corpus", "audit"),
    "Train and measure": ("finetune", "evaluate", "score", "compare", "report"),
    "Answer": ("answer", "index", "search", "ask", "calibrate"),
    "Put into service": ("export-openvino", "export-onnx", "serve", "watch"),
    "Course": ("progress", "quiz", "grade", "review", "grades", "class", "nbgrader"),
    "This machine": ("doctor",),
}


def arrange(app: typer.Typer) -> None:
    """Put every command of the application into its panel, in the order of `PANELS`.

    A command that is in none comes first, in a panel of its own; a test asks that there is none.
    """
    panel_of = {name: panel for panel, names in PANELS.items() for name in names}
    order = list(panel_of)

    def place(info: typer.models.CommandInfo | typer.models.TyperInfo) -> int:
        name = command_name(info)
        return order.index(name) if name in order else -1

    infos: list[typer.models.CommandInfo | typer.models.TyperInfo] = [*app.registered_commands, *app.registered_groups]
    for info in infos:
        info.rich_help_panel = panel_of.get(command_name(info))
    app.registered_commands.sort(key=place)
    app.registered_groups.sort(key=place)


def command_name(info: typer.models.CommandInfo | typer.models.TyperInfo) -> str:
    """What is typed to start it."""
    if isinstance(info.name, str):
        return info.name
    return getattr(info.callback, "__name__", "").replace("_", "-")
