"""An index in a folder with a model: their settings are kept in the folder of the index, a file for each model."""

from __future__ import annotations

from pathlib import Path

from qa_lesson.open_corpus.answer_settings import AnswerSettings, read_settings
from qa_lesson.open_corpus.candidates import SpanModel
from qa_lesson.open_corpus.corpus_answerer import CorpusAnswerer
from qa_lesson.retrieval import load_index


def settings_path(index: str | Path, answerer: SpanModel) -> Path:
    """Where the settings of a model are kept in the folder of an index. A new index at this place removes them."""
    return Path(index) / f"answers-{answerer.fingerprint[:12]}.json"


def load_corpus_answerer(
    index: str | Path, answerer: SpanModel, *, settings: AnswerSettings | None = None
) -> CorpusAnswerer:
    """A `CorpusAnswerer` over the index in a folder.

    Args:
        index: that ``qa-lesson index`` or `Index.save` wrote.
        answerer: the model.
        settings: None takes those that ``qa-lesson calibrate`` left in the folder for this model, or the defaults.

    Raises:
        DataError, ModelError: the index or the settings cannot be read, see `load_index`.
        ConfigError: the settings were fitted with another model or another index.
    """
    kept = settings_path(index, answerer)
    if settings is None and kept.is_file():
        settings = read_settings(kept)
    return CorpusAnswerer(load_index(index), answerer, settings=settings)
