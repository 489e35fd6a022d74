import pytest

from qa_lesson.corpus import load_corpus
from qa_lesson.exercises import check
from qa_lesson.metrics import answer_tokens, token_overlap

RIGHT_COUNTS = {"shared": 5, "predicted": 5, "reference": 5, "f1": 1.0}


def unwritten(prediction, reference):
    """As the lesson gives it."""
    ...


def precision(prediction, reference):
    return token_overlap(prediction, reference).precision


def percent(prediction, reference):
    return 100 * token_overlap(prediction, reference).recall


def without_normalising(prediction, reference):
    wanted = reference.split()
    return sum(token in prediction.split() for token in wanted) / len(wanted)


def each_predicted_token(prediction, reference):
    wanted = answer_tokens(reference)
    return sum(token in wanted for token in answer_tokens(prediction)) / len(wanted)


def distinct_tokens(prediction, reference):
    wanted = set(answer_tokens(reference))
    return len(set(answer_tokens(prediction)) & wanted) / len(wanted)


def right_recall(prediction, reference):
    return token_overlap(prediction, reference).recall


@pytest.mark.parametrize("name", ["recall", "miscount", "never_answers"])
def test_a_blank_is_not_attempted(name):
    assert check(f"metrics.{name}", ...).status == "not attempted"


def test_an_unwritten_function_is_not_attempted():
    assert check("metrics.recall", unwritten).status == "not attempted"


@pytest.mark.parametrize(
    ("answer", "help_text"),
    [
        (precision, "it is precision"),
        (percent, "not percent"),
        (without_normalising, "tokens"),
        (each_predicted_token, "as often as both sides have it"),
        (distinct_tokens, "counts twice"),
        (0.2, "the function itself"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_wrong_recall(answer, help_text):
    result = check("metrics.recall", answer)
    assert result.status == "not yet"
    assert help_text in result.message


@pytest.mark.parametrize(
    ("answer", "help_text"),
    [
        ({"shared": 3, "predicted": 6, "reference": 7, "f1": 0.462}, "'the' is dropped"),
        (RIGHT_COUNTS | {"reference": 6}, "tokens of the reference"),
        (RIGHT_COUNTS | {"shared": 3}, "order does not count"),
        (RIGHT_COUNTS | {"f1": 100.0}, "a fraction"),
        ({"f1": 1.0}, "shared, predicted, reference, f1"),
        (1.0, "a dictionary"),
    ],
)
def test_wrong_counts(answer, help_text):
    result = check("metrics.miscount", answer)
    assert result.status == "not yet"
    assert help_text in result.message


def unanswerable_share():
    examples = load_corpus("test", unanswerable=True)
    return sum(not example.is_answerable for example in examples) / len(examples)


@pytest.mark.parametrize(
    ("answer", "help_text"),
    [
        (0, "not 0"),
        (100 * unanswerable_share(), "in percent"),
        (1 - unanswerable_share(), "share of the answerable"),
        (0.5, "mean over all"),
        ("one in eight", "one number"),
    ],
)
def test_wrong_score_of_a_reader_that_never_answers(answer, help_text):
    result = check("metrics.never_answers", answer)
    assert result.status == "not yet"
    assert help_text in result.message


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("recall", right_recall),
        ("miscount", RIGHT_COUNTS),
        ("never_answers", unanswerable_share()),
        ("never_answers", round(unanswerable_share(), 3)),
    ],
)
def test_right_answers(name, answer):
    assert check(f"metrics.{name}", answer).status == "correct"
