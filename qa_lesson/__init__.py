"""Fine-tune a question-answering model on your own documents, and know what its scores are worth.

The public names are in __init__.pyi and are loaded on first use, so that ``import qa_lesson`` is quick and loads
neither torch nor transformers.
"""

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
