"""Answers from a whole corpus, or none: search, read what was found, weigh the candidates, answer or abstain.

`CorpusAnswerer` answers, `fit_abstention` fits its settings on validation questions for a stated risk, and
`evaluate_corpus_answers` scores the answers and says which step each error comes from. This room may import
`retrieval`, `answering` and what is below them.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
