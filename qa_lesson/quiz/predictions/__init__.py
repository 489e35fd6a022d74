"""Guesses before a result is shown: the widget, and guess and result side by side.

It may import `progress` and what is below it.
"""
