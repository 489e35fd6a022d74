"""A question answerer as a service: HTTP with OpenAPI, a web page, limits, metrics and a log that is off by default.

`build_app` makes the application of a `QuestionAnswerer` and, for questions without a context, a `CorpusAnswerer`.
`run_service` serves it until it is stopped, `BackgroundService` serves it from a notebook. The libraries it needs
come with the extra `qa-lesson[serving]` and load on first use. It may draw pages with `look`.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
