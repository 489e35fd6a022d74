"""How near two texts are in meaning, by the embedded encoder: for answers in other words, and for paraphrases.

The vectors are means over the encoder's token vectors, scaled to length 1, so that a dot product is a cosine. The
encoder was trained to place texts *about the same thing* side by side (Reimers and Gurevych 2019). It was not trained
to keep true from false: "open" and "closed", 1948 and 1949, with and without "not" are near each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from qa_lesson.encoder import encoder_dir, quiet
from qa_lesson.errors import ConfigError, DataError
from qa_lesson.hardware import collector_paused, device_type, progress_wanted

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DIMENSIONS = 384
"""Length of an embedding."""

FloatArray = npt.NDArray[np.float64]
_BAR_FROM = 256  # texts; fewer are done in a few seconds on any machine
_REMEMBERED = 10_000
"""Texts whose vectors are kept, at most: 15 MB."""

_vectors: dict[str, npt.NDArray[np.float32]] = {}


def embed(texts: Sequence[str], *, batch_size: int = 64, progress: bool = True) -> npt.NDArray[np.float32]:
    """One vector a text, such that the dot product of two is their cosine similarity.

    Runs on the GPU if there is one. The last digits depend on the machine and on which texts share a batch, by
    about 1e-6. Tokens after the 256th are ignored (some 190 English words). Remembers the vectors of the last few
    thousand texts, since audits and searches ask for the same ones again. Shows a progress bar for many texts, where
    one is wanted.

    Args:
        texts: any number of texts, none of them blank.
        batch_size: texts in one batch.
        progress: whether a bar may be shown.

    Returns:
        (N, 384) float32, each row of length 1.

    Raises:
        DataError: one string in place of a list, or a blank text: it has no meaning to compare.
        ConfigError: a batch size below 1.
        ModelError: the embedded encoder is missing or damaged.

    >>> vectors = embed(["at dusk", "when evening falls", "forty tonnes of kelp"])
    >>> vectors.shape, bool(vectors[0] @ vectors[1] > vectors[0] @ vectors[2])
    ((3, 384), True)
    """
    if isinstance(texts, str):
        raise DataError("the texts must be a list", received=repr(texts), fix=f"pass [{texts!r}]")
    if batch_size < 1:
        raise ConfigError("batch_size must be at least 1", received=f"batch_size={batch_size}")
    for i, text in enumerate(texts):
        if not isinstance(text, str) or not text.strip():
            raise DataError(
                "a blank text has no meaning to compare",
                where=f"text {i} of {len(texts)}, counted from 0",
                received=repr(text),
                fix="leave it out, or score it by answer_similarity, which has a rule for empty answers",
            )
    if not texts:
        return np.empty((0, DIMENSIONS), np.float32)
    if len(texts) > _REMEMBERED:
        return _encoded(texts, batch_size, progress)
    vectors = {text: _vectors[text] for text in dict.fromkeys(texts) if text in _vectors}
    if new := [text for text in dict.fromkeys(texts) if text not in vectors]:
        computed = dict(zip(new, _encoded(new, batch_size, progress), strict=True))
        vectors |= computed
        if len(_vectors) + len(new) > _REMEMBERED:
            _vectors.clear()
        _vectors.update(computed)
    return np.stack([vectors[text] for text in texts])


def _encoded(texts: Sequence[str], batch_size: int, progress: bool) -> npt.NDArray[np.float32]:
    vectors: npt.NDArray[np.float32] = _encoder().encode(
        list(texts),
        batch_size=batch_size,
        convert_to_numpy=True,
        normalize_embeddings=True,
        show_progress_bar=progress and len(texts) >= _BAR_FROM and progress_wanted(),
    )
    return vectors


def answer_similarity(prediction: str, references: Sequence[str], *, question: str | None = None) -> float:
    """How near an answer is in meaning to the nearest of its references, a fraction.

    The best cosine over the references, negative ones counted as 0. Empty answers follow the rule of SQuAD v2.0: no
    references means that the question is unanswerable, and then only the empty prediction scores 1; an empty prediction
    scores 0 elsewhere. Empty here is blank, so "the" is not (unlike in `qa_lesson.metrics`).

    Args:
        prediction: the answer text, blank for "no answer".
        references: acceptable answers; blank ones are left out.
        question: compares "question answer" strings in place of bare answers. All such strings share the question, so
            the similarities move up and together; only their order can be compared with that of bare answers.

    Raises:
        DataError: `references` is one string, or the question is blank.

    >>> references = ["once a week", "every Sunday"]
    >>> answer_similarity("weekly", references) > answer_similarity("at noon", references)
    True
    >>> answer_similarity("", []), answer_similarity("at noon", []), answer_similarity("", ["at noon"])
    (1.0, 0.0, 0.0)
    """
    questions = None if question is None else [question]
    return float(answer_similarities([prediction], [references], questions=questions)[0])


def answer_similarities(
    predictions: Sequence[str], references: Sequence[Sequence[str]], *, questions: Sequence[str] | None = None
) -> FloatArray:
    """`answer_similarity` of many answers in one call, each text embedded once.

    Args:
        predictions: N answer texts, blank for "no answer".
        references: the acceptable answers of each.
        questions: the question of each, to compare "question answer" strings; None compares bare answers.

    Returns:
        (N,) fractions.

    Raises:
        DataError: lists of different lengths, one string in place of a list of references, or a blank question.

    >>> answer_similarities(["dusk", ""], [["dusk", "nightfall"], []]).round(3).tolist()
    [1.0, 1.0]
    """
    _check_pairs(predictions, references, questions)
    wanted: list[list[str]] = []  # for each answer: itself and its references, as they are embedded
    for i, (prediction, acceptable) in enumerate(zip(predictions, references, strict=True)):
        before = f"{questions[i].strip()} " if questions is not None else ""
        kept = [text for text in acceptable if text.strip()] if prediction.strip() else []
        wanted.append([before + text.strip() for text in (prediction, *kept)] if kept else [])
    texts = sorted({text for row in wanted for text in row})
    vectors = dict(zip(texts, embed(texts), strict=True))

    similarities = np.zeros(len(predictions))
    for i, row in enumerate(wanted):
        if row:
            cosines = np.stack([vectors[text] for text in row[1:]]) @ vectors[row[0]]
            similarities[i] = np.clip(cosines.max(), 0.0, 1.0)
        else:
            answerable = any(text.strip() for text in references[i])
            similarities[i] = float(not answerable and not predictions[i].strip())
    return similarities


def _check_pairs(
    predictions: Sequence[str], references: Sequence[Sequence[str]], questions: Sequence[str] | None
) -> None:
    lengths = {len(predictions), len(references), len(predictions if questions is None else questions)}
    if len(lengths) > 1:
        asked = "" if questions is None else f", {len(questions)} questions"
        raise DataError(
            "answers, references and questions do not pair up",
            received=f"{len(predictions)} answers, {len(references)} lists of references{asked}",
            fix="give one list of references (and one question) for each answer",
        )
    for acceptable in references:
        if isinstance(acceptable, str):
            raise DataError(
                "the references must be a list of answers", received=repr(acceptable), fix=f"pass [{acceptable!r}]"
            )
    for question in questions or ():
        if not question.strip():
            raise DataError("the question is blank", received=repr(question), fix="give it, or compare bare answers")


@cache
@collector_paused()
def _encoder() -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer

    with quiet():  # a progress bar over 100 small tensors says nothing
        return SentenceTransformer(str(encoder_dir()), device=device_type())
