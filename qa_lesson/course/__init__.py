"""What belongs to the course as a whole: shared models and their table, ways through the lessons, and measured times.

The public names are in __init__.pyi and are loaded on first use, so choosing a path does not load torch.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
