"""Explorable pictures: each lets a learner move one idea of a lesson and see what follows.

They are drawn with `look` from what the core computes, and may import both and `views`. The public names are in
__init__.pyi and are loaded on first use.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
