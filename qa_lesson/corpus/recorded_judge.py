"""What a language model answered and how it judged, recorded so the lessons need no model. ``CARD.md`` says how."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

from qa_lesson.corpus import CORPUS_DIR, load_corpus, load_judged_answers
from qa_lesson.schema import Choice, Example, JudgedAnswer


@dataclass(frozen=True)
class VerboseAnswer:
    """An answer in full sentences, in the manner of a chat model.

    Args:
        example: the question, from the test split.
        text: the answer.
        accepted: whether it is right, judged against passage and references.
    """

    example: Example
    text: str
    accepted: bool


@dataclass(frozen=True)
class JudgeVerdict:
    """What a language model says of an answer that people judged too.

    Args:
        answer: the answer, with the judgements of the two judges.
        accepted: the model's verdict.
        padded_text: the same answer with words that add nothing; None if it was judged only as it is.
        padded_accepted: the model's verdict on that; None if there is none.
    """

    answer: JudgedAnswer
    accepted: bool
    padded_text: str | None
    padded_accepted: bool | None


@dataclass(frozen=True)
class JudgePreference:
    """Which of two answers a language model prefers, asked twice: in one order and in the other.

    Args:
        example: the question.
        kind: "near miss" for a right answer and one that is wrong in a few words, "padded" for an answer and the same
            answer with words that add nothing.
        first, second: the two answers in the order of the first asking.
        shown: its choice then.
        swapped: its choice with the two in the other order; "first" means the one that came first *in that order*.
    """

    example: Example
    kind: Literal["near miss", "padded"]
    first: str
    second: str
    shown: Choice
    swapped: Choice


def verbose_answers() -> list[VerboseAnswer]:
    """Answers to about a third of the test questions as a chat model gives them: whole sentences in its own words.

    >>> answer = verbose_answers()[0]
    >>> len(answer.text.split()) > 2 * len(answer.example.references[0].split())
    True
    """
    test = {example.id: example for example in load_corpus("test")}
    rows = _read("verbose_answers.json")["answers"]
    return [VerboseAnswer(test[row["id"]], row["text"], row["accepted"]) for row in rows]


def judge_verdicts() -> list[JudgeVerdict]:
    """The verdicts of a language model on 150 of the judged answers, 60 of them padded as well.

    >>> verdicts = judge_verdicts()
    >>> len(verdicts), sum(verdict.padded_text is not None for verdict in verdicts)
    (150, 60)
    """
    stored = _read("graded_answers.json")
    judged = {(answer.example.id, answer.text): answer for answer in load_judged_answers(agreed_only=False)}
    verdicts = []
    for row in stored["verdicts"]:
        padded = stored["padding"].format(answer=row["text"]) if "padded" in row else None
        answer = judged[row["id"], row["text"]]
        verdicts.append(JudgeVerdict(answer, row["accepted"], padded, row.get("padded")))
    return verdicts


def judge_preferences() -> list[JudgePreference]:
    """Which of two answers a language model preferred, for 50 pairs in both orders.

    >>> {preference.kind for preference in judge_preferences()} == {"near miss", "padded"}
    True
    """
    test = {example.id: example for example in load_corpus("test")}
    names = ("kind", "first", "second", "shown", "swapped")
    rows = _read("graded_answers.json")["preferences"]
    return [JudgePreference(test[row["id"]], **{name: row[name] for name in names}) for row in rows]


def _read(name: str) -> dict[str, Any]:
    stored: dict[str, Any] = json.loads((CORPUS_DIR / name).read_text(encoding="utf-8"))
    return stored
