"""Checks of lesson 13: eight challenge tasks from the whole course, from easy to hard."""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from qa_lesson.corpus import load_corpus
from qa_lesson.decoding import span_scores
from qa_lesson.evaluation import (
    Evaluation,
    best_threshold,
    evaluate_predictions,
    paired_comparison,
    threshold_sweep,
)
from qa_lesson.exercises import NotYetError, exercise
from qa_lesson.exercises.faults import good_windows, leaky_split, simulated_reader, torn_file, two_readers
from qa_lesson.exercises.given_answers import number_for_each, word_for_each
from qa_lesson.schema import Example

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
NBest = Callable[[FloatArray, FloatArray, BoolArray, int, int], Any]


@exercise("review.rescore")
def check_rescore(answer: Any) -> None:
    """Exact match and F1, fractions, of the torn file over all test questions."""
    given = number_for_each(answer, ("exact_match", "f1"))
    test, answers = load_corpus("test"), torn_file()
    right = evaluate_predictions(test, answers, missing="zero").total
    present = [example for example in test if example.id in answers]
    first = [dataclasses.replace(example, answers=example.answers[:1]) for example in test]
    raw = sum(answers.get(example.id) in example.references for example in test) / len(test)
    wrong_f1 = {
        evaluate_predictions(present, answers).total.f1: "questions without a prediction were left out: they score 0",
        evaluate_predictions(
            first, answers, missing="zero"
        ).total.f1: "only the first reference of each question counted",
    }
    wrong_em = {
        evaluate_predictions(present, answers).total.exact_match: "questions without a prediction were left out",
        evaluate_predictions(
            first, answers, missing="zero"
        ).total.exact_match: "all references count, not only the first",
        raw: "the texts were compared as they are: normalise both sides first",
    }
    for name, wanted, wrong in (("exact_match", right.exact_match, wrong_em), ("f1", right.f1, wrong_f1)):
        _expect_score(given[name], wanted, name, wrong)


_UNITS: Mapping[str, tuple[float, float]] = {
    "A": (0.005, 0.06),
    "B": (0.005, 0.06),
    "C": (0.52, 0.64),
    "D": (0.63, 0.71),
}
_UNTRAINED_F1 = 0.06


@exercise("review.units")
def check_units(answer: Any) -> None:
    """For each report exact match and F1 as fractions."""
    if not isinstance(answer, Mapping) or set(answer) != set(_UNITS):
        raise NotYetError(f"give a dictionary with exactly these keys: {', '.join(_UNITS)}")
    for letter, (wanted_em, wanted_f1) in _UNITS.items():
        em, f1 = _numbers(answer[letter], 2, f"{letter}: give two numbers, exact match and F1")
        if max(em, f1) > 1:
            raise NotYetError(f"{letter}: {max(em, f1):g} is no fraction: what is percent has to be divided by 100")
        if em > f1:
            raise NotYetError(
                f"{letter}: exact match {em:g} above F1 {f1:g} cannot be, for an exact answer has F1 1: "
                "one of the two is in another unit"
            )
        if f1 < _UNTRAINED_F1 - 1e-9:
            raise NotYetError(f"{letter}: an F1 of {f1:g} is below the untrained head, so it was a fraction already")
        if not (math.isclose(em, wanted_em, abs_tol=1e-6) and math.isclose(f1, wanted_f1, abs_tol=1e-6)):
            raise NotYetError(f"{letter}: only the unit changes: each number stays as it is, or is divided by 100")


@exercise("review.labels")
def check_labels(answer: Any) -> None:
    """(start positions, end positions) of the windows, repaired."""
    windows = good_windows()
    try:
        starts, ends = (np.asarray(part) for part in answer)
    except (TypeError, ValueError):
        raise NotYetError("give two arrays: start positions, end positions") from None
    if starts.shape != (len(windows),) or ends.shape != starts.shape:
        raise NotYetError(f"give one start and one end for each of the {len(windows)} windows, got {ends.shape}")
    held, null = windows.has_answer, windows.null_token
    if (starts != windows.start_positions).any():
        raise NotYetError("the starts were right already: decode from start to end, and look at which side it is off")
    if (ends[~held] == null[~held] - 1).any():
        raise NotYetError(
            f"{int((ends[~held] != null[~held]).sum())} windows without the answer now end at -1, which is trained as "
            "something else, in silence: both of their labels stay at the null token"
        )
    off = ends - windows.end_positions
    if (off[held] == 1).all():
        raise NotYetError("the ends are still one too far: decode start to end (inclusive) and compare with the answer")
    if (off[held] == -1).any():
        raise NotYetError("some answers lose their last token: a label is inclusive, a slice is not")
    if off.any():
        window = int(np.flatnonzero(off)[0])
        raise NotYetError(f"{int((off != 0).sum())} windows are still wrong, the first one is window {window}")


_LEAKS = {
    "spelling": "copied in another spelling: normalise before you compare",
    "words": "copied with a word or two changed: allow a few edits",
    "paraphrase": "copied in other words: only meaning finds them, so leave the embeddings on",
    "passage": "honest, but with a test passage inside their own: compare passages too",
}


@exercise("review.clean_split")
def check_clean_split(answer: Any) -> None:
    """The training examples (or their ids) of the leaky split without the leaks."""
    split = leaky_split()
    if isinstance(answer, str) or not isinstance(answer, Iterable):
        raise NotYetError("give the training examples that may stay, as a list")
    kept = {one.id if isinstance(one, Example) else str(one) for one in answer}
    known = {example.id for example in split.train}
    if kept & {example.id for example in split.test}:
        raise NotYetError("these are test questions: the test set stays whole, or the score is about another one")
    if unknown := sorted(kept - known):
        raise NotYetError(f"there is no training question {unknown[0]!r}")
    if kept and kept <= split.leaks.keys():
        raise NotYetError("these are the leaks: give the questions that may stay")
    left = Counter(split.leaks[name] for name in kept & split.leaks.keys())
    if left:
        kind, n = left.most_common()[0]
        raise NotYetError(f"{left.total()} leaks are still in; {n} of them are {_LEAKS[kind]}")
    lost = len(known - kept - split.leaks.keys())
    if lost > len(known) / 100:
        raise NotYetError(f"no leak is left, but {lost} honest questions went with them: remove only what leaks")


@exercise("review.threshold")
def check_threshold(answer: Any) -> None:
    """The threshold (logits) chosen on validation, and the F1, a fraction, that it has on test."""
    given = number_for_each(answer, ("threshold", "f1"))
    validation, test = simulated_reader("validation"), simulated_reader("test")
    chosen, best_on_test = best_threshold(*validation), best_threshold(*test)
    if math.isnan(given["threshold"]):
        raise NotYetError("the threshold is not a number")
    (there,) = threshold_sweep(*validation, [given["threshold"]])
    (here,) = threshold_sweep(*test, [given["threshold"]])
    if there.f1 < chosen.f1 - 1e-9:
        if here.f1 >= best_on_test.f1 - 1e-9:
            raise NotYetError(
                "this is the threshold that is best on the test questions: whoever chooses there has peeked, and the "
                "score is no longer one of unseen questions"
            )
        (mirrored,) = threshold_sweep(*validation, [-given["threshold"]])
        if mirrored.f1 >= chosen.f1 - 1e-9:
            raise NotYetError("look at the sign: no answer is given where the no-answer score is above the threshold")
        raise NotYetError(
            f"on validation this threshold gives F1 {there.f1:.3f}, another one gives {chosen.f1:.3f}: take the best"
        )
    wrong = {
        chosen.f1: "this is the F1 on the validation questions, where the threshold was chosen: it flatters",
        best_on_test.f1: "this is the best F1 that any threshold has on test: use the one chosen on validation",
        threshold_sweep(*test, [math.inf])[0].f1: "this is the F1 without any threshold",
    }
    _expect_score(given["f1"], here.f1, "f1", wrong)


@exercise("review.n_best")
def check_n_best(answer: NBest) -> None:
    """``n_best(start, end, is_context, n, max_tokens)``: (k, 2) first and last token of the best legal spans."""
    low = -5.0
    context = np.array([False, False, True, True, True, True, True, False])
    cases: list[tuple[FloatArray, FloatArray, int, int, str]] = [
        (_at(8, {1: 9.0, 3: 2.0}, low), _at(8, {1: 9.0, 4: 2.0}, low), 1, 3, "mask what is outside the context"),
        (_at(8, {5: 4.0, 3: 1.0}, low), _at(8, {2: 4.0, 5: 1.0}, low), 1, 4, "an end before its start is no span"),
        (_at(8, {2: 5.0}, low), _at(8, {6: 5.0, 3: 1.0}, low), 1, 3, "a span has at most max_tokens tokens"),
        (_at(8, {2: 5.0}, low), _at(8, {4: 5.0, 3: 4.0}, low), 1, 3, "max_tokens is inclusive: first and last count"),
        (_at(8, {2: 5.0, 4: 3.0}, low), _at(8, {4: 5.0, 3: 4.0}, low), 3, 3, "the best first, and n of them"),
    ]  # fmt: skip
    for start, end, n, most, because in cases:
        _same_spans(answer, start, end, context, n, most, because)
    few = np.array([False, True, True, False])
    because = "two context tokens have 3 legal spans, so there are no more"
    _same_spans(answer, np.array([0.0, 0.0, 0.1, 0.0]), np.array([0.0, 1.0, 0.5, 0.0]), few, 10, 5, because)
    rng = np.random.default_rng(0)
    for _ in range(50):
        length = int(rng.integers(20, 120))
        where = np.arange(length) >= length // 2
        start, end = rng.normal(size=(2, length)) + 4 * ~where
        because = "mask first and rank all spans: the best single tokens need not be in the best span"
        _same_spans(answer, start, end, where, int(rng.integers(1, 20)), int(rng.integers(1, 30)), because)


@exercise("review.paired_interval")
def check_interval_of_readers(answer: Callable[[Evaluation, Evaluation], Any]) -> None:
    """``paired_interval(left, right)`` of two evaluations: 95% interval of the difference in F1 over documents.

    The t interval of the package and a bootstrap of documents are both right: with 24 documents they differ little.
    """
    left, right = two_readers()
    package = paired_comparison(left, right)
    wanted, drawn = (package.low, package.high), _bootstrap_of_documents(left, right)
    shape = "return two numbers, the low and the high end"
    low, high = _numbers(answer(left, right), 2, shape)
    call = f"it gave {low:.3f} to {high:.3f}, the package gives {package.low:.3f} to {package.high:.3f}"
    width = package.high - package.low
    if any(_both_near((low, high), ends, 0.06 * width) for ends in (wanted, drawn)):  # 4 standard errors of a quantile
        return
    single = paired_comparison(left, right, unit="question")
    alike = _mean_of_documents(left, right)
    wrong: list[tuple[tuple[float, float], str]] = [
        ((-package.high, -package.low), "take left minus right"),
        ((-drawn[1], -drawn[0]), "take left minus right"),
        ((100 * package.low, 100 * package.high), "give fractions, not points"),
        ((100 * drawn[0], 100 * drawn[1]), "give fractions, not points"),
        ((single.low, single.high), "single questions were drawn: draw whole documents"),
        (alike, "a document of 4 questions counted as much as one of 40: divide sums by counts"),
    ]
    for ends, message in wrong:
        if _both_near((low, high), ends, 0.1 * (ends[1] - ends[0])):
            raise NotYetError(f"{call}: {message}")
    if high - low > 2 * width:
        raise NotYetError(
            f"{call}: far too wide, as when the two are not paired. They list their questions in different order: join "
            "them by id, take the difference on each question, and draw documents of differences"
        )
    if abs((low + high - package.low - package.high) / 2) < 0.2 * width:
        raise NotYetError(
            f"{call}: the middle fits; take the 2.5% and 97.5% quantiles of at least 2,000 draws, or the t quantile"
        )
    raise NotYetError(call)


def _bootstrap_of_documents(left: Evaluation, right: Evaluation) -> tuple[float, float]:
    """What 10,000 draws of documents give, as lesson 06 taught it."""
    gains = [left.scores[example.id].f1 - right.scores[example.id].f1 for example in left.examples]
    _, owners = np.unique([example.document for example in left.examples], return_inverse=True)
    sums, counts = np.bincount(owners, gains), np.bincount(owners)
    drawn = np.random.default_rng(0).integers(0, len(sums), (10_000, len(sums)))
    low, high = np.quantile(sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1), [0.025, 0.975])
    return float(low), float(high)


CAUSES = ("leak", "memorised", "wrong join", "lost words", "silent", "too few epochs", "mixed units")
_RUNS = {
    "A": ("wrong join", "validation is fine, every test question is answered, and hardly an answer fits its question"),
    "B": (
        "lost words",
        "what is said is mostly right, and recall is far below precision: look at the ends of the answers",
    ),
    "C": (
        "memorised",
        "everything on the questions it has seen, and on no others: compare the two columns on the left",
    ),
    "D": ("silent", "look at the last column before you look at any score"),
    "E": ("leak", "nothing is low here: ask how test can stand so far above validation"),
}


@exercise("review.diagnosis")
def check_causes(answer: Any) -> None:
    """One cause for each of the five reports."""
    given = word_for_each(answer, _RUNS, CAUSES)
    for letter, (cause, evidence) in _RUNS.items():
        if given[letter] != cause:
            raise NotYetError(f"report {letter}: {given[letter]} does not explain it; {evidence}")


def _expect_score(found: float, wanted: float, name: str, wrong: Mapping[float, str]) -> None:
    """Raise `NotYetError` unless `found` is `wanted` to three digits; the message says why it is `wrong`, if known."""
    if abs(found - wanted) <= 5e-4:
        return
    if abs(found - 100 * wanted) <= 0.051:
        raise NotYetError(f"{name}: right, but in percent: scores are fractions between 0 and 1")
    for value, message in wrong.items():
        if abs(found - value) <= 5e-4:
            raise NotYetError(f"{name} = {found:.3f}: {message}")
    raise NotYetError(f"{name} = {found:.3f} is not it")


def _numbers(found: Any, n: int, shape: str) -> list[float]:
    try:
        values = [float(value) for value in found]
    except (TypeError, ValueError):
        values = []
    if len(values) != n or any(map(math.isnan, values)):
        raise NotYetError(f"it gave {found!r}: {shape}")
    return values


def _at(length: int, logits: Mapping[int, float], other: float) -> FloatArray:
    values = np.full(length, other) + np.linspace(0, 0.01, length)  # no ties
    for token, logit in logits.items():
        values[token] = logit
    return values


def _same_spans(
    answer: NBest, start: FloatArray, end: FloatArray, context: BoolArray, n: int, most: int, because: str
) -> None:
    scores = span_scores(start[None], end[None], context[None], most)[0]
    order = np.argsort(-scores, axis=None)[: min(n, int(np.isfinite(scores).sum()))]
    first, more = np.unravel_index(order, scores.shape)
    wanted = [(int(i), int(i + k)) for i, k in zip(first, more, strict=True)]
    found = answer(start.copy(), end.copy(), context.copy(), n, most)
    try:
        spans = [(int(i), int(j)) for i, j in found]
    except (TypeError, ValueError):
        raise NotYetError("return one pair for each span: its first and its last token (inclusive)") from None
    if spans == wanted:
        return
    if sorted(spans) == sorted(wanted):
        because = "these are the right spans in another order: the best first"
    elif spans == [(i, j + 1) for i, j in wanted]:
        because = "the last token is inclusive"
    shown = f"{len(start)} tokens, n={n}, max_tokens={most}"
    raise NotYetError(f"with {shown} it gave {spans[:4]}, expected {wanted[:4]}: {because}")


def _both_near(found: tuple[float, float], ends: tuple[float, float], within: float) -> bool:
    return all(abs(one - other) <= within for one, other in zip(found, ends, strict=True))


def _mean_of_documents(left: Evaluation, right: Evaluation) -> tuple[float, float]:
    """The interval in which every document counts the same."""
    gains: dict[str, list[float]] = {}
    for example in left.examples:
        gains.setdefault(example.document, []).append(left.scores[example.id].f1 - right.scores[example.id].f1)
    means = np.array([np.mean(values) for values in gains.values()])
    drawn = np.random.default_rng(0).integers(0, len(means), (4000, len(means)))
    low, high = np.quantile(means[drawn].mean(axis=1), [0.025, 0.975])
    return float(low), float(high)
