"""What is poor about a question or a quiz file, found before a learner meets it.

It may import `bank` and `answering`. Numeric keys are recomputed here.
"""
