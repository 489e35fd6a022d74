import pytest

from qa_lesson.errors import DataError, QALessonError
from qa_lesson.schema import Answer, Example

CONTEXT = "Dusk on Skelm: the lamp is lit at dusk."


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (Answer("dusk", 0), "it occurs at 34: use that answer_start"),
        (Answer("lamp", -1), "it occurs at 19"),
        (Answer("LAMP", 19), "the context has 'lamp' at 19"),
        (Answer("fog", 3), "it occurs nowhere"),
        (Answer("dusk", 999), "where nothing stands"),
        (Answer(" ", 4), "an answer is empty"),
        (Answer("Dusk", "0"), "not a whole number"),
        (Answer("usk", True), "not a whole number"),
    ],
)
def test_an_answer_must_stand_at_its_offset(answer, message):
    with pytest.raises(DataError, match=message):
        Example("q1", "When?", CONTEXT, (answer,))


def test_overlapping_occurrences_are_all_named():
    with pytest.raises(DataError, match="occurs at 0, 1, 2"):
        Example("q1", "What?", "aaaa", (Answer("aa", 9),))


@pytest.mark.parametrize("field", ["id", "question", "context"])
def test_blank_fields_are_refused(field):
    with pytest.raises(DataError, match=f"the {field} is empty"):
        Example(**{"id": "q1", "question": "When?", "context": CONTEXT} | {field: " \n"})


def test_plausible_answers_are_checked_too():
    with pytest.raises(DataError, match="nowhere"):
        Example("q1", "When?", CONTEXT, plausible=(Answer("noon", 0),))


def test_offsets_count_code_points():
    context = "🗼 Zoë lit it"
    assert Example("q", "Who?", context, (Answer("Zoë", 2),)).answers[0].end == 5


def test_data_errors_are_value_errors_too():
    with pytest.raises(ValueError, match="empty"):
        Example("", "q", "c")
    assert issubclass(DataError, QALessonError)
