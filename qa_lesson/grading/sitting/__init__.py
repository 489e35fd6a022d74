"""The learner's side of a graded quiz: the widget, the checks of a response, and the submission file.

It may import `formats` and `handing_out`.
"""
