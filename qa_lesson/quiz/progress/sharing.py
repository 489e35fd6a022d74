"""Exported progress: what a learner gives an instructor, in the version that the learner chooses.

Nothing is sent. A file is written, what is in it is told first, and the learner hands it on or deletes it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, get_args

from qa_lesson.errors import ConfigError
from qa_lesson.quiz.progress.attempts import EXPORT_FORMAT, Progress
from qa_lesson.quiz.progress.learner_names import check_learner
from qa_lesson.quiz.progress.learner_rows import Attempt, now
from qa_lesson.quiz.progress.mastery import Tally, tally
from qa_lesson.storage import write_atomically

ExportContents = Literal["everything", "answers", "mastery"]
"""How much of the progress a file holds, the most first."""
SHARED_VERSION: Final = 2
"""Of the files that leave something out, which cannot be taken in again; those with everything have version 1."""


@dataclass(frozen=True)
class ExportNotice:
    """What an exported file holds, in words for its learner.

    Args:
        contains: what is in it.
        leaves_out: what is not.
    """

    contains: str
    leaves_out: str

    def lines(self, sender: str) -> list[str]:
        """The notice, a line each.

        Args:
            sender: the address or number in the file; empty: there is none.
        """
        who = f"your name in it: {sender}" if sender else "your name is not in it"
        return [
            f"The file contains {self.contains}.",
            f"It does not contain {self.leaves_out}.",
            f"It also has a random id that your progress file keeps, and {who}.",
            "Nothing is sent anywhere. You decide who gets the file.",
        ]


EXPORT_NOTICES: Final[dict[ExportContents, ExportNotice]] = {
    "everything": ExportNotice(
        "every attempt at a quiz question (your answer, whether it was right, how sure you said you were, how many "
        "hints you opened, and the date and time), every look at a flashcard with your rating, and your guesses before "
        "results",
        "your notebooks, your code, your notes or your documents",
    ),
    "answers": ExportNotice(
        "every attempt at a quiz question (your answer, whether it was right, and how sure you said you were), and the "
        "day of the export",
        "any times, the hints you opened, your flashcards, your guesses, your notebooks, your code, your notes or your "
        "documents",
    ),
    "mastery": ExportNotice(
        'for each "I can" of the quizzes, how many questions you answered, how many were right at the first attempt '
        "and how many since, and the day of the export",
        "any answer, how sure you were, any times, the hints you opened, your flashcards, your guesses, your "
        "notebooks, your code, your notes or your documents",
    ),
}


def share_progress(
    path: str | Path,
    sender: str | None = None,
    contents: ExportContents = "everything",
    *,
    progress: Progress | None = None,
) -> Path:
    """Write a file with your progress for your instructor, after telling you what is in it.

    Args:
        path: of the file.
        sender: the e-mail address or number that your instructor knows you by; None asks you for it.
        contents: "everything" (which can be imported on another machine), "answers" (without times, flashcards and
            guesses) or "mastery" (only how many questions were right).
        progress: by default your own.

    Raises:
        ConfigError: there is no such `contents`, or the sender cannot be used.
        StorageError: the file cannot be written, or the progress cannot be read.
    """
    notice = EXPORT_NOTICES[check_contents(contents)]
    name = check_learner(input("Your e-mail address or number: ") if sender is None else sender)
    progress = progress if progress is not None else Progress.open()
    print("\n".join(notice.lines(name)))  # noqa: T201  to be read before anything is written
    written = write_atomically(path, shared_json(progress, contents, name))
    print(f"written to {written}")  # noqa: T201
    return written


def shared_json(progress: Progress, contents: ExportContents, sender: str = "") -> str:
    """The text of an exported file.

    Args:
        progress: of the learner.
        contents: how much of it.
        sender: who it says it is from; empty: it doesn't say.

    Raises:
        StorageError: the progress cannot be read.
    """
    if contents == "everything":
        return progress.to_json(sender)
    record: dict[str, Any] = {
        "format": EXPORT_FORMAT,
        "version": SHARED_VERSION,
        "contents": contents,
        "from": sender,
        "learner": progress.learner,
        "exported_at": now()[:10],
    }
    attempts = progress.attempts()
    if contents == "answers":
        names = ("quiz", "question", "objective", "kind", "response", "credit", "correct", "confidence", "attempt")
        record["attempts"] = [{name: getattr(one, name) for name in names} for one in attempts]
    else:
        groups: dict[tuple[str, str], list[Attempt]] = {}
        for one in attempts:
            groups.setdefault((one.quiz, one.objective), []).append(one)
        record["mastery"] = [_tallied(quiz, objective, tally(group)) for (quiz, objective), group in groups.items()]
    return json.dumps(record, ensure_ascii=False, indent=1) + "\n"


def _tallied(quiz: str, objective: str, n: Tally) -> dict[str, object]:
    return {"quiz": quiz, "objective": objective, "answered": n.n, "right": n.n_right, "right_since": n.n_mended}


def check_contents(contents: str) -> ExportContents:
    """One of the known contents.

    Raises:
        ConfigError: it is none of them.
    """
    for known in get_args(ExportContents):
        if contents == known:
            return known  # type: ignore[no-any-return]
    fix = f"use one of: {', '.join(get_args(ExportContents))}"
    raise ConfigError("a file cannot have these contents", received=repr(contents), fix=fix)
