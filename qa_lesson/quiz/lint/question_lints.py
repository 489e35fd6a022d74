"""What is poor about one question, though it could be asked: each lint yields what is wrong and what to do."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from qa_lesson.errors import ResponseError, shorten
from qa_lesson.metrics import exact_match
from qa_lesson.quiz.answering.marking import comparable_text, parse_number
from qa_lesson.quiz.answering.running import complaint, fill, same_code
from qa_lesson.quiz.bank.models import BLANK, Code, Multi, Numeric, Ordering, Question, Single, SpanQuestion, Text
from qa_lesson.quiz.lint.recompute import RecomputeError, recompute

Lint = Iterator[tuple[str, str]]

_SHORTEST_FEEDBACK = 15
_TELLTALE = re.compile(r"(.*-)?(in)?correct(-.*)?|(the-)?(answer|false|key|right|true|wrong)(-\d+)?")
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
_CODE_SPAN = re.compile(r"(?s)(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)")
_NUMBER = re.compile(r"(?<![\w.,/])-?\d+(?:[.,]\d+)?(?:/\d+)?(?: ?%)?(?![\w/])")


def question_lints(question: Question) -> Lint:
    """Everything that is wrong with `question` taken alone."""
    yield from _markdown(question)
    yield from _feedback(question)
    yield from _hints(question)
    match question:
        case Single() | Multi():
            yield from _choices(question)
        case Numeric():
            yield from _number(question)
        case Text():
            yield from _text(question)
        case SpanQuestion():
            yield from _span(question)
        case Ordering():
            yield from _ordering(question)
        case Code():
            yield from _code(question)


def prose(question: Question) -> Iterator[tuple[str, str]]:
    """Every Markdown text of `question` with its place: what learners may read, before or after answering."""
    yield "prompt", question.prompt
    for name in ("hints", "steps", "mistakes"):
        for position, text in enumerate(getattr(question, name), start=1):
            yield f"{name.removesuffix('s')} {position}", text
    yield "quick_check", question.quick_check
    if isinstance(question, Single | Multi):
        for option in question.options:
            yield f"option {option.id}", option.text
    if isinstance(question, Ordering):
        for item in question.items:
            yield f"item {item.id}", item.text
    for place, text in _feedbacks(question):
        yield f"feedback of {place}", text


def _feedbacks(question: Question) -> Iterator[tuple[str, str]]:
    if isinstance(question, Single | Multi):
        yield from ((f"option {option.id}", option.feedback) for option in question.options)
        return
    if isinstance(question, Ordering):
        yield from ((f"item {item.id}", item.feedback) for item in question.items)
    else:
        for position, wrong in enumerate(question.wrong, start=1):
            yield f"wrong {position}", wrong.feedback
    yield "right", question.right
    yield "otherwise", question.otherwise


def _markdown(question: Question) -> Lint:
    for place, text in prose(question):
        fences = len(re.findall(r"(?m)^\s*```", text))
        if fences % 2:
            yield f"{place}: a code fence ``` is not closed", "close it, or what follows is shown as code"
            continue
        words = re.sub(r"(?ms)^\s*```.*?^\s*```", "", text).replace(r"\`", "")
        words = _CODE_SPAN.sub("", words)
        if "`" in words:
            yield f"{place}: a backtick is not closed", "put code between two backticks"
        elif len(re.findall(r"(?<!\\)\$", words)) % 2:
            yield f"{place}: the number of $ is odd", r"put formulas between two $; write a plain dollar sign as \$"


def _feedback(question: Question) -> Lint:
    seen: dict[str, str] = {}
    for place, text in _feedbacks(question):
        plain = _plain(text)
        if len(plain) < _SHORTEST_FEEDBACK:
            yield f"the feedback of {place} says little: {text!r}", "say why, and what it would take to be right"
        elif plain in seen:
            yield f"{seen[plain]} and {place} have the same feedback", "say what is special about each"
        seen.setdefault(plain, place)
    if isinstance(question, Single | Multi):
        for option in question.options:
            if _plain(option.text) == _plain(option.feedback):
                yield f"the feedback of option {option.id} repeats the option", "say why it is right or wrong"


def _hints(question: Question) -> Lint:
    giveaways = list(_giveaways(question))
    for position, hint in enumerate(question.hints, start=1):
        plain = _plain(hint)
        for text in giveaways:
            if re.search(rf"(?<!\w){re.escape(text)}(?!\w)", plain):
                yield f"hint {position} holds the answer {text!r}", "hint at the way there, not at the answer"
        if isinstance(question, Numeric):
            in_prompt = set(_numbers(question.prompt, question.unit))
            given_away = [n for n in _numbers(hint, question.unit) if question.accepts(n) and n not in in_prompt]
            if given_away:
                yield f"hint {position} holds the answer {given_away[0]:g}", "hint at the way there, not at the answer"
    if repeated := _repeated(question.hints):
        yield f"two hints are the same: {shorten(repeated)}", "let each give a little more away"


def _giveaways(question: Question) -> Iterator[str]:
    """Texts that give the answer away in a hint; very short ones stand in any sentence."""
    match question:
        case Single() | Multi():
            texts: Iterable[str] = (option.text for option in question.options if option.correct)
        case Text():
            texts = question.accept
        case SpanQuestion():
            texts = question.answers
        case Code():
            texts = (question.answer,)
        case _:
            texts = ()
    told = _plain(question.prompt)
    return (plain for text in texts if len(plain := _plain(text)) >= 3 and plain not in told)


def _numbers(text: str, unit: str) -> Iterator[float]:
    for found in _NUMBER.findall(text):
        try:
            yield parse_number(found, unit)
        except ResponseError:
            continue


def _choices(question: Single | Multi) -> Lint:
    if repeated := _repeated(option.text for option in question.options):
        yield f"two options read the same: {shorten(repeated)}", "let the options differ"
    for option in question.options:
        if _TELLTALE.fullmatch(option.id):
            yield f"the option id {option.id} tells about being right", "name what the option says"


def _number(question: Numeric) -> Lint:
    if question.unit == "fraction" and abs(question.answer) > 1:
        yield f"the unit is fraction and the answer {question.answer:g}", "give a fraction, or the unit percent"
    if question.tolerance.rel is not None and question.answer == 0:
        yield "a relative tolerance around 0 is none", "use abs"
    for wrong in question.wrong:
        if question.accepts(wrong.value):
            fix = "give another value, or narrow the tolerance"
            yield f"the wrong value {wrong.value:g} is within the tolerance of the answer {question.answer:g}", fix
    if repeated := _repeated(str(wrong.value) for wrong in question.wrong):
        yield f"the wrong value {repeated} stands twice", "remove one of them"
    if question.recompute is None:
        return
    try:
        value = recompute(question.recompute)
    except RecomputeError as error:
        yield f"recompute cannot be evaluated: {error}", "mend the expression, or say why with no_recompute"
        return
    # a key rounded too much would move the whole window of accepted answers
    window = question.tolerance.abs if question.tolerance.abs is not None else question.tolerance.rel or 0.0
    window *= 1 if question.tolerance.abs is not None else abs(value)
    if abs(value - question.answer) > max(window / 5, 1e-9 * max(1.0, abs(value))):
        yield f"the answer is {question.answer:g}, recompute gives {value:.7g}", f"write answer: {value:.7g}"


def _text(question: Text) -> Lint:
    accepted = [comparable_text(text, question.case_sensitive) for text in question.accept]
    wrong = [comparable_text(entry.text, question.case_sensitive) for entry in question.wrong]
    if "" in accepted + wrong:
        yield "an accepted or wrong text has no word", "write the word a learner would type"
    for text in sorted(set(accepted) & set(wrong)):
        yield f"{text!r} is both accepted and wrong", "remove it from one of the lists"
    if repeated := _repeated(accepted) or _repeated(wrong):
        yield f"{repeated!r} stands twice, for capitals, spaces and quotes do not count", "remove one of them"


def _span(question: SpanQuestion) -> Lint:
    for wrong in question.wrong:
        if any(exact_match(wrong.text, answer) for answer in question.answers):
            yield (
                f"the wrong span {wrong.text!r} equals an answer after normalisation",
                "remove it from one of the lists",
            )
    if repeated := _repeated(question.answers):
        yield f"the answer {repeated!r} stands twice", "remove one of them"


def _ordering(question: Ordering) -> Lint:
    if repeated := _repeated(item.text for item in question.items):
        yield f"two items read the same: {shorten(repeated)}", "let the items differ, or the order is not clear"
    places = [_place(item.id) for item in question.items]
    known = [place for place in places if place is not None]
    if len(known) == len(places) and known == sorted(known):
        ids = ", ".join(item.id for item in question.items)
        yield f"the item ids give the order away: {ids}", "name what each item says"


def _place(item_id: str) -> int | None:
    number = re.search(r"\d+", item_id)
    if number:
        return int(number.group())
    ordinal = next((word for word in item_id.split("-") if word in _ORDINALS), None)
    return _ORDINALS.index(ordinal) if ordinal else None


def _code(question: Code) -> Lint:
    if question.answer.strip() in question.template.replace(BLANK, "") and len(question.answer.strip()) > 3:
        yield "the answer stands in the template", "let the learner write something new"
    try:
        asserts = [node for node in ast.walk(ast.parse(question.check)) if isinstance(node, ast.Assert)]
    except SyntaxError as error:
        yield f"the check is no Python: {error.msg} in line {error.lineno}", "mend it"
        return
    if not asserts:
        yield "the check asserts nothing", "assert what the filled template must give"
    for node in asserts:
        if node.msg is None:
            yield f"an assert has no message for the learner: {ast.unparse(node)}", 'add one: assert ..., "recall ..."'
    right = fill(question.template, question.answer)
    try:
        if (told := complaint(right, question.check)) is not None:
            yield f"the answer does not pass its own check: {told}", "mend the answer or the check"
    except ResponseError as error:
        yield f"the answer does not run: {error.what}", "mend the template or the answer"
        return
    for position, wrong in enumerate(question.wrong, start=1):
        filled = fill(question.template, wrong.code)
        try:
            if complaint(filled, question.check) is None:
                yield f"wrong {position} passes the check: {wrong.code}", "add an assert that it fails"
        except ResponseError as error:
            yield f"wrong {position} does not run: {error.what}", "foresee code that Python can read"
        if any(same_code(filled, fill(question.template, other.code)) for other in question.wrong[: position - 1]):
            yield f"wrong {position} is the same code as one before it", "remove one of them"


def _plain(text: str) -> str:
    return " ".join(text.replace("`", "").casefold().split()).rstrip(".")


def _repeated(texts: Iterable[str]) -> str:
    """The first text that stands there twice, white space, capitals and backticks aside; empty if none does."""
    return next((text for text, n in Counter(map(_plain, texts)).items() if n > 1), "")
