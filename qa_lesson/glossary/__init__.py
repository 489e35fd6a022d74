"""The terms of the course in plain words: one file, a card in notebooks, and a notebook with all of them."""

from qa_lesson.glossary.term_card import glossary
from qa_lesson.glossary.terms import Term, glossary_terms

__all__ = ["Term", "glossary", "glossary_terms"]
