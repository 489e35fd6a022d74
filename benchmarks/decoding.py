"""Logits to answers: `decode` against the classic loop over the 20 best start and end tokens of each window.

python benchmarks/decoding.py [MODEL]

The loop is that of the well-known example script: sort the tokens of each window, take the 20 best starts and the 20
best ends, throw away the pairs that are not legal, sort what is left and take the softmax of the n best. Both get the
same logits twice: those of a fine-tuned model (MODEL, or the default run, which is trained if it is not in the cache),
and those of the untrained head, which are flat.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from _model import fine_tuned
from _report import Comparison, report_all, seconds

from qa_lesson.answering import QuestionAnswerer
from qa_lesson.corpus import load_corpus
from qa_lesson.decoding import decode
from qa_lesson.windows import Windows, make_windows

EXPECTED_SECONDS = 40
N_QUESTIONS = 500
LENGTH, STRIDE, MAX_ANSWER_TOKENS, CLASSIC_TOKENS = 384, 128, 30, 20


def loop_decode(start: np.ndarray, end: np.ndarray, windows: Windows, n_best: int) -> list[list[dict[str, Any]]]:
    """The common way, which takes the best tokens first and asks afterwards whether they make a span."""
    of_example: list[list[int]] = [[] for _ in windows.examples]
    for row, owner in enumerate(windows.example_of.tolist()):
        of_example[owner].append(row)
    offsets = [[None if first < 0 else (first, last) for first, last in window] for window in windows.offsets.tolist()]
    answers = []
    for example, rows in zip(windows.examples, of_example, strict=True):
        found = []
        for row in rows:
            spans = offsets[row]
            first_tokens = np.argsort(start[row])[-1 : -CLASSIC_TOKENS - 1 : -1].tolist()
            last_tokens = np.argsort(end[row])[-1 : -CLASSIC_TOKENS - 1 : -1].tolist()
            for i in first_tokens:
                for j in last_tokens:
                    if i >= len(spans) or j >= len(spans) or spans[i] is None or spans[j] is None:
                        continue
                    if j < i or j - i + 1 > MAX_ANSWER_TOKENS:
                        continue
                    place = (spans[i][0], spans[j][1])
                    found.append({"offsets": place, "score": start[row, i] + end[row, j]})
        best = sorted(found, key=lambda one: one["score"], reverse=True)[:n_best]
        if not best:
            best = [{"offsets": (0, 0), "score": 0.0}]
        for one in best:
            first, last = one.pop("offsets")
            one |= {"text": example.context[first:last], "start": first, "end": last}
        scores = np.array([one["score"] for one in best])
        shares = np.exp(scores - scores.max())
        for one, share in zip(best, shares / shares.sum(), strict=True):
            one["probability"] = share
        answers.append(best)
    return answers


def missed(start: np.ndarray, end: np.ndarray, windows: Windows) -> int:
    """For how many questions the loop's best answer is not the best legal span."""
    ours, theirs = decode(start, end, windows, n_best=1), loop_decode(start, end, windows, 1)
    return sum(
        bool(our.n_best[0].score > their[0]["score"] + 1e-6 or not their[0]["text"])
        for our, their in zip(ours, theirs, strict=True)
    )


def main() -> None:
    """Compare both for the best answer and for the 20 best, on both kinds of logits."""
    rows, losses = [], {}
    examples = [*load_corpus("train"), *load_corpus("validation"), *load_corpus("test")][:N_QUESTIONS]
    aims = {("fine-tuned", 1): 10, ("fine-tuned", 20): 5, ("untrained", 1): 1, ("untrained", 20): 1}
    for kind, model in (("fine-tuned", fine_tuned()), ("untrained", "embedded")):
        answerer = QuestionAnswerer(model)
        windows = make_windows(examples, answerer.tokenizer, max_length=LENGTH, stride=STRIDE)
        start, end = answerer.logits(windows)
        # padded to the longest window that there may be, the way the Trainer and the example script give them
        padding = ((0, 0), (0, LENGTH - start.shape[1]))
        start, end = (np.pad(logits, padding, constant_values=-100) for logits in (start, end))
        losses[kind] = missed(start, end, windows)
        for n_best in (1, 20):
            ours = seconds(lambda: decode(start, end, windows, n_best=n_best))  # noqa: B023
            theirs = seconds(lambda: loop_decode(start, end, windows, n_best), repeats=3)  # noqa: B023
            what = f"decoding {len(windows):,} windows, {'best answer' if n_best == 1 else f'{n_best} best'}, {kind}"
            rows.append(Comparison(what, ("decode", ours), ("classic loop", theirs), aims[kind, n_best]))
    report_all("decoding", rows, n_questions=len(examples), n_windows=len(windows), best_span_missed_by_loop=losses)
    print(f"best legal span missed by the loop: {losses}, by decode: none")


if __name__ == "__main__":
    main()
