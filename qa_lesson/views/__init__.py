"""Figures and interactive views for the lessons, readable in light and dark themes and without seeing colors.

They draw with `look` and read what the core of the package computes, and they may import both. The public names are in
__init__.pyi and are loaded on first use, so escaping a string does not load matplotlib.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
