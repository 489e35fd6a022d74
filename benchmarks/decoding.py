"""Vectorised decoding against a loop over the 20 best start and end tokens of each window.

python benchmarks/decoding.py
"""

from __future__ import annotations

import numpy as np
from _report import report, seconds

from qa_lesson.corpus import load_corpus
from qa_lesson.decoding import decode
from qa_lesson.encoder import load_tokenizer
from qa_lesson.schema import Span
from qa_lesson.windows import Windows, make_windows

EXPECTED_SECONDS = 20


def loop_decode(start: np.ndarray, end: np.ndarray, windows: Windows, max_answer_tokens: int = 30) -> list[Span | None]:
    """The common way: take the 20 best tokens of a window, then throw away the pairs that are not legal."""
    best: list[Span | None] = [None] * len(windows.examples)
    for row, owner in enumerate(windows.example_of):
        context = windows.examples[owner].context
        for i in np.argsort(start[row])[-1:-21:-1]:
            for j in np.argsort(end[row])[-1:-21:-1]:
                first, last = windows.offsets[row, i], windows.offsets[row, j]
                if first[0] < 0 or last[0] < 0 or j < i or j - i + 1 > max_answer_tokens:
                    continue
                score = float(start[row, i] + end[row, j])
                if best[owner] is None or score > best[owner].score:
                    best[owner] = Span(context[first[0] : last[1]], int(first[0]), int(last[1]), score, 0.0)
    return best


def main() -> None:
    """Compare both on the corpus's training questions with random logits."""
    windows = make_windows(load_corpus("train"), load_tokenizer(), max_length=128, stride=32)
    start, end = np.random.default_rng(0).normal(size=(2, len(windows), windows.offsets.shape[1]))
    fast, slow = decode(start, end, windows, n_best=1), loop_decode(start, end, windows)
    missed = sum(
        other is None or prediction.n_best[0].score > other.score + 1e-9
        for prediction, other in zip(fast, slow, strict=True)
    )
    report(
        "decoding",
        ("vectorised", seconds(lambda: decode(start, end, windows, n_best=1))),
        ("loop", seconds(lambda: loop_decode(start, end, windows), repeats=3)),
        what=f"best spans of {len(windows):,} windows with random logits",
        target=10,
        n_questions=len(windows.examples),
        n_windows=len(windows),
        best_span_missed_by_loop=missed,
    )


if __name__ == "__main__":
    main()
