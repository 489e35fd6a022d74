"""From a quiz file to what the instructor hands out: the bundle without the key, the key, the learners' notebook.

It may import `formats`.
"""
