"""A question of another system as the fields of one of ours: faithfully, or with the reason why not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import ValidationError

from qa_lesson.errors import counted
from qa_lesson.grading.lms.reading import formula_answers, typed_answers
from qa_lesson.grading.lms.reading.naming import QuestionIds, option_ids, slug_of
from qa_lesson.grading.lms.reading.own_layout import OwnPrompt, OwnSolution, own_prompt, own_solution
from qa_lesson.grading.lms.reading.source_questions import (
    SourceChoices,
    SourceEssay,
    SourceFormula,
    SourceNumber,
    SourceOrder,
    SourcePairs,
    SourceQuestion,
    SourceStatement,
    SourceText,
    SourceTyped,
)
from qa_lesson.grading.lms.reading.source_texts import UnwritableError, markdown_of, plain_words
from qa_lesson.quiz.bank.models import QuizFile
from qa_lesson.quiz.kinds.choices import ChoiceQuestion
from qa_lesson.quiz.kinds.code import Code
from qa_lesson.quiz.pages.markdown import plain_text

_ESSAY: Final = "free_text"
_MOST_OPTIONS: Final = 12
_MOST_POINTS: Final = 100
_MOST_HINTS: Final = 3
_NEAR: Final = 0.01  # shares are rounded to whole percents at worst
_NOTHING_SAID: Final = frozenset(
    {
        "Your answer is correct.", "Your answer is partially correct.", "Your answer is incorrect.",
        "Die Antwort ist richtig.", "Die Antwort ist teilweise richtig.", "Die Antwort ist falsch.",
        "Respuesta correcta", "Respuesta parcialmente correcta.", "Respuesta incorrecta.",
        "Votre réponse est correcte.", "Votre réponse est partiellement correcte.", "Votre réponse est incorrecte.",
    }
)  # fmt: skip


class UnconvertibleError(Exception):
    """A question cannot be converted; the message is the reason, in plain words."""


@dataclass
class ConvertedQuestion:
    """What became of one question.

    Args:
        source: the question.
        questions: the fields of ours: one, several for a matching question, none if it cannot be converted.
        faults: why it cannot be.
        lost: what ours do not have.
    """

    source: SourceQuestion
    questions: list[dict[str, Any]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


def convert_question(source: SourceQuestion, ids: QuestionIds) -> ConvertedQuestion:
    """Convert one question. Nothing of it is ever run.

    Args:
        source: the question.
        ids: gives the ids.
    """
    found = ConvertedQuestion(source, faults=list(source.faults), lost=list(source.lost))
    if found.faults:
        return found
    try:
        found.questions = _Conversion(source, found.lost).questions(ids)
        for question in found.questions:
            _check(question)
    except (UnconvertibleError, UnwritableError) as error:
        found.faults, found.questions = [str(error)], []
    except (RecursionError, MemoryError):
        found.faults, found.questions = ["it is nested too deeply"], []
    found.lost = list(dict.fromkeys(found.lost))
    return found


class _Conversion:
    """One question on its way; `lost` grows."""

    def __init__(self, source: SourceQuestion, lost: list[str]) -> None:
        self.source, self.lost = source, lost
        self.own: OwnPrompt | None = own_prompt(source.prompt)

    def questions(self, ids: QuestionIds) -> list[dict[str, Any]]:
        source = self.source
        prompt = self.text(source.prompt if self.own is None else self.own.prompt)
        if not prompt:
            raise UnconvertibleError("it has no text")
        points = 1.0 if source.points is None else source.points
        if not 0 < points <= _MOST_POINTS:
            raise UnconvertibleError(f"it is worth {points:g} points; here it is above 0, and at most {_MOST_POINTS}")
        solution = own_solution(source.general)
        common: dict[str, Any] = {"points": _number(points), "prompt": prompt, **self.explanations(solution)}
        difficulty = [tag for tag in source.tags if tag in ("easy", "medium", "hard")]
        if len(difficulty) == 1:
            common["difficulty"] = difficulty[0]
        others = [tag for tag in source.tags if tag not in difficulty]
        if self.own is not None and len(others) == 1 and slug_of(others[0], len(others[0])) == others[0]:
            common["objective"] = others[0]  # our exports write it as a tag
        elif others:
            self.lost.append(f"tags: {', '.join(others)}")
        wishes = (source.identifier, source.name)
        if isinstance(source.body, SourcePairs):
            parts = self.pairs(source.body, common)
            name = ids.take(wishes, source.number)
            return [
                {"id": ids.take([f"{name} part {place}"], source.number), **part} for place, part in enumerate(parts, 1)
            ]
        fields = common | self.fields(solution, prompt)
        return [{"id": ids.take(wishes, source.number), **fields}]

    def fields(self, solution: OwnSolution | None, prompt: str) -> dict[str, Any]:
        """What only this kind has."""
        match self.source.body:
            case SourceChoices() as body:
                self.whole_feedback()
                return self.choices(body)
            case SourceStatement() as body:
                self.whole_feedback()
                return self.statement(body)
            case SourceTyped() as body:
                return self.told_as_a_whole() | typed_answers.typed(body, self.own, self.text, self.lost)
            case SourceNumber() as body:
                return self.told_as_a_whole() | typed_answers.number(body, self.own, self.text, self.lost)
            case SourceFormula() as body:
                return self.told_as_a_whole() | formula_answers.computed(body, prompt, self.text, self.lost)
            case SourceOrder() as body:
                return self.order(body, solution)
            case SourceEssay() as body:
                return self.essay(body, solution)
        raise UnconvertibleError(f"there is no kind of question like {self.source.type} here")

    def text(self, source: SourceText) -> str:
        """Markdown; what gets lost is noted."""
        written = markdown_of(source)
        self.lost.extend(written.lost)
        return written.markdown

    def whole_feedback(self) -> None:
        """Combined feedback, which our choices and fields say answer by answer."""
        for text in (self.source.right, self.source.otherwise):
            words = plain_words(text)
            if words and words not in _NOTHING_SAID:
                self.lost.append(f"feedback on the question as a whole: {words[:60]}")

    def told_as_a_whole(self) -> dict[str, str]:
        """Combined feedback, where ours has it too."""
        texts = {"right": self.source.right, "otherwise": self.source.otherwise}
        told = {name: self.text(text) for name, text in texts.items() if plain_words(text) not in _NOTHING_SAID}
        return {name: text for name, text in told.items() if text}

    def explanations(self, solution: OwnSolution | None) -> dict[str, Any]:
        """Hints, steps and what else explains the question."""
        found: dict[str, Any] = {}
        hints = [text for text in map(self.text, self.source.hints) if text]
        if len(hints) > _MOST_HINTS:
            self.lost.append(f"hints beyond the {_MOST_HINTS}rd")
        if hints:
            found["hints"] = hints[:_MOST_HINTS]
        if solution is None:
            if general := self.text(self.source.general):
                found["steps"] = [general]
            return found
        parts = {
            "steps": [self.text(SourceText(text)) for text in solution.steps],
            "quick_check": self.text(SourceText(solution.quick_check)),
            "mistakes": [" ".join(self.text(SourceText(text)).split()) for text in solution.mistakes],
        }
        return found | {name: value for name, value in parts.items() if value}

    def choices(self, body: SourceChoices) -> dict[str, Any]:
        texts = [self.text(answer.text) for answer in body.answers]
        shares = [answer.share for answer in body.answers]
        right = self.several_right(shares) if body.several else self.one_right(shares)
        return {
            "kind": "multi" if body.several else "single",
            "options": self.options(texts, right, [self.text(answer.feedback) for answer in body.answers]),
        }

    def one_right(self, shares: list[float]) -> list[bool]:
        right = [share > 1 - _NEAR for share in shares]
        if part := [share for share in shares if 0 < share <= 1 - _NEAR]:
            told = ", ".join(f"{100 * share:g}%" for share in part)
            raise UnconvertibleError(f"an option earns a part of the points ({told}); here an option is right or wrong")
        if sum(right) != 1:
            raise UnconvertibleError(f"{sum(right)} options earn all points; a single choice has one right option")
        if any(share < 0 for share in shares):
            self.lost.append("a wrong choice costs points there, and none here")
        return right

    def several_right(self, shares: list[float]) -> list[bool]:
        right = [share > 0 for share in shares]
        n_right = sum(right)
        if n_right == 0 or n_right == len(right):
            raise UnconvertibleError("all of its options are right, or none is")
        total = sum(share for share in shares if share > 0)
        if abs(total - 1) > 3 * _NEAR:
            raise UnconvertibleError(f"its right options earn {100 * total:.0f}% together, and not 100%")
        if any(abs(share - 1 / n_right) > _NEAR for share in shares if share > 0):
            self.lost.append("weights of the right options: here each counts the same")
        wrong = sorted({round(100 * share) for share in shares if share <= 0})
        if any(abs(share / 100 + 1 / n_right) > _NEAR for share in wrong):
            told = ", ".join(f"{share}%" for share in wrong)
            self.lost.append(f"what wrong options cost ({told}): here each undoes one right option")
        return right

    def options(self, texts: list[str], right: list[bool], feedback: list[str]) -> list[dict[str, Any]]:
        _check_number(len(texts), "option")
        if not all(texts):
            raise UnconvertibleError("an option of it has no text")
        found = []
        for name, text, correct, told in zip(option_ids(texts), texts, right, feedback, strict=True):
            option: dict[str, Any] = {"id": name, "text": text}
            found.append(option | ({"correct": True} if correct else {}) | ({"feedback": told} if told else {}))
        return found

    def statement(self, body: SourceStatement) -> dict[str, Any]:
        options = []
        for name, text, correct, told in (
            ("holds", "True", body.is_true, self.text(body.on_true)),
            ("does-not-hold", "False", not body.is_true, self.text(body.on_false)),
        ):
            option: dict[str, Any] = {"id": name, "text": text}
            options.append(option | ({"correct": True} if correct else {}) | ({"feedback": told} if told else {}))
        return {"kind": "single", "options": options}

    def pairs(self, body: SourcePairs, common: dict[str, Any]) -> list[dict[str, Any]]:
        """A single choice for each pair, which is worth its share of the points as there."""
        self.whole_feedback()
        offered = list(dict.fromkeys(self.text(text) for text in [*(right for _, right in body.pairs), *body.extra]))
        n = len(body.pairs)
        if n == 0:
            raise UnconvertibleError("it has no pairs")
        points = round(common["points"] / n, 4)
        self.lost.append(f"it became {n} questions of {points:g} points, one for each pair")
        parts = []
        for left, right in body.pairs:
            asked, key = self.text(left), self.text(right)
            if not asked:
                raise UnconvertibleError("what is to be matched has no text")
            options = self.options(offered, [text == key for text in offered], [""] * len(offered))
            prompt = f"{common['prompt']}\n\n{asked}"
            parts.append(common | {"kind": "single", "points": _number(points), "prompt": prompt, "options": options})
        return parts

    def order(self, body: SourceOrder, solution: OwnSolution | None) -> dict[str, Any]:
        _check_number(len(body.items), "item")
        if not body.whole:
            self.lost.append("points for a part of the order: here the whole order counts")
        texts = [self.text(item.text) for item in body.items]
        told = [self.text(item.feedback) for item in body.items]
        if not any(told) and solution is not None and len(solution.items) == len(texts):
            parts = [self.text(SourceText(text)).partition("\n\n") for text in solution.items]
            if [plain_text(first) for first, _, _ in parts] == [plain_text(text) for text in texts]:
                texts, told = [first for first, _, _ in parts], [rest for _, _, rest in parts]
        items = [
            {"id": name, "text": text} | ({"feedback": feedback} if feedback else {})
            for name, text, feedback in zip(option_ids(texts), texts, told, strict=True)
        ]
        return {"kind": "ordering", "items": items, **self.told_as_a_whole()}

    def essay(self, body: SourceEssay, solution: OwnSolution | None) -> dict[str, Any]:
        """An answer that a person marks, as a whole: no other system's rubric is in these files."""
        notes = own_solution(body.marking)
        told = notes or solution
        shown = body.marking if told is None else SourceText(told.solution)
        model = self.text(shown)
        if not model:
            model = "The source has no model answer."
            self.lost.append("a model answer, which it does not have: write one")
        if self.own is not None and self.own.instruction == Code.instruction:
            self.lost.append("that it is code: here a person marks it, because imported code is never run")
        elif self.own is not None and told is not None and (rubric := self.rubric(told)):
            return {"kind": _ESSAY, "model_answer": model, "rubric": rubric}
        points = 1.0 if self.source.points is None else self.source.points
        levels = [{"points": 0, "text": "Not met"}, {"points": _number(points), "text": "Met in full"}]
        criterion = {"id": "whole", "text": "The answer as a whole", "levels": levels}
        return {"kind": _ESSAY, "model_answer": model, "rubric": [criterion]}

    def rubric(self, told: OwnSolution) -> list[dict[str, Any]]:
        """The rubric that our own export wrote for the marker; empty: it wrote none."""
        texts = [self.text(SourceText(text)) for text, _ in told.rubric]
        return [
            {
                "id": name,
                "text": text,
                "levels": [
                    {"points": _number(points), "text": self.text(SourceText(level))} for points, level in inner
                ],
            }
            for name, text, (_, inner) in zip(option_ids(texts), texts, told.rubric, strict=True)
        ]


def _check_number(n: int, what: str) -> None:
    if not 2 <= n <= _MOST_OPTIONS:
        raise UnconvertibleError(f"it has {counted(n, what)}; here there are 2 to {_MOST_OPTIONS}")


def _check(question: dict[str, Any]) -> None:
    """Refuse what our own models and lints of keys refuse. Only kinds whose check runs nothing are ever made."""
    try:
        about = {"title": "-", "graded": True, "objectives": {question.get("objective", "none"): "-"}}
        file = QuizFile.model_validate({**about, "questions": [question]})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(step) for step in first["loc"][3:])
        raise UnconvertibleError(f"{place}: {first['msg']}".removeprefix(": ")) from error
    (made,) = file.questions
    fault = next(iter(made.key_faults()), None)
    if fault is not None:
        raise UnconvertibleError(f"its key would not be right: {fault[0]}")
    if isinstance(made, ChoiceQuestion) and len({option.id for option in made.options}) != len(made.options):
        raise UnconvertibleError("two options have one id")


def _number(value: float) -> float | int:
    return int(value) if float(value).is_integer() else value
