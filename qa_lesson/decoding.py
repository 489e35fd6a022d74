"""Start and end logits to the best answer spans.

Everything that is not a legal span of the context (question tokens, special tokens, padding, an end before the
start, too many tokens) is masked *before* the best spans are taken, so the best legal span is always found.
Taking the best tokens first and filtering afterwards, as the classic example script does, loses it at times.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from qa_lesson.errors import ConfigError, PredictionError
from qa_lesson.schema import Prediction, Span
from qa_lesson.windows import Windows

FloatArray = npt.NDArray[np.floating]
_WINDOWS_AT_ONCE = 64  # bounds the memory: 64 windows x 384 tokens x 30 lengths of float32 are 3 MB


def decode(
    start_logits: npt.ArrayLike,
    end_logits: npt.ArrayLike,
    windows: Windows,
    *,
    n_best: int = 5,
    max_answer_tokens: int = 30,
    no_answer_threshold: float | None = None,
) -> list[Prediction]:
    """The n best answer spans of every example, over all of its windows.

    The score of a span is start logit + end logit; a span that several windows show counts with its best score.
    The null score of an example is the smallest start + end logit of the null token over its windows, and
    `no_answer_score` is null score minus best span score, as in the official ``run_squad.py`` and SQuAD v2.0 script.

    Probabilities are a softmax over *all* legal spans of all windows of the example (not over the n best), joined by
    the null score where `no_answer_threshold` is given. The copies of a span in overlapping windows are outcomes of
    their own, and only the best is reported, so probabilities over several windows are cautious.

    Args:
        start_logits: (W, L') logits, L' at least the longest window; values at padding are ignored.
        end_logits: (W, L') likewise.
        windows: W windows.
        n_best: how many distinct spans to keep; fewer where the context has fewer.
        max_answer_tokens: longest span, in tokens (inclusive).
        no_answer_threshold: answer "" where `no_answer_score` is above it; None never does.

    Returns:
        One prediction an example, in the order of ``windows.examples``.

    Raises:
        PredictionError: the logits do not fit the windows, or hold NaN at a context token.
        ConfigError: `n_best` or `max_answer_tokens` under 1.
    """
    if n_best < 1 or max_answer_tokens < 1:
        raise ConfigError(
            "n_best and max_answer_tokens must be at least 1",
            received=f"n_best={n_best}, max_answer_tokens={max_answer_tokens}",
        )
    starts, ends = _checked_logits(start_logits, end_logits, windows)
    candidates: list[list[tuple[float, int, int]]] = [[] for _ in windows.examples]
    log_mass = np.full(len(windows.examples), -np.inf)  # log of the sum of exp(score) over all legal spans
    null_score = np.full(len(windows.examples), np.inf)
    for first in range(0, len(windows), _WINDOWS_AT_ONCE):
        rows = slice(first, first + _WINDOWS_AT_ONCE)
        owners = windows.example_of[rows]
        scores = span_scores(starts[rows], ends[rows], windows.offsets[rows, :, 0] >= 0, max_answer_tokens)
        np.logaddexp.at(log_mass, owners, _logsumexp(scores))
        nulls = windows.null_token[rows]
        at = np.arange(len(owners))
        np.minimum.at(null_score, owners, starts[rows][at, nulls] + ends[rows][at, nulls])
        for owner, row in zip(owners, _top_spans(scores, windows.offsets[rows], n_best), strict=True):
            candidates[owner].extend(row)
    return [
        _prediction(windows, index, candidates[index], log_mass[index], null_score[index], n_best, no_answer_threshold)
        for index in range(len(windows.examples))
    ]


def span_scores(
    start_logits: FloatArray, end_logits: FloatArray, is_context: npt.NDArray[np.bool_], max_answer_tokens: int
) -> FloatArray:
    """(W, L, A) scores where [w, i, k] is the span of tokens i to i + k (inclusive); -inf where that is not legal.

    Args:
        start_logits, end_logits: (W, L).
        is_context: (W, L) which tokens belong to the context.
        max_answer_tokens: the largest A; A is smaller where windows are shorter.
    """
    lengths = min(max_answer_tokens, start_logits.shape[1])
    start = np.where(is_context, start_logits, -np.inf)
    end = np.where(is_context, end_logits, -np.inf)
    end = np.pad(end, ((0, 0), (0, lengths - 1)), constant_values=-np.inf)
    scores: FloatArray = start[:, :, None] + np.lib.stride_tricks.sliding_window_view(end, lengths, axis=1)
    return scores


def _checked_logits(
    start_logits: npt.ArrayLike, end_logits: npt.ArrayLike, windows: Windows
) -> tuple[FloatArray, FloatArray]:
    starts, ends = _array("start", start_logits), _array("end", end_logits)
    n_windows, longest = windows.offsets.shape[:2]
    for name, logits in (("start", starts), ("end", ends)):
        if logits.ndim != 2 or logits.shape[0] != n_windows or logits.shape[1] < longest:
            raise PredictionError(
                f"the {name} logits do not fit the windows",
                received=f"shape {logits.shape} for {n_windows} windows of up to {longest} tokens",
                fix="pass the logits of exactly these windows, in their order and not cut",
            )
    starts, ends = starts[:, :longest].astype(np.float64), ends[:, :longest].astype(np.float64)
    broken = np.isnan(starts + ends) & (windows.offsets[:, :, 0] >= 0)
    if broken.any():
        window = int(np.flatnonzero(broken.any(axis=1))[0])
        raise PredictionError(
            f"the logits of {int(broken.any(axis=1).sum())} windows hold NaN",
            where=f"first in a window of question {windows.examples[windows.example_of[window]].id!r}",
            fix="the model diverged or its weights are damaged: lower the learning rate, or train in float32",
        )
    return starts, ends


def _array(name: str, logits: Any) -> FloatArray:
    """Logits as an array, also from a tensor on any device, of any precision and with gradients."""
    if hasattr(logits, "detach"):
        logits = logits.detach().cpu().float().numpy()
    try:
        return np.asarray(logits, dtype=None if isinstance(logits, np.ndarray) else np.float64)
    except (TypeError, ValueError) as error:
        raise PredictionError(
            f"the {name} logits are no table of numbers",
            received=f"{type(logits).__name__}: {error}",
            fix="pass an array or tensor with one row a window, all rows of one length",
        ) from error


def _logsumexp(scores: FloatArray) -> FloatArray:
    """(W,) log of the sum of exp over each window's spans; -inf for a window without a legal span."""
    flat = scores.reshape(len(scores), -1)
    largest = np.max(flat, axis=1)
    shift = np.where(np.isfinite(largest), largest, 0.0)
    with np.errstate(divide="ignore"):
        total: FloatArray = np.log(np.exp(flat - shift[:, None]).sum(axis=1)) + shift
    return total


def _top_spans(scores: FloatArray, offsets: npt.NDArray[np.int32], n: int) -> list[list[tuple[float, int, int]]]:
    """For each window its n best spans as (score, first character, character after the last)."""
    flat = scores.reshape(len(scores), -1)
    n = min(n, flat.shape[1])
    # the n best first, then all that tie with the last of them, so that ties never depend on the partition
    cut = -np.partition(-flat, n - 1, axis=1)[:, n - 1]
    found: list[list[tuple[float, int, int]]] = []
    for window, values in enumerate(flat):
        chosen = np.flatnonzero((values >= cut[window]) & (values > -np.inf))
        start, length = np.divmod(chosen, scores.shape[2])
        first = offsets[window, start, 0].tolist()
        last = offsets[window, start + length, 1].tolist()
        found.append(list(zip(values[chosen].tolist(), first, last, strict=True)))
    return found


def _prediction(
    windows: Windows,
    index: int,
    candidates: Sequence[tuple[float, int, int]],
    log_mass: float,
    null_score: float,
    n_best: int,
    threshold: float | None,
) -> Prediction:
    example = windows.examples[index]
    if not candidates:
        raise PredictionError(
            f"no legal span for question {example.id!r}",
            received="no token of the context, or logits of minus infinity",
            fix="check that the context holds text that the tokenizer knows",
        )
    best: dict[tuple[int, int], float] = {}
    for score, start, end in candidates:
        best[start, end] = max(score, best.get((start, end), -np.inf))
    ranked = sorted(best.items(), key=lambda item: (-item[1], item[0]))[:n_best]
    total = log_mass if threshold is None else float(np.logaddexp(log_mass, null_score))
    spans = tuple(
        Span(example.context[start:end], start, end, score, min(1.0, float(np.exp(score - total))))
        for (start, end), score in ranked
    )
    no_answer_score = float(null_score - spans[0].score)
    if threshold is not None and no_answer_score > threshold:
        return Prediction(example.id, "", None, None, float(np.exp(null_score - total)), no_answer_score, spans)
    top = spans[0]
    return Prediction(example.id, top.text, top.start, top.end, top.probability, no_answer_score, spans)
