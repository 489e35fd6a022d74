"""One question as a QTI 1.2 item of Canvas.

What becomes of the forms (`qa_lesson.quiz.kinds.shared.forms`): choices are ``multiple_choice_question`` or
``multiple_answers_question``, a number field is ``numerical_question``, a short answer ``short_answer_question``.
Ordered items are ``matching_question``, places to items, which is what Canvas itself makes of an ordering. An essay is
``essay_question``, which a person marks.

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

from qa_lesson.grading.lms.content import decimal_text, prompt_html, solution_html
from qa_lesson.grading.lms.markup import element
from qa_lesson.quiz.kinds.registry import Question
from qa_lesson.quiz.kinds.shared.forms import Choices, Essay, NumberField, OrderedItems, ShortAnswer, exact
from qa_lesson.quiz.pages.markdown import Display, plain_text, render_markdown

_RESPONSE, _RIGHT, _WRONG = "response1", "correct_fb", "general_incorrect_fb"


@dataclass(frozen=True)
class _Body:
    """What differs between forms.

    Args:
        question_type: Canvas's name for it.
        answer_ids: of the options, or of what is accepted.
        presentation: where the learner answers.
        conditions: what earns points, and which feedback it shows.
        feedback: Markdown by identifier.
    """

    question_type: str
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
        element("itemmetadata", _metadata(question, quiz, body)),
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
    r"""A formula as Canvas keeps it: an image that its server draws, with the LaTeX next to it.

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

    match form := question.form():
        case Choices():
            return _choices(form, {option.id: answer_id(option.id) for option in form.options})
        case NumberField():
            return _number(form, answer_id("number"))
        case ShortAnswer():
            return _words(form, [answer_id(text) for text in form.accepted])
        case OrderedItems():
            places = [answer_id(f"place {place}") for place in range(1, len(form.items) + 1)]
            return _places(form, places, {one.id: answer_id(one.id) for one in form.items})
        case Essay():
            return _Body("essay_question", [], [_text_field()], [_condition([element("other")], continues=False)], {})


def _choices(form: Choices, ids: dict[str, str]) -> _Body:
    labels = [
        element("response_label", _material(render_markdown(option.text, equation_image)), ident=ids[option.id])
        for option in form.options
    ]
    cardinality = "Multiple" if form.several else "Single"
    field = element("response_lid", element("render_choice", *labels), ident=_RESPONSE, rcardinality=cardinality)
    right = [_compare("varequal", ids[one.id]) for one in form.options if one.correct]
    if form.several:
        not_chosen = [element("not", _compare("varequal", ids[one.id])) for one in form.options if not one.correct]
        right = [element("and", *right, *not_chosen)]
    told = [
        _condition([_compare("varequal", ids[option.id])], feedback=f"{ids[option.id]}_fb") for option in form.options
    ]
    return _Body(
        question_type="multiple_answers_question" if form.several else "multiple_choice_question",
        answer_ids=list(ids.values()),
        presentation=[field],
        conditions=[*told, _condition(right, scores="100", continues=False)],
        feedback={f"{ids[option.id]}_fb": option.feedback for option in form.options},
    )


def _number(form: NumberField, answer_id: str) -> _Body:
    within = element(
        "and",
        _compare("vargte", decimal_text(form.answer - form.margin)),
        _compare("varlte", decimal_text(form.answer + form.margin)),
    )
    fits = element("or", _compare("varequal", decimal_text(form.answer)), within)
    return _typed("numerical_question", [answer_id], [fits], form, fibtype="Decimal")


def _words(form: ShortAnswer, ids: list[str]) -> _Body:
    equal = [_compare("varequal", text) for text in form.accepted]
    return _typed("short_answer_question", ids, equal, form)


def _typed(
    question_type: str, ids: list[str], fits: Sequence[Element], form: NumberField | ShortAnswer, **field: str
) -> _Body:
    condition = _condition(fits, scores="100", feedback=_RIGHT, continues=False)
    feedback = {_RIGHT: form.right, _WRONG: form.otherwise}
    return _Body(question_type, ids, [_text_field(**field)], [condition], feedback)


def _places(form: OrderedItems, places: list[str], ids: dict[str, str]) -> _Body:
    texts = {one.id: plain_text(one.text) for one in form.items}  # the menu shows text only
    fields = []
    for number, place in enumerate(places, 1):
        labels = [
            element("response_label", _material(texts[name], "text/plain"), ident=ids[name]) for name in form.offered
        ]
        choice = element("render_choice", *labels)
        fields.append(element("response_lid", _material(str(number), "text/plain"), choice, ident=f"response_{place}"))
    share = f"{100 / len(places):.2f}"
    conditions = [
        _condition([_compare("varequal", ids[one.id], f"response_{place}")], scores=share, action="Add")
        for one, place in zip(form.items, places, strict=True)
    ]
    return _Body("matching_question", places, fields, conditions, {})


def _metadata(question: Question, quiz: str, body: _Body) -> Element:
    fields = {
        "question_type": body.question_type,
        "points_possible": decimal_text(exact(question.points)),
        "original_answer_ids": ",".join(body.answer_ids),
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
