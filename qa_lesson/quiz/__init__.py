"""Quizzes inside the lessons: the bank of questions, marking, progress, flashcards.

The public names stand in __init__.pyi and are loaded on first use, so that importing this package is quick.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
