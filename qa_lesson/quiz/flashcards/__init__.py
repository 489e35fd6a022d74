"""Flashcards made from the questions, when to show each of them again, and the Anki export.

It may import `bank`, `kinds`, `answering`, `progress` and `pages`.
"""
