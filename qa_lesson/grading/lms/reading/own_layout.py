"""What this package's own exports write around a question, taken off again when it comes back."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from bs4.element import PageElement, Tag

from qa_lesson.grading.lms.reading.source_questions import SourceText
from qa_lesson.grading.lms.reading.source_texts import parse_html
from qa_lesson.quiz.kinds.registry import CLASSES
from qa_lesson.quiz.kinds.span import SpanQuestion

_INSTRUCTIONS: Final = frozenset(kind.instruction for kind in CLASSES)
_COUNTED: Final = re.compile(r"Type a number only; it is counted in: (.+)\.")
_POINTS: Final = re.compile(r"\d+(\.\d+)?")
_PARTS: Final = {
    "Step by step:": "steps",
    "In short:": "quick_check",
    "Common mistakes:": "mistakes",
    "One way to write it:": "solution",
    "In this order:": "items",
    "It is right if these checks pass after it:": "check",
    "If it is right:": "right",
    "If not:": "otherwise",
    "It is judged by:": "rubric",
}


@dataclass(frozen=True)
class OwnPrompt:
    """The prompt of a question that this package exported.

    Args:
        prompt: what is left.
        instruction: that it ended with.
        unit: of a number.
        context: the passage of a span question.
    """

    prompt: SourceText
    instruction: str
    unit: str = ""
    context: str = ""


def own_prompt(prompt: SourceText) -> OwnPrompt | None:
    """The parts of a prompt that ends with one of our instructions; None: it comes from somewhere else."""
    text = prompt.text.partition("<p>Your answer is judged by:</p>")[0]
    if prompt.format != "html" or not text.rstrip().endswith("</em></p>"):
        return None
    soup = parse_html(text)
    last = soup.find_all(True, recursive=False)[-1:]
    instruction = last[0].get_text() if last and last[0].name == "p" else ""
    counted = _COUNTED.fullmatch(instruction)
    if counted is None and instruction not in _INSTRUCTIONS:
        return None
    last[0].decompose()
    found = OwnPrompt(prompt, instruction, unit=counted[1] if counted else "")
    inner = soup.find_all(True, recursive=False)[-1:]
    if inner and instruction == SpanQuestion.instruction and inner[0].name == "blockquote":
        for line_end in inner[0].find_all("br"):
            line_end.replace_with("\n")
        found = replace(found, context=inner[0].get_text().strip())
        inner[0].decompose()
    return replace(found, prompt=replace(prompt, text=soup.decode(formatter="minimal")))


@dataclass(frozen=True)
class OwnSolution:
    """What the general feedback, or the notes for the marker, of an exported question say.

    Args:
        steps, mistakes: as HTML.
        quick_check, right, otherwise, solution: as HTML; empty: none.
        check: as text; empty: none.
        items: text and feedback of items, as one piece of HTML each.
        rubric: criteria as HTML, each with points and HTML of its levels.
        section: where it is told, in words.
    """

    steps: tuple[str, ...] = ()
    mistakes: tuple[str, ...] = ()
    quick_check: str = ""
    right: str = ""
    otherwise: str = ""
    solution: str = ""
    check: str = ""
    items: tuple[str, ...] = ()
    rubric: tuple[tuple[str, tuple[tuple[float, str], ...]], ...] = ()
    section: str = ""


def own_solution(source: SourceText) -> OwnSolution | None:
    """The parts of a text that our exports wrote; None: it comes from somewhere else."""
    if source.format != "html" or not any(f"<p>{name}</p>" in source.text for name in _PARTS):
        return None
    found: dict[str, object] = {}
    name = ""
    pieces: list[PageElement] = []
    for node in [*parse_html(source.text).contents, None]:
        text = node.get_text() if isinstance(node, Tag) and node.name == "p" else ""
        if node is None or text in _PARTS or text.startswith("Told in "):
            if name:
                found[name] = _part(name, pieces)
            elif any(isinstance(piece, Tag) or str(piece).strip() for piece in pieces):
                return None  # something of somebody else's before it
            if text.startswith("Told in "):
                found["section"] = text.removeprefix("Told in ")
                name = "after"
            else:
                name = _PARTS.get(text, "")
            pieces = []
        else:
            pieces.append(node)
    found.pop("after", None)
    return OwnSolution(**found)  # type: ignore[arg-type]  # each name has its own type


def _part(name: str, pieces: list[PageElement]) -> object:
    tags = [piece for piece in pieces if isinstance(piece, Tag)]
    if name in ("steps", "mistakes", "items"):
        return tuple(entry.decode_contents() for tag in tags for entry in tag.find_all("li", recursive=False))
    if name == "rubric":
        return tuple(_criterion(entry) for tag in tags for entry in tag.find_all("li", recursive=False))
    if name == "check":
        return "\n".join(tag.get_text().strip("\n") for tag in tags)
    return "".join(str(piece) for piece in pieces).strip()


def _criterion(entry: Tag) -> tuple[str, tuple[tuple[float, str], ...]]:
    """A criterion and its levels; an unreadable number of points is -1, which no rubric has."""
    levels = []
    for inner in entry.find_all("ul", recursive=False)[-1:]:
        for level in inner.find_all("li", recursive=False):
            points = -1.0
            for told in level.find_all("p", recursive=False)[-1:]:
                number = _POINTS.match(told.get_text())
                points = float(number[0]) if number else -1.0
                told.decompose()
            levels.append((points, level.decode_contents()))
        inner.decompose()
    return entry.decode_contents(), tuple(levels)
