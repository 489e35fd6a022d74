"""Graded quizzes: the bundle that learners get, what they hand in, and what instructors make of it.

The key stays with the instructor. Submissions are data: they are read, marked and counted, and never executed.

What is where: `records` has the formats of the files. `bundle`, `handout`, `sitting`, `writing` and `widget` are the
learner's side. `reading`, `submissions`, `marks` and `grading` lead from files to `results`; `item_analysis`, `report`,
`feedback`, `output` and `lms` go on from there.

The public names stand in __init__.pyi and are loaded on first use, so that importing this package is quick.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
