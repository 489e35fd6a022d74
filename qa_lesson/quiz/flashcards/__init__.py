"""Flashcards made from the questions, when to show each of them again, and the Anki export.

It may import `bank`, `answering`, `progress` and `pages`.
"""
