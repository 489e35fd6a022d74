"""The terms of the course in plain words: one file, a card in notebooks, and a notebook with all of them."""

from qa_lesson.glossary.term_card import glossary as glossary
from qa_lesson.glossary.terms import Term as Term
from qa_lesson.glossary.terms import glossary_terms as glossary_terms
