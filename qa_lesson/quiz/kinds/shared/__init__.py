"""What several kinds share: field types, marks, checks of responses, pieces of HTML, forms for export, running code.

It may import only the core of the package and `qa_lesson.quiz.pages`.
"""
