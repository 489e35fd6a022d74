"""A quiz as the YAML that an instructor goes on editing: keys in the order of the template, long texts as blocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import yaml

from qa_lesson.errors import counted

_WIDTH: Final = 110
_ORDER: Final = (
    "id", "kind", "objective", "difficulty", "points", "parameters", "prompt", "context", "options", "answer",
    "tolerance", "unit", "accept", "answers", "case_sensitive", "items", "model_answer", "rubric", "right", "wrong",
    "otherwise", "hints", "steps", "quick_check", "mistakes", "section",
)  # fmt: skip
_HEADER: Final = """\
# A graded quiz. Keep this file to yourself: it holds the key.
# Imported from {source}: {n}. What could not be brought along is in the report of the import.
# Check it with "qa-lesson quiz lint", then make what learners get with "qa-lesson quiz bundle".
"""


class _Dumper(yaml.SafeDumper):
    """Indents the entries of lists, and writes texts of several lines as blocks."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else ">" if len(text) > _WIDTH - 14 and "  " not in text and ": " in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def quiz_yaml(
    title: str, questions: Sequence[Mapping[str, Any]], source: str, pools: Sequence[Mapping[str, Any]] = ()
) -> str:
    """The text of a quiz file.

    Args:
        title: of the quiz.
        questions: their fields.
        source: where they come from, for the comment above.
        pools: groups; each learner gets some questions of each.
    """
    about: dict[str, Any] = {"title": title, "graded": True}
    if objectives := {
        question["objective"]: question["objective"] for question in questions if "objective" in question
    }:
        about["objectives"] = objectives
    if pools:
        about["pools"] = [dict(pool) for pool in pools]
    header = _HEADER.format(source=" ".join(source.split()), n=counted(len(questions), "question"))
    parts = [header, _dumped(about), "\nquestions:\n"]
    for question in questions:
        ordered = {key: question[key] for key in _ORDER if key in question}
        ordered |= {key: value for key, value in question.items() if key not in ordered}
        parts.append("\n".join(f"  {line}".rstrip() for line in _dumped([ordered]).splitlines()) + "\n\n")
    return "".join(parts).rstrip("\n") + "\n"


def _dumped(value: Any) -> str:
    return str(yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH))
