"""How everything looks: colors, figures, HTML pieces, whole pages and the slider.

Views, quizzes, grading and reports draw with it. It may import only `errors`.
"""
