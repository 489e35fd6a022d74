"""The files of grading: bundle, key, submission records, results and tables, and how each is read and written.

It may import `qa_lesson.quiz`, and no other room of `qa_lesson.grading`.
"""
