"""What the results say about the questions and the class: item analysis, reliability, flags and similarity.

It may import `formats`.
"""
