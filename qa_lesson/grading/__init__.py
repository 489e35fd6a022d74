"""Graded quizzes: the bundle that learners get, what they hand in, and what instructors make of it.

The key stays with the instructor. Submissions are data: they are read, marked and counted, and never executed.
"""
