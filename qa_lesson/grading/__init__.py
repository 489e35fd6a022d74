"""Graded quizzes: what learners get, what they hand in, and what instructors make of it.

`formats` defines the files, `handing_out` makes the bundle, `sitting` is the learner's side, `marking` turns
submissions into results, and `reviewing` is the page where a person marks. `analysis` asks what the results say,
`pages` writes the reports, `overview` shows a class from its practice, and `lms` moves questions and grades from and to
Moodle and Canvas. `assignments` is apart: it makes nbgrader notebooks of the lessons' exercises. The key stays with the
instructor. Submissions are data: they are read, marked and counted, and never executed.
This room may import `quiz` and everything below it; only `cli` and those notebooks import it.

The public names are in __init__.pyi and are loaded on first use, so importing this package is quick.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
