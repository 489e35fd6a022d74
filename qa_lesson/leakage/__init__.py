"""Leakage: has a model been trained on what it is scored on?

`audit` finds what training and test data have in common, `clean_training` removes it, and `plant` puts it there on
purpose, to see what it does to a score and whether the audit finds it. `copy_recall` asks the same about copies that
don't follow the audit's rules. This room may import `loading`, `semantic` and what is below them.
"""

from qa_lesson.leakage.checks import audit
from qa_lesson.leakage.planting import PLANT_KINDS, Planted, PlantKind, plant
from qa_lesson.leakage.recall import Baggage, CopyRecall, copy_recall
from qa_lesson.leakage.report import LEVELS, AuditReport, Leak, Level, clean_training
from qa_lesson.leakage.text import containment, jaccard, key, ngrams, word_edits, words

__all__ = [
    "LEVELS",
    "PLANT_KINDS",
    "AuditReport",
    "Baggage",
    "CopyRecall",
    "Leak",
    "Level",
    "PlantKind",
    "Planted",
    "audit",
    "clean_training",
    "containment",
    "copy_recall",
    "jaccard",
    "key",
    "ngrams",
    "plant",
    "word_edits",
    "words",
]
