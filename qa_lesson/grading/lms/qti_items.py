"""One question as a QTI 1.2 item of Canvas.

What becomes of the kinds: single is ``multiple_choice_question``, multi ``multiple_answers_question``, numeric
``numerical_question``, text and span ``short_answer_question``. Ordering is ``matching_question``, places to items,
which is what Canvas itself makes of an ordering; code is ``essay_question``, which a person marks.

Elements and identifiers are those of Canvas's own exporter (``lib/cc/qti/qti_items.rb``). The ids of answers are
numbers, because its importer makes up others for those that are not.
"""

from __future__ import annotations

import hashlib
import html
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote
from xml.dom.minidom import Element

from qa_lesson.grading.lms.content import accepted_texts, decimal_text, exact, margin, prompt_html, solution_html
from qa_lesson.grading.lms.markup import element
from qa_lesson.quiz.answering.asked import shuffled_items
from qa_lesson.quiz.bank.models import Code, Multi, Numeric, Ordering, Question, Single, SpanQuestion, Text
from qa_lesson.quiz.pages.markdown import Display, plain_text, render_markdown

_RESPONSE, _RIGHT, _WRONG = "response1", "correct_fb", "general_incorrect_fb"
_KINDS = {
    "single": "multiple_choice_question",
    "multi": "multiple_answers_question",
    "numeric": "numerical_question",
    "text": "short_answer_question",
    "span": "short_answer_question",
    "ordering": "matching_question",
    "code": "essay_question",
}


@dataclass(frozen=True)
class _Body:
    """What differs between kinds.

    Args:
        answer_ids: of the options, or of what is accepted.
        presentation: where the learner answers.
        conditions: what earns points, and which feedback it shows.
        feedback: Markdown by identifier.
    """

    answer_ids: list[str]
    presentation: list[Element]
    conditions: list[Element]
    feedback: dict[str, str]


def item(question: Question, quiz: str) -> Element:
    """The item of a question.

    Args:
        question: of any kind.
        quiz: the name of its quiz, which with the question's id makes the identifiers.
    """
    body = _body(question, quiz)
    feedback = {"general_fb": solution_html(question, equation_image)}
    feedback |= {name: render_markdown(text, equation_image) for name, text in body.feedback.items()}
    conditions = [_condition([element("other")], feedback="general_fb"), *body.conditions]
    if _WRONG in feedback:
        conditions.append(_condition([element("other")], feedback=_WRONG))
    return element(
        "item",
        element("itemmetadata", _metadata(question, quiz, body.answer_ids)),
        element("presentation", _material(prompt_html(question, equation_image)), *body.presentation),
        element("resprocessing", _outcomes(), *conditions),
        *[element("itemfeedback", element("flow_mat", _material(text)), ident=name) for name, text in feedback.items()],
        ident=ident("item", quiz, question.id),
        title=question.id,
    )


def ident(kind: str, *names: str) -> str:
    """An identifier that depends on names alone, of characters that QTI allows."""
    return f"{kind}_{_digest(*names)[:32]}"


def equation_image(latex: str, display: Display) -> str:
    r"""A formula as Canvas keeps it: an image that its server draws, with the LaTeX beside it.

    >>> equation_image("x^2", "inline").split('src="')[1].split('"')[0]
    '/equation_images/x%255E2?scale=1'
    """
    latex = latex.strip()
    text = html.escape(latex)
    place = quote(quote(latex, safe=""), safe="")  # Canvas decodes it twice
    image = (
        f'<img class="equation_image" title="{text}" src="/equation_images/{place}?scale=1" alt="LaTeX: {text}" '
        f'data-equation-content="{text}">'
    )
    return image if display == "inline" else f"<p>{image}</p>"


def _body(question: Question, quiz: str) -> _Body:
    def answer_id(name: str) -> str:
        """Nine digits."""
        return str(10**8 + int(_digest(quiz, question.id, name), 16) % (9 * 10**8))

    match question:
        case Single() | Multi():
            return _choices(question, {option.id: answer_id(option.id) for option in question.options})
        case Numeric():
            return _number(question, answer_id("number"))
        case Text() | SpanQuestion():
            return _words(question, [answer_id(text) for text in accepted_texts(question)])
        case Ordering():
            places = [answer_id(f"place {place}") for place in range(1, len(question.items) + 1)]
            return _places(question, places, {one.id: answer_id(one.id) for one in question.items})
        case Code():
            return _Body([], [_text_field()], [_condition([element("other")], continues=False)], {})


def _choices(question: Single | Multi, ids: dict[str, str]) -> _Body:
    labels = [
        element("response_label", _material(render_markdown(option.text, equation_image)), ident=ids[option.id])
        for option in question.options
    ]
    cardinality = "Single" if isinstance(question, Single) else "Multiple"
    field = element("response_lid", element("render_choice", *labels), ident=_RESPONSE, rcardinality=cardinality)
    if isinstance(question, Single):
        right = [_compare("varequal", ids[question.key])]
    else:
        exactly = [_compare("varequal", ids[one.id]) for one in question.options if one.correct]
        exactly += [element("not", _compare("varequal", ids[one.id])) for one in question.options if not one.correct]
        right = [element("and", *exactly)]
    told = [
        _condition([_compare("varequal", ids[option.id])], feedback=f"{ids[option.id]}_fb")
        for option in question.options
    ]
    feedback = {f"{ids[option.id]}_fb": option.feedback for option in question.options}
    return _Body(list(ids.values()), [field], [*told, _condition(right, scores="100", continues=False)], feedback)


def _number(question: Numeric, answer_id: str) -> _Body:
    answer, reach = exact(question.answer), margin(question, question.answer)
    within = element(
        "and",
        _compare("vargte", decimal_text(answer - reach)),
        _compare("varlte", decimal_text(answer + reach)),
    )
    fits = element("or", _compare("varequal", decimal_text(answer)), within)
    return _typed([answer_id], [fits], question.right, question.otherwise, fibtype="Decimal")


def _words(question: Text | SpanQuestion, ids: list[str]) -> _Body:
    equal = [_compare("varequal", text) for text in accepted_texts(question)]
    return _typed(ids, equal, question.right, question.otherwise)


def _typed(ids: list[str], fits: Sequence[Element], right: str, otherwise: str, **field: str) -> _Body:
    condition = _condition(fits, scores="100", feedback=_RIGHT, continues=False)
    return _Body(ids, [_text_field(**field)], [condition], {_RIGHT: right, _WRONG: otherwise})


def _places(question: Ordering, places: list[str], ids: dict[str, str]) -> _Body:
    texts = {one.id: plain_text(one.text) for one in question.items}  # the menu shows text only
    order = shuffled_items(question, "canvas")
    fields = []
    for number, place in enumerate(places, 1):
        labels = [element("response_label", _material(texts[name], "text/plain"), ident=ids[name]) for name in order]
        choice = element("render_choice", *labels)
        fields.append(element("response_lid", _material(str(number), "text/plain"), choice, ident=f"response_{place}"))
    share = f"{100 / len(places):.2f}"
    conditions = [
        _condition([_compare("varequal", ids[name], f"response_{place}")], scores=share, action="Add")
        for name, place in zip(question.key, places, strict=True)
    ]
    return _Body(places, fields, conditions, {})


def _metadata(question: Question, quiz: str, answer_ids: Sequence[str]) -> Element:
    fields = {
        "question_type": _KINDS[question.kind],
        "points_possible": decimal_text(exact(question.points)),
        "original_answer_ids": ",".join(answer_ids),
        "assessment_question_identifierref": ident("question", quiz, question.id),
    }
    return element(
        "qtimetadata",
        *[
            element("qtimetadatafield", element("fieldlabel", label), element("fieldentry", entry))
            for label, entry in fields.items()
        ],
    )


def _outcomes() -> Element:
    score = element("decvar", maxvalue="100", minvalue="0", varname="SCORE", vartype="Decimal")
    return element("outcomes", score)


def _condition(
    tests: Sequence[Element],
    *,
    scores: str | None = None,
    feedback: str | None = None,
    action: str = "Set",
    continues: bool = True,
) -> Element:
    """When `tests` hold: the score that is set or added, in percent, and the feedback that is shown."""
    parts = [element("conditionvar", *tests)]
    if scores is not None:
        parts.append(element("setvar", scores, action=action, varname="SCORE"))
    if feedback is not None:
        parts.append(element("displayfeedback", feedbacktype="Response", linkrefid=feedback))
    return element("respcondition", *parts, **{"continue": "Yes" if continues else "No"})


def _compare(how: str, value: str, field: str = _RESPONSE) -> Element:
    return element(how, value, respident=field)


def _text_field(**attributes: str) -> Element:
    label = element("response_label", ident="answer1", rshuffle="No")
    return element("response_str", element("render_fib", label, **attributes), ident=_RESPONSE, rcardinality="Single")


def _material(text: str, texttype: str = "text/html") -> Element:
    return element("material", element("mattext", text, texttype=texttype))


def _digest(*names: str) -> str:
    return hashlib.sha256("/".join(names).encode()).hexdigest()
