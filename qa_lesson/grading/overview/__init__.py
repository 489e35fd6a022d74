"""A class at a glance, from the progress files that its learners export themselves.

It may import `marking`, `analysis` and `formats`, and the progress room of the quizzes.
"""
