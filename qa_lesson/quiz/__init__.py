"""Quizzes inside the lessons, from the question bank to what a learner remembers.

`bank` holds the questions, `answering` shows and marks one, `practice` is the widget in the lessons, `progress` keeps
what was answered, `flashcards` brings it back, `lint` checks the questions, and `pages` draws them. This room may
import `look`, `views` and the core of the package, and never `grading`.

The public names are in __init__.pyi and are loaded on first use, so importing this package is quick.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
