"""Search: units of text (sentences or passages) for a question, by words, by meaning, or by both.

`build_index` and `load_index` give an `Index` of passages, whose `search` finds those that may answer a question.
`corpus_passages` has the passages of the embedded corpus. `WordIndex` and `VectorIndex` score units, `fuse_scores` and
`fuse_ranks` make one order of several, `recall_at` and `mean_reciprocal_rank` say how good it is. `SentenceSearch` puts
them together for the question "which sentence of the passage?", the baseline that a fine-tuned model has to beat. This
room may import `evaluation` and what is below it.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
