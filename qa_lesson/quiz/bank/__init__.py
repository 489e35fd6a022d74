"""The question bank: what a quiz file may contain, how it is read, and which questions a learner draws from a pool.

It may import the core of the package and `kinds`; every other room of `qa_lesson.quiz` builds on it.
"""
