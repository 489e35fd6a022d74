"""Questions of a Moodle XML file.

Elements and values are those that Moodle 4 and 5 export: ``question/format/xml/format.php``, and the
``questiontype.php`` of each type. They do not depend on the language of the site.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Final
from xml.etree.ElementTree import Element

from qa_lesson.grading.lms.reading.source_questions import (
    SourceAnswer,
    SourceBody,
    SourceChoices,
    SourceEssay,
    SourceFile,
    SourceFormula,
    SourceNumber,
    SourceOrder,
    SourcePairs,
    SourceQuestion,
    SourceStatement,
    SourceText,
    SourceTyped,
    TextFormat,
)

_FORMATS: Final[Mapping[str, TextFormat]] = {
    "html": "html", "moodle_auto_format": "moodle", "plain_text": "plain", "markdown": "markdown",
}  # fmt: skip
_OWN_TITLE: Final = re.compile(r"\$course\$/top/QA fine-tuning/[\w-]+: (.+)")
_USUAL_PENALTIES: Final = (0.0, 0.1, 1 / 3, 1.0)  # Moodle's own, and that of a question that has no second try
_REASONS: Final[Mapping[str, str]] = {
    "description": "it is a text without a question",
    "random": "it stands for a random question of a category, which the file does not name",
    "randomsamatch": "it is made of random other questions",
    "multianswer": "it is a cloze text with several fields; write one question for each field",
    "cloze": "it is a cloze text with several fields; write one question for each field",
    "gapselect": "it has several gaps in one text; write one question for each gap",
    "ddwtos": "words are dragged into a text",
    "ddimageortext": "things are dragged onto an image",
    "ddmarker": "markers are dragged onto an image",
    "calculatedmulti": "its options are computed from a table of values; write it with parameters",
}


def moodle_questions(root: Element) -> SourceFile:
    """The questions of a file.

    Args:
        root: the element ``quiz``.
    """
    found = SourceFile("Moodle XML")
    category, categories = "", Counter[str]()
    for node in root.iter("question"):
        if node.get("type") == "category":
            category = (node.findtext("category/text") or "").strip()
            categories[category] += 0
            continue
        categories[category] += 1
        found.questions.append(_question(node, len(found.questions) + 1))
    names = [name for name, n in categories.items() if name and n]
    if len(names) == 1:
        own = _OWN_TITLE.fullmatch(names[0])
        found.title = (own[1] if own else re.split(r"(?<!/)/(?!/)", names[0])[-1]).replace("//", "/").strip()
    found.lost = [f"the category {name!r}" for name in categories if name]
    return found


def _question(node: Element, number: int) -> SourceQuestion:
    kind = node.get("type") or ""
    question = SourceQuestion(
        number,
        type=kind or "without a type",
        name=(node.findtext("name/text") or "").strip(),
        identifier=(node.findtext("idnumber") or "").strip(),
        prompt=_text(node.find("questiontext")),
        points=_float(node.findtext("defaultgrade"), 1.0),
        general=_text(node.find("generalfeedback")),
        right=_text(node.find("correctfeedback")),
        otherwise=_text(node.find("incorrectfeedback")),
        hints=tuple(_text(hint) for hint in node.findall("hint")),
        tags=tuple(filter(None, ((tag.findtext("text") or "").strip() for tag in node.findall("tags/tag")))),
    )
    if kind not in _BODIES:
        question.faults.append(_REASONS.get(kind, f"there is no kind of question like {kind!r} here"))
        return question
    _settings(node, question)
    question.body = _BODIES[kind](node, question)
    return question


def _settings(node: Element, question: SourceQuestion) -> None:
    penalty = _float(node.findtext("penalty"), 0.0)
    usual = (*_USUAL_PENALTIES, 1 / (len(question.hints) + 1))
    if not any(abs(penalty - one) < 0.001 for one in usual):
        question.lost.append(f"the penalty of {penalty:g} for each further try")
    if _is_true(node.findtext("hidden")):
        question.lost.append("it is hidden there")
    if node.find("shuffleanswers") is not None and not _is_true(node.findtext("shuffleanswers")):
        question.lost.append("the order of its options is fixed there; here each learner gets another one")
    partly = _text(node.find("partiallycorrectfeedback"))
    if partly.text.strip() and partly.text.strip() not in (
        question.otherwise.text.strip(),
        question.right.text.strip(),
    ):
        question.lost.append("feedback on a partly right answer")


def _multichoice(node: Element, question: SourceQuestion) -> SourceBody:
    return SourceChoices(_answers(node), several=not _is_true(node.findtext("single") or "true"))


def _truefalse(node: Element, question: SourceQuestion) -> SourceBody:
    answers = {answer.text.text.strip().lower(): answer for answer in _answers(node)}
    if set(answers) != {"true", "false"} or {round(one.share, 3) for one in answers.values()} != {0.0, 1.0}:
        question.faults.append("its answers are not true and false with 100% for one of them")
    nothing = SourceAnswer(SourceText())
    yes, no = answers.get("true", nothing), answers.get("false", nothing)
    return SourceStatement(yes.share > no.share, yes.feedback, no.feedback)


def _shortanswer(node: Element, question: SourceQuestion) -> SourceBody:
    return SourceTyped(_answers(node), case_sensitive=_is_true(node.findtext("usecase")))


def _numerical(node: Element, question: SourceQuestion) -> SourceBody:
    units = tuple(
        (unit.findtext("unit_name") or "", _float(unit.findtext("multiplier"), 1.0))
        for unit in node.findall("units/unit")
    )
    shown = (node.findtext("showunits") or "3").strip()
    asks = shown != "3" and (node.findtext("unitgradingtype") or "0").strip() != "0"
    return SourceNumber(_answers(node), units if shown != "3" else (), asks)


def _calculated(node: Element, question: SourceQuestion) -> SourceBody:
    ranges = []
    for one in node.findall("dataset_definitions/dataset_definition"):
        decimals = (one.findtext("decimals/text") or one.findtext("decimals") or "0").strip()
        if (one.findtext("distribution/text") or "uniform").strip() != "uniform" or not re.fullmatch(
            r"[0-9]", decimals
        ):
            question.faults.append("its values are not uniform numbers with up to 9 decimals")
            break
        name, low, high = (
            (one.findtext(f"{tag}/text") or one.findtext(tag) or "").strip() for tag in ("name", "minimum", "maximum")
        )
        ranges.append((name, low, high, f"1e-{decimals}"))
    kinds = {(answer.findtext("tolerancetype") or "1").strip() for answer in node.findall("answer")}
    if len(kinds) != 1 or not kinds <= {"1", "2"}:
        question.faults.append("its tolerances are geometric, or differ in kind")
    body = _numerical(node, question)
    assert isinstance(body, SourceNumber)
    return SourceFormula(body, tuple(ranges), relative=kinds == {"1"})


def _matching(node: Element, question: SourceQuestion) -> SourceBody:
    pairs, extra = [], []
    for part in node.findall("subquestion"):
        left, right = _text(part), SourceText(part.findtext("answer/text") or "", "plain")
        if left.text.strip():
            pairs.append((left, right))
        else:
            extra.append(right)
    return SourcePairs(tuple(pairs), tuple(extra))


def _ordering(node: Element, question: SourceQuestion) -> SourceBody:
    items = sorted(_answers(node), key=lambda item: item.share)
    if (node.findtext("selecttype") or "ALL").strip().upper() not in ("ALL", "0"):
        question.lost.append("a random choice of its items: here all of them are shown")
    grading = (node.findtext("gradingtype") or "").strip().upper()
    return SourceOrder(tuple(items), whole=grading in ("ALL_OR_NOTHING", "-1"))


def _essay(node: Element, question: SourceQuestion) -> SourceBody:
    layout = (node.findtext("responseformat") or "").strip()
    if (node.findtext("attachments") or "0").strip() not in ("", "0"):
        question.lost.append("files that learners attach")
    if _text(node.find("responsetemplate")).text.strip():
        question.lost.append("the text that the answer starts with")
    return SourceEssay(_text(node.find("graderinfo")), monospaced=layout == "monospaced")


_BODIES: Final[Mapping[str, Callable[[Element, SourceQuestion], SourceBody]]] = {
    "multichoice": _multichoice,
    "truefalse": _truefalse,
    "shortanswer": _shortanswer,
    "numerical": _numerical,
    "calculated": _calculated,
    "calculatedsimple": _calculated,
    "matching": _matching,
    "ordering": _ordering,
    "essay": _essay,
}


def _answers(node: Element) -> tuple[SourceAnswer, ...]:
    return tuple(
        SourceAnswer(
            _text(answer),
            _float(answer.get("fraction"), 0.0) / 100,
            _text(answer.find("feedback")),
            answer.findtext("tolerance"),
        )
        for answer in node.findall("answer")
    )


def _text(node: Element | None) -> SourceText:
    if node is None:
        return SourceText()
    inner = node.find("text")
    text = (inner.text if inner is not None else node.text) or ""
    files = tuple(file.get("name") or "without a name" for file in node.findall("file"))
    missing = tuple(name for name in files if name.replace(" ", "%20") not in text and name not in text)
    return SourceText(text, _FORMATS.get(node.get("format") or "", "html"), missing)


def _float(text: str | None, default: float) -> float:
    """A number as Moodle writes it; the default for anything else."""
    try:
        value = float((text or "").strip() or default)
    except ValueError:
        return default
    return value if abs(value) < 1e9 else default


def _is_true(text: str | None) -> bool:
    return (text or "").strip().lower() in ("1", "true", "yes")
