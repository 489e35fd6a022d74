"""What is poor about a question or a quiz file, found before a learner meets it.

It may import `bank` and `kinds`. What only one kind can have wrong is told by the kind's own module.
"""
