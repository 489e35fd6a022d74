"""The JavaScript of the widgets as browsers get it, one self-contained module for each widget.

``make bundle`` builds the ``.js`` files here from the sources next to the widgets' Python modules. They are in the
repository, so neither a checkout nor an installed package needs Node.js. Don't edit them.
"""

from pathlib import Path


def built_widget(name: str) -> Path:
    """The module of a widget, for anywidget's ``_esm``.

    >>> built_widget("slider").name
    'slider.js'

    Args:
        name: of the file, without its suffix.
    """
    return Path(__file__).with_name(f"{name}.js")
