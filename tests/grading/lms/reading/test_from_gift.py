"""GIFT as the Moodle documentation describes it."""

import pytest
from imported_questions import import_text, only, quiz_in, refusal

from qa_lesson.errors import DataError


def test_a_file_with_everything_around_the_questions(tmp_path):
    text = (
        "// a comment of mine\n$CATEGORY: $course$/Tides\n\n// [id:tide-7] [tag:hard]\n::High water:: When is it?"
        "{\n=noon # Right you are.\n~midnight\n~dawn#Too early.\n####See the table.\n}\n\n\n\nTwo{=2 ~3 ~4}\n"
    )
    found = import_text(tmp_path, text)
    first, second = quiz_in(found).questions
    assert found.title == "Tides"
    assert (first.id, first.difficulty, first.prompt, first.steps) == (
        "tide-7", "hard", "When is it?", ("See the table.",),
    )  # fmt: skip
    assert [(option.text, option.correct, option.feedback) for option in first.options] == [
        ("noon", True, "Right you are."),
        ("midnight", False, ""),
        ("dawn", False, "Too early."),
    ]
    assert (second.prompt, second.key) == ("Two", second.options[0].id)


def test_escapes(tmp_path):
    got = only(import_text(tmp_path, r"Is \{x \= 1\}\:\na \~ or \# \\(y\\)?{=x \= 1 ~x \~ 1 ~\#}"))
    assert got["prompt"] == "Is {x = 1}:\\\na ~ or # $y$?"
    assert [option["text"].replace("\\", "") for option in got["options"]] == ["x = 1", "x ~ 1", "#"]


def test_a_missing_word_has_a_gap(tmp_path):
    got = only(import_text(tmp_path, "The ferry {=sails ~swims ~flies} at noon."))
    assert got["prompt"].replace("\\", "") == "The ferry _____ at noon."


@pytest.mark.parametrize(("key", "is_true"), [("T", True), ("FALSE", False), ("true", True), ("F", False)])
def test_true_and_false_with_feedback(tmp_path, key, is_true):
    got = only(import_text(tmp_path, f"Fish swim.{{{key}#no, it is not so#yes, it is so}}"))
    right, wrong = sorted(got["options"], key=lambda option: not option.get("correct", False))
    assert (right["text"], right["feedback"], wrong["feedback"]) == (str(is_true), "yes, it is so", "no, it is not so")


def test_short_answers_and_partial_ones(tmp_path):
    assert only(import_text(tmp_path, "Who?{=Ann =Anna}"))["accept"] == ["Ann", "Anna"]
    assert "50%" in refusal(import_text(tmp_path, "Who?{=Ann =%50%Bob}"))
    assert "whatever fits" in refusal(import_text(tmp_path, "Who?{=Ann*}"))


def test_several_with_weights(tmp_path):
    got = only(import_text(tmp_path, "Even?{~%50%2 ~%50%4 ~%-50%3 ~%-50%5}"))
    assert got["kind"] == "multi"
    assert [option.get("correct", False) for option in got["options"]] == [True, True, False, False]


@pytest.mark.parametrize(
    ("braces", "answer", "margin"),
    [("{#3.14:0.01}", 3.14, 0.01), ("{#1..2}", 1.5, 0.5), ("{#=7}", 7, 0), ("{#-3..-1}", -2, 1), ("{# 5:0 #ok}", 5, 0)],
)
def test_numbers(tmp_path, braces, answer, margin):
    got = only(import_text(tmp_path, f"How many?{braces}"))
    assert (got["kind"], got["answer"], got["tolerance"]) == ("numeric", answer, {"abs": margin})


def test_a_second_number_with_a_part_of_the_points_is_refused(tmp_path):
    assert "50%" in refusal(import_text(tmp_path, "Year?{#=1822:0 =%50%1822:2}"))


def test_matching(tmp_path):
    quiz = quiz_in(import_text(tmp_path, "::Sea:: Match.{=Kiel -> Baltic =Brest -> Atlantic =Genoa -> Ligurian}"))
    assert [(one.id, one.prompt, one.options[place].correct) for place, one in enumerate(quiz.questions)] == [
        ("sea-part-1", "Match.\n\nKiel", True),
        ("sea-part-2", "Match.\n\nBrest", True),
        ("sea-part-3", "Match.\n\nGenoa", True),
    ]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Just a text, and no question.\n\nQ{=a ~b}", "without a question"),
        ("Q{=a ~b\n\nR{=a ~b}", "do not match"),
        ("Q{=a ~b} and {=c ~d}\n\nR{=a ~b}", "more than one pair of braces"),
        ("Q{a}\n\nR{=a ~b}", "neither with = nor with ~"),
        ("Q{~%x%a ~b}\n\nR{=a ~b}", "all of its options are right, or none is"),
    ],
)
def test_what_is_not_converted_is_named(tmp_path, text, why):
    found = import_text(tmp_path, text)
    assert why in "; ".join(found.questions[0].faults)
    assert len(quiz_in(found).questions) == 1


@pytest.mark.parametrize("form", ["html", "markdown", "plain", "moodle"])
def test_formats(tmp_path, form):
    got = only(
        import_text(
            tmp_path, f"::t::[{form}]Is <b>it</b> so?{{T}}" if form != "markdown" else "::t::[markdown]Is **it** so?{T}"
        )
    )
    shown = "Is <b>it</b> so?" if form == "plain" else "Is **it** so?"
    assert got["prompt"].replace("\\", "") == shown


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(tmp_path, encoding):
    text = "Wie heißt die Größe der Fläche über dem Fluß?{=Öl ~Übel ~Äpfel}"
    assert only(import_text(tmp_path, text.encode(encoding)))["prompt"].startswith("Wie heißt die Größe")


def test_a_text_without_any_question_is_no_file_of_questions(tmp_path):
    with pytest.raises(DataError, match="no file of questions"):
        import_text(tmp_path, "Dear diary,\n\ntoday it rained.")
