"""Assignments for autograders, made from the exercises of a lesson.

`lesson_exercises` reads a lesson, `needed_code` finds the code that its exercises build on, `source_notebook` makes the
cells, and `course_folder` writes nbgrader's folder. `graded_cell` runs inside the learner's notebook.
"""
