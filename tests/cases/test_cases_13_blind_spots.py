"""Row 13: what `validate` must see in any script."""

from pathlib import Path

import pytest

from qa_lesson.loading import load_examples, validate
from qa_lesson.schema import Answer, Example

INPUTS = Path(__file__).parent / "inputs"


def kinds(context, answer=None, question="What is it?"):
    answers = (Answer(answer, context.index(answer)),) if answer else ()
    return {remark.kind for remark in validate([Example("q", question, context, answers, "a")]).warnings}


def test_the_rows():
    assert {remark.kind for remark in validate(INPUTS / "zh_long.jsonl").warnings} == {
        "long answer",
        "context longer than a window",
    }
    report = validate(INPUTS / "entities.jsonl")
    assert [(remark.kind, remark.where) for remark in report.warnings] == [
        ("HTML", "line 1"),
        ("HTML", "line 2"),
        ("invisible character", "line 3"),
    ]
    assert "U+2066 at 12, U+2069 at 17, U+200B at 19" in str(report)


@pytest.mark.parametrize("letter", "灯あアกກកကا가ल")
def test_a_long_answer_in_any_script(letter):
    spaced = letter in "ا가ल"
    text = " ".join([letter * 3] * 30) if spaced else letter * 80
    assert "long answer" in kinds(f"{text} x", text)
    short = " ".join([letter * 3] * 4) if spaced else letter * 6
    assert "long answer" not in kinds(f"{short} x", short)


def test_one_word_of_many_tokens():
    key = "https://example.org/" + "0123456789abcdef" * 10
    assert "long answer" in kinds(f"It is at {key} now.", key)


@pytest.mark.parametrize(
    "piece",
    ["&eacute;", "&#233;", "&#xE9;", "&ndash;", "&nbsp", "<mark>", "</code>", "<br/>", "<td class='x'>", "<!-- no -->",
     "<!DOCTYPE html>", "<![CDATA[x]]>", "<svg>", "<del>"],
)  # fmt: skip
def test_markup(piece):
    assert "HTML" in kinds(f"It is {piece} here.")


@pytest.mark.parametrize("piece", ["AT&T; x", "R&D", "a < b > c", "x<y", "<name>", "&madeupword;", "Q&A;"])
def test_no_markup(piece):
    assert "HTML" not in kinds(f"It is {piece} here.")


@pytest.mark.parametrize(
    "code", [0x00AD, 0x061C, 0x180E, 0x200B, 0x200E, 0x202A, 0x2060, 0x2066, 0x2069, 0xFEFF, 0xE0041]
)
def test_invisible_characters(code):
    assert "invisible character" in kinds(f"It is{chr(code)} here.")


@pytest.mark.parametrize("text", ["می\u200cروم", "👩\u200d👧", "अवन्\u200dवन्", "❤\ufe0f", "10\u00a0km"])
def test_joiners_and_spaces_that_belong_there(text):
    assert "invisible character" not in kinds(f"It is {text} here.")


@pytest.mark.parametrize(
    ("context", "answer"),
    [
        ("Noe\u0301 came", "Noe"),
        ("see 👩\u200d👧 now", "👩"),
        ("दिल्ली में", "दिल्ल"),
        ("wave 👋🏽 now", "👋"),
        ("a \u200bb", "\u200bb"),
    ],
)
def test_answers_that_cut_a_character(context, answer):
    assert "answer at an odd boundary" in kinds(context, answer)


def test_a_part_of_a_chinese_sentence_is_no_odd_boundary():
    assert "answer at an odd boundary" not in kinds("灯塔看守人每天晚上六点点灯。", "六点")
    assert "answer at an odd boundary" in kinds("灯塔看守人每天晚上六点点灯。", "点灯。")


def test_byte_order_marks_are_no_part_of_a_file():  # row 15, the side of the loaders
    assert [example.references for example in load_examples(INPUTS / "ann_notepad.jsonl")] == [("Bram",), ("bell",)]
