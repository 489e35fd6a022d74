"""What grading writes: the report, the feedback pages, the gradebook, and the folder that holds them all.

It may import `formats`, `marking` and `analysis`.
"""
