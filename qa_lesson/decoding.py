"""Start and end logits to the best answer spans.

Everything that is not a legal span of the context (question tokens, special tokens, padding, an end before the
start, too many tokens) is masked *before* the best spans are taken, so the best legal span is always found.
Taking the best tokens first and filtering afterwards, the way the classic example script does, loses it at times.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from qa_lesson.errors import ConfigError, PredictionError
from qa_lesson.schema import Prediction, Span
from qa_lesson.windows import Windows

FloatArray = npt.NDArray[np.floating]
IndexArray = npt.NDArray[np.integer]
_WINDOWS_AT_ONCE = 128  # 128 windows x 384 tokens of float64 are 0.4 MB: an array of them fits in a core's cache
_FAINT = 600.0  # exp(-600) can still be told from 0 in float64


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
        end_logits: (W, L') the same.
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
    at, nulls = np.arange(len(windows)), windows.null_token
    null_score = np.full(len(windows.examples), np.inf)
    np.minimum.at(null_score, windows.example_of, starts[at, nulls].astype(np.float64) + ends[at, nulls])
    log_mass = np.full(len(windows.examples), -np.inf)  # log of the sum of exp(score) over all legal spans
    lengths = np.array(windows.lengths)
    by_length = np.argsort(lengths, kind="stable")  # so that little is computed for padding
    found = []
    for first in range(0, len(windows), _WINDOWS_AT_ONCE):
        rows = by_length[first : first + _WINDOWS_AT_ONCE]
        width = int(lengths[rows[-1]])
        is_context = windows.offsets[rows, :width, 0] >= 0
        start = np.where(is_context, starts[rows, :width], -np.inf).astype(np.float64, copy=False)
        end = np.where(is_context, ends[rows, :width], -np.inf).astype(np.float64, copy=False)
        row, token, last, score, mass = _best_spans(start, end, n_best, min(max_answer_tokens, width))
        np.logaddexp.at(log_mass, windows.example_of[rows], mass)
        window = rows[row]
        spans = windows.offsets[window, token, 0], windows.offsets[window, last, 1]
        found.append((windows.example_of[window], score, *spans))
    owner, score, span_start, span_end = map(np.concatenate, zip(*found, strict=True))
    total = log_mass if no_answer_threshold is None else np.logaddexp(log_mass, null_score)
    everything = owner, score, span_start, span_end
    return _predictions(windows, everything, total, null_score, n_best, no_answer_threshold)


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
    starts, ends = starts[:, :longest], ends[:, :longest]
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


def _best_spans(
    start: FloatArray, end: FloatArray, n: int, most: int
) -> tuple[IndexArray, IndexArray, IndexArray, FloatArray, FloatArray]:
    """The n best spans of each window, and all that tie with the last of them, so no tie depends on a partition.

    A start token can be part of one of the n best spans only if its own best span is among the n best of those.

    Args:
        start, end: (W, L), -inf if no span may start or end.
        n: how many spans.
        most: tokens of the longest span.

    Returns:
        Window, first token, last token (inclusive) and score of each span found; and for each window the log of the
        sum of exp(score) over all its spans.
    """
    padded = np.pad(end, ((0, 0), (0, most - 1)), constant_values=-np.inf)
    best = start + _sliding(padded, most, np.maximum)  # the best score of the spans that start at each token
    band = np.lib.stride_tricks.sliding_window_view(padded, most, axis=1)
    top = best.max(axis=1)
    cut = top if n == 1 else _nth_best(start, band, best, n)
    row, token = np.nonzero((best >= cut[:, None]) & (best > -np.inf))
    scores = start[row, token][:, None] + band[row, token]
    which, length = np.nonzero((scores >= cut[row, None]) & (scores > -np.inf))
    mass = _log_mass(start, padded, most, top)
    return row[which], token[which], token[which] + length, scores[which, length], mass


def _nth_best(start: FloatArray, band: FloatArray, best: FloatArray, n: int) -> FloatArray:
    """(W,) the score of each window's n-th best span, or of its last where it has fewer."""
    starts = min(n, best.shape[1])
    rows = np.arange(len(best))[:, None]
    tokens = np.argpartition(best, best.shape[1] - starts, axis=1)[:, best.shape[1] - starts :]
    scores = (start[rows, tokens][:, :, None] + band[rows, tokens]).reshape(len(best), -1)
    place = max(0, scores.shape[1] - n)
    nth: FloatArray = np.partition(scores, place, axis=1)[:, place]
    return nth


def _sliding(padded: FloatArray, width: int, combine: np.ufunc) -> FloatArray:
    """`combine` of each `width` neighbors along the rows, in about 2 log2(width) steps over the array."""
    length, block, done = padded.shape[1] - width + 1, 1, 0
    result: FloatArray | None = None
    while True:
        if width & block:  # `padded` now has the results of `block` neighbors
            part = padded[:, done : done + length]
            result = part if result is None else combine(result, part)
            done += block
        if done == width and result is not None:
            return result
        padded = combine(padded[:, :-block], padded[:, block:])
        block *= 2


def _log_mass(start: FloatArray, padded: FloatArray, most: int, top: FloatArray) -> FloatArray:
    """(W,) log of the sum of exp(score) over each window's spans; -inf for a window without a legal span."""
    peaks = start.max(axis=1), padded.max(axis=1)
    shifts = [np.where(np.isfinite(peak), peak, 0.0) for peak in peaks]
    starts, ends = np.exp(start - shifts[0][:, None]), np.exp(padded - shifts[1][:, None])
    with np.errstate(divide="ignore"):
        mass: FloatArray = np.log((starts * _sliding(ends, most, np.add)).sum(axis=1)) + shifts[0] + shifts[1]
    # where every legal span is far below the best start and the best end together, the products vanish
    faint = np.flatnonzero((top > -np.inf) & (top < peaks[0] + peaks[1] - _FAINT))
    if len(faint):
        band = np.lib.stride_tricks.sliding_window_view(padded[faint], most, axis=1)
        scores = (start[faint][:, :, None] + band).reshape(len(faint), -1)
        mass[faint] = np.log(np.exp(scores - top[faint, None]).sum(axis=1)) + top[faint]
    return mass


def _predictions(
    windows: Windows,
    found: tuple[IndexArray, FloatArray, IndexArray, IndexArray],
    total: FloatArray,
    null_score: FloatArray,
    n_best: int,
    threshold: float | None,
) -> list[Prediction]:
    """One prediction an example.

    Args:
        windows: for their examples.
        found: index of the example, score, first character and character after the last of the spans of all windows,
            copies included.
        total: log of the sum, one an example, that its probabilities are shares of.
        null_score, n_best, threshold: as in `decode`.
    """
    owner, score, start, end = found
    order = np.lexsort((end, start, -score, owner))  # of one example the best first, ties by place
    edges = np.searchsorted(owner[order], np.arange(len(windows.examples) + 1)).tolist()
    share = np.minimum(1.0, np.exp(score - total[owner]))
    starts, ends, scores, shares = (column[order].tolist() for column in (start, end, score, share))
    refusal = np.exp(null_score - total).tolist()
    predictions = []
    for index, example in enumerate(windows.examples):
        context, spans, seen = example.context, [], set()
        for i in range(edges[index], edges[index + 1]):
            place = starts[i], ends[i]
            if place not in seen:
                seen.add(place)
                spans.append(Span(context[starts[i] : ends[i]], starts[i], ends[i], scores[i], shares[i]))
                if len(spans) == n_best:
                    break
        if not spans:
            raise PredictionError(
                f"no legal span for question {example.id!r}",
                received="no token of the context, or logits of minus infinity",
                fix="check that the context holds text that the tokenizer knows",
            )
        top = spans[0]
        answer: tuple[str, int | None, int | None, float] = top.text, top.start, top.end, top.probability
        no_answer_score = float(null_score[index]) - top.score
        if threshold is not None and no_answer_score > threshold:
            answer = "", None, None, refusal[index]
        predictions.append(Prediction(example.id, *answer, no_answer_score, tuple(spans)))
    return predictions
