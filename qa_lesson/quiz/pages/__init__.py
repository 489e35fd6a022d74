"""Drawing questions: Markdown to HTML, the static page of a quiz, and the base class of its widgets.

It may import `qa_lesson.look`, and no other room of `qa_lesson.quiz`.
"""
