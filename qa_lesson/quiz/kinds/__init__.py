"""The kinds of question, one module each: what it holds, how it is marked, checked, shown and exported.

It may import only the core of the package and `pages`, for rendering Markdown. Every other room of `qa_lesson.quiz`,
and `qa_lesson.grading`, builds on it through `registry` and the methods of `base.BaseQuestion`.
"""
