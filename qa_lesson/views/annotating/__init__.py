"""What stands around the annotation widget: which passage comes next, how far the questions reach, and a page for it.

`qa_lesson.views.annotate` is the widget itself. This room may import what `views` may.
"""
