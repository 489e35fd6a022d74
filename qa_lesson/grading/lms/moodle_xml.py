r"""Questions as Moodle XML.

What becomes of the forms (`qa_lesson.quiz.kinds.shared.forms`): choices are ``multichoice``, a number field is
``numerical``, a short answer is ``shortanswer``, ordered items are ``ordering`` (part of Moodle from 4.4 on), and an
essay is ``essay``, which a person marks with the solution next to it.

Elements and their values are those that Moodle's own importer reads (``question/format/xml/format.php`` and
``question/type/ordering/questiontype.php``). Formulas stand between ``\(`` and ``\)``, as its filters for TeX and
MathJax expect them.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from xml.dom.minidom import Element

from qa_lesson.grading.lms.content import (
    check_quizzes,
    code_html,
    decimal_text,
    essay_solution,
    prompt_html,
    rubric_html,
    solution_html,
)
from qa_lesson.grading.lms.markup import Html, document, element
from qa_lesson.quiz.bank.models import Quiz
from qa_lesson.quiz.kinds.registry import Question
from qa_lesson.quiz.kinds.shared.forms import Choices, Essay, Form, NumberField, OrderedItems, ShortAnswer, exact
from qa_lesson.quiz.pages.markdown import Display, render_markdown
from qa_lesson.storage import write_atomically

_TOP = "$course$/top/QA fine-tuning"
_NO_UNITS = "3"  # Moodle: the field takes a number alone


def export_moodle(path: str | Path, quizzes: Sequence[Quiz]) -> Path:
    """Write quizzes as one Moodle XML file, each into a category of its own.

    Args:
        path: of the file.
        quizzes: pools (placement, mastery) give all of their questions.

    Raises:
        ConfigError: two quizzes have the same name.
        BankError: a text holds a character that XML cannot.
        StorageError: the file cannot be written; what was there before is untouched.
    """
    return write_atomically(path, moodle_xml(quizzes).decode("utf-8"))


def moodle_xml(quizzes: Sequence[Quiz]) -> bytes:
    """The Moodle XML file of quizzes, as `export_moodle` writes it; the same quizzes give the same bytes.

    Raises:
        ConfigError, BankError: as `export_moodle`.
    """
    check_quizzes(quizzes)
    nodes = []
    for quiz in quizzes:
        nodes.append(_category(quiz))
        nodes += [_question(question) for question in quiz.questions]
    return document(element("quiz", *nodes))


def tex_formula(latex: str, display: Display) -> str:
    r"""A formula between the marks that Moodle's filters look for.

    >>> tex_formula("x < 3", "inline")
    '\\(x &lt; 3\\)'
    """
    left, right = (r"\(", r"\)") if display == "inline" else (r"\[", r"\]")
    return f"{left}{html.escape(latex.strip(), quote=False)}{right}"


def fraction_text(share: float) -> str:
    """A share as Moodle's percentage; its importer knows a third as 33.33333.

    >>> fraction_text(1 / 3), fraction_text(-0.5), fraction_text(1)
    ('33.33333', '-50', '100')
    """
    return f"{100 * share:.5f}".rstrip("0").rstrip(".")


def _category(quiz: Quiz) -> Element:
    name = f"{quiz.name}: {quiz.title}".replace("/", "//")  # a single slash would begin a category below it
    return element(
        "question", element("category", element("text", f"{_TOP}/{name}")), _html("info", ""), type="category"
    )


def _question(question: Question) -> Element:
    form = question.form()
    kind, *parts = _of_form(form)
    tries = len(question.hints) + 1
    return element(
        "question",
        element("name", element("text", question.id)),
        _html("questiontext", prompt_html(question, tex_formula)),
        _html("generalfeedback", solution_html(question, tex_formula)),
        element("defaultgrade", decimal_text(exact(question.points))),
        element("penalty", f"{1 / tries:.7f}".rstrip("0")),  # so that the last try is not worth nothing
        element("hidden", "0"),
        element("idnumber", question.id),
        *parts,
        *[_hint(hint, shows_number=isinstance(form, Choices) and form.several) for hint in question.hints],
        element("tags", *[element("tag", element("text", tag)) for tag in (question.objective, question.difficulty)]),
        type=str(kind),
    )


def _of_form(form: Form) -> tuple[str | Element, ...]:
    """The name of Moodle's question type, and the elements that only this type has."""
    match form:
        case Choices():
            return ("multichoice", *_multichoice(form))
        case NumberField():
            return ("numerical", *_numerical(form))
        case ShortAnswer():
            return ("shortanswer", *_shortanswer(form))
        case OrderedItems():
            return ("ordering", *_ordering(form))
        case Essay():
            return ("essay", *_essay(form))


def _multichoice(form: Choices) -> list[Element]:
    n_right = sum(option.correct for option in form.options)
    wrong = -1 / n_right if form.several else 0.0  # as our own marking: a wrong one undoes a right one
    return [
        element("single", "false" if form.several else "true"),
        element("shuffleanswers", "true"),
        element("answernumbering", "none"),
        element("showstandardinstruction", "0"),  # the prompt says it already
        *_combined_feedback(),
        *([element("shownumcorrect")] if form.several else []),
        *[
            _answer(
                1 / n_right if option.correct else wrong,
                Html(_rendered(option.text)),
                _rendered(option.feedback),
                format="html",
            )
            for option in form.options
        ],
    ]


def _numerical(form: NumberField) -> list[Element]:
    answers = [_number(1, form.answer, form.margin, form.right)]
    for wrong in form.wrong:  # Moodle takes the first that fits, we the nearest: so none reaches past halfway
        halfway = [abs(wrong.value - other.value) / 2 for other in form.wrong if other is not wrong]
        answers.append(_number(0, wrong.value, min([wrong.margin, *halfway]), wrong.feedback))
    anything_else = _answer(0, "*", _rendered(form.otherwise))
    anything_else.appendChild(element("tolerance", "0"))
    return [
        *answers,
        anything_else,
        element("unitgradingtype", "0"),
        element("unitpenalty", "0.1"),
        element("showunits", _NO_UNITS),
        element("unitsleft", "0"),
    ]


def _number(share: float, value: Decimal, tolerance: Decimal, feedback: str) -> Element:
    node = _answer(share, decimal_text(value), _rendered(feedback))
    node.appendChild(element("tolerance", decimal_text(tolerance)))
    return node


def _shortanswer(form: ShortAnswer) -> list[Element]:
    return [
        element("usecase", "1" if form.case_sensitive else "0"),
        *[_answer(1, _literal(text), _rendered(form.right)) for text in form.accepted],
        *[_answer(0, _literal(text), _rendered(feedback)) for text, feedback in form.wrong],
        _answer(0, "*", _rendered(form.otherwise)),
    ]


def _literal(text: str) -> str:
    """A text to be matched as it is: a bare asterisk would match anything."""
    return text.replace("*", r"\*")


def _ordering(form: OrderedItems) -> list[Element]:
    return [
        element("layouttype", "VERTICAL"),
        element("selecttype", "ALL"),
        element("selectcount", str(len(form.items))),
        element("gradingtype", "ALL_OR_NOTHING"),
        element("showgrading", "SHOW"),
        element("numberingstyle", "none"),
        *_combined_feedback(_rendered(form.right), _rendered(form.otherwise)),
        *[
            element(
                "answer",
                element("text", Html(_rendered(item.text))),
                _html("feedback", _rendered(item.feedback)),
                fraction=f"{place}.0000000",  # here it is the place in the right order
                format="html",
            )
            for place, item in enumerate(form.items, 1)
        ],
    ]


def _essay(form: Essay) -> list[Element]:
    checks = f"<p>It is right if these checks pass after it:</p>{code_html(form.checks)}" if form.checks else ""
    rubric = f"<p>It is judged by:</p>{rubric_html(form.rubric, tex_formula)}" if form.rubric else ""
    told = [("If it is right:", form.right), ("If not:", form.otherwise)]
    marking = (
        f"<p>One way to write it:</p>{essay_solution(form, tex_formula)}{checks}{rubric}"
        f"{''.join(f'<p>{when}</p>{_rendered(text)}' for when, text in told if text)}"
    )
    return [
        element("responseformat", "plain" if form.prose else "monospaced"),
        element("responserequired", "1"),
        element("responsefieldlines", str(form.lines)),
        element("attachments", "0"),
        element("attachmentsrequired", "0"),
        _html("graderinfo", marking),
        _html("responsetemplate", ""),
    ]


def _combined_feedback(right: str = "", wrong: str = "") -> list[Element]:
    return [
        _html("correctfeedback", right),
        _html("partiallycorrectfeedback", wrong),
        _html("incorrectfeedback", wrong),
    ]


def _hint(hint: str, *, shows_number: bool) -> Element:
    """A hint, and whether Moodle tells with it how many of the chosen options are right."""
    node = _html("hint", _rendered(hint))
    if shows_number:
        node.appendChild(element("shownumcorrect"))
    return node


def _answer(share: float, text: str, feedback: str, **attributes: str) -> Element:
    return element(
        "answer", element("text", text), _html("feedback", feedback), fraction=fraction_text(share), **attributes
    )


def _html(tag: str, content: str) -> Element:
    return element(tag, element("text", *([Html(content)] if content else [])), format="html")


def _rendered(markdown: str) -> str:
    return render_markdown(markdown, tex_formula)
