"""The checks of lesson 13: blanks, typical wrong answers with the message that helps, and right answers."""

import dataclasses

import numpy as np
import pytest

from qa_lesson.corpus import load_corpus
from qa_lesson.evaluation import best_threshold, evaluate_predictions, paired_comparison, threshold_sweep
from qa_lesson.exercises import check
from qa_lesson.exercises.faults import (
    faulty_runs,
    good_windows,
    leaky_split,
    mislabelled_windows,
    simulated_reader,
    torn_file,
)
from qa_lesson.leakage import audit, clean_training

UNITS = {"A": (0.005, 0.06), "B": (0.005, 0.06), "C": (0.52, 0.64), "D": (0.63, 0.71)}
DIAGNOSIS = {"A": "wrong join", "B": "lost words", "C": "memorised", "D": "silent", "E": "leak"}


def refused(name, answer, help_text):
    result = check(f"review.{name}", answer)
    assert result.status == "not yet"
    assert help_text in result.message


def accepted(name, answer):
    assert repr(check(f"review.{name}", answer)) == "correct"


NAMES = ["rescore", "units", "labels", "clean_split", "threshold", "n_best", "paired_interval", "diagnosis"]


@pytest.mark.parametrize("name", NAMES)
def test_blanks_are_not_attempted(name):
    assert check(f"review.{name}", ...).status == "not attempted"


def test_functions_that_give_nothing_are_not_attempted():
    assert check("review.n_best", lambda start, end, context, n, most: ...).status == "not attempted"
    assert check("review.paired_interval", lambda left, right: None).status == "not attempted"


# ---------------------------------------------------------------- a torn file


def scores(examples, answers, **options):
    total = evaluate_predictions(examples, answers, **options).total
    return {"exact_match": total.exact_match, "f1": total.f1}


def test_rescore():
    test, answers = load_corpus("test"), torn_file()
    assert 0 < len(answers) < len(test)
    right = scores(test, answers, missing="zero")
    accepted("rescore", right)
    accepted("rescore", {name: np.float64(value) for name, value in right.items()})
    accepted("rescore", {name: round(value, 3) for name, value in right.items()})
    refused("rescore", scores([ex for ex in test if ex.id in answers], answers), "without a prediction were left out")
    first = [dataclasses.replace(example, answers=example.answers[:1]) for example in test]
    refused("rescore", scores(first, answers, missing="zero"), "all references count, not only the first")
    refused("rescore", {name: 100 * value for name, value in right.items()}, "right, but in percent")
    raw = sum(answers.get(example.id) in example.references for example in test) / len(test)
    refused("rescore", {**right, "exact_match": raw}, "normalise both sides first")
    refused("rescore", {**right, "f1": 0.3}, "f1 = 0.300 is not it")
    refused("rescore", {"em": 0.5}, "exactly these keys: exact_match, f1")
    refused("rescore", {**right, "f1": "high"}, "f1 is 'high': give a number")


# ---------------------------------------------------------------- units


@pytest.mark.parametrize(
    ("changes", "help_text"),
    [
        ({"A": (0.5, 6.0)}, "A: 6 is no fraction"),
        ({"A": (0.5, 0.06)}, "A: exact match 0.5 above F1 0.06 cannot be"),
        ({"B": (0.005, 0.0006)}, "B: exact match 0.005 above F1 0.0006 cannot be"),
        ({"C": (0.0052, 0.0064)}, "C: an F1 of 0.0064 is below the untrained head"),
        ({"D": (0.0063, 0.71)}, "D: only the unit changes"),
        ({"D": 0.63}, "D: give two numbers"),
        ({"E": (0, 0)}, "exactly these keys: A, B, C, D"),
    ],
)
def test_wrong_units(changes, help_text):
    refused("units", {**UNITS, **changes}, help_text)


def test_right_units():
    accepted("units", UNITS)
    accepted("units", {letter: list(pair) for letter, pair in UNITS.items()})


# ---------------------------------------------------------------- labels


def test_labels():
    broken, right = mislabelled_windows(), good_windows()
    starts, ends, held = broken.start_positions, broken.end_positions, broken.has_answer
    assert (broken.end_positions != right.end_positions).sum() == right.has_answer.sum() > 10
    accepted("labels", (starts, ends - held))
    accepted("labels", (starts.tolist(), np.where(held, ends - 1, ends).tolist()))
    refused("labels", (starts, ends - 1), "64 windows without the answer now end at -1")
    refused("labels", (starts, ends), "still one too far")
    refused("labels", (starts + held, ends), "the starts were right already")
    refused("labels", (starts, ends - 2 * held), "lose their last token")
    refused("labels", (starts, ends + 2 * held), "38 windows are still wrong, the first one is window")
    refused("labels", ends, "give two arrays")
    refused("labels", (starts[:5], ends[:5]), "each of the 102 windows")


# ---------------------------------------------------------------- a leaky split


def test_clean_split():
    split = leaky_split()
    assert repr(split) == "<split: 504 training and 126 test questions>"
    clean = [example for example in split.train if example.id not in split.leaks]
    accepted("clean_split", clean)
    accepted("clean_split", (example.id for example in clean[2:]))
    for kind, message in (("paraphrase", "leave the embeddings on"), ("passage", "compare passages too")):
        left = [example for example in split.train if split.leaks.get(example.id, kind) == kind]
        refused(
            "clean_split", left, f"9 leaks are still in; 9 of them are {'copied' if kind != 'passage' else 'honest'}"
        )
        refused("clean_split", left, message)
    refused("clean_split", split.train, "36 leaks are still in")
    refused("clean_split", clean[20:], "20 honest questions went with them")
    refused("clean_split", split.test, "the test set stays whole")
    refused("clean_split", list(split.leaks), "these are the leaks")
    refused("clean_split", ["train-999"], "there is no training question 'train-999'")
    refused("clean_split", "train-001", "as a list")


@pytest.mark.usefixtures("embedded_once")
def test_the_audit_finds_the_leaks_and_nothing_else():
    split = leaky_split()
    clean = clean_training(split.train, audit(split.train, split.test))
    assert {example.id for example in split.train} - {example.id for example in clean} == set(split.leaks)


# ---------------------------------------------------------------- a threshold


def test_threshold():
    validation, test = simulated_reader("validation"), simulated_reader("test")
    chosen, peeked = best_threshold(*validation), best_threshold(*test)
    (honest,) = threshold_sweep(*test, [chosen.threshold])
    assert honest.f1 < peeked.f1 < chosen.f1  # else the task would teach nothing
    accepted("threshold", {"threshold": chosen.threshold, "f1": honest.f1})
    refused(
        "threshold", {"threshold": chosen.threshold, "f1": chosen.f1}, "where the threshold was chosen: it flatters"
    )
    refused("threshold", {"threshold": chosen.threshold, "f1": peeked.f1}, "best F1 that any threshold has on test")
    refused("threshold", {"threshold": peeked.threshold, "f1": peeked.f1}, "has peeked")
    refused("threshold", {"threshold": -chosen.threshold, "f1": honest.f1}, "look at the sign")
    refused("threshold", {"threshold": 9.0, "f1": honest.f1}, "take the best")
    refused("threshold", {"threshold": chosen.threshold, "f1": 100 * honest.f1}, "right, but in percent")
    refused("threshold", {"threshold": float("nan"), "f1": 0.5}, "not a number")


# ---------------------------------------------------------------- n best


def n_best(start, end, is_context, n, max_tokens, *, mask=True, ordered=True, short=True, top=None, last=0):
    """The right answer; each option switches one of its parts off."""
    length = len(start)
    first, until = np.meshgrid(np.arange(length), np.arange(length), indexing="ij")
    scores = start[:, None] + end[None, :]
    if mask:
        scores = np.where(is_context[:, None] & is_context[None, :], scores, -np.inf)
    if ordered:
        scores = np.where(first <= until, scores, -np.inf)
    if short:
        scores = np.where(until - first < max_tokens + last, scores, -np.inf)
    if top:
        best = [np.isin(np.arange(length), np.argsort(-logits)[:top]) for logits in (start, end)]
        scores = np.where(best[0][:, None] & best[1][None, :], scores, -np.inf)
    order = np.argsort(-scores, axis=None)[:n]
    order = order[np.isfinite(scores.ravel()[order])]
    return np.stack(np.unravel_index(order, scores.shape), axis=1)


def test_n_best():
    accepted("n_best", n_best)
    accepted("n_best", lambda *arguments: [tuple(span) for span in n_best(*arguments)])


@pytest.mark.parametrize(
    ("wrong", "help_text"),
    [
        (lambda *a: n_best(*a, mask=False), "expected [(3, 4)]: mask what is outside the context"),
        (lambda *a: n_best(*a, ordered=False), "an end before its start is no span"),
        (lambda *a: n_best(*a, short=False), "a span has at most max_tokens tokens"),
        (lambda *a: n_best(*a, last=-1), "max_tokens is inclusive"),
        (lambda *a: n_best(*a)[::-1], "in another order: the best first"),
        (lambda *a: n_best(*a)[:1], "the best first, and n of them"),
        (lambda *a: n_best(*a, top=20), "mask first and rank all spans"),
        (lambda *a: n_best(*a) + np.array([0, 1]), "the last token is inclusive"),
        (lambda *a: 3, "return one pair for each span"),
        (lambda *a: 1 / 0, "it raised ZeroDivisionError"),
    ],
)
def test_wrong_n_best(wrong, help_text):
    refused("n_best", wrong, help_text)


# ---------------------------------------------------------------- a paired interval


def sums_and_counts(left, right, *, join=True):
    others = left.examples if join else right.examples
    pairs = zip(left.examples, others, strict=True)
    gains = np.array([left.scores[ours.id].f1 - right.scores[other.id].f1 for ours, other in pairs])
    _, owner = np.unique([example.document for example in left.examples], return_inverse=True)
    return np.bincount(owner, gains), np.bincount(owner)


def drawn(sums, counts, levels=(0.025, 0.975)):
    rows = np.random.default_rng(7).integers(0, len(sums), (4000, len(sums)))
    return np.quantile(sums[rows].sum(axis=1) / counts[rows].sum(axis=1), levels)


def unpaired(left, right):
    ours = sums_and_counts(left, dataclasses.replace(right, scores=dict.fromkeys(right.scores, ZERO)))
    theirs = sums_and_counts(right, dataclasses.replace(left, scores=dict.fromkeys(left.scores, ZERO)))
    rng = np.random.default_rng(7)
    means = []
    for sums, counts in (ours, theirs):
        rows = rng.integers(0, len(sums), (4000, len(sums)))
        means.append(sums[rows].sum(axis=1) / counts[rows].sum(axis=1))
    return np.quantile(means[0] - means[1], [0.025, 0.975])


ZERO = evaluate_predictions(load_corpus("test")[:1], {load_corpus("test")[0].id: ""}).total


def test_paired_interval():
    accepted("paired_interval", lambda left, right: drawn(*sums_and_counts(left, right)))
    accepted("paired_interval", lambda left, right: (lambda it: (it.low, it.high))(paired_comparison(left, right)))


@pytest.mark.parametrize(
    ("wrong", "help_text"),
    [
        (lambda left, right: drawn(*sums_and_counts(right, left)), "take left minus right"),
        (lambda left, right: 100 * drawn(*sums_and_counts(left, right)), "give fractions, not points"),
        (
            lambda left, right: (lambda it: (it.low, it.high))(paired_comparison(left, right, unit="question")),
            "draw whole documents",
        ),
        (
            lambda left, right: (lambda sums, counts: drawn(sums / counts, np.ones(len(sums))))(
                *sums_and_counts(left, right)
            ),
            "as much as one of 40",
        ),
        (lambda left, right: drawn(*sums_and_counts(left, right, join=False)), "join them by id"),
        (unpaired, "as when the two are not paired"),
        (
            lambda left, right: drawn(*sums_and_counts(left, right), levels=(0.05, 0.95)),
            "the 2.5% and 97.5% quantiles",
        ),
        (lambda left, right: (0.5, 0.6), "it gave 0.500 to 0.600, the package gives"),
        (lambda left, right: 0.5, "return two numbers"),
    ],
)
def test_wrong_paired_intervals(wrong, help_text):
    refused("paired_interval", wrong, help_text)


# ---------------------------------------------------------------- five reports


def test_each_report_shows_its_fault():
    runs = {run.letter: run for run in faulty_runs()}
    assert set(runs) == set(DIAGNOSIS)
    assert runs["A"].f1 < 0.1 < 0.6 < runs["A"].validation_f1
    assert runs["A"].answered == 1
    assert runs["B"].precision - runs["B"].recall > 0.1
    assert runs["B"].exact_match < 0.3
    assert runs["C"].train_f1 > 0.95
    assert max(runs["C"].validation_f1, runs["C"].f1) < 0.15
    assert runs["D"].answered < 0.2
    assert runs["E"].f1 - runs["E"].validation_f1 > 0.15


@pytest.mark.parametrize(
    ("changes", "help_text"),
    [
        ({"A": "memorised"}, "report A: memorised does not explain it; validation is fine"),
        ({"B": "silent"}, "look at the ends of the answers"),
        ({"C": "too few epochs"}, "compare the two columns"),
        ({"D": "wrong join"}, "look at the last column"),
        ({"E": "memorised"}, "ask how test can stand so far above validation"),
        ({"E": ...}, "E still missing"),
        ({"E": "luck"}, "'luck' is not among the words to choose from: leak, memorised"),
    ],
)
def test_wrong_diagnoses(changes, help_text):
    refused("diagnosis", {**DIAGNOSIS, **changes}, help_text)


def test_right_diagnosis():
    accepted("diagnosis", {letter.lower(): f" {cause.upper()}" for letter, cause in DIAGNOSIS.items()})
