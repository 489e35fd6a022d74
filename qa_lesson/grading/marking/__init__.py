"""From a folder of submissions to results: finding the files, reading them, marking, reviews and regrading.

Submissions are data: they are read and compared, never executed. It may import `formats`.
"""
