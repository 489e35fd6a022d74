"""Documents of any common format to clean text, and clean text to passages a model can read.

`read_folder` reads text, Markdown, HTML, Word, PDF and table files, and says what it removed and what it could not
read; `write_passages` and `read_passages` keep the result. This room may import `schema`, `storage`, `errors` and the
tokenizer of `encoder`. The libraries it needs come with the extra `qa-lesson[documents]` and load on first use.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
