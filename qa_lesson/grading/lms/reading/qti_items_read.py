"""One item of QTI 1.2 in the dialect of Canvas, back to a question.

What is right, Canvas says with conditions on the response. They are evaluated here for each option alone. A question
whose conditions say something else than an ordinary key is not converted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final
from xml.etree.ElementTree import Element

from qa_lesson.grading.lms.reading.source_questions import (
    SourceAnswer,
    SourceBody,
    SourceChoices,
    SourceEssay,
    SourceNumber,
    SourceOrder,
    SourcePairs,
    SourceQuestion,
    SourceText,
    SourceTyped,
)
from qa_lesson.quiz.kinds.ordering import Ordering

_COMMON: Final = ("general_fb", "correct_fb", "general_incorrect_fb")
_MOST_CONDITIONS: Final = 200
_REASONS: Final[Mapping[str, str]] = {
    "text_only_question": "it is a text without a question",
    "file_upload_question": "a file is handed in as its answer",
    "calculated_question": "it is computed from a table of values; write it with parameters",
    "fill_in_multiple_blanks_question": "it has several gaps in one text; write one question for each gap",
    "multiple_dropdowns_question": "it has several menus in one text; write one question for each menu",
}


@dataclass(frozen=True)
class _Field:
    """Where something is chosen or typed."""

    ident: str
    text: SourceText
    labels: Mapping[str, SourceText]


@dataclass(frozen=True)
class _Rules:
    """The conditions of an item.

    Args:
        conditions: as elements.
        feedback: texts by identifier.
    """

    conditions: tuple[Element, ...]
    feedback: Mapping[str, SourceText]

    def outcome(self, given: Mapping[str, frozenset[str]]) -> tuple[float, SourceText]:
        """The score, in percent, and the feedback on this answer alone, for what was given by field."""
        score, told = 0.0, SourceText()
        for condition in self.conditions:
            tests = condition.find("conditionvar")
            if tests is None:
                continue
            # Canvas lists the texts that are accepted side by side; one field cannot have several values otherwise
            met = any if len(tests) > 1 and all(test.tag == "varequal" for test in tests) else all
            if not met(_holds(test, given) for test in tests):
                continue
            for change in condition.iter("setvar"):
                value = float(_decimal(change.text) or 0)
                score = score + value if change.get("action") == "Add" else value
            for shown in condition.iter("displayfeedback"):
                name = shown.get("linkrefid") or ""
                if name not in _COMMON and name in self.feedback:
                    told = self.feedback[name]
            if (condition.get("continue") or "No") == "No":
                break
        return score, told


def qti_question(node: Element, number: int) -> SourceQuestion:
    """The question of an item.

    Args:
        node: the element ``item``, without namespaces.
        number: of the question in its file.
    """
    about = {
        (field.findtext("fieldlabel") or "").strip(): (field.findtext("fieldentry") or "").strip()
        for field in node.iter("qtimetadatafield")
    }
    feedback = {one.get("ident") or "": _material(one) for one in node.iter("itemfeedback")}
    presentation = node.find("presentation")
    fields = [] if presentation is None else list(_fields(presentation))
    kind = about.get("question_type") or _guessed(presentation)
    points = _decimal(about.get("points_possible"))
    question = SourceQuestion(
        number,
        type=kind,
        name=(node.get("title") or "").strip(),
        prompt=SourceText() if presentation is None else _prompt(presentation),
        points=1.0 if points is None else float(points),
        general=feedback.get("general_fb", SourceText()),
        right=feedback.get("correct_fb", SourceText()),
        otherwise=feedback.get("general_incorrect_fb", SourceText()),
    )
    conditions = tuple(node.iter("respcondition"))
    if kind not in _BODIES:
        question.faults.append(_REASONS.get(kind, f"there is no kind of question like {kind!r} here"))
    elif len(conditions) > _MOST_CONDITIONS:
        question.faults.append(f"it has {len(conditions)} conditions, more than {_MOST_CONDITIONS}")
    elif not fields:
        question.faults.append("it has no place for an answer")
    else:
        question.body = _BODIES[kind](question, fields, _Rules(conditions, feedback))
    return question


def _choices(question: SourceQuestion, fields: list[_Field], rules: _Rules) -> SourceBody:
    field = fields[0]
    answers = []
    for name, text in field.labels.items():
        score, told = rules.outcome({field.ident: frozenset({name})})
        answers.append(SourceAnswer(text, score / 100, told))
    return SourceChoices(tuple(answers))


def _several(question: SourceQuestion, fields: list[_Field], rules: _Rules) -> SourceBody:
    field = fields[0]
    right = frozenset(name for condition in rules.conditions if _scores(condition) for name in _wanted(condition))
    if not right <= field.labels.keys() or rules.outcome({field.ident: right})[0] < 100:
        question.faults.append("its conditions do not say which options are right")
    answers = []
    for name, text in field.labels.items():
        _, told = rules.outcome({field.ident: frozenset({name})})
        share = 1 / len(right) if name in right else -1 / max(1, len(right))
        answers.append(SourceAnswer(text, share, told))
        if rules.outcome({field.ident: right ^ {name}})[0] >= 100:
            question.faults.append("more than one choice of its options earns all points")
            break
    return SourceChoices(tuple(answers), several=True)


def _words(question: SourceQuestion, fields: list[_Field], rules: _Rules) -> SourceBody:
    texts = [
        (test.text or "").strip() for one in rules.conditions for test in one.iter("varequal") if test.text is not None
    ]
    answers = []
    for text in dict.fromkeys(texts):
        score, told = rules.outcome({fields[0].ident: frozenset({text})})
        answers.append(SourceAnswer(SourceText(text, "plain"), score / 100, told))
    return SourceTyped(tuple(answers), wildcards=False)


def _number(question: SourceQuestion, fields: list[_Field], rules: _Rules) -> SourceBody:
    answers = []
    for condition in rules.conditions:
        share = _scores(condition)
        if not share:
            continue
        found = {
            name: [_decimal(test.text) for test in condition.iter(name)]
            for name in ("varequal", "vargte", "vargt", "varlte", "varlt")
        }
        equal, low, high = found["varequal"], found["vargte"] + found["vargt"], found["varlte"] + found["varlt"]
        if None in [*equal, *low, *high] or len(low) != len(high) or len(equal) > 1 or len(low) > 1 or not equal + low:
            question.faults.append("its conditions are not those of one number, or of one range")
            break
        value, margin = equal[0] if equal else None, Decimal()
        if low and low[0] is not None and high[0] is not None:
            middle, margin = (low[0] + high[0]) / 2, (high[0] - low[0]) / 2
            if value is not None and abs(value - middle) > abs(margin) * Decimal("0.000001"):
                question.faults.append("its tolerance is not the same on both sides of the answer")
            value = middle if value is None else value
        answers.append(SourceAnswer(SourceText(f"{value:f}", "plain"), share / 100, margin=f"{margin:f}"))
    return SourceNumber(tuple(answers))


def _matching(question: SourceQuestion, fields: list[_Field], rules: _Rules) -> SourceBody:
    pairs: list[tuple[SourceText, SourceText]] = []
    for field in fields:
        right = [name for name in field.labels if rules.outcome({field.ident: frozenset({name})})[0] > 0]
        if len(right) != 1:
            question.faults.append("its conditions do not say what belongs together")
            return SourcePairs(())
        pairs.append((field.text, field.labels[right[0]]))
    places = [left.text.strip() for left, _ in pairs]
    if Ordering.instruction in question.prompt.text and places == [str(n) for n in range(1, len(pairs) + 1)]:
        return SourceOrder(tuple(SourceAnswer(right) for _, right in pairs), whole=False)
    keys = {right.text for _, right in pairs}
    extra = {text.text: text for field in fields for text in field.labels.values() if text.text not in keys}
    return SourcePairs(tuple(pairs), tuple(extra.values()))


def _essay(question: SourceQuestion, fields: list[_Field], rules: _Rules) -> SourceBody:
    return SourceEssay()


_BODIES: Final[Mapping[str, Callable[[SourceQuestion, list[_Field], _Rules], SourceBody]]] = {
    "multiple_choice_question": _choices,
    "true_false_question": _choices,
    "multiple_answers_question": _several,
    "short_answer_question": _words,
    "numerical_question": _number,
    "matching_question": _matching,
    "essay_question": _essay,
}


def _guessed(presentation: Element | None) -> str:
    """The type of an item that does not say it, from the place for the answer; other systems than Canvas do so."""
    field = None if presentation is None else next(presentation.iter("response_lid"), None)
    if field is None:
        return "unknown"
    several = (field.get("rcardinality") or "Single").lower() == "multiple"
    return "multiple_answers_question" if several else "multiple_choice_question"


def _fields(presentation: Element) -> Iterator[_Field]:
    for name in ("response_lid", "response_str", "response_num"):
        for node in presentation.iter(name):
            labels = {label.get("ident") or "": _material(label) for label in node.iter("response_label")}
            own = node.find("material")
            yield _Field(node.get("ident") or "", SourceText() if own is None else _material(own), labels)


def _prompt(presentation: Element) -> SourceText:
    """The material in front of the places for answers."""
    for node in presentation.iter():
        if node.tag in ("response_lid", "response_str", "response_num"):
            break
        if node.tag == "mattext":
            return _mattext(node)
    return SourceText()


def _material(node: Element) -> SourceText:
    return next(map(_mattext, node.iter("mattext")), SourceText())


def _mattext(node: Element) -> SourceText:
    plain = (node.get("texttype") or "text/plain").lower() == "text/plain"
    return SourceText("".join(node.itertext()), "plain" if plain else "html")


def _scores(condition: Element) -> float:
    """The percentage that a condition sets or adds, if it holds; 0: none."""
    return max((float(_decimal(change.text) or 0) for change in condition.iter("setvar")), default=0.0)


def _wanted(condition: Element) -> Iterator[str]:
    """What is asked for, and not excluded, by a condition."""
    inner = [condition]
    while inner:
        node = inner.pop()
        if node.tag == "varequal":
            yield (node.text or "").strip()
        elif node.tag != "not":
            inner.extend(node)


def _holds(test: Element, given: Mapping[str, frozenset[str]]) -> bool:
    answers = given.get(test.get("respident") or "", frozenset())
    match test.tag:
        case "other" | "unanswered":
            return test.tag == "other"
        case "not":
            return not any(_holds(part, given) for part in test)
        case "and":
            return all(_holds(part, given) for part in test)
        case "or":
            return any(_holds(part, given) for part in test)
        case "varequal":
            return (test.text or "").strip() in answers
    return False


def _decimal(text: str | None) -> Decimal | None:
    try:
        value = Decimal((text or "").strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value.adjusted()) < 40 else None
