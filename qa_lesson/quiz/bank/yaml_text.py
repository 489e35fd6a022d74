"""Quiz files as text: YAML with line numbers, and what is wrong with them in plain words."""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import yaml

from qa_lesson.errors import QuestionFaultError, QuizFault, shorten
from qa_lesson.quiz.kinds.shared.fields import HOW_TO_WRITE

Place = Sequence[str | int]
"""Keys and list positions that lead to a value."""

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one is about ten times as fast

_NO_QUIZ: Final = ("the file holds no quiz", "begin with title:, then lesson:, objectives: and questions:")


@dataclass(frozen=True)
class QuizText:
    """A quiz file after YAML, before the models.

    Args:
        source: name of the file.
        data: what YAML made of it; None if it could not be read.
        root: its nodes, which know their lines.
        findings: why it could not be read, and keys that occur twice in one mapping (YAML keeps the last silently).
    """

    source: str
    data: Any = None
    root: yaml.Node | None = None
    findings: tuple[QuizFault, ...] = ()

    @classmethod
    def read(cls, content: str, source: str, no_keys: tuple[str, str] = _NO_QUIZ) -> QuizText:
        """Read `content`; errors of syntax become findings.

        Args:
            content: YAML.
            source: name of the file.
            no_keys: what to say, and what to do, about a file that has no keys.
        """
        try:
            root = yaml.compose(content, Loader=_Loader)
            text = cls(source, yaml.load(content, Loader=_Loader), root)
            repeated = text._repeated_keys(root, ())
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            what = f"YAML cannot be read: {' '.join(str(part) for part in (error.context, error.problem) if part)}"
            return cls(source, findings=(QuizFault(source, None, what, _syntax_fix(content, mark), _line(mark)),))
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            what = f"YAML cannot be read: {shorten(str(error), 100)}"
            return cls(source, findings=(QuizFault(source, None, what, "quote the value, or write it in another way"),))
        if not isinstance(text.data, dict):
            return cls(source, findings=(QuizFault(source, None, *no_keys, 1),))
        return replace(text, findings=tuple(repeated))

    def line_of(self, path: Place) -> int | None:
        """The line (from 1) of the value at `path`, or of the nearest thing around it that exists."""
        node, line = self.root, 1
        for step in path:
            inner = _child(node, step)
            if inner is not None:
                node = inner
                line = node.start_mark.line + 1
        return line if self.root is not None else None

    def question_at(self, path: Place) -> str | None:
        """The id of the question that `path` leads into, its position if it has none, None outside the questions."""
        if len(path) < 2 or path[0] != "questions" or not isinstance(path[1], int):
            return None
        found = self.value_at(path[:2])
        name = found.get("id") if isinstance(found, dict) else None
        return name if isinstance(name, str) else f"question {path[1] + 1}"

    def value_at(self, path: Place) -> Any:
        """The value at `path`; steps that lead nowhere are passed over."""
        value = self.data
        for step in path:
            if isinstance(value, dict):
                value = value.get(step, value)
            elif isinstance(value, list) and isinstance(step, int) and step < len(value):
                value = value[step]
        return value

    def explain(self, problem: Mapping[str, Any], *, kinds: Collection[str], keys: Collection[str]) -> QuizFault:
        """One error of pydantic in plain words, with its place.

        Args:
            problem: an entry of ``ValidationError.errors()``.
            kinds: the question kinds there are.
            keys: every key that a quiz file may use, to suggest the one that was meant.
        """
        path = problem["loc"]
        what, fix = _explanation(problem, self, kinds, keys)
        return QuizFault(self.source, self.question_at(path), what, fix, self.line_of(path))

    def _repeated_keys(self, node: yaml.Node | None, path: tuple[str | int, ...]) -> list[QuizFault]:
        findings = []
        if isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in node.value:
                if key.value in seen:
                    what = f"the key {key.value} occurs twice, of which YAML would keep the last"
                    question = self.question_at(path)
                    findings.append(QuizFault(self.source, question, what, "remove one of them", _line(key.start_mark)))
                seen.add(key.value)
                findings += self._repeated_keys(value, (*path, key.value))
        elif isinstance(node, yaml.SequenceNode):
            for position, value in enumerate(node.value):
                findings += self._repeated_keys(value, (*path, position))
        return findings


def _child(node: yaml.Node | None, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        found: yaml.Node = node.value[step]
        return found
    return None


def _line(mark: Any) -> int | None:
    return None if mark is None else int(mark.line) + 1


def _syntax_fix(content: str, mark: Any) -> str:
    lines = content.splitlines()
    if mark is None or mark.line >= len(lines):
        return "close every quote and bracket"
    line = lines[mark.line]
    if "\t" in line:
        return "indent with spaces, YAML allows no tabs"
    return f"look at {shorten(line)} and above: quote texts that hold ': ' or begin with a special character, or use |"


def _explanation(
    problem: Mapping[str, Any], text: QuizText, kinds: Collection[str], keys: Collection[str]
) -> tuple[str, str]:
    """What is wrong and what to do."""
    kind, context = problem["type"], problem.get("ctx", {})
    if isinstance(fault := context.get("error"), QuestionFaultError):
        return fault.what, fault.fix
    path = list(problem["loc"])
    if len(path) > 2 and path[0] == "questions" and path[2] in kinds:
        del path[2]  # the kind by which pydantic told the models apart, no key of the file
    name = _spoken(path)
    if kind == "missing":
        return f"{name} is missing", "add it; the schema says what it holds (qa-lesson quiz schema)"
    if kind == "extra_forbidden":
        return f"{name} is not a key of this place", _likely_key(str(path[-1]), keys)
    value = text.value_at(problem["loc"])
    if kind == "string_type":
        return _not_a_text(name, value)
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        received = value.get("kind") if isinstance(value, dict) else value
        return f"the kind is {received!r}", f"use one of {', '.join(sorted(kinds))}"
    if kind in ("too_short", "too_long"):
        least, most = context.get("min_length"), context.get("max_length")
        wanted = f"at least {least}" if kind == "too_short" else f"at most {most}"
        return f"{name} has {context['actual_length']} entries", f"give {wanted}"
    if kind == "string_too_short":
        return f"{name} is empty", "write its text, or remove the key if it may be left out"
    if kind == "string_pattern_mismatch":
        fix = HOW_TO_WRITE.get(context["pattern"], "see quizzes/schema.json")
        return f"{name} does not have the right form: {shorten(str(value))}", fix
    if kind in ("float_type", "int_type", "finite_number"):
        return f"{name} is no number: {value!r}", "write a plain number such as 0.005, without quotes or exponent"
    if kind == "literal_error":
        return f"{name} is {value!r}", f"use {context['expected']}"
    if kind in ("greater_than", "greater_than_equal", "less_than", "less_than_equal"):
        return f"{name} is out of range: {value}", f"it {problem['msg'].removeprefix('Input ')}"
    if kind == "bool_type":
        return f"{name} is neither true nor false: {value!r}", "write true or false, without quotes"
    if kind in ("tuple_type", "list_type"):
        return f"{name} is no list", "write one entry a line, each after a dash"
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        return f"{name} holds no keys: {shorten(str(value))}", "write key: value, one a line, indented alike"
    return f"{name}: {problem['msg'][:1].lower()}{problem['msg'][1:]}", "see quizzes/schema.json"


def _spoken(path: Place) -> str:
    """A place in words: ``option 2: feedback``.

    >>> _spoken(["questions", 3, "options", 1, "feedback"])
    'option 2: feedback'
    """
    steps = list(path[2:] if path and path[0] == "questions" and len(path) > 2 else path)
    parts: list[str] = []
    for step in steps:
        if isinstance(step, int):
            parts[-1] = f"{parts[-1].removesuffix('s')} {step + 1}" if parts else f"entry {step + 1}"
        elif step != "[key]":
            parts.append(step)
    return ": ".join(parts) or "the file"


def _likely_key(key: str, keys: Collection[str]) -> str:
    close = difflib.get_close_matches(key, sorted(set(keys) - {key}), n=1)
    return f"did you mean {close[0]}?" if close else "remove it, or move it to where it belongs"


def _not_a_text(name: str, value: Any) -> tuple[str, str]:
    if value is None:
        return f"{name} is empty", "write its text, or remove the key if it may be left out"
    if isinstance(value, bool):
        return (
            f"{name} is the truth value {str(value).lower()}, not a text",
            "put it in quotes: YAML takes yes, no, on, off, true and false for truth values",
        )
    if isinstance(value, int | float | datetime.date):
        read_as = "a date" if isinstance(value, datetime.date) else "a number"
        return f"{name} was read as {read_as}: {value}", "put it in quotes"
    if isinstance(value, dict):
        return f"{name} was read as a mapping: {shorten(str(value))}", "put the text in quotes, it holds a ': '"
    return f"{name} is a list, not one text", "write one text"
