"""The checks of lesson 08: blanks, typical wrong answers with the message that helps, and right answers."""

import pytest

from qa_lesson.exercises import check

STOP = "overfitting.early_stopping"
DIAGNOSIS = "overfitting.diagnosis"
CHANGE = "overfitting.next_change"
CURVES = {"A": "underfitting", "B": "overfitting", "C": "healthy", "D": "suspicious", "E": "diverging"}
CHANGES = {
    "1": "more data", "2": "early stopping", "3": "more epochs", "4": "lower learning rate", "5": "more seeds",
}  # fmt: skip


def stopping(f1, patience, better=lambda score, best, previous: score > best):
    kept, best = 1, f1[0]
    waited = 0
    for epoch, score in enumerate(f1[1:], 2):
        waited = 0 if better(score, best, f1[epoch - 2]) else waited + 1
        if score > best:
            kept, best = epoch, score
        if waited == patience:
            return epoch, kept
    return len(f1), kept


def test_blanks_are_not_attempted():
    assert check(STOP, lambda f1, patience: ...).status == "not attempted"
    assert check(DIAGNOSIS, ...).status == "not attempted"
    assert check(CHANGE, None).status == "not attempted"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda f1, p: tuple(number - 1 for number in stopping(f1, p)), "gave (2, 1), expected (3, 2): count epochs"),
        (lambda f1, p: stopping(f1, p)[::-1], "first how many epochs were trained"),
        (lambda f1, p: (stopping(f1, p)[0],) * 2, "not the last one"),
        (lambda f1, p: stopping(f1, p, lambda score, best, previous: score > previous), "not with the one before"),
        (lambda f1, p: stopping(f1, p, lambda score, best, previous: score >= best), "an equal score is not a better"),
        (lambda f1, p: stopping(f1, p + 1), "as soon as `patience` epochs"),
        (lambda f1, p: (len(f1), stopping(f1, p)[1]), "has to stop early"),
        (lambda f1, p: 3, "return two whole numbers"),
        (lambda f1, p: (7, 7), "gave (7, 7), expected (3, 2)"),
    ],
)
def test_wrong_early_stopping(wrong, message):
    result = check(STOP, wrong)
    assert result.status == "not yet"
    assert message in result.message


def test_right_early_stopping():
    assert check(STOP, stopping).status == "correct"
    assert check(STOP, lambda f1, patience: list(stopping(f1, patience))).status == "correct"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({**CURVES, "A": "overfitting"}, "curve A is not overfitting: training and validation are close"),
        ({**CURVES, "D": "healthy"}, "far above training"),
        ({**CURVES, "E": "underfitting"}, "training itself falls"),
        ({**CURVES, "B": ...}, "B still missing"),
        ({**CURVES, "C": "good"}, "C: 'good' is not among the words"),
        ("healthy", "give a dictionary"),
    ],
)
def test_wrong_diagnoses(wrong, message):
    result = check(DIAGNOSIS, wrong)
    assert result.status == "not yet"
    assert message in result.message


def test_right_diagnoses():
    assert check(DIAGNOSIS, CURVES).status == "correct"
    assert check(DIAGNOSIS, {key.lower(): word.upper() for key, word in CURVES.items()}).status == "correct"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({**CHANGES, "5": "early stopping"}, "situation 5: not early stopping first; one run of each recipe"),
        ({**CHANGES, "1": "more seeds"}, "128 questions are few"),
        ({key: change for key, change in CHANGES.items() if key != "4"}, "4 still missing"),
    ],
)
def test_wrong_changes(wrong, message):
    result = check(CHANGE, wrong)
    assert result.status == "not yet"
    assert message in result.message


def test_right_changes():
    assert check(CHANGE, {int(number): change for number, change in CHANGES.items()}).status == "correct"
